//! `leeward vrt`: a node of Bugcrowd's taxonomy, or where a former one has gone.

use super::lines::{Lines, for_people};
use anyhow::{Result, anyhow, bail};
use clap::Args;
use formats::vrt::{self, Migration, Node, Release};
use serde_json::{Value, json};
use std::process::ExitCode;

/// `leeward vrt …`
#[derive(Debug, Args)]
pub struct Vrt {
    /// Full id of a node, of this or a former release; or words to look for.
    #[arg(value_name = "NODE", required = true)]
    node: Vec<String>,
    /// The release that the id was taken from.
    #[arg(long, value_name = "RELEASE")]
    from: Option<String>,
    /// Print JSON (the default where the output is no terminal).
    #[arg(long)]
    json: bool,
}

/// Runs it: 1 where there is no such node.
pub fn run(command: &Vrt) -> Result<ExitCode> {
    let from: Option<Release> = command.from.as_deref().map(str::parse).transpose().map_err(|e: String| anyhow!(e))?;
    let newest: Release = vrt::release().parse().map_err(|e: String| anyhow!(e))?;
    if let Some(from) = command.from.as_ref().filter(|_| from.as_ref().is_some_and(|from| *from > newest)) {
        bail!("--from {from}: the newest release here is {}", vrt::release());
    }
    let asked = command.node.join(" ");
    let migration = vrt::migrate(&asked, from.as_ref());
    let similar = if migration == Migration::Unknown { vrt::search(&asked) } else { Vec::new() };
    if for_people(command.json) {
        print(&asked, migration, &similar);
    } else {
        let mut out = Lines::stdout();
        out.write(&document(&asked, migration, &similar))?;
        out.finish()?;
    }
    Ok(super::held(migration != Migration::Unknown))
}

fn document(asked: &str, migration: Migration, similar: &[&Node]) -> Value {
    let mut document = migration.node().map_or_else(|| json!({ "node": null }), of);
    document["asked"] = json!(asked);
    document["migration"] = json!(migration.as_str());
    document["version"] = json!(vrt::release());
    if let Some(former) = vrt::former(asked) {
        document["former"] = json!({ "name": former.name, "last": former.last });
    }
    if migration == Migration::Unknown {
        document["error"] = json!("no release has this node");
        document["similar"] = similar.iter().take(20).map(|node| node.id).collect();
    }
    document
}

fn of(node: &'static Node) -> Value {
    let cvss = node.cvss();
    json!({
        "node": node.id,
        "name": node.name,
        "path": node.path(),
        "type": node.kind(),
        "priority": node.priority.map(|p| p.to_string()),
        "varies": node.leaf && node.priority.is_none(),
        "cvss": cvss.map(|vector| vector.to_string()),
        "cvss_score": cvss.map(|vector| vector.scores().base),
        "cwe": node.cwe().map(|number| format!("CWE-{number}")).collect::<Vec<_>>(),
        "children": node.children().map(|child| child.id).collect::<Vec<_>>(),
    })
}

fn print(asked: &str, migration: Migration, similar: &[&Node]) {
    match migration {
        Migration::Same(_) => {}
        Migration::Moved(_) => println!("{asked} is now:"),
        Migration::Above(_) => println!("{asked} was taken out; the nearest node above is:"),
        Migration::Other => println!("{asked} was taken out and stands for \"other\"."),
        Migration::Unknown if similar.is_empty() => println!("No release of the taxonomy has a node or words {asked}."),
        Migration::Unknown => println!("No release of the taxonomy has a node {asked}. Its words are in:"),
    }
    for node in similar.iter().take(20) {
        println!("  {}  {}", node.id, node.path());
    }
    let Some(node) = migration.node() else { return };
    let priority = match (node.priority, node.leaf) {
        (Some(priority), _) => priority.to_string(),
        (None, true) => "varies".to_owned(),
        (None, false) => "see below".to_owned(),
    };
    println!("{}\n  {}", node.path(), node.id);
    println!("  priority {priority}, CVSS {}", node.cvss_v3);
    let cwe: Vec<_> = node.cwe().map(|number| format!("CWE-{number}")).collect();
    if !cwe.is_empty() {
        println!("  {}", cwe.join(", "));
    }
    for child in node.children() {
        println!("    {}  {}", child.priority.map(|p| p.to_string()).unwrap_or_default(), child.id);
    }
    println!("  taxonomy {}", vrt::release());
}

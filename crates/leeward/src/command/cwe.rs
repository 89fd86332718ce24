//! `leeward cwe`: weaknesses by number or words, with MITRE's warnings.

use super::lines::{Lines, for_people};
use anyhow::Result;
use clap::Args;
use formats::cwe;
use serde_json::json;
use std::process::ExitCode;

/// `leeward cwe …`
#[derive(Debug, Args)]
pub struct Cwe {
    /// A number (CWE-79) or words of a name (sql injection).
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,
    /// Print JSON (the default where the output is no terminal).
    #[arg(long)]
    json: bool,
}

/// Runs it: 1 where nothing is found.
pub fn run(command: &Cwe) -> Result<ExitCode> {
    let found = cwe::search(&command.words.join(" "));
    let people = for_people(command.json);
    let mut out = Lines::stdout();
    for entry in &found {
        if people {
            out.text(&format!("{}  {} ({})", entry.id(), entry.name, entry.kind.as_str()))?;
            if let Some(warning) = entry.warning() {
                out.text(&format!("    {warning}"))?;
            }
            continue;
        }
        out.write(&json!({
            "id": entry.id(),
            "name": entry.name,
            "kind": entry.kind.as_str(),
            "usage": entry.usage.as_str(),
            "warning": entry.warning(),
            "terms": entry.terms,
            "parents": entry.ancestors().iter().map(|above| above.id()).collect::<Vec<_>>(),
            "children": entry.children().map(cwe::Entry::id).collect::<Vec<_>>(),
            "version": cwe::release(),
        }))?;
    }
    if found.is_empty() && !people {
        let error = format!("no weakness of CWE {} has these words", cwe::release());
        out.write(&json!({ "id": null, "asked": command.words.join(" "), "error": error, "version": cwe::release() }))?;
    }
    out.finish()?;
    if found.is_empty() && people {
        eprintln!("no weakness of CWE {} has these words", cwe::release());
    }
    Ok(super::held(!found.is_empty()))
}

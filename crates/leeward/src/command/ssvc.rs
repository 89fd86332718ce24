//! `leeward ssvc`: a decision by an SSVC table.

use super::lines::{Lines, for_people};
use anyhow::{Context, Result};
use clap::Args;
use formats::ssvc::{Choice, Decision, PointValue, Table, find, tables};
use serde_json::{Map, Value, json};
use std::process::ExitCode;

/// `leeward ssvc …`
#[derive(Debug, Args)]
pub struct Ssvc {
    /// Key, id or name of a table: DT_SP (supplier) for whoever mends a product, DT_DP (deployer) for whoever
    /// runs one, DT_COORD_TRIAGE for a go-between. None: list the tables.
    #[arg(value_name = "TABLE")]
    table: Option<String>,
    /// Answers, as exploitation=active; each by key or name.
    #[arg(value_name = "NAME=VALUE")]
    answers: Vec<String>,
    /// Print JSON (the default where the output is no terminal).
    #[arg(long)]
    json: bool,
}

/// Runs it: 1 where the answers do not decide.
pub fn run(command: &Ssvc) -> Result<ExitCode> {
    let Some(name) = &command.table else { return list(command.json) };
    let table = find(name)?;
    let mut choice = Choice::new(table);
    for answer in &command.answers {
        let (point, value) = answer
            .split_once('=')
            .with_context(|| format!("{answer}: write it as NAME=VALUE, as exploitation=active"))?;
        choice.set(point, value)?;
    }
    let decision = choice.decide();
    if for_people(command.json) {
        print(table, &choice, &decision);
    } else {
        write(&document(table, &choice, &decision))?;
    }
    Ok(super::held(decision.outcome.is_some()))
}

fn write(line: &Value) -> Result<()> {
    let mut out = Lines::stdout();
    out.write(line)?;
    out.finish()
}

fn list(as_json: bool) -> Result<ExitCode> {
    for table in tables() {
        let asks: Vec<_> = table.inputs.iter().map(|point| point.name).collect();
        if for_people(as_json) {
            println!("{}  {} {}: {}", table.key, table.name, table.version, asks.join(", "));
        } else {
            write(&json!({"table": table.id(), "name": table.name, "rows": table.rows(), "asks": asks}))?;
        }
    }
    if for_people(as_json) {
        println!(
            "Most begin with DT_SP (you mend a product) or DT_DP (you run one): leeward ssvc DT_SP exploitation=active"
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn names(values: &[&PointValue]) -> Vec<&'static str> {
    values.iter().map(|value| value.name).collect()
}

fn document(table: &Table, choice: &Choice, decision: &Decision) -> Value {
    let chosen: Map<String, Value> =
        choice.chosen().map(|(point, value)| (point.id.to_owned(), json!(value.key))).collect();
    let mut document = json!({
        "table": table.id(),
        "name": table.name,
        "version": table.version,
        "answers": chosen,
        "decides": table.outcome.id,
        "outcome": decision.outcome.map(|value| value.name),
        "outcome_key": decision.outcome.map(|value| value.key),
    });
    if !decision.missing.is_empty() {
        document["possible"] = json!(names(&decision.possible));
        document["missing"] = decision.missing.iter().map(|point| point.name).collect();
    }
    document
}

fn print(table: &Table, choice: &Choice, decision: &Decision) {
    println!("{} {}", table.name, table.version);
    for (point, value) in choice.chosen() {
        println!("  {}: {}", point.name, value.name);
    }
    for point in &decision.missing {
        let values: Vec<_> = point.values.iter().map(|value| value.name).collect();
        println!("  {}: not said ({})", point.name, values.join(", "));
    }
    match decision.outcome {
        Some(outcome) => println!("{}\n  {}", outcome.name, outcome.definition),
        None => println!("Not decided: {}", names(&decision.possible).join(" or ")),
    }
}

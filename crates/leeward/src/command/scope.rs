//! `leeward scope`: whether targets lie in a programme's scope, one JSON line each; and what changed in a scope.

use super::lines::{Lines, each_input, for_people};
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use formats::programme::{Platform, Programme, diff, read};
use formats::scope;
use serde_json::json;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Larger files are not read.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// `leeward scope …`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Scope {
    #[command(subcommand)]
    command: Option<Command>,
    /// A file of programmes, in the shape of bounty-targets-data or our own.
    #[arg(long, value_name = "FILE", required = true)]
    program: Option<String>,
    /// Whose shape it is (hackerone, bugcrowd, intigriti, yeswehack, federacy, leeward); else its fields tell.
    #[arg(long, value_name = "PLATFORM")]
    format: Option<String>,
    /// Of several programmes in the file, only the one with this handle or name.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Addresses, hosts, networks, app ids, repositories, words. None: one a line from standard input.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
}

/// `leeward scope diff`
#[derive(Debug, Subcommand)]
enum Command {
    /// Say what changed between two files of programmes, and what it means for a target.
    Diff(Diff),
}

/// `leeward scope diff …`
#[derive(Debug, Args)]
struct Diff {
    /// How it was.
    #[arg(value_name = "OLD")]
    old: String,
    /// How it is.
    #[arg(value_name = "NEW")]
    new: String,
    /// Targets to be judged by both.
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
    /// Whose shape they are; else their fields tell.
    #[arg(long, value_name = "PLATFORM")]
    format: Option<String>,
    /// Only the programme with this handle or name.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// One JSON line a change.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub fn run(command: &Scope) -> Result<ExitCode> {
    if let Some(Command::Diff(diff)) = &command.command {
        return changes(diff);
    }
    let file = command.program.as_deref().context("give --program FILE")?;
    let programmes = chosen(file, command.format.as_deref(), command.only.as_deref())?;
    let scope = scope::Scope::new(programmes.into_iter().flat_map(|programme| programme.assets));
    let mut out = Lines::stdout();
    each_input(&command.targets, |target| {
        let verdict = scope.verdict(target);
        let rule = verdict.rule();
        out.write(&json!({
            "target": target,
            "verdict": verdict.as_str(),
            "rule": rule.map(|asset| &asset.identifier),
            "kind": rule.map(|asset| asset.kind),
            "eligible": rule.and_then(|asset| asset.eligible),
        }))
    })?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

fn programmes(file: &Path, platform: Option<Platform>) -> Result<Vec<Programme>> {
    let name = file.display();
    let open = std::fs::File::open(file)
        .with_context(|| format!("{name}: give a file; programmes of the store have no scope of their own yet"))?;
    let mut text = Vec::new();
    open.take(MAX_FILE + 1).read_to_end(&mut text).with_context(|| format!("{name}"))?;
    anyhow::ensure!(text.len() as u64 <= MAX_FILE, "{name}: larger than {MAX_FILE} bytes");
    read(&text, platform).with_context(|| format!("{name}"))
}

fn chosen(file: &str, format: Option<&str>, only: Option<&str>) -> Result<Vec<Programme>> {
    let platform: Option<Platform> = format.map(str::parse).transpose().map_err(|e: String| anyhow!(e))?;
    let mut programmes = programmes(Path::new(file), platform)?;
    let Some(only) = only else { return Ok(programmes) };
    programmes.retain(|programme| programme.handle.as_deref() == Some(only) || programme.name == only);
    if programmes.is_empty() {
        bail!("{file}: no programme has the handle or name \"{only}\"");
    }
    Ok(programmes)
}

fn changes(command: &Diff) -> Result<ExitCode> {
    let read = |file: &str| chosen(file, command.format.as_deref(), command.only.as_deref());
    let (old, new) = (read(&command.old)?, read(&command.new)?);
    let people = for_people(command.json);
    let mut out = Lines::stdout();
    let found = diff(&old, &new);
    for change in &found {
        if people {
            out.text(&change.to_string())?;
        } else {
            out.write(&json!({"change": change, "consequence": change.consequence(), "text": change.to_string()}))?;
        }
    }
    if people && found.is_empty() {
        out.text("Nothing changed.")?;
    }
    let scope = |programmes: Vec<Programme>| scope::Scope::new(programmes.into_iter().flat_map(|one| one.assets));
    let (old, new) = (scope(old), scope(new));
    for target in &command.targets {
        let (before, after) = (old.verdict(target), new.verdict(target));
        if people {
            let rule = after.rule().map_or_else(String::new, |asset| format!(", by {}", asset.identifier));
            out.text(&format!("{target}: was {}, is {}{rule}", before.as_str(), after.as_str()))?;
        } else {
            let rule = |verdict: scope::Verdict<'_>| verdict.rule().map(|asset| asset.identifier.clone());
            out.write(&json!({
                "target": target,
                "before": {"verdict": before.as_str(), "rule": rule(before)},
                "after": {"verdict": after.as_str(), "rule": rule(after)},
            }))?;
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

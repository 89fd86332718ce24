//! `leeward scope`: whether targets lie in a programme's scope, one JSON line each.

use super::lines::{Lines, each_input};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use formats::programme::{Platform, Programme, read};
use formats::scope;
use serde_json::json;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Larger files are not read.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// `leeward scope …`
#[derive(Debug, Args)]
pub struct Scope {
    /// A file of programmes, in the shape of bounty-targets-data or our own.
    #[arg(long, value_name = "FILE")]
    program: String,
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

/// Runs it.
pub fn run(command: &Scope) -> Result<ExitCode> {
    let platform: Option<Platform> =
        command.format.as_deref().map(str::parse).transpose().map_err(|e: String| anyhow!(e))?;
    let programmes = chosen(programmes(Path::new(&command.program), platform)?, command)?;
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

fn chosen(mut programmes: Vec<Programme>, command: &Scope) -> Result<Vec<Programme>> {
    let Some(only) = &command.only else { return Ok(programmes) };
    programmes.retain(|programme| programme.handle.as_ref() == Some(only) || programme.name == *only);
    if programmes.is_empty() {
        bail!("{}: no programme has the handle or name \"{only}\"", command.program);
    }
    Ok(programmes)
}

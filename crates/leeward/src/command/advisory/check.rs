//! `leeward advisory check`: what is wrong with CSAF documents, where, and what to do; `--provider` for whole folders.

use crate::command::lines::Progress;
use anyhow::{Context, Result};
use clap::Args;
use formats::csaf::{self, Level, Verdict};
use formats::json::Limits;
use std::fmt::Write as _;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `leeward advisory check …`
#[derive(Debug, Args)]
pub struct Check {
    /// CSAF documents, 2.0 or 2.1.
    #[arg(required_unless_present = "provider")]
    files: Vec<PathBuf>,
    /// Hold a folder against the requirements for providers, as far as a folder can show them.
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    provider: Option<PathBuf>,
    /// Print a JSON line for each file, or one for the folder.
    #[arg(long)]
    json: bool,
}

/// A file that cannot be read is told on stderr and the others are still checked.
pub fn run(args: &Check) -> Result<ExitCode> {
    if let Some(folder) = &args.provider {
        return super::provider::run(folder, args.json);
    }
    let (mut invalid, mut unreadable) = (false, false);
    let mut out = stdout().lock();
    let mut progress = Progress::new("files");
    for path in &args.files {
        progress.step();
        match judge(path) {
            Ok(verdict) => {
                invalid |= !verdict.valid;
                let text = if args.json { line(path, &verdict) } else { page(path, &verdict) };
                out.write_all(text.as_bytes())?;
            }
            Err(e) => {
                unreadable = true;
                eprintln!("leeward: {e:#}");
            }
        }
    }
    Ok(if unreadable { ExitCode::from(2) } else { super::super::held(!invalid) })
}

fn judge(path: &Path) -> Result<Verdict> {
    let bytes = super::bytes(path)?;
    csaf::check(&bytes, Limits::default()).with_context(|| format!("{}: cannot be read", path.display()))
}

fn line(path: &Path, verdict: &Verdict) -> String {
    let findings: Vec<_> = verdict
        .findings
        .iter()
        .map(|f| {
            serde_json::json!({
                "test": f.test, "level": f.level.as_str(), "pointer": f.pointer, "message": f.message,
            })
        })
        .collect();
    let line = serde_json::json!({
        "file": path.display().to_string(), "valid": verdict.valid, "findings": findings,
    });
    format!("{line}\n")
}

fn page(path: &Path, verdict: &Verdict) -> String {
    let count = |level| verdict.findings.iter().filter(|f| f.level == level).count();
    let word = if verdict.valid { "valid" } else { "NOT valid" };
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let notes = count(Level::Info);
    let mut text = format!("{}: {word} (errors {errors}, warnings {warnings}, notes {notes})\n", path.display());
    for f in &verdict.findings {
        let place = if f.pointer.is_empty() { "the whole document" } else { &f.pointer };
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  {:<7} {:<7} {place}\n                  {}", f.level.as_str(), f.test, f.message);
    }
    text
}

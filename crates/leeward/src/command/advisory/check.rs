//! `leeward advisory check`: what is wrong with CSAF documents, where, and what to do; `--provider` for whole folders.

use crate::command::input;
use crate::command::lines::{Busy, Lines, Progress, clean, part};
use anyhow::{Context, Result};
use clap::Args;
use formats::advisory::{self, Format};
use formats::csaf::{self, Finding, Level, Verdict};
use formats::json::{self, Limits};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `leeward advisory check …`
#[derive(Debug, Args)]
pub struct Check {
    /// CSAF documents, 2.0 or 2.1; - for standard input.
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
    let mut out = Lines::stdout();
    let mut progress = Progress::new("files");
    for path in &args.files {
        progress.step();
        match judge(path) {
            Ok(verdict) => {
                invalid |= !verdict.valid;
                if args.json { out.write(&line(path, &verdict))? } else { out.text(&page(path, &verdict))? }
            }
            Err(e) => {
                unreadable = true;
                eprintln!("leeward: {}", clean(&format!("{e:#}")));
            }
        }
    }
    out.finish()?;
    Ok(if unreadable { ExitCode::from(2) } else { super::super::held(!invalid) })
}

fn judge(path: &Path) -> Result<Verdict> {
    let name = input::name(path);
    let bytes = super::bytes(path)?;
    let busy = Busy::new(&format!("checking {name}"));
    let verdict = csaf::check(&bytes, Limits::default()).with_context(|| format!("{name}: cannot be read"))?;
    drop(busy);
    Ok(if verdict.valid { verdict } else { other(&bytes).unwrap_or(verdict) })
}

/// Of a document of another format that is said, not what it lacks of CSAF.
fn other(bytes: &[u8]) -> Option<Verdict> {
    let value = json::read(bytes, Limits::default()).ok()?.value;
    let format = match advisory::detect(&value)? {
        Format::Cve => "CVE",
        Format::Osv => "OSV",
        Format::OpenVex => "OpenVEX",
        _ => return None,
    };
    let message = format!(
        "this is a document of {format}, and CSAF is checked here; write it as CSAF with leeward advisory convert --to csaf"
    );
    let finding = Finding { test: "schema", level: Level::Error, pointer: String::new(), message };
    Some(Verdict { valid: false, findings: vec![finding] })
}

fn line(path: &Path, verdict: &Verdict) -> serde_json::Value {
    let finding = |f: &Finding| {
        serde_json::json!({
            "test": f.test, "level": f.level.as_str(), "pointer": f.pointer, "message": f.message,
        })
    };
    let findings: Vec<_> = verdict.findings.iter().map(finding).collect();
    serde_json::json!({ "file": path.display().to_string(), "valid": verdict.valid, "findings": findings })
}

fn page(path: &Path, verdict: &Verdict) -> String {
    let count = |level| verdict.findings.iter().filter(|f| f.level == level).count();
    let word = if verdict.valid { "valid" } else { "NOT valid" };
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let notes = count(Level::Info);
    let name = part(&input::name(path));
    let mut text = format!("{name}: {word} (errors {errors}, warnings {warnings}, notes {notes})");
    for f in &verdict.findings {
        let place = if f.pointer.is_empty() { "the whole document" } else { &f.pointer };
        // Writing into a String cannot fail.
        let (place, message) = (part(place), part(&f.message));
        let _ = write!(text, "\n  {:<7} {:<7} {place}\n                  {message}", f.level.as_str(), f.test);
    }
    text
}

//! `leeward reports convert`: the reports of an export in our own lines, or as a SARIF log.

use crate::command::lines::{Lines, Progress, part};
use crate::command::{held, input};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use formats::report;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// Reports in one log at most: it is one document.
const MOST: usize = 100_000;
/// As many errors are shown; all are counted.
const SHOWN: usize = 100;

/// `leeward reports convert …`
#[derive(Debug, Args)]
pub struct Convert {
    /// The format to write: our own lines keep all, a SARIF log is for tools that gather findings.
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: To,
    /// Whose export it is (hackerone, bugcrowd, intigriti, jsonl, sarif); else its first bytes tell.
    #[arg(long, value_name = "PLATFORM")]
    format: Option<String>,
    /// Say what was left out and which rows were not read as one JSON line on stderr.
    #[arg(long)]
    json: bool,
    /// An export of any of the formats that `reports check` reads; - for standard input.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, ValueEnum)]
enum To {
    Jsonl,
    Sarif,
}

/// What is said beside the reports.
#[derive(Default, Serialize)]
struct Told {
    reports: u64,
    failed: u64,
    errors: Vec<String>,
    /// Fields that the format leaves out, and of how many reports.
    dropped: BTreeMap<&'static str, u64>,
}

/// The reports go to stdout. Status 1 where a row was not read.
pub fn run(args: &Convert) -> Result<ExitCode> {
    let name = input::name(&args.file);
    let mut told = Told::default();
    let mut kept = Vec::new();
    let mut out = Lines::stdout();
    let mut progress = Progress::new("reports");
    for read in super::open(&args.file, super::format(args.format.as_deref())?)? {
        progress.step();
        match read {
            Ok(report) if args.to == To::Jsonl => {
                told.reports += 1;
                out.write(&report)?;
            }
            Ok(_) if kept.len() == MOST => {
                bail!("{name}: more than {MOST} reports; a SARIF log is one document, so cut the export into parts");
            }
            Ok(report) => kept.push(report),
            Err(e) => {
                told.failed += 1;
                if told.errors.len() < SHOWN {
                    told.errors.push(e.to_string());
                }
            }
        }
    }
    drop(progress);
    if args.to == To::Sarif {
        told.reports = kept.len() as u64;
        let logged = report::log(kept, "Leeward", env!("CARGO_PKG_VERSION"));
        told.dropped = logged.dropped;
        out.raw(&serde_json::to_string_pretty(&logged.log).with_context(|| name)?)?;
        out.raw("\n")?;
    }
    out.finish()?;
    told.print(args.json)
}

impl Told {
    fn print(&self, json: bool) -> Result<ExitCode> {
        if json {
            eprintln!("{}", serde_json::to_string(self)?);
            return Ok(held(self.failed == 0));
        }
        for (name, count) in &self.dropped {
            eprintln!("dropped: {name} (of {count} reports)");
        }
        for error in &self.errors {
            eprintln!("not read: {}", part(error));
        }
        if self.failed > SHOWN as u64 {
            eprintln!("not read: {} more", self.failed - SHOWN as u64);
        }
        Ok(held(self.failed == 0))
    }
}

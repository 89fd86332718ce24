//! `leeward reports check`: what an export of reports holds, before it is imported.

use crate::command::lines::{Lines, Progress, clean, for_people, part};
use anyhow::Result;
use clap::Args;
use formats::report::{Format, Report};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// As many errors are shown; all are counted.
const SHOWN: usize = 100;
/// As many ids are compared.
const IDS: usize = 1_000_000;
/// As many names of fields are counted apart.
const NAMES: usize = 500;

/// `leeward reports check …`
#[derive(Debug, Args)]
pub struct Check {
    /// Exports: JSON of HackerOne's or Bugcrowd's API, CSV of HackerOne, Bugcrowd or Intigriti, JSON Lines, SARIF
    /// logs of tools; - for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Whose export it is (hackerone, bugcrowd, intigriti, jsonl, sarif); else its first bytes tell.
    #[arg(long, value_name = "PLATFORM")]
    format: Option<String>,
    /// One JSON line a file.
    #[arg(long)]
    json: bool,
}

/// What a file holds.
#[derive(Debug, Default, Serialize)]
struct Summary {
    file: String,
    format: &'static str,
    valid: bool,
    reports: u64,
    /// By state, or by outcome where it is closed.
    states: BTreeMap<String, u64>,
    severities: BTreeMap<String, u64>,
    /// Sums in the smallest unit, by currency; `?` where none is named.
    rewards: BTreeMap<String, u64>,
    comments: u64,
    attachments: u64,
    /// Fields that are kept and not understood, and in how many reports.
    unread: BTreeMap<String, u64>,
    /// What was guessed, and in how many reports.
    notes: BTreeMap<String, u64>,
    /// Reports whose id an earlier one has; of the first million.
    repeated: u64,
    failed: u64,
    errors: Vec<String>,
}

/// Runs it.
pub fn run(check: &Check) -> Result<ExitCode> {
    let wanted = super::format(check.format.as_deref())?;
    let people = for_people(check.json);
    let mut out = Lines::stdout();
    let (mut good, mut unreadable) = (true, false);
    for file in &check.files {
        match summary(file, wanted) {
            Ok(summary) => {
                good &= summary.valid;
                if people { print(&mut out, &summary)? } else { out.write(&summary)? }
            }
            Err(e) => {
                unreadable = true;
                eprintln!("leeward: {}", clean(&format!("{e:#}")));
            }
        }
    }
    out.finish()?;
    Ok(if unreadable { ExitCode::from(2) } else { crate::command::held(good) })
}

fn summary(file: &Path, wanted: Option<Format>) -> Result<Summary> {
    let reports = super::open(file, wanted)?;
    let mut summary =
        Summary { file: file.display().to_string(), format: reports.format().as_str(), ..Summary::default() };
    let mut progress = Progress::new("reports");
    let mut ids = HashSet::new();
    for read in reports {
        match read {
            Ok(report) => {
                summary.count(&report);
                if ids.len() < IDS && !ids.insert(fingerprint(&report.id)) {
                    summary.repeated += 1;
                }
            }
            Err(e) => {
                summary.failed += 1;
                if summary.errors.len() < SHOWN {
                    summary.errors.push(e.to_string());
                }
            }
        }
        progress.step();
    }
    summary.valid = summary.failed == 0;
    Ok(summary)
}

fn fingerprint(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// One more under a name; beyond [`NAMES`] of them, under one for the rest.
fn add(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    if let Some(count) = counts.get_mut(name) {
        *count = count.saturating_add(more);
    } else {
        let name = if counts.len() < NAMES { name } else { "(others)" };
        let count = counts.entry(name.to_owned()).or_default();
        *count = count.saturating_add(more);
    }
}

impl Summary {
    fn count(&mut self, report: &Report) {
        self.reports += 1;
        let word = report.outcome.map_or(report.state.as_str(), formats::report::Outcome::as_str);
        add(&mut self.states, word, 1);
        add(&mut self.severities, report.severity.word.map_or("unknown", formats::cvss::Severity::as_str), 1);
        for reward in &report.rewards {
            add(&mut self.rewards, reward.sum.currency.as_deref().unwrap_or("?"), reward.sum.minor);
        }
        self.comments += report.activities.len() as u64;
        self.attachments += report.attachments.len() as u64;
        report.kept.keys().for_each(|name| add(&mut self.unread, name, 1));
        report.notes.iter().for_each(|note| add(&mut self.notes, note, 1));
    }
}

fn print(out: &mut Lines, summary: &Summary) -> Result<()> {
    out.text(&format!("{}: {} reports, an export of {}", summary.file, summary.reports, summary.format))?;
    let groups = [("By state", &summary.states), ("By severity", &summary.severities)];
    for (heading, counts) in groups {
        let parts: Vec<String> =
            counts.iter().map(|(word, count)| format!("{} {count}", word.replace('_', " "))).collect();
        out.text(&format!("  {heading}: {}", if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }))?;
    }
    let sums: Vec<String> = summary.rewards.iter().map(|(currency, minor)| total(currency, *minor)).collect();
    if !sums.is_empty() {
        out.text(&format!("  Rewards: {}", sums.join(", ")))?;
    }
    if summary.comments + summary.attachments > 0 {
        out.text(&format!("  {} comments and steps, {} files by reference", summary.comments, summary.attachments))?;
    }
    let lists = [("Kept, but not understood", &summary.unread), ("Please look at", &summary.notes)];
    for (heading, counts) in lists.into_iter().filter(|(_, counts)| !counts.is_empty()) {
        out.text(&format!("  {heading}:"))?;
        for (name, count) in counts {
            out.text(&format!("    {} (in {count})", part(name)))?;
        }
    }
    if summary.repeated > 0 {
        out.text(&format!("  {} have the id of an earlier one", summary.repeated))?;
    }
    if summary.failed > 0 {
        out.text(&format!("  {} rows were not read:", summary.failed))?;
        for error in &summary.errors {
            out.text(&format!("    {}", part(error)))?;
        }
        if summary.failed > SHOWN as u64 {
            out.text(&format!("    and {} more", summary.failed - SHOWN as u64))?;
        }
    }
    Ok(())
}

fn total(currency: &str, minor: u64) -> String {
    let currency = (currency != "?").then(|| currency.to_owned());
    formats::money::Money { minor, currency }.to_string()
}

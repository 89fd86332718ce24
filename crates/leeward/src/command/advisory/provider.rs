//! `leeward advisory check --provider`: a folder of advisories against the requirements for CSAF providers.

use crate::command::lines::{Lines, Progress, clean, part};
use anyhow::{Context, Result, bail};
use formats::csaf::provider::{self, Folder, Report, UNSEEN};
use formats::json::Limits;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Folders inside each other, and files, that are looked at.
const DEPTH: usize = 32;
const FILES: usize = 1_000_000;

struct Disk {
    root: PathBuf,
    files: Vec<String>,
    progress: RefCell<Progress>,
}

impl Folder for Disk {
    fn files(&self) -> &[String] {
        &self.files
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, String> {
        self.progress.borrow_mut().step();
        super::bytes(&self.root.join(file)).map_err(|e| format!("{e:#}"))
    }
}

/// Links are not followed: they could lead anywhere.
pub fn run(root: &Path, json: bool) -> Result<ExitCode> {
    let mut files = Vec::new();
    walk(root, "", DEPTH, &mut files)?;
    files.sort_unstable();
    let disk = Disk { root: root.to_owned(), files, progress: RefCell::new(Progress::new("files")) };
    let report = provider::check(&disk, Limits::default());
    let text = if json { line(root, &report) } else { clean(&page(root, &report)).into_owned() };
    drop(disk);
    let mut out = Lines::stdout();
    out.raw(&text)?;
    out.finish()?;
    Ok(super::super::held(report.conforms))
}

fn walk(folder: &Path, below: &str, depth: usize, files: &mut Vec<String>) -> Result<()> {
    let name = folder.display();
    if depth == 0 {
        bail!("{name}: more than {DEPTH} folders inside each other");
    }
    for entry in std::fs::read_dir(folder).with_context(|| format!("{name}: name a folder that can be read"))? {
        let entry = entry.with_context(|| format!("{name}"))?;
        let kind = entry.file_type().with_context(|| format!("{name}"))?;
        let step = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { step.clone() } else { format!("{below}/{step}") };
        if kind.is_dir() && step != ".git" {
            walk(&entry.path(), &path, depth - 1, files)?;
        } else if kind.is_file() {
            files.push(path);
        }
        if files.len() > FILES {
            bail!("{name}: more than {FILES} files; name a smaller folder");
        }
    }
    Ok(())
}

fn line(root: &Path, report: &Report) -> String {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|f| {
            serde_json::json!({
                "requirement": f.requirement, "level": f.level.as_str(), "file": f.file, "place": f.place,
                "message": f.message,
            })
        })
        .collect();
    let line = serde_json::json!({
        "provider": root.display().to_string(), "conforms": report.conforms, "documents": report.documents,
        "findings": findings, "unseen": UNSEEN,
    });
    format!("{line}\n")
}

fn page(root: &Path, report: &Report) -> String {
    let broken: BTreeSet<u8> =
        report.findings.iter().filter(|f| f.level == formats::csaf::Level::Error).map(|f| f.requirement).collect();
    let numbers = |all: &mut dyn Iterator<Item = u8>| all.map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let word = if report.conforms {
        "nothing here breaks the requirements".to_owned()
    } else {
        format!("breaks requirements {}", numbers(&mut broken.into_iter()))
    };
    let mut text = format!("{}: {} documents, {word}\n", root.display(), report.documents);
    for f in &report.findings {
        let file = if f.file.is_empty() { "the folder".to_owned() } else { part(&f.file) };
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "  {:<7} {:<2} {file} {}\n             {}",
            f.level.as_str(),
            f.requirement,
            part(&f.place),
            part(&f.message)
        );
    }
    let unseen = numbers(&mut UNSEEN.iter().copied());
    let _ = writeln!(
        text,
        "  Not to be seen in a folder: requirements {unseen}; signatures are looked at by their form only."
    );
    text
}

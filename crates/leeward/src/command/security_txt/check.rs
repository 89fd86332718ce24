//! `leeward security-txt check`: what is wrong with files, where, and what to do.

use crate::command::lines::{Lines, Progress, clean, for_people, part};
use crate::command::{held, input};
use anyhow::{Context as _, Result};
use clap::Args;
use formats::security_txt::{self, ContentType, Context, Limits, Served, Severity, Verdict};
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `leeward security-txt check …`
#[derive(Debug, Args)]
pub struct Check {
    /// The files; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Judge as of this moment (RFC 3339) instead of now.
    #[arg(long, value_name = "DATE")]
    at: Option<String>,
    /// The address that the file was fetched from; after a redirect a second one, which answered.
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
    /// The Content-Type that it was served with; an empty text if there was none.
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Print a JSON line for each file (the default where the output is no terminal).
    #[arg(long)]
    json: bool,
}

/// A file that cannot be read is told on stderr and the others are still checked.
pub fn run(args: &Check) -> Result<ExitCode> {
    let context = Context { now: super::now(args.at.as_deref())?, served: served(args) };
    let people = for_people(args.json);
    let (mut invalid, mut unreadable) = (false, false);
    let mut out = Lines::stdout();
    let mut progress = Progress::new("files");
    for path in &args.files {
        progress.step();
        match judge(path, &context) {
            Ok((verdict, unlike)) => {
                invalid |= !verdict.valid();
                if people {
                    out.text(&page(path, &verdict, unlike))?;
                } else {
                    out.write(&line(path, &verdict, unlike))?;
                }
            }
            Err(e) => {
                unreadable = true;
                eprintln!("leeward: {}", clean(&format!("{e:#}")));
            }
        }
    }
    out.finish()?;
    Ok(if unreadable { ExitCode::from(2) } else { held(!invalid) })
}

fn served(args: &Check) -> Option<Served<'_>> {
    let content_type = match args.content_type.as_deref() {
        None => ContentType::NotKnown,
        Some("") => ContentType::Absent,
        Some(value) => ContentType::Is(value),
    };
    let known = !args.url.is_empty() || args.content_type.is_some();
    known.then(|| Served { urls: args.url.iter().map(String::as_str).collect(), content_type })
}

fn judge(path: &Path, context: &Context) -> Result<(Verdict, Option<&'static str>)> {
    let bytes = super::bytes(path)?;
    let verdict = security_txt::check(&bytes, Limits::default(), context).with_context(|| input::name(path))?;
    let unlike = if verdict.valid() { None } else { unlike(&bytes) };
    Ok((verdict, unlike))
}

/// What a file looks like that is no security.txt by its first bytes.
fn unlike(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match text.first() {
        None => Some("an empty file"),
        Some(b'{' | b'[') => Some("JSON"),
        Some(b'<') => Some("a page of HTML"),
        _ if bytes.iter().take(1024).any(|byte| matches!(byte, 0..=8 | 14..=31)) => Some("no text"),
        _ => None,
    }
}

fn line(path: &Path, verdict: &Verdict, unlike: Option<&str>) -> serde_json::Value {
    let findings: Vec<_> = verdict
        .findings
        .iter()
        .map(|f| {
            json!({
                "code": f.code.as_str(), "severity": f.code.severity().as_str(), "line": f.line,
                "source": f.source, "message": f.message,
            })
        })
        .collect();
    json!({
        "file": path.display().to_string(),
        "valid": verdict.valid(),
        "errors": verdict.codes(Severity::Error),
        "warnings": verdict.codes(Severity::Recommendation),
        "notifications": verdict.codes(Severity::Notification),
        "findings": findings,
        "looks_like": unlike,
    })
}

fn page(path: &Path, verdict: &Verdict, unlike: Option<&str>) -> String {
    let word = if verdict.valid() { "valid" } else { "NOT valid" };
    let mut text = format!("{}: {word}", part(&input::name(path)));
    if let Some(unlike) = unlike {
        let _ = write!(text, "\n  This does not look like a security.txt but like {unlike}. Is it the right file?");
    }
    for f in &verdict.findings {
        let place = if f.line == 0 { "the file".to_owned() } else { format!("line {}", f.line) };
        let severity = f.code.severity().as_str();
        // Writing into a String cannot fail.
        let _ =
            write!(text, "\n  {place:<9} {severity:<14} {}\n            {} ({})", f.message, f.code.as_str(), f.source);
    }
    text
}

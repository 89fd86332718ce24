//! `leeward advisory feed`: advisories as a feed that readers of Atom or RSS follow.

use crate::command::held;
use crate::command::input;
use crate::command::lines::{Lines, Progress, clean};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use formats::advisory;
use formats::feed::{self, Entry};
use formats::json::{self, Limits};
use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Advisories in one feed at most.
const MOST: usize = 10_000;

/// `leeward advisory feed …`
#[derive(Debug, Args)]
pub struct Feed {
    /// The format to write.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "atom")]
    to: To,
    /// Title of the feed.
    #[arg(long, default_value = "Security advisories")]
    title: String,
    /// Who publishes it; else the publisher of the newest advisory.
    #[arg(long)]
    author: Option<String>,
    /// The page that shows the advisories, such as <https://example.com/advisories>.
    #[arg(long, value_name = "URL")]
    page: String,
    /// Where the feed itself will lie, such as <https://example.com/advisories.atom>. It is the feed's id for ever.
    #[arg(long, value_name = "URL")]
    own: String,
    /// CSAF 2.0 or 2.1, CVE 5, OSV or OpenVEX documents, in any order; - for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum To {
    Atom,
    Rss,
}

/// The feed goes to stdout, newest first. What is not for everybody is left out and told, with status 1; a file that cannot
/// be read too, with status 2.
pub fn run(args: &Feed) -> Result<ExitCode> {
    if args.files.len() > MOST {
        bail!("a feed takes {MOST} advisories at most; give the newest");
    }
    let mut progress = Progress::new("files");
    let (mut entries, mut whole, mut unreadable) = (Vec::new(), true, false);
    for file in &args.files {
        match entry(file, &args.page) {
            Ok(Ok(entry)) => entries.push(entry),
            Ok(Err(why)) => {
                whole = false;
                eprintln!("left out: {}: {why}", clean(&input::name(file)));
            }
            Err(e) => {
                unreadable = true;
                eprintln!("left out: {}", clean(&format!("{e:#}")));
            }
        }
        progress.step();
    }
    drop(progress);
    entries.sort_by_cached_key(|entry| Reverse(entry.updated.instant()));
    let Some(newest) = entries.first() else { bail!("no advisory is left to be told") };
    let author = args.author.clone().or_else(|| newest.author.clone());
    let Some(author) = author else { bail!("the advisories name no publisher; say who publishes with --author") };
    let updated = newest.updated.clone();
    let feed = feed::Feed {
        id: args.own.clone(),
        title: args.title.clone(),
        subtitle: None,
        author,
        page: args.page.clone(),
        own: args.own.clone(),
        updated,
        language: None,
        entries,
    };
    let text = match args.to {
        To::Atom => feed.atom(),
        To::Rss => feed.rss(),
    }?;
    let mut out = Lines::stdout();
    out.raw(&text)?;
    out.finish()?;
    Ok(if unreadable { ExitCode::from(2) } else { held(whole) })
}

fn entry(file: &Path, page: &str) -> Result<Result<Entry, advisory::Untold>> {
    let name = input::name(file);
    let bytes = super::bytes(file)?;
    let parsed = json::read(&bytes, Limits::default()).with_context(|| format!("{name}: cannot be read"))?;
    let read = advisory::read(&parsed.value).with_context(|| name)?;
    Ok(advisory::entry(&read, page))
}

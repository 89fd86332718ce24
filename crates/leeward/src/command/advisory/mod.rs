//! `leeward advisory …`: security advisories, without a store.

mod check;
mod convert;
mod provider;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use formats::json::Limits;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// `leeward advisory …`
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check CSAF documents: schema and every test of the standard; or a folder. Status 0 all valid, 1 not.
    Check(check::Check),
    /// Write an advisory in another format; what it cannot say there goes to stderr.
    Convert(convert::Convert),
}

/// Runs it.
pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Convert(args) => convert::run(&args),
    }
}

/// A file, at most as long as a document may be.
fn bytes(path: &Path) -> Result<Vec<u8>> {
    let limit = Limits::default().bytes;
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("{name}"))?;
    if file.metadata().with_context(|| format!("{name}"))?.is_dir() {
        bail!("{name}: is a folder; name the files in it");
    }
    let mut bytes = Vec::new();
    // One byte more than allowed, so that the reader says that it is too long.
    file.take(limit as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("{name}"))?;
    Ok(bytes)
}

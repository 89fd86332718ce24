//! `leeward advisory …`: security advisories, without a store.

mod check;
mod convert;
mod feed;
mod provider;

use super::input;
use anyhow::Result;
use clap::Subcommand;
use formats::json::Limits;
use std::path::Path;
use std::process::ExitCode;

/// `leeward advisory …`
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check CSAF documents: schema and every test of the standard; or a folder. Status 0 all valid, 1 not.
    Check(check::Check),
    /// Write an advisory in another format; what it cannot say there goes to stderr.
    Convert(convert::Convert),
    /// Write advisories as a feed, Atom or RSS; one that is not for everybody is left out and told.
    Feed(feed::Feed),
}

/// Runs it.
pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Feed(args) => feed::run(&args),
    }
}

/// A file, at most as long as a document may be.
fn bytes(path: &Path) -> Result<Vec<u8>> {
    input::bytes(path, Limits::default().bytes as u64)
}

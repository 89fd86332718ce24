//! `leeward reports …`: reports of other platforms and findings of tools, without a store.

mod check;
mod convert;

use super::input;
use super::lines::Busy;
use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use formats::report::{Format, Reports};
use std::io::{BufReader, Read};
use std::path::Path;
use std::process::ExitCode;

/// `leeward reports …`
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what an export holds: how many reports in which state, what is not understood, which rows are wrong.
    Check(check::Check),
    /// Write the reports of an export as lines of JSON, or as a SARIF log; what a log leaves out goes to stderr.
    Convert(convert::Convert),
}

/// Runs it.
pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Convert(args) => convert::run(&args),
    }
}

/// Whose export it is, by its name.
fn format(name: Option<&str>) -> Result<Option<Format>> {
    name.map(str::parse).transpose().map_err(|e: String| anyhow!(e))
}

/// Begins to read an export.
fn open(file: &Path, wanted: Option<Format>) -> Result<Reports<impl Read + use<>>> {
    // One document is read whole before its first report.
    let _busy = Busy::new(&format!("reading {}", input::name(file)));
    let source = BufReader::with_capacity(256 * 1024, input::open(file)?);
    formats::report::open(source, wanted).with_context(|| input::name(file))
}

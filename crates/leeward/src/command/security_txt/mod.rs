//! `leeward security-txt …`: the file by which outsiders find a desk, without a store.

mod check;
mod sign;
mod verify;
mod write;

use super::input;
use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use domain::Ambient;
use formats::security_txt::{Limits, Now};
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use zeroize::Zeroizing;

/// Bytes of a file of keys, as the reader bounds it, and of a password.
const MAX_KEY: u64 = 2 * 1024 * 1024;
const MAX_PASSWORD: u64 = 4096;

/// `leeward security-txt …`
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with security.txt files (RFC 9116): one JSON line each. Status 0 all valid, 1 not.
    Check(check::Check),
    /// Write a security.txt to standard output; nothing that would not be valid.
    Write(write::Write),
    /// Sign a file by a secret OpenPGP key; the signed file goes to standard output.
    Sign(sign::Sign),
    /// Say whether files are signed by the given keys: one JSON line each. Status 0 all good, 1 not.
    Verify(verify::Verify),
}

/// Runs it.
pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Write(args) => write::run(&args),
        Command::Sign(args) => sign::run(&args),
        Command::Verify(args) => verify::run(&args),
    }
}

/// The present, or the moment that was asked for.
fn now(at: Option<&str>) -> Result<Now> {
    let text = at.map_or_else(|| Ambient::system().now().to_string(), str::to_owned);
    Now::parse(&text).ok_or_else(|| anyhow!("{text} is no date and time; write it like 2027-06-30T12:00:00Z"))
}

/// A key, at most one byte longer than it may be.
fn key_bytes(path: &Path) -> Result<Vec<u8>> {
    bounded(path, MAX_KEY)
}

/// The first line of a file, without its ending: a password.
fn first_line(path: &Path) -> Result<Zeroizing<String>> {
    let bytes = Zeroizing::new(bounded(path, MAX_PASSWORD)?);
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let line = std::str::from_utf8(line).with_context(|| format!("{}: write it in UTF-8", path.display()))?;
    Ok(Zeroizing::new(line.to_owned()))
}

/// A file, at most one byte longer than it may be, so that the reader says that it is too long.
fn bytes(path: &Path) -> Result<Vec<u8>> {
    bounded(path, Limits::default().bytes as u64)
}

fn bounded(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let name = path.display();
    if path.as_os_str() == "-" {
        return input::bytes(path, limit);
    }
    let file = input::file(path)?;
    let about = file.metadata().with_context(|| format!("{name}"))?;
    // Room for all of it at once: a vector that grows leaves copies of a secret behind.
    let mut bytes = Vec::with_capacity(usize::try_from(about.len().min(limit) + 1)?);
    file.take(limit + 1).read_to_end(&mut bytes).with_context(|| format!("{name}"))?;
    Ok(bytes)
}

//! `leeward draw-picture`: the process of its own in which the desk has a picture decoded. Nobody types it.
//!
//! Before it reads a byte it limits itself: no file and no connection can be opened any more, no file written, no process
//! started, a gibibyte of memory, twenty seconds of work. Then a picture comes in on standard input and an answer goes out.

use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, setrlimit};
use std::io::{Read, Write};
use std::process::ExitCode;

/// Bytes of a picture; the desk sends no more.
const PICTURE_MOST: u64 = 32 << 20;
/// What it may take: of memory in bytes, of the processor in seconds, and nothing of the rest.
const LIMITS: [(Resource, u64); 6] = [
    (Resource::As, 1 << 30),
    (Resource::Cpu, 20),
    (Resource::Fsize, 0),
    (Resource::Core, 0),
    (Resource::Nproc, 0),
    // Those that are open stay so; no other can be, and no socket either.
    (Resource::Nofile, 0),
];

/// `leeward draw-picture`
#[derive(Debug, clap::Args)]
pub struct DrawPicture {
    /// Longest side of what is drawn.
    most: u32,
}

/// Runs it, without a runtime: threads would be more than it needs.
pub fn run(args: &DrawPicture) -> Result<ExitCode> {
    for (resource, most) in LIMITS {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).with_context(|| format!("{resource:?} cannot be limited"))?;
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(PICTURE_MOST).read_to_end(&mut bytes)?;
    let answer = desk::attachment::draw(&bytes, args.most);
    let mut out = std::io::stdout().lock();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

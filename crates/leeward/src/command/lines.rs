//! Commands that answer one JSON line for each thing asked: arguments or lines of standard input in, lines out.

use anyhow::{Context, Result};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Read, StdoutLock, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A line of standard input may not be longer.
const MAX_LINE: u64 = 64 * 1024;

/// Feeds `each` the arguments, or, where there is none, the lines of standard input; empty lines are passed over.
pub fn each_input(arguments: &[String], mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
    if !arguments.is_empty() {
        return arguments.iter().try_for_each(|argument| each(argument));
    }
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut progress = Progress::new("lines");
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut line).context("standard input")?;
        if read == 0 {
            break;
        }
        anyhow::ensure!(line.len() as u64 <= MAX_LINE, "standard input, line {number}: longer than {MAX_LINE} bytes");
        let text = std::str::from_utf8(&line)
            .with_context(|| format!("standard input, line {number}: write it in UTF-8"))?
            .trim_end_matches(['\n', '\r']);
        if !text.trim().is_empty() {
            each(text)?;
        }
        progress.step();
    }
    Ok(())
}

/// Standard output, a JSON document a line.
pub struct Lines(BufWriter<StdoutLock<'static>>);

impl Lines {
    /// Locks standard output.
    pub fn stdout() -> Self {
        Self(BufWriter::with_capacity(64 * 1024, std::io::stdout().lock()))
    }

    /// Writes one line.
    pub fn write(&mut self, line: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.0, line).map_err(std::io::Error::from).context("standard output")?;
        self.0.write_all(b"\n").context("standard output")
    }

    /// Writes lines for people.
    pub fn text(&mut self, lines: &str) -> Result<()> {
        writeln!(self.0, "{}", clean(lines)).context("standard output")
    }

    /// Writes a document as it is: it is for a file or another program.
    pub fn raw(&mut self, document: &str) -> Result<()> {
        self.0.write_all(document.as_bytes()).context("standard output")
    }

    /// Sees that everything is out.
    pub fn finish(mut self) -> Result<()> {
        self.0.flush().context("standard output")
    }
}

/// A count on the terminal, once a second while something long goes on; silent where standard error or output is no such
/// pair.
pub struct Progress {
    noun: &'static str,
    done: Arc<AtomicU64>,
    told: Ticker,
}

impl Progress {
    /// `noun` is what is counted.
    pub fn new(noun: &'static str) -> Self {
        // Lines that run over the same terminal are progress enough.
        let shown = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        let done = Arc::new(AtomicU64::new(0));
        let count = done.clone();
        let told = Ticker::new(shown, move |_| format!("{noun}: {}", count.load(Ordering::Relaxed)));
        Self { noun, done, told }
    }

    /// One more is done.
    pub fn step(&mut self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let (shown, done) = (self.told.0.is_some(), self.done.load(Ordering::Relaxed));
        // Its line goes first.
        drop(std::mem::take(&mut self.told));
        if shown && done >= 1000 {
            eprintln!("{}: {done}", self.noun);
        }
    }
}

/// A text for the terminal: signs that would steer it, or turn the direction of writing, are shown as `\u{fffd}`. Names in
/// files are strangers' texts.
pub fn clean(text: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(steers) { Cow::Owned(text.replace(steers, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// The same for a part of a line: it cannot begin one of its own.
pub fn part(text: &str) -> String {
    clean(text).replace(['\n', '\t'], "\u{fffd}")
}

/// Tells on the terminal that something goes on which is not done in a second, until it is dropped.
pub struct Busy {
    _told: Ticker,
}

impl Busy {
    /// `what` is done: "checking big.json".
    pub fn new(what: &str) -> Self {
        let what = part(what);
        let shown = std::io::stderr().is_terminal();
        Self { _told: Ticker::new(shown, move |seconds| format!("{what} … {seconds} s")) }
    }
}

/// A line on the terminal that is written anew each second, until it is dropped.
#[derive(Default)]
struct Ticker(Option<(Sender<()>, JoinHandle<()>)>);

impl Ticker {
    /// `line` is given the seconds that have gone by.
    fn new(shown: bool, line: impl Fn(u64) -> String + Send + 'static) -> Self {
        Self(shown.then(|| {
            let (stop, stopped) = channel();
            (stop, std::thread::spawn(move || tell(&line, &stopped)))
        }))
    }
}

/// Each second, until the sender speaks or is gone.
fn tell(line: &impl Fn(u64) -> String, stopped: &Receiver<()>) {
    let mut seconds = 0_u64;
    while stopped.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
        seconds += 1;
        eprint!("\r{}\x1b[K", line(seconds));
    }
    if seconds > 0 {
        eprint!("\r\x1b[K");
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        if let Some((stop, told)) = self.0.take() {
            // It may have ended by itself.
            let _ = stop.send(());
            let _ = told.join();
        }
    }
}

/// Whether a person reads: standard output is a terminal and nobody asked for JSON.
pub fn for_people(json: bool) -> bool {
    !json && std::io::stdout().is_terminal()
}

//! The log on standard error: one event, one line, whatever stands in it.
//!
//! What people typed can get into an error's text. A line break or a terminal's escape in it must not look like an event
//! of its own, so control characters are written as escapes.

use std::io::{self, Write};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Lines on standard error; `RUST_LOG` chooses the level: `info`, or `warn,desk=debug` by crate. Without it, trouble and
/// what `web::security` tells.
pub fn start() {
    let wish = std::env::var("RUST_LOG").unwrap_or_default();
    let said = wish.parse::<Targets>();
    let odd = said.is_err();
    let usual = || Targets::new().with_default(LevelFilter::WARN).with_target("security", LevelFilter::INFO);
    let filter = said.ok().filter(|_| !wish.is_empty()).unwrap_or_else(usual);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Lines(io::stderr()));
    // Whoever started one before keeps it.
    drop(tracing_subscriber::registry().with(lines.with_filter(filter)).try_init());
    if odd {
        eprintln!("RUST_LOG is not understood and left aside; say for example RUST_LOG=warn,desk=debug");
    }
}

/// A writer that gets one event in one piece and writes it as one line.
pub struct Lines<W>(pub W);

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let mut line = String::with_capacity(text.len());
        for c in text.trim_end_matches('\n').chars() {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
        line.push('\n');
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_stands_in_an_event_makes_no_line_of_its_own() {
        let kept = Kept::default();
        let writer = kept.clone();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || Lines(writer.clone())).finish();
        let typed = "x\n2026-11-22T00:00:00Z WARN security: forged\r\n\u{1b}[2J\u{2028}end";
        tracing::subscriber::with_default(log, || tracing::warn!(error = %typed, path = typed, "{typed}"));
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.ends_with('\n') && !text.contains(['\r', '\u{1b}', '\u{2028}']), "{text:?}");
        assert!(text.contains("forged") && text.contains("end"), "{text}");
        let stamp = text.split(' ').next().unwrap();
        assert!(stamp.ends_with('Z') && stamp.contains('T'), "instants are UTC: {stamp}");
    }
}

//! The log on standard error: one event, one line, whatever stands in it.
//!
//! What people typed can get into an error's text. A line break or a terminal's escape in it must not look like an event
//! of its own, so control characters are written as escapes.

use domain::Clock;
use std::io::{self, Write};
use std::sync::Arc;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::prelude::*;

/// A machine that gathers lines beside standard error: the way there, and the clock that they are stamped with.
#[derive(Clone)]
pub struct Gathered {
    /// The way.
    pub lines: outbound::Lines,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Lines on standard error; `RUST_LOG` chooses the level: `info`, or `warn,desk=debug` by crate. Without it, trouble and
/// what `web::security` tells. The same lines go to `gathered`, where somebody gathers them.
pub fn start(gathered: Option<Gathered>) {
    let wish = std::env::var("RUST_LOG").unwrap_or_default();
    let said = wish.parse::<Targets>();
    let odd = said.is_err();
    let usual = || Targets::new().with_default(LevelFilter::WARN).with_target("security", LevelFilter::INFO);
    let filter = said.ok().filter(|_| !wish.is_empty()).unwrap_or_else(usual);
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Lines(io::stderr()));
    // Its messages have the instant and the level in their heads.
    let there = gathered.map(|gathered| {
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).without_time().with_level(false);
        layer.with_writer(gathered).with_filter(filter.clone())
    });
    // Whoever started one before keeps it.
    drop(tracing_subscriber::registry().with(lines.with_filter(filter)).with(there).try_init());
    if odd {
        eprintln!("RUST_LOG is not understood and left aside; say for example RUST_LOG=warn,desk=debug");
    }
}

/// One event on its way to whoever gathers them.
pub struct Entry<'g> {
    gathered: &'g Gathered,
    severity: u8,
    security: bool,
}

impl Write for Entry<'_> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let mut line = Vec::with_capacity(event.len());
        Lines(&mut line).write_all(event)?;
        let (text, at) = (String::from_utf8_lossy(&line), self.gathered.clock.now());
        let (severity, security) = (self.severity, self.security);
        self.gathered.lines.put(outbound::Line { at, severity, security, text: &text });
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'g> MakeWriter<'g> for Gathered {
    type Writer = Entry<'g>;

    fn make_writer(&'g self) -> Entry<'g> {
        Entry { gathered: self, severity: 6, security: false }
    }

    fn make_writer_for(&'g self, about: &Metadata<'_>) -> Entry<'g> {
        let severity = match *about.level() {
            Level::ERROR => 3,
            Level::WARN => 4,
            Level::INFO => 6,
            _ => 7,
        };
        Entry { gathered: self, severity, security: about.target() == "security" }
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
    use tracing_subscriber::prelude::*;

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

    #[tokio::test]
    async fn the_same_lines_go_to_whoever_gathers_them() {
        use tokio::io::AsyncReadExt;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
        let host = "trust.acme.example".to_owned();
        let pause = std::time::Duration::from_millis(10);
        let collector = outbound::Collector { place, authority: None, host, pause };
        let lines = outbound::start_collector(collector).unwrap();
        let gathered = super::Gathered { lines, clock: domain::Ambient::fixed(1).clock };
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).without_time().with_level(false);
        let log = tracing_subscriber::registry().with(layer.with_writer(gathered));
        tracing::subscriber::with_default(log, || {
            tracing::info!(target: "security", who = "x\n<80>1 forged", "signed in");
            tracing::error!("the disk is full");
        });
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        while !text.contains("the disk is full") {
            let mut some = [0; 1_024];
            let n = stream.read(&mut some).await.unwrap();
            assert!(n > 0, "{text}");
            text.push_str(&String::from_utf8_lossy(&some[..n]));
        }
        assert!(
            text.contains("<86>1 ") && text.contains(" trust.acme.example leeward - - - security: signed in"),
            "{text}"
        );
        assert!(text.contains("<11>1 ") && !text.contains('\n'), "{text}");
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

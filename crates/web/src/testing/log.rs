//! What a test makes the house log.

use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What is logged on this thread from now on, at every level. One log for the whole process: those of single threads
/// lose lines when others come and go.
pub struct Log;

impl Log {
    /// An empty log.
    pub fn start() -> Self {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
            log.with_writer(|| Writer).init();
        });
        LINES.with_borrow_mut(Vec::clear);
        Self
    }

    /// Every line so far.
    pub fn text(&self) -> String {
        LINES.with_borrow(|lines| String::from_utf8(lines.clone()).unwrap())
    }

    /// The line of the watch that says this; panics when there is none.
    pub fn line(&self, what: &str) -> String {
        let text = self.text();
        let wanted = format!("what=\"{what}\"");
        let line = text.lines().filter(|l| l.contains("security:")).find(|l| l.contains(&wanted));
        line.unwrap_or_else(|| panic!("no line says {what:?}:\n{text}")).to_owned()
    }
}

struct Writer;

impl std::io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

//! What came back: an answer, or the reason why there is none. Both in words for the page, bounded, without control
//! characters: whoever answers may be anybody.

use domain::Span;

/// Characters that are kept of what a receiver said.
const KEPT: usize = 300;

/// An answer of a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code of HTTP.
    pub status: u16,
    /// The first words of its body.
    pub words: String,
    /// For how long it asks us to wait.
    pub retry_after: Option<Span>,
}

impl Answer {
    /// Whether the receiver took it.
    pub const fn is_taken(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The address is none that we send to.
    #[error("{0}")]
    Refused(String),
    /// Its name leads nowhere.
    #[error("The name {0} leads to no address")]
    Name(String),
    /// Nobody takes connections there.
    #[error("No connection: {0}")]
    Connect(String),
    /// The connection cannot be protected.
    #[error("No TLS: {0}")]
    Tls(String),
    /// What came back is no HTTP, or it broke off.
    #[error("No answer: {0}")]
    Broken(String),
    /// It took too long.
    #[error("No answer within {0} seconds")]
    Slow(u64),
}

/// Bytes of somebody else as one short line.
pub(crate) fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut words = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().filter(|c| !is_hidden(*c)));
        if words.chars().count() > KEPT {
            return words.chars().take(KEPT).chain(['…']).collect();
        }
    }
    words
}

/// Characters that change how the others are read.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{KEPT, one_line};

    #[test]
    fn what_others_say_becomes_one_short_line() {
        assert_eq!(one_line(b"  not\r\n\tnow\x00\x1b[31m  "), "not now [31m");
        assert_eq!(one_line("a\u{202e}b".as_bytes()), "ab");
        assert_eq!(one_line(&[0xff, b'x']), "\u{fffd}x");
        assert_eq!(one_line("ü".repeat(5_000).as_bytes()).chars().count(), KEPT + 1);
    }
}

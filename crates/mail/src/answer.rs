//! What a mail server answers, as far as it is kept.

use lettre::transport::smtp::response::{Category, Severity};

/// In place of a word with an address in it.
const LEFT_OUT: &str = "…";
/// Longest text of an answer that is kept, in characters.
const LONGEST: usize = 300;

/// A reply code and the words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// RFC 5321 section 4.2: 250, 451, 550. None when there was no reply at all.
    pub code: Option<u16>,
    /// One line, without control characters and without addresses: servers repeat the address of whom they
    /// refuse, and not everybody who sees the answer may know it.
    pub words: String,
}

impl Answer {
    /// From a reply code, if there was one, and whatever text came with it.
    pub fn new(code: Option<u16>, words: &str) -> Self {
        let plain = words.chars().map(|c| if c.is_control() { ' ' } else { c });
        let plain = plain.collect::<String>();
        let words = plain.split_whitespace().map(|word| if has_address(word) { LEFT_OUT } else { word });
        let words = words.collect::<Vec<_>>().join(" ");
        Self { code, words: words.chars().take(LONGEST).collect() }
    }

    /// From a failure of the library.
    pub(crate) fn of(error: &lettre::transport::smtp::Error) -> Self {
        let code = error.status().map(|code| {
            let severity = match code.severity {
                Severity::PositiveCompletion => 2,
                Severity::PositiveIntermediate => 3,
                Severity::TransientNegativeCompletion => 4,
                Severity::PermanentNegativeCompletion => 5,
            };
            let category = match code.category {
                Category::Syntax => 0,
                Category::Information => 1,
                Category::Connections => 2,
                Category::Unspecified3 => 3,
                Category::Unspecified4 => 4,
                Category::MailSystem => 5,
            };
            severity * 100 + category * 10 + code.detail as u16
        });
        let source = std::error::Error::source(error).map(ToString::to_string);
        Self::new(code, &source.unwrap_or_else(|| error.to_string()))
    }

    /// The same with our own words before what the server said.
    pub(crate) fn when(self, doing: &str) -> Self {
        Self { words: format!("{doing}: {}", self.words), ..self }
    }

    /// Whether the server said that trying again is no use.
    pub const fn is_final(&self) -> bool {
        matches!(self.code, Some(500..=599))
    }

    /// Whether the server said that it may take it later.
    pub const fn is_temporary(&self) -> bool {
        matches!(self.code, Some(400..=499))
    }
}

/// The full-width and small forms of the sign too; `=40` and `%40` are it in other spellings.
fn has_address(word: &str) -> bool {
    ["@", "\u{ff20}", "\u{fe6b}", "%40", "=40", "+40"].iter().any(|sign| word.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn an_answer_is_one_short_line() {
        let answer = Answer::new(Some(550), "5.1.1 no\r\n such\tuser\u{7}");
        assert_eq!(answer.words, "5.1.1 no such user");
        let answer =
            Answer::new(Some(550), "5.1.1 <gone@there.example>: unknown; see mailto:x%40there.example or call");
        assert_eq!(answer.words, "5.1.1 … unknown; see … or call");
        assert!(answer.is_final() && !answer.is_temporary());
        assert_eq!(Answer::new(None, &"x".repeat(900)).words.len(), 300);
    }
}

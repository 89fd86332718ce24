//! Text typed by who may read it.
//!
//! A note for the team, a message to the reporter and a public sentence are three types, and there
//! is no way from one to another but to write the words again. A template for the public takes
//! [`PublicText`] only, so a team note cannot be shown there by mistake.
//!
//! ```compile_fail
//! let note = domain::TeamText::new("only for us".into()).unwrap();
//! let out: domain::ReporterText = note.into();
//! ```
//! ```compile_fail
//! let note = domain::TeamText::new("only for us".into()).unwrap();
//! println!("{note}");
//! ```

use std::fmt;

/// Longest text of any audience, in bytes of UTF-8.
pub const TEXT_MAX_BYTES: usize = 100_000;

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("there is no text")]
    Empty,
    /// More than [`TEXT_MAX_BYTES`].
    #[error("the text is longer than 100,000 bytes")]
    TooLong,
    /// NUL or another C0 control that is neither tab nor line break.
    #[error("the text has a control character in it")]
    Control,
}

fn check(text: &str) -> Result<(), TextError> {
    if text.len() > TEXT_MAX_BYTES {
        return Err(TextError::TooLong);
    }
    if has_control(text) {
        return Err(TextError::Control);
    }
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    Ok(())
}

/// Whether there is a C0 control other than tab, line feed and carriage return.
pub(crate) fn has_control(text: &str) -> bool {
    text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'))
}

macro_rules! texts {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Takes 1 to 100,000 bytes that are not all white space and have no control characters
            /// but tab and line breaks.
            pub fn new(text: String) -> Result<Self, TextError> {
                check(&text)?;
                Ok(Self(text))
            }

            /// The words themselves.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            /// Only the length: debug output ends in logs, and logs are not sealed.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} bytes)"), self.0.len())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    )+ };
}

texts! {
    /// Only for people who work on the case. Has no `Display`.
    TeamText,
    /// Between the team and the reporter of the case.
    ReporterText,
    /// For everyone.
    PublicText,
}

impl fmt::Display for ReporterText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PublicText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{ReporterText, TEXT_MAX_BYTES, TeamText, TextError};

    #[test]
    fn limits_hold_also_through_json() {
        assert_eq!(TeamText::new(String::new()), Err(TextError::Empty));
        assert_eq!(TeamText::new(" \n".into()), Err(TextError::Empty));
        assert_eq!(TeamText::new("a\0b".into()), Err(TextError::Control));
        assert_eq!(TeamText::new("a\u{1b}[2J".into()), Err(TextError::Control));
        assert!(TeamText::new("x".repeat(TEXT_MAX_BYTES)).is_ok());
        assert_eq!(TeamText::new("x".repeat(TEXT_MAX_BYTES + 1)), Err(TextError::TooLong));
        assert!(TeamText::new("tab\tline\r\nend".into()).is_ok());
        assert!(serde_json::from_str::<ReporterText>("\"\"").is_err());
        let text: ReporterText = serde_json::from_str("\"hello\"").unwrap();
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"hello\"");
    }

    #[test]
    fn debug_shows_no_words() {
        let note = TeamText::new("secret".into()).unwrap();
        assert_eq!(format!("{note:?}"), "TeamText(6 bytes)");
    }
}

//! The code by which a reporter without an account comes back.
//!
//! 120 random bits as 24 letters of Crockford's base 32 in six groups of four. Reading is
//! forgiving: a code is copied from paper or read over the telephone.

use std::fmt;
use std::str::FromStr;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 24;

/// A return code. Secret: `Debug` hides it, and only `Display` writes it out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReturnCode([u8; 15]);

/// Why a text is no return code. Never says which letters were right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not 24 letters once spaces and dashes are gone.
    #[error("a code has 24 letters and digits in six groups of four")]
    Length,
    /// A letter that codes do not use.
    #[error("the code has a character that codes do not use")]
    Letter,
}

impl ReturnCode {
    /// From 15 random bytes.
    pub const fn from_bytes(bytes: [u8; 15]) -> Self {
        Self(bytes)
    }

    /// The 15 bytes, for hashing before they are stored or looked up.
    pub const fn as_bytes(&self) -> &[u8; 15] {
        &self.0
    }
}

impl fmt::Debug for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnCode(..)")
    }
}

impl fmt::Display for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        // Five bytes are forty bits: two groups of four letters.
        for (i, five) in self.0.chunks_exact(5).enumerate() {
            let bits = five.iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
            for letter in 0..8 {
                if letter % 4 == 0 && (i, letter) != (0, 0) {
                    f.write_char('-')?;
                }
                let index = (bits >> (35 - 5 * letter)) & 31;
                f.write_char(char::from(ALPHABET[usize::try_from(index).unwrap_or(0)]))?;
            }
        }
        Ok(())
    }
}

impl FromStr for ReturnCode {
    type Err = CodeError;

    /// Any case; spaces, dashes (also typographic ones) and line breaks anywhere; `I` and `L` read as
    /// 1, `O` as 0.
    fn from_str(s: &str) -> Result<Self, CodeError> {
        let mut values = [0_u8; LETTERS];
        let mut count = 0;
        for c in s.chars() {
            if c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}') {
                continue;
            }
            let value = value_of(c).ok_or(CodeError::Letter)?;
            *values.get_mut(count).ok_or(CodeError::Length)? = value;
            count += 1;
        }
        if count != LETTERS {
            return Err(CodeError::Length);
        }
        let mut bytes = [0_u8; 15];
        for (eight, five) in values.chunks_exact(8).zip(bytes.chunks_exact_mut(5)) {
            let bits = eight.iter().fold(0_u64, |n, v| n << 5 | u64::from(*v));
            five.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        Ok(Self(bytes))
    }
}

fn value_of(c: char) -> Option<u8> {
    let letter = match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let at = ALPHABET.iter().position(|a| char::from(*a) == letter)?;
    u8::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::{CodeError, ReturnCode};
    use proptest::prelude::*;

    #[test]
    fn looks_as_on_the_receipt() {
        let code: ReturnCode = "7C1E-4KQ9-R2VM-X80D-A90F-3TNH".parse().unwrap();
        assert_eq!(code.to_string(), "7C1E-4KQ9-R2VM-X80D-A90F-3TNH");
        assert_eq!(format!("{code:?}"), "ReturnCode(..)");
        assert_eq!(" 7cle 4kq9 r2vm\nx8od—a9of-3tnh ".parse(), Ok(code));
    }

    #[test]
    fn refuses_what_is_no_code() {
        assert_eq!("".parse::<ReturnCode>(), Err(CodeError::Length));
        assert_eq!("7C1E-4KQ9-R2VM-X80D-A90F-3TN".parse::<ReturnCode>(), Err(CodeError::Length));
        assert_eq!("7C1E-4KQ9-R2VM-X80D-A90F-3TNHH".parse::<ReturnCode>(), Err(CodeError::Length));
        assert_eq!("UC1E-4KQ9-R2VM-X80D-A90F-3TNH".parse::<ReturnCode>(), Err(CodeError::Letter));
    }

    proptest! {
        #[test]
        fn round_trip_also_when_copied_badly(bytes: [u8; 15], lower: bool, joined: bool) {
            let code = ReturnCode::from_bytes(bytes);
            let mut text = code.to_string();
            prop_assert_eq!(text.len(), 29);
            if lower { text = text.to_lowercase().replace('1', "l").replace('0', "o"); }
            if joined { text = text.replace('-', ""); }
            prop_assert_eq!(text.parse::<ReturnCode>(), Ok(code));
        }

        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = text.parse::<ReturnCode>();
        }
    }
}

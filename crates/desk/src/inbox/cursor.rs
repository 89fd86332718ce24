//! Where a page of the list begins: the place of a case in the order, and the direction.

use db::{Db, field};
use std::fmt::{self, Write};
use std::str::FromStr;
use uuid::Uuid;

/// The place of a case in the order that is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// By severity: its rank, -1 where none is set. Nothing in other orders.
    pub rank: Option<i64>,
    /// When it is due, or changed last, in microseconds; nothing where the order does not ask.
    pub at: Option<i64>,
    /// By number: it. Nothing in other orders.
    pub number: Option<i64>,
    /// Its id.
    pub id: Uuid,
}

/// A place and which side of it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// What comes after.
    After(Key),
    /// What comes before.
    Before(Key),
}

impl Cursor {
    /// The place itself.
    pub const fn key(self) -> Key {
        match self {
            Self::After(key) | Self::Before(key) => key,
        }
    }

    /// As it stands in an address: sealed, since a walk may stop at a case that whoever pages may not see.
    pub fn sealed(self, db: &Db) -> String {
        let random = db.ambient().random.as_ref();
        let bytes = db.keys().house().seal(field::LIST_PLACE, Uuid::nil(), 0, self.to_string().as_bytes(), random);
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Reads it back.
    pub fn opened(text: &str, db: &Db) -> Result<Self, CursorError> {
        let byte = |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let sealed: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
        let opened = db.keys().house().open(field::LIST_PLACE, Uuid::nil(), 0, &sealed.ok_or(CursorError)?);
        let plain = opened.map_err(|_| CursorError)?;
        std::str::from_utf8(&plain).map_err(|_| CursorError)?.parse()
    }

    /// Whether what comes before is wanted.
    pub const fn is_back(self) -> bool {
        matches!(self, Self::Before(_))
    }
}

/// A text that is no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { rank, at, number, id } = self.key();
        f.write_str(if self.is_back() { "b" } else { "a" })?;
        if let Some(at) = at {
            write!(f, "{at}")?;
        }
        if let Some(number) = number {
            write!(f, "n{number}")?;
        }
        if let Some(rank) = rank {
            write!(f, ".{rank}")?;
        }
        write!(f, ".{}", id.simple())
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        fn number(text: &str) -> Result<i64, CursorError> {
            text.parse().map_err(|_| CursorError)
        }
        let (side, rest) = text.split_at_checked(1).ok_or(CursorError)?;
        let parts: Vec<&str> = rest.splitn(4, '.').collect();
        let (at, rank, id) = match parts[..] {
            [at, id] => (at, None, id),
            [at, rank, id] => (at, Some(number(rank)?), id),
            _ => return Err(CursorError),
        };
        let (at, number) = match at.strip_prefix('n') {
            Some(digits) => (None, Some(number(digits)?)),
            None if at.is_empty() => (None, None),
            None => (Some(number(at)?), None),
        };
        let key = Key { rank, at, number, id: Uuid::try_parse(id).map_err(|_| CursorError)? };
        match side {
            "a" => Ok(Self::After(key)),
            "b" => Ok(Self::Before(key)),
            _ => Err(CursorError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Key};
    use uuid::Uuid;

    #[test]
    fn cursors_come_back() {
        let id = Uuid::from_u128(0x1234);
        let none = Key { rank: None, at: None, number: None, id };
        for key in [
            none,
            Key { at: Some(-5), ..none },
            Key { rank: Some(-1), ..none },
            Key { rank: Some(4), at: Some(7), ..none },
            Key { number: Some(12), ..none },
        ] {
            for cursor in [Cursor::After(key), Cursor::Before(key)] {
                assert_eq!(cursor.to_string().parse(), Ok(cursor));
            }
        }
        for bad in [
            "",
            "a",
            "a.",
            "x.00000000000000000000000000001234",
            "a1x.00000000000000000000000000001234",
            "an.00000000000000000000000000001234",
            "é",
            "a1.2.3.00000000000000000000000000001234",
        ] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}

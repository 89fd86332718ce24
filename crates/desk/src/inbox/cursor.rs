//! Where a page of the list begins: the place of a case in the order, and the direction.

use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The place of a case in the order that is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// By severity: its rank, -1 where none is set. Nothing in other orders.
    pub rank: Option<i64>,
    /// When it is due, or changed last, in microseconds; nothing where the order does not ask.
    pub at: Option<i64>,
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
        let Key { rank, at, id } = self.key();
        f.write_str(if self.is_back() { "b" } else { "a" })?;
        if let Some(at) = at {
            write!(f, "{at}")?;
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
        let at = if at.is_empty() { None } else { Some(number(at)?) };
        let key = Key { rank, at, id: Uuid::try_parse(id).map_err(|_| CursorError)? };
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
        for (rank, at) in [(None, Some(-5)), (None, None), (Some(-1), None), (Some(4), Some(7))] {
            let key = Key { rank, at, id };
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
            "é",
            "a1.2.3.00000000000000000000000000001234",
        ] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}

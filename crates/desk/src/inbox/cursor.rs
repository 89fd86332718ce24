//! Where a page of the list begins: the place of a case in the order, and the direction.

use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The place of a case in the list: due first by due time, then those without a due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// When it is due, in microseconds.
    pub due: Option<i64>,
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

/// A text that is no cursor of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (side, key) = match self {
            Self::After(key) => ('a', key),
            Self::Before(key) => ('b', key),
        };
        let id = key.id.simple();
        match key.due {
            Some(due) => write!(f, "{side}{due}.{id}"),
            None => write!(f, "{side}.{id}"),
        }
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (side, rest) = text.split_at_checked(1).ok_or(CursorError)?;
        let (due, id) = rest.split_once('.').ok_or(CursorError)?;
        let due = if due.is_empty() { None } else { Some(due.parse().map_err(|_| CursorError)?) };
        let id = Uuid::try_parse(id).map_err(|_| CursorError)?;
        match side {
            "a" => Ok(Self::After(Key { due, id })),
            "b" => Ok(Self::Before(Key { due, id })),
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
        for key in [Key { due: Some(-5), id }, Key { due: None, id }] {
            for cursor in [Cursor::After(key), Cursor::Before(key)] {
                assert_eq!(cursor.to_string().parse(), Ok(cursor));
            }
        }
        for bad in ["", "a", "a.", "x.00000000000000000000000000001234", "a1x.00000000000000000000000000001234", "é"] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}

//! The path of a tile, as C2SP `tlog-tiles` writes it: `tile/<L>/<N>[.p/<W>]`.
//!
//! `tlog_tiles` 0.2 writes the older Go form with a height (`tile/8/0/001`) and panics on some
//! hostile paths, so this part is ours. Parsing is strict: a path is accepted only if it is the one
//! spelling we would write, since these texts come from the open network.

use std::fmt;
use std::str::FromStr;

use crate::level::{Level, MAX_LEVEL, TILE_WIDTH, TileId};

/// Longest path we read: seven groups cover any 64-bit index.
const MAX_PATH_BYTES: usize = 64;

/// Why a text is no tile path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It does not begin with `tile/`, or has too few parts, or is far too long.
    #[error("a tile path is tile/<level>/<index>, with .p/<width> for a partial tile")]
    Shape,
    /// The level is neither `entries` nor 0..=63 without leading zeroes.
    #[error("the level must be `entries` or a number from 0 to 63")]
    Level,
    /// The index is not in three-digit groups, all but the last with an `x`, without empty groups
    /// in front.
    #[error("the index must be in groups of three digits such as x001/234")]
    Index,
    /// The width of a partial tile is not 1..=255 without leading zeroes.
    #[error("the width of a partial tile must be a number from 1 to 255")]
    Width,
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Entries => f.write_str("tile/entries/")?,
            Level::Hash(level) => write!(f, "tile/{level}/")?,
        }
        write_index(f, self.index / 1000)?;
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_full() {
            return Ok(());
        }
        write!(f, ".p/{}", self.width)
    }
}

/// Writes every group but the last, most significant first.
fn write_index(f: &mut fmt::Formatter<'_>, high: u64) -> fmt::Result {
    if high == 0 {
        return Ok(());
    }
    write_index(f, high / 1000)?;
    write!(f, "x{:03}/", high % 1000)
}

impl FromStr for TileId {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        if path.len() > MAX_PATH_BYTES {
            return Err(PathError::Shape);
        }
        let rest = path.strip_prefix("tile/").ok_or(PathError::Shape)?;
        let (level, rest) = rest.split_once('/').ok_or(PathError::Shape)?;
        let level = match level {
            "entries" => Level::Entries,
            number => Level::Hash(small(number, 0, MAX_LEVEL.into()).ok_or(PathError::Level)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            None => (rest, TILE_WIDTH),
            Some((index, width)) => {
                let width: u8 = small(width, 1, 255).ok_or(PathError::Width)?;
                (index, width.into())
            }
        };
        let index = parse_index(index).ok_or(PathError::Index)?;
        Ok(Self { level, index, width })
    }
}

/// A decimal number in `low..=high`, digits only, no leading zeroes.
fn small(text: &str, low: u16, high: u16) -> Option<u8> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let value: u16 = plain.then(|| text.parse().ok()).flatten()?;
    (low..=high).contains(&value).then(|| u8::try_from(value).ok()).flatten()
}

/// Reads `x001/x234/067`.
fn parse_index(text: &str) -> Option<u64> {
    let groups: Vec<&str> = text.split('/').collect();
    let (last, high) = groups.split_last()?;
    let mut index = 0_u64;
    for (place, group) in high.iter().enumerate() {
        let value = group_value(group.strip_prefix('x')?)?;
        // A leading x000 would be a second spelling of the same index.
        if place == 0 && value == 0 {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(value)?;
    }
    index.checked_mul(1000)?.checked_add(group_value(last)?)
}

/// Exactly three digits.
fn group_value(group: &str) -> Option<u64> {
    let plain = group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| group.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(level: Level, index: u64, width: u16) -> TileId {
        TileId { level, index, width }
    }

    #[test]
    fn writes_and_reads_the_forms_of_the_specification() {
        let cases = [
            ("tile/0/x001/x234/067", id(Level::Hash(0), 1_234_067, 256)),
            ("tile/0/000", id(Level::Hash(0), 0, 256)),
            ("tile/0/273.p/112", id(Level::Hash(0), 273, 112)),
            ("tile/1/000", id(Level::Hash(1), 0, 256)),
            ("tile/1/001.p/17", id(Level::Hash(1), 1, 17)),
            ("tile/2/000.p/1", id(Level::Hash(2), 0, 1)),
            ("tile/63/999", id(Level::Hash(63), 999, 256)),
            ("tile/entries/x001/000.p/255", id(Level::Entries, 1000, 255)),
            ("tile/5/x018/x446/x744/x073/x709/x551/615", id(Level::Hash(5), u64::MAX, 256)),
        ];
        for (path, want) in cases {
            assert_eq!(path.parse(), Ok(want), "{path}");
            assert_eq!(want.to_string(), path);
        }
    }

    #[test]
    fn refuses_every_other_spelling() {
        let cases = [
            ("", PathError::Shape),
            ("tile", PathError::Shape),
            ("tile/0", PathError::Shape),
            ("/tile/0/000", PathError::Shape),
            ("tile/-1/000", PathError::Level),
            ("tile/+1/000", PathError::Level),
            ("tile/00/000", PathError::Level),
            ("tile/64/000", PathError::Level),
            ("tile/data/000", PathError::Level),
            ("tile/8/0/001", PathError::Index),
            ("tile/0/0", PathError::Index),
            ("tile/0/1234", PathError::Index),
            ("tile/0/x001", PathError::Index),
            ("tile/0/001/002", PathError::Index),
            ("tile/0/x000/002", PathError::Index),
            ("tile/0/x01/002", PathError::Index),
            ("tile/0/xx01/002", PathError::Index),
            ("tile/0/+01", PathError::Index),
            ("tile/0/..", PathError::Index),
            ("tile/0/000/", PathError::Index),
            ("tile/0/000.p", PathError::Index),
            ("tile/0/000.p/", PathError::Width),
            ("tile/0/000.p/0", PathError::Width),
            ("tile/0/000.p/01", PathError::Width),
            ("tile/0/000.p/256", PathError::Width),
            ("tile/0/000.p/1/2", PathError::Width),
            ("tile/0/000.p/1.p/1", PathError::Width),
            ("tile/5/x018/x446/x744/x073/x709/x551/616", PathError::Index),
            ("tile/0/٠٠٠", PathError::Index),
        ];
        for (path, want) in cases {
            assert_eq!(path.parse::<TileId>(), Err(want), "{path}");
        }
        assert_eq!(format!("tile/0/{}000", "x001/".repeat(20)).parse::<TileId>(), Err(PathError::Shape));
    }
}

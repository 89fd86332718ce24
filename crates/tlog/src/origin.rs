//! Who a log is: a fixed name and an epoch, written `{name}/epoch/{n}`.
//!
//! The name is chosen once at set-up and is not the public address, which may change. Every restore
//! opens a new tree with a new key; the epoch number in the origin makes these separate logs to
//! every C2SP client, so that no client can mistake the second tree for a rewriting of the first.
//! The origin is also the key name in signature lines and verifier keys.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest name of a log, in bytes.
const MAX_NAME_BYTES: usize = 200;

/// The fixed name of a log, such as `trust.example.com` or `example.com/reports`.
///
/// 1 to 200 bytes of lower-case ASCII letters, digits, `.`, `-` and `_`, in parts between single
/// slashes; no part begins or ends with punctuation. A scheme-less address of one's own is best
/// (C2SP `tlog-checkpoint`), and need not be reachable.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogName(String);

/// A log name and an epoch, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The fixed name.
    pub name: LogName,
    /// 1 for the first tree, one more for each restore.
    pub epoch: u32,
}

/// Why a text is no log name or origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// See [`LogName`].
    #[error("a log name is 1 to 200 lower-case letters, digits, dots, dashes and slashes, such as trust.example.com")]
    Name,
    /// See [`Origin`].
    #[error("an origin is a log name, /epoch/ and a number from 1")]
    Epoch,
}

impl LogName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Origin {
    /// Makes an origin; refuses epoch 0.
    pub fn new(name: LogName, epoch: u32) -> Result<Self, OriginError> {
        if epoch == 0 { Err(OriginError::Epoch) } else { Ok(Self { name, epoch }) }
    }

    /// The origin of the tree a restore opens; `None` after 2^32 - 1 restores.
    pub fn next(&self) -> Option<Self> {
        let epoch = self.epoch.checked_add(1)?;
        Some(Self { name: self.name.clone(), epoch })
    }
}

impl fmt::Display for LogName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for LogName {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        text.parse()
    }
}

impl From<LogName> for String {
    fn from(name: LogName) -> Self {
        name.0
    }
}

impl FromStr for LogName {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let fits = text.len() <= MAX_NAME_BYTES && text.split('/').all(is_part);
        fits.then(|| Self(text.to_owned())).ok_or(OriginError::Name)
    }
}

fn is_part(part: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = |b: Option<u8>| b.is_some_and(plain);
    part.bytes().all(|b| plain(b) || matches!(b, b'.' | b'-' | b'_'))
        && ends(part.bytes().next())
        && ends(part.bytes().last())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/epoch/{}", self.name, self.epoch)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (name, epoch) = text.rsplit_once("/epoch/").ok_or(OriginError::Epoch)?;
        let number: u32 = epoch.parse().map_err(|_| OriginError::Epoch)?;
        if number.to_string() != epoch {
            return Err(OriginError::Epoch);
        }
        Self::new(name.parse()?, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["trust.example.com/epoch/1", "a/epoch/4294967295", "a/epoch/3/epoch/2"] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_names_and_numbers_of_another_spelling() {
        for name in ["", "A", "a b", "a+b", "/a", "a/", "a//b", ".a", "a.", "é", &"a".repeat(201)] {
            assert_eq!(name.parse::<LogName>(), Err(OriginError::Name), "{name}");
        }
        for origin in ["a", "a/epoch/", "a/epoch/0", "a/epoch/01", "a/epoch/+1", "a/epoch/4294967296"] {
            assert_eq!(origin.parse::<Origin>(), Err(OriginError::Epoch), "{origin}");
        }
    }
}

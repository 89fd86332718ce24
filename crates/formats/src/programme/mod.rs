//! Programmes as the platforms publish them, read into one form.
//!
//! The shapes are those of the public data set bounty-targets-data (HackerOne, Bugcrowd, Intigriti, YesWeHack,
//! Federacy), and our own: an object or a list of objects with `name` and `assets`. No row is dropped: what is not
//! understood becomes an asset of kind `other`, by its words, with a note.

mod diff;
mod kind;
mod read;
mod row;
mod shapes;

pub use diff::{Change, What, diff};
pub use read::{ProgrammeError, read};

use crate::money::Money;
use crate::scope::Asset;
use serde::{Deserialize, Serialize};

/// Whose shape a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Platform {
    /// HackerOne.
    HackerOne,
    /// Bugcrowd.
    Bugcrowd,
    /// Intigriti.
    Intigriti,
    /// YesWeHack.
    YesWeHack,
    /// Federacy.
    Federacy,
    /// Our own.
    Leeward,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 6] =
        [Self::HackerOne, Self::Bugcrowd, Self::Intigriti, Self::YesWeHack, Self::Federacy, Self::Leeward];

    /// Lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HackerOne => "hackerone",
            Self::Bugcrowd => "bugcrowd",
            Self::Intigriti => "intigriti",
            Self::YesWeHack => "yeswehack",
            Self::Federacy => "federacy",
            Self::Leeward => "leeward",
        }
    }
}

impl std::str::FromStr for Platform {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|platform| platform.as_str() == text);
        known.ok_or_else(|| {
            format!("\"{text}\" is no known format; known are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}

/// A programme with its scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Its name.
    pub name: String,
    /// The name in its address, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// Where it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewards: Option<bool>,
    /// The least that is paid for a report, where it says so.
    #[serde(default, rename = "min_reward", skip_serializing_if = "Option::is_none")]
    pub least_reward: Option<Money>,
    /// The most.
    #[serde(default, rename = "max_reward", skip_serializing_if = "Option::is_none")]
    pub most_reward: Option<Money>,
    /// Whether reports are taken, in the platform's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The promise to those who test, in the platform's word: `full`, `partial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_harbour: Option<String>,
    /// Its scope, inclusions first.
    #[serde(default)]
    pub assets: Vec<Asset>,
}

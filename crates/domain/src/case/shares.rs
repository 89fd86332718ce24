//! How one report is shared among those who found it together, in whole per cent.
//!
//! Shares are recorded with the case, where the reporter reads them; who pays by them later takes them
//! from there.

use crate::{ReporterText, TextError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most people beside the one who reported.
pub const CO_REPORTERS_MAX: usize = 20;
/// Longest name, in characters.
pub const CO_REPORTER_NAME_MAX: usize = 100;

/// Somebody who found it together with whoever reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoReporter {
    /// What they are called, as the reporter or the team wrote it.
    pub name: ReporterText,
    /// Their share, 1 to 100.
    pub percent: u8,
}

/// The shares of one report; together always 100 per cent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Given")]
pub struct Shares {
    reporter: u8,
    others: Vec<CoReporter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    reporter: u8,
    others: Vec<CoReporter>,
}

/// Why shares are not taken. Places count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// They do not come to 100.
    #[error("together the shares are {0} %, not 100 %")]
    Sum(u32),
    /// More than [`CO_REPORTERS_MAX`].
    #[error("at most 20 people can share one report with its reporter")]
    TooMany,
    /// A share that is not 1 to 100.
    #[error("a share is a whole number from 1 to 100")]
    Percent(usize),
    /// A name that is too long or is no text.
    #[error("a name has 1 to 100 characters, and no line breaks or control characters")]
    Name(usize),
    /// The same name twice.
    #[error("this name stands here twice")]
    Twice(usize),
}

impl Shares {
    /// Takes what the reporter keeps and the names and shares of the others.
    pub fn new(reporter: u8, others: Vec<(String, u8)>) -> Result<Self, ShareError> {
        if others.len() > CO_REPORTERS_MAX {
            return Err(ShareError::TooMany);
        }
        let mut known = BTreeSet::new();
        let mut read = Vec::with_capacity(others.len());
        for (place, (name, percent)) in others.into_iter().enumerate() {
            let name = name.trim().to_owned();
            if !(1..=100).contains(&percent) {
                return Err(ShareError::Percent(place));
            }
            if name.chars().count() > CO_REPORTER_NAME_MAX || name.contains(['\n', '\r', '\t']) {
                return Err(ShareError::Name(place));
            }
            if !known.insert(name.to_lowercase()) {
                return Err(ShareError::Twice(place));
            }
            let name = ReporterText::new(name).map_err(|_: TextError| ShareError::Name(place))?;
            read.push(CoReporter { name, percent });
        }
        let sum = read.iter().map(|other| u32::from(other.percent)).sum::<u32>() + u32::from(reporter);
        if sum != 100 {
            return Err(ShareError::Sum(sum));
        }
        Ok(Self { reporter, others: read })
    }

    /// Everything is the reporter's.
    pub const fn alone() -> Self {
        Self { reporter: 100, others: Vec::new() }
    }

    /// What whoever reported keeps, in per cent.
    pub const fn reporter(&self) -> u8 {
        self.reporter
    }

    /// The others, in the order they were written.
    pub fn others(&self) -> &[CoReporter] {
        &self.others
    }

    /// `60 % the reporter, 40 % Ana`; whoever reported goes by the name given.
    pub fn in_words(&self, reporter: &str) -> String {
        let own = std::iter::once(format!("{} % {reporter}", self.reporter));
        let others = self.others.iter().map(|other| format!("{} % {}", other.percent, other.name));
        own.chain(others).collect::<Vec<_>>().join(", ")
    }
}

impl TryFrom<Given> for Shares {
    type Error = ShareError;

    fn try_from(given: Given) -> Result<Self, ShareError> {
        let others = given.others.into_iter().map(|other| (other.name.as_str().to_owned(), other.percent));
        Self::new(given.reporter, others.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{ShareError, Shares};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn shares_come_to_a_hundred() {
        let two = Shares::new(60, vec![(" Ana ".into(), 40)]).unwrap();
        assert_eq!(two.in_words("the reporter"), "60 % the reporter, 40 % Ana");
        let kept = json!({"reporter": 60, "others": [{"name": "Ana", "percent": 40}]});
        assert_eq!(serde_json::to_value(&two).unwrap(), kept);
        assert_eq!(serde_json::from_value::<Shares>(kept).unwrap(), two);
        assert_eq!(Shares::new(60, vec![("Ana".into(), 41)]), Err(ShareError::Sum(101)));
        assert_eq!(Shares::new(60, vec![("Ana".into(), 20), ("ana".into(), 20)]), Err(ShareError::Twice(1)));
        assert_eq!(Shares::new(100, vec![("Ana".into(), 0)]), Err(ShareError::Percent(0)));
        assert_eq!(Shares::new(50, vec![(" ".into(), 50)]), Err(ShareError::Name(0)));
        assert_eq!(Shares::new(100, Vec::new()), Ok(Shares::alone()));
        assert!(serde_json::from_value::<Shares>(json!({"reporter": 1, "others": []})).is_err());
    }

    proptest! {
        #[test]
        fn nothing_but_a_hundred_is_taken(reporter: u8, others in proptest::collection::vec(0_u8..=120, 0..24)) {
            let named = others.iter().enumerate().map(|(n, percent)| (format!("n{n}"), *percent)).collect();
            let sum = others.iter().map(|p| u32::from(*p)).sum::<u32>() + u32::from(reporter);
            let fine = sum == 100 && others.len() <= 20 && others.iter().all(|p| *p > 0);
            let shares = Shares::new(reporter, named);
            prop_assert_eq!(shares.is_ok(), fine);
            if let Ok(shares) = shares {
                let back = serde_json::from_value::<Shares>(serde_json::to_value(&shares).unwrap()).unwrap();
                prop_assert_eq!(back, shares);
            }
        }
    }
}

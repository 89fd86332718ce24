//! Scores in tenths, their words, and the rounding rules of the versions.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A score, 0.0 to 10.0, kept in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

impl Score {
    /// From tenths; more than 100 is 100, less than 0 is 0.
    pub fn from_tenths(tenths: i64) -> Self {
        Self(u8::try_from(tenths.clamp(0, 100)).unwrap_or(100))
    }

    /// 0 to 100.
    pub const fn tenths(self) -> u8 {
        self.0
    }

    /// 0.0 to 10.0.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// The word of the qualitative scale (3.1 section 5, 4.0 section 6).
    pub const fn severity(self) -> Severity {
        match self.0 {
            0 => Severity::None,
            1..40 => Severity::Low,
            40..70 => Severity::Medium,
            70..90 => Severity::High,
            _ => Severity::Critical,
        }
    }

    /// The words of 2.0, which has no scale of its own: NVD's, up to "high".
    pub const fn severity_v2(self) -> Severity {
        match self.severity() {
            Severity::Critical => Severity::High,
            word => word,
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

impl Serialize for Score {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

/// The words for a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// 0.0
    None,
    /// 0.1 to 3.9
    Low,
    /// 4.0 to 6.9
    Medium,
    /// 7.0 to 8.9
    High,
    /// 9.0 to 10.0
    Critical,
}

impl Severity {
    /// Lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What a vector scores. A score stands there only where its group says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// By the base metrics alone.
    pub base: Score,
    /// With the temporal metrics (4.0: with the threat metric).
    pub temporal: Option<Score>,
    /// With everything.
    pub environmental: Option<Score>,
    /// The most specific of the three.
    pub score: Score,
    /// The word for `score`.
    pub severity: Severity,
}

impl Scores {
    /// Picks the most specific; `word` is the scale of the version.
    pub(super) fn of(
        base: Score,
        temporal: Option<Score>,
        environmental: Option<Score>,
        word: fn(Score) -> Severity,
    ) -> Self {
        let score = environmental.or(temporal).unwrap_or(base);
        Self { base, temporal, environmental, score, severity: word(score) }
    }
}

/// Which groups a score of 4.0 rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nomenclature {
    /// Base.
    B,
    /// Base and threat.
    Bt,
    /// Base and environmental.
    Be,
    /// Base, threat and environmental.
    Bte,
}

impl Nomenclature {
    /// `"CVSS-BTE"`
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::B => "CVSS-B",
            Self::Bt => "CVSS-BT",
            Self::Be => "CVSS-BE",
            Self::Bte => "CVSS-BTE",
        }
    }
}

/// A product of values with two decimals that is exactly a tenth may lie this far off in binary arithmetic; one that
/// is no tenth lies at least ten times as far.
const RESIDUE: f64 = 1e-8;

/// To the nearest tenth, half up (2.0). Between its equations a value may be below zero.
pub(super) fn nearest(value: f64) -> f64 {
    (value * 10.0 + RESIDUE).round() / 10.0
}

/// A value of [`nearest`] as the score that is shown.
pub(super) fn shown(rounded: f64) -> Score {
    whole((rounded * 10.0).round())
}

/// To the next tenth that is not smaller (3.0, section 8).
pub(super) fn up_v30(value: f64) -> Score {
    whole((value * 10.0 - RESIDUE).ceil())
}

/// The same in the form of 3.1, appendix A, which first rounds to five decimals.
pub(super) fn up_v31(value: f64) -> Score {
    let hundred_thousandths = (value * 100_000.0).round();
    whole((hundred_thousandths / 10_000.0).ceil())
}

#[expect(clippy::cast_possible_truncation, reason = "the value is a small whole number")]
fn whole(tenths: f64) -> Score {
    Score::from_tenths(tenths as i64)
}

//! What a metric is: its letters, its name, its group and its legal values, for readers, writers and forms.

use super::{metrics_v2, metrics_v3, metrics_v4};

/// A version of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 2.0, which has no prefix in its vectors.
    V20,
    /// 3.0
    V30,
    /// 3.1
    V31,
    /// 4.0
    V40,
}

impl Version {
    /// Oldest first.
    pub const ALL: [Self; 4] = [Self::V20, Self::V30, Self::V31, Self::V40];

    /// `"3.1"`
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V20 => "2.0",
            Self::V30 => "3.0",
            Self::V31 => "3.1",
            Self::V40 => "4.0",
        }
    }

    /// What a vector begins with: `"CVSS:3.1/"`, nothing for 2.0.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::V20 => "",
            Self::V30 => "CVSS:3.0/",
            Self::V31 => "CVSS:3.1/",
            Self::V40 => "CVSS:4.0/",
        }
    }

    /// The value that says "not defined": `"ND"` in 2.0, `"X"` later. Leaving the metric out says the same.
    pub const fn not_defined(self) -> &'static str {
        match self {
            Self::V20 => "ND",
            _ => "X",
        }
    }
}

/// A group of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Has to be there.
    Base,
    /// Temporal in 2.0 and 3.x, Threat in 4.0: what changes with time.
    Threat,
    /// What is particular to one installation.
    Environmental,
    /// 4.0 only; no influence on the score.
    Supplemental,
}

/// One metric of a version.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// As in a vector: `"AV"`.
    pub code: &'static str,
    /// As in the specification: `"Attack Vector"`.
    pub name: &'static str,
    /// What a form asks.
    pub question: &'static str,
    /// Where it belongs.
    pub group: Group,
    /// The legal values; where one says "not defined" it is the last.
    pub values: &'static [MetricValue],
}

/// One legal value of a metric.
#[derive(Debug, PartialEq, Eq)]
pub struct MetricValue {
    /// As in a vector: `"N"`.
    pub code: &'static str,
    /// As in the specification: `"Network"`.
    pub name: &'static str,
    /// One plain sentence for a form.
    pub text: &'static str,
}

/// The metrics of a version in the order in which a vector writes them.
pub const fn metrics(version: Version) -> &'static [Metric] {
    match version {
        Version::V20 => metrics_v2::METRICS,
        Version::V30 | Version::V31 => metrics_v3::METRICS,
        Version::V40 => metrics_v4::METRICS,
    }
}

/// A value, for the tables.
pub(super) const fn value(code: &'static str, name: &'static str, text: &'static str) -> MetricValue {
    MetricValue { code, name, text }
}

/// A metric, for the tables.
pub(super) const fn metric(
    group: Group,
    code: &'static str,
    name: &'static str,
    question: &'static str,
    values: &'static [MetricValue],
) -> Metric {
    Metric { code, name, question, group, values }
}

/// "Not defined" of 3.x and 4.0.
pub(super) const NOT_DEFINED: MetricValue = value("X", "Not defined", "No statement; the score is as without it.");

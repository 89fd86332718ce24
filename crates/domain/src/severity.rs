//! How bad a finding is, in the five words of the CVSS qualitative scale.

use crate::words::words;

words! {
    "severity"
    /// Qualitative severity (CVSS v3.1 section 5, same words in v4.0 section 6). Ordered: `None` is least.
    pub enum Severity {
        /// No security effect.
        None = "none",
        /// CVSS 0.1 to 3.9.
        Low = "low",
        /// CVSS 4.0 to 6.9.
        Medium = "medium",
        /// CVSS 7.0 to 8.9.
        High = "high",
        /// CVSS 9.0 to 10.0.
        Critical = "critical",
    }
}

impl Severity {
    /// Position on the scale, 0 (`none`) to 4 (`critical`): the number stored for sorting.
    pub const fn rank(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Critical => 4,
        }
    }

    /// The severity with this rank, if there is one.
    pub fn from_rank(rank: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.rank() == rank)
    }
}

#[cfg(test)]
mod tests {
    use super::Severity;

    #[test]
    fn rank_and_order_agree_and_come_back() {
        for pair in Severity::ALL.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].rank() < pair[1].rank());
        }
        for &s in Severity::ALL {
            assert_eq!(Severity::from_rank(s.rank()), Some(s));
            assert_eq!(s.as_str().parse(), Ok(s));
        }
        assert!("High".parse::<Severity>().is_err());
    }
}

//! Instants and lengths of time as whole microseconds.
//!
//! A plain integer is the same on both database engines, sorts, and cannot carry a time zone by
//! accident. Arithmetic saturates: a date at the end of the range is wrong, a panic is worse.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An instant: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ts(i64);

/// A length of time in microseconds; negative when it runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

/// The text was no RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an instant such as 2026-11-22T00:41:07Z")]
pub struct TsError(String);

impl Ts {
    /// The instant this many microseconds after 1970 UTC.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Later by `span`, saturating.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// Earlier by `span`, saturating.
    #[must_use]
    pub const fn minus(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// How long after `earlier` this is; negative when it is before.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Ts {
    /// RFC 3339 in UTC with six decimals: `2026-11-22T00:41:07.123456Z`. Outside the years -9999 to
    /// 9999 the nearest end is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let at = jiff::Timestamp::from_microsecond(self.0).unwrap_or(end);
        write!(f, "{at:.6}")
    }
}

impl FromStr for Ts {
    type Err = TsError;

    /// Reads RFC 3339 with any offset; finer than microseconds is cut off.
    fn from_str(s: &str) -> Result<Self, TsError> {
        let at: jiff::Timestamp = s.parse().map_err(|_| TsError(s.to_owned()))?;
        Ok(Self(at.as_microsecond()))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many microseconds.
    pub const fn from_micros(n: i64) -> Self {
        Self(n)
    }

    /// So many milliseconds, saturating.
    pub const fn from_millis(n: i64) -> Self {
        Self(n.saturating_mul(1_000))
    }

    /// So many seconds, saturating.
    pub const fn from_seconds(n: i64) -> Self {
        Self(n.saturating_mul(1_000_000))
    }

    /// So many minutes, saturating.
    pub const fn from_minutes(n: i64) -> Self {
        Self::from_seconds(n.saturating_mul(60))
    }

    /// So many hours, saturating.
    pub const fn from_hours(n: i64) -> Self {
        Self::from_minutes(n.saturating_mul(60))
    }

    /// So many days of 24 hours, saturating.
    pub const fn from_days(n: i64) -> Self {
        Self::from_hours(n.saturating_mul(24))
    }

    /// Whole microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds, cut towards zero.
    pub const fn seconds(self) -> i64 {
        self.0 / 1_000_000
    }

    /// The sum, saturating.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, saturating.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{Span, Ts};

    #[test]
    fn shows_rfc_3339_utc_with_six_decimals() {
        let at: Ts = "2026-11-22T00:41:07.123456Z".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-22T00:41:07.123456Z");
        assert_eq!(Ts::from_micros(0).to_string(), "1970-01-01T00:00:00.000000Z");
        assert_eq!("2026-11-22T01:41:07.123456+01:00".parse(), Ok(at));
        assert!("yesterday".parse::<Ts>().is_err());
    }

    #[test]
    fn ends_of_the_range_do_not_panic() {
        assert!(Ts::from_micros(i64::MAX).to_string().starts_with("9999"));
        assert!(Ts::from_micros(i64::MIN).to_string().starts_with('-'));
        assert_eq!(Ts::from_micros(i64::MAX).plus(Span::from_days(1)).micros(), i64::MAX);
    }

    #[test]
    fn serde_is_the_integer() {
        assert_eq!(serde_json::to_string(&Ts::from_micros(7)).unwrap(), "7");
        assert_eq!(Ts::from_micros(9).since(Ts::from_micros(4)), Span::from_micros(5));
    }
}

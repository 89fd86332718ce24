//! Points in time as RFC 3339 writes them, to be compared.
//!
//! Advisories carry any offset and any number of fractional digits; two texts may name the same instant. They are
//! compared and put into UTC, so no calendar crate is needed.

/// A point in time. Order is order in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Seconds since 1970 UTC; a leap second counts as the second after it.
    seconds: i64,
    /// Picoseconds; what is finer is not told apart.
    fraction: u64,
}

impl Instant {
    /// RFC 3339 section 5.6 `date-time`: `2026-11-22T00:41:07.12+01:00`. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = (text.get(..10)?, text.get(11..)?);
        if !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
            return None;
        }
        let days = days(date)?;
        let clock = time.get(..8)?;
        let (hour, minute, second) = (field(clock, 0, 23)?, field(clock, 3, 59)?, field(clock, 6, 60)?);
        if clock.as_bytes().get(2) != Some(&b':') || clock.as_bytes().get(5) != Some(&b':') {
            return None;
        }
        let (fraction, zone) = fraction(time.get(8..)?)?;
        let offset = offset(zone)?;
        let of_day = hour * 3600 + minute * 60 + second - offset;
        // A leap second is the last of a day in UTC.
        if second == 60 && of_day.rem_euclid(86_400) != 0 {
            return None;
        }
        Some(Self { seconds: days * 86_400 + of_day, fraction })
    }
}

impl Instant {
    /// Whole seconds since 1970 UTC.
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// The same in UTC, as `2026-11-22T00:41:07.12Z`.
    pub fn utc(self) -> String {
        let (days, of_day) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        // The inverse of `days`: years begin in March.
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let of_cycle = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * of_cycle + of_cycle / 4 - of_cycle / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = of_cycle + era * 400 + i64::from(month <= 2);
        let fraction = format!("{:012}", self.fraction);
        let fraction = fraction.trim_end_matches('0');
        let dot = if fraction.is_empty() { "" } else { "." };
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{dot}{fraction}Z")
    }
}

/// Two digits at `from`, at most `most`.
fn field(text: &str, from: usize, most: i64) -> Option<i64> {
    let number = digits(text.get(from..from + 2)?)?;
    (number <= most).then_some(number)
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Days since 1970-01-01 of `yyyy-mm-dd` in the Gregorian calendar.
fn days(date: &str) -> Option<i64> {
    let (year, month, day) = (digits(date.get(..4)?)?, digits(date.get(5..7)?)?, digits(date.get(8..)?)?);
    if date.as_bytes().get(4) != Some(&b'-') || date.as_bytes().get(7) != Some(&b'-') {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // The year begins in March, so that the leap day is its last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    let of_era = shifted * 365 + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400);
    Some(of_era + of_year - 719_468)
}

/// The fraction in picoseconds, and the rest.
fn fraction(text: &str) -> Option<(u64, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let number = rest.get(..end).filter(|n| !n.is_empty())?;
    let value = number.bytes().chain(std::iter::repeat(b'0')).take(12).fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
    Some((value, rest.get(end..)?))
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' | b'z' if zone.len() == 1 => return Some(0),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if zone.len() != 6 || zone.as_bytes().get(3) != Some(&b':') {
        return None;
    }
    Some(sign * (field(zone, 1, 23)? * 3600 + field(zone, 4, 59)? * 60))
}

//! Dates in words: `25 Nov 2026`, `00:41 UTC`, `3 h`.

use domain::{Span, Ts};

/// An instant as the templates show it, with the exact form for `<time datetime>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339 in UTC.
    pub exact: String,
    /// `22 Nov 2026`.
    pub day: String,
    /// `00:41`.
    pub clock: String,
    /// `22 Nov 2026, 00:41:07 UTC`.
    pub full: String,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl From<Ts> for Moment {
    fn from(at: Ts) -> Self {
        let exact = at.to_string();
        let day = day(at);
        let time = exact.split_once('T').map_or("", |(_, time)| time);
        let clock = time.get(..5).unwrap_or("").to_owned();
        let full = format!("{day}, {} UTC", time.get(..8).unwrap_or(""));
        Self { exact, day, clock, full }
    }
}

/// `22 Nov 2026`, in UTC.
pub fn day(at: Ts) -> String {
    let exact = at.to_string();
    let date = exact.split_once('T').map_or(exact.as_str(), |(date, _)| date);
    let mut parts = date.rsplitn(3, '-');
    let number = |part: Option<&str>| part.and_then(|p| p.parse::<usize>().ok()).unwrap_or(1);
    let (day, month, year) = (number(parts.next()), number(parts.next()), parts.next().unwrap_or(""));
    format!("{day} {} {year}", MONTHS.get(month - 1).unwrap_or(&"Jan"))
}

/// A length in its largest fitting unit: `48 min`, `3 h`, `11 days`. Never negative.
pub fn span_words(span: Span) -> String {
    let minutes = span.micros().max(0) / 60_000_000;
    match minutes {
        0 => "less than 1 min".to_owned(),
        1..=119 => format!("{minutes} min"),
        120..=2_879 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, span_words};
    use domain::Span;
    use domain::testing::START;

    #[test]
    fn dates_are_spelt() {
        let at = START.plus(Span::from_minutes(41)).plus(Span::from_seconds(7));
        let moment = Moment::from(at);
        assert_eq!((moment.day.as_str(), moment.clock.as_str()), ("22 Nov 2026", "00:41"));
        assert_eq!(moment.full, "22 Nov 2026, 00:41:07 UTC");
        assert_eq!(moment.exact, "2026-11-22T00:41:07.000000Z");
    }

    #[test]
    fn lengths_are_rounded_down() {
        let words = [0, 48, 119, 180, 2_879, 15_840].map(|m| span_words(Span::from_minutes(m)));
        assert_eq!(words, ["less than 1 min", "48 min", "119 min", "3 h", "47 h", "11 days"]);
    }
}

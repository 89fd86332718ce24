//! Lengths, days and groups in words.

use domain::case::ClockName;
use domain::figures::Fate;
use domain::{Severity, Span};

const MINUTE: i64 = 60_000_000;

/// `48 min`, `3.2 h`, `11.5 days`.
pub(super) fn length(span: Span) -> String {
    let minutes = span.micros().max(0) / MINUTE;
    match minutes {
        0..=119 => format!("{minutes} min"),
        120..=2_879 => format!("{} h", tenths(minutes, 60)),
        _ => format!("{} days", tenths(minutes, 1_440)),
    }
}

/// The same of working time, where a day is not 24 hours long: minutes or hours.
pub(super) fn working(span: Span) -> String {
    let minutes = span.micros().max(0) / MINUTE;
    if minutes < 120 { format!("{minutes} min") } else { format!("{} h", tenths(minutes, 60)) }
}

/// Hours with two decimals, for spreadsheets.
pub(super) fn hours(span: Span) -> String {
    let hundredths = (span.micros().max(0) + 18_000_000) / 36_000_000;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A quotient with one decimal, without one where it is none.
fn tenths(part: i64, of: i64) -> String {
    let tenths = (part * 10 + of / 2) / of;
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// `1 report`, `3 reports`.
pub(super) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// What became of a report.
pub(super) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Open => "Open",
        Fate::Closed(outcome) => outcome.label(),
        Fate::Erased => "Erased",
    }
}

/// The same for programs.
pub(super) fn fate_word(fate: Fate) -> &'static str {
    match fate {
        Fate::Open => "open",
        Fate::Closed(outcome) => outcome.as_str(),
        Fate::Erased => "erased",
    }
}

/// A severity, or that there is none.
pub(super) fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Critical) => "Critical",
        Some(Severity::High) => "High",
        Some(Severity::Medium) => "Medium",
        Some(Severity::Low) => "Low",
        Some(Severity::None) => "None",
        None => "Not set",
    }
}

/// Stretches of ages, by [`domain::figures::age_place`].
pub(super) const AGES: [&str; 5] = ["Up to 7 days", "8 to 30 days", "31 to 90 days", "91 to 180 days", "Older"];

/// How a clock is measured.
pub(super) fn measured(clock: ClockName) -> &'static str {
    match clock {
        ClockName::FirstResponse => {
            "from the report to the first thing that one of us said or decided for the reporter"
        }
        ClockName::Triage => "from the report, or its reopening, to the judgement whether it is valid",
        ClockName::Bounty => "from that judgement to the payment, or to the word that there is none",
        ClockName::Resolution => "from the report, or its reopening, to its close",
    }
}

#[cfg(test)]
mod tests {
    use super::{hours, length, working};
    use domain::Span;

    #[test]
    fn lengths_are_short() {
        let words = [0, 48, 119, 190, 2_879, 16_560].map(|m| length(Span::from_minutes(m)));
        assert_eq!(words, ["0 min", "48 min", "119 min", "3.2 h", "48 h", "11.5 days"]);
        assert_eq!(working(Span::from_hours(72)), "72 h");
        assert_eq!((hours(Span::from_minutes(90)), hours(Span::from_seconds(18))), ("1.50".into(), "0.01".into()));
    }
}

//! What a programme sets for its cases: how long each clock has at each severity, and in which time.

use super::{ClockName, Measure, Target};
use crate::calendar::Calendar;
use crate::calendar::CalendarError;
use crate::words::words;
use crate::{Severity, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Most of any unit that a target may have.
pub const AMOUNT_MAX: u32 = 10_000;

words! {
    "unit"
    /// What a target is counted in.
    pub enum Unit {
        /// Hours of the calendar's working time.
        WorkingHours = "working-hours",
        /// Working days: each as long as the mean open day of the calendar.
        WorkingDays = "working-days",
        /// Hours, all of them.
        Hours = "hours",
        /// Days of 24 hours.
        Days = "days",
    }
}

impl Unit {
    /// `working hours`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WorkingHours => "working hours",
            Self::WorkingDays => "working days",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    /// Whether it needs a calendar.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::WorkingHours | Self::WorkingDays)
    }
}

/// How long something may take, as it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// 1 to [`AMOUNT_MAX`].
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
}

impl fmt::Display for Allowance {
    /// `8 working hours`, `1 day`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.unit.label();
        let label = if self.amount == 1 { label.trim_end_matches('s') } else { label };
        write!(f, "{} {label}", self.amount)
    }
}

impl FromStr for Allowance {
    type Err = CalendarError;

    /// `8 working hours`, `1 working day`, `24 h`, `30d`.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        const HOW: &str = "Write a number and its unit: 8 working hours, 2 working days, 24 hours or 30 days.";
        let text = text.trim().to_lowercase();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let words: Vec<&str> = unit.split_whitespace().collect();
        let unit = match words.as_slice() {
            ["working" | "business", "hour" | "hours" | "h"] => Unit::WorkingHours,
            ["working" | "business", "day" | "days" | "d"] => Unit::WorkingDays,
            ["hour" | "hours" | "h"] => Unit::Hours,
            ["day" | "days" | "d"] => Unit::Days,
            _ => return Err(CalendarError::new(HOW)),
        };
        match number.parse::<u32>() {
            Ok(amount) if (1..=AMOUNT_MAX).contains(&amount) => Ok(Self { amount, unit }),
            Ok(_) => Err(CalendarError::new(format!("Use 1 to {AMOUNT_MAX}."))),
            Err(_) => Err(CalendarError::new(HOW)),
        }
    }
}

/// What a programme sets. Empty: each case type has targets of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The working time; needed where a target is counted in it.
    #[serde(default)]
    pub calendar: Option<Calendar>,
    /// For each clock what it has where the severity has nothing of its own, and before it is decided.
    #[serde(default)]
    pub any: BTreeMap<ClockName, Allowance>,
    /// For each clock what a decided severity has.
    #[serde(default)]
    pub by_severity: BTreeMap<ClockName, BTreeMap<Severity, Allowance>>,
    /// Whether what a reporter calls critical is alarming as if we had decided it, until we decide.
    #[serde(default = "yes")]
    pub trust_claims: bool,
}

const fn yes() -> bool {
    true
}

impl Default for Terms {
    fn default() -> Self {
        Self { calendar: None, any: BTreeMap::new(), by_severity: BTreeMap::new(), trust_claims: true }
    }
}

impl Terms {
    /// What this clock may take at this severity, if the programme says so.
    pub fn target(&self, clock: ClockName, severity: Option<Severity>) -> Option<Target> {
        let own = severity.and_then(|severity| self.by_severity.get(&clock)?.get(&severity));
        self.make(*own.or_else(|| self.any.get(&clock))?)
    }

    /// Sets what a clock may take at a severity, or where the severity has nothing of its own.
    pub fn set(&mut self, clock: ClockName, severity: Option<Severity>, allowance: Allowance) {
        match severity {
            None => self.any.insert(clock, allowance),
            Some(severity) => self.by_severity.entry(clock).or_default().insert(severity, allowance),
        };
    }

    /// Every allowance with its clock.
    pub fn allowances(&self) -> impl Iterator<Item = (ClockName, Option<Severity>, Allowance)> {
        let any = self.any.iter().map(|(clock, allowance)| (*clock, None, *allowance));
        let own = self
            .by_severity
            .iter()
            .flat_map(|(clock, row)| row.iter().map(|(severity, allowance)| (*clock, Some(*severity), *allowance)));
        any.chain(own)
    }

    fn make(&self, Allowance { amount, unit }: Allowance) -> Option<Target> {
        let amount = i64::from(amount);
        let working = || self.calendar.clone().map(|calendar| (calendar.working_day(), Measure::Working(calendar)));
        Some(match unit {
            Unit::Hours => Target::elapsed(Span::from_hours(amount)),
            Unit::Days => Target::elapsed(Span::from_days(amount)),
            Unit::WorkingHours => Target { span: Span::from_hours(amount), measure: working()?.1 },
            Unit::WorkingDays => {
                let (day, measure) = working()?;
                Target { span: Span::from_micros(day.micros().saturating_mul(amount)), measure }
            }
        })
    }
}

//! The metrics of Binding Operational Directive 20-01 of the US Cybersecurity and Infrastructure Security Agency
//! (2 September 2020), "Reporting Requirements and Metrics", paragraph 9, letters a to j.
//!
//! The directive knows no working time and no pauses: everything here is counted by the wall clock from the
//! receipt of a report. Where its words leave something open, the choice is written beside the field.

use super::middle::median;
use super::period::Period;
use super::tally::Row;
use crate::case::ClockName;
use crate::{Severity, Span, Ts};
use std::collections::BTreeMap;

/// Older than this is old.
const OLD: Span = Span::from_days(90);

/// The metrics. "Currently" is the end of the period, or now if that has not come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bod {
    /// a) "Number of vulnerability disclosure reports": received in the period.
    pub reports: usize,
    /// b) "Number of reported vulnerabilities determined to be valid (e.g., in scope and not false-positive)":
    /// found valid in the period and still held to be: open, resolved, or left as an accepted risk. A duplicate
    /// is another report of a vulnerability that was counted already. A reopening takes nothing back: what was found
    /// valid before is so from that day, until a round ends otherwise.
    pub valid: usize,
    /// c) "Number of currently open and valid reported vulnerabilities".
    pub open_valid: usize,
    /// d) "Median age (in days from receipt of the report) of currently open and valid reported
    /// vulnerabilities".
    pub open_valid_age: Option<Span>,
    /// e) "Number of currently open and valid reported vulnerabilities older than 90 days from the receipt of
    /// the report".
    pub open_valid_old: usize,
    /// f) "Number of all reports older than 90 days by risk/priority level": those that are open, valid or not
    /// judged yet, by the severity in force; none is a report without one.
    pub old: BTreeMap<Option<Severity>, usize>,
    /// g) "Median age of reports older than 90 days": of those in f.
    pub old_age: Option<Span>,
    /// h) "Median time to validate a submitted report": from receipt or reopening to the judgement, whichever
    /// way it went, of judgements in the period.
    pub validate: Option<Span>,
    /// i) "Median time to remediate/mitigate a valid report": from receipt to the last close as resolved, of cases
    /// closed so in the period.
    pub remediate: Option<Span>,
    /// j) "Median time to initially respond to the reporter", of first responses in the period.
    pub respond: Option<Span>,
}

/// Gathers them.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    /// When the case whose rounds are being added was found valid, if that holds still.
    found: Option<Ts>,
    reports: usize,
    valid: usize,
    open_valid: Vec<i64>,
    old: BTreeMap<Option<Severity>, usize>,
    old_ages: Vec<i64>,
    validate: Vec<i64>,
    remediate: Vec<i64>,
    respond: Vec<i64>,
}

impl Gathered {
    /// Takes one round of a case; `now` is the end of the period at the latest.
    pub(super) fn add(&mut self, row: &Row, period: &Period, now: Ts) {
        let facts = &row.facts;
        let before = self.found.filter(|_| facts.round > 1);
        let found = before.or(facts.valid);
        self.found = found.filter(|_| !facts.is_moot());
        self.reports += usize::from(facts.round == 1 && period.has(row.received));
        let holds = row.last && row.holds_valid();
        self.valid += usize::from(holds && found.is_some_and(|at| period.has(at)));
        if row.is_open_at(now) {
            self.add_open(row, (found, now));
        }
        for (clock, spans) in [(ClockName::Triage, &mut self.validate), (ClockName::FirstResponse, &mut self.respond)] {
            let reading = facts.reading(clock);
            let met = reading.ended.filter(|at| reading.took.is_some() && period.has(*at));
            spans.extend(met.map(|at| at.since(facts.opened).micros()));
        }
        let fixed = facts.closed.filter(|at| row.last && row.is_resolved() && period.has(*at));
        self.remediate.extend(fixed.map(|at| at.since(row.received).micros()));
    }

    fn add_open(&mut self, row: &Row, (found, now): (Option<Ts>, Ts)) {
        let age = now.since(row.received);
        if found.is_some_and(|at| at <= now) {
            self.open_valid.push(age.micros());
        }
        if age > OLD {
            *self.old.entry(row.severity).or_default() += 1;
            self.old_ages.push(age.micros());
        }
    }

    pub(super) fn metrics(self) -> Bod {
        Bod {
            reports: self.reports,
            valid: self.valid,
            open_valid: self.open_valid.len(),
            open_valid_old: self.open_valid.iter().filter(|age| **age > OLD.micros()).count(),
            open_valid_age: middle(self.open_valid),
            old: self.old,
            old_age: middle(self.old_ages),
            validate: middle(self.validate),
            remediate: middle(self.remediate),
            respond: middle(self.respond),
        }
    }
}

fn middle(mut micros: Vec<i64>) -> Option<Span> {
    micros.sort_unstable();
    median(&micros).map(Span::from_micros)
}

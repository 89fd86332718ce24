//! Many cases to one report.

use super::bod::{self, Bod};
use super::clocks::{self, ClockFigures, percent};
use super::facts::RoundFacts;
use super::period::{Bucket, Period, Step};
use crate::case::ClockName;
use crate::case::vulnerability::OutcomeWord;
use crate::{Severity, Span, Ts};
use std::collections::BTreeMap;

/// What became of a report, as it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It is open.
    Open,
    /// It is closed so.
    Closed(OutcomeWord),
    /// It was erased while it was open.
    Erased,
}

/// One round of one case, with what is true of the case. Add the rounds of a case one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// When the report came.
    pub received: Ts,
    /// What became of the case.
    pub fate: Fate,
    /// Ours, or the reporter's until we have one.
    pub severity: Option<Severity>,
    /// Whether no round follows this one.
    pub last: bool,
    /// The round.
    pub facts: RoundFacts,
}

impl Row {
    /// Whether the round was open at this instant.
    pub fn is_open_at(&self, at: Ts) -> bool {
        self.facts.opened <= at && self.facts.closed.is_none_or(|closed| closed > at)
    }

    pub(super) fn is_resolved(&self) -> bool {
        self.fate == Fate::Closed(OutcomeWord::Resolved)
    }

    /// Not taken back by how the case was closed.
    pub(super) fn holds_valid(&self) -> bool {
        matches!(self.fate, Fate::Open | Fate::Closed(OutcomeWord::Resolved | OutcomeWord::AcceptedRisk))
    }
}

/// The most days of each stretch of ages; what is older is the last one.
pub const AGES: [i64; 4] = [7, 30, 90, 180];

/// Which stretch an age falls in: 0 for up to [`AGES`]`[0]` days, 4 for more than the last.
pub fn age_place(age: Span) -> usize {
    AGES.iter().position(|days| age <= Span::from_days(*days)).unwrap_or(AGES.len())
}

/// Reports of a week or month by what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inflow {
    /// Which.
    pub bucket: Bucket,
    /// How many.
    pub by: BTreeMap<Fate, usize>,
}

impl Inflow {
    /// All of them.
    pub fn total(&self) -> usize {
        self.by.values().sum()
    }
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub period: Period,
    /// The instant that counts as now: the end of the period, or the present if that is earlier.
    pub now: Ts,
    /// Reports by when they came.
    pub inflow: Vec<Inflow>,
    /// By [`ClockName`], in the order of its values.
    pub clocks: [ClockFigures; 4],
    /// Open cases at `now` by age since the report came: see [`AGES`].
    pub backlog: [usize; 5],
    /// Cases that were closed in the period and are closed still.
    pub closed: usize,
    /// Of those, duplicates.
    pub duplicates: usize,
    /// How often a case was reopened in the period.
    pub reopened: usize,
    /// The metrics of the directive.
    pub bod: Bod,
}

impl Report {
    /// The figures of this clock.
    pub const fn clock(&self, clock: ClockName) -> &ClockFigures {
        &self.clocks[clock as usize]
    }

    /// Reports that came in the period.
    pub fn received(&self) -> usize {
        self.inflow.iter().map(Inflow::total).sum()
    }

    /// Cases open at its end.
    pub fn open(&self) -> usize {
        self.backlog.iter().sum()
    }

    /// Of a hundred closed, how many as duplicates.
    pub fn percent_duplicates(&self) -> Option<usize> {
        percent(self.duplicates, self.closed)
    }
}

/// Takes rounds of cases, in any order of cases.
#[derive(Debug, Clone)]
pub struct Tally {
    report: Report,
    clocks: [clocks::Gathered; 4],
    bod: bod::Gathered,
}

impl Tally {
    /// Of nothing yet. `now` is the present.
    pub fn new(period: Period, step: Step, now: Ts) -> Self {
        let inflow = period.buckets(step).into_iter().map(|bucket| Inflow { bucket, by: BTreeMap::new() }).collect();
        let report = Report {
            period,
            now: now.min(period.until),
            inflow,
            clocks: [ClockFigures::default(); 4],
            backlog: [0; 5],
            closed: 0,
            duplicates: 0,
            reopened: 0,
            bod: Bod::default(),
        };
        Self { report, clocks: std::array::from_fn(|_| clocks::Gathered::default()), bod: bod::Gathered::default() }
    }

    /// Takes one round.
    pub fn add(&mut self, row: &Row) {
        let Report { period, now, .. } = self.report;
        let facts = &row.facts;
        if facts.round == 1 && period.has(row.received) {
            self.came(row);
        }
        if row.is_open_at(now) {
            self.report.backlog[age_place(now.since(row.received))] += 1;
        }
        // What was erased while it was open was never closed.
        let is_closed = matches!(row.fate, Fate::Closed(_));
        if row.last && is_closed && facts.closed.is_some_and(|at| period.has(at)) {
            self.report.closed += 1;
            self.report.duplicates += usize::from(row.fate == Fate::Closed(OutcomeWord::Duplicate));
        }
        self.report.reopened += usize::from(facts.round > 1 && period.has(facts.opened));
        for (gathered, reading) in self.clocks.iter_mut().zip(&facts.readings) {
            gathered.add(reading, &period, now);
        }
        self.bod.add(row, &period, now);
    }

    fn came(&mut self, row: &Row) {
        let begun = self.report.inflow.partition_point(|inflow| inflow.bucket.from <= row.received);
        if let Some(inflow) = begun.checked_sub(1).and_then(|place| self.report.inflow.get_mut(place)) {
            *inflow.by.entry(row.fate).or_default() += 1;
        }
    }

    /// The report.
    pub fn report(self) -> Report {
        let Self { mut report, clocks, bod } = self;
        report.clocks = clocks.map(clocks::Gathered::figures);
        report.bod = bod.metrics();
        report
    }
}

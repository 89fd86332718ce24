//! How long one kind of clock took, and how often its target was met.

use super::facts::Reading;
use super::middle::nearest_rank;
use super::period::Period;
use crate::{Span, Ts};

/// Percentiles by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    /// Of how many.
    pub count: usize,
    /// Half took no longer.
    pub p50: Span,
    /// Three in four took no longer.
    pub p75: Span,
    /// Nine in ten took no longer.
    pub p90: Span,
    /// Nineteen in twenty took no longer.
    pub p95: Span,
}

impl Percentiles {
    fn of(mut spans: Vec<Span>) -> Option<Self> {
        spans.sort_unstable();
        let at = |percent| nearest_rank(&spans, percent);
        Some(Self { count: spans.len(), p50: at(50)?, p75: at(75)?, p90: at(90)?, p95: at(95)? })
    }
}

/// Figures of one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockFigures {
    /// Of all time, pauses taken out, of clocks that ended in the period by what they waited for.
    pub elapsed: Option<Percentiles>,
    /// Of working time of the programme's calendar; only cases whose programme has one.
    pub working: Option<Percentiles>,
    /// Ended within their target in the period.
    pub in_time: usize,
    /// Ran past their target in the period, whether they ended later or not.
    pub late: usize,
}

impl ClockFigures {
    /// Of a hundred whose matter was settled, how many were in time, rounded to the nearest, but a hundred only of all.
    pub fn percent_in_time(&self) -> Option<usize> {
        percent(self.in_time, self.in_time + self.late)
    }
}

/// `part` of `whole` in hundredths, rounded to the nearest, but a hundred only of all; none of nothing.
pub(super) fn percent(part: usize, whole: usize) -> Option<usize> {
    let most = if part < whole { 99 } else { 100 };
    (whole > 0).then(|| ((part * 200 + whole) / (whole * 2)).min(most))
}

/// Gathers one clock of many cases.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered {
    elapsed: Vec<Span>,
    working: Vec<Span>,
    in_time: usize,
    late: usize,
}

impl Gathered {
    /// Takes one reading. Its target was met or missed at one instant, in one period: at the end of the clock
    /// if that came in time, else when it was due.
    pub(super) fn add(&mut self, reading: &Reading, period: &Period, now: Ts) {
        if reading.ended.is_some_and(|at| period.has(at)) {
            self.elapsed.extend(reading.took);
            self.working.extend(reading.worked);
        }
        let Some(due) = reading.due else { return };
        match reading.ended {
            Some(ended) if ended <= due => self.in_time += usize::from(reading.took.is_some() && period.has(ended)),
            None if due >= now => {}
            _ => self.late += usize::from(period.has(due)),
        }
    }

    pub(super) fn figures(self) -> ClockFigures {
        let Self { elapsed, working, in_time, late } = self;
        ClockFigures { elapsed: Percentiles::of(elapsed), working: Percentiles::of(working), in_time, late }
    }
}

#[cfg(test)]
mod tests {
    use super::Percentiles;
    use crate::Span;

    #[test]
    fn percentiles_are_times_that_some_case_took() {
        let of = |most: i64| Percentiles::of((1..=most).rev().map(Span::from_hours).collect());
        let hours = |most: i64| of(most).map(|p| [p.p50, p.p75, p.p90, p.p95].map(|span| span.seconds() / 3_600));
        assert_eq!(hours(20), Some([10, 15, 18, 19]));
        assert_eq!(hours(21), Some([11, 16, 19, 20]));
        assert_eq!(hours(1), Some([1, 1, 1, 1]));
        assert_eq!(of(0), None);
    }
}

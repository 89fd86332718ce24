//! Figures of a team's work, as pure computation from what happened to its cases.
//!
//! Each round of a case, from opening or reopening to close, becomes a few instants and lengths of time
//! ([`RoundFacts`]); a [`Tally`] takes those of many cases and gives a [`Report`]. Nothing here reads a word
//! that anybody wrote.

mod bod;
mod clocks;
mod facts;
mod middle;
mod period;
mod tally;
#[cfg(test)]
mod tests;

pub use bod::Bod;
pub use clocks::{ClockFigures, Percentiles};
pub use facts::{Reading, RoundFacts, of_case, of_clocks};
pub use middle::{median, nearest_rank};
pub use period::{Bucket, Period, Step};
pub use tally::{AGES, Fate, Inflow, Report, Row, Tally, age_place};

/// Counts changes of what is computed from the events of a case, its row among links included: what has an older
/// number is computed anew.
pub const FACTS_VERSION: i64 = 2;

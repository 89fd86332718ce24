//! Allowances: how often one network may do a thing, and how long it waits after failures.
//!
//! Both live in memory and are bounded: a flood of addresses makes the house forget, never grow.

mod bucket;
mod budget;

pub use bucket::{RateLimits, Spent};
pub use budget::{FailureBudget, Try, Wait};

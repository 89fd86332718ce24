//! Percentiles and medians of numbers in order.

/// The `percent`-th percentile by nearest rank: of `n` numbers in order the one in place `⌈percent·n/100⌉`, the
/// least that at least so many in a hundred do not exceed. Always one of the numbers; none of none.
pub fn nearest_rank<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let place = (percent * sorted.len()).div_ceil(100).max(1);
    sorted.get(place - 1).copied()
}

/// The one in the middle, or half way between the two that are.
pub fn median(sorted: &[i64]) -> Option<i64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get((sorted.len() - 1) / 2)?;
    Some(lower + (upper - lower) / 2)
}

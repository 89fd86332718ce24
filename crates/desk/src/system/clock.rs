//! Watching the clock on the wall against the one that only goes forward.
//!
//! Events order themselves by sequence and never go back, so that a jump corrupts nothing; but due times are
//! instants, and whoever runs the house should know when the machine's idea of now has changed.

use domain::{Ambient, Span, Ts};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// A difference that no busy machine explains.
const JUMP: Span = Span::from_seconds(5);
/// Jumps that are remembered; all are counted.
const KEPT: usize = 10;

/// The wall clock went another way than time did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// When it was seen, by the wall clock as it is since.
    pub at: Ts,
    /// How far it went: forward also after the machine slept.
    pub by: Span,
}

/// What was seen since the process began.
#[derive(Debug, Clone)]
pub struct ClockWatch(Arc<Mutex<Seen>>);

#[derive(Debug)]
struct Seen {
    since: Ts,
    count: u64,
    last: VecDeque<Jump>,
}

impl ClockWatch {
    fn new(since: Ts) -> Self {
        Self(Arc::new(Mutex::new(Seen { since, count: 0, last: VecDeque::new() })))
    }

    /// Since when it watches.
    pub fn since(&self) -> Ts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).since
    }

    /// How many jumps there were, and the last ten, newest first.
    pub fn jumps(&self) -> (u64, Vec<Jump>) {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (seen.count, seen.last.iter().rev().copied().collect())
    }

    /// Compares how far both clocks went since they were looked at before.
    fn look(&self, wall: (Ts, Ts), passed: Duration) {
        let passed = Span::from_micros(i64::try_from(passed.as_micros()).unwrap_or(i64::MAX));
        let by = wall.1.since(wall.0).minus(passed);
        if by.micros().abs() < JUMP.micros() {
            return;
        }
        tracing::warn!(seconds = by.seconds(), "the clock jumped");
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.count += 1;
        seen.last.push_back(Jump { at: wall.1, by });
        if seen.last.len() > KEPT {
            seen.last.pop_front();
        }
    }
}

/// Looks every so often for as long as the process lives.
pub fn start_clock_watch(ambient: Ambient, every: Duration) -> (ClockWatch, JoinHandle<()>) {
    let watch = ClockWatch::new(ambient.now());
    let seen = watch.clone();
    let task = tokio::spawn(async move {
        let mut before = (ambient.now(), Instant::now());
        loop {
            tokio::time::sleep(every).await;
            let now = (ambient.now(), Instant::now());
            seen.look((before.0, now.0), now.1.duration_since(before.1));
            before = now;
        }
    });
    (watch, task)
}

#[cfg(test)]
mod tests {
    use super::ClockWatch;
    use domain::Span;
    use domain::testing::START;
    use std::time::Duration;

    #[test]
    fn both_ways_are_seen_and_small_ones_are_not() {
        let watch = ClockWatch::new(START);
        let minute = Duration::from_mins(1);
        watch.look((START, START.plus(Span::from_seconds(62))), minute);
        assert_eq!(watch.jumps().0, 0);
        watch.look((START, START.plus(Span::from_hours(3))), minute);
        watch.look((START, START.minus(Span::from_hours(1))), minute);
        let (count, jumps) = watch.jumps();
        let by: Vec<i64> = jumps.iter().map(|jump| jump.by.seconds() / 60).collect();
        assert_eq!((count, by), (2, vec![-61, 179]));
        (0..20).for_each(|_| watch.look((START, START), minute));
        assert_eq!((watch.jumps().0, watch.jumps().1.len()), (22, 10));
    }
}

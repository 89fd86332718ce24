//! A clock one turns by hand and repeatable randomness, for tests.
//!
//! Always compiled, so that the tests of other crates can use it; nothing in the running server does.

use crate::ambient::{Ambient, Clock, Random};
use crate::time::{Span, Ts};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Where a fixed clock starts: 2026-11-22T00:00:00Z.
pub const START: Ts = Ts::from_micros(1_795_305_600_000_000);

/// A clock that moves only when told.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at `start`.
    pub fn new(start: Ts) -> Self {
        Self(AtomicI64::new(start.micros()))
    }

    /// Moves by `span`, backwards when it is negative.
    pub fn advance(&self, span: Span) {
        self.0.fetch_add(span.micros(), Ordering::SeqCst);
    }

    /// Jumps to `at`.
    pub fn set(&self, at: Ts) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Ts {
        Ts::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Repeatable bytes from a seed (SplitMix64). Never for keys.
#[derive(Debug)]
pub struct SeededRandom(AtomicU64);

impl SeededRandom {
    /// The stream that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut z = self.0.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Random for SeededRandom {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// A fixed ambient and the handle that turns its clock.
pub fn fixed_with_clock(seed: u64) -> (Ambient, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(START));
    let ambient = Ambient { clock: clock.clone(), random: Arc::new(SeededRandom::new(seed)) };
    (ambient, clock)
}

impl Ambient {
    /// For tests: a clock that stands at [`START`] and randomness from `seed`.
    pub fn fixed(seed: u64) -> Self {
        fixed_with_clock(seed).0
    }
}

#[cfg(test)]
mod tests {
    use super::START;
    use crate::{Ambient, Span};

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        assert_eq!(START.to_string(), "2026-11-22T00:00:00.000000Z");
        assert_eq!(Ambient::fixed(3).bytes::<13>(), Ambient::fixed(3).bytes::<13>());
        assert_ne!(Ambient::fixed(3).bytes::<13>(), Ambient::fixed(4).bytes::<13>());
    }

    #[test]
    fn the_clock_moves_only_when_told() {
        let (ambient, clock) = super::fixed_with_clock(0);
        assert_eq!(ambient.now(), ambient.now());
        clock.advance(Span::from_days(-1));
        assert_eq!(ambient.now(), START.minus(Span::from_days(1)));
        clock.set(START);
        assert_eq!(ambient.now(), START);
    }
}

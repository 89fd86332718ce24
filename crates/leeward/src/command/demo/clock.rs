//! A clock that can stand in the past while the demo is filled, so that its cases have ages.

use domain::{Ambient, Clock, Span, Ts};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The machine's clock, shifted.
pub(super) struct ShiftedClock {
    system: Arc<dyn Clock>,
    shift: AtomicI64,
}

impl ShiftedClock {
    /// Runs with the machine's clock.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { system: Ambient::system().clock, shift: AtomicI64::new(0) })
    }

    /// From now on it is this long ago.
    pub(super) fn stand_back(&self, span: Span) {
        self.shift.store(-span.micros(), Ordering::Relaxed);
    }

    /// Surroundings with this clock.
    pub(super) fn ambient(self: &Arc<Self>) -> Ambient {
        Ambient { clock: self.clone(), random: Ambient::system().random }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Ts {
        Ts::from_micros(self.system.now().micros() + self.shift.load(Ordering::Relaxed))
    }
}

//! Time and randomness as parameters.
//!
//! Everything that needs "now" or a random number takes an [`Ambient`]. The binary makes one with
//! [`Ambient::system`]; tests make one with [`Ambient::fixed`] and turn the clock by hand.

use crate::ids::Id;
use crate::time::Ts;
use std::fmt;
use std::sync::Arc;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant. It may jump in either direction: users take the later of this and the
    /// last time they recorded.
    fn now(&self) -> Ts;
}

/// Makes unguessable bytes.
pub trait Random: Send + Sync {
    /// Fills the whole of `out`.
    fn fill(&self, out: &mut [u8]);
}

/// The two things that come from outside a pure function.
#[derive(Clone)]
pub struct Ambient {
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// Where random bytes come from.
    pub random: Arc<dyn Random>,
}

impl Ambient {
    /// The clock and the random generator of the operating system: for the running server only.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }

    /// The present instant.
    pub fn now(&self) -> Ts {
        self.clock.now()
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.random.fill(&mut out);
        out
    }

    /// A new id: UUID version 7 of the present millisecond and 74 random bits.
    pub fn id<T: Id>(&self) -> T {
        let millis = u64::try_from(self.now().micros() / 1_000).unwrap_or(0);
        T::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid())
    }
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ambient").finish_non_exhaustive()
    }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Ts {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        // A machine set before 1970 reads as 1970: ids and order stay valid, the date is plainly wrong.
        Ts::from_micros(since.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX)))
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::panic, reason = "without randomness no key or code may be made at all")]
    fn fill(&self, out: &mut [u8]) {
        if let Err(error) = getrandom::fill(out) {
            panic!("the system gives no random bytes: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ambient;
    use crate::{CaseId, Ts};

    #[test]
    fn ids_are_version_7_and_sort_by_time() {
        let (ambient, clock) = crate::testing::fixed_with_clock(1);
        let a: CaseId = ambient.id();
        clock.advance(crate::Span::from_millis(1));
        let b: CaseId = ambient.id();
        assert!(a < b);
        assert_eq!(a.uuid().get_version_num(), 7);
    }

    #[test]
    fn the_system_ambient_works() {
        let ambient = Ambient::system();
        assert!(ambient.now() > Ts::from_micros(1_700_000_000_000_000));
        assert_ne!(ambient.bytes::<16>(), ambient.bytes::<16>());
    }
}

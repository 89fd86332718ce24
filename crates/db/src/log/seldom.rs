//! Trouble that lasts is told once, and then seldom: a line each second hides every other one.

use std::time::Duration;
use tokio::time::Instant;

/// When the same trouble is told again.
const AGAIN: Duration = Duration::from_mins(10);

/// What was told last, and when.
#[derive(Debug, Default)]
pub(super) struct Seldom(Option<(String, Instant)>);

impl Seldom {
    /// Whether this trouble is to be told now.
    pub(super) fn is_due(&mut self, trouble: &str, now: Instant) -> bool {
        let told = |(said, at): &(String, Instant)| said == trouble && now.duration_since(*at) < AGAIN;
        if self.0.as_ref().is_some_and(told) {
            return false;
        }
        self.0 = Some((trouble.to_owned(), now));
        true
    }

    /// The trouble is over: the next is told at once, even where it is the same.
    pub(super) fn is_over(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::{AGAIN, Seldom};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn the_same_trouble_is_told_once_and_then_seldom() {
        let (mut seldom, start) = (Seldom::default(), Instant::now());
        let told = (0..1200).filter(|n| seldom.is_due("behind", start + Duration::from_millis(500) * *n)).count();
        assert_eq!(told, 1, "in ten minutes of two passes a second");
        assert!(seldom.is_due("behind", start + AGAIN));
        assert!(seldom.is_due("another", start + AGAIN), "other trouble is news");
        seldom.is_over();
        assert!(seldom.is_due("another", start + AGAIN));
    }
}

//! Working time between two instants, and the instant after so much of it.

use super::Calendar;
use super::zone::{Segment, clamp, last};
use crate::{Span, Ts};

impl Calendar {
    /// Working time from `from` to `until`; none when that is earlier.
    pub fn between(&self, from: Ts, until: Ts) -> Span {
        let segments = self.zone().segments(from.micros(), until.micros());
        Span::from_micros(segments.map(|segment| self.worked(segment, segment.until)).sum())
    }

    /// The first instant at which so much working time has passed since `from`: at the end of a day that is
    /// the evening, not the next morning. `from` itself for nothing. None when it lies beyond 2199.
    pub fn after(&self, from: Ts, work: Span) -> Option<Ts> {
        let mut left = work.micros();
        if left <= 0 {
            return Some(from);
        }
        for segment in self.zone().segments(from.micros(), last()) {
            let there = self.worked(segment, segment.until);
            if there >= left {
                return Some(self.first_with(segment, left));
            }
            left -= there;
        }
        None
    }

    /// Whether people work at this instant.
    pub fn is_open(&self, at: Ts) -> bool {
        let at = Ts::from_micros(clamp(at.micros()));
        self.between(at, at.plus(Span::from_micros(1))) > Span::ZERO
    }

    /// Working time of a segment up to `until`, an instant in it.
    fn worked(&self, segment: Segment, until: i64) -> i64 {
        self.table.worked(until + segment.offset) - self.table.worked(segment.from + segment.offset)
    }

    /// The first instant of the segment by which so much was worked, which there is.
    fn first_with(&self, segment: Segment, work: i64) -> Ts {
        let (mut low, mut high) = (segment.from, segment.until);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.worked(segment, middle) >= work {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ts::from_micros(low)
    }
}

//! The rows: endpoints, and messages on their way to each.

mod change;
mod endpoints;
mod list;
mod take;

pub use change::{FAILING_MOST, redeliver, redeliver_failed};
pub(crate) use change::{Tried, prune, put_aside, settle};
pub use endpoints::{add, change, endpoint, endpoints, remove, rotate, say_told, untold};
pub use list::{Delivery, Filter, PAGE, STALLED, Tally, deliveries, tally, waits};
pub(crate) use take::{Due, Prepared, Ready, Taken, due, prepare, take};

use domain::UnknownWord;
use std::str::FromStr;

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In the queue, for the first time or once more.
    Waiting,
    /// The receiver took it.
    Sent,
    /// It was not taken, and is not tried any more unless somebody says so.
    Failed,
    /// Nobody is to have it any more.
    Dropped,
}

impl State {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }
}

impl FromStr for State {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::Waiting, Self::Sent, Self::Failed, Self::Dropped]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord { kind: "state of a webhook message", word: word.to_owned() })
    }
}

//! The rows of letters: what waits, what was sent, what came back.

mod change;
mod list;
mod take;

pub(crate) use change::{clear, dropped, failed, later, prune, release, sent, write_failed};
pub use change::{retry, retry_all, withdraw};
pub use list::{Listed, Place, Tally, of_case, one, tally, unsent};
pub(crate) use take::{Held, Prepared, Taken, prepare, take};

use domain::UnknownWord;
use std::str::FromStr;

/// Where a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In the queue, for the first time or once more.
    Waiting,
    /// A server took it over.
    Sent,
    /// It will not arrive unless somebody does something: refused, bounced, or put off for too long.
    Failed,
    /// Nobody is to have it any more: erased, shut out, or said stop.
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
            .ok_or_else(|| UnknownWord { kind: "state of a letter", word: word.to_owned() })
    }
}

//! The engine of every case: load, ask the pure machine, store state, events and commitments in one
//! write. It knows no case type by name; pages and API of all desks go through here.

mod act;
mod appeal;
mod children;
mod consequence;
pub(crate) mod credit;
mod file;
mod guest;
mod hands;
mod held;
mod hold;
mod index;
mod letter;
mod links;
mod load;
mod merge;
mod message;
mod named;
mod open;
mod own;
mod people;
mod reindex;
mod reporters;
mod seen;
mod share;
mod split;
mod store;
mod take_back;
mod tracker;
mod watch;

pub use act::{Act, act, due_jobs};
pub use appeal::{Appealing, appeal, appealable};
pub use children::CHILDREN_MAX;
pub use file::attach;
pub(crate) use guest::of_account;
pub use guest::{GUESTS_MAX, Invited, Inviting, guests, invite_guest, send_away};
pub(crate) use hands::{party, who_else};
pub use held::{Held, SEND_JOB, forget_held, held, send_jobs, send_later, take_back, was_taken_back};
pub use hold::{Hold, hold, release};
pub use index::index_jobs;
pub use letter::{came_by_mail, letter_returned};
pub use links::{Link, links};
pub(crate) use links::{family, home, keep_duplicate, kinds, of_kind, of_reporter, outgoing};
pub(crate) use load::load_seen;
pub use load::{Loaded, load, load_for_change};
pub use merge::{Merging, merge};
pub(crate) use merge::{is_called_by_case, offered_shares};
pub(crate) use message::came_with_report;
pub use message::{from_reporter, from_reporters, note, to_reporter};
pub use named::{Naming, name, unname};
use open::open_at;
pub use open::{NewCase, Opened, open};
pub use people::{assign, part_with, restrict};
pub(crate) use reindex::{Again, indexed_again};
pub use reindex::{ensure_words, reindex_jobs};
pub(crate) use reporters::{ADDRESS as REPORTER_ADDRESS, from_account, has_code, taken_out_of};
pub use reporters::{Change as ReporterChange, Taken, Tie as ReporterTie, change_reporters, take_into_account};
pub(crate) use seen::{as_seen, is_as_seen};
pub(crate) use share::shares_of;
pub use share::{Sharing, share, shares};
pub use split::{NewPart, PARTS_MAX, Splitting, split};
pub use take_back::take_back_close;
pub use tracker::{ISSUES_MAX, Issue, Tracking, add_issue, issues, issues_of, remove_issue};
pub use watch::{watch, watchers};

use db::DbError;
use domain::case::Refused;

/// Job that lets a clock act on a case.
pub const CLOCK_JOB: &str = "case.clock";
/// Job that brings the search index up to date with a case.
pub const INDEX_JOB: &str = db::search::INDEX_JOB;
/// Job that indexes a stretch of all cases again, after an upgrade that reads words otherwise.
pub const REINDEX_JOB: &str = "search.again";

/// Kinds of event that the engine writes itself; the machines do not fold them.
pub const OWN_KINDS: &[&str] = &[
    "message_sent",
    "message_received",
    "note_added",
    "attachment_added",
    "assigned",
    "restricted",
    "opened_up",
    "hold_set",
    "hold_lifted",
    "came_by_mail",
    "letter_returned",
    "guest_invited",
    "guest_sent_away",
    "shares_set",
    "appeal_opened",
    "appeal_ended",
    "linked_issue_added",
    "linked_issue_removed",
    "split",
    "split_from",
    "merged",
    "merged_into",
    "account_joined",
    "account_left",
    "co_reporter_joined",
    "co_reporter_left",
];

/// Why a case was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The machine refuses; nothing changed.
    #[error("the action was refused")]
    Refused(Refused),
    /// Somebody else changed the case since it was read.
    #[error("the case changed; it is at version {version} now")]
    Stale {
        /// The version it has now.
        version: i64,
    },
    /// No such case, or none that the caller may know of.
    #[error("no such case")]
    NotFound,
    /// The key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// The decision is about a deed of whoever tried it, so somebody else takes it: these people can.
    #[error("somebody else decides this")]
    OtherHands {
        /// Their names; none where nobody else could.
        who: Vec<String>,
    },
    /// Another case stands in the way: a sentence for whoever tried it.
    #[error("{0}")]
    Conflict(String),
    /// The text is empty, too long, or holds control characters.
    #[error("{0}")]
    Text(#[from] domain::TextError),
}

impl From<Refused> for EngineError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl EngineError {
    /// A row that cannot be what it says.
    pub(crate) fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Db(DbError::Inconsistent(what.to_string()))
    }
}

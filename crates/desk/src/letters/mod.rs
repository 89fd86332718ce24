//! Who is told what by mail, and what became of it: letters to reporters and to the team, the choices of
//! each person, digests, the page of the outbox, and the page on which a reporter says yes or stop.
//!
//! Every event that somebody may want to hear of leaves a job in its own write. The job decides who is
//! told and queues the letters, each under a key of its own, so that doing it twice sends nothing twice.

mod api;
mod choice;
mod choice_page;
mod consent;
mod digest;
pub(crate) mod health;
mod house;
mod job;
pub(crate) mod of_case;
mod of_tie;
mod page;
mod to_researcher;
mod token_ends;
mod told;
pub(crate) mod words;

pub use digest::digest_jobs;
pub use house::Letterhead;
pub use job::notice_jobs;
pub(crate) use page::case_name;
pub use token_ends::tell_of_tokens;

use domain::Permission;
use web::{Access, RateClass, Route, get, post};

/// Job that decides who is told about new events of a case.
pub const NOTICE_JOB: &str = "letters.notice";
/// Job that gathers what waits for digests.
pub const DIGEST_JOB: &str = "letters.digest";

/// Kinds of event of which somebody may want to hear.
pub(crate) const TOLD: &[&str] = &[
    "reported",
    "triaged",
    "accepted",
    "fix_claimed",
    "retest_started",
    "retest_failed",
    "closed",
    "reopened",
    "close_taken_back",
    "severity_decided",
    "appealed",
    "appeal_ended",
    "asked",
    "answered",
    "reminded",
    "message_sent",
    "message_received",
    "note_added",
    "assigned",
    "account_joined",
    "account_left",
    "co_reporter_joined",
    "co_reporter_left",
];

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let (system, settings) = (Permission::ReadSystem, Permission::ManageSettings);
    vec![
        get("/mail/{token}", Access::Public, consent::show).rate(RateClass::Secret),
        post("/mail/{token}", Access::Public, consent::decide).rate(RateClass::Secret),
        get("/desk/account/mail", Access::SignedIn, choice_page::show),
        post("/desk/account/mail", Access::SignedIn, choice_page::save),
        get("/desk/mail", Access::Staff(system), page::show),
        post("/desk/mail/retry", Access::Staff(settings), page::retry),
        post("/desk/mail/trial", Access::Staff(settings), page::trial),
        get("/api/v1/mail", Access::Token(system), api::list).doc(api::list_doc()),
        post("/api/v1/mail/{id}/retry", Access::Token(settings), api::retry).doc(api::retry_doc()),
    ]
}

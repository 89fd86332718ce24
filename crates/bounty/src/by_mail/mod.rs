//! Mail as a report: a file with a mail in it, pasted, uploaded, sent by a program or given on the command
//! line, becomes a case under a programme. The same file becomes one case, however often it comes; an answer to a letter of
//! ours becomes a message on the case that the letter was about.
//!
//! Nothing of a mail is believed. It is received when it comes to us; its own date is kept as what it says.
//! The whole mail is kept beside the case, for the team; only the secret of a link of ours that it quotes is withheld.

mod answer;
mod api;
mod page;
mod take;
mod words;

pub use take::{Arrival, ByMailError, Taken, take};

use domain::Permission;
use web::{Access, Route, get, post};

/// Largest form with a mail in it, in bytes.
const FORM_LIMIT: usize = mail::read::MAIL_LIMIT + (4 << 20);

/// The rows of this slice.
pub(crate) fn routes() -> Vec<Route> {
    let may = Permission::ActOnCases;
    vec![
        get("/desk/new/mail", Access::Staff(may), page::show),
        post("/desk/new/mail", Access::Staff(may), page::send).body_limit(FORM_LIMIT),
        post("/api/v1/programs/{slug}/mails", Access::Token(may), api::send).body_limit(FORM_LIMIT).doc(api::doc()),
    ]
}

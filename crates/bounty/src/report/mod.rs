//! The form of the nameless: four pages, a check of everything, then the receipt; all on the server,
//! nothing kept in the browser.
//!
//! Each press is a POST. What was typed goes into a sealed draft, whose token goes along in a hidden
//! field: in no address, no cookie and no storage of the browser, so that two windows are two drafts.
//! The token is also the key that makes a double press one report.

mod check;
mod form;
mod page;
mod receipt;
mod saved;
mod sent;
mod step;

use crate::intake::FORM_LIMIT;
use web::{Access, RateClass, Route, get, post};

/// Largest check page, in bytes: it carries the words once more, in case their draft is gone.
const CHECK_LIMIT: usize = 2 << 20;

/// The rows of this slice.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/programs/{slug}/report", Access::Public, page::show),
        // Pages are pressed often; what opens a case has the narrow allowance of intake.
        post("/programs/{slug}/report", Access::Public, step::take).rate(RateClass::Write).body_limit(FORM_LIMIT),
        get("/programs/{slug}/report/send", Access::Public, page::again),
        post("/programs/{slug}/report/send", Access::Public, sent::send)
            .rate(RateClass::Intake)
            .body_limit(CHECK_LIMIT),
        get("/programs/{slug}/saved", Access::Public, saved::ask),
        post("/programs/{slug}/saved", Access::Public, saved::open).rate(RateClass::Secret),
        post("/programs/{slug}/receipt", Access::Public, receipt::download).rate(RateClass::Secret),
    ]
}

pub use saved::SavedCodes;

//! The form of the nameless: write, check, send; all on the server, nothing kept in the browser.
//!
//! Each step is a POST of every value, so there is no session to lose. Files lie in a sealed draft whose
//! token goes along in a hidden field, as does the key that makes a double press one report.

mod check;
mod form;
mod page;
mod receipt;
mod sent;

use crate::intake::FORM_LIMIT;
use web::{Access, RateClass, Route, get, post};

/// The rows of this slice.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/programs/{slug}/report", Access::Public, page::show),
        post("/programs/{slug}/report", Access::Public, page::step).rate(RateClass::Intake).body_limit(FORM_LIMIT),
        post("/programs/{slug}/receipt", Access::Public, receipt::download).rate(RateClass::Secret),
    ]
}

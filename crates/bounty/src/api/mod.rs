//! The JSON API of reports: send one, send its files first.

mod attachments;
mod reports;

use web::{Access, RateClass, Route, post};

/// The rows of this slice.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        post("/api/v1/programs/{slug}/reports", Access::PublicOrToken, reports::send)
            .doc(reports::send_doc())
            .rate(RateClass::Intake)
            .body_limit(REPORT_LIMIT),
        post("/api/v1/attachments", Access::PublicOrToken, attachments::add)
            .doc(attachments::add_doc())
            .rate(RateClass::Intake)
            .body_limit(crate::intake::FORM_LIMIT),
    ]
}

/// Largest report as JSON, in bytes: ten texts of 100,000 bytes, each letter written as an escape.
const REPORT_LIMIT: usize = 8 << 20;

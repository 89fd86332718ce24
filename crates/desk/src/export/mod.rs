//! One case taken out of the house for counsel: a document whose every word can be checked elsewhere, the same as a
//! printed dossier, or both with the files in one archive.
//!
//! Taking it is a read that the audit shows and an event of the house that the log keeps; that event vouches for
//! the document ([`db::log::dossier`]). Nothing is gathered in memory: events go out page by page while the
//! client takes them.

mod api;
mod cover;
mod error;
mod json;
mod order;
mod page;
mod pdf;
mod pour;
mod withheld;
mod zip;

use domain::Permission;
use web::{Access, Route, get, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ExportCases);
    let token = Access::Token(Permission::ExportCases);
    vec![
        get("/desk/cases/{id}/export", staff, page::ask).step_up(),
        post("/desk/cases/{id}/export", staff, page::export).step_up(),
        post("/api/v1/cases/{id}/export", token, api::export).doc(api::export_doc()),
    ]
}

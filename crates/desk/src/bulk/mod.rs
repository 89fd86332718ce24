//! The same done to many cases of the inbox: a page says what will happen to which and why not to others, one
//! write does it, and for a while it can be undone as far as such things can be.

mod api;
mod deed;
mod pages;
mod plan;
mod record;

pub(crate) use deed::Kind;
pub(crate) use plan::Ticked;

pub use record::forget;

use domain::Permission;
use web::{Access, Route, get, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let page = Access::Staff(Permission::ReadCases);
    let token = Access::Token(Permission::ReadCases);
    vec![
        post("/desk/bulk", page, pages::ask),
        post("/desk/bulk/do", page, pages::perform),
        get("/desk/bulk/{deed}", page, pages::show),
        post("/desk/bulk/{deed}/undo", page, pages::undo),
        post("/api/v1/cases/bulk", token, api::perform).doc(api::perform_doc()),
        get("/api/v1/cases/bulk/{deed}", token, api::show).doc(api::show_doc()),
        post("/api/v1/cases/bulk/{deed}/undo", token, api::undo).doc(api::undo_doc()),
    ]
}

//! Who is on call, who is away, and how long a warning waits before it goes to the next: the rule of the
//! house, its page and its rows for programs.

mod api;
mod form;
mod pages;
pub(crate) mod store;

use domain::Permission;
use web::{Access, Route, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    vec![
        get("/desk/settings/on-call", staff, pages::show),
        post("/desk/settings/on-call", staff, pages::change),
        get("/api/v1/on-call", token, api::show).doc(api::show_doc()),
        put("/api/v1/on-call", token, api::change).doc(api::change_doc()),
    ]
}

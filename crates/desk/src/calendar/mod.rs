//! Business calendars of the house: pages on which admins keep them, and the same for programs. What a
//! programme does with one stands in [`crate::clock`].

pub(crate) mod api;
mod form;
pub(crate) mod pages;
pub(crate) mod store;

pub use store::create;

use domain::Permission;
use web::{Access, Route, delete, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    vec![
        get("/desk/settings/calendars", staff, pages::list),
        get("/desk/settings/calendars/new", staff, pages::ask),
        post("/desk/settings/calendars/new", staff, pages::create),
        get("/desk/settings/calendars/{calendar}", staff, pages::show),
        post("/desk/settings/calendars/{calendar}", staff, pages::change),
        post("/desk/settings/calendars/{calendar}/remove", staff, pages::remove),
        get("/api/v1/calendars", token, api::list).doc(api::list_doc()),
        post("/api/v1/calendars", token, api::create).doc(api::create_doc()),
        get("/api/v1/calendars/{calendar}", token, api::show).doc(api::show_doc()),
        put("/api/v1/calendars/{calendar}", token, api::change).doc(api::change_doc()),
        delete("/api/v1/calendars/{calendar}", token, api::remove).doc(api::remove_doc()),
    ]
}

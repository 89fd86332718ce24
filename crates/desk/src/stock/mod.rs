//! Stock answers: prepared words to reporters, for the house or for one programme, with variables that are
//! filled when they are put into a reply. Their pages, their rows for programs, and the answers that come
//! with the house.

mod api;
mod pages;
mod store;
mod supplied;

pub(crate) use store::{find, of_programme};

use domain::Permission;
use web::{Access, Route, delete, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    vec![
        get("/desk/settings/answers", staff, pages::list),
        get("/desk/settings/answers/new", staff, pages::ask),
        post("/desk/settings/answers/new", staff, pages::create),
        get("/desk/settings/answers/{answer}", staff, pages::show),
        post("/desk/settings/answers/{answer}", staff, pages::change),
        post("/desk/settings/answers/{answer}/remove", staff, pages::remove),
        get("/api/v1/answers", token, api::list).doc(api::list_doc()),
        post("/api/v1/answers", token, api::create).doc(api::create_doc()),
        put("/api/v1/answers/{answer}", token, api::change).doc(api::change_doc()),
        delete("/api/v1/answers/{answer}", token, api::remove).doc(api::remove_doc()),
    ]
}

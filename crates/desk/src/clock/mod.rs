//! Clocks of cases as the desk sets, computes and says them: the terms of programmes with their pages, the
//! job that follows a change of them, and clocks in words and as JSON.

mod api;
mod form;
pub(crate) mod json;
mod pages;
mod recompute;
pub(crate) mod terms;
pub(crate) mod words;

pub use pages::set;
pub use recompute::{RECOMPUTE_JOB, recompute_jobs};
pub(crate) use recompute::{SETTLES, is_of_the_store, start as recompute};

use domain::Permission;
use web::{Access, Route, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    vec![
        get("/desk/settings/targets", staff, pages::list),
        get("/desk/settings/targets/{slug}", staff, pages::show),
        post("/desk/settings/targets/{slug}", staff, pages::change),
        get("/api/v1/programs/{slug}/targets", token, api::show).doc(api::show_doc()),
        put("/api/v1/programs/{slug}/targets", token, api::change).doc(api::change_doc()),
    ]
}

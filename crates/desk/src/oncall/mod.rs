//! Who is on call, who is away, and how long a warning waits before it goes to the next: the rule of the
//! house, its page and its rows for programs; and the page on which everybody says when they are away
//! themselves, and who stands in.

mod api;
mod away;
mod away_api;
mod form;
mod pages;
pub(crate) mod store;

pub use store::{Rule, put as set_rule};

use crate::people::OF_TEAM;
use domain::Permission;
use web::{Access, Route, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    // A guest of one case learns nothing of who else is here.
    let (anybody, program) = (Access::Staff(OF_TEAM), Access::Token(Permission::ReadCases));
    // A program that may only read must not turn warnings away from its person.
    let acting = Access::Token(Permission::ActOnCases);
    vec![
        get("/desk/settings/on-call", staff, pages::show),
        post("/desk/settings/on-call", staff, pages::change),
        get("/api/v1/on-call", token, api::show).doc(api::show_doc()),
        put("/api/v1/on-call", token, api::change).doc(api::change_doc()),
        get("/desk/away", anybody, away::show),
        post("/desk/away", anybody, away::change),
        get("/api/v1/away", program, away_api::show).doc(away_api::show_doc()),
        put("/api/v1/away", acting, away_api::change).doc(away_api::change_doc()),
    ]
}

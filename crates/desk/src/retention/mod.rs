//! Rules by which closed cases are erased: of the house, and of programmes that have their own. Without one a
//! case is kept for ever.
//!
//! What goes goes through [`crate::erasing`], with the rule as its reason, so that holds bar it and the log and the
//! list of erasures keep it. A new or changed rule erases nothing for 14 days, in which the inbox, the system
//! page and letters say what it would do. A case that cannot be erased waits behind the others and is shown.

mod api;
mod due;
mod keeper;
mod pages;
mod steady;
mod store;
mod waits;
mod words;

pub use due::Quiet;
pub(crate) use due::{Notice, is_quiet, notices};
pub use keeper::{keep, start_keeper};
pub use steady::is_steady;
pub(crate) use waits::{Failing, failing};
pub(crate) use words::{failed, notice};

use crate::Viewer;
use domain::Permission;
use web::{Access, Problem, Route, get, post, put};

/// The rows of this slice. To look takes the right over settings; to change a rule that of erasing cases as well.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    vec![
        get("/desk/settings/retention", staff, pages::list),
        get("/desk/settings/retention/{scope}", staff, pages::show).step_up(),
        post("/desk/settings/retention/{scope}", staff, pages::change).step_up(),
        get("/api/v1/retention", token, api::list).doc(api::list_doc()),
        get("/api/v1/retention/{scope}", token, api::preview).doc(api::preview_doc()),
        put("/api/v1/retention/{scope}", token, api::change).doc(api::change_doc()),
    ]
}

/// Somebody who may look at rules.
fn looks(viewer: impl Into<Viewer>) -> Result<Viewer, Problem> {
    let viewer = viewer.into();
    if viewer.may_house(Permission::ManageSettings) { Ok(viewer) } else { Err(Problem::not_found()) }
}

/// Somebody who may change them.
fn changes(viewer: &Viewer) -> bool {
    viewer.may_house(Permission::ManageSettings) && viewer.may_house(Permission::EraseCases)
}

//! Erasing a case or a person, and the list that says how far each erasure is.
//!
//! [`case`] and [`person`] are the only ways to erase: pages, programs and the command line all go through
//! them, so that holds, last owners and unassigned cases are looked after everywhere alike.

mod api;
mod api_doc;
mod case;
mod case_page;
mod entry;
mod error;
mod list;
mod person;
mod person_page;

pub(crate) use api_doc::ordered as ordered_doc;
pub use case::{CaseOrder, case};
pub(crate) use entry::ordered;
pub use error::ErasingError;
pub use person::{PersonOrder, person};

use db::erase::ErasureList;
use domain::Permission;
use web::{Access, App, Problem, Route, get, post};

/// The rows of this slice. To see the list one needs [`Permission::ReadAudit`] for the whole house: an
/// erasure is something that somebody did, and it shows names of cases by number only.
pub fn routes() -> Vec<Route> {
    let cases = Access::Staff(Permission::EraseCases);
    let people = Access::Staff(Permission::ErasePeople);
    vec![
        get("/desk/cases/{id}/erase", cases, case_page::ask).step_up(),
        post("/desk/cases/{id}/erase", cases, case_page::erase).step_up(),
        get("/desk/people/{id}/erase", people, person_page::ask).step_up(),
        post("/desk/people/{id}/erase", people, person_page::erase).step_up(),
        get("/desk/erasures", Access::Staff(Permission::ReadAudit), list::show),
        post("/api/v1/cases/{id}/erasure", Access::Token(Permission::EraseCases), api::erase).doc(api_doc::erase()),
        get("/api/v1/erasures", Access::Token(Permission::ReadAudit), api::list).doc(api_doc::list()),
    ]
}

/// The list beside the store, one for the process.
pub(crate) fn list_of(app: &App) -> Result<&ErasureList, Problem> {
    app.carried::<ErasureList>().ok_or_else(|| Problem::internal("the app carries no list of erasures"))
}

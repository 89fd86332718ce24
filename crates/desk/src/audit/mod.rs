//! The audit page: who read which case when, and what happened to the house itself; one entry checked against
//! the log; and the record as a file.

mod api;
mod entry;
mod export;
mod filter;
mod many;
mod pages;
mod queries;
mod rows;
mod view;

pub use filter::{Before, Day, Filter};
pub use many::{start_read_watch, watch_reads};
pub use queries::{HouseRow, LOOKED, Listed, PAGE, ReadRow, events, readers, reads};

use accounts::{Accounts, ReadKind};
use domain::{CaseId, Permission, PersonId};
use web::{Access, App, Problem, Route, get, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ReadAudit);
    vec![
        get("/desk/audit", staff, pages::audit),
        get("/desk/audit/entries/{entry}", staff, entry::show),
        get("/desk/audit/export", staff, export::ask).step_up(),
        post("/desk/audit/export", staff, export::export).step_up(),
        get("/api/v1/audit", Access::Token(Permission::ReadAudit), api::list).doc(api::doc()),
    ]
}

/// Records a read. Call it before the answer: what cannot be recorded is not shown.
pub async fn note(app: &App, person: PersonId, kind: ReadKind, case: Option<CaseId>) -> Result<(), Problem> {
    let accounts = app.carried::<Accounts>().ok_or_else(|| Problem::internal("the app carries no accounts"))?;
    accounts.reads().record(Some(person), kind, case).await.map_err(|error| {
        Problem::unavailable("We could not record this read, so it is not shown. Try again in a few seconds.")
            .because(error)
    })
}

/// Notes at which version somebody saw a case on their screen: what comes after is new to them.
pub(crate) async fn looked(app: &App, person: PersonId, (case, version): (CaseId, i64)) {
    if let Some(accounts) = app.carried::<Accounts>() {
        accounts.reads().looked(person, case, version).await;
    }
}

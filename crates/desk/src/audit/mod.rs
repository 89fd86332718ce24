//! The audit page: who read which case when, and what happened to the house itself.

mod filter;
mod pages;
mod queries;
mod view;

pub use filter::{Before, Day, Filter};
pub use queries::{HouseRow, LOOKED, Listed, PAGE, ReadRow, events, readers, reads};

use accounts::{Accounts, ReadKind};
use domain::{CaseId, Permission, PersonId};
use web::{Access, App, Problem, Route, get};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    vec![get("/desk/audit", Access::Staff(Permission::ReadAudit), pages::audit)]
}

/// Records a read. Call it before the answer: what cannot be recorded is not shown.
pub async fn note(app: &App, person: PersonId, kind: ReadKind, case: Option<CaseId>) -> Result<(), Problem> {
    let accounts = app.carried::<Accounts>().ok_or_else(|| Problem::internal("the app carries no accounts"))?;
    accounts.reads().record(Some(person), kind, case).await.map_err(|error| {
        Problem::unavailable("We could not record this read, so it is not shown. Try again in a few seconds.")
            .because(error)
    })
}

//! Researchers as the desk sees them: who stands behind a case, their record in plain counts, bars, a second factor that was
//! lost, and the end of an account.
//!
//! One rule for addresses: whoever manages people knows them, as those of colleagues; nobody else, and no case
//! page. Records and lists count only what the viewer may see, so that a restricted case is not told by a number.

mod api;
mod api_doc;
mod aside;
mod bar;
mod erase;
mod erase_page;
mod factor;
mod list;
mod pages;
mod record;

pub(crate) use aside::Line;
pub(crate) use record::Record;

use crate::Viewer;
use crate::engine::{EngineError, of_account};
use accounts::researcher::{self, Researcher};
use db::{Db, Tx};
use domain::{Permission, PersonId};
use web::{Access, Problem, RateClass, Route, delete, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let (staff, token) = (Access::Staff, Access::Token);
    let (read, people, erase) = (Permission::ReadTeamText, Permission::ManagePeople, Permission::ErasePeople);
    vec![
        get("/desk/researchers", staff(people), list::show),
        post("/desk/researchers", staff(people), list::search).rate(RateClass::Secret),
        get("/desk/researchers/{researcher}", staff(read), pages::show),
        post("/desk/researchers/{researcher}/bar", staff(people), bar::set).step_up(),
        post("/desk/researchers/{researcher}/bar/lift", staff(people), bar::lift).step_up(),
        get("/desk/researchers/{researcher}/second-factor/remove", staff(people), factor::ask).step_up(),
        post("/desk/researchers/{researcher}/second-factor/remove", staff(people), factor::take_off).step_up(),
        get("/desk/researchers/{researcher}/erase", staff(erase), erase_page::ask).step_up(),
        post("/desk/researchers/{researcher}/erase", staff(erase), erase_page::erase).step_up(),
        post("/api/v1/researchers/search", token(people), api::search).doc(api_doc::search()).rate(RateClass::Secret),
        get("/api/v1/researchers/{researcher}", token(read), api::one).doc(api_doc::one()),
        put("/api/v1/researchers/{researcher}/bar", token(people), api::bar).doc(api_doc::bar()),
        delete("/api/v1/researchers/{researcher}/bar", token(people), api::lift).doc(api_doc::lift()),
        post("/api/v1/researchers/{researcher}/erasure", token(erase), api::erase).doc(api_doc::erase()),
    ]
}

/// People belong to the house: a grant for one desk does not reach them.
fn manager(viewer: Viewer) -> Result<Viewer, Problem> {
    if viewer.may_house(Permission::ManagePeople) { Ok(viewer) } else { Err(Problem::not_found()) }
}

/// A researcher whom this viewer may know of: one with a case they may see, or any for whoever manages people.
async fn known(tx: &mut Tx, db: &Db, (viewer, id): (&Viewer, PersonId)) -> Result<(Researcher, Record), EngineError> {
    let Some(found) = researcher::load(tx, db.keys(), id).await.map_err(of_account)? else {
        return Err(EngineError::NotFound);
    };
    let record = Record::of(tx, viewer, id).await?;
    let knows = record.sent + record.beside > 0 || viewer.may_house(Permission::ManagePeople);
    if knows { Ok((found, record)) } else { Err(EngineError::NotFound) }
}

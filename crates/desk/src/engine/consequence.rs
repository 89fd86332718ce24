//! What an action on one case brings about on others, in the same write: a granted appeal opens its case again, a
//! case that is open again ends appeals that still wait, and cases closed as repetitions are linked to their root.

use super::own::{self, Own};
use super::{EngineError, Loaded, act, links, load_for_change};
use db::{Db, Tx};
use domain::CaseId;
use domain::case::{Acted, Audience, Follow, LinkKind, Party};
use serde_json::{Value, json};

/// Does all of it. The cases that it touches are locked before.
pub(super) async fn of(tx: &mut Tx, db: &Db, (case, acted): (&Loaded, &Acted), by: &Party) -> Result<(), EngineError> {
    for follow in case.machine.follows(&acted.events, &acted.state)? {
        follow_on(tx, db, follow, by).await?;
    }
    let (was_open, is_open) = (case.summary().open, case.machine.summary(&acted.state, &case.terms).open);
    if was_open && !is_open {
        links::keep_duplicate(tx, db, (case.id, &acted.state)).await?;
        ended(tx, db, (case, acted), by).await?;
    }
    if !was_open && is_open {
        reopened(tx, db, case.id).await?;
    }
    Ok(())
}

async fn follow_on(tx: &mut Tx, db: &Db, follow: Follow, by: &Party) -> Result<(), EngineError> {
    let case = load_for_change(tx, db, follow.case).await?;
    if case.summary().locked {
        let name = case.name();
        return Err(EngineError::Conflict(format!("{name} is locked, so it cannot be opened again. Unlock it first.")));
    }
    // That somebody was alone with a decision says nothing of what follows from it.
    let by = by.person().map_or(*by, Party::Team);
    act::take(tx, db, &case, (follow.action, follow.input), &by).await?;
    reopened(tx, db, follow.case).await
}

/// A case is open again: what waited to have it opened is over, and it repeats nothing any more.
pub(super) async fn reopened(tx: &mut Tx, db: &Db, id: CaseId) -> Result<(), EngineError> {
    links::not_repeated(tx, id).await?;
    for appeal in links::of_kind(tx, id, LinkKind::Appeal).await? {
        let appeal = match load_for_change(tx, db, appeal).await {
            Ok(appeal) => appeal,
            Err(EngineError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        if appeal.summary().open {
            let (_, acted) = act::taken(tx, db, &appeal, ("overtake", json!({})), &Party::System).await?;
            ended(tx, db, (&appeal, &acted), &Party::System).await?;
        }
    }
    Ok(())
}

/// Tells the case that another one was about how that ended.
async fn ended(tx: &mut Tx, db: &Db, (case, acted): (&Loaded, &Acted), by: &Party) -> Result<(), EngineError> {
    let Some(about) = case.machine.about(&acted.state) else { return Ok(()) };
    let how = case.machine.summary(&acted.state, &case.terms).close;
    let alone = acted.events.iter().any(|event| event.data["alone"] == Value::Bool(true));
    let about = match load_for_change(tx, db, about).await {
        Ok(about) => about,
        // It was erased.
        Err(EngineError::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let data = json!({ "appeal": case.id.to_string(), "name": case.name(), "how": how, "alone": alone });
    let new = Own { kind: "appeal_ended", audience: Audience::Reporter, data };
    own::record(tx, db, &about, new, by).await.map(|_| ())
}

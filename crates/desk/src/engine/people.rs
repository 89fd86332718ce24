//! Who works on a case and who may know of it.

use super::own::{self, Own};
use super::{EngineError, load_for_change};
use db::{Db, Tx, execute, stmt};
use domain::case::{Audience, Party};
use domain::{CaseId, PersonId};
use serde_json::json;
use std::collections::BTreeSet;

/// Gives the case to somebody, or to nobody; gives the new version. Nothing happens when it is so already.
pub async fn assign(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, to): (PersonId, Option<PersonId>),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    if case.assignee == to {
        return Ok(case.version);
    }
    let data = json!({ "person": to.map(|p| p.to_string()) });
    let new = Own { kind: "assigned", audience: Audience::Team, data };
    let (_, version) = own::record(tx, db, &case, new, &Party::Team(by)).await?;
    let to = to.map(PersonId::uuid);
    execute!(tx, stmt!("UPDATE cases SET assignee = $1 WHERE id = $2"), to, case.id.uuid())?;
    Ok(version)
}

/// Restricts the case to these people, or, when there are none, opens it to everybody with the right.
/// Whoever restricts stays among them, so that nobody shuts themselves out by mistake.
pub async fn restrict(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, mut members): (PersonId, BTreeSet<PersonId>),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let restricted = !members.is_empty();
    if restricted {
        members.insert(by);
    }
    if case.facts.restricted == restricted && case.facts.members == members {
        return Ok(case.version);
    }
    let people: Vec<String> = members.iter().map(ToString::to_string).collect();
    let kind = if restricted { "restricted" } else { "opened_up" };
    let new = Own { kind, audience: Audience::Team, data: json!({ "people": people }) };
    let (_, version) = own::record(tx, db, &case, new, &Party::Team(by)).await?;
    let id = case.id.uuid();
    let now = db.ambient().now().micros();
    execute!(tx, stmt!("UPDATE cases SET restricted = $1 WHERE id = $2"), restricted, id)?;
    execute!(tx, stmt!("DELETE FROM case_members WHERE case_id = $1"), id)?;
    for person in members {
        execute!(
            tx,
            stmt!("INSERT INTO case_members (case_id, person, added_at) VALUES ($1, $2, $3)"),
            id,
            person.uuid(),
            now
        )?;
    }
    Ok(version)
}

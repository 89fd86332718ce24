//! Who works on a case and who may know of it.

use super::own::{self, Own};
use super::{EngineError, load_for_change};
use db::{Db, Tx, execute, fetch_all, stmt};
use domain::case::{Audience, Party};
use domain::{CaseId, PersonId};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Gives the case to somebody, or to nobody; gives the new version. Nothing happens when it is so already.
pub async fn assign(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, to): (PersonId, Option<PersonId>),
) -> Result<i64, EngineError> {
    give(tx, db, case, (&Party::Team(by), to)).await
}

pub(super) async fn give(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, to): (&Party, Option<PersonId>),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    if case.assignee == to {
        return Ok(case.version);
    }
    let data = json!({ "person": to.map(|p| p.to_string()) });
    let new = Own { kind: "assigned", audience: Audience::Team, data };
    let (_, version) = own::record(tx, db, &case, new, by).await?;
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
    if !members.is_empty() {
        members.insert(by);
    }
    name_members(tx, db, case, (&Party::Team(by), members)).await
}

pub(super) async fn name_members(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, members): (&Party, BTreeSet<PersonId>),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let restricted = !members.is_empty();
    if case.facts.restricted == restricted && case.facts.members == members {
        return Ok(case.version);
    }
    let people: Vec<String> = members.iter().map(ToString::to_string).collect();
    let kind = if restricted { "restricted" } else { "opened_up" };
    let new = Own { kind, audience: Audience::Team, data: json!({ "people": people }) };
    let (_, version) = own::record(tx, db, &case, new, by).await?;
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
    if restricted {
        crate::alert::forget_unnamed(tx, db, case.id).await?;
    }
    // Somebody who looked may be gone: whoever is left is told.
    execute!(tx, stmt!("UPDATE cases SET alert_at = $1 WHERE id = $2"), now, id)?;
    Ok(version)
}

/// Takes somebody off every case before they are erased, one event for each change: what they worked on is
/// nobody's, and they are no longer among the people of restricted cases. `heir` takes their place where
/// nobody else would be left who can see the case.
pub async fn part_with(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    (by, heir): (&Party, Option<PersonId>),
) -> Result<(), EngineError> {
    let assigned = fetch_all!(
        tx,
        (Uuid,),
        stmt!("SELECT id FROM cases WHERE assignee = $1 AND erased_at IS NULL ORDER BY id LIMIT 100000"),
        person.uuid()
    )?;
    let alone = alone_on(tx, person).await?;
    let named = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT c.id FROM cases c JOIN case_members m ON m.case_id = c.id
             WHERE m.person = $1 AND c.restricted AND c.erased_at IS NULL ORDER BY c.id LIMIT 100000"
        ),
        person.uuid()
    )?;
    // One pass in the order of ids, as everybody who locks many cases goes.
    let (assigned, named): (BTreeSet<Uuid>, BTreeSet<Uuid>) =
        (assigned.into_iter().map(|(id,)| id).collect(), named.into_iter().map(|(id,)| id).collect());
    for id in assigned.union(&named) {
        let case = CaseId::from_uuid(*id);
        if assigned.contains(id) {
            give(tx, db, case, (by, None)).await?;
        }
        if !named.contains(id) {
            continue;
        }
        let mut members = load_for_change(tx, db, case).await?.facts.members;
        members.remove(&person);
        if alone.contains(&case) {
            members.extend(heir);
        }
        if !members.is_empty() {
            name_members(tx, db, case, (by, members)).await?;
        }
    }
    Ok(())
}

/// Restricted cases that nobody who can sign in may see but this person.
pub(crate) async fn alone_on(tx: &mut Tx, person: PersonId) -> Result<BTreeSet<CaseId>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT c.id FROM cases c JOIN case_members m ON m.case_id = c.id
             WHERE m.person = $1 AND c.restricted AND c.erased_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM case_members o JOIN people p ON p.id = o.person
                               WHERE o.case_id = c.id AND o.person <> $1 AND p.state = 'active')
             ORDER BY c.id LIMIT 100000"
        ),
        person.uuid()
    )?;
    Ok(rows.into_iter().map(|(case,)| CaseId::from_uuid(case)).collect())
}

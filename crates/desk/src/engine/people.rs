//! Who works on a case and who may know of it.

use super::named::NAMED_MAX;
use super::own::{self, Own};
use super::{EngineError, Loaded, links, load, load_for_change};
use crate::people::can;
use accounts::person;
use db::{Db, Tx, execute, fetch_all, fetch_optional, stmt};
use domain::case::{Audience, LinkKind, Party, Refused};
use domain::{CaseFacts, CaseId, Permission, PersonId};
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
    // They may have been shut out or erased since whoever asks looked.
    if let Some(to) = to {
        let there = stmt!("SELECT id FROM people WHERE id = $1 AND state = 'active'");
        let gone = || Refused::invalid("assignee", "This person cannot sign in any more. Pick somebody else.");
        fetch_optional!(tx, (Uuid,), there, to.uuid())?.ok_or_else(gone)?;
    }
    let data = json!({ "person": to.map(|p| p.to_string()) });
    let new = Own { kind: "assigned", audience: Audience::Team, data };
    let (_, version) = own::record(tx, db, &case, new, by).await?;
    let to = to.map(PersonId::uuid);
    execute!(tx, stmt!("UPDATE cases SET assignee = $1 WHERE id = $2"), to, case.id.uuid())?;
    Ok(version)
}

/// Restricts the case to these people, or, when there are none, opens it to everybody with the right.
/// Whoever restricts stays among them, so that nobody shuts themselves out by mistake; who works on it and is not
/// among them no longer does.
pub async fn restrict(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, mut members): (PersonId, BTreeSet<PersonId>),
) -> Result<i64, EngineError> {
    if !members.is_empty() {
        members.insert(by);
    }
    if members.len() > NAMED_MAX {
        return Err(Refused::invalid("member", format!("At most {NAMED_MAX} people can be named on one case.")).into());
    }
    let found = load_for_change(tx, db, case).await?;
    with_its_case(tx, db, &found).await?;
    let owner = found.assignee;
    let shut_out = !members.is_empty() && owner.is_some_and(|owner| !members.contains(&owner));
    let version = name_members(tx, db, case, (&Party::Team(by), members)).await?;
    if shut_out { give(tx, db, case, (&Party::Team(by), None)).await } else { Ok(version) }
}

/// Refuses to change by itself who may look at an appeal: it tells of its case, so it is for the same people.
pub(super) async fn with_its_case(tx: &mut Tx, db: &Db, case: &Loaded) -> Result<(), EngineError> {
    let Some(about) = case.machine.about(&case.state) else { return Ok(()) };
    let about = load(tx, db, about).await?.name();
    let text = format!("An appeal is for the same people as its case. Change it on {about}, and this follows.");
    Err(EngineError::Conflict(text))
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
    let case_members = members.clone();
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
    // An appeal tells of its case, so it is for the same people.
    for appeal in links::of_kind(tx, case.id, LinkKind::Appeal).await? {
        match Box::pin(name_members(tx, db, appeal, (by, case_members.clone()))).await {
            Ok(_) => {}
            Err(EngineError::NotFound) => continue,
            Err(error) => return Err(error),
        }
        let owner = load_for_change(tx, db, appeal).await?.assignee;
        if restricted && owner.is_some_and(|owner| !case_members.contains(&owner)) {
            give(tx, db, appeal, (by, None)).await?;
        }
    }
    Ok(version)
}

/// Whether anybody who can sign in may look after a restricted case with these people. Its list never becomes one
/// of people who may not: nobody could restrict, name, lift or erase any more.
pub(super) async fn is_kept(tx: &mut Tx, facts: &CaseFacts) -> Result<bool, EngineError> {
    for member in &facts.members {
        if can(tx, (*member, Permission::RestrictCases), facts).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes somebody off every case before they are erased, one event for each change: what they worked on is
/// nobody's, and they are no longer among the people of restricted cases. `heir` takes their place where
/// nobody else would be left who may look after the case. Gives how many cases are left to nobody all the same:
/// then the write must not go on.
pub async fn part_with(
    tx: &mut Tx,
    db: &Db,
    leaving: PersonId,
    (by, heir): (&Party, Option<PersonId>),
) -> Result<usize, EngineError> {
    person::look_again(tx, db, leaving).await.map_err(EngineError::corrupt)?;
    let assigned = fetch_all!(
        tx,
        (Uuid,),
        stmt!("SELECT id FROM cases WHERE assignee = $1 AND erased_at IS NULL ORDER BY id LIMIT 100000"),
        leaving.uuid()
    )?;
    let named = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT c.id FROM cases c JOIN case_members m ON m.case_id = c.id
             WHERE m.person = $1 AND c.restricted AND c.erased_at IS NULL ORDER BY c.id LIMIT 100000"
        ),
        leaving.uuid()
    )?;
    // One pass in the order of ids, as everybody who locks many cases goes.
    let (assigned, named): (BTreeSet<Uuid>, BTreeSet<Uuid>) =
        (assigned.into_iter().map(|(id,)| id).collect(), named.into_iter().map(|(id,)| id).collect());
    let mut left = 0;
    for id in assigned.union(&named) {
        let case = CaseId::from_uuid(*id);
        if assigned.contains(id) {
            give(tx, db, case, (by, None)).await?;
        }
        if !named.contains(id) {
            continue;
        }
        let mut facts = load_for_change(tx, db, case).await?.facts;
        facts.members.remove(&leaving);
        if !is_kept(tx, &facts).await? {
            facts.members.extend(heir);
        }
        if !is_kept(tx, &facts).await? {
            left += 1;
            continue;
        }
        name_members(tx, db, case, (by, facts.members)).await?;
    }
    Ok(left)
}

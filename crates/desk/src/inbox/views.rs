//! Saved views: a filter and an order under a name, of one person or of the team, and the one that the desk
//! opens with. A personal view is sealed under its person's key and goes with it.

use crate::engine::EngineError;
use crate::people::OF_TEAM;
use db::{DataKey, Db, Tx, event, execute, fetch_all, fetch_one, fetch_optional, field, stmt};
use domain::case::Refused;
use domain::inbox::NamedFilter;
use domain::{JobId, PersonId};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Views of one person, or of the team.
pub const MOST: i64 = 50;

/// A view as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its id.
    pub id: Uuid,
    /// Whether the whole team has it.
    pub shared: bool,
    /// Counted up by each change.
    pub version: i64,
    /// Name and filter.
    pub named: NamedFilter,
    /// Whether the desk opens with it for whoever asks.
    pub first: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person: Option<Uuid>,
    version: i64,
    body: Vec<u8>,
    first: bool,
}

/// The views of the team, then those of this person, the oldest first. Guests of cases have their own alone.
pub async fn of_person(tx: &mut Tx, db: &Db, person: PersonId) -> Result<Vec<Kept>, EngineError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT v.id, v.person, v.version, v.body,
                    EXISTS (SELECT 1 FROM inbox_choices h WHERE h.person = $1 AND h.view = v.id) AS first
             FROM views v
             WHERE v.person = $1 OR (v.person IS NULL
                   AND EXISTS (SELECT 1 FROM grants g WHERE g.person = $1 AND (g.role & $2) <> 0))
             ORDER BY v.id LIMIT 200"
        ),
        person.uuid(),
        OF_TEAM.roles_mask()
    )?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(key) = key(tx, db, row.person.map(PersonId::from_uuid)).await? else { continue };
        views.push(open(&key, &row)?);
    }
    views.sort_by_key(|view| (!view.shared, view.id));
    Ok(views)
}

/// What a view of this person, or of the team, is sealed under; nothing when the person was erased.
async fn key(tx: &mut Tx, db: &Db, person: Option<PersonId>) -> Result<Option<Arc<DataKey>>, EngineError> {
    match person {
        Some(person) => Ok(db.keys().person(tx, person).await?),
        None => Ok(Some(db.keys().house().clone())),
    }
}

fn open(key: &DataKey, row: &Row) -> Result<Kept, EngineError> {
    let version = u32::try_from(row.version).map_err(EngineError::corrupt)?;
    let body = key.open(field::SAVED_FILTER, row.id, version, &row.body).map_err(db::DbError::from)?;
    Ok(Kept {
        id: row.id,
        shared: row.person.is_none(),
        version: row.version,
        named: serde_json::from_slice(&body).map_err(EngineError::corrupt)?,
        first: row.first,
    })
}

/// Keeps a view of `by`, or of the team when `shared`; gives its id. Whether they may share is asked before.
pub async fn create(
    tx: &mut Tx,
    db: &Db,
    (by, shared, named): (PersonId, bool, &NamedFilter),
) -> Result<Uuid, EngineError> {
    let person = (!shared).then_some(by);
    let (there,) = fetch_one!(
        tx,
        (i64,),
        stmt!(
            sqlite: "SELECT COUNT(*) FROM views WHERE person IS $1",
            pg: "SELECT COUNT(*) FROM views WHERE person IS NOT DISTINCT FROM $1",
        ),
        person.map(PersonId::uuid)
    )?;
    if there >= MOST {
        return Err(Refused::invalid("name", format!("There are {MOST} views already. Remove one first")).into());
    }
    let id = db.ambient().id::<JobId>().uuid();
    let key = key(tx, db, person).await?.ok_or(EngineError::NotFound)?;
    let body = seal(db, &key, (id, 1, named))?;
    execute!(
        tx,
        stmt!("INSERT INTO views (id, person, version, body, created_at) VALUES ($1, $2, 1, $3, $4)"),
        id,
        person.map(PersonId::uuid),
        body,
        db.ambient().now().micros()
    )?;
    if shared {
        tell(tx, db, "view_shared", (by, id, Some(named))).await?;
    }
    Ok(id)
}

fn seal(db: &Db, key: &DataKey, (id, version, named): (Uuid, u32, &NamedFilter)) -> Result<Vec<u8>, EngineError> {
    let text = serde_json::to_vec(named).map_err(EngineError::corrupt)?;
    Ok(key.seal(field::SAVED_FILTER, id, version, &text, db.ambient().random.as_ref()))
}

/// A view that is to be changed or removed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Who asks.
    pub by: PersonId,
    /// Whether they may change those of the team.
    pub may_share: bool,
    /// Which one.
    pub id: Uuid,
    /// The version they saw.
    pub seen: i64,
}

/// The view, if it is theirs to change: their own, or the team's when they may.
async fn theirs(tx: &mut Tx, wanted: Wanted) -> Result<Option<PersonId>, EngineError> {
    let row =
        fetch_optional!(tx, (Option<Uuid>, i64), stmt!("SELECT person, version FROM views WHERE id = $1"), wanted.id)?;
    let (person, version) = row.ok_or(EngineError::NotFound)?;
    let person = person.map(PersonId::from_uuid);
    let may = person.map_or(wanted.may_share, |person| person == wanted.by);
    match (may, version == wanted.seen) {
        (false, _) => Err(EngineError::NotFound),
        (true, false) => Err(EngineError::Stale { version }),
        (true, true) => Ok(person),
    }
}

/// Writes name and filter anew; gives the version.
pub async fn change(tx: &mut Tx, db: &Db, wanted: Wanted, named: &NamedFilter) -> Result<i64, EngineError> {
    let person = theirs(tx, wanted).await?;
    let key = key(tx, db, person).await?.ok_or(EngineError::NotFound)?;
    let version = wanted.seen + 1;
    let body = seal(db, &key, (wanted.id, u32::try_from(version).map_err(EngineError::corrupt)?, named))?;
    let changed = execute!(
        tx,
        stmt!("UPDATE views SET version = $1, body = $2 WHERE id = $3 AND version = $4"),
        version,
        body,
        wanted.id,
        wanted.seen
    )?;
    if changed != 1 {
        return Err(EngineError::Stale { version });
    }
    if person.is_none() {
        tell(tx, db, "shared_view_changed", (wanted.by, wanted.id, Some(named))).await?;
    }
    Ok(version)
}

/// Removes a view; whoever opened the desk with it sees the plain list.
pub async fn remove(tx: &mut Tx, db: &Db, wanted: Wanted) -> Result<(), EngineError> {
    let person = theirs(tx, wanted).await?;
    execute!(tx, stmt!("UPDATE inbox_choices SET view = NULL WHERE view = $1"), wanted.id)?;
    execute!(tx, stmt!("DELETE FROM views WHERE id = $1"), wanted.id)?;
    if person.is_none() {
        tell(tx, db, "shared_view_removed", (wanted.by, wanted.id, None)).await?;
    }
    Ok(())
}

async fn tell(
    tx: &mut Tx,
    db: &Db,
    kind: &str,
    (by, id, named): (PersonId, Uuid, Option<&NamedFilter>),
) -> Result<(), EngineError> {
    let data = json!({ "view": id.to_string(), "now": named });
    event::append_house(tx, db.keys(), db.ambient(), kind, Some(by.uuid()), data).await?;
    Ok(())
}

/// Makes a view the one that the desk opens with for this person, or none.
pub async fn open_with(tx: &mut Tx, (person, view): (PersonId, Option<Uuid>)) -> Result<(), EngineError> {
    if let Some(view) = view {
        let there = fetch_optional!(
            tx,
            (Uuid,),
            stmt!("SELECT id FROM views WHERE id = $1 AND (person = $2 OR person IS NULL)"),
            view,
            person.uuid()
        )?;
        there.ok_or(EngineError::NotFound)?;
    }
    execute!(
        tx,
        stmt!(
            "INSERT INTO inbox_choices (person, view, keys_off) VALUES ($1, $2, FALSE)
             ON CONFLICT (person) DO UPDATE SET view = excluded.view"
        ),
        person.uuid(),
        view
    )?;
    Ok(())
}

/// Switches the single keys of the desk on or off for this person.
pub async fn switch_keys(tx: &mut Tx, (person, off): (PersonId, bool)) -> Result<(), EngineError> {
    execute!(
        tx,
        stmt!(
            "INSERT INTO inbox_choices (person, view, keys_off) VALUES ($1, NULL, $2)
             ON CONFLICT (person) DO UPDATE SET keys_off = excluded.keys_off"
        ),
        person.uuid(),
        off
    )?;
    Ok(())
}

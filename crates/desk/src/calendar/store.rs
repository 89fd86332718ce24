//! Calendars in the store, sealed under the house key. A change is carried into the terms of every programme
//! that works by the calendar, in the same write, and orders that due dates are computed again.

use crate::clock::{recompute, terms};
use crate::engine::EngineError;
use db::{Db, Tx, event, execute, fetch_all, fetch_optional, field, stmt};
use domain::calendar::{Calendar, NAME_MAX};
use domain::case::Refused;
use domain::{PersonId, ProgrammeId, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Most calendars of a house.
const MOST: i64 = 100;

/// A calendar with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// 1 to [`NAME_MAX`] characters.
    pub(crate) name: String,
    /// Hours and holidays.
    pub(crate) calendar: Calendar,
}

/// A stored calendar.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: Uuid,
    /// Counts changes, from 1.
    pub(crate) version: i64,
    pub(crate) named: Named,
}

/// A change about to be made.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) id: Uuid,
    /// The version that was seen.
    pub(crate) seen: i64,
    pub(crate) by: PersonId,
}

impl Named {
    /// Checks the name, and that names of holidays are lines of text. Calendars that are stored already are
    /// read as they are.
    pub(crate) fn new(name: &str, calendar: Calendar) -> Result<Self, Refused> {
        let name = name.trim();
        let length = name.chars().count();
        if length == 0 || length > NAME_MAX || name.chars().any(char::is_control) {
            return Err(Refused::invalid("name", format!("Name it in 1 to {NAME_MAX} characters.")));
        }
        let odd = calendar.plan().holidays.iter().find(|(_, name)| name.chars().any(char::is_control));
        if let Some((day, _)) = odd {
            let message = format!("The name of {day} holds a tab or another character that nobody sees.");
            return Err(Refused::invalid("holidays", message));
        }
        Ok(Self { name: name.to_owned(), calendar })
    }
}

fn seal(db: &Db, id: Uuid, (version, named): (i64, &Named)) -> Result<Vec<u8>, EngineError> {
    let plain = serde_json::to_vec(named).map_err(EngineError::corrupt)?;
    let version = u32::try_from(version).map_err(EngineError::corrupt)?;
    Ok(db.keys().house().seal(field::CALENDAR, id, version, &plain, db.ambient().random.as_ref()))
}

fn open(db: &Db, (id, version, body): (Uuid, i64, Vec<u8>)) -> Result<Kept, EngineError> {
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let plain = db.keys().house().open(field::CALENDAR, id, column, &body).map_err(db::DbError::from)?;
    Ok(Kept { id, version, named: serde_json::from_slice(&plain).map_err(EngineError::corrupt)? })
}

/// Every calendar by name.
pub(crate) async fn list(tx: &mut Tx, db: &Db) -> Result<Vec<Kept>, EngineError> {
    let rows = fetch_all!(tx, (Uuid, i64, Vec<u8>), stmt!("SELECT id, version, body FROM calendars LIMIT $1"), MOST)?;
    let mut kept = rows.into_iter().map(|row| open(db, row)).collect::<Result<Vec<_>, _>>()?;
    kept.sort_by(|a, b| (&a.named.name, a.id).cmp(&(&b.named.name, b.id)));
    Ok(kept)
}

/// One calendar.
pub(crate) async fn find(tx: &mut Tx, db: &Db, id: Uuid) -> Result<Kept, EngineError> {
    let row =
        fetch_optional!(tx, (Uuid, i64, Vec<u8>), stmt!("SELECT id, version, body FROM calendars WHERE id = $1"), id)?;
    open(db, row.ok_or(EngineError::NotFound)?)
}

/// One calendar that stays as it is until this write ends: terms are about to take a copy of it.
pub(crate) async fn keep(tx: &mut Tx, db: &Db, id: Uuid) -> Result<Kept, EngineError> {
    let row = fetch_optional!(
        tx,
        (Uuid, i64, Vec<u8>),
        stmt!(
            sqlite: "SELECT id, version, body FROM calendars WHERE id = $1",
            pg: "SELECT id, version, body FROM calendars WHERE id = $1 FOR SHARE",
        ),
        id
    )?;
    open(db, row.ok_or(EngineError::NotFound)?)
}

/// One calendar that nobody else changes or copies until this write ends.
async fn find_for_change(tx: &mut Tx, db: &Db, id: Uuid) -> Result<Kept, EngineError> {
    let row = fetch_optional!(
        tx,
        (Uuid, i64, Vec<u8>),
        stmt!(
            sqlite: "SELECT id, version, body FROM calendars WHERE id = $1",
            pg: "SELECT id, version, body FROM calendars WHERE id = $1 FOR UPDATE",
        ),
        id
    )?;
    open(db, row.ok_or(EngineError::NotFound)?)
}

/// Programmes that work by this calendar: id and address.
pub(crate) async fn users(tx: &mut Tx, id: Uuid) -> Result<Vec<(ProgrammeId, String)>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid, String),
        stmt!(
            "SELECT p.id, p.slug FROM programme_terms t JOIN programmes p ON p.id = t.programme
             WHERE t.calendar = $1 ORDER BY p.slug LIMIT 1000"
        ),
        id
    )?;
    Ok(rows.into_iter().map(|(id, slug)| (ProgrammeId::from_uuid(id), slug)).collect())
}

/// Keeps a new calendar; gives its id. The words of its name are checked here.
pub async fn create(
    tx: &mut Tx,
    db: &Db,
    (by, name, calendar): (PersonId, &str, Calendar),
) -> Result<Uuid, EngineError> {
    let named = Named::new(name, calendar)?;
    let (count,) = db::fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM calendars"))?;
    if count >= MOST {
        return Err(Refused::invalid("", format!("There are {MOST} calendars. Remove one that nobody uses.")).into());
    }
    let id = db.ambient().id::<domain::JobId>().uuid();
    let body = seal(db, id, (1, &named))?;
    execute!(
        tx,
        stmt!("INSERT INTO calendars (id, version, body, created_at) VALUES ($1, 1, $2, $3)"),
        id,
        body,
        db.ambient().now().micros()
    )?;
    tell(tx, db, "calendar_made", (by, id, Some(&named))).await?;
    Ok(id)
}

/// Writes a calendar anew; gives its version.
pub(crate) async fn change(tx: &mut Tx, db: &Db, wanted: Change, named: Named) -> Result<i64, EngineError> {
    let there = find_for_change(tx, db, wanted.id).await?;
    if there.version != wanted.seen {
        return Err(EngineError::Stale { version: there.version });
    }
    if there.named == named {
        return Ok(there.version);
    }
    let version = there.version + 1;
    let body = seal(db, wanted.id, (version, &named))?;
    let changed = execute!(
        tx,
        stmt!("UPDATE calendars SET version = $1, body = $2 WHERE id = $3 AND version = $4"),
        version,
        body,
        wanted.id,
        wanted.seen
    )?;
    if changed != 1 {
        return Err(EngineError::Stale { version: there.version });
    }
    for (programme, _) in users(tx, wanted.id).await? {
        let mut stored = terms::of(tx, db, programme).await?;
        // Somebody gave it another one meanwhile.
        if stored.calendar != Some(wanted.id) {
            continue;
        }
        stored.terms.calendar = Some(named.calendar.clone());
        terms::put(tx, db, programme, (stored.version, stored.calendar, &stored.terms)).await?;
        recompute(tx, db, programme).await?;
    }
    tell(tx, db, "calendar_changed", (wanted.by, wanted.id, Some(&named))).await?;
    Ok(version)
}

/// Removes a calendar that no programme works by.
pub(crate) async fn remove(tx: &mut Tx, db: &Db, wanted: Change) -> Result<(), EngineError> {
    let there = find_for_change(tx, db, wanted.id).await?;
    if there.version != wanted.seen {
        return Err(EngineError::Stale { version: there.version });
    }
    let users = users(tx, wanted.id).await?;
    if !users.is_empty() {
        let names: Vec<&str> = users.iter().take(5).map(|(_, slug)| slug.as_str()).collect();
        let message = format!("Programmes work by this calendar: {}. Give them another one first.", names.join(", "));
        return Err(Refused::invalid("", message).into());
    }
    let gone = execute!(tx, stmt!("DELETE FROM calendars WHERE id = $1 AND version = $2"), wanted.id, wanted.seen)?;
    if gone != 1 {
        return Err(EngineError::Stale { version: there.version });
    }
    tell(tx, db, "calendar_removed", (wanted.by, wanted.id, None)).await
}

async fn tell(
    tx: &mut Tx,
    db: &Db,
    kind: &str,
    (by, id, named): (PersonId, Uuid, Option<&Named>),
) -> Result<(), EngineError> {
    let data = json!({ "calendar": id.to_string(), "now": named });
    event::append_house(tx, db.keys(), db.ambient(), kind, Some(by.uuid()), data).await?;
    Ok(())
}

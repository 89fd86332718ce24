//! Every erasure against the event in the log that tells of it. An opening that is gone is valid only
//! then; a row that somebody added to the table does not excuse anything.

use super::{Fault, Report};
use crate::erase::Kind;
use crate::{Db, DbError, Tx, event, fetch_all, stmt};
use domain::EventId;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What was erased, by the log.
#[derive(Default)]
pub(super) struct Logged {
    pub(super) cases: BTreeSet<Uuid>,
    pub(super) people: BTreeSet<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    subject: Uuid,
    event: Uuid,
    commitment: Option<Vec<u8>>,
}

/// Reads the table and keeps what the log bears out.
pub(super) async fn logged(db: &Db, tx: &mut Tx, report: &mut Report) -> Result<Logged, DbError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT e.id, e.kind, e.subject, e.event, l.commitment FROM erasures e
             LEFT JOIN log_entries l ON l.event = e.event ORDER BY e.id"
        )
    )?;
    let mut logged = Logged::default();
    for row in rows {
        match Kind::parse(&row.kind) {
            Some(kind) if told(db, tx, kind, &row).await? => {
                let subjects = if kind == Kind::Case { &mut logged.cases } else { &mut logged.people };
                subjects.insert(row.subject);
            }
            _ => report.fault(Fault::Erasure(row.id)),
        }
    }
    Ok(logged)
}

/// Whether the event opens under the house key, is what the log committed to, and speaks of this erasure.
async fn told(db: &Db, tx: &mut Tx, kind: Kind, row: &Row) -> Result<bool, DbError> {
    let opening = match event::opening(tx, db.keys().house(), EventId::from_uuid(row.event)).await {
        Ok(Some(opening)) => opening,
        Ok(None) | Err(DbError::Seal(_) | DbError::Inconsistent(_)) => return Ok(false),
        Err(e) => return Err(e),
    };
    let committed = tlog::commit(&opening.salt, &opening.canonical);
    if row.commitment.as_deref() != Some(committed.as_bytes().as_slice()) {
        return Ok(false);
    }
    let Ok(event) = serde_json::from_slice::<Value>(&opening.canonical) else { return Ok(false) };
    Ok(event["kind"] == json!(kind.event())
        && event["data"]["erasure"] == json!(row.id.to_string())
        && event["data"]["subject"] == json!(row.subject.to_string()))
}

/// Every person either has a key or a logged erasure.
pub(super) async fn people(tx: &mut Tx, erased: &BTreeSet<Uuid>, report: &mut Report) -> Result<(), DbError> {
    let keyless = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT p.id FROM people p LEFT JOIN keys k ON k.kind = $1 AND k.owner = p.id
             WHERE k.id IS NULL ORDER BY p.id"
        ),
        Kind::Person.key().as_i64()
    )?;
    for (person,) in keyless {
        if !erased.contains(&person) {
            report.fault(Fault::Person(person));
        }
    }
    Ok(())
}

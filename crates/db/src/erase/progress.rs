//! How far erasures are: what was asked for, by whom and why, and what is still to be done.

use super::{Erasure, Kind, SWEEP, Status};
use crate::{DbError, Keyring, Tx, fetch_all, stmt};
use domain::{PersonId, Ts};
use seal::field;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One erasure with its story.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The erasure, and when it was done.
    pub status: Status,
    /// Who asked; `None` for the command line and for rules of the house.
    pub by: Option<PersonId>,
    /// Why.
    pub reason: String,
    /// Type and number of the case, when it is one.
    pub case: Option<(String, i64)>,
    /// What is still to be done; `None` when it is done.
    pub waiting: Option<Waiting>,
}

/// What a sweep still has to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Attachments that may still lie in the folder or bucket.
    pub files: usize,
    /// Sweeps that were begun and did not succeed.
    pub tries: i64,
    /// When the next one is due; `None` when its job is gone and any later sweep will do it.
    pub next: Option<Ts>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    subject: Uuid,
    requested_at: i64,
    swept_at: Option<i64>,
    event: Uuid,
    actor: Option<Uuid>,
    body: Option<Vec<u8>>,
    r#type: Option<String>,
    number: Option<i64>,
}

/// Erasures before the one of id `before`, newest first, at most `limit`. Ids grow with time.
pub async fn newest(tx: &mut Tx, keys: &Keyring, before: Option<Uuid>, limit: i64) -> Result<Vec<Progress>, DbError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT x.id, x.kind, x.subject, x.requested_at, x.swept_at, x.event, e.actor, e.body, c.type, c.number
             FROM erasures x JOIN events e ON e.id = x.event LEFT JOIN cases c ON c.id = x.subject
             WHERE x.id < $1 ORDER BY x.id DESC LIMIT $2"
        ),
        before.unwrap_or(Uuid::max()),
        limit
    )?;
    let mut sweeps =
        if rows.iter().any(|row| row.swept_at.is_none()) { sweeps(tx, keys).await? } else { BTreeMap::new() };
    rows.into_iter()
        .map(|row| {
            let waiting = row.swept_at.is_none().then(|| sweeps.remove(&row.subject).unwrap_or_default());
            progress(keys, row, waiting)
        })
        .collect()
}

fn progress(keys: &Keyring, row: Row, waiting: Option<Waiting>) -> Result<Progress, DbError> {
    let kind = Kind::parse(&row.kind)
        .ok_or_else(|| DbError::Inconsistent(format!("erasure {} is of kind {}", row.id, row.kind)))?;
    let reason = match &row.body {
        None => String::new(),
        Some(body) => {
            let plain = keys.house().open(field::EVENT_BODY, row.event, 0, body)?;
            let event: Value = serde_json::from_slice(&plain)
                .map_err(|e| DbError::Inconsistent(format!("event {}: {e}", row.event)))?;
            event["data"]["reason"].as_str().unwrap_or_default().to_owned()
        }
    };
    let erasure = Erasure { id: row.id, kind, subject: row.subject, at: Ts::from_micros(row.requested_at) };
    Ok(Progress {
        status: Status { erasure, swept_at: row.swept_at.map(Ts::from_micros) },
        by: row.actor.map(PersonId::from_uuid),
        reason,
        case: row.r#type.zip(row.number),
        waiting,
    })
}

/// The jobs that sweep, by what they sweep for.
async fn sweeps(tx: &mut Tx, keys: &Keyring) -> Result<BTreeMap<Uuid, Waiting>, DbError> {
    let jobs = fetch_all!(
        tx,
        (Uuid, Option<Uuid>, i64, i64, Vec<u8>),
        stmt!("SELECT id, subject, attempts, due_at, payload FROM jobs WHERE kind = $1 ORDER BY id LIMIT 10000"),
        SWEEP
    )?;
    let mut found = BTreeMap::new();
    for (id, subject, tries, due, payload) in jobs {
        let Some(subject) = subject else { continue };
        let plain = keys.house().open(field::JOB_PAYLOAD, id, 0, &payload)?;
        let payload: Value =
            serde_json::from_slice(&plain).map_err(|e| DbError::Inconsistent(format!("job {id}: {e}")))?;
        let files = payload["blobs"].as_array().map_or(0, Vec::len);
        found.insert(subject, Waiting { files, tries, next: Some(Ts::from_micros(due)) });
    }
    Ok(found)
}

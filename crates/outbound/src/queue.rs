//! Queueing: a job in the write that makes a message necessary, and the rows of messages in the write of that job.

use crate::kind::Kind;
use db::{Db, DbError, Tx, execute, field, later, stmt};
use domain::{CaseId, JobId, Ts};
use serde_json::Value;
use uuid::Uuid;

/// Job that decides which endpoints are told of new events of a case.
pub const JOB: &str = "webhooks.notice";

/// Messages that wait for an endpoint that we stopped, at most: what happens meanwhile is made up for when it goes on.
pub const STOPPED_MOST: i64 = 10_000;

/// A message for one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The endpoint.
    pub endpoint: Uuid,
    /// The same for every endpoint that hears of the same thing, and on each try: `webhook-id` is made of it.
    pub id: Uuid,
    /// What it is about.
    pub kind: Kind,
    /// The case it is about: seals it, and takes it along when the case is erased.
    pub case: Option<CaseId>,
    /// The document, whose `type` is the kind.
    pub body: Value,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queued {
    /// It waits to be sent, under this id.
    Waits(Uuid),
    /// It was queued before, its endpoint is gone, or one that we stopped has [`STOPPED_MOST`] already; nothing happened.
    Before,
    /// The case it belongs to is erased; nothing happened.
    Gone,
}

/// Leaves a [`JOB`] about these events of a case in the caller's write, if there is an endpoint that takes messages or
/// that we stopped.
pub async fn news(tx: &mut Tx, db: &Db, case: CaseId, payload: &Value) -> Result<(), DbError> {
    let (ambient, id) = (db.ambient(), db.ambient().id::<JobId>().uuid());
    let plain = payload.to_string();
    let sealed = db.keys().house().seal(field::JOB_PAYLOAD, id, 0, plain.as_bytes(), ambient.random.as_ref());
    // Most houses have none: asked in the same statement, so that nobody waits for the answer.
    later!(
        tx,
        stmt!(
            "INSERT INTO jobs (id, kind, subject, due_at, attempts, payload)
             SELECT $1, $2, $3, $4, 0, $5 WHERE EXISTS (SELECT 1 FROM webhooks WHERE state <> 'paused')"
        ),
        id,
        JOB,
        Some(case.uuid()),
        ambient.now().micros(),
        sealed
    )
}

/// Puts a message into the queue, inside the caller's write.
pub async fn queue(tx: &mut Tx, db: &Db, message: &Message) -> Result<Queued, DbError> {
    let Some(key) = db.keys().of(tx, message.case).await? else { return Ok(Queued::Gone) };
    let (ambient, id) = (db.ambient(), db.ambient().id::<JobId>().uuid());
    let now: Ts = ambient.now();
    let plain = message.body.to_string();
    let body = key.seal(field::WEBHOOK_BODY, id, 0, plain.as_bytes(), ambient.random.as_ref());
    let queued = execute!(
        tx,
        stmt!(
            "INSERT INTO webhook_deliveries (id, webhook, message, kind, case_id, state, attempts, created_at, due_at, body)
             SELECT $1, $2, $3, $4, $5, 'waiting', 0, $6, $6, $7 FROM webhooks w
             WHERE w.id = $2 AND (w.state <> 'disabled' OR (
               SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries d
                                     WHERE d.webhook = $2 AND d.state = 'waiting' LIMIT $8) waits) < $8)
             ON CONFLICT (webhook, message) DO NOTHING"
        ),
        id,
        message.endpoint,
        message.id,
        message.kind.as_str(),
        message.case.map(CaseId::uuid),
        now.micros(),
        body,
        STOPPED_MOST
    )?;
    Ok(if queued == 1 { Queued::Waits(id) } else { Queued::Before })
}

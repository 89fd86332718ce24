//! Taking messages out of the queue, and making them ready to be sent.

use super::endpoints::load;
use crate::endpoint::{Standing, Wish};
use crate::kind::Kind;
use crate::secret::signatures;
use db::{DataKey, Db, DbError, Tx, fetch_all, fetch_optional, field, stmt};
use domain::{CaseId, ProgrammeId};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// How long a message that was taken is nobody else's. After a crash it is taken again then.
const LOCK_MICROS: i64 = 300_000_000;

/// An endpoint for which something is due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    pub endpoint: Uuid,
    /// The last try failed: it gets one connection, so that it holds up nobody else.
    pub failing: bool,
}

/// A message that was taken: nobody else sends it until its lock ends.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Taken {
    pub id: Uuid,
    pub webhook: Uuid,
    pub message: Uuid,
    pub case_id: Option<Uuid>,
    pub attempts: i64,
    /// Until when it is this sender's alone: what became of it is only written down while that holds.
    pub locked_until: i64,
    kind: String,
    body: Vec<u8>,
}

/// A message ready for the wire.
pub(crate) struct Ready {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// Seals what is said about it.
    pub key: Arc<DataKey>,
    /// Version of the endpoint whose address this is: what comes of it says nothing of a later address.
    pub version: i64,
}

/// What became of a message before it was sent.
pub(crate) enum Prepared {
    /// Send this.
    Ready(Ready),
    /// It is not sent now.
    Not(Aside),
}

/// Why a message that was taken is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aside {
    /// Nobody is to have it any more.
    Dropped,
    /// Its endpoint was paused meanwhile.
    Waits,
    /// It does not open.
    Broken,
}

/// Endpoints for which something is due.
pub(crate) async fn due(db: &Db) -> Result<Vec<Due>, DbError> {
    let mut tx = db.glance().await?;
    let rows = fetch_all!(
        &mut tx,
        (Uuid, i64),
        stmt!(
            "SELECT w.id, w.failures FROM webhooks w
             WHERE w.state = 'active' AND (w.not_before IS NULL OR w.not_before <= $1) AND EXISTS (
               SELECT 1 FROM webhook_deliveries d
               WHERE d.webhook = w.id AND d.state = 'waiting' AND d.due_at <= $1
                 AND (d.locked_until IS NULL OR d.locked_until < $1))
             ORDER BY w.failures, w.id LIMIT 100"
        ),
        db.ambient().now().micros()
    )?;
    Ok(rows.into_iter().map(|(endpoint, failures)| Due { endpoint, failing: failures > 0 }).collect())
}

/// Takes messages of an endpoint that are due, the oldest first.
pub(crate) async fn take(db: &Db, endpoint: Uuid, most: i64) -> Result<Vec<Taken>, DbError> {
    let now = db.ambient().now().micros();
    db.write(move |tx| {
        Box::pin(async move {
            fetch_all!(
                tx,
                Taken,
                stmt!(
                    sqlite: "UPDATE webhook_deliveries SET locked_until = $2 WHERE id IN (
                               SELECT id FROM webhook_deliveries
                               WHERE webhook = $4 AND state = 'waiting' AND due_at <= $1
                                 AND (locked_until IS NULL OR locked_until < $1)
                               ORDER BY due_at, id LIMIT $3)
                             RETURNING id, webhook, message, case_id, attempts, locked_until, kind, body",
                    pg: "UPDATE webhook_deliveries SET locked_until = $2 WHERE id IN (
                           SELECT id FROM webhook_deliveries
                           WHERE webhook = $4 AND state = 'waiting' AND due_at <= $1
                             AND (locked_until IS NULL OR locked_until < $1)
                           ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
                         RETURNING id, webhook, message, case_id, attempts, locked_until, kind, body",
                ),
                now,
                now + LOCK_MICROS,
                most,
                endpoint
            )
        })
    })
    .await
}

/// Opens the document, looks whether it may still go, and signs it for this moment. What does not open is put aside: it
/// would be tried for ever.
pub(crate) async fn prepare(db: &Db, taken: &Taken) -> Result<Prepared, DbError> {
    match ready(db, taken).await {
        Err(error @ (DbError::Seal(_) | DbError::Inconsistent(_))) => {
            tracing::error!(id = %taken.id, webhook = %taken.webhook, %error, "a webhook message does not open");
            Ok(Prepared::Not(Aside::Broken))
        }
        prepared => prepared,
    }
}

async fn ready(db: &Db, taken: &Taken) -> Result<Prepared, DbError> {
    let mut tx = db.read().await?;
    let tx = &mut tx;
    let Some((endpoint, sealed)) = load(tx, db, taken.webhook).await? else {
        return Ok(Prepared::Not(Aside::Dropped));
    };
    if endpoint.standing != Standing::Active {
        return Ok(Prepared::Not(Aside::Waits));
    }
    let case = taken.case_id.map(CaseId::from_uuid);
    if let Some(case) = case
        && !may_leave(tx, (case, &taken.kind), &endpoint.wish).await?
    {
        return Ok(Prepared::Not(Aside::Dropped));
    }
    let Some(key) = db.keys().of(tx, case).await? else { return Ok(Prepared::Not(Aside::Dropped)) };
    let mut body = key.open(field::WEBHOOK_BODY, taken.id, 0, &taken.body)?.to_vec();
    if case.is_some() && !endpoint.wish.titles {
        body = without_title(&body)?;
    }
    let now = db.ambient().now();
    let (id, seconds) = (format!("msg_{}", taken.message.simple()), now.micros().div_euclid(1_000_000));
    let signed = signatures(&sealed.secrets(now), (&id, seconds, &body));
    let headers = vec![("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signed)];
    Ok(Prepared::Ready(Ready { url: sealed.url, headers, body, key, version: endpoint.version }))
}

/// Whether this endpoint is still to hear of it: not of a case that was restricted or erased since, nor of what somebody
/// has narrowed it away from while the message waited. Asked of the row, since another process may still have the key of
/// an erased case in its memory.
async fn may_leave(tx: &mut Tx, (case, kind): (CaseId, &str), wish: &Wish) -> Result<bool, DbError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT programme FROM cases WHERE id = $1 AND NOT restricted AND erased_at IS NULL"),
        case.uuid()
    )?;
    let within = |programme| wish.programme.is_none_or(|only| only == ProgrammeId::from_uuid(programme));
    let chosen = kind.parse().is_ok_and(|kind: Kind| kind.bit() == 0 || wish.kinds & kind.bit() != 0);
    Ok(chosen && row.is_some_and(|(programme,)| within(programme)))
}

/// The document without the title of its case, for an endpoint that was to carry titles when it was made.
fn without_title(body: &[u8]) -> Result<Vec<u8>, DbError> {
    let wrong = |error: serde_json::Error| DbError::Inconsistent(format!("a webhook message: {error}"));
    let mut document: Value = serde_json::from_slice(body).map_err(wrong)?;
    let Some(case) = document.pointer_mut("/data/case").and_then(Value::as_object_mut) else {
        return Ok(body.to_vec());
    };
    if case.remove("title").is_none() {
        return Ok(body.to_vec());
    }
    serde_json::to_vec(&document).map_err(wrong)
}

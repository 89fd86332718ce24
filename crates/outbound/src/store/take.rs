//! Taking messages out of the queue, and making them ready to be sent.

use super::endpoints::load;
use crate::endpoint::Standing;
use crate::queue::key_for;
use crate::secret::signatures;
use db::{DataKey, Db, DbError, Tx, fetch_all, fetch_optional, field, stmt};
use domain::CaseId;
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
    body: Vec<u8>,
}

/// A message ready for the wire.
pub(crate) struct Ready {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// Seals what is said about it.
    pub key: Arc<DataKey>,
}

/// What became of a message before it was sent.
pub(crate) enum Prepared {
    /// Send this.
    Ready(Ready),
    /// Nobody is to have it any more.
    Drop,
    /// Its endpoint was paused meanwhile: it waits.
    Wait,
}

/// Endpoints for which something is due.
pub(crate) async fn due(db: &Db) -> Result<Vec<Due>, DbError> {
    let mut tx = db.glance().await?;
    let rows = fetch_all!(
        &mut tx,
        (Uuid, i64),
        stmt!(
            "SELECT w.id, w.failures FROM webhooks w
             WHERE w.state = 'active' AND EXISTS (
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
                             RETURNING id, webhook, message, case_id, attempts, locked_until, body",
                    pg: "UPDATE webhook_deliveries SET locked_until = $2 WHERE id IN (
                           SELECT id FROM webhook_deliveries
                           WHERE webhook = $4 AND state = 'waiting' AND due_at <= $1
                             AND (locked_until IS NULL OR locked_until < $1)
                           ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
                         RETURNING id, webhook, message, case_id, attempts, locked_until, body",
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

/// Opens the document, looks whether it may still go, and signs it for this moment.
pub(crate) async fn prepare(db: &Db, taken: &Taken) -> Result<Prepared, DbError> {
    let mut tx = db.read().await?;
    let tx = &mut tx;
    let Some((endpoint, sealed)) = load(tx, db, taken.webhook).await? else { return Ok(Prepared::Drop) };
    if endpoint.standing != Standing::Active {
        return Ok(Prepared::Wait);
    }
    let case = taken.case_id.map(CaseId::from_uuid);
    if let Some(case) = case
        && is_restricted(tx, case).await?
    {
        return Ok(Prepared::Drop);
    }
    let Some(key) = key_for(tx, db, case).await? else { return Ok(Prepared::Drop) };
    let body = key.open(field::WEBHOOK_BODY, taken.id, 0, &taken.body)?.to_vec();
    let now = db.ambient().now();
    let (id, seconds) = (format!("msg_{}", taken.message.simple()), now.micros().div_euclid(1_000_000));
    let signed = signatures(&sealed.secrets(now), (&id, seconds, &body));
    let headers = vec![("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signed)];
    Ok(Prepared::Ready(Ready { url: sealed.url, headers, body, key }))
}

/// Restricted since it was queued, or gone: then nobody outside hears of it.
async fn is_restricted(tx: &mut Tx, case: CaseId) -> Result<bool, DbError> {
    let row = fetch_optional!(tx, (bool,), stmt!("SELECT restricted FROM cases WHERE id = $1"), case.uuid())?;
    Ok(row.is_none_or(|(restricted,)| restricted))
}

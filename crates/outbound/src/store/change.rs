//! What becomes of messages. Rows of messages are changed before the row of their endpoint, and many of them in the
//! order of their ids: on PostgreSQL two who wait for each other's rows would stop both.

use super::take::{Aside, Taken};
use crate::answer::{Answer, Failure};
use crate::endpoint::Why;
use crate::schedule::{asked, pause};
use db::{DataKey, Db, DbError, Tx, event, execute, fetch_optional, field, stmt};
use domain::{PersonId, Span};
use serde_json::json;
use uuid::Uuid;

/// An endpoint that has taken nothing for so long is stopped,
pub const FAILING_MOST: Span = Span::from_days(5);
/// by a message that was itself tried so often: days on which nothing was to be sent say nothing of a receiver.
const TRIES_TO_STOP: i64 = 5;
/// How long the row of a message that was taken or dropped stays.
const KEEP: Span = Span::from_days(30);
/// How long one that failed stays.
const KEEP_FAILED: Span = Span::from_days(90);

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tried {
    /// The receiver took it.
    Sent,
    /// It is tried again.
    Later,
    /// It was put aside.
    Failed,
}

/// A try that came to its end.
struct Try<'t> {
    taken: &'t Taken,
    /// Seals what is said about it.
    key: &'t DataKey,
    /// Version of the endpoint it went to.
    version: i64,
}

/// Writes down what became of one try, in one write with how the endpoint is doing.
pub(crate) async fn settle(
    db: &Db,
    (taken, key, version): (Taken, std::sync::Arc<DataKey>, i64),
    came: Result<Answer, Failure>,
) -> Result<Tried, DbError> {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let tried = Try { taken: &taken, key: &key, version };
            match came {
                Ok(answer) if answer.is_taken() => taken_over(tx, &store, &tried, &answer).await,
                Ok(answer) => not_taken(tx, &store, &tried, (Some(&answer), said(&answer))).await,
                Err(failure) => not_taken(tx, &store, &tried, (None, failure.to_string())).await,
            }
        })
    })
    .await
}

/// What stands on the page of an answer that took nothing.
fn said(answer: &Answer) -> String {
    match answer.status {
        300..=399 => "It sends us on to another address; redirects are not followed".to_owned(),
        410 => "It says that nobody listens there any more".to_owned(),
        _ => answer.words.clone(),
    }
}

async fn taken_over(tx: &mut Tx, db: &Db, tried: &Try<'_>, answer: &Answer) -> Result<Tried, DbError> {
    let (taken, key) = (tried.taken, tried.key);
    execute!(
        tx,
        stmt!(
            "UPDATE webhook_deliveries SET state = 'sent', ended_at = $1, attempts = attempts + 1, locked_until = NULL,
                    code = $2, answer = $3 WHERE id = $4 AND locked_until = $5"
        ),
        db.ambient().now().micros(),
        i64::from(answer.status),
        seal(db, key, taken.id, &answer.words),
        taken.id,
        taken.locked_until
    )?;
    execute!(
        tx,
        stmt!("UPDATE webhooks SET failures = 0, failing_since = NULL WHERE id = $1 AND failures > 0 AND version = $2"),
        taken.webhook,
        tried.version
    )?;
    Ok(Tried::Sent)
}

async fn not_taken(
    tx: &mut Tx,
    db: &Db,
    tried: &Try<'_>,
    (answer, words): (Option<&Answer>, String),
) -> Result<Tried, DbError> {
    let (taken, now) = (tried.taken, db.ambient().now());
    // An address that somebody changed meanwhile is not stopped by what the one before said.
    let same = stands(tx, taken.webhook).await?.is_some_and(|(version, _)| version == tried.version);
    let gone = same && answer.is_some_and(|answer| answer.status == 410);
    let again = if gone { None } else { pause(db.ambient(), taken.attempts + 1, answer) };
    let (state, due, ended) = match again {
        Some(pause) => ("waiting", now.plus(pause).micros(), None),
        None => ("failed", now.micros(), Some(now.micros())),
    };
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE webhook_deliveries SET state = $1, due_at = $2, ended_at = $3, attempts = attempts + 1,
                    locked_until = NULL, code = $4, answer = $5 WHERE id = $6 AND locked_until = $7"
        ),
        state,
        due,
        ended,
        answer.map(|answer| i64::from(answer.status)),
        seal(db, tried.key, taken.id, &words),
        taken.id,
        taken.locked_until
    )?;
    if changed != 1 {
        // Removed, sent again by somebody, or another sender's by now.
        return Ok(Tried::Later);
    }
    let counted = execute!(
        tx,
        stmt!(
            "UPDATE webhooks SET failures = failures + 1, failing_since = COALESCE(failing_since, $1),
                    not_before = COALESCE($2, not_before)
             WHERE id = $3 AND state = 'active' AND version = $4"
        ),
        now.micros(),
        answer.and_then(asked).map(|span| now.plus(span).micros()),
        taken.webhook,
        tried.version
    )?;
    if counted == 1 && gone {
        stop(tx, db, taken.webhook, Why::Gone).await?;
    } else if counted == 1 && taken.attempts + 1 >= TRIES_TO_STOP {
        let since = stands(tx, taken.webhook).await?.and_then(|(_, since)| since).unwrap_or(now.micros());
        if now.micros() - since > FAILING_MOST.micros() {
            stop(tx, db, taken.webhook, Why::Failing).await?;
        }
    }
    Ok(if again.is_some() { Tried::Later } else { Tried::Failed })
}

/// Version of an endpoint, and since when it takes nothing.
async fn stands(tx: &mut Tx, endpoint: Uuid) -> Result<Option<(i64, Option<i64>)>, DbError> {
    fetch_optional!(
        tx,
        (i64, Option<i64>),
        stmt!("SELECT version, failing_since FROM webhooks WHERE id = $1"),
        endpoint
    )
}

/// Nothing goes there any more until somebody lets it go on; whoever is in charge is told.
async fn stop(tx: &mut Tx, db: &Db, endpoint: Uuid, why: Why) -> Result<(), DbError> {
    let stopped = execute!(
        tx,
        stmt!("UPDATE webhooks SET state = 'disabled', reason = $1, told_at = NULL WHERE id = $2 AND state = 'active'"),
        why.as_str(),
        endpoint
    )?;
    if stopped == 1 {
        let data = json!({ "webhook": endpoint.to_string(), "why": why.as_str() });
        event::append_house(tx, db.keys(), db.ambient(), "webhook_stopped", None, data).await?;
    }
    Ok(())
}

fn seal(db: &Db, key: &DataKey, id: Uuid, words: &str) -> Option<Vec<u8>> {
    let random = db.ambient().random.as_ref();
    (!words.is_empty()).then(|| key.seal(field::WEBHOOK_ANSWER, id, 0, words.as_bytes(), random))
}

/// Writes down why a message that was taken is not sent, while it is still this sender's.
pub(crate) async fn put_aside(db: &Db, taken: Taken, aside: Aside) -> Result<(), DbError> {
    let now = db.ambient().now().micros();
    let (state, ended) = match aside {
        Aside::Dropped => ("dropped", Some(now)),
        Aside::Waits => ("waiting", None),
        Aside::Broken => ("failed", Some(now)),
    };
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    "UPDATE webhook_deliveries SET state = $1, ended_at = $2, locked_until = NULL
                     WHERE id = $3 AND locked_until = $4"
                ),
                state,
                ended,
                taken.id,
                taken.locked_until
            )
            .map(|_| ())
        })
    })
    .await
}

/// Sends one message again, now, under the same id, whatever became of it; false when the endpoint has no such one.
pub async fn redeliver(tx: &mut Tx, db: &Db, (by, endpoint, id): (PersonId, Uuid, Uuid)) -> Result<bool, DbError> {
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, due_at = $1, ended_at = NULL,
                    locked_until = NULL WHERE id = $2 AND webhook = $3"
        ),
        db.ambient().now().micros(),
        id,
        endpoint
    )?;
    if changed == 1 {
        let data = json!({ "webhook": endpoint.to_string(), "messages": 1 });
        event::append_house(tx, db.keys(), db.ambient(), "webhook_redelivered", Some(by.uuid()), data).await?;
    }
    Ok(changed == 1)
}

/// Sends everything again that failed and was queued in the last `span`, at most 10,000; gives how many.
pub async fn redeliver_failed(
    tx: &mut Tx,
    db: &Db,
    (by, endpoint, span): (PersonId, Uuid, Span),
) -> Result<u64, DbError> {
    let now = db.ambient().now();
    let changed = execute!(
        tx,
        stmt!(
            sqlite: "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, due_at = $1, ended_at = NULL,
                            locked_until = NULL
                     WHERE id IN (SELECT id FROM webhook_deliveries
                                  WHERE webhook = $2 AND state = 'failed' AND created_at >= $3 ORDER BY id LIMIT 10000)",
            pg: "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, due_at = $1, ended_at = NULL,
                        locked_until = NULL
                 WHERE id IN (SELECT id FROM webhook_deliveries
                              WHERE webhook = $2 AND state = 'failed' AND created_at >= $3 ORDER BY id LIMIT 10000
                              FOR UPDATE)",
        ),
        now.micros(),
        endpoint,
        now.minus(span).micros()
    )?;
    let data = json!({ "webhook": endpoint.to_string(), "messages": changed });
    event::append_house(tx, db.keys(), db.ambient(), "webhook_redelivered", Some(by.uuid()), data).await?;
    Ok(changed)
}

/// Forgets rows that nobody asks for any more. Those that somebody changes just now have time until the next round.
pub(crate) async fn prune(db: &Db) -> Result<(), DbError> {
    let now = db.ambient().now();
    let (old, older) = (now.minus(KEEP).micros(), now.minus(KEEP_FAILED).micros());
    db.write(move |tx| {
        Box::pin(async move {
            // One that was queued in the moment in which its endpoint was removed.
            execute!(
                tx,
                stmt!(
                    sqlite: "DELETE FROM webhook_deliveries
                             WHERE state = 'waiting' AND webhook NOT IN (SELECT id FROM webhooks)",
                    pg: "DELETE FROM webhook_deliveries WHERE id IN (
                           SELECT id FROM webhook_deliveries
                           WHERE state = 'waiting' AND webhook NOT IN (SELECT id FROM webhooks)
                           FOR UPDATE SKIP LOCKED)",
                )
            )?;
            execute!(
                tx,
                stmt!(
                    sqlite: "DELETE FROM webhook_deliveries WHERE (state IN ('sent', 'dropped') AND ended_at < $1)
                                                               OR (state = 'failed' AND ended_at < $2)",
                    pg: "DELETE FROM webhook_deliveries WHERE id IN (
                           SELECT id FROM webhook_deliveries
                           WHERE (state IN ('sent', 'dropped') AND ended_at < $1) OR (state = 'failed' AND ended_at < $2)
                           FOR UPDATE SKIP LOCKED)",
                ),
                old,
                older
            )
            .map(|_| ())
        })
    })
    .await
}

//! A message to a reporter lies for ten seconds before it is sent, so that whoever wrote it can take it back. Until
//! then nothing of it is in the log, no clock stops and no letter is on its way. What was taken back is kept for a day:
//! an answer that is lost on its way loses no words.

use super::{EngineError, Loaded, load_for_change, to_reporter};
use crate::people::can;
use db::{DataKey, Db, DbError, Tx, execute, fetch_all, fetch_optional, field, jobs, stmt};
use domain::{CaseId, MessageId, Permission, PersonId, ReporterText, Span, Ts};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Job that sends a message whose time has come.
pub const SEND_JOB: &str = "message.send";
/// How long a message lies.
const HOLD: Span = Span::from_seconds(10);
/// How long words that were taken back are kept.
const KEPT: Span = Span::from_days(1);

/// A message that is not sent yet, or was taken back.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it.
    pub by: PersonId,
    /// When it is sent.
    pub due: Ts,
    /// Whether it was taken back.
    pub back: bool,
    /// Its words.
    pub text: String,
}

/// Lays a message down to be sent in [`HOLD`]; gives its id. The words of what the same person took back on this case
/// before are forgotten.
pub async fn send_later(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, text): (PersonId, ReporterText),
) -> Result<MessageId, EngineError> {
    let loaded = load_for_change(tx, db, case).await?;
    forget_words(tx, db, &loaded, by).await?;
    let ambient = db.ambient();
    let (id, due) = (ambient.id::<MessageId>(), ambient.now().plus(HOLD));
    let body = loaded.key.seal(field::HELD_MESSAGE, id.uuid(), 0, text.as_str().as_bytes(), ambient.random.as_ref());
    execute!(
        tx,
        stmt!("INSERT INTO held_messages (id, case_id, person, due_at, body) VALUES ($1, $2, $3, $4, $5)"),
        id.uuid(),
        case.uuid(),
        by.uuid(),
        due.micros(),
        body
    )?;
    let job = (SEND_JOB, Some(case.uuid()), due);
    jobs::enqueue(tx, db.keys().house().as_ref(), ambient, job, &json!({ "message": id })).await?;
    Ok(id)
}

/// Makes what this person took back on a case before empty. The rows stay: they say that a form which comes once more
/// was taken back and not sent.
async fn forget_words(tx: &mut Tx, db: &Db, case: &Loaded, by: PersonId) -> Result<(), EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT id FROM held_messages WHERE case_id = $1 AND person = $2 AND back_at IS NOT NULL ORDER BY id LIMIT 100"
        ),
        case.id.uuid(),
        by.uuid()
    )?;
    for (id,) in rows {
        let body = case.key.seal(field::HELD_MESSAGE, id, 0, b"", db.ambient().random.as_ref());
        execute!(tx, stmt!("UPDATE held_messages SET body = $1 WHERE id = $2"), body, id)?;
    }
    Ok(())
}

/// Whether this person took a message of theirs back.
pub async fn was_taken_back(tx: &mut Tx, (by, id): (PersonId, MessageId)) -> Result<bool, EngineError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT id FROM held_messages WHERE id = $1 AND person = $2 AND back_at IS NOT NULL"),
        id.uuid(),
        by.uuid()
    )?;
    Ok(row.is_some())
}

/// Takes a message back; whether it was still here. Only whoever wrote it can. A second time changes nothing.
pub async fn take_back(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, id): (PersonId, MessageId),
) -> Result<bool, EngineError> {
    // Under the lock of the case, as the job that sends it.
    load_for_change(tx, db, case).await?;
    let found = execute!(
        tx,
        stmt!(
            "UPDATE held_messages SET back_at = COALESCE(back_at, $1) WHERE id = $2 AND case_id = $3 AND person = $4"
        ),
        db.ambient().now().micros(),
        id.uuid(),
        case.uuid(),
        by.uuid()
    )?;
    Ok(found > 0)
}

/// Those of a case that are on their way, oldest first, then what this person took back, the newest first.
pub async fn held(tx: &mut Tx, key: &DataKey, (case, by): (CaseId, PersonId)) -> Result<Vec<Held>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid, Uuid, i64, Option<i64>, Vec<u8>),
        stmt!(
            "SELECT id, person, due_at, back_at, body FROM held_messages
             WHERE case_id = $1 AND (back_at IS NULL OR person = $2)
             ORDER BY CASE WHEN back_at IS NULL THEN 0 ELSE 1 END, CASE WHEN back_at IS NULL THEN due_at ELSE -due_at END,
                      id LIMIT 20"
        ),
        case.uuid(),
        by.uuid()
    )?;
    let opened = |(id, by, due, back, body): (Uuid, Uuid, i64, Option<i64>, Vec<u8>)| {
        let text = words(key, id, &body)?;
        let (id, by) = (MessageId::from_uuid(id), PersonId::from_uuid(by));
        Ok(Held { id, by, due: Ts::from_micros(due), back: back.is_some(), text })
    };
    rows.into_iter().map(opened).collect()
}

/// Forgets what was taken back more than a day ago.
pub async fn forget_held(tx: &mut Tx, now: Ts) -> Result<u64, DbError> {
    execute!(tx, stmt!("DELETE FROM held_messages WHERE back_at < $1"), now.minus(KEPT).micros())
}

/// Sends what was not taken back: the job of kind [`SEND_JOB`].
pub fn send_jobs() -> jobs::Handler {
    Arc::new(|db, job| {
        Box::pin(async move {
            let id = job.payload["message"].as_str().and_then(|id| id.parse().ok());
            let Some((case, id)) = job.subject.map(CaseId::from_uuid).zip(id) else { return Ok(()) };
            let sent: Result<(), EngineError> =
                db.clone().write(move |tx| Box::pin(async move { send(tx, &db, case, id).await })).await;
            match sent {
                // The case is gone, and the message with it.
                Ok(()) | Err(EngineError::NotFound) => Ok(()),
                Err(EngineError::Db(e)) => Err(e),
                Err(e) => Err(DbError::Inconsistent(e.to_string())),
            }
        })
    })
}

/// Sends this message, and before it those of the case that were to go before: jobs of a busy minute, or after a restart,
/// run in no order. Whoever may no longer write to the reporter by then is as if they had taken theirs back.
async fn send(tx: &mut Tx, db: &Db, case: CaseId, id: MessageId) -> Result<(), EngineError> {
    let loaded = load_for_change(tx, db, case).await?;
    let rows = fetch_all!(
        tx,
        (Uuid, Uuid, Vec<u8>),
        stmt!(
            "SELECT m.id, m.person, m.body FROM held_messages m
             JOIN held_messages own ON own.id = $1 AND own.back_at IS NULL
             WHERE m.case_id = $2 AND m.back_at IS NULL
               AND (m.due_at < own.due_at OR (m.due_at = own.due_at AND m.id <= own.id))
             ORDER BY m.due_at, m.id"
        ),
        id.uuid(),
        case.uuid()
    )?;
    for (id, by, body) in rows {
        let by = PersonId::from_uuid(by);
        if !can(tx, (by, Permission::MessageReporter), &loaded.facts).await? {
            let now = db.ambient().now().micros();
            execute!(tx, stmt!("UPDATE held_messages SET back_at = $1 WHERE id = $2"), now, id)?;
            continue;
        }
        execute!(tx, stmt!("DELETE FROM held_messages WHERE id = $1"), id)?;
        let text = ReporterText::new(words(&loaded.key, id, &body)?)?;
        to_reporter(tx, db, case, (by, text)).await?;
    }
    Ok(())
}

fn words(key: &DataKey, id: Uuid, body: &[u8]) -> Result<String, EngineError> {
    let plain = key.open(field::HELD_MESSAGE, id, 0, body).map_err(EngineError::corrupt)?;
    String::from_utf8(plain.to_vec()).map_err(EngineError::corrupt)
}

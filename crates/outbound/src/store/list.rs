//! Messages as pages list them: never the document, never a secret.

use super::State;
use crate::kind::Kind;
use db::{Db, DbError, List, Tx, fetch_one, fetch_optional, field, stmt};
use domain::{CaseId, Span, Ts};
use uuid::Uuid;

/// Messages on a page.
pub const PAGE: usize = 50;
/// A message whose time has come and that nobody has tried for so long says that sending stands still.
pub const STALLED: Span = Span::from_minutes(15);

/// A message in a list.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its id.
    pub id: Uuid,
    /// What `webhook-id` is made of.
    pub message: Uuid,
    /// What it is about.
    pub kind: Kind,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// Where it is.
    pub state: State,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Ts,
    /// When it is tried next, while it waits.
    pub due_at: Ts,
    /// When it was taken or given up.
    pub ended_at: Option<Ts>,
    /// Status code of the last answer.
    pub code: Option<u16>,
    /// What the receiver said last, or why there was no answer.
    pub words: String,
}

/// Which messages of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// All, newest first.
    #[default]
    All,
    /// Those in this state.
    Only(State),
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Messages that wait for a try that is due.
    pub due: i64,
    /// Microseconds for which the oldest of those has been due whose receiver takes what it gets.
    pub oldest: i64,
    /// Messages that were not taken and lie there.
    pub failed: i64,
    /// Endpoints that we stopped.
    pub disabled: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    message: Uuid,
    kind: String,
    case_id: Option<Uuid>,
    state: String,
    attempts: i64,
    created_at: i64,
    due_at: i64,
    ended_at: Option<i64>,
    code: Option<i64>,
    answer: Option<Vec<u8>>,
}

/// A page of the messages of an endpoint, newest first, those before `before`; and whether there are more.
pub async fn deliveries(
    tx: &mut Tx,
    db: &Db,
    endpoint: Uuid,
    (filter, before): (Filter, Option<Uuid>),
) -> Result<(Vec<Delivery>, bool), DbError> {
    let head = "SELECT id, message, kind, case_id, state, attempts, created_at, due_at, ended_at, code, answer
                FROM webhook_deliveries WHERE TRUE";
    let state = match filter {
        Filter::All => None,
        Filter::Only(state) => Some(state.as_str()),
    };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let rows = List::new(head)
        .and("webhook = ?", [endpoint.into()])
        .and_opt("state = ?", state)
        .and_opt("id < ?", before)
        .tail("ORDER BY id DESC LIMIT ?", [limit.into()])
        .fetch::<Row>(tx)
        .await?;
    let more = rows.len() > PAGE;
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows.into_iter().take(PAGE) {
        listed.push(open(tx, db, row).await?);
    }
    Ok((listed, more))
}

async fn open(tx: &mut Tx, db: &Db, row: Row) -> Result<Delivery, DbError> {
    let case = row.case_id.map(CaseId::from_uuid);
    let wrong = |e: domain::UnknownWord| DbError::Inconsistent(format!("webhook message {}: {e}", row.id));
    let words = match (&row.answer, db.keys().of(tx, case).await?) {
        (Some(sealed), Some(key)) => {
            String::from_utf8_lossy(&key.open(field::WEBHOOK_ANSWER, row.id, 0, sealed)?).into_owned()
        }
        _ => String::new(),
    };
    Ok(Delivery {
        id: row.id,
        message: row.message,
        kind: row.kind.parse().map_err(wrong)?,
        case,
        state: row.state.parse().map_err(wrong)?,
        attempts: row.attempts,
        created_at: Ts::from_micros(row.created_at),
        due_at: Ts::from_micros(row.due_at),
        ended_at: row.ended_at.map(Ts::from_micros),
        code: row.code.and_then(|code| u16::try_from(code).ok()),
        words,
    })
}

/// Messages of an endpoint that wait, and those that failed.
pub async fn waits(tx: &mut Tx, endpoint: Uuid) -> Result<(i64, i64), DbError> {
    fetch_one!(
        tx,
        (i64, i64),
        stmt!(
            "SELECT COUNT(CASE WHEN state = 'waiting' THEN 1 END), COUNT(CASE WHEN state = 'failed' THEN 1 END)
             FROM webhook_deliveries WHERE webhook = $1 AND state IN ('waiting', 'failed')"
        ),
        endpoint
    )
}

/// How sending is doing. What waits for a paused endpoint waits for somebody, and counts for nothing here; a receiver
/// that failed last or asked for time gets one message after the other, so that what waits for it says nothing of us.
pub async fn tally(tx: &mut Tx, now: Ts) -> Result<Tally, DbError> {
    let (due, oldest) = fetch_one!(
        tx,
        (i64, Option<i64>),
        stmt!(
            "SELECT COUNT(*), MIN(CASE WHEN w.failures = 0 AND (w.not_before IS NULL OR w.not_before <= $1)
                                       THEN d.due_at END)
             FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook
             WHERE d.state = 'waiting' AND d.due_at <= $1 AND w.state = 'active'"
        ),
        now.micros()
    )?;
    let (failed,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'failed'"))?;
    let disabled = fetch_optional!(tx, (i64,), stmt!("SELECT COUNT(*) FROM webhooks WHERE state = 'disabled'"))?;
    Ok(Tally { due, oldest: oldest.map_or(0, |at| now.micros() - at), failed, disabled: disabled.map_or(0, |(n,)| n) })
}

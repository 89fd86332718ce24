//! Opening a case.

use super::{EngineError, store};
use crate::clock::terms;
use db::{DataKey, Db, Tx, execute, fetch_one, later, stmt};
use db::{KeyKind, field};
use domain::case::{ErasedCaseType, Party};
use domain::{CaseId, EventId, ProgrammeId, ReturnCode, Ts};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// A case about to be opened.
pub struct NewCase {
    /// Its machine.
    pub machine: &'static dyn ErasedCaseType,
    /// Where it came in.
    pub programme: ProgrammeId,
    /// The draft whose files it takes over; that draft's key becomes the key of the case.
    pub draft: Option<CaseId>,
    /// The machine's input.
    pub input: Value,
    /// One line for lists, taken from the input.
    pub title: String,
    /// How a nameless reporter comes back.
    pub code: Option<ReturnCode>,
    /// Who opens it.
    pub by: Party,
}

/// A case that was opened.
#[derive(Clone)]
pub struct Opened {
    /// Its id.
    pub id: CaseId,
    /// Its key.
    pub key: Arc<DataKey>,
    /// Number in its name.
    pub number: i64,
    /// REP-12.
    pub name: String,
    /// The event that holds the report: what the receipt opens.
    pub event: EventId,
    /// When it was received.
    pub received_at: Ts,
    /// When a first answer is due.
    pub due: Option<Ts>,
}

/// Opens a case: state, events, commitments and jobs in the caller's write.
pub async fn open(tx: &mut Tx, db: &Db, new: NewCase) -> Result<Opened, EngineError> {
    let now = db.ambient().now();
    open_at(tx, db, new, now).await
}

/// The same for what came earlier as something else: its clocks run from then.
pub(super) async fn open_at(tx: &mut Tx, db: &Db, new: NewCase, now: Ts) -> Result<Opened, EngineError> {
    let made = new.machine.open(new.input, now)?;
    // Before anything that is put off, which this statement would have to send first.
    let (number, terms_version, terms) = fetch_one!(
        tx,
        (i64, Option<i64>, Option<Vec<u8>>),
        stmt!(
            sqlite: "UPDATE counters SET value = value + 1 WHERE name = 'case_number'
                     RETURNING value, (SELECT version FROM programme_terms WHERE programme = $1),
                               (SELECT body FROM programme_terms WHERE programme = $1)",
            pg: "SELECT nextval('case_number'), (SELECT version FROM programme_terms WHERE programme = $1),
                        (SELECT body FROM programme_terms WHERE programme = $1)",
        ),
        new.programme.uuid()
    )?;
    let (id, key) = key(tx, db, new.draft).await?;
    let terms = terms::open(db, new.programme, (terms_version, terms.as_deref()))?;
    let summary = new.machine.summary(&made.state, &terms);
    let version = i64::try_from(made.events.len()).map_err(EngineError::corrupt)?;
    let body = store::seal_state(db, &key, id, version, &made.state)?;
    let title = key.seal(field::CASE_TITLE, id.uuid(), 0, new.title.as_bytes(), db.ambient().random.as_ref());
    let credit = super::credit::seal(db, &key, id, &made.events);
    let code = new.code.map(|code| accounts::code_index(db.keys(), &code));
    later!(
        tx,
        stmt!(
            "INSERT INTO cases (id, type, number, desk, programme, state, is_open, severity_claimed, restricted,
                                code_index, version, received_at, updated_at, due_at, alert_at, title, credit, body,
                                programme_version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $16, $17,
                     (SELECT version FROM programmes WHERE id = $5))"
        ),
        id.uuid(),
        new.machine.name(),
        number,
        new.machine.desk().as_str(),
        new.programme.uuid(),
        summary.state,
        summary.open,
        summary.severity_claimed.map(domain::Severity::rank),
        false,
        code,
        version,
        now.micros(),
        summary.due().map(Ts::micros),
        store::alert_at(&summary, now),
        title,
        credit,
        body
    )?;
    let (event, _) = store::events(tx, db, &key, (id, 0, &new.by), &made.events).await?;
    let event = event.ok_or_else(|| EngineError::corrupt("a case opened without an event"))?;
    take_over_files(tx, new.draft, event).await?;
    crate::figures::opened(tx, (id, new.machine), (&summary, &terms)).await?;
    store::follow_up(tx, db, id, &summary, true).await?;
    let name = format!("{}-{number}", new.machine.prefix());
    Ok(Opened { id, key, number, name, event, received_at: now, due: summary.due() })
}

/// Id and key of the case: those of its draft, or new ones.
async fn key(tx: &mut Tx, db: &Db, draft: Option<CaseId>) -> Result<(CaseId, Arc<DataKey>), EngineError> {
    if let Some(id) = draft {
        return Ok((id, db.keys().case(tx, id).await?.ok_or(EngineError::NotFound)?));
    }
    let id: CaseId = db.ambient().id();
    Ok((id, db.keys().create(tx, KeyKind::Case, id.uuid()).await?))
}

async fn take_over_files(tx: &mut Tx, draft: Option<CaseId>, event: EventId) -> Result<(), EngineError> {
    let Some(draft) = draft.map(CaseId::uuid) else { return Ok(()) };
    let gone: u64 = execute!(tx, stmt!("DELETE FROM drafts WHERE id = $1"), draft)?;
    if gone != 1 {
        return Err(EngineError::NotFound);
    }
    let event: Uuid = event.uuid();
    execute!(tx, stmt!("UPDATE attachments SET event = $1 WHERE owner = $2 AND event IS NULL"), event, draft)?;
    Ok(())
}

//! Writing what the machine decided.

use super::{CLOCK_JOB, EngineError, INDEX_JOB};
use crate::letters::{NOTICE_JOB, TOLD};
use crate::webhooks;
use db::event::{self, NewRecord};
use db::{DataKey, field};
use db::{Db, Tx, execute, jobs, stmt};
use domain::case::{NewEvent, Party, Summary};
use domain::{CaseId, EventId, Ts};
use serde_json::{Value, json};
use uuid::Uuid;

/// Who acts, as the events record it.
pub(super) fn recorded(by: &Party) -> (&'static str, Option<Uuid>) {
    match by {
        Party::Team(person) | Party::Alone(person) => ("team", Some(person.uuid())),
        Party::Reporter => ("reporter", None),
        Party::System => ("system", None),
    }
}

/// Stores events in order after `version`; gives the id of the first and the new version.
pub(super) async fn events(
    tx: &mut Tx,
    db: &Db,
    key: &DataKey,
    (case, version, by): (CaseId, i64, &Party),
    events: &[NewEvent],
) -> Result<(Option<EventId>, i64), EngineError> {
    let (party, actor) = recorded(by);
    let mut first = None;
    let mut seq = version;
    for new in events {
        seq += 1;
        let record = NewRecord {
            case: Some(case),
            seq,
            kind: new.kind.to_owned(),
            audience: new.audience.as_str(),
            party,
            actor,
            at: new.at,
            data: new.data.clone(),
        };
        let id = event::append(tx, key, db.ambient(), record).await?;
        first = first.or(Some(id));
    }
    if events.iter().any(|new| TOLD.contains(&new.kind)) && !db.leaves_out(NOTICE_JOB) {
        let payload = json!({ "from": version + 1, "to": seq });
        let what = (NOTICE_JOB, Some(case.uuid()), db.ambient().now());
        jobs::enqueue(tx, db.keys().house(), db.ambient(), what, &payload).await?;
    }
    webhooks::news(tx, db, (case, version + 1, seq), events.iter().map(|new| new.kind)).await?;
    Ok((first, seq))
}

/// The state sealed for its column, bound to the case and its version.
pub(super) fn seal_state(
    db: &Db,
    key: &DataKey,
    case: CaseId,
    version: i64,
    state: &Value,
) -> Result<Vec<u8>, EngineError> {
    let version = u32::try_from(version).map_err(EngineError::corrupt)?;
    let text = state.to_string();
    Ok(key.seal(field::CASE_STATE, case.uuid(), version, text.as_bytes(), db.ambient().random.as_ref()))
}

/// The new state over the old one, if nobody was faster.
pub(super) async fn state(
    tx: &mut Tx,
    db: &Db,
    key: &DataKey,
    (case, from, to): (CaseId, i64, i64),
    (state, summary, at): (&Value, &Summary, Ts),
) -> Result<(), EngineError> {
    let body = seal_state(db, key, case, to, state)?;
    let changed = execute!(
        tx,
        stmt!(
            "UPDATE cases SET state = $1, is_open = $2, waiting_since = $3, severity_claimed = $4,
                    severity_decided = $5, outcome = $6, version = $7, updated_at = $8, due_at = $9,
                    exploited_at = $10, alert_at = $11, body = $12
             WHERE id = $13 AND version = $14"
        ),
        summary.state,
        summary.open,
        summary.waiting_since.map(Ts::micros),
        summary.severity_claimed.map(domain::Severity::rank),
        summary.severity_decided.map(domain::Severity::rank),
        summary.close,
        to,
        at.micros(),
        summary.due().map(Ts::micros),
        summary.exploited_since.map(Ts::micros),
        alert_at(summary, at),
        body,
        case.uuid(),
        from
    )?;
    if changed == 1 { Ok(()) } else { Err(EngineError::Stale { version: from }) }
}

/// When the house looks whether somebody must be told: at the first alarm, or at once when one has come about
/// already. What was told before is not told again.
pub(super) fn alert_at(summary: &Summary, now: Ts) -> Option<i64> {
    summary.alarms.first().map(|alarm| alarm.at.max(now).micros())
}

/// What has to happen later because of this change.
pub(super) async fn follow_up(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    summary: &Summary,
    text: bool,
) -> Result<(), EngineError> {
    let subject = Some(case.uuid());
    let house = db.keys().house();
    if text {
        let due = db.ambient().now();
        jobs::enqueue(tx, house, db.ambient(), (INDEX_JOB, subject, due), &Value::Null).await?;
    }
    if let Some(next) = summary.next {
        let payload = json!({ "action": next.action });
        jobs::enqueue(tx, house, db.ambient(), (CLOCK_JOB, subject, next.at), &payload).await?;
    }
    Ok(())
}

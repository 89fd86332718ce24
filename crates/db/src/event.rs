//! Events: what happened to a case or to the house, sealed, and committed to the log in the same write.

use crate::{DbError, Keyring, List, Tx, fetch_optional, later, stmt};
use domain::{Ambient, CaseId, EventId, Ts};
use seal::{DataKey, field};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// An event about to be stored.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// The case it belongs to; `None` for the house itself.
    pub case: Option<CaseId>,
    /// Its place in the case, from 1; for the house 0.
    pub seq: i64,
    /// Past-tense name, such as `report_received`.
    pub kind: String,
    /// Who may read it: `team`, `reporter` or `public`.
    pub audience: &'static str,
    /// Whose act it was: `team`, `reporter` or `system`.
    pub party: &'static str,
    /// The person, when one is known.
    pub actor: Option<Uuid>,
    /// When.
    pub at: Ts,
    /// What, as the case type wrote it.
    pub data: Value,
}

/// A stored event, opened.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its id.
    pub id: EventId,
    /// Its place in the case.
    pub seq: i64,
    /// Past-tense name.
    pub kind: String,
    /// Who may read it.
    pub audience: String,
    /// Whose act it was.
    pub party: String,
    /// The person, when one is known.
    pub actor: Option<Uuid>,
    /// When.
    pub at: Ts,
    /// What.
    pub data: Value,
    /// Where the log holds its commitment, once sequenced.
    pub index: Option<u64>,
}

/// The bytes that were committed, and the salt: what a receipt opens.
#[derive(Debug, Clone)]
pub struct Opening {
    /// 128-bit salt.
    pub salt: [u8; 16],
    /// Canonical JSON (RFC 8785) of the event.
    pub canonical: Vec<u8>,
}

/// The plain columns of an event, by which lists and rights are decided.
#[derive(sqlx::FromRow)]
pub(crate) struct Columns {
    pub(crate) id: Uuid,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) seq: i64,
    pub(crate) kind: String,
    audience: String,
    party: String,
    actor: Option<Uuid>,
    pub(crate) at: i64,
}

impl Columns {
    /// Whether they say what the event says.
    pub(crate) fn agree_with(&self, canonical: &[u8]) -> bool {
        let Ok(event) = serde_json::from_slice::<Value>(canonical) else { return false };
        let text = |id: Option<Uuid>| id.map(|id| id.to_string());
        event["id"] == json!(self.id.to_string())
            && event["case"] == json!(text(self.case_id))
            && event["seq"] == json!(self.seq)
            && event["kind"] == json!(self.kind)
            && event["audience"] == json!(self.audience)
            && event["party"] == json!(self.party)
            && event["actor"] == json!(text(self.actor))
            && event["received_at"] == json!(self.at)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    seq: i64,
    kind: String,
    audience: String,
    party: String,
    actor: Option<Uuid>,
    at: i64,
    body: Option<Vec<u8>>,
    idx: Option<i64>,
}

/// What [`Row`] is read by, whichever events are wanted.
const EVENTS: &str = "SELECT e.id, e.seq, e.kind, e.audience, e.party, e.actor, e.at, e.body, l.idx
FROM events e JOIN log_entries l ON l.event = e.id WHERE 1 = 1";

/// The events of a list that begins with [`EVENTS`], opened.
async fn opened(tx: &mut Tx, key: &DataKey, list: List) -> Result<Vec<Record>, DbError> {
    list.fetch::<Row>(tx).await?.into_iter().map(|row| open(key, row)).collect()
}

/// Stores an event and its commitment; the sequencer gives the commitment its place later.
pub async fn append(tx: &mut Tx, key: &DataKey, ambient: &Ambient, new: NewRecord) -> Result<EventId, DbError> {
    let id: EventId = ambient.id();
    let canonical = canonical(id, &new)?;
    let salt: [u8; 16] = ambient.bytes();
    let commitment = tlog::commit(&salt, &canonical);
    let random = ambient.random.as_ref();
    let body = key.seal(field::EVENT_BODY, id.uuid(), 0, &canonical, random);
    let sealed_salt = key.seal(field::EVENT_SALT, id.uuid(), 0, &salt, random);
    later!(
        tx,
        stmt!(
            "INSERT INTO events (id, case_id, seq, kind, audience, party, actor, at, body, salt)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        id.uuid(),
        new.case.map(CaseId::uuid),
        new.seq,
        new.kind,
        new.audience,
        new.party,
        new.actor,
        new.at.micros(),
        body,
        sealed_salt
    )?;
    later!(
        tx,
        stmt!("INSERT INTO log_entries (event, commitment) VALUES ($1, $2)"),
        id.uuid(),
        commitment.as_bytes().to_vec()
    )?;
    Ok(id)
}

/// Stores an event of the house, sealed under the house key.
pub async fn append_house(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    kind: &str,
    actor: Option<Uuid>,
    data: Value,
) -> Result<EventId, DbError> {
    let at = ambient.now();
    let party = if actor.is_some() { "team" } else { "system" };
    let new = NewRecord { case: None, seq: 0, kind: kind.to_owned(), audience: "team", party, actor, at, data };
    append(tx, keys.house(), ambient, new).await
}

/// Events read at once where a case is read whole.
pub const STRETCH: i64 = 500;
/// Most events that are read together.
const TOGETHER: i64 = 5_000;

/// The oldest events of a case in order, opened: all of most cases.
pub async fn of_case(tx: &mut Tx, key: &DataKey, case: CaseId) -> Result<Vec<Record>, DbError> {
    between(tx, key, case, (1, TOGETHER)).await
}

/// The events of a case after the one of this number, in order, opened: a stretch of them, nothing at the end.
pub async fn of_case_after(tx: &mut Tx, key: &DataKey, (case, seq): (CaseId, i64)) -> Result<Vec<Record>, DbError> {
    between(tx, key, case, (seq.saturating_add(1), seq.saturating_add(STRETCH))).await
}

/// The events of a case from and to a number, both included; they are numbered from 1 without a gap.
pub async fn between(tx: &mut Tx, key: &DataKey, case: CaseId, (from, to): (i64, i64)) -> Result<Vec<Record>, DbError> {
    let list = List::new(EVENTS)
        .and("e.case_id = ?", [case.uuid().into()])
        .and("e.seq BETWEEN ? AND ?", [from.into(), to.into()])
        .tail("ORDER BY e.seq LIMIT ?", [TOGETHER.into()]);
    opened(tx, key, list).await
}

/// Part of the events of a case.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Only those before this place.
    pub below: i64,
    /// Whether those of the team are among them.
    pub team: bool,
    /// At most so many.
    pub limit: i64,
}

/// The newest events of a part, in order, opened.
pub async fn newest(tx: &mut Tx, key: &DataKey, case: CaseId, part: Part) -> Result<Vec<Record>, DbError> {
    let list = List::new(EVENTS)
        .and("e.case_id = ?", [case.uuid().into()])
        .and("e.seq < ?", [part.below.into()])
        .and("(? OR e.audience <> 'team')", [part.team.into()])
        .tail("ORDER BY e.seq DESC LIMIT ?", [part.limit.into()]);
    let mut newest_first = opened(tx, key, list).await?;
    newest_first.reverse();
    Ok(newest_first)
}

/// The first events of a case after the one of this number, in order, opened: those of the team only when `team`.
pub async fn following(
    tx: &mut Tx,
    key: &DataKey,
    case: CaseId,
    (seq, team, limit): (i64, bool, i64),
) -> Result<Vec<Record>, DbError> {
    let list = List::new(EVENTS)
        .and("e.case_id = ?", [case.uuid().into()])
        .and("e.seq > ?", [seq.into()])
        .and("(? OR e.audience <> 'team')", [team.into()])
        .tail("ORDER BY e.seq LIMIT ?", [limit.into()]);
    opened(tx, key, list).await
}

/// Most kinds that [`of_kinds`] takes.
pub const KINDS_MAX: usize = 32;
/// Most events that it gives.
pub const OF_KINDS_MAX: i64 = 2_000;

/// The newest events of a case that are of these kinds, in order, opened.
pub async fn of_kinds(
    tx: &mut Tx,
    key: &DataKey,
    case: CaseId,
    (kinds, team): (&[&'static str], bool),
) -> Result<Vec<Record>, DbError> {
    debug_assert!(kinds.len() <= KINDS_MAX, "more kinds than places in the statement");
    let places: [crate::Value; KINDS_MAX] = std::array::from_fn(|at| kinds.get(at).copied().unwrap_or_default().into());
    let list = List::new(EVENTS)
        .and("e.case_id = ?", [case.uuid().into()])
        .and("(? OR e.audience <> 'team')", [team.into()])
        .and(
            "e.kind IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            places,
        )
        .tail("ORDER BY e.seq DESC LIMIT ?", [OF_KINDS_MAX.into()]);
    let mut newest_first = opened(tx, key, list).await?;
    newest_first.reverse();
    Ok(newest_first)
}

/// The newest events of the house, opened.
pub async fn of_house(tx: &mut Tx, keys: &Keyring, limit: i64) -> Result<Vec<Record>, DbError> {
    let list =
        List::new(EVENTS).and("e.case_id IS NULL", []).tail("ORDER BY e.at DESC, e.id DESC LIMIT ?", [limit.into()]);
    opened(tx, keys.house(), list).await
}

/// Events of the house of one kind that come after `after`, oldest first, opened.
pub async fn of_house_kind(
    tx: &mut Tx,
    keys: &Keyring,
    (kind, after): (&str, Uuid),
    limit: i64,
) -> Result<Vec<Record>, DbError> {
    let list = List::new(EVENTS)
        .and("e.case_id IS NULL", [])
        .and("e.kind = ?", [kind.into()])
        .and("e.id > ?", [after.into()])
        .tail("ORDER BY e.id LIMIT ?", [limit.into()]);
    opened(tx, keys.house(), list).await
}

/// Salt and committed bytes of one event; `None` when an erasure destroyed them.
pub async fn opening(tx: &mut Tx, key: &Arc<DataKey>, event: EventId) -> Result<Option<Opening>, DbError> {
    let row = fetch_optional!(
        tx,
        (Option<Vec<u8>>, Option<Vec<u8>>),
        stmt!("SELECT body, salt FROM events WHERE id = $1"),
        event.uuid()
    )?;
    let Some((Some(body), Some(salt))) = row else { return Ok(None) };
    unseal(key, event, &body, &salt).map(Some)
}

/// Opens the two sealed columns of an event.
pub(crate) fn unseal(key: &DataKey, event: EventId, body: &[u8], salt: &[u8]) -> Result<Opening, DbError> {
    let canonical = key.open(field::EVENT_BODY, event.uuid(), 0, body)?.to_vec();
    let salt = key.open(field::EVENT_SALT, event.uuid(), 0, salt)?;
    let salt = <[u8; 16]>::try_from(salt.as_slice())
        .map_err(|_| DbError::Inconsistent(format!("event {event} has a salt of {} bytes", salt.len())))?;
    Ok(Opening { salt, canonical })
}

fn canonical(id: EventId, new: &NewRecord) -> Result<Vec<u8>, DbError> {
    let value = json!({
        "v": 1,
        "id": id.to_string(),
        "case": new.case.map(|c| c.to_string()),
        "seq": new.seq,
        "kind": new.kind,
        "audience": new.audience,
        "party": new.party,
        "actor": new.actor.map(|a| a.to_string()),
        "received_at": new.at.micros(),
        "data": new.data,
    });
    tlog::canonical(&value).map_err(|e| DbError::Log(e.to_string()))
}

fn open(key: &DataKey, row: Row) -> Result<Record, DbError> {
    let data = match &row.body {
        None => Value::Null,
        Some(body) => {
            let plain = key.open(field::EVENT_BODY, row.id, 0, body)?;
            let mut value: Value =
                serde_json::from_slice(&plain).map_err(|e| DbError::Inconsistent(format!("event {}: {e}", row.id)))?;
            value.get_mut("data").map(Value::take).unwrap_or_default()
        }
    };
    Ok(Record {
        id: EventId::from_uuid(row.id),
        seq: row.seq,
        kind: row.kind,
        audience: row.audience,
        party: row.party,
        actor: row.actor,
        at: Ts::from_micros(row.at),
        data,
        index: row.idx.and_then(|i| u64::try_from(i).ok()),
    })
}

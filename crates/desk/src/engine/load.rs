//! Reading one case, opened.

use super::{EngineError, as_seen};
use crate::clock::terms;
use db::{DataKey, field};
use db::{Db, Tx, fetch_optional, stmt};
use domain::case::{ErasedCaseType, Summary, Terms, find};
use domain::{CaseFacts, CaseId, Desk, PersonId, ProgrammeId, Ts};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// A case with its state opened.
pub struct Loaded {
    /// Its id.
    pub id: CaseId,
    /// Number in names such as REP-12.
    pub number: i64,
    /// Its machine.
    pub machine: &'static dyn ErasedCaseType,
    /// What the machine folded.
    pub state: Value,
    /// One line.
    pub title: String,
    /// Number of the last event: what `If-Match` is compared with.
    pub version: i64,
    /// What rights are decided from.
    pub facts: CaseFacts,
    /// The version of its programme's text under which it came; none where it came before versions were kept.
    pub brief: Option<i64>,
    /// Who works on it.
    pub assignee: Option<PersonId>,
    /// When the report came.
    pub received_at: Ts,
    /// When it last changed.
    pub updated_at: Ts,
    /// Since when a legal hold bars erasure.
    pub held_since: Option<Ts>,
    /// What its programme sets for its clocks.
    pub terms: Terms,
    /// Seals everything of this case.
    pub key: Arc<DataKey>,
}

impl Loaded {
    /// REP-12.
    pub fn name(&self) -> String {
        format!("{}-{}", self.machine.prefix(), self.number)
    }

    /// The plain facts.
    pub fn summary(&self) -> Summary {
        self.machine.summary(&self.state, &self.terms)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    r#type: String,
    number: i64,
    desk: String,
    programme: Uuid,
    programme_version: Option<i64>,
    restricted: bool,
    assignee: Option<Uuid>,
    version: i64,
    received_at: i64,
    updated_at: i64,
    title: Vec<u8>,
    body: Vec<u8>,
    held_at: Option<i64>,
    erased_at: Option<i64>,
    terms_version: Option<i64>,
    terms: Option<Vec<u8>>,
}

/// Reads a case; `NotFound` also when it was erased.
pub async fn load(tx: &mut Tx, db: &Db, id: CaseId) -> Result<Loaded, EngineError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT c.id, c.type, c.number, c.desk, c.programme, c.programme_version, c.restricted, c.assignee, c.version,
                    c.received_at, c.updated_at, c.title, c.body, c.held_at, c.erased_at, t.version AS terms_version, t.body AS terms
             FROM cases c LEFT JOIN programme_terms t ON t.programme = c.programme WHERE c.id = $1"
        ),
        id.uuid()
    )?;
    opened(tx, db, row).await
}

/// Reads a case and keeps others from changing it until this write ends.
pub async fn load_for_change(tx: &mut Tx, db: &Db, id: CaseId) -> Result<Loaded, EngineError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            sqlite: "SELECT c.id, c.type, c.number, c.desk, c.programme, c.programme_version, c.restricted, c.assignee, c.version,
                    c.received_at, c.updated_at, c.title, c.body, c.held_at, c.erased_at, t.version AS terms_version, t.body AS terms
             FROM cases c LEFT JOIN programme_terms t ON t.programme = c.programme WHERE c.id = $1",
            pg: "SELECT c.id, c.type, c.number, c.desk, c.programme, c.programme_version, c.restricted, c.assignee, c.version,
                    c.received_at, c.updated_at, c.title, c.body, c.held_at, c.erased_at, t.version AS terms_version, t.body AS terms
             FROM cases c LEFT JOIN programme_terms t ON t.programme = c.programme WHERE c.id = $1 FOR UPDATE OF c",
        ),
        id.uuid()
    )?;
    opened(tx, db, row).await
}

/// The same, refused when it is not as this person saw it, if they name a version.
pub(crate) async fn load_seen(
    tx: &mut Tx,
    db: &Db,
    id: CaseId,
    (seen, by): (Option<i64>, PersonId),
) -> Result<Loaded, EngineError> {
    let case = load_for_change(tx, db, id).await?;
    as_seen(tx, &case, (seen, Some(by))).await?;
    Ok(case)
}

async fn opened(tx: &mut Tx, db: &Db, row: Option<Row>) -> Result<Loaded, EngineError> {
    let row = row.filter(|row| row.erased_at.is_none()).ok_or(EngineError::NotFound)?;
    let id = CaseId::from_uuid(row.id);
    let key = db.keys().case(tx, id).await?.ok_or(EngineError::NotFound)?;
    let machine =
        find(&row.r#type).ok_or_else(|| EngineError::corrupt(format!("case {id} has type {}", row.r#type)))?;
    let version = u32::try_from(row.version).map_err(EngineError::corrupt)?;
    let body = key.open(field::CASE_STATE, row.id, version, &row.body).map_err(db::DbError::from)?;
    let title = key.open(field::CASE_TITLE, row.id, 0, &row.title).map_err(db::DbError::from)?;
    let desk: Desk = row.desk.parse().map_err(EngineError::corrupt)?;
    let members = members(tx, row.id, row.restricted).await?;
    let programme = ProgrammeId::from_uuid(row.programme);
    let terms = terms::open(db, programme, (row.terms_version, row.terms.as_deref()))?;
    Ok(Loaded {
        id,
        number: row.number,
        machine,
        state: serde_json::from_slice(&body).map_err(EngineError::corrupt)?,
        title: String::from_utf8_lossy(&title).into_owned(),
        version: row.version,
        facts: CaseFacts { id, desk, programme, restricted: row.restricted, members },
        brief: row.programme_version,
        assignee: row.assignee.map(PersonId::from_uuid),
        received_at: Ts::from_micros(row.received_at),
        updated_at: Ts::from_micros(row.updated_at),
        held_since: row.held_at.map(Ts::from_micros),
        terms,
        key,
    })
}

async fn members(tx: &mut Tx, case: Uuid, restricted: bool) -> Result<BTreeSet<PersonId>, EngineError> {
    if !restricted {
        return Ok(BTreeSet::new());
    }
    let rows = db::fetch_all!(tx, (Uuid,), stmt!("SELECT person FROM case_members WHERE case_id = $1"), case)?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

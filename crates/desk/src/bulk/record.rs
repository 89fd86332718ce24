//! Doing it, and undoing it: one write each, cases in the order of their ids. What was done is kept for whoever
//! did it, sealed under their key, so that it can be undone for a while.

use super::deed::{Action, Deed};
use super::plan::why;
use crate::Viewer;
use crate::engine::{self, Act, EngineError, Loaded};
use crate::people::{Colleague, colleagues};
use db::{Db, DbError, Tx, execute, fetch_optional, field, stmt};
use domain::case::Party;
use domain::{CaseId, JobId, Permission, PersonId, Severity, Span, Ts};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How long something can be undone.
pub(super) const UNDO: Span = Span::from_minutes(10);
/// How long a record is kept.
const KEPT: Span = Span::from_days(1);
/// What a reporter reads when a severity is set back.
const MISTAKE: &str = "This was changed by mistake and is as it was before.";

/// A case that something was done to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Done {
    case: CaseId,
    pub(super) name: String,
    owner: Option<PersonId>,
    severity: Option<Severity>,
    /// Whether whoever did it watched it before.
    #[serde(default)]
    watched: bool,
    /// Its version afterwards.
    after: i64,
}

/// A case that was left as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Left {
    pub(super) name: String,
    pub(super) why: String,
}

/// What was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) deed: Deed,
    pub(super) done: Vec<Done>,
    pub(super) left: Vec<Left>,
    /// Names of those that were put back.
    #[serde(default)]
    pub(super) back: Vec<String>,
    /// Those that were not, and why.
    #[serde(default)]
    pub(super) kept: Vec<Left>,
}

/// A record with when it was made and undone.
pub(super) struct Stored {
    pub(super) record: Record,
    pub(super) at: Ts,
    pub(super) undone: bool,
}

/// Forgets records that are older than a day: part of the daily sweep.
pub async fn forget(tx: &mut Tx, now: Ts) -> Result<u64, DbError> {
    execute!(tx, stmt!("DELETE FROM bulk_deeds WHERE created_at < $1"), now.minus(KEPT).micros())
}

/// Does it to these cases, which were planned a moment ago; gives the id of the record.
pub(super) async fn perform(
    tx: &mut Tx,
    db: &Db,
    by: PersonId,
    (deed, mut cases, left): (Deed, Vec<(CaseId, i64)>, Vec<Left>),
) -> Result<Uuid, EngineError> {
    cases.sort_unstable();
    let mut record = Record { deed, done: Vec::new(), left, back: Vec::new(), kept: Vec::new() };
    for (id, seen) in cases {
        let case = match engine::load_for_change(tx, db, id).await {
            Ok(case) => case,
            Err(EngineError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let name = case.name();
        if !engine::is_as_seen(tx, &case, (seen, Some(by))).await? {
            record.left.push(Left { name, why: "somebody changed it just now".to_owned() });
            continue;
        }
        let (owner, severity) = (case.assignee, case.summary().severity_decided);
        let watched = engine::watchers(tx, id).await?.contains(&by);
        match do_one(tx, db, by, (&case, &record.deed)).await? {
            Ok(after) => {
                accounts::look_on(tx, (by, case.id), (case.version, after)).await?;
                record.done.push(Done { case: case.id, name, owner, severity, watched, after });
            }
            Err(why) => record.left.push(Left { name, why }),
        }
    }
    record.deed.forget_words();
    let id = db.ambient().id::<JobId>().uuid();
    let now = db.ambient().now();
    let body = seal(tx, db, by, (id, 1, &record)).await?;
    execute!(
        tx,
        stmt!("INSERT INTO bulk_deeds (id, person, version, created_at, body) VALUES ($1, $2, 1, $3, $4)"),
        id,
        by.uuid(),
        now.micros(),
        body
    )?;
    Ok(id)
}

/// One case. A refusal comes before anything is written, so the others go on.
async fn do_one(
    tx: &mut Tx,
    db: &Db,
    by: PersonId,
    (case, deed): (&Loaded, &Deed),
) -> Result<Result<i64, String>, EngineError> {
    let done = match deed {
        Deed::Assign(to) => engine::assign(tx, db, case.id, (by, *to)).await,
        Deed::Watch(on) => engine::watch(tx, db, (case.id, by), *on).await.map(|()| case.version),
        Deed::Act { action, input } => {
            let action = action.name().to_owned();
            let act =
                Act { case: case.id, seen: Some(case.version), action, input: input.clone(), by: Party::Team(by) };
            engine::act(tx, db, act).await
        }
    };
    match done {
        Ok(version) => Ok(Ok(version)),
        Err(EngineError::Refused(refused)) => Ok(Err(why(&refused))),
        Err(error) => Err(error),
    }
}

/// Puts back what can be: as actions of their own, on cases that nobody touched since.
pub(super) async fn undo(tx: &mut Tx, db: &Db, viewer: &Viewer, id: Uuid) -> Result<(), EngineError> {
    let (stored, version) = read(tx, db, (viewer.person, id), true).await?;
    let now = db.ambient().now();
    if stored.undone || now > stored.at.plus(UNDO) {
        return Err(EngineError::Stale { version });
    }
    let mut record = stored.record;
    let people = if record.done.iter().any(|one| one.owner.is_some()) { colleagues(tx, db).await? } else { Vec::new() };
    for one in record.done.clone() {
        let case = match engine::load_for_change(tx, db, one.case).await {
            Ok(case) => case,
            Err(EngineError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let outcome = if engine::is_as_seen(tx, &case, (one.after, Some(viewer.person))).await? {
            put_back(tx, db, (viewer, &people), (&case, &one, &record.deed)).await?
        } else {
            Err("somebody changed it since".to_owned())
        };
        match outcome {
            Ok(after) => {
                accounts::look_on(tx, (viewer.person, case.id), (case.version, after)).await?;
                record.back.push(one.name);
            }
            Err(why) => record.kept.push(Left { name: one.name, why }),
        }
    }
    let next = version + 1;
    let body = seal(tx, db, viewer.person, (id, next, &record)).await?;
    execute!(
        tx,
        stmt!("UPDATE bulk_deeds SET version = $1, undone_at = $2, body = $3 WHERE id = $4"),
        next,
        now.micros(),
        body,
        id
    )?;
    Ok(())
}

async fn put_back(
    tx: &mut Tx,
    db: &Db,
    (viewer, people): (&Viewer, &[Colleague]),
    (case, done, deed): (&Loaded, &Done, &Deed),
) -> Result<Result<i64, String>, EngineError> {
    let (permission, inverse) = match deed {
        Deed::Assign(_) => (Permission::AssignCases, Deed::Assign(done.owner)),
        Deed::Watch(on) if done.watched == *on => return Ok(Err("it was so before".to_owned())),
        Deed::Watch(on) => (Permission::ReadCases, Deed::Watch(!on)),
        Deed::Act { action: Action::Close, .. } => return take_back(tx, db, viewer, case).await,
        Deed::Act { action: Action::StopWaiting, .. } => {
            return Ok(Err("the reporter would have to be asked again".to_owned()));
        }
        Deed::Act { action: Action::SetSeverity, .. } => {
            let Some(severity) = done.severity else {
                return Ok(Err("no severity was decided before".to_owned()));
            };
            let input = json!({ "severity": severity, "reason": MISTAKE });
            (Permission::ActOnCases, Deed::Act { action: Action::SetSeverity, input })
        }
    };
    if !viewer.may(permission, &case.facts) {
        return Ok(Err("this is not yours to do on this case any more".to_owned()));
    }
    if let Deed::Assign(Some(person)) = inverse
        && !people.iter().any(|c| c.id == person && c.may(Permission::ReadCases, &case.facts))
    {
        return Ok(Err("who had it before cannot see it any more".to_owned()));
    }
    do_one(tx, db, viewer.person, (case, &inverse)).await
}

async fn take_back(tx: &mut Tx, db: &Db, viewer: &Viewer, case: &Loaded) -> Result<Result<i64, String>, EngineError> {
    if !viewer.may(Permission::ActOnCases, &case.facts) {
        return Ok(Err("this is not yours to do on this case any more".to_owned()));
    }
    match engine::take_back_close(tx, db, (case.id, case.version), viewer.person).await {
        Ok(version) => Ok(Ok(version)),
        Err(EngineError::Refused(refused)) => Ok(Err(why(&refused))),
        Err(error) => Err(error),
    }
}

async fn seal(
    tx: &mut Tx,
    db: &Db,
    person: PersonId,
    (id, version, record): (Uuid, i64, &Record),
) -> Result<Vec<u8>, EngineError> {
    let key = db.keys().person(tx, person).await?.ok_or(EngineError::NotFound)?;
    let text = serde_json::to_vec(record).map_err(EngineError::corrupt)?;
    let version = u32::try_from(version).map_err(EngineError::corrupt)?;
    Ok(key.seal(field::BULK_DEED, id, version, &text, db.ambient().random.as_ref()))
}

/// The record of this person, locked when it is about to be undone.
pub(super) async fn read(
    tx: &mut Tx,
    db: &Db,
    (person, id): (PersonId, Uuid),
    for_change: bool,
) -> Result<(Stored, i64), EngineError> {
    type Row = (i64, i64, Option<i64>, Vec<u8>);
    let row: Option<Row> = if for_change {
        fetch_optional!(
            tx,
            Row,
            stmt!(
                sqlite: "SELECT version, created_at, undone_at, body FROM bulk_deeds WHERE id = $1 AND person = $2",
                pg: "SELECT version, created_at, undone_at, body FROM bulk_deeds WHERE id = $1 AND person = $2 FOR UPDATE",
            ),
            id,
            person.uuid()
        )?
    } else {
        fetch_optional!(
            tx,
            Row,
            stmt!("SELECT version, created_at, undone_at, body FROM bulk_deeds WHERE id = $1 AND person = $2"),
            id,
            person.uuid()
        )?
    };
    let (version, created, undone, body) = row.ok_or(EngineError::NotFound)?;
    let key = db.keys().person(tx, person).await?.ok_or(EngineError::NotFound)?;
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let text = key.open(field::BULK_DEED, id, column, &body).map_err(db::DbError::from)?;
    let record = serde_json::from_slice(&text).map_err(EngineError::corrupt)?;
    Ok((Stored { record, at: Ts::from_micros(created), undone: undone.is_some() }, version))
}

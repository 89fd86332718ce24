//! Stock answers in the store, sealed under the house key. A supplied answer has a row once somebody changed
//! or removed it.

use super::supplied::{self, SUPPLIED};
use crate::engine::EngineError;
use db::{Db, Tx, event, execute, fetch_all, fetch_one, fetch_optional, field, stmt};
use domain::case::Refused;
use domain::template::{Template, Variable};
use domain::{PersonId, ProgrammeId, ReporterText, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Most answers of a house.
const MOST: i64 = 500;
/// Longest name, in characters.
pub(super) const NAME_MAX: usize = 100;
/// Longest text, in characters.
pub(super) const TEXT_MAX: usize = 10_000;

/// Name and words of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    /// What the list calls it.
    pub(crate) name: String,
    /// What goes into the reply, variables in braces.
    pub(crate) text: String,
}

/// A stored or supplied answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) id: Uuid,
    /// The one programme it is for; none for all of them.
    pub(crate) programme: Option<ProgrammeId>,
    /// Counts changes; 0 for one that is as it was supplied.
    pub(crate) version: i64,
    pub(crate) words: Words,
}

/// What the column holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Body {
    Kept(Words),
    /// A supplied answer that nobody wants.
    Removed,
}

/// A change about to be made.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) id: Uuid,
    /// The version that was seen.
    pub(super) seen: i64,
    pub(super) by: PersonId,
}

impl Words {
    /// Checks name, length and variables.
    pub(super) fn new(name: &str, text: &str) -> Result<Self, Refused> {
        let (name, text) = (name.trim(), text.trim());
        let length = name.chars().count();
        if length == 0 || length > NAME_MAX || name.chars().any(char::is_control) {
            return Err(Refused::invalid("name", format!("Name it in 1 to {NAME_MAX} characters.")));
        }
        if ReporterText::new(text.to_owned()).is_err() || text.chars().count() > TEXT_MAX {
            return Err(Refused::invalid("text", "Write 1 to 10,000 characters, without control characters."));
        }
        if let Err(unknown) = Template::parse(text) {
            let known: Vec<String> = Variable::ALL.iter().map(|variable| format!("{{{variable}}}")).collect();
            let message = format!("There is no {{{}}}. There are {}.", unknown.0, known.join(", "));
            return Err(Refused::invalid("text", message));
        }
        Ok(Self { name: name.to_owned(), text: text.to_owned() })
    }
}

fn supplied(id: Uuid) -> Option<Answer> {
    let (_, name, text) = SUPPLIED.iter().find(|(number, ..)| supplied::id(*number) == id)?;
    let words = Words { name: (*name).to_owned(), text: (*text).to_owned() };
    Some(Answer { id, programme: None, version: 0, words })
}

type Row = (Uuid, Option<Uuid>, i64, Vec<u8>);

/// The answer in a row; none for one that was removed.
fn open(db: &Db, (id, programme, version, body): Row) -> Result<Option<Answer>, EngineError> {
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let plain = db.keys().house().open(field::REPLY_TEMPLATE, id, column, &body).map_err(db::DbError::from)?;
    let programme = programme.map(ProgrammeId::from_uuid);
    Ok(match serde_json::from_slice(&plain).map_err(EngineError::corrupt)? {
        Body::Kept(words) => Some(Answer { id, programme, version, words }),
        Body::Removed => None,
    })
}

fn seal(db: &Db, id: Uuid, (version, body): (i64, &Body)) -> Result<Vec<u8>, EngineError> {
    let plain = serde_json::to_vec(body).map_err(EngineError::corrupt)?;
    let version = u32::try_from(version).map_err(EngineError::corrupt)?;
    Ok(db.keys().house().seal(field::REPLY_TEMPLATE, id, version, &plain, db.ambient().random.as_ref()))
}

/// Every answer by name.
pub(super) async fn list(tx: &mut Tx, db: &Db) -> Result<Vec<Answer>, EngineError> {
    let statement = stmt!("SELECT id, programme, version, body FROM stock_answers ORDER BY id LIMIT $1");
    // Supplied ones that were changed or removed have a row beside those that count.
    let most = MOST + i64::try_from(SUPPLIED.len()).unwrap_or(0);
    let rows = fetch_all!(tx, Row, statement, most)?;
    let stored: Vec<Uuid> = rows.iter().map(|(id, ..)| *id).collect();
    let mut answers = Vec::with_capacity(rows.len() + SUPPLIED.len());
    for row in rows {
        answers.extend(open(db, row)?);
    }
    let untouched = SUPPLIED.iter().map(|(number, ..)| supplied::id(*number)).filter(|id| !stored.contains(id));
    answers.extend(untouched.filter_map(supplied));
    answers.sort_by(|a, b| (&a.words.name, a.id).cmp(&(&b.words.name, b.id)));
    Ok(answers)
}

/// Those that fit a case of this programme, by name.
pub(crate) async fn of_programme(tx: &mut Tx, db: &Db, programme: ProgrammeId) -> Result<Vec<Answer>, EngineError> {
    let mut answers = list(tx, db).await?;
    answers.retain(|answer| answer.programme.is_none_or(|only| only == programme));
    Ok(answers)
}

/// One answer.
pub(crate) async fn find(tx: &mut Tx, db: &Db, id: Uuid) -> Result<Answer, EngineError> {
    let statement = stmt!("SELECT id, programme, version, body FROM stock_answers WHERE id = $1");
    let found = match fetch_optional!(tx, Row, statement, id)? {
        Some(row) => open(db, row)?,
        None => supplied(id),
    };
    found.ok_or(EngineError::NotFound)
}

/// Keeps a new answer; gives its id.
pub(super) async fn create(
    tx: &mut Tx,
    db: &Db,
    (by, programme, words): (PersonId, Option<ProgrammeId>, Words),
) -> Result<Uuid, EngineError> {
    let (count,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM stock_answers"))?;
    if count >= MOST {
        return Err(Refused::invalid("name", format!("There are {MOST} answers. Remove one first.")).into());
    }
    let id = db.ambient().id::<domain::JobId>().uuid();
    let name = words.name.clone();
    put(tx, db, (id, 0), (programme, &Body::Kept(words))).await?;
    tell(tx, db, "answer_made", (by, id, &name)).await?;
    Ok(id)
}

/// Writes an answer anew; gives its version.
pub(super) async fn change(
    tx: &mut Tx,
    db: &Db,
    wanted: Change,
    (programme, words): (Option<ProgrammeId>, Words),
) -> Result<i64, EngineError> {
    let there = seen(tx, db, &wanted).await?;
    if (there.programme, &there.words) == (programme, &words) {
        return Ok(there.version);
    }
    let name = words.name.clone();
    put(tx, db, (wanted.id, there.version), (programme, &Body::Kept(words))).await?;
    tell(tx, db, "answer_changed", (wanted.by, wanted.id, &name)).await?;
    Ok(there.version + 1)
}

/// Removes an answer. One that was supplied leaves a row that says so.
pub(super) async fn remove(tx: &mut Tx, db: &Db, wanted: Change) -> Result<(), EngineError> {
    let there = seen(tx, db, &wanted).await?;
    if supplied(wanted.id).is_some() {
        put(tx, db, (wanted.id, there.version), (None, &Body::Removed)).await?;
    } else {
        execute!(tx, stmt!("DELETE FROM stock_answers WHERE id = $1"), wanted.id)?;
    }
    tell(tx, db, "answer_removed", (wanted.by, wanted.id, &there.words.name)).await
}

async fn seen(tx: &mut Tx, db: &Db, wanted: &Change) -> Result<Answer, EngineError> {
    let there = find(tx, db, wanted.id).await?;
    if there.version == wanted.seen { Ok(there) } else { Err(EngineError::Stale { version: there.version }) }
}

async fn put(
    tx: &mut Tx,
    db: &Db,
    (id, version): (Uuid, i64),
    (programme, body): (Option<ProgrammeId>, &Body),
) -> Result<(), EngineError> {
    let sealed = seal(db, id, (version + 1, body))?;
    let changed = execute!(
        tx,
        stmt!(
            "INSERT INTO stock_answers (id, programme, version, body, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE
             SET programme = excluded.programme, version = excluded.version, body = excluded.body
             WHERE stock_answers.version = excluded.version - 1"
        ),
        id,
        programme.map(ProgrammeId::uuid),
        version + 1,
        sealed,
        db.ambient().now().micros()
    )?;
    if changed == 1 { Ok(()) } else { Err(EngineError::Stale { version }) }
}

async fn tell(tx: &mut Tx, db: &Db, kind: &str, (by, id, name): (PersonId, Uuid, &str)) -> Result<(), EngineError> {
    let data = json!({ "answer": id.to_string(), "name": name });
    event::append_house(tx, db.keys(), db.ambient(), kind, Some(by.uuid()), data).await?;
    Ok(())
}

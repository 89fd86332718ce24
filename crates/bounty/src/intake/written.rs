//! The words of a report that is not sent yet, page by page: sealed in its draft under the key that
//! becomes the key of the case.

use super::draft::{self, DRAFT_LASTS, Draft, DraftToken, SAVED_DAYS_MAX};
use super::place::Place;
use super::{IntakeError, contact};
use db::{Db, DbError, Tx, execute, fetch_optional, field, stmt};
use domain::{CaseId, ProgrammeId, ReporterText, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Words of the report that the machine takes, in the order of the form.
pub(crate) const WORDS: [&str; 12] = [
    "title",
    "target",
    "version",
    "summary",
    "weakness",
    "steps",
    "impact",
    "severity",
    "proof",
    "ai_assistance",
    "credit",
    "disclosure_wish",
];
/// How to reach the reporter: beside the report, not in it.
pub(crate) const CONTACT: &str = "contact";
/// Bytes of all words of a draft.
pub const DRAFT_WORDS: usize = (1 << 20) - (16 << 10);

/// What was written so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Written {
    /// The token, in hexadecimal: whoever comes back with a code goes on under the same one.
    pub token: String,
    /// Under which programme it was begun.
    pub slug: String,
    /// The page that was posted last, from 1.
    pub page: u8,
    /// Words by the name of their field, as typed.
    pub words: BTreeMap<String, String>,
}

/// A draft with its words.
#[derive(Clone)]
pub(crate) struct Open {
    pub draft: Draft,
    /// Counts the changes of its words; 0 for a draft that has none.
    pub version: i64,
    pub written: Written,
    /// It has a code to come back with.
    pub saved: bool,
}

/// What a page adds.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub token: DraftToken,
    /// The page was shown with a draft behind it: then no new one may quietly take its place.
    pub known: bool,
    pub programme: ProgrammeId,
    pub slug: String,
    pub page: u8,
    pub words: BTreeMap<String, String>,
    pub place: Place,
    /// Days that a draft with a code is kept after its last change.
    pub days: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    body: Option<Vec<u8>>,
    code: Option<Vec<u8>>,
}

impl Written {
    /// The machine's input: every word as it was typed.
    pub(crate) fn input(&self) -> Value {
        let typed = |name: &&str| self.words.get(*name).filter(|value| !value.trim().is_empty());
        let pairs = WORDS.iter().filter_map(|name| Some(((*name).to_owned(), typed(name)?.as_str().into())));
        let mut input: Map<String, Value> = pairs.collect();
        input.insert("source".to_owned(), "form".into());
        Value::Object(input)
    }

    /// The contact, when one was given.
    pub(crate) fn contact(&self) -> Result<Option<ReporterText>, &'static str> {
        let typed = self.words.get(CONTACT).map(|text| text.trim()).filter(|text| !text.is_empty());
        typed.map(contact).transpose()
    }

    /// Bytes of all words.
    pub(crate) fn bytes(&self) -> usize {
        self.words.values().map(String::len).sum()
    }
}

/// The draft of this token with its words, if it is still kept.
pub(super) async fn open(tx: &mut Tx, db: &Db, token: &DraftToken) -> Result<Option<Open>, IntakeError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            sqlite: "SELECT id, version, body, code FROM drafts WHERE token = $1 AND expires_at > $2",
            pg: "SELECT id, version, body, code FROM drafts WHERE token = $1 AND expires_at > $2 FOR UPDATE",
        ),
        token.index(db.keys()),
        db.ambient().now().micros()
    )?;
    match row {
        Some(row) => unseal(tx, db, row, Some(token)).await,
        None => Ok(None),
    }
}

/// The draft that this index of a code opens.
pub(super) async fn by_code(tx: &mut Tx, db: &Db, code: Vec<u8>) -> Result<Option<Open>, IntakeError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!("SELECT id, version, body, code FROM drafts WHERE code = $1 AND expires_at > $2"),
        code,
        db.ambient().now().micros()
    )?;
    match row {
        Some(row) => unseal(tx, db, row, None).await,
        None => Ok(None),
    }
}

async fn unseal(tx: &mut Tx, db: &Db, row: Row, token: Option<&DraftToken>) -> Result<Option<Open>, IntakeError> {
    let id = CaseId::from_uuid(row.id);
    let key = db.keys().case(tx, id).await?.ok_or(DbError::Erased)?;
    let written: Written = match &row.body {
        Some(body) => {
            let text = key.open(field::DRAFT, row.id, column(row.version)?, body).map_err(DbError::from)?;
            serde_json::from_slice(&text).map_err(IntakeError::corrupt)?
        }
        None => Written { token: token.map(ToString::to_string).unwrap_or_default(), ..Written::default() },
    };
    let Ok(token) = token.cloned().map_or_else(|| written.token.parse(), Ok) else { return Ok(None) };
    let saved = row.code.is_some();
    Ok(Some(Open { draft: Draft { id, token, key }, version: row.version, written, saved }))
}

/// Puts the words of a page into their draft; makes the draft with the first page.
pub(crate) async fn keep(db: &Db, change: Change) -> Result<Open, IntakeError> {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { write(tx, &store, change).await })).await
}

async fn write(tx: &mut Tx, db: &Db, change: Change) -> Result<Open, IntakeError> {
    let mut now = match open(tx, db, &change.token).await? {
        Some(there) => there,
        None if super::send::was_sent(tx, db, &change.token, change.programme).await? => return Err(IntakeError::Sent),
        None if change.known => return Err(IntakeError::NoDraft),
        None => begin(tx, db, &change).await?,
    };
    now.written.slug = change.slug;
    now.written.page = change.page;
    let before = now.written.words.clone();
    now.written.words.extend(change.words);
    if now.written.bytes() > DRAFT_WORDS {
        return Err(IntakeError::TooManyWords);
    }
    if now.written.words != before {
        now.version += 1;
    }
    let lasts = if now.saved { Span::from_days(i64::from(change.days.min(SAVED_DAYS_MAX))) } else { DRAFT_LASTS };
    let text = serde_json::to_vec(&now.written).map_err(IntakeError::corrupt)?;
    let (record, random) = (now.draft.id.uuid(), db.ambient().random.as_ref());
    let body = now.draft.key.seal(field::DRAFT, record, column(now.version)?, &text, random);
    execute!(
        tx,
        stmt!("UPDATE drafts SET body = $1, version = $2, expires_at = $3 WHERE id = $4"),
        body,
        now.version,
        db.ambient().now().plus(lasts).micros(),
        record
    )?;
    Ok(now)
}

/// A new draft; the one that a press at the same time has made; or none, when one is there whose time
/// is over: its token opens nothing new.
async fn begin(tx: &mut Tx, db: &Db, change: &Change) -> Result<Open, IntakeError> {
    match draft::insert(tx, db, &change.token, Some(&change.place)).await? {
        Some(draft) => {
            let written = Written { token: change.token.to_string(), ..Written::default() };
            Ok(Open { draft, version: 0, written, saved: false })
        }
        None => open(tx, db, &change.token).await?.ok_or(IntakeError::NoDraft),
    }
}

fn column(version: i64) -> Result<u32, DbError> {
    u32::try_from(version).map_err(|_| DbError::Inconsistent(format!("a draft has version {version}")))
}

#[cfg(test)]
mod tests {
    use super::Written;
    use serde_json::json;

    #[test]
    fn words_are_taken_as_they_stand() {
        let words = [("title", " a "), ("steps", "\n1.\n"), ("impact", " "), ("contact", " me "), ("evil", "x")];
        let words = words.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let written = Written { words, ..Written::default() };
        assert_eq!(written.input(), json!({ "title": " a ", "steps": "\n1.\n", "source": "form" }));
        assert_eq!(written.contact().unwrap().unwrap().as_str(), "You can reach me here: me");
    }
}

//! Sending: one write that opens the case, takes the draft over, claims the key and keeps the answer.
//! The API sends its words at once; the form sends a draft that holds them.

use super::IntakeError;
use super::admit::{Known, admit, of_account, takes};
use super::draft::{self, DraftToken};
use super::probe::MACHINE;
use super::written;
use accounts::researcher;
use db::idempotency::{self, Earlier, Request};
use db::{Db, DbError, Tx};
use desk::engine::{self, EngineError, NewCase};
use domain::case::Party;
use domain::{CaseId, EventId, PersonId, ProgrammeId, ReporterText, ReturnCode, Ts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::FieldError;

/// A report about to be sent. The input was checked with [`super::faults`]; the machine checks again.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Under which programme.
    pub programme: ProgrammeId,
    /// Input of the machine.
    pub input: Value,
    /// How to reach the reporter, as they wrote it.
    pub contact: Option<ReporterText>,
    /// The draft with its files.
    pub draft: Option<DraftToken>,
    /// Who sends.
    pub sender: Sender,
    /// What the door knows of them.
    pub known: Known,
    /// The same key with the same report has one effect.
    pub key: String,
    /// What the programme promises: days until a person answers.
    pub first_answer_days: u32,
}

/// A draft about to be sent.
#[derive(Debug, Clone)]
pub(crate) struct SendDraft {
    /// Under which programme.
    pub programme: ProgrammeId,
    /// The draft. Also the key: a draft is sent once.
    pub token: DraftToken,
    /// The version that was shown to whoever sends it.
    pub version: i64,
    /// Nobody, or a researcher in whose account it is to stand.
    pub sender: Sender,
    /// What the door knows of whoever sends it.
    pub known: Known,
    /// What the programme promises: days until a person answers.
    pub first_answer_days: u32,
}

/// Who sends a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Nobody known: gets a return code.
    Nameless,
    /// A person's token.
    Person(PersonId),
    /// A researcher: the case stands in their account.
    Researcher(PersonId),
}

/// A report that was taken.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The case.
    pub case: CaseId,
    /// The event that the receipt opens.
    pub event: EventId,
    /// Number in its name.
    pub number: i64,
    /// REP-12.
    pub name: String,
    /// When it came.
    pub received_at: Ts,
    /// How the nameless come back. Never stored: derived again for each replay.
    pub code: Option<ReturnCode>,
    /// It stands in the account of a researcher, and has no code.
    pub in_account: bool,
    /// The same request came before.
    pub replayed: bool,
    /// What was promised when it came: days until a person answers.
    pub first_answer_days: u32,
    /// A code for the draft was spent by sending it.
    pub spent_code: bool,
}

/// The answer as it is kept for replays.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    case: CaseId,
    event: EventId,
    number: i64,
    name: String,
    received_at: Ts,
    #[serde(default)]
    first_answer_days: u32,
    #[serde(default)]
    spent_code: bool,
    #[serde(default)]
    in_account: bool,
}

/// What opens a case, from either door.
struct Ready {
    programme: ProgrammeId,
    input: Value,
    contact: Option<ReporterText>,
    draft: Option<CaseId>,
    sender: Sender,
    known: Known,
    first_answer_days: u32,
    spent_code: bool,
}

/// Takes a report; returns once it is durable, and on PostgreSQL once the log has placed it.
pub async fn send(db: &Db, new: NewReport) -> Result<Sent, IntakeError> {
    let request = request(db, &new);
    let code = (new.sender == Sender::Nameless).then(|| code(db, &request));
    let store = db.clone();
    let asked = request.clone();
    let sent = db.write(move |tx| Box::pin(async move { write(tx, &store, new, (&request, code)).await })).await;
    settled(db, sent, (asked, code)).await
}

/// Sends a draft of the form; returns as [`send`] does.
pub(crate) async fn send_draft(db: &Db, draft: SendDraft) -> Result<Sent, IntakeError> {
    let request = draft_request(db, &draft.token, draft.programme);
    let code = code(db, &request);
    let store = db.clone();
    let asked = request.clone();
    let sent =
        db.write(move |tx| Box::pin(async move { write_draft(tx, &store, draft, (&request, code)).await })).await;
    settled(db, sent, (asked, Some(code))).await
}

/// Whether the draft of this token became a report.
pub(super) async fn was_sent(
    tx: &mut Tx,
    db: &Db,
    token: &DraftToken,
    programme: ProgrammeId,
) -> Result<bool, IntakeError> {
    Ok(idempotency::used(tx, &draft_request(db, token, programme)).await?)
}

/// The answer to a write, or to the same request before it, which is why the write failed.
async fn settled(
    db: &Db,
    sent: Result<Kept, IntakeError>,
    (request, code): (Request, Option<ReturnCode>),
) -> Result<Sent, IntakeError> {
    let (kept, replayed) = match sent {
        Ok(kept) => {
            db::log::settled(db).await;
            (kept, false)
        }
        Err(why) => (earlier(db, request, why).await?, true),
    };
    let Kept { case, event, number, name, received_at, first_answer_days, spent_code, in_account } = kept;
    let code = code.filter(|_| !in_account);
    Ok(Sent { case, event, number, name, received_at, code, in_account, replayed, first_answer_days, spent_code })
}

/// What the same request was answered before, or else why it failed now. In a write, so that what another
/// write has just committed is on the disk before it is said again.
async fn earlier(db: &Db, request: Request, why: IntakeError) -> Result<Kept, IntakeError> {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            match idempotency::claim(tx, store.keys(), store.ambient(), &request).await {
                Ok(Earlier::Same(reply)) => serde_json::from_slice(&reply).map_err(IntakeError::corrupt),
                Ok(Earlier::Other) => Err(EngineError::KeyReused.into()),
                Err(DbError::Erased) => Err(DbError::Erased.into()),
                // An error takes the claim back.
                Ok(Earlier::No) | Err(_) => Err(why),
            }
        })
    })
    .await
}

async fn write(
    tx: &mut Tx,
    db: &Db,
    new: NewReport,
    (request, code): (&Request, Option<ReturnCode>),
) -> Result<Kept, IntakeError> {
    let draft = match &new.draft {
        Some(token) => Some(draft::find(tx, db, token).await?.ok_or(IntakeError::NoDraft)?.id),
        None => None,
    };
    let NewReport { programme, input, contact, sender, known, first_answer_days, .. } = new;
    let ready = Ready { programme, input, contact, draft, sender, known, first_answer_days, spent_code: false };
    open(tx, db, ready, (request, code)).await
}

async fn write_draft(
    tx: &mut Tx,
    db: &Db,
    sending: SendDraft,
    (request, code): (&Request, ReturnCode),
) -> Result<Kept, IntakeError> {
    let there = written::open(tx, db, &sending.token).await?.ok_or(IntakeError::NoDraft)?;
    let input = there.written.input();
    let mut faults = super::faults(&input, db.ambient().now());
    let contact = there.written.contact().unwrap_or_else(|message| {
        faults.push(FieldError { field: written::CONTACT.into(), message: message.into() });
        None
    });
    if !faults.is_empty() {
        return Err(IntakeError::Fields(faults));
    }
    // What is sent is what was read through: another window may have changed it since.
    if there.version != sending.version {
        return Err(IntakeError::Changed);
    }
    let SendDraft { programme, sender, known, first_answer_days, .. } = sending;
    let (draft, spent_code) = (Some(there.draft.id), there.saved);
    let ready = Ready { programme, input, contact, draft, sender, known, first_answer_days, spent_code };
    open(tx, db, ready, (request, Some(code))).await
}

/// Opens the case and keeps the answer beside it.
async fn open(
    tx: &mut Tx,
    db: &Db,
    ready: Ready,
    (request, code): (&Request, Option<ReturnCode>),
) -> Result<Kept, IntakeError> {
    let Ready { programme, mut input, contact, draft, sender, known, first_answer_days, spent_code } = ready;
    let address = contact.as_ref().and_then(|contact| mail::only_address(contact.as_str()));
    admit(tx, db, (known, address.as_ref())).await?;
    if !matches!(sender, Sender::Person(_)) {
        takes(tx, (programme, draft), &input).await?;
    }
    let title = input.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    input["first_answer_days"] = first_answer_days.into();
    let by = match sender {
        Sender::Nameless | Sender::Researcher(_) => Party::Reporter,
        Sender::Person(person) => Party::Team(person),
    };
    let owner = match sender {
        // An account that was erased meanwhile opens nothing: then there is a code.
        Sender::Researcher(person) => researcher::is_there(tx, person).await.map_err(of_account)?.then_some(person),
        Sender::Nameless | Sender::Person(_) => None,
    };
    let code = code.filter(|_| owner.is_none());
    let opened = engine::open(tx, db, NewCase { machine: MACHINE, programme, draft, input, title, code, by }).await?;
    if let Some(owner) = owner {
        researcher::own(tx, (opened.id, owner), opened.received_at).await.map_err(of_account)?;
    }
    if let Some(contact) = contact {
        if let Some(address) = address {
            mail::contact::keep(tx, db, &opened.key, (opened.id, &address)).await?;
        }
        engine::from_reporter(tx, db, opened.id, contact).await?;
    }
    let kept = Kept {
        case: opened.id,
        event: opened.event,
        number: opened.number,
        name: opened.name,
        received_at: opened.received_at,
        first_answer_days,
        spent_code,
        in_account: owner.is_some(),
    };
    let reply = serde_json::to_vec(&kept).map_err(IntakeError::corrupt)?;
    idempotency::claim_kept(tx, db.ambient(), request, ((kept.case, &opened.key), &reply)).await?;
    Ok(kept)
}

/// Everything that decides the effect is in the digest.
fn request(db: &Db, new: &NewReport) -> Request {
    let caller = match new.sender {
        Sender::Nameless => "nameless".to_owned(),
        Sender::Person(person) | Sender::Researcher(person) => person.to_string(),
    };
    let route = format!("report/api/{}", new.programme);
    let body = json!({
        "input": new.input,
        "contact": new.contact.as_ref().map(ReporterText::as_str),
        "draft": new.draft.as_ref().map(ToString::to_string),
    });
    Request::new(db.keys(), &new.key, &caller, &route, body.to_string().as_bytes())
}

/// A draft is sent once, whatever it holds: its token is the key.
fn draft_request(db: &Db, token: &DraftToken, programme: ProgrammeId) -> Request {
    Request::new(db.keys(), &token.to_string(), "nameless", &format!("report/form/{programme}"), b"draft")
}

fn code(db: &Db, request: &Request) -> ReturnCode {
    let mac = db.keys().token().hmac("return code derivation", &[request.digest()]);
    let mut bytes = [0; 15];
    bytes.copy_from_slice(&mac[..15]);
    ReturnCode::from_bytes(bytes)
}

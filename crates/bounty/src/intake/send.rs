//! Sending: one write that claims the key, opens the case, takes the draft over and keeps the answer.

use super::IntakeError;
use super::draft::{self, DraftToken};
use super::probe::MACHINE;
use db::idempotency::{self, Earlier, Request};
use db::{Db, Tx};
use desk::engine::{self, EngineError, NewCase};
use domain::case::Party;
use domain::{CaseId, EventId, PersonId, ProgrammeId, ReporterText, ReturnCode, Ts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// The same key with the same report has one effect.
    pub key: String,
    /// The door: `form` or `api`. The two do not share keys.
    pub door: &'static str,
}

/// Who sends a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Nobody known: gets a return code.
    Nameless,
    /// A person's token.
    Person(PersonId),
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
    /// The same request came before.
    pub replayed: bool,
}

/// The answer as it is kept for replays.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    case: CaseId,
    event: EventId,
    number: i64,
    name: String,
    received_at: Ts,
}

/// Takes a report; returns once it is durable, and on PostgreSQL once the log has placed it.
pub async fn send(db: &Db, new: NewReport) -> Result<Sent, IntakeError> {
    let request = request(db, &new);
    let code = (new.sender == Sender::Nameless).then(|| code(db, &request));
    let store = db.clone();
    let (kept, replayed) =
        db.write(move |tx| Box::pin(async move { write(tx, &store, new, (&request, code)).await })).await?;
    if !replayed {
        db::log::settled(db).await;
    }
    let Kept { case, event, number, name, received_at } = kept;
    Ok(Sent { case, event, number, name, received_at, code, replayed })
}

async fn write(
    tx: &mut Tx,
    db: &Db,
    new: NewReport,
    (request, code): (&Request, Option<ReturnCode>),
) -> Result<(Kept, bool), IntakeError> {
    match idempotency::claim(tx, db.keys(), db.ambient(), request).await? {
        Earlier::No => {}
        Earlier::Same(reply) => {
            let kept = serde_json::from_slice(&reply).map_err(IntakeError::corrupt)?;
            return Ok((kept, true));
        }
        Earlier::Other => return Err(EngineError::KeyReused.into()),
    }
    let draft = match &new.draft {
        Some(token) => Some(draft::find(tx, db, token).await?.ok_or(IntakeError::NoDraft)?.id),
        None => None,
    };
    let title = new.input.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    let by = match new.sender {
        Sender::Nameless => Party::Reporter,
        Sender::Person(person) => Party::Team(person),
    };
    let case = NewCase { machine: MACHINE, programme: new.programme, draft, input: new.input, title, code, by };
    let opened = engine::open(tx, db, case).await?;
    if let Some(contact) = new.contact {
        engine::from_reporter(tx, db, opened.id, contact).await?;
    }
    let kept = Kept {
        case: opened.id,
        event: opened.event,
        number: opened.number,
        name: opened.name,
        received_at: opened.received_at,
    };
    let reply = serde_json::to_vec(&kept).map_err(IntakeError::corrupt)?;
    idempotency::keep(tx, db.keys(), db.ambient(), request, (Some(kept.case), &reply)).await?;
    Ok((kept, false))
}

/// Everything that decides the effect is in the digest.
fn request(db: &Db, new: &NewReport) -> Request {
    let caller = match new.sender {
        Sender::Nameless => "nameless".to_owned(),
        Sender::Person(person) => person.to_string(),
    };
    let route = format!("report/{}/{}", new.door, new.programme);
    let body = json!({
        "input": new.input,
        "contact": new.contact.as_ref().map(ReporterText::as_str),
        "draft": new.draft.as_ref().map(ToString::to_string),
    });
    Request::new(db.keys(), &new.key, &caller, &route, body.to_string().as_bytes())
}

fn code(db: &Db, request: &Request) -> ReturnCode {
    let mac = db.keys().token().hmac("return code derivation", &[request.digest()]);
    let mut bytes = [0; 15];
    bytes.copy_from_slice(&mac[..15]);
    ReturnCode::from_bytes(bytes)
}

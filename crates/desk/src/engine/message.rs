//! Words between people: three functions for three directions, each with the type of its audience,
//! so that a team note has no way to a reporter.

use super::own::{self, Own};
use super::{EngineError, act, load_for_change};
use db::event::Record;
use db::{Db, Tx};
use domain::case::{Audience, Party};
use domain::{CaseId, PersonId, ReporterText, Span, TeamText, Ts};
use serde_json::{Value, json};

/// What comes so soon after a report came together with it.
const TOGETHER: Span = Span::from_seconds(1);

/// Whether words came together with their report: they say how whoever sent it can be reached.
pub(crate) fn came_with_report(record: &Record, received_at: Ts) -> bool {
    record.kind == "message_received" && record.at < received_at.plus(TOGETHER)
}

/// Writes a note that only the team reads; gives the new version.
pub async fn note(tx: &mut Tx, db: &Db, case: CaseId, (by, text): (PersonId, TeamText)) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let new = Own { kind: "note_added", audience: Audience::Team, data: json!({ "text": text.as_str() }) };
    own::record(tx, db, &case, new, &Party::Team(by)).await.map(|(_, version)| version)
}

/// Writes to the reporter; the first time this stops the clock of the first answer.
pub async fn to_reporter(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, text): (PersonId, ReporterText),
) -> Result<i64, EngineError> {
    let loaded = load_for_change(tx, db, case).await?;
    let by = Party::Team(by);
    let new = Own { kind: "message_sent", audience: Audience::Reporter, data: json!({ "text": text.as_str() }) };
    let (_, version) = own::record(tx, db, &loaded, new, &by).await?;
    let first = loaded.machine.legal(&loaded.state, &Party::System).iter().any(|a| a.name == "first-response");
    if !first {
        return Ok(version);
    }
    let loaded = load_for_change(tx, db, case).await?;
    act::take(tx, db, &loaded, ("first-response", json!({})), &Party::System).await
}

/// Takes words of the reporter: an answer when we wait for one, else a message.
pub async fn from_reporter(tx: &mut Tx, db: &Db, case: CaseId, text: ReporterText) -> Result<i64, EngineError> {
    from_reporters(tx, db, case, (None, text)).await
}

/// Takes words of one of those who found it. Where they come from an account the event says whose it is, so that nobody
/// reads the words of another one as their own, or as those of whoever sent the report.
pub async fn from_reporters(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (from, text): (Option<PersonId>, ReporterText),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let say_who = |data: &mut Value| {
        if let Some(from) = from {
            data["person"] = json!(from.to_string());
        }
    };
    let mut data = json!({ "text": text.as_str() });
    let answers = case.machine.legal(&case.state, &Party::Reporter).iter().any(|a| a.name == "answer");
    if answers {
        let now = db.ambient().now().max(case.updated_at);
        let mut acted = case.machine.act(&case.state, "answer", data, &Party::Reporter, now)?;
        acted.events.iter_mut().for_each(|event| say_who(&mut event.data));
        return act::keep(tx, db, &case, &acted, &Party::Reporter).await;
    }
    say_who(&mut data);
    let new = Own { kind: "message_received", audience: Audience::Reporter, data };
    own::record(tx, db, &case, new, &Party::Reporter).await.map(|(_, version)| version)
}

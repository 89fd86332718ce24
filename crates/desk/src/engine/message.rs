//! Words between people: three functions for three directions, each with the type of its audience,
//! so that a team note has no way to a reporter.

use super::own::{self, Own};
use super::{EngineError, act, load_for_change};
use db::{Db, Tx};
use domain::case::{Audience, Party};
use domain::{CaseId, PersonId, ReporterText, TeamText};
use serde_json::json;

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
    let case = load_for_change(tx, db, case).await?;
    let answers = case.machine.legal(&case.state, &Party::Reporter).iter().any(|a| a.name == "answer");
    if answers {
        let input = json!({ "text": text.as_str() });
        return act::take(tx, db, &case, ("answer", input), &Party::Reporter).await;
    }
    let new = Own { kind: "message_received", audience: Audience::Reporter, data: json!({ "text": text.as_str() }) };
    own::record(tx, db, &case, new, &Party::Reporter).await.map(|(_, version)| version)
}

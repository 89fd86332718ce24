//! The one question every door asks before it takes something new: may whoever sends it?

use super::IntakeError;
use accounts::AccountError;
use accounts::researcher::{self, Bar};
use db::{Db, DbError, Tx, fetch_one, fetch_optional, stmt};
use desk::engine::EngineError;
use domain::{CaseId, Intake, PersonId, ProgrammeId, Severity};
use mail::MailAddress;
use serde_json::Value;
use web::Caller;

/// What a door knows of whoever stands there. It is looked at here and kept nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// The account they are signed in to.
    pub account: Option<PersonId>,
    /// The case whose code they gave.
    pub case: Option<CaseId>,
}

impl From<&Caller> for Known {
    fn from(caller: &Caller) -> Self {
        match caller {
            Caller::Researcher { person, .. } => Self { account: Some(*person), case: None },
            Caller::Reporter { case, .. } => Self { account: None, case: Some(*case) },
            Caller::Nameless | Caller::Staff { .. } | Caller::Token { .. } => Self::default(),
        }
    }
}

/// Refuses whoever is barred: by their account, by the account of a report they came back to, or by the mailbox they
/// want to be reached at. Costs nothing for somebody of whom nothing is known.
pub(crate) async fn admit(
    tx: &mut Tx,
    db: &Db,
    (known, reached_at): (Known, Option<&MailAddress>),
) -> Result<(), IntakeError> {
    let mut bar: Option<Bar> = None;
    if let Some(person) = known.account {
        bar = researcher::bar_of(tx, db, person).await.map_err(of_account)?;
    }
    if let (None, Some(case)) = (&bar, known.case) {
        bar = researcher::bar_of_case(tx, db, case).await.map_err(of_account)?;
    }
    if let (None, Some(address)) = (&bar, reached_at) {
        bar = researcher::bar_of_mailbox(tx, db, address).await.map_err(of_account)?;
    }
    bar.map_or(Ok(()), |bar| Err(IntakeError::Barred { until: bar.until }))
}

/// Refuses what the programme does not take at the moment. What people of the house send is theirs to decide.
pub(crate) async fn takes(
    tx: &mut Tx,
    (programme, draft): (ProgrammeId, Option<CaseId>),
    input: &Value,
) -> Result<(), IntakeError> {
    let row = fetch_optional!(tx, (String,), stmt!("SELECT intake FROM programmes WHERE id = $1"), programme.uuid())?;
    let (word,) = row.ok_or(EngineError::NotFound)?;
    match word.parse().map_err(IntakeError::corrupt)? {
        Intake::Open => Ok(()),
        Intake::Critical if is_critical(input) && has_proof(tx, input, draft).await? => Ok(()),
        state @ (Intake::Critical | Intake::Closed) => Err(IntakeError::NotTaken(state)),
    }
}

fn is_critical(input: &Value) -> bool {
    input.get("severity").and_then(Value::as_str) == Some(Severity::Critical.as_str())
}

async fn has_proof(tx: &mut Tx, input: &Value, draft: Option<CaseId>) -> Result<bool, IntakeError> {
    if input.get("proof").and_then(Value::as_str).is_some_and(|proof| !proof.trim().is_empty()) {
        return Ok(true);
    }
    let Some(draft) = draft else { return Ok(false) };
    let (files,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM attachments WHERE owner = $1"), draft.uuid())?;
    Ok(files > 0)
}

pub(crate) fn of_account(error: AccountError) -> IntakeError {
    match error {
        AccountError::Store(error) => error.into(),
        other => EngineError::Db(DbError::Inconsistent(other.to_string())).into(),
    }
}

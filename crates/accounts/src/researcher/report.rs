//! Whose report a case is: one owner at most, and those who found it together with them.

use crate::AccountError;
use db::{Tx, execute, fetch_all, fetch_optional, later, stmt};
use domain::{CaseId, PersonId, Ts};
use uuid::Uuid;

/// What somebody is to a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Sent it, or brought its code into their account.
    Owner,
    /// Found it together with them: reads and writes, and cannot take it back.
    CoReporter,
}

impl Part {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::CoReporter => "co",
        }
    }

    fn parse(word: &str) -> Self {
        if word == "owner" { Self::Owner } else { Self::CoReporter }
    }
}

/// Most people beside the owner who follow one report.
pub const CO_REPORTERS_MAX: usize = domain::case::CO_REPORTERS_MAX;

/// Puts a new case under the account of whoever sent it, in the write that opens it.
pub async fn own(tx: &mut Tx, (case, person): (CaseId, PersonId), now: Ts) -> Result<(), AccountError> {
    later!(
        tx,
        stmt!("INSERT INTO case_reporters (case_id, researcher, part, since) VALUES ($1, $2, 'owner', $3)"),
        case.uuid(),
        person.uuid(),
        now.micros()
    )?;
    Ok(())
}

/// Takes a case that is nobody's into an account; false when it has an owner. One whose account was erased owns nothing
/// any more. The row of the case must be locked.
pub async fn take(tx: &mut Tx, (case, person): (CaseId, PersonId), now: Ts) -> Result<bool, AccountError> {
    if let Some(owner) = owner_of(tx, case).await? {
        if is_there(tx, owner).await? {
            return Ok(false);
        }
        leave_case(tx, (case, owner)).await?;
    }
    leave_case(tx, (case, person)).await?;
    own(tx, (case, person), now).await?;
    Ok(true)
}

/// Lets somebody follow a case beside its owner; false when they do already, or too many do.
pub async fn join(tx: &mut Tx, (case, person): (CaseId, PersonId), now: Ts) -> Result<bool, AccountError> {
    if followers(tx, case).await?.len() > CO_REPORTERS_MAX {
        return Ok(false);
    }
    let joined = execute!(
        tx,
        stmt!(
            "INSERT INTO case_reporters (case_id, researcher, part, since) VALUES ($1, $2, 'co', $3)
             ON CONFLICT (case_id, researcher) DO NOTHING"
        ),
        case.uuid(),
        person.uuid(),
        now.micros()
    )?;
    Ok(joined == 1)
}

/// Ends what ties somebody to a case; false when nothing did.
pub async fn leave_case(tx: &mut Tx, (case, person): (CaseId, PersonId)) -> Result<bool, AccountError> {
    let statement = stmt!("DELETE FROM case_reporters WHERE case_id = $1 AND researcher = $2");
    Ok(execute!(tx, statement, case.uuid(), person.uuid())? == 1)
}

/// What somebody is to a case: the one question that opens a case to an account.
pub async fn part_of(tx: &mut Tx, (case, person): (CaseId, PersonId)) -> Result<Option<Part>, AccountError> {
    let row = fetch_optional!(
        tx,
        (String,),
        stmt!("SELECT part FROM case_reporters WHERE case_id = $1 AND researcher = $2"),
        case.uuid(),
        person.uuid()
    )?;
    Ok(row.map(|(part,)| Part::parse(&part)))
}

/// Whose account a case is in.
pub async fn owner_of(tx: &mut Tx, case: CaseId) -> Result<Option<PersonId>, AccountError> {
    let statement = stmt!("SELECT researcher FROM case_reporters WHERE case_id = $1 AND part = 'owner'");
    let row = fetch_optional!(tx, (Uuid,), statement, case.uuid())?;
    Ok(row.map(|(id,)| PersonId::from_uuid(id)))
}

/// Whether an account was not erased, and is not until the write ends.
pub async fn is_there(tx: &mut Tx, person: PersonId) -> Result<bool, AccountError> {
    let statement = stmt!(
        sqlite: "SELECT id FROM researchers WHERE id = $1 AND state = 'active'",
        pg: "SELECT id FROM researchers WHERE id = $1 AND state = 'active' FOR SHARE",
    );
    Ok(fetch_optional!(tx, (Uuid,), statement, person.uuid())?.is_some())
}

/// Everybody who follows a case from an account, the owner first.
pub async fn followers(tx: &mut Tx, case: CaseId) -> Result<Vec<(PersonId, Part)>, AccountError> {
    let rows = fetch_all!(
        tx,
        (Uuid, String),
        stmt!(
            "SELECT researcher, part FROM case_reporters WHERE case_id = $1 ORDER BY part DESC, researcher LIMIT 100"
        ),
        case.uuid()
    )?;
    Ok(rows.into_iter().map(|(id, part)| (PersonId::from_uuid(id), Part::parse(&part))).collect())
}

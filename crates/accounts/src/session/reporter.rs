//! Sessions behind the return door: whoever holds the code of a case sees that case and nothing else.

use super::{NewSession, Opening, REPORTER_LIFE, open, outside};
use crate::AccountError;
use db::{Db, Keyring, Tx, fetch_optional, stmt};
use domain::{CaseId, ReturnCode, SessionId};
use seal::label;
use uuid::Uuid;

/// Keyed hash of a return code, for the column `cases.code_index`.
pub fn code_index(keys: &Keyring, code: &ReturnCode) -> Vec<u8> {
    keys.token().hmac(label::RETURN_CODE, &[code.as_bytes()]).to_vec()
}

/// Opens a session for the case of this code; `None` when no case has it. Callers that take codes from
/// outside go through `Accounts::enter_by_code`, which has a budget of failures.
pub async fn open_reporter_session(
    tx: &mut Tx,
    db: &Db,
    code: &ReturnCode,
) -> Result<Option<(NewSession, CaseId)>, AccountError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT id FROM cases WHERE code_index = $1 AND erased_at IS NULL"),
        code_index(db.keys(), code)
    )?;
    let Some((case,)) = row else { return Ok(None) };
    let opening = Opening { case: Some(case), ..Opening::of("reporter", REPORTER_LIFE) };
    Ok(Some((open(tx, db, opening).await?, CaseId::from_uuid(case))))
}

/// The erased case that this code once opened.
pub(crate) async fn erased_case_of(tx: &mut Tx, db: &Db, code: &ReturnCode) -> Result<Option<CaseId>, AccountError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT id FROM cases WHERE code_index = $1 AND erased_at IS NOT NULL"),
        code_index(db.keys(), code)
    )?;
    Ok(row.map(|(id,)| CaseId::from_uuid(id)))
}

/// The case and session of a cookie, when it still runs.
pub(crate) async fn reporter_of(db: &Db, token: &str) -> Result<Option<(CaseId, SessionId)>, AccountError> {
    let statement = stmt!(
        "SELECT s.public_id, s.case_id, s.seen_at FROM sessions s JOIN cases c ON c.id = s.case_id
         WHERE s.id = $1 AND s.kind = 'reporter' AND c.erased_at IS NULL AND s.expires_at > $2 AND s.seen_at > $3"
    );
    Ok(outside(db, token, statement).await?.map(|(case, session)| (CaseId::from_uuid(case), session)))
}

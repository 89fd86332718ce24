//! The second factor as stored, and the proof of it: a code of the app or a recovery code, each once.

use super::{Holder, TotpSecret, recovery_code};
use crate::AccountError;
use crate::notice::{Notice, tell};
use db::{Db, Tx, event, execute, fetch_optional};
use domain::PersonId;
use seal::field;
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq;

/// What the sealed columns `people.totp` and `researchers.totp` hold.
#[derive(Serialize, Deserialize)]
pub(crate) struct SecondFactor {
    secret: [u8; 20],
    /// Keyed hashes of the recovery codes that are left.
    codes: Vec<[u8; 32]>,
}

impl SecondFactor {
    /// A factor with new recovery codes, and those codes in clear, to be shown once.
    pub(crate) fn new(db: &Db, person: PersonId, secret: &TotpSecret) -> (Self, Vec<String>) {
        let clear = recovery_code::draw(db.ambient());
        let codes = clear.iter().filter_map(|c| recovery_code::place(db.keys(), person, c)).collect();
        (Self { secret: *secret.bytes(), codes }, clear)
    }

    pub(crate) fn secret(&self) -> TotpSecret {
        TotpSecret::from_bytes(self.secret)
    }

    pub(crate) fn codes_left(&self) -> usize {
        self.codes.len()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    totp: Option<Vec<u8>>,
    totp_step: i64,
    version: i64,
}

async fn read(tx: &mut Tx, db: &Db, holder: Holder) -> Result<Option<(SecondFactor, Row)>, AccountError> {
    let person = holder.id();
    let row = fetch_optional!(tx, Row, holder.statements().read, person.uuid())?;
    let (Some(row), Some(key)) = (row, db.keys().person(tx, person).await?) else { return Ok(None) };
    let Some(sealed) = &row.totp else { return Ok(None) };
    let plain = key.open(field::PERSON_TOTP, person.uuid(), 0, sealed).map_err(db::DbError::from)?;
    let factor = serde_json::from_slice(&plain)
        .map_err(|e| AccountError::inconsistent(format!("second factor of {person}: {e}")))?;
    Ok(Some((factor, row)))
}

/// The factor of somebody, if they have one.
pub(crate) async fn second_factor(tx: &mut Tx, db: &Db, holder: Holder) -> Result<Option<SecondFactor>, AccountError> {
    Ok(read(tx, db, holder).await?.map(|(factor, _)| factor))
}

/// Stores a factor; `step` is the step whose code proved it, so that this code is spent.
pub(crate) async fn store_second_factor(
    tx: &mut Tx,
    db: &Db,
    holder: Holder,
    factor: &SecondFactor,
    step: i64,
) -> Result<(), AccountError> {
    let sealed = seal(tx, db, holder.id(), factor).await?;
    execute!(tx, holder.statements().store, sealed, step, holder.id().uuid())?;
    Ok(())
}

/// Whether `typed` proves the second factor now; what proved it is spent in the same write.
///
/// Two nodes that get the same code at once: the conditional update lets one of them pass.
pub(crate) async fn prove(tx: &mut Tx, db: &Db, holder: Holder, typed: &str) -> Result<bool, AccountError> {
    let Some((factor, row)) = read(tx, db, holder).await? else { return Ok(false) };
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
        let Some(step) = factor.secret().step_of(&digits, db.ambient().now(), row.totp_step) else { return Ok(false) };
        let taken = execute!(tx, holder.statements().spend_step, step, holder.id().uuid())?;
        return Ok(taken == 1);
    }
    prove_by_recovery_code(tx, db, holder, typed, (factor, row.version)).await
}

async fn prove_by_recovery_code(
    tx: &mut Tx,
    db: &Db,
    holder: Holder,
    typed: &str,
    (mut factor, version): (SecondFactor, i64),
) -> Result<bool, AccountError> {
    let person = holder.id();
    let Some(place) = recovery_code::place(db.keys(), person, typed) else { return Ok(false) };
    let before = factor.codes.len();
    factor.codes.retain(|code| !bool::from(code.ct_eq(&place)));
    if factor.codes.len() == before {
        return Ok(false);
    }
    let sealed = seal(tx, db, person, &factor).await?;
    let taken = execute!(tx, holder.statements().spend_code, sealed, person.uuid(), version)?;
    if taken == 1 {
        let data = json!({ "person": person.to_string(), "left": factor.codes.len() });
        let actor = Some(person.uuid());
        event::append_house(tx, db.keys(), db.ambient(), "recovery_code_used", actor, data).await?;
        tell(tx, db, (holder, Notice::RecoveryCodeUsed)).await?;
    }
    Ok(taken == 1)
}

async fn seal(tx: &mut Tx, db: &Db, person: PersonId, factor: &SecondFactor) -> Result<Vec<u8>, AccountError> {
    let Some(key) = db.keys().person(tx, person).await? else { return Err(AccountError::NotFound) };
    let plain = serde_json::to_vec(factor).map_err(|e| AccountError::inconsistent(e.to_string()))?;
    Ok(key.seal(field::PERSON_TOTP, person.uuid(), 0, &plain, db.ambient().random.as_ref()))
}

/// Stores other recovery codes; the authenticator and its last step stay.
pub(crate) async fn store_codes(
    tx: &mut Tx,
    db: &Db,
    holder: Holder,
    factor: &SecondFactor,
) -> Result<(), AccountError> {
    let sealed = seal(tx, db, holder.id(), factor).await?;
    execute!(tx, holder.statements().store_codes, sealed, holder.id().uuid())?;
    Ok(())
}

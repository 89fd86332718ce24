//! Save and come back: a code that opens a draft again. Its keyed hash lies in the draft; the code
//! itself is derived from the draft's token, so that pressing twice shows the same one.

use super::IntakeError;
use super::draft::{DraftToken, SAVED_DAYS_MAX};
use super::written::{self, Open};
use db::{Db, Keyring, execute, stmt};
use domain::{ReturnCode, Span, Ts};

/// Gives a draft its code and its days; none when the draft is gone.
pub(crate) async fn save(db: &Db, token: &DraftToken, days: u32) -> Result<Option<(ReturnCode, Ts)>, IntakeError> {
    let code = code(db.keys(), token);
    let until = db.ambient().now().plus(Span::from_days(i64::from(days.clamp(1, SAVED_DAYS_MAX))));
    let (store, token) = (db.clone(), token.clone());
    let saved = db
        .write(move |tx| {
            Box::pin(async move {
                let changed = execute!(
                    tx,
                    stmt!("UPDATE drafts SET code = $1, expires_at = $2 WHERE token = $3 AND expires_at > $4"),
                    index(store.keys(), &code),
                    until.micros(),
                    token.index(store.keys()),
                    store.ambient().now().micros()
                )?;
                Ok::<_, IntakeError>(changed == 1)
            })
        })
        .await?;
    Ok(saved.then_some((code, until)))
}

/// The draft that a code opens; none when it was sent, its days are over, or there never was one.
pub(crate) async fn resume(db: &Db, code: &ReturnCode) -> Result<Option<Open>, IntakeError> {
    let mut tx = db.read().await?;
    written::by_code(&mut tx, db, index(db.keys(), code)).await
}

fn index(keys: &Keyring, code: &ReturnCode) -> Vec<u8> {
    keys.token().hmac("draft code", &[code.as_bytes()]).to_vec()
}

fn code(keys: &Keyring, token: &DraftToken) -> ReturnCode {
    let mac = keys.token().hmac("draft code derivation", &[token.bytes()]);
    let mut bytes = [0; 15];
    bytes.copy_from_slice(&mac[..15]);
    ReturnCode::from_bytes(bytes)
}

//! The 24 words that bring a lost master key back: made once, shown once, confirmed by two of them.
//!
//! The store keeps the public key of the words and the master key sealed to it, never a word. The form
//! that asks for two words carries a keyed hash of the right ones, so nothing about them is kept.

use crate::AccountError;
use db::{Address, Db, Tx, event, meta};
use domain::PersonId;
use seal::recovery::{RecoveryPublic, RecoveryWords, WORDS};
use serde_json::json;
use subtle::ConstantTimeEq;

/// Name in `meta` of the X25519 public key of the words, 32 bytes.
pub const RECOVERY_PUBLIC: &str = "recovery_public";
/// Name in `meta` of the master key sealed to that key.
pub const RECOVERY_SEALED: &str = "recovery_sealed";
/// Name in `meta`: one byte, 1 once two words were typed back.
pub const RECOVERY_CONFIRMED: &str = "recovery_confirmed";

/// Whether the house can survive the loss of its master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryState {
    /// No words were ever made.
    Missing,
    /// Words were shown, and nobody has shown that they were written down.
    Unconfirmed,
    /// Two of the words were typed back.
    Confirmed,
}

/// Two places in the list of words, from 1, and the keyed hash of what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordCheck {
    /// The places, the smaller first.
    pub places: [usize; 2],
    /// For the hidden field of the form.
    pub tag: [u8; 32],
}

/// New words and the check that goes with them.
pub struct NewWords {
    /// The 24 words in order.
    pub words: Vec<&'static str>,
    /// Which two are asked back.
    pub check: WordCheck,
}

/// How far the recovery of the master key has been prepared.
pub async fn state(tx: &mut Tx) -> Result<RecoveryState, AccountError> {
    if meta::get(tx, RECOVERY_PUBLIC).await?.is_none() {
        return Ok(RecoveryState::Missing);
    }
    let confirmed = meta::get(tx, RECOVERY_CONFIRMED).await?.is_some_and(|value| value == [1]);
    Ok(if confirmed { RecoveryState::Confirmed } else { RecoveryState::Unconfirmed })
}

/// Makes new words; earlier ones open nothing from now on.
pub async fn make_words(tx: &mut Tx, db: &Db, by: PersonId) -> Result<NewWords, AccountError> {
    let words = RecoveryWords::generate(db.ambient().random.as_ref());
    let public = words.public();
    let sealed = db.keys().seal_recovery(&public)?;
    meta::put(tx, RECOVERY_PUBLIC, public.0.to_vec()).await?;
    meta::put(tx, RECOVERY_SEALED, sealed).await?;
    meta::put(tx, RECOVERY_CONFIRMED, vec![0]).await?;
    event::append_house(tx, db.keys(), db.ambient(), "recovery_words_made", Some(by.uuid()), json!({})).await?;
    let words: Vec<&'static str> = words.words().collect();
    let places = two_places(db.ambient().bytes());
    let typed = places.map(|place| words.get(place - 1).copied().unwrap_or_default());
    let tag = tag(db, &public.0, places, typed);
    Ok(NewWords { words, check: WordCheck { places, tag } })
}

/// Compares two typed words with the check of the form; the words are then known to be written down.
pub async fn confirm_words(
    tx: &mut Tx,
    db: &Db,
    by: PersonId,
    check: &WordCheck,
    typed: [&str; 2],
) -> Result<(), AccountError> {
    let Some(public) = meta::get(tx, RECOVERY_PUBLIC).await? else { return Err(AccountError::NotFound) };
    let folded = typed.map(|word| word.trim().to_lowercase());
    let expected = tag(db, &public, check.places, [&folded[0], &folded[1]]);
    if !bool::from(expected.ct_eq(&check.tag)) {
        return Err(AccountError::invalid("first", "These are not the two words. Look at the numbers on your paper."));
    }
    meta::put(tx, RECOVERY_CONFIRMED, vec![1]).await?;
    event::append_house(tx, db.keys(), db.ambient(), "recovery_words_confirmed", Some(by.uuid()), json!({})).await?;
    Ok(())
}

/// After a rotation: seals the new master key to the same words.
pub async fn seal_again(db: &Db) -> Result<(), AccountError> {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let Some(public) = meta::get(tx, RECOVERY_PUBLIC).await? else { return Ok(()) };
            let public = <[u8; 32]>::try_from(public.as_slice()).map_err(|_| AccountError::NotFound)?;
            let sealed = store.keys().seal_recovery(&RecoveryPublic(public))?;
            meta::put(tx, RECOVERY_SEALED, sealed).await?;
            let data = json!({ "master": store.keys().master_id().to_string() });
            event::append_house(tx, store.keys(), store.ambient(), "recovery_copy_sealed_again", None, data).await?;
            Ok(())
        })
    })
    .await
}

/// The master key sealed to the recovery words, from a store that cannot be opened for want of it.
pub async fn sealed_master(address: &Address) -> Result<Option<Vec<u8>>, AccountError> {
    Ok(db::engine::peek_meta(address, RECOVERY_SEALED).await?)
}

fn tag(db: &Db, public: &[u8], places: [usize; 2], words: [&str; 2]) -> [u8; 32] {
    let places = places.map(|p| u8::try_from(p).unwrap_or(0));
    db.keys().token().hmac("recovery-words", &[public, &places, words[0].as_bytes(), words[1].as_bytes()])
}

/// Two different places, 1 to 24.
fn two_places([a, b]: [u8; 2]) -> [usize; 2] {
    let first = usize::from(a) % WORDS;
    let second = (first + 1 + usize::from(b) % (WORDS - 1)) % WORDS;
    [first.min(second) + 1, first.max(second) + 1]
}

#[cfg(test)]
mod tests {
    #[test]
    fn places_are_two_and_in_range() {
        for a in 0..=255 {
            for b in 0..=255 {
                let [x, y] = super::two_places([a, b]);
                assert!(1 <= x && x < y && y <= 24);
            }
        }
    }
}

//! Erasing the account of a researcher: the one function for pages and programs. Their reports stay, without their name.

use crate::Viewer;
use crate::engine::EngineError;
use crate::erasing::{ErasingError, ordered};
use crate::once::Once;
use accounts::AccountError;
use accounts::researcher::{self, Letterhead, Researcher};
use accounts::visible_to;
use db::erase::{self, EraseError, Erasure, ErasureList, Order};
use db::{Db, List, Tx};
use domain::{Permission, PersonId};
use mail::MailAddress;
use serde_json::Value;
use web::{App, Problem};

/// An account about to be erased.
pub(super) struct Wanted {
    pub(super) researcher: PersonId,
    /// The address that was typed, as the account has it: an account that was given another one meanwhile is not the one
    /// that somebody looked at.
    pub(super) address: String,
    pub(super) order: Order,
}

/// People belong to the house: a grant for one desk does not reach them.
pub(super) fn eraser(viewer: Viewer) -> Result<Viewer, Problem> {
    if viewer.may_house(Permission::ErasePeople) { Ok(viewer) } else { Err(Problem::not_found()) }
}

/// Whether this is the address of the account, in any spelling of its letters.
pub(super) fn is_of(typed: &str, found: &Researcher) -> bool {
    typed.parse::<MailAddress>().is_ok_and(|address| address.folded() == found.email)
}

/// Erases it once; answers when that is durable, in the store and in the list. A letter tells whoever it was, at the
/// address that goes.
pub(super) async fn once(app: &App, list: &ErasureList, (wanted, once): (Wanted, Once)) -> Result<Value, ErasingError> {
    let (store, db) = (&app.store, app.store.clone());
    let house = Letterhead { organisation: app.settings.organisation.clone(), url: app.settings.public_url.clone() };
    let done: Result<(Value, Option<Erasure>), ErasingError> = store
        .write(move |tx| {
            Box::pin(async move {
                if let Some(reply) = once.earlier(tx, &db).await? {
                    return Ok((reply, None));
                }
                let erasure = erase_now(tx, &db, &house, &wanted).await?;
                let reply = ordered(&erasure);
                once.keep(tx, &db, (None, &reply)).await?;
                Ok((reply, Some(erasure)))
            })
        })
        .await;
    let (reply, erasure) = done?;
    if let Some(erasure) = erasure {
        erase::acknowledged(store, list, erasure).await?;
    }
    Ok(reply)
}

async fn erase_now(tx: &mut Tx, db: &Db, house: &Letterhead, wanted: &Wanted) -> Result<Erasure, ErasingError> {
    let found = researcher::load(tx, db.keys(), wanted.researcher).await?.ok_or(EraseError::NotFound)?;
    if found.email != wanted.address {
        return Err(AccountError::Changed.into());
    }
    let letter = researcher::letter_of_erasure(house, &found, db.ambient().now())?;
    let erasure = erase::erase_researcher(tx, db.keys(), db.ambient(), found.id, &wanted.order).await?;
    // After it: the erasure clears away every letter that waits for them.
    mail::queue(tx, db, &letter).await?;
    Ok(erasure)
}

/// How many reports of theirs that this viewer may see nobody outside can open afterwards.
pub(super) async fn without_code(tx: &mut Tx, (viewer, id): (&Viewer, PersonId)) -> Result<i64, EngineError> {
    let list = List::new(
        "SELECT COUNT(*) FROM case_reporters r JOIN cases c ON c.id = r.case_id
         WHERE c.erased_at IS NULL AND c.code_index IS NULL AND r.part = 'owner'",
    )
    .and("r.researcher = ?", [id.uuid().into()]);
    let list = visible_to(list, &viewer.caller(), Permission::ReadCases);
    let rows: Vec<(i64,)> = list.tail("LIMIT 1", []).fetch(tx).await?;
    Ok(rows.first().map_or(0, |(count,)| *count))
}

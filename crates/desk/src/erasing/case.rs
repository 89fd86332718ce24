//! Erasing a case: the one function for pages, programs and the command line.

use super::ErasingError;
use super::entry::ordered;
use crate::engine::{self, EngineError, load_for_change};
use crate::once::Once;
use crate::retention::{self, Quiet};
use db::erase::{self, Erasure, ErasureList, Order};
use db::{Db, Tx, fetch_optional, stmt};
use domain::case::{LinkKind, name_of};
use domain::{CaseId, Ts};
use serde_json::Value;

/// A case about to be erased.
#[derive(Debug, Clone)]
pub struct CaseOrder {
    /// Which.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Refused unless it is closed, touches no open case and has not changed since; for rules.
    pub quiet: Option<Quiet>,
    /// Who asks, and why.
    pub order: Order,
}

/// Erases a case; answers when that is durable, in the store and in the list. Whether the caller may is
/// asked before. Refused while the case is on hold.
pub async fn case(db: &Db, list: &ErasureList, wanted: CaseOrder) -> Result<(), ErasingError> {
    once(db, list, (wanted, Once::never())).await.map(|_| ())
}

/// The same for a request that may be sent twice; gives the answer to it.
pub(super) async fn once(
    db: &Db,
    list: &ErasureList,
    (wanted, once): (CaseOrder, Once),
) -> Result<Value, ErasingError> {
    let store = db.clone();
    let done: Result<(Value, Vec<Erasure>), ErasingError> = db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(reply) = once.earlier::<Value>(tx, &store).await? {
                    return Ok((reply, Vec::new()));
                }
                let CaseOrder { case, seen, quiet, order } = wanted;
                let family = engine::family(tx, case).await?;
                if let Some(seen) = seen {
                    let case = load_for_change(tx, &store, case).await?;
                    engine::as_seen(tx, &case, (Some(seen), order.by)).await?;
                }
                if let Some(quiet) = quiet
                    && !retention::is_quiet(tx, case, quiet).await?
                {
                    return Err(EngineError::NotFound.into());
                }
                for beside in family.iter().filter(|id| **id != case) {
                    is_free(tx, *beside).await?;
                }
                let erasure = erase::erase_case(tx, store.keys(), store.ambient(), case, &order).await?;
                let reply = ordered(&erasure);
                let mut erased = vec![erasure];
                // Appeals against it hold words of the same reporter, and what they are about.
                for appeal in engine::of_kind(tx, case, LinkKind::Appeal).await? {
                    match erase::erase_case(tx, store.keys(), store.ambient(), appeal, &order).await {
                        Ok(erasure) => erased.push(erasure),
                        Err(erase::EraseError::Already) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                // The case's own key is gone: the answer is sealed under the house.
                once.keep(tx, &store, (None, &reply)).await?;
                Ok((reply, erased))
            })
        })
        .await;
    let (reply, erased) = done?;
    for erasure in erased {
        erase::acknowledged(db, list, erasure).await?;
    }
    Ok(reply)
}

/// Refuses where this case, which belongs to one that is about to be erased, is on hold.
async fn is_free(tx: &mut Tx, case: CaseId) -> Result<(), ErasingError> {
    let row = fetch_optional!(
        tx,
        (String, i64, i64),
        stmt!("SELECT type, number, held_at FROM cases WHERE id = $1 AND held_at IS NOT NULL AND erased_at IS NULL"),
        case.uuid()
    )?;
    match row {
        Some((kind, number, since)) => {
            Err(ErasingError::HeldBeside { name: name_of(&kind, number), since: Ts::from_micros(since) })
        }
        None => Ok(()),
    }
}

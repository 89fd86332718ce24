//! Erasing a person: the one function for pages and the command line.

use super::ErasingError;
use crate::once::Once;
use crate::{engine, oncall};
use accounts::AccountError;
use accounts::person::{PersonState, check_erasure, load};
use db::erase::{self, Erasure, ErasureList, Order};
use db::{Db, Tx};
use domain::PersonId;
use domain::case::Party;
use serde_json::Value;

/// A person about to be erased.
#[derive(Debug, Clone)]
pub struct PersonOrder {
    /// Who.
    pub person: PersonId,
    /// Who takes their place on restricted cases that nobody else can see. Without one such a case bars
    /// the erasure. Only whoever runs the server can name one: on a page it would open a case that was
    /// restricted against the very person who asks.
    pub heir: Option<PersonId>,
    /// Who asks, and why.
    pub order: Order,
}

/// Erases a person; answers when that is durable, in the store and in the list. Whether the caller may is
/// asked before. Cases they work on become nobody's, each by an event of its own; everything that let them
/// in ends; their name reads "erased person" from then on. Refused for the last owner and for oneself.
pub async fn person(db: &Db, list: &ErasureList, wanted: PersonOrder) -> Result<(), ErasingError> {
    once(db, list, (wanted, Once::never())).await
}

/// The same for a form that may be sent twice.
pub(super) async fn once(db: &Db, list: &ErasureList, (wanted, once): (PersonOrder, Once)) -> Result<(), ErasingError> {
    let store = db.clone();
    let done: Result<Option<Erasure>, ErasingError> = db
        .write(move |tx| {
            Box::pin(async move {
                if once.earlier::<Value>(tx, &store).await?.is_some() {
                    return Ok(None);
                }
                let PersonOrder { person, heir, order } = wanted;
                check_erasure(tx, person, order.by).await?;
                if let Some(heir) = heir {
                    check_heir(tx, &store, person, heir).await?;
                }
                let by = order.by.map_or(Party::System, Party::Team);
                let left = engine::part_with(tx, &store, person, (&by, heir)).await?;
                if left > 0 {
                    return Err(if heir.is_some() { no_heir() } else { ErasingError::OnlyOne(left) });
                }
                oncall::store::part_with(tx, &store, person).await?;
                let erasure = erase::erase_person(tx, store.keys(), store.ambient(), person, &order).await?;
                once.keep(tx, &store, (None, &Value::Bool(true))).await?;
                Ok(Some(erasure))
            })
        })
        .await;
    if let Some(erasure) = done? {
        erase::acknowledged(db, list, erasure).await?;
    }
    Ok(())
}

/// Only somebody who can sign in keeps a case from being lost, and only who may look after it.
async fn check_heir(tx: &mut Tx, db: &Db, person: PersonId, heir: PersonId) -> Result<(), ErasingError> {
    let active = load(tx, db.keys(), heir).await?.is_some_and(|found| found.state == PersonState::Active);
    if active && heir != person {
        return Ok(());
    }
    Err(no_heir())
}

fn no_heir() -> ErasingError {
    let message = "name a colleague who can sign in and may restrict cases".to_owned();
    AccountError::Invalid { field: "hand_over", message }.into()
}

//! Every change of the people of a case in one write with the answer to its request.

use crate::engine::{self, EngineError, Inviting, Naming, Sharing};
use crate::once::Once;
use db::Db;
use domain::PersonId;
use serde_json::{Value, json};
use web::App;

/// What is to happen.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// A name goes onto the list.
    Name(Naming),
    /// A name goes off it.
    Unname(Naming),
    /// A guest goes.
    SendAway(Inviting, PersonId),
    /// Shares are set.
    Share(Sharing),
}

/// Does it once; gives the version of the case.
pub(super) async fn change(db: &Db, once: Once, change: Change) -> Result<i64, EngineError> {
    let store = db.clone();
    let case = match &change {
        Change::Name(naming) | Change::Unname(naming) => naming.case,
        Change::SendAway(wanted, _) => wanted.case,
        Change::Share(sharing) => sharing.case,
    };
    once.write_on(db, case, move |tx| {
        Box::pin(async move {
            match change {
                Change::Name(naming) => engine::name(tx, &store, naming).await,
                Change::Unname(naming) => engine::unname(tx, &store, naming).await,
                Change::SendAway(wanted, guest) => engine::send_away(tx, &store, wanted, guest).await,
                Change::Share(sharing) => engine::share(tx, &store, sharing).await,
            }
        })
    })
    .await
}

/// Invites a guest once: a request that is sent twice shows the same link again.
pub(super) async fn invite(app: &App, once: Once, (wanted, email): (Inviting, String)) -> Result<Value, EngineError> {
    let (store, url) = (app.store.clone(), app.settings.public_url.clone());
    once.write_on(&app.store, wanted.case, move |tx| {
        Box::pin(async move {
            let invited = engine::invite_guest(tx, &store, wanted, &email).await?;
            Ok(json!({
                "person": invited.person.to_string(),
                "link": invited.link.as_ref().map(|link| url.join(&link.path())),
                "expires_at": invited.link.as_ref().map(|link| link.expires_at.to_string()),
                "version": invited.version,
            }))
        })
    })
    .await
}

/// Begins or stops watching.
pub(super) async fn watch(db: &Db, (case, person): (domain::CaseId, PersonId), on: bool) -> Result<(), EngineError> {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { engine::watch(tx, &store, (case, person), on).await })).await
}

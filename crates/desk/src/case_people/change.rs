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
    db.write(move |tx| {
        Box::pin(async move {
            if let Some(version) = once.earlier::<i64>(tx, &store).await? {
                return Ok(version);
            }
            let (case, version) = match change {
                Change::Name(naming) => (naming.case, engine::name(tx, &store, naming).await?),
                Change::Unname(naming) => (naming.case, engine::unname(tx, &store, naming).await?),
                Change::SendAway(wanted, guest) => (wanted.case, engine::send_away(tx, &store, wanted, guest).await?),
                Change::Share(sharing) => (sharing.case, engine::share(tx, &store, sharing).await?),
            };
            once.keep(tx, &store, (case, &version)).await?;
            Ok(version)
        })
    })
    .await
}

/// Invites a guest once: a request that is sent twice shows the same link again.
pub(super) async fn invite(app: &App, once: Once, (wanted, email): (Inviting, String)) -> Result<Value, EngineError> {
    let (store, url) = (app.store.clone(), app.settings.public_url.clone());
    app.store
        .write(move |tx| {
            Box::pin(async move {
                if let Some(reply) = once.earlier::<Value>(tx, &store).await? {
                    return Ok(reply);
                }
                let case = wanted.case;
                let invited = engine::invite_guest(tx, &store, wanted, &email).await?;
                let reply = json!({
                    "person": invited.person.to_string(),
                    "link": invited.link.as_ref().map(|link| url.join(&link.path())),
                    "expires_at": invited.link.as_ref().map(|link| link.expires_at.to_string()),
                    "version": invited.version,
                });
                once.keep(tx, &store, (case, &reply)).await?;
                Ok(reply)
            })
        })
        .await
}

/// Begins or stops watching.
pub(super) async fn watch(db: &Db, (case, person): (domain::CaseId, PersonId), on: bool) -> Result<(), EngineError> {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { engine::watch(tx, &store, (case, person), on).await })).await
}

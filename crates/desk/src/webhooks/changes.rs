//! What pages and programs both do, each in one write.

use crate::engine::EngineError;
use crate::once::Once;
use db::{Db, DbError};
use domain::{JobId, PersonId, Span, Uuid};
use outbound::{Client, Endpoint, Kind, Message, Wish, queue};
use serde_json::json;
use web::{App, Problem};

/// The client, whose settings say what addresses are taken.
pub(super) fn client(app: &App) -> Result<&Client, Problem> {
    app.carried::<Client>().ok_or_else(|| Problem::internal("the app carries no HTTP client"))
}

/// One endpoint.
pub(super) async fn find(app: &App, id: Uuid) -> Result<Endpoint, Problem> {
    let mut tx = app.store.read().await?;
    outbound::endpoint(&mut tx, &app.store, id).await?.ok_or_else(Problem::not_found)
}

/// Adds one; gives its id and its secret, the same ones when it is asked twice.
pub(super) async fn add(app: &App, (by, wish): (PersonId, Wish), once: Once) -> Result<(Uuid, String), EngineError> {
    let store = app.store.clone();
    once.write(&app.store, move |tx| {
        Box::pin(async move {
            let Some((id, secret)) = outbound::add(tx, &store, (by, wish)).await? else {
                let message = "There are 100 webhooks already. Remove one first".to_owned();
                return Err(domain::case::Refused::Invalid { field: String::new(), message }.into());
            };
            Ok((id, secret.text().to_string()))
        })
    })
    .await
}

/// Changes one, and lets it go on or pauses it where that is said.
pub(super) async fn change(
    app: &App,
    who: (PersonId, Uuid, i64),
    (wish, active): (Wish, Option<bool>),
) -> Result<(), EngineError> {
    let store = app.store.clone();
    let version = who.2;
    app.store
        .write(move |tx| {
            Box::pin(async move {
                let done = outbound::change(tx, &store, who, (wish, active)).await?;
                if done { Ok(()) } else { Err(EngineError::Stale { version }) }
            })
        })
        .await
}

/// Removes one.
pub(super) async fn remove(app: &App, who: (PersonId, Uuid, i64)) -> Result<(), EngineError> {
    let store = app.store.clone();
    let version = who.2;
    app.store
        .write(move |tx| {
            Box::pin(async move {
                // An error undoes what was removed of its messages.
                if outbound::remove(tx, &store, who).await? { Ok(()) } else { Err(EngineError::Stale { version }) }
            })
        })
        .await
}

/// Gives it a new secret.
pub(super) async fn secret(app: &App, who: (PersonId, Uuid, bool), once: Once) -> Result<String, EngineError> {
    let store = app.store.clone();
    once.write(&app.store, move |tx| {
        Box::pin(async move {
            let secret = outbound::rotate(tx, &store, who).await?.ok_or(EngineError::NotFound)?;
            Ok(secret.text().to_string())
        })
    })
    .await
}

/// Queues a message that says nothing but that it is one; gives the id under which it is listed.
pub(super) async fn test(app: &App, (by, id): (PersonId, Uuid), once: Once) -> Result<Uuid, EngineError> {
    let store = app.store.clone();
    once.write(&app.store, move |tx| {
        Box::pin(async move {
            outbound::endpoint(tx, &store, id).await?.ok_or(EngineError::NotFound)?;
            Ok(queue_test(tx, &store, (by, id)).await?)
        })
    })
    .await
}

async fn queue_test(tx: &mut db::Tx, db: &Db, (by, endpoint): (PersonId, Uuid)) -> Result<Uuid, DbError> {
    let (ambient, id) = (db.ambient(), db.ambient().id::<JobId>().uuid());
    let body = json!({
        "type": Kind::Test.as_str(),
        "timestamp": ambient.now().to_string(),
        "data": { "message": "Somebody asked the desk to send this. Nothing happened." },
    });
    let message = Message { endpoint, id, kind: Kind::Test, case: None, body };
    let made = match queue(tx, db, &message).await? {
        outbound::Queued::Waits(id) => id,
        outbound::Queued::Before | outbound::Queued::Gone => id,
    };
    let data = json!({ "webhook": endpoint.to_string() });
    db::event::append_house(tx, db.keys(), ambient, "webhook_tested", Some(by.uuid()), data).await?;
    Ok(made)
}

/// What is sent again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Again {
    /// One message.
    One(Uuid),
    /// All that failed and were queued in this time.
    Failed(Span),
}

/// Sends it again; gives how many messages that are.
pub(super) async fn redeliver(
    app: &App,
    (by, id): (PersonId, Uuid),
    again: Again,
    once: Once,
) -> Result<u64, EngineError> {
    let store = app.store.clone();
    once.write(&app.store, move |tx| {
        Box::pin(async move {
            match again {
                Again::One(message) => {
                    if outbound::redeliver(tx, &store, (by, id, message)).await? {
                        Ok(1)
                    } else {
                        Err(EngineError::NotFound)
                    }
                }
                Again::Failed(span) => Ok(outbound::redeliver_failed(tx, &store, (by, id, span)).await?),
            }
        })
    })
    .await
}

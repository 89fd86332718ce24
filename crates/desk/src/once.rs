//! One effect for a request that is sent twice: by a program with `Idempotency-Key`, or by a browser
//! with the key of its form.

use crate::engine::EngineError;
use db::idempotency::{Earlier, Request, claim, keep};
use db::{Db, Tx};
use domain::CaseId;
use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request that is to have one effect. A form without a key has one each time it is sent.
pub struct Once(Option<Request>);

impl Once {
    /// `caller` keeps two people with the same key apart; `said` is everything that decides the effect.
    pub fn new(db: &Db, key: &str, (caller, route): (&str, &str), said: &[u8]) -> Self {
        Self((!key.is_empty()).then(|| Request::new(db.keys(), key, caller, route, said)))
    }

    /// A request that has its effect each time.
    pub const fn never() -> Self {
        Self(None)
    }

    /// What was answered before, if this was done before.
    pub async fn earlier<T: DeserializeOwned>(&self, tx: &mut Tx, db: &Db) -> Result<Option<T>, EngineError> {
        let Some(request) = &self.0 else { return Ok(None) };
        match claim(tx, db.keys(), db.ambient(), request).await? {
            Earlier::No => Ok(None),
            Earlier::Same(reply) => serde_json::from_slice(&reply).map(Some).map_err(EngineError::corrupt),
            Earlier::Other => Err(EngineError::KeyReused),
        }
    }

    /// What was answered before, when nothing is to be done if there was nothing: for things that are gone
    /// by the time a request comes a second time.
    pub async fn replay<T>(self, db: &Db) -> Result<Option<T>, EngineError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let store = db.clone();
        let found: Result<T, EngineError> = db
            .write(move |tx| {
                // An error takes the claim back.
                Box::pin(async move { self.earlier(tx, &store).await?.ok_or(EngineError::NotFound) })
            })
            .await;
        match found {
            Ok(reply) => Ok(Some(reply)),
            Err(EngineError::NotFound) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Does something of the house once: gives what was answered before, or does it and keeps the answer in the same
    /// write. What goes wrong leaves no trace of the key.
    pub async fn write<T, F>(self, db: &Db, act: F) -> Result<T, EngineError>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, EngineError>> + Send + 'static,
    {
        self.write_under(db, None, act).await
    }

    /// The same for something of a case: the answer is sealed under its key and goes with it.
    pub async fn write_on<T, F>(self, db: &Db, case: CaseId, act: F) -> Result<T, EngineError>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, EngineError>> + Send + 'static,
    {
        self.write_under(db, Some(case), act).await
    }

    async fn write_under<T, F>(self, db: &Db, case: Option<CaseId>, act: F) -> Result<T, EngineError>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, EngineError>> + Send + 'static,
    {
        let store = db.clone();
        db.write(move |tx| {
            Box::pin(async move {
                if let Some(reply) = self.earlier(tx, &store).await? {
                    return Ok(reply);
                }
                let reply = act(tx).await?;
                self.keep(tx, &store, (case, &reply)).await?;
                Ok(reply)
            })
        })
        .await
    }

    /// Keeps the answer beside its effect, sealed under the case, or under the house when it outlives it.
    pub async fn keep<T: Serialize>(
        &self,
        tx: &mut Tx,
        db: &Db,
        (case, reply): (impl Into<Option<CaseId>>, &T),
    ) -> Result<(), EngineError> {
        let Some(request) = &self.0 else { return Ok(()) };
        let reply = serde_json::to_vec(reply).map_err(EngineError::corrupt)?;
        let case: Option<CaseId> = case.into();
        let key = match case {
            Some(case) => Some((case, db.keys().case(tx, case).await?.ok_or(db::DbError::Erased)?)),
            None => None,
        };
        let sealed_under = key.as_ref().map(|(case, key)| (*case, key.as_ref()));
        keep(tx, db.keys(), db.ambient(), request, (sealed_under, &reply)).await?;
        Ok(())
    }
}

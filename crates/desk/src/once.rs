//! One effect for a request that is sent twice: by a program with `Idempotency-Key`, or by a browser
//! with the key of its form.

use crate::engine::EngineError;
use db::idempotency::{Earlier, Request, claim, keep};
use db::{Db, Tx};
use domain::CaseId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A request that is to have one effect. A form without a key has one each time it is sent.
pub(crate) struct Once(Option<Request>);

impl Once {
    /// `caller` keeps two people with the same key apart; `said` is everything that decides the effect.
    pub(crate) fn new(db: &Db, key: &str, (caller, route): (&str, &str), said: &[u8]) -> Self {
        Self((!key.is_empty()).then(|| Request::new(db.keys(), key, caller, route, said)))
    }

    /// What was answered before, if this was done before.
    pub(crate) async fn earlier<T: DeserializeOwned>(&self, tx: &mut Tx, db: &Db) -> Result<Option<T>, EngineError> {
        let Some(request) = &self.0 else { return Ok(None) };
        match claim(tx, db.keys(), db.ambient(), request).await? {
            Earlier::No => Ok(None),
            Earlier::Same(reply) => serde_json::from_slice(&reply).map(Some).map_err(EngineError::corrupt),
            Earlier::Other => Err(EngineError::KeyReused),
        }
    }

    /// Keeps the answer beside its effect.
    pub(crate) async fn keep<T: Serialize>(
        &self,
        tx: &mut Tx,
        db: &Db,
        (case, reply): (CaseId, &T),
    ) -> Result<(), EngineError> {
        let Some(request) = &self.0 else { return Ok(()) };
        let reply = serde_json::to_vec(reply).map_err(EngineError::corrupt)?;
        keep(tx, db.keys(), db.ambient(), request, (Some(case), &reply)).await?;
        Ok(())
    }
}

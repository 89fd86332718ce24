//! Rules of the whole house, one sealed row each, changed by whoever saw the newest version.

use crate::engine::EngineError;
use db::{Db, Tx, event, execute, fetch_optional, field, stmt};
use domain::{PersonId, Uuid};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// One rule: its row, the record that it is sealed for, and the event that a change leaves.
pub(crate) struct HouseRule {
    pub(crate) name: &'static str,
    /// Never used again for another rule.
    pub(crate) record: u128,
    pub(crate) event: &'static str,
}

impl HouseRule {
    /// The rule with its version; 0 and what stands there by itself where nothing was ever set.
    pub(crate) async fn read<T: DeserializeOwned + Default>(
        &self,
        tx: &mut Tx,
        db: &Db,
    ) -> Result<(i64, T), EngineError> {
        let row = fetch_optional!(
            tx,
            (i64, Vec<u8>),
            stmt!("SELECT version, body FROM desk_rules WHERE name = $1"),
            self.name
        )?;
        let Some((version, body)) = row else { return Ok((0, T::default())) };
        let column = u32::try_from(version).map_err(EngineError::corrupt)?;
        let record = Uuid::from_u128(self.record);
        let plain = db.keys().house().open(field::DESK_RULE, record, column, &body).map_err(db::DbError::from)?;
        Ok((version, serde_json::from_slice(&plain).map_err(EngineError::corrupt)?))
    }

    /// Writes the rule over that of version `seen`; gives the new version.
    pub(crate) async fn put<T: Serialize + DeserializeOwned + Default>(
        &self,
        tx: &mut Tx,
        db: &Db,
        (by, seen, rule): (Option<PersonId>, i64, &T),
    ) -> Result<i64, EngineError> {
        let there = self.read::<T>(tx, db).await?.0;
        if there != seen {
            return Err(EngineError::Stale { version: there });
        }
        let version = seen + 1;
        let plain = serde_json::to_vec(rule).map_err(EngineError::corrupt)?;
        let column = u32::try_from(version).map_err(EngineError::corrupt)?;
        let random = db.ambient().random.as_ref();
        let body = db.keys().house().seal(field::DESK_RULE, Uuid::from_u128(self.record), column, &plain, random);
        let changed = execute!(
            tx,
            stmt!(
                "INSERT INTO desk_rules (name, version, body) VALUES ($1, $2, $3)
                 ON CONFLICT (name) DO UPDATE SET version = excluded.version, body = excluded.body
                 WHERE desk_rules.version = excluded.version - 1"
            ),
            self.name,
            version,
            body
        )?;
        if changed != 1 {
            return Err(EngineError::Stale { version: there });
        }
        let data = json!({ "version": version });
        event::append_house(tx, db.keys(), db.ambient(), self.event, by.map(PersonId::uuid), data).await?;
        Ok(version)
    }
}

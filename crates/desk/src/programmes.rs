//! Names of programmes, as lists show them. Their text is written by the desk they belong to; here only
//! the name is read.

use crate::engine::EngineError;
use db::{Db, Tx, fetch_optional, field, stmt};
use domain::ProgrammeId;
use std::collections::BTreeMap;

/// Names that were looked up once for a page.
#[derive(Debug, Default)]
pub(crate) struct Programmes(BTreeMap<ProgrammeId, String>);

impl Programmes {
    /// What a programme is called; the address part when its text has no name.
    pub(crate) async fn name(&mut self, tx: &mut Tx, db: &Db, id: ProgrammeId) -> Result<String, EngineError> {
        if let Some(name) = self.0.get(&id) {
            return Ok(name.clone());
        }
        let row = fetch_optional!(
            tx,
            (String, i64, Vec<u8>),
            stmt!("SELECT slug, version, body FROM programmes WHERE id = $1"),
            id.uuid()
        )?;
        let name = row.map(|(slug, version, body)| named(db, id, (version, &body)).unwrap_or(slug));
        let name = name.unwrap_or_default();
        self.0.insert(id, name.clone());
        Ok(name)
    }
}

fn named(db: &Db, id: ProgrammeId, (version, body): (i64, &[u8])) -> Option<String> {
    let version = u32::try_from(version).ok()?;
    let text = db.keys().house().open(field::PROGRAMME, id.uuid(), version, body).ok()?;
    let text: serde_json::Value = serde_json::from_slice(&text).ok()?;
    text["name"].as_str().filter(|name| !name.is_empty()).map(str::to_owned)
}

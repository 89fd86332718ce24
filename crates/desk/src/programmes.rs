//! Names of programmes, as lists show them. Their text is written by the desk they belong to; here only
//! the name is read.

use crate::engine::EngineError;
use db::{Db, Tx, fetch_all, fetch_optional, field, stmt};
use domain::{ProgrammeId, Uuid};
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

/// Every programme: id and address part.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<(ProgrammeId, String)>, EngineError> {
    let rows = fetch_all!(tx, (Uuid, String), stmt!("SELECT id, slug FROM programmes ORDER BY slug LIMIT 1000"))?;
    Ok(rows.into_iter().map(|(id, slug)| (ProgrammeId::from_uuid(id), slug)).collect())
}

/// The programme with this address part.
pub(crate) async fn by_slug(tx: &mut Tx, slug: &str) -> Result<Option<ProgrammeId>, EngineError> {
    let row = fetch_optional!(tx, (Uuid,), stmt!("SELECT id FROM programmes WHERE slug = $1"), slug)?;
    Ok(row.map(|(id,)| ProgrammeId::from_uuid(id)))
}

//! Names of programmes, as lists show them. Their text is written by the desk they belong to; here only
//! the name is read.

use crate::Viewer;
use crate::engine::EngineError;
use db::{Db, Tx, fetch_all, fetch_optional, field, stmt};
use domain::{CaseFacts, CaseId, Permission, ProgrammeId, Uuid};
use std::collections::{BTreeMap, BTreeSet};

/// Names that were looked up once for a page.
#[derive(Debug, Clone, Default)]
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

    /// A name that was looked up before.
    pub(crate) fn known(&self, id: ProgrammeId) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
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

/// A programme whose cases somebody may read.
#[derive(Debug, Clone)]
pub(crate) struct Readable {
    pub(crate) id: ProgrammeId,
    pub(crate) slug: String,
}

/// The programmes whose cases this viewer may read, by their address part; at most 200.
pub(crate) async fn readable(tx: &mut Tx, viewer: &Viewer) -> Result<Vec<Readable>, EngineError> {
    let rows =
        fetch_all!(tx, (Uuid, String, String), stmt!("SELECT id, slug, desk FROM programmes ORDER BY slug LIMIT 200"))?;
    let mut found = Vec::with_capacity(rows.len());
    for (id, slug, desk) in rows {
        let (id, desk) = (ProgrammeId::from_uuid(id), desk.parse().map_err(EngineError::corrupt)?);
        // A case of it that nobody knows: a right on single cases does not reach a list of the programme.
        let any = CaseFacts {
            id: CaseId::from_uuid(Uuid::nil()),
            desk,
            programme: id,
            restricted: false,
            members: BTreeSet::new(),
        };
        if viewer.may(Permission::ReadCases, &any) {
            found.push(Readable { id, slug });
        }
    }
    Ok(found)
}

/// The programme with this address part.
pub(crate) async fn by_slug(tx: &mut Tx, slug: &str) -> Result<Option<ProgrammeId>, EngineError> {
    let row = fetch_optional!(tx, (Uuid,), stmt!("SELECT id FROM programmes WHERE slug = $1"), slug)?;
    Ok(row.map(|(id,)| ProgrammeId::from_uuid(id)))
}

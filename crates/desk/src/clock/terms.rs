//! The terms of a programme in the store: one sealed row that holds targets and calendar, so that loading a
//! case asks for nothing more.

use crate::engine::EngineError;
use db::{Db, Tx, execute, fetch_optional, field, stmt};
use domain::case::Terms;
use domain::{ProgrammeId, Uuid};

/// Terms with what one must know to change them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    /// Counts changes; 0 where nothing was ever set.
    pub(crate) version: i64,
    /// The calendar that the terms hold a copy of.
    pub(crate) calendar: Option<Uuid>,
    /// The terms.
    pub(crate) terms: Terms,
}

/// Opens the sealed terms that came with a case; none is the terms of a programme that set nothing.
pub(crate) fn open(
    db: &Db,
    programme: ProgrammeId,
    (version, body): (Option<i64>, Option<&[u8]>),
) -> Result<Terms, EngineError> {
    let Some((version, body)) = version.zip(body) else { return Ok(Terms::default()) };
    let version = u32::try_from(version).map_err(EngineError::corrupt)?;
    let plain = db.keys().house().open(field::TERMS, programme.uuid(), version, body).map_err(db::DbError::from)?;
    serde_json::from_slice(&plain).map_err(EngineError::corrupt)
}

/// The terms of a programme.
pub(crate) async fn of(tx: &mut Tx, db: &Db, programme: ProgrammeId) -> Result<Stored, EngineError> {
    let row = fetch_optional!(
        tx,
        (i64, Option<Uuid>, Vec<u8>),
        stmt!("SELECT version, calendar, body FROM programme_terms WHERE programme = $1"),
        programme.uuid()
    )?;
    let Some((version, calendar, body)) = row else { return Ok(Stored::default()) };
    let terms = open(db, programme, (Some(version), Some(&body)))?;
    Ok(Stored { version, calendar, terms })
}

/// Writes new terms over those of version `seen`; gives the new version. `Stale` when somebody was faster.
pub(crate) async fn put(
    tx: &mut Tx,
    db: &Db,
    programme: ProgrammeId,
    (seen, calendar, terms): (i64, Option<Uuid>, &Terms),
) -> Result<i64, EngineError> {
    let there = of(tx, db, programme).await?.version;
    if there != seen {
        return Err(EngineError::Stale { version: there });
    }
    let version = seen + 1;
    let plain = serde_json::to_vec(terms).map_err(EngineError::corrupt)?;
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let random = db.ambient().random.as_ref();
    let body = db.keys().house().seal(field::TERMS, programme.uuid(), column, &plain, random);
    let changed = execute!(
        tx,
        stmt!(
            "INSERT INTO programme_terms (programme, calendar, version, body) VALUES ($1, $2, $3, $4)
             ON CONFLICT (programme) DO UPDATE SET calendar = excluded.calendar, version = excluded.version,
                                                   body = excluded.body
             WHERE programme_terms.version = excluded.version - 1"
        ),
        programme.uuid(),
        calendar,
        version,
        body
    )?;
    if changed == 1 { Ok(version) } else { Err(EngineError::Stale { version: there }) }
}

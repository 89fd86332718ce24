//! Programmes in the store: their texts sealed under the house key, version by version; slug, state of intake and version plain.

use super::Brief;
use db::{Db, DbError, Tx, event, execute, fetch_all, fetch_optional, field, stmt};
use desk::engine::EngineError;
use domain::case::Refused;
use domain::{Desk, PersonId, ProgrammeId, Ts};
use serde_json::json;
use uuid::Uuid;

/// Programmes of a house at most.
const MOST: i64 = 1_000;

/// A stored programme.
#[derive(Debug, Clone)]
pub struct Programme {
    /// Its id.
    pub id: ProgrammeId,
    /// Counts its changes, from 1.
    pub version: i64,
    /// Its text.
    pub brief: Brief,
}

/// A text that a programme had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Counts the changes, from 1.
    pub number: i64,
    /// Who wrote it; none: the configuration file.
    pub by: Option<PersonId>,
    /// Since when it was in force.
    pub at: Ts,
}

/// A change about to be made.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Who makes it.
    pub by: PersonId,
    /// The version that was seen.
    pub seen: i64,
    /// The whole new text; its slug says which programme.
    pub brief: Brief,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i64,
    body: Vec<u8>,
}

/// The programme with this slug.
pub async fn by_slug(tx: &mut Tx, db: &Db, slug: &str) -> Result<Option<Programme>, DbError> {
    let row = fetch_optional!(tx, Row, stmt!("SELECT id, version, body FROM programmes WHERE slug = $1"), slug)?;
    row.map(|row| open(db, &row)).transpose()
}

/// All programmes by slug.
pub async fn list(tx: &mut Tx, db: &Db) -> Result<Vec<Programme>, DbError> {
    let rows = fetch_all!(tx, Row, stmt!("SELECT id, version, body FROM programmes ORDER BY slug LIMIT $1"), MOST)?;
    rows.iter().map(|row| open(db, row)).collect()
}

/// The texts that a programme had, the newest first; at most 1,000.
pub async fn versions(tx: &mut Tx, id: ProgrammeId) -> Result<Vec<Version>, DbError> {
    let rows = fetch_all!(
        tx,
        (i64, Option<Uuid>, i64),
        stmt!(
            "SELECT version, person, created_at FROM programme_versions
              WHERE programme = $1 ORDER BY version DESC LIMIT 1000"
        ),
        id.uuid()
    )?;
    let version = |(number, by, at): (i64, Option<Uuid>, i64)| Version {
        number,
        by: by.map(PersonId::from_uuid),
        at: Ts::from_micros(at),
    };
    Ok(rows.into_iter().map(version).collect())
}

/// When and by whom one text was written.
pub async fn version(tx: &mut Tx, (id, number): (ProgrammeId, i64)) -> Result<Option<Version>, DbError> {
    let row = fetch_optional!(
        tx,
        (Option<Uuid>, i64),
        stmt!("SELECT person, created_at FROM programme_versions WHERE programme = $1 AND version = $2"),
        id.uuid(),
        number
    )?;
    Ok(row.map(|(by, at)| Version { number, by: by.map(PersonId::from_uuid), at: Ts::from_micros(at) }))
}

/// The text of one version.
pub async fn at_version(tx: &mut Tx, db: &Db, (id, number): (ProgrammeId, i64)) -> Result<Option<Brief>, DbError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!("SELECT programme AS id, version, body FROM programme_versions WHERE programme = $1 AND version = $2"),
        id.uuid(),
        number
    )?;
    row.map(|row| open(db, &row).map(|programme| programme.brief)).transpose()
}

/// Brings the stored programme to what the configuration file says, until somebody changes it on the desk.
pub async fn install(db: &Db, brief: Brief) -> Result<ProgrammeId, DbError> {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { from_file(tx, &store, brief).await })).await
}

async fn from_file(tx: &mut Tx, db: &Db, brief: Brief) -> Result<ProgrammeId, DbError> {
    match by_slug(tx, db, &brief.slug).await? {
        None => make(tx, db, (None, &brief)).await,
        Some(there) if there.brief == brief => Ok(there.id),
        Some(there) if versions(tx, there.id).await?.iter().any(|version| version.by.is_some()) => {
            tracing::info!(programme = %brief.slug, "the desk has changed this programme; the configuration file does not");
            Ok(there.id)
        }
        Some(there) => {
            put(tx, db, (None, there.id, there.version + 1), &brief).await?;
            Ok(there.id)
        }
    }
}

fn check(brief: &Brief) -> Result<(), EngineError> {
    brief.check().map_err(|error| Refused::invalid(error.setting, error.sentence()).into())
}

/// Makes a programme.
pub async fn create(tx: &mut Tx, db: &Db, (by, brief): (PersonId, &Brief)) -> Result<ProgrammeId, EngineError> {
    check(brief)?;
    if by_slug(tx, db, &brief.slug).await?.is_some() {
        return Err(Refused::invalid("slug", "Another programme has this address.").into());
    }
    if i64::try_from(list(tx, db).await?.len()).unwrap_or(MOST) >= MOST {
        return Err(Refused::invalid("slug", "There are 1,000 programmes, which is the most.").into());
    }
    let id = make(tx, db, (Some(by), brief)).await?;
    tell(tx, db, "programme_made", (by, &brief.slug, 1)).await?;
    Ok(id)
}

/// Writes a programme anew; gives its version. The same text again changes nothing.
pub async fn change(tx: &mut Tx, db: &Db, edit: &Edit) -> Result<i64, EngineError> {
    check(&edit.brief)?;
    let there = by_slug(tx, db, &edit.brief.slug).await?.ok_or(EngineError::NotFound)?;
    if there.version != edit.seen {
        return Err(EngineError::Stale { version: there.version });
    }
    if there.brief == edit.brief {
        return Ok(there.version);
    }
    let version = there.version + 1;
    if !put(tx, db, (Some(edit.by), there.id, version), &edit.brief).await? {
        return Err(EngineError::Stale { version });
    }
    tell(tx, db, "programme_changed", (edit.by, &edit.brief.slug, version)).await?;
    Ok(version)
}

async fn make(tx: &mut Tx, db: &Db, (by, brief): (Option<PersonId>, &Brief)) -> Result<ProgrammeId, DbError> {
    let id: ProgrammeId = db.ambient().id();
    let body = seal(db, id, 1, brief)?;
    execute!(
        tx,
        stmt!(
            "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at) VALUES ($1, $2, $3, $4, $5, 1, $6)"
        ),
        id.uuid(),
        brief.slug.clone(),
        Desk::Bounty.as_str(),
        brief.intake.as_str(),
        body.clone(),
        db.ambient().now().micros()
    )?;
    keep(tx, db, (by, id, 1), body).await?;
    Ok(id)
}

/// False where another write was first.
async fn put(
    tx: &mut Tx,
    db: &Db,
    (by, id, version): (Option<PersonId>, ProgrammeId, i64),
    brief: &Brief,
) -> Result<bool, DbError> {
    let body = seal(db, id, version, brief)?;
    let changed = execute!(
        tx,
        stmt!("UPDATE programmes SET body = $1, intake = $2, version = $3 WHERE id = $4 AND version = $3 - 1"),
        body.clone(),
        brief.intake.as_str(),
        version,
        id.uuid()
    )?;
    if changed == 1 {
        keep(tx, db, (by, id, version), body).await?;
    }
    Ok(changed == 1)
}

async fn keep(
    tx: &mut Tx,
    db: &Db,
    (by, id, version): (Option<PersonId>, ProgrammeId, i64),
    body: Vec<u8>,
) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!(
            "INSERT INTO programme_versions (programme, version, person, body, created_at) VALUES ($1, $2, $3, $4, $5)"
        ),
        id.uuid(),
        version,
        by.map(PersonId::uuid),
        body,
        db.ambient().now().micros()
    )
    .map(|_| ())
}

async fn tell(tx: &mut Tx, db: &Db, kind: &str, (by, slug, version): (PersonId, &str, i64)) -> Result<(), DbError> {
    let data = json!({ "program": slug, "version": version });
    event::append_house(tx, db.keys(), db.ambient(), kind, Some(by.uuid()), data).await?;
    Ok(())
}

fn seal(db: &Db, id: ProgrammeId, version: i64, brief: &Brief) -> Result<Vec<u8>, DbError> {
    let text = serde_json::to_vec(brief).map_err(|e| DbError::Inconsistent(e.to_string()))?;
    Ok(db.keys().house().seal(field::PROGRAMME, id.uuid(), column(version)?, &text, db.ambient().random.as_ref()))
}

fn open(db: &Db, row: &Row) -> Result<Programme, DbError> {
    let text = db.keys().house().open(field::PROGRAMME, row.id, column(row.version)?, &row.body)?;
    let brief =
        serde_json::from_slice(&text).map_err(|e| DbError::Inconsistent(format!("programme {}: {e}", row.id)))?;
    Ok(Programme { id: ProgrammeId::from_uuid(row.id), version: row.version, brief })
}

fn column(version: i64) -> Result<u32, DbError> {
    u32::try_from(version).map_err(|_| DbError::Inconsistent(format!("a programme has version {version}")))
}

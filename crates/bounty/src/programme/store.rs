//! Programmes in the store: the text sealed under the house key, slug and version plain.

use super::Brief;
use db::{Db, DbError, Tx, execute, fetch_all, fetch_optional, field, stmt};
use domain::{Desk, ProgrammeId};
use uuid::Uuid;

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
    let rows = fetch_all!(tx, Row, stmt!("SELECT id, version, body FROM programmes ORDER BY slug LIMIT 1000"))?;
    rows.iter().map(|row| open(db, row)).collect()
}

/// Brings the stored programme to what the settings say.
pub async fn install(db: &Db, brief: Brief) -> Result<ProgrammeId, DbError> {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { write(tx, &store, brief).await })).await
}

async fn write(tx: &mut Tx, db: &Db, brief: Brief) -> Result<ProgrammeId, DbError> {
    match by_slug(tx, db, &brief.slug).await? {
        Some(there) if there.brief == brief => Ok(there.id),
        Some(there) => {
            let version = there.version + 1;
            let body = seal(db, there.id, version, &brief)?;
            execute!(
                tx,
                stmt!("UPDATE programmes SET body = $1, version = $2 WHERE id = $3"),
                body,
                version,
                there.id.uuid()
            )?;
            Ok(there.id)
        }
        None => {
            let id: ProgrammeId = db.ambient().id();
            let body = seal(db, id, 1, &brief)?;
            execute!(
                tx,
                stmt!(
                    "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at)
                     VALUES ($1, $2, $3, 'open', $4, 1, $5)"
                ),
                id.uuid(),
                brief.slug,
                Desk::Bounty.as_str(),
                body,
                db.ambient().now().micros()
            )?;
            Ok(id)
        }
    }
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

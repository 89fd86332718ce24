//! The rows of files.

use super::NewFile;
use crate::engine::EngineError;
use db::{DataKey, Tx, execute, fetch_all, fetch_one, fetch_optional, field, stmt};
use domain::case::Audience;
use domain::{Ambient, AttachmentId, CaseId, EventId, Ts};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a file belongs.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The case, or the draft that becomes one.
    pub owner: CaseId,
    /// The event that brought it; none in a draft.
    pub event: Option<EventId>,
    /// Who may fetch it.
    pub audience: Audience,
}

/// A file, opened.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Its own name.
    pub name: String,
    /// What the sender called its type.
    pub media_type: Option<String>,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the plain file, in hexadecimal.
    pub sha256: String,
    /// Who may fetch it.
    pub audience: Audience,
    /// Address of the blob.
    pub blob: String,
    /// When it came.
    pub created_at: Ts,
}

#[derive(Serialize, Deserialize)]
struct Meta {
    media_type: Option<String>,
    sha256: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    audience: String,
    name: Vec<u8>,
    meta: Vec<u8>,
    size: i64,
    blob: String,
    created_at: i64,
}

/// Gives a stored file its row, sealed under the owner's key.
pub async fn insert(
    tx: &mut Tx,
    key: &DataKey,
    ambient: &Ambient,
    place: Place,
    file: &NewFile,
) -> Result<(), EngineError> {
    let id = file.id.uuid();
    let meta = Meta { media_type: file.media_type.clone(), sha256: file.sha256.clone() };
    let meta = serde_json::to_vec(&meta).map_err(EngineError::corrupt)?;
    let random = ambient.random.as_ref();
    execute!(
        tx,
        stmt!(
            "INSERT INTO attachments (id, owner, event, audience, name, meta, size, blob, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        id,
        place.owner.uuid(),
        place.event.map(EventId::uuid),
        place.audience.as_str(),
        key.seal(field::ATTACHMENT_NAME, id, 0, file.name.as_bytes(), random),
        key.seal(field::ATTACHMENT_META, id, 0, &meta, random),
        i64::try_from(file.size).map_err(EngineError::corrupt)?,
        file.blob.clone(),
        ambient.now().micros()
    )?;
    Ok(())
}

/// The files of a case or draft, oldest first.
pub async fn of_owner(tx: &mut Tx, key: &DataKey, owner: CaseId) -> Result<Vec<Attachment>, EngineError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT id, audience, name, meta, size, blob, created_at FROM attachments
             WHERE owner = $1 ORDER BY id LIMIT 1000"
        ),
        owner.uuid()
    )?;
    rows.into_iter().map(|row| open(key, row)).collect()
}

/// The newest files of a case, newest first, and how many there are; those of the team only when `team`. Only those
/// that came before `below`, where it is given.
pub async fn newest(
    tx: &mut Tx,
    key: &DataKey,
    (owner, team): (CaseId, bool),
    (below, limit): (Option<AttachmentId>, i64),
) -> Result<(Vec<Attachment>, i64), EngineError> {
    let below = below.map_or(Uuid::max(), AttachmentId::uuid);
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT id, audience, name, meta, size, blob, created_at FROM attachments
             WHERE owner = $1 AND id < $2 AND ($3 OR audience <> 'team') ORDER BY id DESC LIMIT $4"
        ),
        owner.uuid(),
        below,
        team,
        limit
    )?;
    let (count,) = fetch_one!(
        tx,
        (i64,),
        stmt!("SELECT COUNT(*) FROM attachments WHERE owner = $1 AND ($2 OR audience <> 'team')"),
        owner.uuid(),
        team
    )?;
    let files = rows.into_iter().map(|row| open(key, row)).collect::<Result<_, _>>()?;
    Ok((files, count))
}

/// One file of a case or draft.
pub async fn one(
    tx: &mut Tx,
    key: &DataKey,
    (owner, id): (CaseId, AttachmentId),
) -> Result<Option<Attachment>, EngineError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!("SELECT id, audience, name, meta, size, blob, created_at FROM attachments WHERE id = $1 AND owner = $2"),
        id.uuid(),
        owner.uuid()
    )?;
    row.map(|row| open(key, row)).transpose()
}

fn open(key: &DataKey, row: Row) -> Result<Attachment, EngineError> {
    let name = key.open(field::ATTACHMENT_NAME, row.id, 0, &row.name).map_err(db::DbError::from)?;
    let meta = key.open(field::ATTACHMENT_META, row.id, 0, &row.meta).map_err(db::DbError::from)?;
    let meta: Meta = serde_json::from_slice(&meta).map_err(EngineError::corrupt)?;
    Ok(Attachment {
        id: AttachmentId::from_uuid(row.id),
        name: String::from_utf8_lossy(&name).into_owned(),
        media_type: meta.media_type,
        size: u64::try_from(row.size).map_err(EngineError::corrupt)?,
        sha256: meta.sha256,
        audience: row.audience.parse().map_err(EngineError::corrupt)?,
        blob: row.blob,
        created_at: Ts::from_micros(row.created_at),
    })
}

//! Drafts: files and words that wait to be sent, sealed under the key that becomes the key of the case.

use super::IntakeError;
use super::place::Place;
use data_encoding::HEXLOWER;
use db::blob::{BlobName, Blobs};
use db::{DataKey, Db, DbError, KeyKind, Keyring, Tx, execute, fetch_one, fetch_optional, stmt};
use desk::attachment::{self, Attachment, NewFile};
use domain::case::Audience;
use domain::{Ambient, AttachmentId, CaseId, Span};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

/// How long a draft without a code lasts after its last change.
pub const DRAFT_LASTS: Span = Span::from_hours(24);
/// Most days that a draft with a code may last after its last change.
pub const SAVED_DAYS_MAX: u32 = 90;
/// Drafts of the form that one network may begin in a day and has not sent.
pub const DRAFTS_EACH: i64 = 100;
/// Bytes of all files of a draft.
pub const DRAFT_SIZE: u64 = 200 << 20;
/// Files of a draft.
pub const DRAFT_FILES: i64 = 20;

/// What gives access to a draft: 16 random bytes, written as 32 hexadecimal digits. Secret.
#[derive(Clone, PartialEq, Eq)]
pub struct DraftToken([u8; 16]);

impl fmt::Display for DraftToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for DraftToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DraftToken(..)")
    }
}

/// A text that is no draft token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a draft token has 32 hexadecimal digits")]
pub struct NoToken;

impl FromStr for DraftToken {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let bytes = HEXLOWER.decode(text.trim().as_bytes()).map_err(|_| NoToken)?;
        bytes.try_into().map(Self).map_err(|_| NoToken)
    }
}

impl DraftToken {
    /// A token nobody has.
    pub(crate) fn fresh(ambient: &Ambient) -> Self {
        Self(ambient.bytes())
    }

    /// The 16 bytes.
    pub(super) const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Its keyed hash, for the column.
    pub(super) fn index(&self, keys: &Keyring) -> Vec<u8> {
        keys.token().hmac("draft token", &[&self.0]).to_vec()
    }
}

/// An open draft.
#[derive(Clone)]
pub(crate) struct Draft {
    pub id: CaseId,
    pub token: DraftToken,
    pub key: Arc<DataKey>,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It lies in the draft.
    Added,
    /// The same file lay there already: a request that was sent twice.
    Again,
    /// The draft holds as much as it may.
    Full,
}

/// Makes an empty draft with a token of its own.
pub(crate) async fn create(db: &Db, place: Option<Place>) -> Result<Draft, IntakeError> {
    let store = db.clone();
    let token = DraftToken::fresh(store.ambient());
    db.write(move |tx| {
        Box::pin(async move { insert(tx, &store, &token, place.as_ref()).await?.ok_or(IntakeError::NoDraft) })
    })
    .await
}

/// Makes an empty draft under this token; none when there is one already.
pub(crate) async fn insert(
    tx: &mut Tx,
    db: &Db,
    token: &DraftToken,
    place: Option<&Place>,
) -> Result<Option<Draft>, IntakeError> {
    if let Some(place) = place {
        let statement = stmt!("SELECT COUNT(*) FROM drafts WHERE place = $1");
        let (begun,) = fetch_one!(tx, (i64,), statement, place.bytes())?;
        if begun >= DRAFTS_EACH {
            return Err(IntakeError::TooManyDrafts);
        }
    }
    let (id, now) = (db.ambient().id::<CaseId>(), db.ambient().now());
    let made = execute!(
        tx,
        stmt!(
            "INSERT INTO drafts (id, token, size, files, created_at, expires_at, place)
             VALUES ($1, $2, 0, 0, $3, $4, $5) ON CONFLICT (token) DO NOTHING"
        ),
        id.uuid(),
        token.index(db.keys()),
        now.micros(),
        now.plus(DRAFT_LASTS).micros(),
        place.map(Place::bytes)
    )?;
    if made != 1 {
        return Ok(None);
    }
    let key = db.keys().create(tx, KeyKind::Case, id.uuid()).await?;
    Ok(Some(Draft { id, token: token.clone(), key }))
}

/// The draft of this token, if its day is not over and it was not sent.
pub(crate) async fn find(tx: &mut Tx, db: &Db, token: &DraftToken) -> Result<Option<Draft>, IntakeError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT id FROM drafts WHERE token = $1 AND expires_at > $2"),
        token.index(db.keys()),
        db.ambient().now().micros()
    )?;
    let Some((id,)) = row else { return Ok(None) };
    let id = CaseId::from_uuid(id);
    let key = db.keys().case(tx, id).await?.ok_or(DbError::Erased)?;
    Ok(Some(Draft { id, token: token.clone(), key }))
}

/// The files of a draft, oldest first; none when there is no such draft.
pub(crate) async fn files(db: &Db, token: &DraftToken) -> Result<Vec<Attachment>, IntakeError> {
    let mut tx = db.read().await?;
    match find(&mut tx, db, token).await? {
        Some(draft) => Ok(attachment::of_owner(&mut tx, &draft.key, draft.id).await?),
        None => Err(IntakeError::NoDraft),
    }
}

/// Gives a stored file its row in the draft.
pub(crate) async fn add(db: &Db, draft: &Draft, file: NewFile) -> Result<Kept, IntakeError> {
    let (store, draft) = (db.clone(), draft.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let there = attachment::of_owner(tx, &draft.key, draft.id).await?;
            if there.iter().any(|old| old.name == file.name && old.sha256 == file.sha256) {
                return Ok(Kept::Again);
            }
            let room = i64::try_from(DRAFT_SIZE).unwrap_or(i64::MAX);
            let size = i64::try_from(file.size).map_err(IntakeError::corrupt)?;
            let counted = execute!(
                tx,
                stmt!(
                    "UPDATE drafts SET size = size + $1, files = files + 1,
                            expires_at = CASE WHEN expires_at > $2 THEN expires_at ELSE $2 END
                     WHERE id = $3 AND size + $1 <= $4 AND files < $5"
                ),
                size,
                store.ambient().now().plus(DRAFT_LASTS).micros(),
                draft.id.uuid(),
                room,
                DRAFT_FILES
            )?;
            if counted != 1 {
                return Ok(Kept::Full);
            }
            let place = attachment::Place { owner: draft.id, event: None, audience: Audience::Reporter };
            attachment::insert(tx, &draft.key, store.ambient(), place, &file).await?;
            Ok(Kept::Added)
        })
    })
    .await
}

/// Takes a file out of a draft. Fine when it is not there.
pub(crate) async fn remove(db: &Db, blobs: &Blobs, token: &DraftToken, file: AttachmentId) -> Result<(), IntakeError> {
    let (store, token) = (db.clone(), token.clone());
    let blob: Option<String> = db
        .write(move |tx| {
            Box::pin(async move {
                let Some(draft) = find(tx, &store, &token).await? else { return Ok(None) };
                let Some(file) = attachment::one(tx, &draft.key, (draft.id, file)).await? else { return Ok(None) };
                execute!(tx, stmt!("DELETE FROM attachments WHERE id = $1"), file.id.uuid())?;
                execute!(
                    tx,
                    stmt!("UPDATE drafts SET size = size - $1, files = files - 1 WHERE id = $2"),
                    i64::try_from(file.size).map_err(IntakeError::corrupt)?,
                    draft.id.uuid()
                )?;
                Ok::<_, IntakeError>(Some(file.blob))
            })
        })
        .await?;
    if let Some(blob) = blob {
        drop_blob(blobs, &blob).await;
    }
    Ok(())
}

/// Deletes a blob that no row names any more; what fails is left to the sweep.
pub(crate) async fn drop_blob(blobs: &Blobs, blob: &str) {
    let Ok(name) = blob.parse::<BlobName>() else { return };
    if let Err(error) = blobs.delete(name).await {
        tracing::warn!(%error, "a blob without a row was left to the sweep");
    }
}

//! Trying a backup out: it is restored into a place of its own and everything in it is looked at. The store that it
//! was made of is not touched.

use super::restore::{Restoring, bring_back};
use super::{BackupError, Manifest};
use crate::blob::{BlobUrl, Blobs};
use crate::erase::ErasureList;
use crate::{Address, Db, DbError, Masters, fetch_all, log, scrub, stmt};
use domain::{Ambient, CaseId};
use seal::field;
use std::path::PathBuf;
use uuid::Uuid;

/// Cases opened at once.
const PAGE: i64 = 500;

/// What is tried, and where.
pub struct Rehearsing {
    /// The archive.
    pub file: PathBuf,
    /// Its wrapped keys.
    pub keys: PathBuf,
    /// Open the keys.
    pub masters: Masters,
    /// Clock and randomness.
    pub ambient: Ambient,
    /// An empty folder, for files and for a store on SQLite.
    pub folder: PathBuf,
    /// An empty database, for a backup of a store on PostgreSQL.
    pub database: Option<String>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Rehearsed {
    /// What the backup says about itself.
    pub manifest: Manifest,
    /// Events that were opened and compared with the log.
    pub events: u64,
    /// Cases whose title and state were opened.
    pub cases: u64,
    /// Attachments that were read whole.
    pub blobs: u64,
    /// What is wrong, one line each.
    pub faults: Vec<String>,
}

/// Restores a backup and looks at everything in it; `also` looks at what this crate does not know of, and gives faults. A
/// backup that cannot be restored at all is an error.
pub async fn rehearse<A>(from: Rehearsing, also: A) -> Result<Rehearsed, BackupError>
where
    A: AsyncFnOnce(&Db) -> Result<Vec<String>, DbError>,
{
    let target = match &from.database {
        Some(url) => Address::Postgres(url.clone()),
        None => Address::Sqlite(from.folder.join("leeward.sqlite")),
    };
    let blobs = Blobs::open(&BlobUrl::Folder(from.folder.join("blobs")))?;
    let (db, _, restored) = bring_back(Restoring {
        file: from.file,
        keys: from.keys,
        target,
        masters: from.masters,
        blobs: blobs.clone(),
        ambient: from.ambient,
        erased: None,
        list: ErasureList::beside(&from.folder),
        backups: from.folder.join("backups"),
    })
    .await?;
    let found = look(&db, &blobs, restored.manifest).await;
    let more = also(&db).await;
    db.close().await;
    let mut found = found?;
    found.faults.extend(more?);
    found.faults.extend(restored.damaged.iter().map(|name| format!("attachment {name} is damaged")));
    Ok(found)
}

async fn look(db: &Db, blobs: &Blobs, manifest: Manifest) -> Result<Rehearsed, BackupError> {
    let mut faults = Vec::new();
    let (events, read) = if manifest.blobs_included {
        let seen = scrub::scrub(db, blobs, scrub::Pace::Full).await?;
        faults.extend(seen.faults());
        (seen.log.events, seen.blobs)
    } else {
        // The files lie in a bucket, and only their names in the backup.
        let report = log::verify(db).await?;
        faults.extend(report.faults.iter().map(ToString::to_string));
        (report.events, 0)
    };
    let mut tx = db.read().await?;
    let tree = log::epochs(&mut tx).await?.into_iter().find(|tree| tree.origin.to_string() == manifest.origin);
    drop(tx);
    let root = tree.map(|tree| (tree.head.size, crate::keyring::hex(tree.head.root.as_bytes())));
    if root != u64::try_from(manifest.log_size).ok().map(|size| (size, manifest.log_root.clone())) {
        faults.push("the log does not end where the manifest says".to_owned());
    }
    let cases = open_cases(db, &mut faults).await?;
    Ok(Rehearsed { manifest, events, cases, blobs: read, faults })
}

/// Opens title and state of each case that was not erased.
async fn open_cases(db: &Db, faults: &mut Vec<String>) -> Result<u64, DbError> {
    let (mut opened, mut after) = (0, Uuid::nil());
    loop {
        let mut tx = db.read().await?;
        let rows = fetch_all!(
            &mut tx,
            (Uuid, i64, Vec<u8>, Vec<u8>),
            stmt!(
                "SELECT id, version, title, body FROM cases WHERE erased_at IS NULL AND id > $1 ORDER BY id LIMIT $2"
            ),
            after,
            PAGE
        )?;
        let Some((last, ..)) = rows.last() else { return Ok(opened) };
        after = *last;
        for (id, version, title, body) in &rows {
            let key = db.keys().case(&mut tx, CaseId::from_uuid(*id)).await?;
            let opens = key.is_some_and(|key| {
                let version = u32::try_from(*version).unwrap_or_default();
                key.open(field::CASE_TITLE, *id, 0, title).is_ok()
                    && key.open(field::CASE_STATE, *id, version, body).is_ok()
            });
            if opens {
                opened += 1;
            } else if faults.len() < 1000 {
                faults.push(format!("case {id} cannot be opened with the keys of the backup"));
            }
        }
    }
}

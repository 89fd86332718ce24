//! Making a backup. Everything grows in a folder beside the target and gets its name last, the keys
//! before the archive: a backup that can be seen is whole.

use super::archive::{self, Writer};
use super::manifest::{FORMAT, Manifest, Member};
use super::snapshot::{self, Snapshot};
use super::{BackupError, MASTER_KEY_NOTE, keys_beside, sync_folder_of};
use crate::Db;
use crate::blob::{BlobError, BlobName, Blobs};
use domain::Ts;
use futures::TryStreamExt;
use std::io::BufRead;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Backup {
    /// The archive.
    pub file: PathBuf,
    /// The wrapped keys.
    pub keys: PathBuf,
    /// What is in it.
    pub manifest: Manifest,
}

/// Writes `file` and, beside it, `file.keys`. Neither may be there. The store goes on taking writes.
pub async fn backup(db: &Db, blobs: &Blobs, file: &Path) -> Result<Backup, BackupError> {
    let keys = keys_beside(file);
    for path in [file, &keys] {
        if path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
    }
    let work = Work::beside(file)?;
    let at = db.ambient().now();
    let taken = snapshot::take(db, &work.0, at).await?;
    let archive = work.0.join("archive.tar");
    let manifest = write(db, blobs, &taken, &archive, at).await?;
    for (from, to) in [(&taken.keys, &keys), (&archive, &file.to_owned())] {
        std::fs::rename(from, to).map_err(BackupError::file(to))?;
        sync_folder_of(to)?;
    }
    super::last::remember(db, at, manifest.damaged_blobs.len()).await?;
    Ok(Backup { file: file.to_owned(), keys, manifest })
}

async fn write(db: &Db, blobs: &Blobs, taken: &Snapshot, to: &Path, at: Ts) -> Result<Manifest, BackupError> {
    let seconds = u64::try_from(at.micros() / 1_000_000).unwrap_or_default();
    let mut out = Writer::create(to, seconds).await?;
    let mut members = Vec::new();
    for path in [&taken.database, &taken.blobs] {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (size, source) = archive::file(path).await?;
        members.push(out.add(&name, size, source).await?);
    }
    let damaged_blobs = if blobs.in_folder() { copy_blobs(blobs, &taken.blobs, &mut out).await? } else { Vec::new() };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        schema: taken.facts.schema,
        engine: engine_of(db).to_owned(),
        taken_at: at.micros(),
        origin: taken.facts.origin.clone(),
        log_size: taken.facts.log_size,
        log_root: taken.facts.log_root.clone(),
        masters: taken.written.masters.iter().cloned().collect(),
        counts: taken.facts.counts.clone(),
        members,
        keys_sha256: taken.written.sha256.clone(),
        blobs_included: blobs.in_folder(),
        damaged_blobs,
        note: MASTER_KEY_NOTE.to_owned(),
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|e| BackupError::Format(e.to_string()))?;
    let mac = crate::keyring::hex(&db.keys().house().hmac(MAC, &[&text]));
    for (name, bytes) in [("manifest.json", text), ("manifest.mac", mac.into_bytes())] {
        let (size, source) = archive::bytes(bytes);
        out.add(name, size, source).await?;
    }
    out.finish().await?;
    Ok(manifest)
}

/// Label of the keyed hash over the manifest.
pub(super) const MAC: &str = "backup-manifest";

/// Copies each blob as it lies; gives those that are missing or altered, which no backup can mend and
/// for which none should fail.
async fn copy_blobs(blobs: &Blobs, list: &Path, out: &mut Writer) -> Result<Vec<String>, BackupError> {
    let failed = BackupError::file(list);
    let names = std::io::BufReader::new(std::fs::File::open(list).map_err(&failed)?);
    let mut damaged = Vec::new();
    for name in names.lines() {
        let name = name.map_err(&failed)?;
        let whole = match name.parse::<BlobName>() {
            Ok(blob) => match blobs.read_sealed(blob).await {
                Ok((size, source)) => {
                    let member: Member =
                        out.add(&format!("blobs/{name}"), size, source.map_err(BackupError::from)).await?;
                    member.sha256 == name
                }
                Err(BlobError::NotFound(_)) => false,
                Err(e) => return Err(e.into()),
            },
            Err(_) => false,
        };
        if !whole && damaged.len() < 1000 {
            damaged.push(name);
        }
    }
    Ok(damaged)
}

pub(super) fn engine_of(db: &Db) -> &'static str {
    match db.engine() {
        crate::engine::Engine::Sqlite { .. } => "sqlite",
        crate::engine::Engine::Pg { .. } => "postgres",
    }
}

/// A folder for what is not finished; goes away with its value.
pub(super) struct Work(pub(super) PathBuf);

impl Work {
    /// Makes it anew: what an earlier attempt left is removed.
    pub(super) fn beside(file: &Path) -> Result<Self, BackupError> {
        let mut name = file.as_os_str().to_owned();
        name.push(".partial");
        let path = PathBuf::from(name);
        match std::fs::remove_dir_all(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(BackupError::file(&path)(e)),
            _ => {}
        }
        std::fs::DirBuilder::new().mode(0o700).create(&path).map_err(BackupError::file(&path))?;
        Ok(Self(path))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Err(e) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(path = %self.0.display(), error = %e, "an unfinished backup was left behind");
        }
    }
}

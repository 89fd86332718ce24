//! Blobs in a folder, durable when acknowledged.
//!
//! An upload grows in `.upload-<uuid>`; committing is fsync of the file, rename to the name, fsync of the
//! directory. The directory is opened before the first byte and held to the end: an I/O error that the
//! kernel meets in between is reported to descriptors that were open at the time, and to no other. After
//! one failed fsync the folder takes nothing more: the kernel has forgotten what it could not write, so
//! a second fsync that succeeds proves nothing.
//!
//! (`object_store`'s own folder can fsync too, but opens the directory after the rename, does not fsync
//! deletions, which erasure relies on, and hides abandoned uploads from its list.)

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use domain::Ts;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use super::error::is_full;
use super::{BlobError, BlobName, Listed};

/// Bytes read at once; a sealed chunk and a bit.
const READ: usize = 128 * 1024;
/// Bytes given to the system at once.
const WRITE: usize = 256 * 1024;
const UPLOAD: &str = ".upload-";

#[derive(Clone)]
pub(super) struct Folder {
    root: Arc<Path>,
    /// Set by the first fsync that fails.
    halted: Arc<AtomicBool>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Folder, BlobError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(BlobError::folder("make the folder"))?;
        let root = fs::canonicalize(path).map_err(BlobError::folder("find the folder"))?;
        // The folder's own entry must last as well.
        for dir in [Some(root.as_path()), root.parent()].into_iter().flatten() {
            File::open(dir).and_then(|dir| dir.sync_all()).map_err(BlobError::folder("fsync the folder"))?;
        }
        Ok(Folder { root: root.into(), halted: Arc::default() })
    }

    pub(super) async fn begin(&self, id: Uuid) -> Result<Upload, BlobError> {
        let folder = self.clone();
        blocking("begin an upload", move || {
            let dir = File::open(&folder.root)?;
            let path = folder.root.join(format!("{UPLOAD}{id}"));
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            Ok(Upload { folder, dir, file: Some(file), pending: Vec::new(), path: Some(path) })
        })
        .await
    }

    pub(super) async fn read(
        &self,
        blob: BlobName,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, BlobError>>), BlobError> {
        let opened = tokio::fs::File::open(self.path(blob)).await;
        let file = opened.map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => BlobError::NotFound(blob),
            _ => BlobError::folder("open a blob")(source),
        })?;
        let size = file.metadata().await.map_err(BlobError::folder("measure a blob"))?.len();
        let bytes = stream::try_unfold(file, |mut file| async move {
            let mut buffer = Vec::with_capacity(READ);
            let read = file.read_buf(&mut buffer).await?;
            Ok::<_, io::Error>((read > 0).then(|| (Bytes::from(buffer), file)))
        });
        Ok((size, bytes.map_err(BlobError::folder("read a blob")).boxed()))
    }

    pub(super) async fn delete(&self, blob: BlobName) -> Result<(), BlobError> {
        let (root, path) = (self.root.clone(), self.path(blob));
        blocking("delete a blob", move || {
            let dir = File::open(&root)?;
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                // Gone already, perhaps by a delete that was cut short: its end must be durable too.
                _ => dir.sync_all(),
            }
        })
        .await
    }

    pub(super) fn list(&self) -> BoxStream<'static, Result<Listed, BlobError>> {
        let root = self.root.clone();
        let entries = blocking("list the folder", move || {
            let mut found = Vec::new();
            walk(&root, |name, size, modified| {
                if let Ok(blob) = name.parse() {
                    found.push(Listed { blob, sealed_size: size, modified });
                }
                Ok(())
            })?;
            Ok(found)
        });
        stream::once(entries).map_ok(|found| stream::iter(found).map(Ok)).try_flatten().boxed()
    }

    pub(super) async fn sweep(&self, before: Ts) -> Result<u64, BlobError> {
        let root = self.root.clone();
        blocking("sweep the folder", move || {
            let mut swept = 0;
            walk(&root, |name, _, modified| {
                if name.starts_with(UPLOAD) && modified < before {
                    fs::remove_file(root.join(name))?;
                    swept += 1;
                }
                Ok(())
            })?;
            File::open(&root)?.sync_all()?;
            Ok(swept)
        })
        .await
    }

    pub(super) fn free_bytes(&self) -> Result<u64, BlobError> {
        let stat = rustix::fs::statvfs(&*self.root).map_err(io::Error::from);
        let stat = stat.map_err(BlobError::folder("measure the disk"))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn path(&self, blob: BlobName) -> PathBuf {
        self.root.join(blob.to_string())
    }
}

/// A file that grows under a name of its own; removed when dropped before [`Upload::commit`].
pub(super) struct Upload {
    folder: Folder,
    /// Held open from before the first byte, for the fsync at the end.
    dir: File,
    /// Away only while a write is under way.
    file: Option<File>,
    pending: Vec<u8>,
    /// `None` once the file has its final name.
    path: Option<PathBuf>,
}

impl Upload {
    pub(super) async fn write(&mut self, sealed: &[u8]) -> Result<(), BlobError> {
        self.pending.extend_from_slice(sealed);
        if self.pending.len() < WRITE { Ok(()) } else { self.flush().await }
    }

    pub(super) async fn commit(mut self, blob: BlobName) -> Result<(), BlobError> {
        self.flush().await?;
        let to = self.folder.path(blob);
        // One piece that cannot be cancelled half-way, so that the outcome is known.
        let done = tokio::task::spawn_blocking(move || self.finish(&to)).await;
        done.unwrap_or_else(|panic| Err(BlobError::folder("finish an upload")(io::Error::other(panic))))
    }

    fn finish(mut self, to: &Path) -> Result<(), BlobError> {
        if self.folder.halted.load(Ordering::SeqCst) {
            return Err(BlobError::Halted);
        }
        self.durable(|upload| upload.file.as_ref().map_or(Ok(()), File::sync_all))?;
        if let Some(path) = &self.path {
            fs::rename(path, to).map_err(BlobError::folder("name a blob"))?;
        }
        self.path = None;
        self.durable(|upload| upload.dir.sync_all())
    }

    /// An fsync; its failure halts the folder, unless it was for want of space.
    fn durable(&self, sync: impl FnOnce(&Upload) -> io::Result<()>) -> Result<(), BlobError> {
        sync(self).map_err(|source| {
            self.folder.halted.fetch_or(!is_full(&source), Ordering::SeqCst);
            BlobError::folder("fsync a blob")(source)
        })
    }

    async fn flush(&mut self) -> Result<(), BlobError> {
        if self.folder.halted.load(Ordering::SeqCst) {
            return Err(BlobError::Halted);
        }
        let Some(file) = self.file.take() else {
            return Err(BlobError::folder("write a blob")(io::Error::other("an earlier write was cut short")));
        };
        let mut file = tokio::fs::File::from_std(file);
        let written = match file.write_all(&self.pending).await {
            Ok(()) => file.flush().await,
            error => error,
        };
        self.file = Some(file.into_std().await);
        self.pending.clear();
        written.map_err(BlobError::folder("write a blob"))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // One unlink; what it misses, the sweep finds.
        if let Some(path) = self.path.take() {
            let _ = fs::remove_file(path);
        }
    }
}

/// Calls `each` with name, size and time of every file in the folder; files that vanish meanwhile are skipped.
fn walk(root: &Path, mut each: impl FnMut(&str, u64, Ts) -> io::Result<()>) -> io::Result<()> {
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        match (entry.file_name().to_str(), entry.metadata()) {
            (Some(name), Ok(meta)) if meta.is_file() => each(name, meta.len(), instant(meta.modified()?))?,
            (_, Err(error)) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn instant(time: SystemTime) -> Ts {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ts::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(BlobError::folder(doing))
}

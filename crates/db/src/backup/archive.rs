//! A plain tar, written and read as a stream: one buffer of memory, whatever the size.

use super::BackupError;
use super::manifest::Member;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::pin::pin;
use tar::{EntryType, Header};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, BufWriter};

const BLOCK: usize = 512;
const READ: usize = 256 * 1024;

/// Bytes of a member.
pub(super) type Source = BoxStream<'static, Result<Bytes, BackupError>>;

/// A tar that is being written.
pub(super) struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    at_seconds: u64,
}

impl Writer {
    /// Makes the file, readable by its owner only.
    pub(super) async fn create(path: &Path, at_seconds: u64) -> Result<Self, BackupError> {
        let mut options = File::options();
        options.write(true).create_new(true).mode(0o600);
        let file = options.open(path).await.map_err(BackupError::file(path))?;
        Ok(Self { file: BufWriter::with_capacity(READ, file), path: path.to_owned(), at_seconds })
    }

    /// Adds a member of exactly `size` bytes.
    pub(super) async fn add(
        &mut self,
        name: &str,
        size: u64,
        source: impl Stream<Item = Result<Bytes, BackupError>>,
    ) -> Result<Member, BackupError> {
        let failed = BackupError::file(&self.path);
        let mut header = Header::new_gnu();
        header.set_path(name).map_err(&failed)?;
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(self.at_seconds);
        header.set_entry_type(EntryType::Regular);
        header.set_cksum();
        self.file.write_all(header.as_bytes()).await.map_err(&failed)?;
        let (mut source, mut hash, mut written) = (pin!(source), Sha256::new(), 0_u64);
        while let Some(bytes) = source.next().await {
            let bytes = bytes?;
            written += bytes.len() as u64;
            if written > size {
                break;
            }
            hash.update(&bytes);
            self.file.write_all(&bytes).await.map_err(&failed)?;
        }
        if written != size {
            return Err(BackupError::Changed(format!("{name} changed its size while it was copied")));
        }
        self.file.write_all(&[0; BLOCK][..padding(size)]).await.map_err(&failed)?;
        Ok(Member { name: name.to_owned(), size, sha256: hex(hash) })
    }

    /// Ends the tar and makes it durable.
    pub(super) async fn finish(mut self) -> Result<(), BackupError> {
        let failed = BackupError::file(&self.path);
        self.file.write_all(&[0; 2 * BLOCK]).await.map_err(&failed)?;
        self.file.flush().await.map_err(&failed)?;
        self.file.get_ref().sync_all().await.map_err(&failed)
    }
}

/// A tar that is being read, member by member.
pub(super) struct Reader {
    file: BufReader<File>,
    path: PathBuf,
}

impl Reader {
    pub(super) async fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).await.map_err(BackupError::file(path))?;
        Ok(Self { file: BufReader::with_capacity(READ, file), path: path.to_owned() })
    }

    /// Name and length of the next member, or `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<(String, u64)>, BackupError> {
        let mut block = [0; BLOCK];
        let cut = |_| BackupError::Format(format!("{} ends too early", self.path.display()));
        self.file.read_exact(&mut block).await.map_err(cut)?;
        if block == [0; BLOCK] {
            return Ok(None);
        }
        let header = Header::from_byte_slice(&block);
        let broken = |_| BackupError::Format(format!("{} is not a backup", self.path.display()));
        let mut summed = header.clone();
        summed.set_cksum();
        if header.cksum().map_err(broken)? != summed.cksum().map_err(broken)? {
            return Err(BackupError::Format(format!("{} is not a backup", self.path.display())));
        }
        let name = String::from_utf8_lossy(&header.path_bytes()).into_owned();
        Ok(Some((name, header.size().map_err(broken)?)))
    }

    /// Gives a member's bytes to `take` and returns their hash.
    pub(super) async fn read<T, F>(&mut self, size: u64, mut take: T) -> Result<String, BackupError>
    where
        T: FnMut(Bytes) -> F,
        F: Future<Output = Result<(), BackupError>>,
    {
        let (mut left, mut hash) = (size, Sha256::new());
        while left > 0 {
            let want = usize::try_from(left).unwrap_or(READ).min(READ);
            let mut piece = vec![0; want];
            let cut = |_| BackupError::Format(format!("{} ends too early", self.path.display()));
            self.file.read_exact(&mut piece).await.map_err(cut)?;
            hash.update(&piece);
            left -= want as u64;
            take(Bytes::from(piece)).await?;
        }
        self.pass_padding(size).await?;
        Ok(hex(hash))
    }

    /// Passes over a member.
    pub(super) async fn pass(&mut self, size: u64) -> Result<(), BackupError> {
        let whole = size + padding(size) as u64;
        self.skip(i64::try_from(whole).map_err(|_| BackupError::Format("a member is too long".into()))?).await
    }

    async fn pass_padding(&mut self, size: u64) -> Result<(), BackupError> {
        let mut block = [0; BLOCK];
        let cut = |_| BackupError::Format(format!("{} ends too early", self.path.display()));
        self.file.read_exact(&mut block[..padding(size)]).await.map(|_| ()).map_err(cut)
    }

    async fn skip(&mut self, bytes: i64) -> Result<(), BackupError> {
        let sought = self.file.seek(std::io::SeekFrom::Current(bytes)).await;
        sought.map(|_| ()).map_err(BackupError::file(&self.path))
    }
}

/// A file as the bytes of a member, with its length.
pub(super) async fn file(path: &Path) -> Result<(u64, Source), BackupError> {
    let failed = BackupError::file(path);
    let file = File::open(path).await.map_err(&failed)?;
    let size = file.metadata().await.map_err(&failed)?.len();
    let bytes = stream::try_unfold(file, |mut file| async move {
        let mut buffer = Vec::with_capacity(READ);
        let read = file.read_buf(&mut buffer).await?;
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(buffer), file)))
    });
    Ok((size, bytes.map_err(failed).boxed()))
}

/// A few bytes as the bytes of a member.
pub(super) fn bytes(bytes: Vec<u8>) -> (u64, Source) {
    (bytes.len() as u64, stream::once(async { Ok(Bytes::from(bytes)) }).boxed())
}

fn padding(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or_default();
    (BLOCK - over) % BLOCK
}

pub(super) fn hex(hash: Sha256) -> String {
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

//! Reading a backup: once to see that every byte is as it was written, then again to take things out.

use super::archive::Reader;
use super::manifest::{FORMAT, Manifest, Member};
use super::write::MAC;
use super::{BackupError, keyfile};
use crate::blob::{BlobName, Blobs};
use crate::{Masters, keyring};
use bytes::Bytes;
use domain::Random;
use futures::stream;
use std::path::Path;
use tokio::io::AsyncWriteExt;

/// Longest manifest.
const MANIFEST_MAX: u64 = 4 * 1024 * 1024;

/// Compares everything with its hash and the manifest with the keys, and writes nothing.
pub(super) async fn check(file: &Path, keys: &Path, masters: &Masters) -> Result<Manifest, BackupError> {
    let checked = keyfile::check(keys, masters)?;
    let mut reader = Reader::open(file).await?;
    let (mut found, mut text, mut mac) = (Vec::new(), Vec::new(), Vec::new());
    while let Some((name, size)) = reader.next().await? {
        match name.as_str() {
            "manifest.json" => text = small(&mut reader, size).await?,
            "manifest.mac" => mac = small(&mut reader, size).await?,
            // A blob's name is its hash, compared when it is stored: one that was damaged before the
            // backup does not keep the rest from coming back.
            blob if blob.starts_with("blobs/") => reader.pass(size).await?,
            _ => {
                let sha256 = reader.read(size, |_| async { Ok(()) }).await?;
                found.push(Member { name, size, sha256 });
            }
        }
    }
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|_| BackupError::Format(format!("{} has no manifest", file.display())))?;
    if manifest.format != FORMAT {
        return Err(BackupError::Format(format!("format {:?}", manifest.format)));
    }
    let wanted = keyring::hex(&checked.house.hmac(MAC, &[&text]));
    if !seal::equal_in_constant_time(wanted.as_bytes(), &mac) {
        return Err(BackupError::Changed("the manifest".into()));
    }
    if found != manifest.members {
        return Err(BackupError::Changed("the database or the list of blobs".into()));
    }
    if checked.sha256 != manifest.keys_sha256 {
        tracing::warn!(keys = checked.keys, "the file with the keys is of another time than the backup");
    }
    Ok(manifest)
}

/// Writes one member to a new file.
pub(super) async fn to_file(file: &Path, member: &str, target: &Path) -> Result<(), BackupError> {
    let failed = BackupError::file(target);
    let mut reader = Reader::open(file).await?;
    while let Some((name, size)) = reader.next().await? {
        if name != member {
            reader.pass(size).await?;
            continue;
        }
        let mut options = tokio::fs::File::options();
        let out = options.write(true).create_new(true).mode(0o600).open(target).await.map_err(&failed)?;
        let out = std::sync::Arc::new(tokio::sync::Mutex::new(out));
        reader
            .read(size, |piece| {
                let out = out.clone();
                let failed = BackupError::file(target);
                async move { out.lock().await.write_all(&piece).await.map_err(failed) }
            })
            .await?;
        let mut out = out.lock().await;
        out.flush().await.map_err(&failed)?;
        return out.sync_all().await.map_err(&failed);
    }
    Err(BackupError::Format(format!("no member {member}")))
}

/// Stores every blob; gives how many, and those whose bytes are not what their name says.
pub(super) async fn blobs(file: &Path, blobs: &Blobs, random: &dyn Random) -> Result<(u64, Vec<String>), BackupError> {
    let mut reader = Reader::open(file).await?;
    let (mut stored, mut damaged) = (0, Vec::new());
    while let Some((name, size)) = reader.next().await? {
        let blob = name.strip_prefix("blobs/").and_then(|name| name.parse::<BlobName>().ok());
        let Some(blob) = blob else {
            reader.pass(size).await?;
            continue;
        };
        if one_blob(&mut reader, size, (blobs, blob), random).await? {
            stored += 1;
        } else {
            damaged.push(blob.to_string());
        }
    }
    Ok((stored, damaged))
}

async fn one_blob(
    reader: &mut Reader,
    size: u64,
    (blobs, blob): (&Blobs, BlobName),
    random: &dyn Random,
) -> Result<bool, BackupError> {
    // The archive gives pieces, the store takes a stream: one piece waits between them.
    let (give, take) = tokio::sync::mpsc::channel::<Bytes>(1);
    let pieces = stream::unfold(take, |mut take| async {
        let piece = take.recv().await?;
        Some((Ok::<_, std::io::Error>(piece), take))
    });
    let read = async {
        let read = reader
            .read(size, |piece| {
                let give = give.clone();
                // A store that gave up says why itself.
                async move {
                    drop(give.send(piece).await);
                    Ok(())
                }
            })
            .await;
        drop(give);
        read
    };
    let (read, put) = tokio::join!(read, blobs.put_sealed(blob, pieces, random));
    read?;
    match put {
        Ok(()) => Ok(true),
        Err(crate::blob::BlobError::Altered(_)) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

async fn small(reader: &mut Reader, size: u64) -> Result<Vec<u8>, BackupError> {
    if size > MANIFEST_MAX {
        return Err(BackupError::Format("a manifest of that size".into()));
    }
    let all = std::sync::Mutex::new(Vec::new());
    reader
        .read(size, |piece| {
            all.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend_from_slice(&piece);
            async { Ok(()) }
        })
        .await?;
    Ok(all.into_inner().unwrap_or_default())
}

//! A file inside a zip that only a password opens (AES-256 as WinZip writes it, AE-2): whatever it is, no browser and no
//! desktop runs or shows it by accident, and no scanner on the way takes it for something to open.

use super::download::{disposition, missing};
use super::{Attachment, download::unreadable};
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use db::DataKey;
use db::blob::{BlobError, Blobs};
use domain::Ambient;
use futures::{StreamExt, stream};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use web::{Problem, Reply};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{AesMode, CompressionMethod, ZipWriter};

/// Letters of a password: 100 bits, none that looks like another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 5;
const GROUP: usize = 4;

/// A password for one download.
pub fn password(ambient: &Ambient) -> String {
    let bytes: [u8; GROUPS * GROUP] = ambient.bytes();
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Whether it is one that we made.
fn is_ours(password: &str) -> bool {
    let letters: Vec<&str> = password.split('-').collect();
    let fits = |group: &&str| group.len() == GROUP && group.bytes().all(|byte| ALPHABET.contains(&byte));
    letters.len() == GROUPS && letters.iter().all(fits)
}

/// What the zip has written and nobody has taken yet.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<u8>>>);

impl Shelf {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Shelf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Zip = ZipWriter<StreamWriter<Shelf>>;

fn begun(shelf: Shelf, (name, size): (&str, u64), password: &str) -> Result<Zip, zip::result::ZipError> {
    let mut zip = ZipWriter::new_stream(shelf);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(size > u64::from(u32::MAX))
        .with_aes_encryption(AesMode::Aes256, password);
    zip.start_file(web::tame_file_name(name), options)?;
    Ok(zip)
}

/// Streams the file as a zip under this password, which is one that [`password`] made.
pub async fn archive(blobs: &Blobs, key: &DataKey, file: &Attachment, password: &str) -> Reply {
    if !is_ours(password) {
        return Err(Problem::invalid_field("password", "Open the page of the file again: it makes a password"));
    }
    let blob = file.blob.parse().map_err(Problem::internal)?;
    let opened = match blobs.get(key, file.id.uuid(), blob).await {
        Ok(opened) => opened,
        Err(error @ (BlobError::NotFound(_) | BlobError::Altered(_))) => return Err(missing(error)),
        Err(error) => return Err(unreadable(error)),
    };
    let shelf = Shelf::default();
    let zip = begun(shelf.clone(), (&file.name, opened.size), password).map_err(Problem::internal)?;
    let parts = stream::unfold((opened.chunks, Some(zip), shelf), |(mut chunks, zip, shelf)| async move {
        let mut zip = zip?;
        let next = chunks.next().await;
        let (zip, written) = match next {
            Some(Ok(chunk)) => {
                let written = zip.write_all(&chunk);
                (Some(zip), written)
            }
            // A blob that was cut or altered ends the connection early.
            Some(Err(error)) => (None, Err(io::Error::other(error))),
            None => (None, zip.finish().map(|_| ()).map_err(io::Error::other)),
        };
        Some((written.map(|()| shelf.take()), (chunks, zip, shelf)))
    });
    let mut response = Body::from_stream(parts).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&format!("{}.zip", file.name))?);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::{Shelf, begun, is_ours, password};
    use domain::Ambient;
    use std::io::{Cursor, Read, Write};

    #[test]
    fn a_zip_opens_with_its_password_only() {
        let ambient = Ambient::fixed(1);
        let word = password(&ambient);
        assert!(is_ours(&word) && word != password(&ambient), "{word}");
        assert!(!is_ours("") && !is_ours("AAAA-AAAA-AAAA-AAAA-AAA!"));
        let text = b"MZ something that runs".repeat(9_000);
        let shelf = Shelf::default();
        let mut zip = begun(shelf.clone(), ("../../proof of concept.exe", 5), &word).unwrap();
        for part in text.chunks(65_536) {
            zip.write_all(part).unwrap();
        }
        zip.finish().unwrap();
        let bytes = shelf.take();
        assert!(!bytes.windows(9).any(|part| part == b"something"));
        let mut read = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
        assert!(read.by_index(0).is_err());
        assert!(read.by_index_decrypt(0, b"2222-2222-2222-2222-2222").is_err());
        let mut found = Vec::new();
        let mut file = read.by_index_decrypt(0, word.as_bytes()).unwrap();
        assert_eq!(file.name().unwrap(), "proof of concept.exe");
        file.read_to_end(&mut found).unwrap();
        assert_eq!(found, text);
    }
}

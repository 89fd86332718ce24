//! Files of cases: taken in as a stream, sealed into the blob store first, and given a row after.
//!
//! A file belongs to an owner, which is a case or a draft that becomes one; its name and what is known
//! of it are sealed under the owner's key.

mod archive;
mod download;
mod picture;
mod quota;
mod receive;
mod rows;
mod scan;

pub use archive::{archive, password};
pub use download::download;
pub(crate) use download::{document, saved_as};
pub use picture::{How, NotShown, Painter, Picture, WORD as PAINTER_WORD, draw, picture};
pub use quota::{CASE_FILES, CASE_SIZE, check_room};
pub use receive::{FILE_LIMIT, Files, NotTaken, UPLOAD_LIMIT, drop_blobs, store, store_bytes};
pub use rows::{Attachment, Place, insert, newest, of_owner, one};
pub use scan::{Scanned, Scanner, cleared};

use domain::AttachmentId;

/// A file that lies in the blob store and has no row yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its id, to which the blob is bound.
    pub id: AttachmentId,
    /// Its own name, without folders.
    pub name: String,
    /// The type the sender claimed; never believed.
    pub media_type: Option<String>,
    /// Bytes of the plain file.
    pub size: u64,
    /// SHA-256 of the plain file, in hexadecimal.
    pub sha256: String,
    /// Address of the blob.
    pub blob: String,
}

/// `1.4 MB`, `12 kB`, `90 bytes`.
pub fn size_words(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_999 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::size_words;

    #[test]
    fn sizes_are_short() {
        let words = [0, 1, 999, 1_000, 12_001, 1_450_000].map(size_words);
        assert_eq!(words, ["0 bytes", "1 byte", "999 bytes", "1 kB", "13 kB", "1.4 MB"]);
    }
}

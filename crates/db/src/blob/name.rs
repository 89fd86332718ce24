//! Names of blobs: the SHA-256 of the sealed bytes.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;

use super::BlobError;

/// Content address of a blob: SHA-256 of its sealed bytes, 64 lower-case hexadecimal digits as text.
///
/// Sealing is randomised, so equal files have different names and a name says nothing about a content.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobName([u8; 32]);

impl BlobName {
    /// The name with these bytes, as stored in a row.
    pub const fn from_bytes(bytes: [u8; 32]) -> BlobName {
        BlobName(bytes)
    }

    /// The bytes of the name.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobName({self})")
    }
}

impl FromStr for BlobName {
    type Err = BlobError;

    fn from_str(text: &str) -> Result<BlobName, BlobError> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(BlobName).ok_or(BlobError::Address("a blob name is 64 hexadecimal digits"))
    }
}

//! Blobs as they lie, without their keys: for backups and their restoring.

use super::{BlobError, BlobName, Blobs, Store, write};
use bytes::Bytes;
use domain::Random;
use futures::Stream;
use futures::stream::BoxStream;

impl Blobs {
    /// Length and sealed bytes of a blob, unchecked.
    pub async fn read_sealed(
        &self,
        blob: BlobName,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, BlobError>>), BlobError> {
        self.bytes(blob).await
    }

    /// Stores sealed bytes under their name; [`BlobError::Altered`] when they do not hash to it.
    pub async fn put_sealed<E>(
        &self,
        blob: BlobName,
        source: impl Stream<Item = Result<Bytes, E>> + Send,
        random: &dyn Random,
    ) -> Result<(), BlobError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
    {
        write::put_sealed(&self.0, blob, source, random).await
    }

    /// True when the blobs lie in a folder, and so belong into a backup of this machine.
    pub fn in_folder(&self) -> bool {
        matches!(self.0, Store::Folder(_))
    }
}

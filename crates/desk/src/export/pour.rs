//! Bytes on their way to the client: a few chunks ahead of it and no more.

use super::error::ExportError;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures::stream;
use tokio::sync::mpsc;

/// Size of a chunk.
const CHUNK: usize = 64 * 1024;
/// Chunks that may wait.
const AHEAD: usize = 4;

/// Takes bytes.
pub(super) trait Pour: Send {
    /// Gives them on, perhaps later.
    fn pour(&mut self, bytes: &[u8]) -> impl Future<Output = Result<(), ExportError>> + Send;
}

/// The near end of a body.
pub(super) struct Spout {
    to: mpsc::Sender<Result<Bytes, ExportError>>,
    held: BytesMut,
}

/// Both ends.
pub(super) fn spout() -> (Spout, Body) {
    let (to, from) = mpsc::channel(AHEAD);
    let body = stream::unfold(from, |mut from| async move { from.recv().await.map(|chunk| (chunk, from)) });
    (Spout { to, held: BytesMut::with_capacity(CHUNK) }, Body::from_stream(body))
}

impl Spout {
    /// Sends what is held back.
    pub(super) async fn flush(&mut self) -> Result<(), ExportError> {
        if self.held.is_empty() {
            return Ok(());
        }
        let chunk = self.held.split().freeze();
        self.to.send(Ok(chunk)).await.map_err(|_| ExportError::Left)
    }

    /// Breaks the body off, so that the client does not take a part for the whole.
    pub(super) async fn break_off(self, why: ExportError) {
        // Whoever left does not hear it.
        let _ = self.to.send(Err(why)).await;
    }
}

impl Pour for Spout {
    async fn pour(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        for part in bytes.chunks(CHUNK) {
            self.held.extend_from_slice(part);
            if self.held.len() >= CHUNK {
                self.flush().await?;
            }
        }
        Ok(())
    }
}

//! Public checkpoints: signed heads, published at a fixed interval whether or not anything happened,
//! so that traffic during an embargo cannot be read from them.

use super::epoch::{self, Epoch};
use super::{column, digest, size_of};
use crate::{Db, DbError, Keyring, Tx, execute, fetch_optional, stmt};
use domain::Ts;
use std::time::Duration;
use tlog::{Checkpoint, Head, KeyFile, SignedCheckpoint};

/// A checkpoint that outsiders may see.
#[derive(Debug, Clone)]
pub struct Published {
    /// The tree it belongs to.
    pub epoch: i64,
    /// Size and root.
    pub head: Head,
    /// When it was published.
    pub at: Ts,
    /// The signed note.
    pub note: SignedCheckpoint,
}

/// Publishes the head as it is now. The row is committed before anything is signed.
pub async fn publish(db: &Db) -> Result<Published, DbError> {
    let at = db.ambient().now();
    db.write(move |tx| {
        Box::pin(async move {
            let current = epoch::current(tx).await?;
            execute!(
                tx,
                stmt!(
                    "INSERT INTO log_checkpoints (epoch, size, root, at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (epoch, size) DO UPDATE SET at = excluded.at"
                ),
                current.number,
                column(current.head.size)?,
                current.head.root.as_bytes().to_vec(),
                at.micros()
            )?;
            Ok::<_, DbError>(())
        })
    })
    .await?;
    let mut tx = db.read().await?;
    latest(&mut tx, db.keys()).await?.ok_or_else(|| DbError::Inconsistent("the checkpoint is gone".into()))
}

/// The newest published checkpoint of the current epoch, signed.
pub async fn latest(tx: &mut Tx, keys: &Keyring) -> Result<Option<Published>, DbError> {
    let current = epoch::current(tx).await?;
    let row = fetch_optional!(
        tx,
        (i64, Vec<u8>, i64),
        stmt!("SELECT size, root, at FROM log_checkpoints WHERE epoch = $1 ORDER BY size DESC LIMIT 1"),
        current.number
    )?;
    let Some((size, root, at)) = row else { return Ok(None) };
    let head = Head { size: size_of(size)?, root: digest(&root)? };
    let note = sign(tx, keys, &current, head).await?;
    Ok(Some(Published { epoch: current.number, head, at: Ts::from_micros(at), note }))
}

/// Signs a committed head of an epoch. Ed25519 is deterministic: the same head gives the same note.
pub(crate) async fn sign(tx: &mut Tx, keys: &Keyring, epoch: &Epoch, head: Head) -> Result<SignedCheckpoint, DbError> {
    let key = epoch.signer(tx, keys).await?;
    Ok(Checkpoint { origin: epoch.origin.to_string(), head }.sign(&key)?)
}

/// The public keys of all epochs: what `receipt verify --key` reads.
pub async fn key_file(tx: &mut Tx) -> Result<KeyFile, DbError> {
    let keys = epoch::epochs(tx).await?.into_iter().map(|e| e.verifier).collect();
    KeyFile::new(keys).ok_or_else(|| DbError::Inconsistent("two epochs share a key".into()))
}

/// Publishes every `interval` for as long as the process lives.
pub fn start_publisher(db: Db, interval: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(e) = publish(&db).await {
                tracing::error!(error = %e, "the checkpoint was not published");
            }
        }
    })
}

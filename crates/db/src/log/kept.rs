//! The newest head, signed, in a file beside the store.
//!
//! A store that lost what it had confirmed does not know it: a standby that was promoted before it had everything, an
//! older copy that was put in place, a disk that lied. It would give places away twice, and sign two histories.
//! The file knows better, unless it was lost with the store.

use super::epoch::{self, Epoch};
use super::verify::root_at;
use super::{checkpoint, key_file, open_epoch_after};
use crate::{Db, DbError, Tx};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tlog::{Head, Origin, SignedCheckpoint};

/// A note is a few hundred bytes.
const MOST: u64 = 64 << 10;

/// Where the newest head is kept.
#[derive(Debug, Clone)]
pub struct KeptHead(PathBuf);

impl KeptHead {
    /// `log.checkpoint` in the data folder.
    pub fn beside(data: &Path) -> Self {
        Self(data.join("log.checkpoint"))
    }

    /// The signed note; `None` where none was kept yet.
    pub fn read(&self) -> Result<Option<String>, DbError> {
        let file = match std::fs::File::open(&self.0) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(self.failed(e)),
        };
        let mut text = String::new();
        file.take(MOST).read_to_string(&mut text).map_err(|e| self.failed(e))?;
        Ok(Some(text))
    }

    /// Whether the store still has everything that it had when the head was kept.
    ///
    /// [`DbError::Behind`] says what is not so. A file that is no checkpoint any more is told of in the log and passed over.
    pub async fn check(&self, db: &Db) -> Result<(), DbError> {
        let mut tx = db.read().await?;
        let current = epoch::current(&mut tx).await?;
        self.compare(&mut tx, &current).await
    }

    /// Keeps the head as it is now.
    pub async fn keep(&self, db: &Db) -> Result<(), DbError> {
        self.follow(db, &mut None).await
    }

    /// Goes on under the key of a new epoch, after the newest entries were lost and nothing better can be had.
    pub async fn go_on(&self, db: &Db) -> Result<Epoch, DbError> {
        let used = self.claim()?.map_or(0, |(origin, _)| origin.epoch);
        let store = db.clone();
        db.write(move |tx| Box::pin(async move { open_epoch_after(tx, store.keys(), store.ambient(), used).await }))
            .await
    }

    /// What the file says, believed or not.
    fn claim(&self) -> Result<Option<(Origin, SignedCheckpoint)>, DbError> {
        let Some(text) = self.read()? else { return Ok(None) };
        let note = SignedCheckpoint::parse(&text).ok();
        let claim = note.and_then(|note| Some((note.claim().origin.parse().ok()?, note)));
        if claim.is_none() {
            tracing::warn!(file = %self.0.display(), "what is kept there is no checkpoint; it is passed over");
        }
        Ok(claim)
    }

    async fn compare(&self, tx: &mut Tx, current: &Epoch) -> Result<(), DbError> {
        let Some((origin, note)) = self.claim()? else { return Ok(()) };
        let head = note.claim().head;
        let behind = |what: String| Err(DbError::Behind { file: self.0.display().to_string(), what });
        if origin.name == current.origin.name && origin.epoch < current.origin.epoch {
            // A restore, or somebody who went on in spite of a loss, said so in the log itself.
            return Ok(());
        }
        if origin != current.origin || note.verify(&key_file(tx).await?).is_err() {
            return behind(format!("it is of {origin}, and the store's log is another one of {}", current.origin));
        }
        if head.size > current.head.size {
            return behind(format!("it has {} entries, the store {}", head.size, current.head.size));
        }
        if !holds(tx, current, head).await? {
            return behind(format!("the first {} entries of the store are others", head.size));
        }
        Ok(())
    }

    /// Keeps the head as it is now, after a look at the one kept before. `last` is the head that was kept last.
    async fn follow(&self, db: &Db, last: &mut Option<(i64, Head)>) -> Result<(), DbError> {
        if let Some((epoch, head)) = db.log_bell().lost() {
            return self.keep_lost(db, epoch, head).await;
        }
        let mut tx = db.read().await?;
        let current = epoch::current(&mut tx).await?;
        let now = (current.number, current.head);
        if last.as_ref() == Some(&now) {
            return Ok(());
        }
        self.compare(&mut tx, &current).await?;
        let note = checkpoint::sign(&mut tx, db.keys(), &current, current.head).await?;
        self.write(&note)?;
        *last = Some(now);
        Ok(())
    }

    /// What the store had before another server took over, for the next start.
    async fn keep_lost(&self, db: &Db, epoch: i64, head: Head) -> Result<(), DbError> {
        let mut tx = db.read().await?;
        let of = epoch::epochs(&mut tx).await?.into_iter().find(|of| of.number == epoch);
        if let Some(of) = of {
            self.write(&checkpoint::sign(&mut tx, db.keys(), &of, head).await?)?;
        }
        Err(DbError::Behind { file: self.0.display().to_string(), what: format!("it has {} entries", head.size) })
    }

    /// Whole or not at all, and on the disk when it is named.
    fn write(&self, note: &SignedCheckpoint) -> Result<(), DbError> {
        let partial = self.0.with_extension("partial");
        let written = std::fs::File::create(&partial)
            .and_then(|mut file| file.write_all(note.as_str().as_bytes()).and_then(|()| file.sync_all()))
            .and_then(|()| std::fs::rename(&partial, &self.0));
        written.map_err(|e| self.failed(e))
    }

    fn failed(&self, source: std::io::Error) -> DbError {
        DbError::File { path: self.0.display().to_string(), source }
    }
}

/// Whether the tree of this epoch had this head at its size.
pub(super) async fn holds(tx: &mut Tx, of: &Epoch, head: Head) -> Result<bool, DbError> {
    if head.size >= of.head.size {
        return Ok(head == of.head);
    }
    Ok(root_at(tx, of.number, head.size).await? == Some(head.root))
}

/// Keeps the head every `every` when it has moved. A store that turns out to have lost entries takes no more writes.
pub fn start_keeper(db: Db, kept: KeptHead, every: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut last = None;
        loop {
            tokio::time::sleep(every).await;
            match kept.follow(&db, &mut last).await {
                Ok(()) => {}
                Err(error @ DbError::Behind { .. }) => {
                    tracing::error!(%error, "no more writes are taken");
                    db.halt();
                    return;
                }
                Err(error) => tracing::warn!(%error, "the head of the log was not kept beside the store"),
            }
        }
    })
}

//! Epochs: one tree and one signing key each. A restore opens the next, because receipts newer than
//! the backup would otherwise meet a second history.

use super::sequencer::lock_head;
use super::{digest, size_of};
use crate::{DbError, Keyring, Tx, event, execute, fetch_all, fetch_optional, stmt};
use domain::Ambient;
use seal::{DataKey, KeyKind};
use tlog::{EpochStatement, Head, LogName, Origin, SigningKey, VerifierKey};
use uuid::Uuid;

/// One tree of the log.
#[derive(Debug, Clone)]
pub struct Epoch {
    /// 1 for the first.
    pub number: i64,
    /// The log's name and the epoch.
    pub origin: Origin,
    /// Public key that signs its checkpoints.
    pub verifier: VerifierKey,
    /// What is committed now.
    pub head: Head,
    key_owner: Uuid,
}

/// An epoch's columns; `owner` is that of its key.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub epoch: i64,
    pub origin: String,
    pub owner: Uuid,
    pub verifier: String,
    pub size: i64,
    pub root: Vec<u8>,
}

/// The epoch that takes new entries.
pub async fn current(tx: &mut Tx) -> Result<Epoch, DbError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT e.epoch, e.origin, k.owner, e.verifier, e.size, e.root
             FROM log_epochs e JOIN keys k ON k.id = e.key ORDER BY e.epoch DESC LIMIT 1"
        )
    )?;
    row.as_ref().map(open).transpose()?.ok_or_else(|| DbError::Inconsistent("the log has no epoch".into()))
}

/// All epochs, the first first.
pub async fn epochs(tx: &mut Tx) -> Result<Vec<Epoch>, DbError> {
    let rows = fetch_all!(
        tx,
        Row,
        stmt!(
            "SELECT e.epoch, e.origin, k.owner, e.verifier, e.size, e.root
             FROM log_epochs e JOIN keys k ON k.id = e.key ORDER BY e.epoch LIMIT 10000"
        )
    )?;
    rows.iter().map(open).collect()
}

impl Epoch {
    /// The secret key of this epoch.
    pub(crate) async fn signer(&self, tx: &mut Tx, keys: &Keyring) -> Result<SigningKey, DbError> {
        let wrapped = keys.find(tx, KeyKind::LogSigning, self.key_owner).await?;
        let key = wrapped.ok_or_else(|| DbError::Inconsistent(format!("epoch {} has no signing key", self.number)))?;
        Ok(signing_key(self.origin.clone(), &key))
    }
}

/// Makes epoch 1 in a new store.
pub(crate) async fn open_first_epoch(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    name: &str,
) -> Result<(), DbError> {
    if fetch_optional!(tx, (i64,), stmt!("SELECT epoch FROM log_epochs LIMIT 1"))?.is_some() {
        return Ok(());
    }
    let name: LogName = name.parse().map_err(|e: tlog::OriginError| DbError::Log(e.to_string()))?;
    let origin = Origin::new(name, 1).map_err(|e| DbError::Log(e.to_string()))?;
    insert(tx, keys, ambient, &origin).await?;
    let data = serde_json::json!({ "origin": origin.to_string() });
    event::append_house(tx, keys, ambient, "log_opened", None, data).await?;
    Ok(())
}

/// Ends the current epoch and opens the next with a key of its own. Its first entry says, signed by
/// the old key, where the old tree was known to end.
pub async fn open_next_epoch(tx: &mut Tx, keys: &Keyring, ambient: &Ambient) -> Result<Epoch, DbError> {
    open_epoch_after(tx, keys, ambient, 0).await
}

/// As [`open_next_epoch`], with a number above `used`: after a second restore of the same backup the
/// number that the first one took is passed over.
pub(crate) async fn open_epoch_after(
    tx: &mut Tx,
    keys: &Keyring,
    ambient: &Ambient,
    used: u32,
) -> Result<Epoch, DbError> {
    // Its statement says where the last one ended: nothing may be placed there any more.
    lock_head(tx).await?;
    let last = current(tx).await?;
    let number = last.origin.epoch.max(used).checked_add(1);
    let number = number.ok_or_else(|| DbError::Log("no epoch is left".into()))?;
    let origin = Origin::new(last.origin.name.clone(), number).map_err(|e| DbError::Log(e.to_string()))?;
    let closed = last.signer(tx, keys).await?;
    insert(tx, keys, ambient, &origin).await?;
    let opened = current(tx).await?;
    let signer = opened.signer(tx, keys).await?;
    let statement = EpochStatement::new(origin.clone(), last.origin, last.head)
        .and_then(|s| s.sign(&signer, Some(&closed)))
        .map_err(|e| DbError::Log(e.to_string()))?;
    execute!(tx, stmt!("UPDATE log_epochs SET statement = $1 WHERE epoch = $2"), statement.clone(), opened.number)?;
    let data = serde_json::json!({ "origin": origin.to_string(), "previous": statement });
    event::append_house(tx, keys, ambient, "log_epoch_opened", None, data).await?;
    Ok(opened)
}

async fn insert(tx: &mut Tx, keys: &Keyring, ambient: &Ambient, origin: &Origin) -> Result<(), DbError> {
    let owner = ambient.id::<domain::KeyId>().uuid();
    let key = keys.create(tx, KeyKind::LogSigning, owner).await?;
    let verifier = signing_key(origin.clone(), &key).verifier().to_string();
    execute!(
        tx,
        stmt!(
            "INSERT INTO log_epochs (epoch, origin, key, verifier, size, root, opened_at)
             SELECT $1, $2, k.id, $3, 0, $4, $5 FROM keys k WHERE k.kind = $6 AND k.owner = $7"
        ),
        i64::from(origin.epoch),
        origin.to_string(),
        verifier,
        tlog::Digest::EMPTY_TREE.as_bytes().to_vec(),
        ambient.now().micros(),
        KeyKind::LogSigning.as_i64(),
        owner
    )?;
    Ok(())
}

fn signing_key(origin: Origin, key: &DataKey) -> SigningKey {
    SigningKey::from_seed(origin, &key.derive("log signing key"))
}

pub(super) fn open(row: &Row) -> Result<Epoch, DbError> {
    let unreadable = |what: &str| DbError::Inconsistent(format!("epoch {} has an unreadable {what}", row.epoch));
    Ok(Epoch {
        number: row.epoch,
        origin: row.origin.parse().map_err(|_| unreadable("origin"))?,
        verifier: row.verifier.parse().map_err(|_| unreadable("key"))?,
        head: Head { size: size_of(row.size)?, root: digest(&row.root)? },
        key_owner: row.owner,
    })
}

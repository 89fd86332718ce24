//! When the last backup was made and when one was tried out, kept in the store for its system page. A store that was
//! restored remembers the backup before the one it came from.

use crate::{Db, DbError, Tx, meta};
use domain::{Span, Ts};

const MADE: &str = "last_backup";
const TRIED: &str = "last_backup_tried";

/// The last backup that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// The moment it shows.
    pub at: Ts,
    /// Attachments that were damaged in the store already and came along so.
    pub damaged: u32,
}

/// The last backup that was restored elsewhere to see whether it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// The moment the backup shows.
    pub of: Ts,
    /// When it was tried.
    pub at: Ts,
    /// What was wrong with it.
    pub faults: u32,
}

/// Remembers a backup whose files have their names.
pub(super) async fn remember(db: &Db, at: Ts, damaged: usize) -> Result<(), DbError> {
    let mut value = at.micros().to_be_bytes().to_vec();
    value.extend(count(damaged));
    store(db, MADE, value).await
}

/// Remembers that a backup was tried.
pub async fn remember_tried(db: &Db, of: Ts, faults: usize) -> Result<(), DbError> {
    let mut value = of.micros().to_be_bytes().to_vec();
    value.extend(db.ambient().now().micros().to_be_bytes());
    value.extend(count(faults));
    store(db, TRIED, value).await
}

fn count(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes()
}

async fn store(db: &Db, name: &'static str, value: Vec<u8>) -> Result<(), DbError> {
    db.write(move |tx| Box::pin(async move { meta::put(tx, name, value).await })).await
}

/// The last backup; none when none was made.
pub async fn last(tx: &mut Tx) -> Result<Option<Last>, DbError> {
    let read = |value: Vec<u8>| {
        let (at, rest) = instant(&value)?;
        Some(Last { at, damaged: u32::from_be_bytes(*rest.first_chunk()?) })
    };
    Ok(meta::get(tx, MADE).await?.and_then(read))
}

/// The last try; none when none was made.
pub async fn tried(tx: &mut Tx) -> Result<Option<Tried>, DbError> {
    let read = |value: Vec<u8>| {
        let (of, rest) = instant(&value)?;
        let (at, rest) = instant(rest)?;
        Some(Tried { of, at, faults: u32::from_be_bytes(*rest.first_chunk()?) })
    };
    Ok(meta::get(tx, TRIED).await?.and_then(read))
}

fn instant(value: &[u8]) -> Option<(Ts, &[u8])> {
    let (at, rest) = value.split_first_chunk::<8>()?;
    Some((Ts::from_micros(i64::from_be_bytes(*at)), rest))
}

/// For how long there has been no backup, when that is longer than `most`: since the last one, or since the store
/// was made.
pub async fn overdue(tx: &mut Tx, now: Ts, most: Span) -> Result<Option<Span>, DbError> {
    let since = if let Some(last) = last(tx).await? { last.at } else { crate::rotate::made(tx).await?.unwrap_or(now) };
    let age = now.since(since);
    Ok((age > most).then_some(age))
}

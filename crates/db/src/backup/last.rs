//! When the last backup was made, kept in the store for its system page. A store that was restored remembers the
//! backup before the one it came from.

use crate::{Db, DbError, Tx, execute, fetch_optional, stmt};
use domain::Ts;

const NAME: &str = "last_backup";

/// The last backup that ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// The moment it shows.
    pub at: Ts,
    /// Attachments that were damaged in the store already and came along so.
    pub damaged: u32,
}

/// Remembers a backup whose files have their names.
pub(super) async fn remember(db: &Db, at: Ts, damaged: usize) -> Result<(), DbError> {
    let mut value = at.micros().to_be_bytes().to_vec();
    value.extend(u32::try_from(damaged).unwrap_or(u32::MAX).to_be_bytes());
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    "INSERT INTO meta (name, value) VALUES ($1, $2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                ),
                NAME,
                value
            )
            .map(|_| ())
        })
    })
    .await
}

/// The last backup; none when none was made.
pub async fn last(tx: &mut Tx) -> Result<Option<Last>, DbError> {
    let row = fetch_optional!(tx, (Vec<u8>,), stmt!("SELECT value FROM meta WHERE name = $1"), NAME)?;
    let read = |(value,): (Vec<u8>,)| {
        let (at, damaged) = value.split_first_chunk::<8>()?;
        let damaged = damaged.first_chunk::<4>()?;
        Some(Last { at: Ts::from_micros(i64::from_be_bytes(*at)), damaged: u32::from_be_bytes(*damaged) })
    };
    Ok(row.and_then(read))
}

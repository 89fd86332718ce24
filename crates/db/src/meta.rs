//! What the house remembers of itself between starts, each under a name: marks of how far a task came, when a backup was
//! made, what its recovery words seal. Nothing in it is sealed by the store: who keeps a secret there seals it before.

use crate::{DbError, Tx, execute, fetch_optional, stmt};

/// What is kept under this name.
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<Vec<u8>>, DbError> {
    let row = fetch_optional!(tx, (Vec<u8>,), stmt!("SELECT value FROM meta WHERE name = $1"), name)?;
    Ok(row.map(|(value,)| value))
}

/// Keeps it under this name, in place of what was there.
pub async fn put(tx: &mut Tx, name: &str, value: Vec<u8>) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
        name,
        value
    )
    .map(|_| ())
}

/// Keeps it only where `old` is what is there, or nothing is for `None`; whether it was. Of two who go on from the same
/// place one does.
pub async fn replace(tx: &mut Tx, name: &str, old: Option<Vec<u8>>, value: Vec<u8>) -> Result<bool, DbError> {
    let kept = match old {
        Some(old) => {
            execute!(tx, stmt!("UPDATE meta SET value = $3 WHERE name = $1 AND value = $2"), name, old, value)?
        }
        None => execute!(
            tx,
            stmt!("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"),
            name,
            value
        )?,
    };
    Ok(kept == 1)
}

//! The file with the wrapped keys: a head, one line a key, and a last line that proves it whole.
//!
//! It may be newer than the backup it is restored with: keys are only added and, by erasures, destroyed.

use super::BackupError;
use super::archive::hex;
use crate::{DbError, Masters, Tx, execute, fetch_all, stmt};
use domain::Ts;
use seal::{DataKey, KeyKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use uuid::Uuid;

const FORMAT: &str = "leeward-keys/v1";
const PAGE: i64 = 1000;

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    taken_at: i64,
    note: String,
}

#[derive(Serialize, Deserialize, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) kind: i64,
    pub(super) owner: Uuid,
    #[serde(with = "hexadecimal")]
    pub(super) master: Vec<u8>,
    #[serde(with = "hexadecimal")]
    pub(super) wrapped: Vec<u8>,
    pub(super) created_at: i64,
}

#[derive(Serialize, Deserialize)]
struct Tail {
    keys: i64,
    sha256: String,
}

/// What was written.
pub(super) struct Written {
    pub(super) keys: i64,
    pub(super) masters: BTreeSet<String>,
    pub(super) sha256: String,
}

/// Writes every key that `tx` sees, durably.
pub(super) async fn write(tx: &mut Tx, path: &Path, at: Ts) -> Result<Written, BackupError> {
    let failed = BackupError::file(path);
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path).map_err(&failed)?;
    let mut out = Hashed { out: std::io::BufWriter::new(file), hash: Sha256::new() };
    let note = "Wrapped keys of a Leeward store. They open nothing without the master key, which is not here.";
    out.line(&Head { format: FORMAT.to_owned(), taken_at: at.micros(), note: note.to_owned() }).map_err(&failed)?;
    let (mut after, mut keys, mut masters) = (Uuid::nil(), 0, BTreeSet::new());
    loop {
        let rows = fetch_all!(
            tx,
            Row,
            stmt!("SELECT id, kind, owner, master, wrapped, created_at FROM keys WHERE id > $1 ORDER BY id LIMIT $2"),
            after,
            PAGE
        )?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in &rows {
            keys += 1;
            masters.insert(crate::keyring::hex(&row.master));
            out.line(row).map_err(&failed)?;
        }
    }
    let tail = Tail { keys, sha256: hex(out.hash.clone()) };
    out.line(&tail).map_err(&failed)?;
    let sha256 = hex(out.hash);
    let file = out.out.into_inner().map_err(|e| failed(e.into_error()))?;
    file.sync_all().map_err(&failed)?;
    Ok(Written { keys, masters, sha256 })
}

/// What reading the whole file once told.
pub(super) struct Checked {
    pub(super) house: DataKey,
    pub(super) keys: i64,
    pub(super) sha256: String,
}

/// Reads it once: whole, and opened by one of these master keys. Writes nothing.
pub(super) fn check(path: &Path, masters: &Masters) -> Result<Checked, BackupError> {
    let mut house = None;
    let (keys, sha256) = each(path, |row| {
        let opened = masters.unwrap(row.id, row.kind, (&row.master, &row.wrapped))?;
        if row.kind == KeyKind::House.as_i64() {
            house = Some(opened);
        }
        Ok(())
    })?;
    let house = house.ok_or_else(|| BackupError::Format(format!("{} has no key of the house", path.display())))?;
    Ok(Checked { house, keys, sha256 })
}

/// Loads the keys into a restored store that has none, and drops those of what is not in it.
pub(super) async fn load(tx: &mut Tx, path: &Path) -> Result<(), BackupError> {
    let mut rows = Vec::new();
    each(path, |row| {
        rows.push(row);
        Ok(())
    })?;
    for row in rows {
        execute!(
            tx,
            stmt!("INSERT INTO keys (id, kind, owner, master, wrapped, created_at) VALUES ($1, $2, $3, $4, $5, $6)"),
            row.id,
            row.kind,
            row.owner,
            row.master,
            row.wrapped,
            row.created_at
        )?;
    }
    for (kind, statement) in [
        (KeyKind::Case, stmt!("DELETE FROM keys WHERE kind = $1 AND owner NOT IN (SELECT id FROM cases)")),
        (KeyKind::Person, stmt!("DELETE FROM keys WHERE kind = $1 AND owner NOT IN (SELECT id FROM people)")),
        (KeyKind::LogSigning, stmt!("DELETE FROM keys WHERE kind = $1 AND id NOT IN (SELECT key FROM log_epochs)")),
    ] {
        execute!(tx, statement, kind.as_i64())?;
    }
    Ok(())
}

/// Reads line by line; gives the number of keys and the hash of the file.
fn each(path: &Path, mut take: impl FnMut(Row) -> Result<(), BackupError>) -> Result<(i64, String), BackupError> {
    let file = std::fs::File::open(path).map_err(BackupError::file(path))?;
    let broken = |what: &str| BackupError::Format(format!("{}: {what}", path.display()));
    let mut lines = BufReader::new(file).lines();
    let (mut hash, mut keys) = (Sha256::new(), 0);
    let head = lines.next().and_then(Result::ok).ok_or_else(|| broken("empty"))?;
    hash.update(format!("{head}\n"));
    let read: Head = serde_json::from_str(&head).map_err(|_| broken("not a file of wrapped keys"))?;
    if read.format != FORMAT {
        return Err(broken("of another format"));
    }
    for line in lines {
        let line = line.map_err(BackupError::file(path))?;
        if let Ok(tail) = serde_json::from_str::<Tail>(&line) {
            if tail.keys != keys || tail.sha256 != hex(hash.clone()) {
                return Err(BackupError::Changed(path.display().to_string()));
            }
            hash.update(format!("{line}\n"));
            return Ok((keys, hex(hash)));
        }
        hash.update(format!("{line}\n"));
        take(serde_json::from_str(&line).map_err(|_| broken("a line that is no key"))?)?;
        keys += 1;
    }
    Err(broken("it ends too early"))
}

/// Hashes what it writes.
struct Hashed {
    out: std::io::BufWriter<std::fs::File>,
    hash: Sha256,
}

impl Hashed {
    fn line(&mut self, value: &impl Serialize) -> std::io::Result<()> {
        let text = format!("{}\n", serde_json::to_string(value)?);
        self.hash.update(&text);
        self.out.write_all(text.as_bytes())
    }
}

mod hexadecimal {
    use data_encoding::HEXLOWER;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&HEXLOWER.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        HEXLOWER.decode(String::deserialize(from)?.as_bytes()).map_err(D::Error::custom)
    }
}

/// The error of a store whose keys nobody here can open, with the fingerprint that is wanted.
impl From<seal::SealError> for BackupError {
    fn from(e: seal::SealError) -> Self {
        Self::Db(DbError::Seal(e))
    }
}

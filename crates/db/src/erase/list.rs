//! The erasure list: a text file beside the database, outside every backup, that says what was erased
//! since. A restore of an older backup repeats it, and opens no epoch that was opened before.
//!
//! One line an entry, only appended, fsynced before the erasure is acknowledged:
//!
//! ```text
//! erased case 0198… 0198… 1795305600000000
//! epoch 2 1795305600000000
//! ```

use super::{Erasure, Kind};
use crate::{Db, DbError, fetch_all, log, stmt};
use domain::Ts;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The file; cheap to clone. Open it once in a process: its lock orders the writers.
#[derive(Debug, Clone)]
pub struct ErasureList {
    path: Arc<Path>,
    writing: Arc<Mutex<()>>,
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Something was erased.
    Erased(Erasure),
    /// An epoch of the log was opened.
    Epoch {
        /// Its number.
        number: u32,
        /// When.
        at: Ts,
    },
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Erased(e) => {
                write!(f, "erased {} {} {} {}", e.kind.as_str(), e.id, e.subject, e.at.micros())
            }
            Self::Epoch { number, at } => write!(f, "epoch {number} {}", at.micros()),
        }
    }
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let parsed = match words.next()? {
            "erased" => {
                let kind = Kind::parse(words.next()?)?;
                let id: Uuid = words.next()?.parse().ok()?;
                let subject: Uuid = words.next()?.parse().ok()?;
                let at = Ts::from_micros(words.next()?.parse().ok()?);
                Self::Erased(Erasure { id, kind, subject, at })
            }
            "epoch" => {
                let number = words.next()?.parse().ok()?;
                Self::Epoch { number, at: Ts::from_micros(words.next()?.parse().ok()?) }
            }
            _ => return None,
        };
        words.next().is_none().then_some(parsed)
    }
}

impl ErasureList {
    /// Its usual name in a data folder.
    pub const NAME: &'static str = "erasures.log";

    /// The list in a data folder.
    pub fn beside(folder: &Path) -> Self {
        Self::at(&folder.join(Self::NAME))
    }

    /// The list in this file.
    pub fn at(path: &Path) -> Self {
        Self { path: path.into(), writing: Arc::default() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every line; none when there is no file. A last line without an end was never acknowledged and
    /// is left out; any other line that cannot be read is an error.
    pub fn read(&self) -> Result<Vec<Line>, DbError> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(self.failed(source)),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let lines = whole.lines().enumerate().filter(|(_, line)| !line.is_empty());
        lines
            .map(|(n, line)| {
                Line::parse(line).ok_or_else(|| {
                    DbError::Inconsistent(format!(
                        "{}, line {}: not a line of an erasure list",
                        self.path.display(),
                        n + 1
                    ))
                })
            })
            .collect()
    }

    /// Adds lines durably.
    pub async fn append(&self, lines: Vec<Line>) -> Result<(), DbError> {
        if lines.is_empty() {
            return Ok(());
        }
        let list = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            let _one = list.writing.lock().unwrap_or_else(PoisonError::into_inner);
            list.write(&lines)
        });
        written.await.map_err(|_| DbError::Panicked)?.map_err(|source| self.failed(source))
    }

    fn write(&self, lines: &[Line]) -> std::io::Result<()> {
        let torn = std::fs::read(&self.path).is_ok_and(|bytes| bytes.last().is_some_and(|end| *end != b'\n'));
        if torn {
            // A line that a power cut tore was never acknowledged; it must not spoil the next one.
            let text = std::fs::read(&self.path)?;
            let keep = text.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            let file = std::fs::OpenOptions::new().write(true).open(&self.path)?;
            file.set_len(keep as u64)?;
        }
        let mut file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?;
        let text = lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        // One call, so that a line is torn at its end or not at all.
        file.write_all(format!("{text}\n").as_bytes())?;
        file.sync_all()?;
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => std::fs::File::open(folder)?.sync_all(),
            _ => Ok(()),
        }
    }

    /// Adds what the store knows and the list does not, such as an erasure whose process died between
    /// its commit and its line. Gives how many lines were added.
    pub async fn mirror(&self, db: &Db) -> Result<usize, DbError> {
        let have = self.read()?;
        let erased: BTreeSet<Uuid> =
            have.iter().filter_map(|l| if let Line::Erased(e) = l { Some(e.id) } else { None }).collect();
        let opened: BTreeSet<u32> =
            have.iter().filter_map(|l| if let Line::Epoch { number, .. } = l { Some(*number) } else { None }).collect();
        let mut tx = db.read().await?;
        let rows = fetch_all!(
            &mut tx,
            (Uuid, String, Uuid, i64),
            stmt!("SELECT id, kind, subject, requested_at FROM erasures ORDER BY requested_at, id")
        )?;
        let mut lines = Vec::new();
        for (id, kind, subject, at) in rows {
            let kind =
                Kind::parse(&kind).ok_or_else(|| DbError::Inconsistent(format!("erasure {id} is of kind {kind}")))?;
            if !erased.contains(&id) {
                lines.push(Line::Erased(Erasure { id, kind, subject, at: Ts::from_micros(at) }));
            }
        }
        for epoch in log::epochs(&mut tx).await? {
            let number = epoch.origin.epoch;
            if !opened.contains(&number) {
                lines.push(Line::Epoch { number, at: db.ambient().now() });
            }
        }
        drop(tx);
        let added = lines.len();
        self.append(lines).await?;
        Ok(added)
    }

    fn failed(&self, source: std::io::Error) -> DbError {
        DbError::File { path: PathBuf::from(&*self.path).display().to_string(), source }
    }
}

#[cfg(test)]
mod tests {
    use super::{ErasureList, Line};
    use crate::erase::{Erasure, Kind};
    use domain::Ts;
    use uuid::Uuid;

    fn erased(n: u128) -> Line {
        let (id, subject) = (Uuid::from_u128(n), Uuid::from_u128(n + 100));
        Line::Erased(Erasure { id, kind: Kind::Case, subject, at: Ts::from_micros(7) })
    }

    #[tokio::test]
    async fn lines_are_kept_and_a_torn_one_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let list = ErasureList::beside(folder.path());
        assert_eq!(list.read().unwrap(), Vec::new());
        list.append(vec![erased(1), Line::Epoch { number: 2, at: Ts::from_micros(9) }]).await.unwrap();
        let whole = std::fs::read_to_string(list.path()).unwrap();
        std::fs::write(list.path(), format!("{whole}erased case 0198")).unwrap();
        assert_eq!(list.read().unwrap().len(), 2);
        list.append(vec![erased(3)]).await.unwrap();
        assert_eq!(list.read().unwrap(), [erased(1), Line::Epoch { number: 2, at: Ts::from_micros(9) }, erased(3)]);
    }

    #[test]
    fn a_damaged_line_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let list = ErasureList::beside(folder.path());
        std::fs::write(list.path(), "erased house x\nepoch 2 9\n").unwrap();
        assert!(list.read().is_err());
    }
}

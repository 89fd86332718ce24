//! What can go wrong in the store, named by the step that failed.

/// An error of the store. Its text is for operators, never for a page.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine refused or lost a statement.
    #[error("store: {0}")]
    Sql(#[from] sqlx::Error),
    /// The disk is full: nothing was written, reads go on.
    #[error("store: the disk is full")]
    Full,
    /// A write could not be made durable, so this process takes no more writes: after a failed
    /// fsync nobody knows what the disk holds, and trying again would only look like success.
    #[error("store: an earlier write could not be made durable; restart after checking the disk")]
    Halted,
    /// The engine refused the commit that this action shared with others; trying again may succeed.
    #[error("store: the commit was refused: {0}")]
    NotCommitted(String),
    /// The store lost entries of its log that it had confirmed.
    #[error(
        "the store is behind {file}, the newest head of its log that was kept: {what}. An older copy lies in its place, or the \
         database lost what it had confirmed. Bring the newer store back, or restore a backup. When nothing better is left, \
         `leeward log go-on` goes on without what is lost; if the file is another store's, move it away"
    )]
    Behind {
        /// Where the head is kept.
        file: String,
        /// What does not fit.
        what: String,
    },
    /// The writer's queue is full.
    #[error("store: too many writes are waiting")]
    Busy,
    /// The action panicked; its changes were rolled back.
    #[error("store: the action stopped half-way and was rolled back")]
    Panicked,
    /// A database made by a newer release.
    #[error("store: the schema is number {found}, this program knows up to {known}; use a newer release")]
    NewerSchema {
        /// Number found in the database.
        found: i64,
        /// Highest number this binary knows.
        known: i64,
    },
    /// The address names no engine we know, or a SQLite file that is not there.
    #[error("store: {0}")]
    Address(String),
    /// A sealed value does not open: wrong key, moved, cut or changed.
    #[error("sealed value: {0}")]
    Seal(#[from] seal::SealError),
    /// The master key is not the one this store was sealed with.
    #[error("the master key {got} is not the one of this store, which wants {wanted}")]
    WrongMaster {
        /// Fingerprint the store was sealed with.
        wanted: String,
        /// Fingerprint of the key that was given.
        got: String,
    },
    /// The key of this record was destroyed by an erasure.
    #[error("this record was erased")]
    Erased,
    /// A row contradicts another row or its commitment.
    #[error("store is inconsistent: {0}")]
    Inconsistent(String),
    /// The log could not be built or read.
    #[error("log: {0}")]
    Log(String),
    /// A file of the data folder could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The path as given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The blob store refused.
    #[error(transparent)]
    Blob(#[from] crate::blob::BlobError),
    /// A program we call (`pg_dump`, `pg_restore`) failed or is missing.
    #[error("{0}")]
    Tool(String),
}

impl DbError {
    /// True when one row cannot be what it says, so that others may still be read.
    pub fn is_of_a_row(&self) -> bool {
        matches!(self, Self::Seal(_) | Self::Erased | Self::Inconsistent(_))
    }

    /// True when the disk, not the action, is the reason: nothing durable may be promised any more.
    pub(crate) fn is_io(&self) -> bool {
        self.sqlite_code().is_some_and(|code| code & 0xff == 10)
    }

    /// True when the engine says that the disk is full.
    pub(crate) fn is_full(&self) -> bool {
        let pg_full = matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.code().as_deref() == Some("53100"));
        pg_full || self.sqlite_code().is_some_and(|code| code & 0xff == 13)
    }

    /// True when the engine or the disk cannot be reached now, so that trying again later makes sense.
    pub fn is_unavailable(&self) -> bool {
        let Self::Sql(error) = self else { return false };
        match error {
            // The last two: a connection that ends in the middle of its greeting.
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_) => true,
            // PostgreSQL classes: connection, resources, operator intervention, and a standby that has not taken over yet.
            // SQLite: busy and disk I/O.
            sqlx::Error::Database(e) => {
                let of_class = |c: &str| ["08", "53", "57"].iter().any(|class| c.starts_with(class)) && c.len() == 5;
                let postgres = e.code().is_some_and(|c| of_class(&c) || c == "25006");
                postgres || self.sqlite_code().is_some_and(|code| matches!(code & 0xff, 5 | 10))
            }
            _ => false,
        }
    }

    /// True when a unique key was already there.
    pub fn is_unique(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    fn sqlite_code(&self) -> Option<i32> {
        let Self::Sql(sqlx::Error::Database(e)) = self else { return None };
        e.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
        e.code()?.parse().ok()
    }

    /// The same error with a full disk told apart.
    pub(crate) fn sorted(self) -> Self {
        if self.is_full() { Self::Full } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::DbError;

    #[test]
    fn a_server_that_goes_away_is_unavailable_wherever_it_stops() {
        let greeting = sqlx::Error::Protocol("unexpected response from SSLRequest: 0x00".into());
        assert!(DbError::from(greeting).is_unavailable());
        assert!(DbError::from(sqlx::Error::PoolTimedOut).is_unavailable());
        assert!(!DbError::from(sqlx::Error::RowNotFound).is_unavailable());
    }
}

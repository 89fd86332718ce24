//! One open transaction on either engine.

use crate::DbError;
use sqlx::{Postgres, Sqlite, Transaction};

/// An open transaction. Made by [`crate::Db::write`] and [`crate::Db::read`].
pub enum Tx {
    /// On SQLite: the writer's transaction, or a snapshot on a read-only connection.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Pg(Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a text that has no parameters and gives no rows.
    pub(crate) async fn run(&mut self, sql: &'static str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(t) => sqlx::raw_sql(sql).execute(&mut **t).await.map(|_| ())?,
            Self::Pg(t) => sqlx::raw_sql(sql).execute(&mut **t).await.map(|_| ())?,
        }
        Ok(())
    }

    pub(crate) async fn commit(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(t) => t.commit().await?,
            Self::Pg(t) => t.commit().await?,
        }
        Ok(())
    }

    /// True on SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

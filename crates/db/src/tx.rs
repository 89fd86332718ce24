//! One open transaction on either engine.

use crate::later::Later;
use crate::list::bound;
use crate::{DbError, Stmt, Value};
use sqlx::{Postgres, Sqlite, Transaction};

/// An open transaction. Made by [`crate::Db::write`] and [`crate::Db::read`].
pub struct Tx {
    conn: Conn,
    later: Later,
}

/// The connection of a transaction.
pub enum Conn {
    /// On SQLite: the writer's transaction, or a snapshot on a read-only connection.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Pg(Transaction<'static, Postgres>),
}

impl From<Transaction<'static, Sqlite>> for Tx {
    fn from(conn: Transaction<'static, Sqlite>) -> Self {
        Self { conn: Conn::Sqlite(conn), later: Later::default() }
    }
}

impl From<Transaction<'static, Postgres>> for Tx {
    fn from(conn: Transaction<'static, Postgres>) -> Self {
        Self { conn: Conn::Pg(conn), later: Later::default() }
    }
}

impl Tx {
    /// The connection, after everything that [`crate::later!`] put off.
    pub async fn ready(&mut self) -> Result<&mut Conn, DbError> {
        if !self.later.is_empty() {
            self.flush("").await?;
        }
        Ok(&mut self.conn)
    }

    /// Puts a statement off: see [`crate::later!`].
    pub async fn later(&mut self, statement: Stmt, values: Vec<Value>) -> Result<(), DbError> {
        self.later.push(statement, values);
        if self.later.is_much() { self.flush("").await } else { Ok(()) }
    }

    /// Sends what was put off, and on SQLite `then` behind it on the same way.
    pub(crate) async fn flush(&mut self, then: &'static str) -> Result<(), DbError> {
        for sending in std::mem::take(&mut self.later).sendings(self.is_sqlite(), then) {
            match &mut self.conn {
                Conn::Sqlite(t) => bound!(Sqlite, query, sending).execute(&mut **t).await.map(|_| ())?,
                Conn::Pg(t) => bound!(Postgres, query, sending).execute(&mut **t).await.map(|_| ())?,
            }
        }
        Ok(())
    }

    /// Drops what was put off: the action that asked for it is undone.
    pub(crate) fn forget(&mut self) {
        self.later = Later::default();
    }

    /// Runs a text that has no parameters and gives no rows.
    pub(crate) async fn run(&mut self, sql: &'static str) -> Result<(), DbError> {
        match self.ready().await? {
            Conn::Sqlite(t) => sqlx::raw_sql(sql).execute(&mut **t).await.map(|_| ())?,
            Conn::Pg(t) => sqlx::raw_sql(sql).execute(&mut **t).await.map(|_| ())?,
        }
        Ok(())
    }

    pub(crate) async fn commit(mut self) -> Result<(), DbError> {
        self.ready().await?;
        match self.conn {
            Conn::Sqlite(t) => t.commit().await?,
            Conn::Pg(t) => t.commit().await?,
        }
        Ok(())
    }

    /// True on SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.conn, Conn::Sqlite(_))
    }
}

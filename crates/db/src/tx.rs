//! One open transaction on either engine, or one connection without.

use crate::later::Later;
use crate::list::bound;
use crate::{DbError, Stmt, Value};
use sqlx::pool::PoolConnection;
use sqlx::{Database, Postgres, Sqlite, Transaction};
use std::ops::{Deref, DerefMut};

/// An open transaction, or a glance. Made by [`crate::Db::write`], [`crate::Db::read`] and [`crate::Db::glance`].
pub struct Tx {
    conn: Conn,
    later: Later,
}

/// The connection of a transaction.
pub enum Conn {
    /// On SQLite: the writer's transaction, or a read-only connection.
    Sqlite(Held<Sqlite>),
    /// On PostgreSQL.
    Pg(Held<Postgres>),
}

/// How a connection is held.
pub enum Held<D: Database> {
    /// With a transaction, which is rolled back unless it is committed.
    Whole(Transaction<'static, D>),
    /// Without one: each statement stands for itself.
    Bare(PoolConnection<D>),
}

impl<D: Database> Held<D> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Whole(transaction) => transaction.commit().await,
            Self::Bare(_) => Ok(()),
        }
    }
}

impl<D: Database> Deref for Held<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Self::Whole(transaction) => transaction,
            Self::Bare(connection) => connection,
        }
    }
}

impl<D: Database> DerefMut for Held<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Self::Whole(transaction) => transaction,
            Self::Bare(connection) => connection,
        }
    }
}

impl From<Held<Sqlite>> for Tx {
    fn from(held: Held<Sqlite>) -> Self {
        Self { conn: Conn::Sqlite(held), later: Later::default() }
    }
}

impl From<Held<Postgres>> for Tx {
    fn from(held: Held<Postgres>) -> Self {
        Self { conn: Conn::Pg(held), later: Later::default() }
    }
}

impl From<Transaction<'static, Sqlite>> for Tx {
    fn from(transaction: Transaction<'static, Sqlite>) -> Self {
        Self::from(Held::Whole(transaction))
    }
}

impl From<Transaction<'static, Postgres>> for Tx {
    fn from(transaction: Transaction<'static, Postgres>) -> Self {
        Self::from(Held::Whole(transaction))
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

//! A list query whose filters are chosen at run time: static fragments, typed values, `$n` counted here.

use crate::{Conn, DbError, Tx};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Postgres, Sqlite};
use uuid::Uuid;

/// A value bound to a statement; `None` is NULL.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text.
    Text(Option<String>),
    /// A whole number or an instant in microseconds.
    Int(Option<i64>),
    /// An id.
    Id(Option<Uuid>),
    /// A flag.
    Flag(Option<bool>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value { fn from(v: $from) -> Self { Self::$variant(Some(v.into())) } }
        impl From<Option<$from>> for Value { fn from(v: Option<$from>) -> Self { Self::$variant(v.map(Into::into)) } }
    )*};
}
value_from!(&str => Text, String => Text, i64 => Int, Uuid => Id, bool => Flag, Vec<u8> => Bytes);

impl Value {
    /// Bytes of memory that it points to.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(Some(v)) => v.len(),
            Self::Bytes(Some(v)) => v.len(),
            _ => 0,
        }
    }
}

/// A query of a text made at run time, with its values.
macro_rules! bound {
    ($engine:ty, $make:ident $(::<$row:ty>)?, $what:expr) => {{
        let mut query = sqlx::$make::<$engine $(, $row)?>(sqlx::AssertSqlSafe($what.sql));
        for value in $what.values {
            query = match value {
                crate::Value::Text(v) => query.bind(v),
                crate::Value::Int(v) => query.bind(v),
                crate::Value::Id(v) => query.bind(v),
                crate::Value::Flag(v) => query.bind(v),
                crate::Value::Bytes(v) => query.bind(v),
            };
        }
        query
    }};
}
pub(crate) use bound;

/// Builder of a list query. Only `'static` text can become SQL.
#[derive(Debug, Clone)]
pub struct List {
    sql: String,
    values: Vec<Value>,
}

impl List {
    /// Starts from a text that already has a `WHERE`.
    pub fn new(head: &'static str) -> Self {
        Self { sql: head.to_owned(), values: Vec::new() }
    }

    /// Adds ` AND <condition>`; each `?` in the condition takes the next value.
    #[must_use]
    pub fn and<const N: usize>(mut self, condition: &'static str, values: [Value; N]) -> Self {
        self.sql.push_str(" AND ");
        self.push(condition, values);
        self
    }

    /// Adds the condition only when there is a value.
    #[must_use]
    pub fn and_opt<V: Into<Value>>(self, condition: &'static str, value: Option<V>) -> Self {
        match value {
            Some(v) => self.and(condition, [v.into()]),
            None => self,
        }
    }

    /// Adds order and limit; each `?` takes the next value.
    #[must_use]
    pub fn tail<const N: usize>(mut self, text: &'static str, values: [Value; N]) -> Self {
        self.sql.push(' ');
        self.push(text, values);
        self
    }

    fn push<const N: usize>(&mut self, text: &'static str, values: [Value; N]) {
        debug_assert_eq!(text.matches('?').count(), N, "one value for each ?");
        let mut parts = text.split('?');
        self.sql.push_str(parts.next().unwrap_or_default());
        for (value, part) in values.into_iter().zip(parts) {
            self.values.push(value);
            self.sql.push('$');
            self.sql.push_str(&self.values.len().to_string());
            self.sql.push_str(part);
        }
    }

    /// The text as it will be prepared: for tests.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The same behind a word, such as one that asks how it would be run: for tests.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn behind(mut self, word: &'static str) -> Self {
        self.sql.insert_str(0, word);
        self
    }

    /// Runs the query.
    pub async fn fetch<R>(self, tx: &mut Tx) -> Result<Vec<R>, DbError>
    where
        R: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        #[cfg(feature = "testing")]
        crate::testing::hear(&self);
        Ok(match tx.ready().await? {
            Conn::Sqlite(t) => bound!(Sqlite, query_as::<R>, self).fetch_all(&mut **t).await?,
            Conn::Pg(t) => bound!(Postgres, query_as::<R>, self).fetch_all(&mut **t).await?,
        })
    }
}

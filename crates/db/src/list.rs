//! A list query whose filters are chosen at run time: static fragments, typed values, `$n` counted here.

use crate::{DbError, Tx};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Postgres, Sqlite};
use uuid::Uuid;

/// A value bound to a list query.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number or an instant in microseconds.
    Int(i64),
    /// An id.
    Id(Uuid),
    /// A flag.
    Flag(bool),
    /// Bytes.
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for Value { fn from(v: $from) -> Self { Self::$variant(v.into()) } }
    )*};
}
value_from!(&str => Text, String => Text, i64 => Int, Uuid => Id, bool => Flag, Vec<u8> => Bytes);

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

    /// Runs the query.
    pub async fn fetch<R>(self, tx: &mut Tx) -> Result<Vec<R>, DbError>
    where
        R: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>,
    {
        macro_rules! run {
            ($engine:ty, $tx:expr) => {{
                let mut query = sqlx::query_as::<$engine, R>(sqlx::AssertSqlSafe(self.sql));
                for value in self.values {
                    query = match value {
                        Value::Text(v) => query.bind(v),
                        Value::Int(v) => query.bind(v),
                        Value::Id(v) => query.bind(v),
                        Value::Flag(v) => query.bind(v),
                        Value::Bytes(v) => query.bind(v),
                    };
                }
                Ok(query.fetch_all(&mut **$tx).await?)
            }};
        }
        match tx {
            Tx::Sqlite(t) => run!(Sqlite, t),
            Tx::Pg(t) => run!(Postgres, t),
        }
    }
}

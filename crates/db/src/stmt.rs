//! Statements written once for both engines. `rustc` checks row and bind types for both drivers;
//! a test prepares every `stmt!` of the house on both engines.

/// What a statement is in each dialect. Most are the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stmt {
    /// Text for SQLite.
    pub sqlite: &'static str,
    /// Text for PostgreSQL.
    pub pg: &'static str,
}

/// A statement: `stmt!("…$1…")`, or `stmt!(sqlite: "…", pg: "…")` where the engines differ.
#[macro_export]
macro_rules! stmt {
    ($sql:literal) => {
        $crate::Stmt { sqlite: $sql, pg: $sql }
    };
    (sqlite: $s:literal, pg: $p:literal $(,)?) => {
        $crate::Stmt { sqlite: $s, pg: $p }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! on_engine {
    ($tx:expr, $stmt:expr, $make:ident :: <$($row:ty)?>, $run:ident, [$($bind:expr),*]) => {{
        let statement: $crate::Stmt = $stmt;
        match $crate::Tx::ready($tx).await {
            Ok($crate::Conn::Sqlite(t)) => $crate::sqlx::$make::<$crate::sqlx::Sqlite $(, $row)?>(statement.sqlite)
                $(.bind($bind))*.$run(&mut **t).await.map_err($crate::DbError::from),
            Ok($crate::Conn::Pg(t)) => $crate::sqlx::$make::<$crate::sqlx::Postgres $(, $row)?>(statement.pg)
                $(.bind($bind))*.$run(&mut **t).await.map_err($crate::DbError::from),
            Err(e) => Err(e),
        }
    }};
}

/// Runs a statement and gives the number of rows it touched.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $stmt:expr $(, $bind:expr)* $(,)?) => {{
        let statement: $crate::Stmt = $stmt;
        match $crate::Tx::ready($tx).await {
            Ok($crate::Conn::Sqlite(t)) => $crate::sqlx::query::<$crate::sqlx::Sqlite>(statement.sqlite)
                $(.bind($bind))*.execute(&mut **t).await.map(|r| r.rows_affected()).map_err($crate::DbError::from),
            Ok($crate::Conn::Pg(t)) => $crate::sqlx::query::<$crate::sqlx::Postgres>(statement.pg)
                $(.bind($bind))*.execute(&mut **t).await.map(|r| r.rows_affected()).map_err($crate::DbError::from),
            Err(e) => Err(e),
        }
    }};
}

/// Puts a statement off until the next one that is waited for, or the end of the action: all that were
/// put off go to the engine together. An error, such as a constraint that does not hold, comes from there.
///
/// For statements whose number of rows does not matter. Those put off together must touch different
/// rows, and rows of one `INSERT` may come before those of another that was put off earlier.
#[macro_export]
macro_rules! later {
    ($tx:expr, $stmt:expr $(, $bind:expr)* $(,)?) => {
        $crate::Tx::later($tx, $stmt, vec![$($crate::Value::from($bind)),*]).await
    };
}

/// The first row, if any. A row type is a `FromRow` struct or a tuple.
#[macro_export]
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $stmt:expr $(, $bind:expr)* $(,)?) => {
        $crate::on_engine!($tx, $stmt, query_as::<$row>, fetch_optional, [$($bind),*])
    };
}

/// Exactly one row; none is an error.
#[macro_export]
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $stmt:expr $(, $bind:expr)* $(,)?) => {
        $crate::on_engine!($tx, $stmt, query_as::<$row>, fetch_one, [$($bind),*])
    };
}

/// All rows. Give the statement a `LIMIT`.
#[macro_export]
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $stmt:expr $(, $bind:expr)* $(,)?) => {
        $crate::on_engine!($tx, $stmt, query_as::<$row>, fetch_all, [$($bind),*])
    };
}

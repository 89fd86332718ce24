//! The schema against the list of plain columns, and every statement of the house against the schema.

use db::plain::{BYTES, PLAIN};
use db::testing::TestDb;
use db::{Conn, Tx, fetch_all, stmt};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    table: String,
    name: String,
    bytes: bool,
}

async fn columns(tx: &mut Tx) -> BTreeSet<Column> {
    let rows = fetch_all!(
        tx,
        (String, String, String),
        stmt!(
            sqlite: "SELECT m.name, p.name, p.type FROM sqlite_master m, pragma_table_info(m.name) p
                     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
            pg: "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT FROM information_schema.columns
                 WHERE table_schema = 'public'",
        )
    )
    .unwrap();
    // On SQLite an id is bytes too; the lists say which are ids.
    rows.into_iter()
        .map(|(table, name, kind)| Column { table, name, bytes: kind == "BLOB" || kind == "bytea" })
        .collect()
}

#[tokio::test]
async fn every_column_is_sealed_or_on_the_list() {
    let t = TestDb::new().await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    let plain: BTreeMap<_, BTreeSet<_>> = PLAIN.iter().map(|(t, c)| (*t, c.iter().copied().collect())).collect();
    let bytes: BTreeMap<_, BTreeMap<_, _>> = BYTES.iter().map(|(t, c)| (*t, c.iter().copied().collect())).collect();
    let mut seen = 0;
    for column in columns(&mut tx).await {
        let is_plain = plain.get(column.table.as_str()).is_some_and(|c| c.contains(column.name.as_str()));
        let is_bytes = bytes.get(column.table.as_str()).is_some_and(|c| c.contains_key(column.name.as_str()));
        assert!(is_plain != is_bytes, "{column:?} must be in exactly one of the lists of plain.rs");
        assert!(!is_bytes || column.bytes, "{column:?} is called sealed or keyed but is not a column of bytes");
        seen += 1;
    }
    let listed: usize =
        PLAIN.iter().map(|(_, c)| c.len()).sum::<usize>() + BYTES.iter().map(|(_, c)| c.len()).sum::<usize>();
    let elsewhere = if matches!(t.address, db::Address::Sqlite(_)) { 0 } else { 2 };
    assert_eq!(seen + elsewhere, listed, "plain.rs names a column that is not there");
}

/// The texts of every `stmt!` below `crates/`: (place, sqlite, postgres).
fn statements() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && path.components().any(|c| c.as_os_str() == "src") {
                files.push(path);
            }
        }
    }
    files
        .iter()
        .flat_map(|path| in_file(&path.display().to_string(), &std::fs::read_to_string(path).unwrap()))
        .collect()
}

fn in_file(path: &str, text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("stmt!(") {
        let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
        if text[line_start..at].contains("//")
            || text[at..].starts_with("stmt!($")
            || text[at..].starts_with("stmt!(\"…")
        {
            continue;
        }
        let place = format!("{path}:{}", text[..at].matches('\n').count() + 1);
        let rest = &text[at + "stmt!(".len()..];
        let (first, after) = literal(rest).unwrap_or_else(|| panic!("{place}: not a literal"));
        if rest.trim_start().starts_with("sqlite:") {
            let (second, _) = literal(after).unwrap_or_else(|| panic!("{place}: no text for PostgreSQL"));
            found.push((place, first, second));
        } else {
            found.push((place, first.clone(), first));
        }
    }
    found
}

/// The next string literal (no escapes are used in SQL here) and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let start = text.find('"')? + 1;
    let end = start + text[start..].find('"')?;
    Some((text[start..end].to_owned(), &text[end + 1..]))
}

#[tokio::test]
async fn every_statement_prepares() {
    use db::sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
    let t = TestDb::new().await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    let all = statements();
    assert!(all.len() > 30, "the search for statements finds nothing");
    let mut bad = Vec::new();
    for (place, sqlite, pg) in all {
        let outcome = match tx.ready().await.unwrap() {
            Conn::Sqlite(c) => c.prepare(AssertSqlSafe(sqlite).into_sql_str()).await.map(|_| ()),
            Conn::Pg(c) => c.prepare(AssertSqlSafe(pg).into_sql_str()).await.map(|_| ()),
        };
        if let Err(e) = outcome {
            bad.push(format!("{place}: {e}"));
            drop(tx);
            tx = t.db.read().await.unwrap();
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

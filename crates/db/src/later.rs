//! Statements whose outcome nobody waits for, sent together. A statement costs a change of thread on
//! SQLite and a round trip on PostgreSQL, many times what the engine does for it: what one action writes
//! goes in one.
//!
//! Rows for the same `INSERT` become one statement of many rows. What remains is one text: on SQLite
//! statements one after the other, on PostgreSQL one statement whose parts are `WITH` queries.

use crate::{Stmt, Value};
use std::fmt::Write as _;

/// Rows of one statement at most. Fewer are sent in powers of two, so that few texts are prepared.
const MOST: usize = 64;
/// Rows for one table up to here share their text with other statements.
const FEW: usize = 8;
/// Statements that wait, at most.
const MUCH: usize = 4 * MOST;
/// Bytes that wait, at most.
const MUCH_BYTES: usize = 1 << 20;

/// What was put off.
#[derive(Debug, Default)]
pub(crate) struct Later {
    groups: Vec<Group>,
    statements: usize,
    bytes: usize,
}

/// Rows of one statement.
#[derive(Debug)]
struct Group {
    statement: Stmt,
    rows: Vec<Vec<Value>>,
}

/// One text and its values.
#[derive(Debug)]
pub(crate) struct Sending {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Later {
    pub(crate) fn push(&mut self, statement: Stmt, row: Vec<Value>) {
        self.statements += 1;
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        let insert = [statement.sqlite, statement.pg].iter().all(|text| Insert::parse(text).is_some());
        match self.groups.iter_mut().find(|group| insert && group.statement == statement) {
            Some(group) => group.rows.push(row),
            None => self.groups.push(Group { statement, rows: vec![row] }),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub(crate) fn is_much(&self) -> bool {
        self.statements >= MUCH || self.bytes >= MUCH_BYTES
    }

    /// What to send, in order. `then` goes behind it on SQLite.
    pub(crate) fn sendings(self, sqlite: bool, then: &str) -> Vec<Sending> {
        let (mut sendings, mut few) = (Vec::new(), Vec::new());
        for group in self.groups {
            if group.rows.len() <= FEW {
                few.push(group);
                continue;
            }
            sendings.extend(together(std::mem::take(&mut few), sqlite, ""));
            let Group { statement, mut rows } = group;
            while !rows.is_empty() {
                let most = rows.len().min(MOST);
                let rest = rows.split_off(1 << most.ilog2());
                sendings.extend(together(vec![Group { statement, rows }], sqlite, ""));
                rows = rest;
            }
        }
        sendings.extend(together(few, sqlite, then));
        sendings
    }
}

/// Groups as one text; none when there is nothing to send.
fn together(groups: Vec<Group>, sqlite: bool, then: &str) -> Option<Sending> {
    let (mut sql, mut values) = (String::new(), Vec::new());
    let last = groups.len().checked_sub(1);
    for (n, Group { statement, rows }) in groups.into_iter().enumerate() {
        if sqlite {
            sql.push_str(if n > 0 { "; " } else { "" });
            write_rows(&mut sql, statement.sqlite, &mut values, rows);
        } else if Some(n) == last {
            sql.push_str(if n > 0 { ") " } else { "" });
            write_rows(&mut sql, statement.pg, &mut values, rows);
        } else {
            sql.push_str(if n > 0 { "), " } else { "WITH " });
            // Writing to a string cannot fail.
            let _ = write!(sql, "w{n} AS (");
            write_rows(&mut sql, statement.pg, &mut values, rows);
        }
    }
    if sqlite && !then.is_empty() {
        sql.push_str(if last.is_some() { "; " } else { "" });
        sql.push_str(then);
    }
    (!sql.is_empty()).then_some(Sending { sql, values })
}

/// The statement with as many tuples as there are rows, its places counted on from those before.
fn write_rows(sql: &mut String, text: &str, values: &mut Vec<Value>, rows: Vec<Vec<Value>>) {
    let Some(insert) = Insert::parse(text) else {
        for row in rows {
            write_counted(sql, text, values.len());
            values.extend(row);
        }
        return;
    };
    sql.push_str(insert.head);
    for (n, row) in rows.into_iter().enumerate() {
        sql.push_str(if n > 0 { ", " } else { "" });
        write_counted(sql, insert.tuple, values.len());
        values.extend(row);
    }
    sql.push_str(insert.tail);
}

/// The text with `$1` as the place after `before`.
fn write_counted(sql: &mut String, text: &str, before: usize) {
    let mut parts = text.split('$');
    sql.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let place: usize = part[..digits].parse().unwrap_or_default();
        let _ = write!(sql, "${}", place + before);
        sql.push_str(&part[digits..]);
    }
}

/// `INSERT … VALUES (…) …` in three parts.
struct Insert<'t> {
    head: &'t str,
    tuple: &'t str,
    tail: &'t str,
}

impl<'t> Insert<'t> {
    /// None when it is another statement, or one that calls functions or has places in its tail.
    fn parse(text: &'t str) -> Option<Self> {
        let values = text.trim_start().starts_with("INSERT").then(|| text.find("VALUES (")).flatten()?;
        let (head, rest) = text.split_at(values + "VALUES ".len());
        let (tuple, tail) = rest.split_at(rest.find(')')? + 1);
        (!tuple[1..].contains('(') && !tail.contains('$')).then_some(Self { head, tuple, tail })
    }
}

#[cfg(test)]
mod tests {
    use super::{Later, Sending};
    use crate::Stmt;

    const KEY: Stmt = same("INSERT INTO keys (id, n) VALUES ($1, $2)");
    const TILE: Stmt = same("INSERT INTO tiles (n, b) VALUES ($2, $1) ON CONFLICT (n) DO UPDATE SET b = excluded.b");
    const HEAD: Stmt = same("UPDATE heads SET size = $1 WHERE n = $2");

    /// Of tables that no store has.
    const fn same(sql: &'static str) -> Stmt {
        Stmt { sqlite: sql, pg: sql }
    }

    fn sent(sqlite: bool, then: &str, what: &[(Stmt, usize)]) -> Vec<Sending> {
        let mut later = Later::default();
        for (place, (statement, rows)) in what.iter().enumerate() {
            for row in 0..*rows {
                let value = i64::try_from(place * 100 + row).unwrap();
                later.push(*statement, vec![value.into(), 0_i64.into()]);
            }
        }
        later.sendings(sqlite, then)
    }

    fn texts(sendings: &[Sending]) -> Vec<&str> {
        sendings.iter().map(|s| s.sql.as_str()).collect()
    }

    #[test]
    fn what_one_action_writes_goes_in_one_text() {
        let what = [(KEY, 1), (TILE, 2), (KEY, 1), (HEAD, 1)];
        assert_eq!(
            texts(&sent(true, "RELEASE action", &what)),
            ["INSERT INTO keys (id, n) VALUES ($1, $2), ($3, $4); \
              INSERT INTO tiles (n, b) VALUES ($6, $5), ($8, $7) ON CONFLICT (n) DO UPDATE SET b = excluded.b; \
              UPDATE heads SET size = $9 WHERE n = $10; RELEASE action"]
        );
        assert_eq!(
            texts(&sent(false, "", &what)),
            ["WITH w0 AS (INSERT INTO keys (id, n) VALUES ($1, $2), ($3, $4)), \
              w1 AS (INSERT INTO tiles (n, b) VALUES ($6, $5), ($8, $7) ON CONFLICT (n) DO UPDATE SET b = excluded.b) \
              UPDATE heads SET size = $9 WHERE n = $10"]
        );
        assert_eq!(texts(&sent(false, "", &[(HEAD, 1)])), [HEAD.pg]);
        assert_eq!(texts(&sent(true, "RELEASE action", &[])), ["RELEASE action"]);
        assert!(sent(false, "", &[]).is_empty());
    }

    #[test]
    fn many_rows_go_in_powers_of_two_and_in_order() {
        let sendings = sent(true, "", &[(HEAD, 1), (KEY, 75), (TILE, 1)]);
        let rows: Vec<usize> = sendings.iter().map(|s| s.values.len() / 2).collect();
        assert_eq!(rows, [1, 64, 8, 2, 1, 1]);
        let order: Vec<_> =
            sendings.iter().flat_map(|s| s.values.iter().step_by(2)).map(|v| format!("{v:?}")).collect();
        let expected = [0].into_iter().chain(100..175).chain([200]).map(|n| format!("Int(Some({n}))"));
        assert_eq!(order, expected.collect::<Vec<_>>());
    }

    #[test]
    fn rows_are_joined_only_where_both_dialects_can() {
        let differs = Stmt { sqlite: KEY.sqlite, pg: "INSERT INTO keys (id, n) SELECT $1, $2" };
        assert_eq!(
            texts(&sent(false, "", &[(differs, 2)])),
            ["WITH w0 AS (INSERT INTO keys (id, n) SELECT $1, $2) INSERT INTO keys (id, n) SELECT $3, $4"]
        );
    }

    #[test]
    fn updates_keep_their_own_places() {
        let sendings = sent(true, "", &[(HEAD, 2)]);
        assert_eq!(
            texts(&sendings),
            ["UPDATE heads SET size = $1 WHERE n = $2; UPDATE heads SET size = $3 WHERE n = $4"]
        );
    }
}

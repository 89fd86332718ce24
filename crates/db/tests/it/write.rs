//! `db.write`: all or nothing, many in one commit, nobody's failure is another's.

use db::testing::TestDb;
use db::{DbError, execute, fetch_one, later, stmt};
use sqlx::Connection;
use std::sync::atomic::Ordering;

async fn put(db: &db::Db, name: String, fail: bool) -> Result<(), DbError> {
    db.write(move |tx| {
        Box::pin(async move {
            execute!(tx, stmt!("INSERT INTO meta (name, value) VALUES ($1, $2)"), name, vec![1_u8])?;
            if fail { Err(DbError::Busy) } else { Ok(()) }
        })
    })
    .await
}

async fn count(db: &db::Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM meta WHERE name LIKE 'w-%'")).unwrap().0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn actions_at_once_are_kept_or_dropped_one_by_one() {
    let t = TestDb::new().await.unwrap();
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let db = t.db.clone();
            tokio::spawn(async move { put(&db, format!("w-{n}"), n % 5 == 0).await })
        })
        .collect();
    let mut kept = 0;
    for task in tasks {
        kept += i64::from(task.await.unwrap().is_ok());
    }
    assert_eq!(kept, 160);
    assert_eq!(count(&t.db).await, 160);
    let figures = t.db.figures();
    if matches!(t.address, db::Address::Sqlite(_)) {
        assert!(figures.commits.load(Ordering::Relaxed) < 160, "one commit serves several actions");
    }
}

/// Rows that nobody waits for: a first one by itself, so that the second may be refused by its key.
async fn put_off(db: &db::Db, name: String, twice: bool) -> Result<(), DbError> {
    db.write(move |tx| {
        Box::pin(async move {
            let names = [name.clone(), if twice { name } else { format!("{name}-b") }];
            for name in names {
                later!(tx, stmt!("INSERT INTO meta (name, value) VALUES ($1, $2)"), name, vec![1_u8])?;
            }
            Ok(())
        })
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_put_off_that_is_refused_takes_back_its_own_action_only() {
    let t = TestDb::new().await.unwrap();
    let tasks: Vec<_> = (0..100)
        .map(|n| {
            let db = t.db.clone();
            tokio::spawn(async move { put_off(&db, format!("w-{n}"), n % 5 == 0).await })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        let outcome = task.await.unwrap();
        assert_eq!(outcome.is_ok(), n % 5 != 0, "{n}: {outcome:?}");
    }
    assert_eq!(count(&t.db).await, 160);
}

#[tokio::test]
async fn what_was_put_off_is_seen_by_the_next_statement() {
    let t = TestDb::new().await.unwrap();
    let seen: Result<i64, DbError> =
        t.db.write(|tx| {
            Box::pin(async move {
                let count = stmt!("SELECT COUNT(*) FROM meta WHERE name LIKE 'w-%'");
                for n in 0..300 {
                    let name = format!("w-{n}");
                    later!(tx, stmt!("INSERT INTO meta (name, value) VALUES ($1, $2)"), name, vec![1_u8])?;
                }
                Ok(fetch_one!(tx, (i64,), count)?.0)
            })
        })
        .await;
    assert_eq!(seen.unwrap(), 300);
    assert_eq!(count(&t.db).await, 300);
}

#[tokio::test]
async fn a_panic_takes_back_its_own_changes_only() {
    let t = TestDb::new().await.unwrap();
    let outcome: Result<(), DbError> =
        t.db.write(|tx| {
            Box::pin(async move {
                execute!(tx, stmt!("INSERT INTO meta (name, value) VALUES ('w-panic', $1)"), vec![0_u8])?;
                panic!("on purpose");
            })
        })
        .await;
    assert!(matches!(outcome, Err(DbError::Panicked)));
    put(&t.db, "w-after".into(), false).await.unwrap();
    assert_eq!(count(&t.db).await, 1);
}

#[tokio::test]
async fn a_read_snapshot_cannot_write() {
    let t = TestDb::new().await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    let refused = execute!(&mut tx, stmt!("DELETE FROM meta"));
    assert!(refused.is_err());
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let t = TestDb::new().await.unwrap();
    put(&t.db, "w-1".into(), false).await.unwrap();
    let t = t.reopened().await.unwrap();
    assert_eq!(count(&t.db).await, 1);
}

/// Ends the connection whose durable commits stand behind everybody's, as a crash of the server would.
async fn end_flusher(url: &str) -> usize {
    let mut other = sqlx::postgres::PgConnection::connect(url).await.unwrap();
    let ended: Vec<(bool,)> = sqlx::query_as(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'leeward flusher' AND datname = current_database()",
    )
    .fetch_all(&mut other)
    .await
    .unwrap();
    ended.len()
}

#[tokio::test]
async fn what_no_flush_of_the_same_server_stands_behind_is_not_confirmed() {
    let t = TestDb::new().await.unwrap();
    let db::Address::Postgres(url) = t.address.clone() else {
        eprintln!("LEFT OUT on SQLite: one task writes and flushes there");
        return;
    };
    put(&t.db, "w-before".into(), false).await.unwrap();
    let outcome: Result<(), DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                execute!(tx, stmt!("INSERT INTO meta (name, value) VALUES ('w-between', $1)"), vec![0_u8])?;
                assert_eq!(end_flusher(&url).await, 1);
                Ok(())
            })
        })
        .await;
    assert!(matches!(outcome, Err(DbError::NotCommitted(_))), "{outcome:?}");
    put(&t.db, "w-after".into(), false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_glance_sees_what_was_committed_since_and_a_snapshot_does_not() {
    let t = TestDb::new().await.unwrap();
    let (mut snapshot, mut glance) = (t.db.read().await.unwrap(), t.db.glance().await.unwrap());
    let seen = async |tx: &mut db::Tx| {
        fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM meta WHERE name LIKE 'w-%'")).unwrap().0
    };
    assert_eq!((seen(&mut snapshot).await, seen(&mut glance).await), (0, 0));
    put(&t.db, "w-1".to_owned(), false).await.unwrap();
    assert_eq!((seen(&mut snapshot).await, seen(&mut glance).await), (0, 1));
}

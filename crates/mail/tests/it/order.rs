//! Two who change many letters at once: on PostgreSQL each waits for the other's rows, so all take them in the same
//! order. On SQLite one goes after the other.

use crate::server::{case, letter, put, store};
use db::{Db, DbError, execute, fetch_one, stmt};
use domain::Span;
use mail::{LetterId, Queued, retry_all};
use std::time::Duration;
use tokio::sync::oneshot;

async fn change(db: &Db, statement: db::Stmt, id: LetterId) {
    let done: Result<u64, DbError> =
        db.write(move |tx| Box::pin(async move { execute!(tx, statement, id.uuid()) })).await;
    assert_eq!(done.unwrap(), 1);
}

async fn try_all(db: Db) -> Result<u64, DbError> {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { retry_all(tx, &store).await })).await
}

/// Returns when somebody waits for a row.
async fn somebody_waits(db: &Db) {
    loop {
        let mut tx = db.read().await.unwrap();
        let statement = stmt!(
            sqlite: "SELECT 1",
            pg: "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        if fetch_one!(&mut tx, (i64,), statement).unwrap().0 > 0 {
            return;
        }
        drop(tx);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn who_tries_all_again_stops_nobody_who_goes_through_them_in_order() {
    let t = store().await;
    let case = case(&t.db, "finder@there.example").await;
    let mut ids = Vec::new();
    for key in ["one", "two"] {
        let Queued::Waits(id) = put(&t.db, letter(case, key)).await else { panic!("not queued") };
        ids.push(id);
        t.clock.advance(Span::from_millis(2));
    }
    let (low, high) = (ids[0], ids[1]);
    assert!(low < high);
    // The younger one is due first, and stands first in the table.
    change(&t.db, stmt!("UPDATE letters SET attempts = 1, due_at = due_at + 1000000000 WHERE id = $1"), high).await;
    change(&t.db, stmt!("UPDATE letters SET attempts = 1, due_at = due_at + 2000000000 WHERE id = $1"), low).await;
    if std::env::var(db::testing::PG).is_ok() {
        let (took, has) = oneshot::channel();
        let db = t.db.clone();
        let other = t.db.write(move |tx| {
            Box::pin(async move {
                let statement = stmt!("UPDATE letters SET code = 450 WHERE id = $1");
                execute!(tx, statement, low.uuid())?;
                took.send(()).unwrap();
                somebody_waits(&db).await;
                execute!(tx, statement, high.uuid())
            })
        });
        let all = async {
            has.await.unwrap();
            try_all(t.db.clone()).await
        };
        let (other, all): (Result<u64, DbError>, _) = tokio::join!(other, all);
        assert_eq!((other.unwrap(), all.unwrap()), (1, 2));
    } else {
        assert_eq!(try_all(t.db.clone()).await.unwrap(), 2);
    }
    assert_eq!(try_all(t.db.clone()).await.unwrap(), 0, "they are due now");
    t.db.close().await;
}

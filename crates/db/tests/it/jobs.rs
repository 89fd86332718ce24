//! The job queue: side by side, the same thing once, failures later.

use db::jobs::{Handler, backlog, enqueue, enqueue_once, run_due};
use db::testing::TestDb;
use db::{Db, DbError};
use domain::{JobId, Ts};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Barrier;
use uuid::Uuid;

async fn add(db: &Db, kind: &'static str, subject: Option<Uuid>, payload: Value) {
    let store = db.clone();
    let due = db.ambient().now();
    db.write(move |tx| {
        Box::pin(async move {
            enqueue(tx, store.keys().house(), store.ambient(), (kind, subject, due), &payload).await.map(|_| ())
        })
    })
    .await
    .unwrap();
}

async fn waiting(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    backlog(&mut tx, Ts::from_micros(i64::MAX)).await.unwrap().0
}

fn only(handler: Handler) -> BTreeMap<&'static str, Handler> {
    [("work", handler)].into()
}

#[tokio::test]
async fn sixteen_jobs_are_under_way_together() {
    let t = TestDb::new().await.unwrap();
    for n in 0..32 {
        add(&t.db, "work", None, json!(n)).await;
    }
    // One by one, the first would wait for the others for ever.
    let all = Arc::new(Barrier::new(16));
    let handler: Handler = Arc::new(move |_, _| {
        let all = all.clone();
        Box::pin(async move {
            all.wait().await;
            Ok(())
        })
    });
    assert_eq!(run_due(&t.db, &only(handler)).await.unwrap(), (32, 0));
    assert_eq!(waiting(&t.db).await, 0);
    t.db.close().await;
}

#[tokio::test]
async fn jobs_that_ask_for_the_same_are_done_once() {
    let t = TestDb::new().await.unwrap();
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for subject in [one, other, one, one] {
        add(&t.db, "work", Some(subject), Value::Null).await;
    }
    add(&t.db, "work", Some(one), json!("something else")).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let handler: Handler = Arc::new(move |_, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(()) })
    });
    assert_eq!(run_due(&t.db, &only(handler)).await.unwrap(), (5, 0));
    assert_eq!(runs.load(Ordering::Relaxed), 3);
    assert_eq!(waiting(&t.db).await, 0);
    t.db.close().await;
}

#[tokio::test]
async fn a_job_that_fails_waits_and_holds_nobody_up() {
    let t = TestDb::new().await.unwrap();
    for n in 0..3 {
        add(&t.db, "work", None, json!(n)).await;
    }
    add(&t.db, "unknown", None, Value::Null).await;
    let handler: Handler =
        Arc::new(|_, job| Box::pin(async move { if job.payload == json!(1) { Err(DbError::Busy) } else { Ok(()) } }));
    assert_eq!(run_due(&t.db, &only(handler)).await.unwrap(), (2, 2));
    assert_eq!(waiting(&t.db).await, 2);
    t.db.close().await;
}

#[tokio::test]
async fn a_job_of_which_one_is_enough_waits_once() {
    let t = TestDb::new().await.unwrap();
    let id = JobId::from_uuid(Uuid::from_u128(9));
    for _ in 0..2 {
        let (store, due) = (t.db.clone(), t.db.ambient().now());
        let asked: Result<(), DbError> =
            t.db.write(move |tx| {
                Box::pin(async move {
                    enqueue_once(tx, store.keys().house(), store.ambient(), id, ("work", due)).await?;
                    enqueue_once(tx, store.keys().house(), store.ambient(), id, ("work", due)).await
                })
            })
            .await;
        asked.unwrap();
        assert_eq!(waiting(&t.db).await, 1);
    }
    let handler: Handler = Arc::new(|_, _| Box::pin(async { Ok(()) }));
    assert_eq!(run_due(&t.db, &only(handler)).await.unwrap(), (1, 0));
    t.db.close().await;
}

//! The job queue: side by side, the same thing once, failures later.

use db::jobs::{Handler, backlog, enqueue, enqueue_once, run_due, start_worker};
use db::testing::TestDb;
use db::{Db, DbError, erase, execute, search, stmt};
use domain::{JobId, Span, Ts};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Barrier, Notify};
use uuid::Uuid;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);

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

#[tokio::test]
async fn a_job_whose_payload_does_not_open_stops_no_other() {
    let t = TestDb::new().await.unwrap();
    add(&t.db, "work", None, json!("broken")).await;
    let flipped: Result<u64, DbError> =
        t.db.write(|tx| Box::pin(async move { execute!(tx, stmt!("UPDATE jobs SET payload = $1"), vec![0_u8; 64]) }))
            .await;
    assert_eq!(flipped.unwrap(), 1);
    for n in 0..10 {
        add(&t.db, "work", None, json!(n)).await;
    }
    let handler: Handler = Arc::new(|_, _| Box::pin(async { Ok(()) }));
    assert_eq!(run_due(&t.db, &only(handler.clone())).await.unwrap(), (10, 0));
    assert_eq!(waiting(&t.db).await, 1, "it is put off, and kept for whoever mends it");
    add(&t.db, "work", None, json!("later")).await;
    t.clock.advance(Span::from_minutes(2));
    assert_eq!(run_due(&t.db, &only(handler)).await.unwrap(), (1, 0));
    t.db.close().await;
}

#[tokio::test]
async fn a_slow_job_holds_up_none_of_those_behind_it() {
    let t = TestDb::new().await.unwrap();
    add(&t.db, "work", None, json!("slow")).await;
    for n in 0..150 {
        add(&t.db, "work", None, json!(n)).await;
    }
    let (left, last) = (Arc::new(AtomicUsize::new(150)), Arc::new(Notify::new()));
    let handler: Handler = Arc::new(move |_, job| {
        let (left, last) = (left.clone(), last.clone());
        Box::pin(async move {
            if job.payload == json!("slow") {
                last.notified().await;
            } else if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                last.notify_one();
            }
            Ok(())
        })
    });
    let done = tokio::time::timeout(PATIENCE, run_due(&t.db, &only(handler))).await.expect("all others are done");
    assert_eq!(done.unwrap(), (151, 0));
    t.db.close().await;
}

#[tokio::test]
async fn what_takes_long_has_a_lane_of_its_own_where_one_is_under_way() {
    let t = TestDb::new().await.unwrap();
    for kind in [search::MERGE_JOB, erase::SWEEP, erase::SWEEP] {
        add(&t.db, kind, Some(t.db.ambient().id::<JobId>().uuid()), Value::Null).await;
    }
    for n in 0..3 {
        add(&t.db, "work", None, json!(n)).await;
    }
    let (left, last, long) = (Arc::new(AtomicUsize::new(3)), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
    let told = last.clone();
    let short: Handler = Arc::new(move |_, _| {
        let (left, told) = (left.clone(), told.clone());
        Box::pin(async move {
            if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                told.notify_one();
            }
            Ok(())
        })
    });
    let slow: Handler = Arc::new(move |_, job| {
        let (last, long) = (last.clone(), long.clone());
        Box::pin(async move {
            assert_eq!(long.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
            if job.kind == search::MERGE_JOB {
                last.notified().await;
            }
            tokio::task::yield_now().await;
            long.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        })
    });
    let handlers = [("work", short), (search::MERGE_JOB, slow.clone()), (erase::SWEEP, slow)].into();
    let done = tokio::time::timeout(PATIENCE, run_due(&t.db, &handlers)).await.expect("nobody waits for the merge");
    assert_eq!(done.unwrap(), (6, 0));
    t.db.close().await;
}

#[tokio::test]
async fn a_handler_that_panics_ends_neither_the_worker_nor_other_jobs() {
    let t = TestDb::new().await.unwrap();
    let done = Arc::new(Notify::new());
    let told = done.clone();
    let handler: Handler = Arc::new(move |_, job| {
        let told = told.clone();
        Box::pin(async move {
            assert_ne!(job.payload, json!("panics"));
            told.notify_one();
            Ok(())
        })
    });
    add(&t.db, "work", None, json!("panics")).await;
    let worker = start_worker(t.db.clone(), only(handler), Duration::from_millis(5));
    while backlog(&mut t.db.read().await.unwrap(), t.db.ambient().now()).await.unwrap().0 > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    add(&t.db, "work", None, json!("goes on")).await;
    tokio::time::timeout(PATIENCE, done.notified()).await.expect("the worker is there");
    worker.abort();
    t.db.close().await;
}

//! When nothing is sent any more: gone, failing for days, paused, removed, restricted, erased.

use crate::receiver::Receiver;
use crate::support::{add, by, case, endpoint, listed, put, rules, sender, store};
use db::erase::{self, Order};
use db::{DbError, execute, stmt};
use domain::Span;
use outbound::{Queued, Round, Standing, State, Why};

#[tokio::test]
async fn a_receiver_that_says_it_is_gone_is_believed() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/say/410")).await;
    put(&t.db, id, (None, "one")).await;
    t.clock.advance(Span::from_millis(2));
    put(&t.db, id, (None, "two")).await;
    let sender = sender(&t.db, rules());
    sender.round().await.unwrap();
    assert_eq!(endpoint(&t.db, id).await.standing, Standing::Disabled(Why::Gone));
    let (first, tries) = (listed(&t.db, id).await[0].clone(), receiver.got().len());
    assert_eq!((first.state, first.code), (State::Failed, Some(410)));
    t.clock.advance(Span::from_days(1));
    assert_eq!(sender.round().await.unwrap(), Round::default());
    assert_eq!((receiver.got().len(), tries <= 2), (0, true));
    let mut tx = t.db.read().await.unwrap();
    let untold = outbound::untold(&mut tx, &t.db).await.unwrap();
    assert_eq!(untold.iter().map(|each| each.id).collect::<Vec<_>>(), [id]);
    drop(tx);
    for (told, expected) in [(1, true), (2, false)] {
        let db = t.db.clone();
        let said: Result<bool, DbError> =
            t.db.write(move |tx| Box::pin(async move { outbound::say_told(tx, &db, id).await })).await;
        assert_eq!(said.unwrap(), expected, "{told}");
    }
    t.db.close().await;
}

#[tokio::test]
async fn one_that_fails_for_days_is_stopped_and_goes_on_when_somebody_says_so() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ordered")).await;
    receiver.order("order 500");
    let sender = sender(&t.db, rules());
    for day in 0..7 {
        put(&t.db, id, (None, &day.to_string())).await;
        sender.round().await.unwrap();
        t.clock.advance(Span::from_days(1));
    }
    let stopped = endpoint(&t.db, id).await;
    assert_eq!(stopped.standing, Standing::Disabled(Why::Failing));
    let before = listed(&t.db, id).await;
    assert!(before.iter().any(|each| each.state == State::Waiting), "nothing is lost");
    receiver.order("order 200");
    receiver.got();
    sender.round().await.unwrap();
    assert!(receiver.got().is_empty());
    let (db, who) = (t.db.clone(), (by(&t.db), id, stopped.version));
    let wish = stopped.wish.clone();
    let resumed: Result<bool, DbError> =
        t.db.write(move |tx| Box::pin(async move { outbound::change(tx, &db, who, (wish, true)).await })).await;
    assert!(resumed.unwrap());
    sender.round().await.unwrap();
    assert!(!receiver.got().is_empty());
    assert_eq!(endpoint(&t.db, id).await.standing, Standing::Active);
    assert!(listed(&t.db, id).await.iter().all(|each| each.state != State::Waiting));
    t.db.close().await;
}

#[tokio::test]
async fn paused_removed_and_changed_meanwhile() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ok")).await;
    let sender = sender(&t.db, rules());
    put(&t.db, id, (None, "one")).await;
    let change = |version: i64, active: bool| {
        let (db, by) = (t.db.clone(), by(&t.db));
        t.db.write(move |tx| {
            Box::pin(async move {
                let wish = outbound::endpoint(tx, &db, id).await?.map(|there| there.wish).unwrap();
                outbound::change(tx, &db, (by, id, version), (wish, active)).await
            })
        })
    };
    let paused: Result<bool, DbError> = change(1, false).await;
    assert!(paused.unwrap());
    assert!(!change(1, true).await.unwrap(), "somebody else changed it");
    assert_eq!(sender.round().await.unwrap(), Round::default());
    assert!(change(2, true).await.unwrap());
    assert_eq!(sender.round().await.unwrap().sent, 1);
    assert_eq!(receiver.got().len(), 1);
    put(&t.db, id, (None, "two")).await;
    for (version, expected) in [(1, false), (3, true)] {
        let (db, by) = (t.db.clone(), by(&t.db));
        let removed: Result<bool, DbError> =
            t.db.write(move |tx| {
                Box::pin(async move {
                    let removed = outbound::remove(tx, &db, (by, id, version)).await?;
                    if removed { Ok(true) } else { Err(DbError::Busy) }
                })
            })
            .await;
        assert_eq!(removed.is_ok(), expected);
    }
    assert_eq!(sender.round().await.unwrap(), Round::default());
    assert!(receiver.got().is_empty());
    t.db.close().await;
}

#[tokio::test]
async fn restricted_and_erased_cases_are_never_sent() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ok")).await;
    let (open, later) = (case(&t.db, false).await, case(&t.db, false).await);
    put(&t.db, id, (Some(later), "secret")).await;
    let done: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                let statement = stmt!("UPDATE cases SET restricted = $1 WHERE id = $2");
                execute!(tx, statement, true, later.uuid())
            })
        })
        .await;
    assert_eq!(done.unwrap(), 1);
    let sender = sender(&t.db, rules());
    assert_eq!(sender.round().await.unwrap(), Round { dropped: 1, ..Round::default() });
    put(&t.db, id, (Some(open), "gone soon")).await;
    let db = t.db.clone();
    let erased: Result<(), DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                let order = Order { by: None, reason: "asked".to_owned() };
                erase::erase_case(tx, db.keys(), db.ambient(), open, &order).await.unwrap();
                Ok::<_, DbError>(())
            })
        })
        .await;
    erased.unwrap();
    assert_eq!(listed(&t.db, id).await.len(), 1, "the messages of the case went with it");
    assert_eq!(sender.round().await.unwrap(), Round::default());
    assert!(receiver.got().is_empty());
    assert_eq!(put(&t.db, id, (Some(open), "too late")).await, Queued::Gone);
    t.db.close().await;
}

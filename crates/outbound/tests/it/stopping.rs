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
    for n in 0..12 {
        put(&t.db, id, (None, &n.to_string())).await;
        t.clock.advance(Span::from_millis(2));
    }
    let sender = sender(&t.db, rules());
    sender.round().await.unwrap();
    assert_eq!(endpoint(&t.db, id).await.standing, Standing::Disabled(Why::Gone));
    let (all, tries) = (listed(&t.db, id).await, receiver.got().len());
    assert!((1..=4).contains(&tries), "{tries}: those under way when it said so, and no more");
    let gone = |each: &&outbound::Delivery| each.state == State::Failed && each.code == Some(410);
    let waits = |each: &&outbound::Delivery| each.state == State::Waiting && each.attempts == 0;
    assert_eq!((all.iter().filter(gone).count(), all.iter().filter(waits).count()), (tries, 12 - tries));
    t.clock.advance(Span::from_days(1));
    assert_eq!(sender.round().await.unwrap(), Round::default());
    assert_eq!(receiver.got().len(), 0);
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
        t.db.write(move |tx| Box::pin(async move { outbound::change(tx, &db, who, (wish, Some(true))).await })).await;
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
                outbound::change(tx, &db, (by, id, version), (wish, Some(active))).await
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

/// Says what an endpoint is to be, as whoever saw its present version.
async fn wish(t: &db::testing::TestDb, id: domain::Uuid, (wish, active): (outbound::Wish, Option<bool>)) {
    let (db, version) = (t.db.clone(), endpoint(&t.db, id).await.version);
    let who = (by(&t.db), id, version);
    let changed: Result<bool, DbError> =
        t.db.write(move |tx| Box::pin(async move { outbound::change(tx, &db, who, (wish, active)).await })).await;
    assert!(changed.unwrap());
}

#[tokio::test]
async fn one_that_we_stopped_stays_stopped_until_it_goes_on() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ordered")).await;
    receiver.order("order 410");
    put(&t.db, id, (None, "one")).await;
    let sender = sender(&t.db, rules());
    sender.round().await.unwrap();
    let mut mended = endpoint(&t.db, id).await.wish;
    mended.url = receiver.url("/ok");
    for (active, standing) in [
        (None, Standing::Disabled(Why::Gone)),
        // As a program says that sends back what it was told of one that is stopped.
        (Some(false), Standing::Disabled(Why::Gone)),
        (Some(true), Standing::Active),
        (None, Standing::Active),
        (Some(false), Standing::Paused),
        (None, Standing::Paused),
    ] {
        wish(&t, id, (mended.clone(), active)).await;
        assert_eq!(endpoint(&t.db, id).await.standing, standing, "{active:?}");
    }
    let mut tx = t.db.read().await.unwrap();
    assert!(outbound::untold(&mut tx, &t.db).await.unwrap().is_empty());
    drop(tx);
    t.db.close().await;
}

#[tokio::test]
async fn days_on_which_nothing_was_to_be_sent_stop_nobody() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ordered")).await;
    receiver.order("order 502");
    let sender = sender(&t.db, rules());
    put(&t.db, id, (None, "in the outage")).await;
    while listed(&t.db, id).await[0].state == State::Waiting {
        sender.round().await.unwrap();
        t.clock.advance(Span::from_hours(1));
    }
    // Mended, and then quiet for a week; the next try meets a restart.
    t.clock.advance(Span::from_days(7));
    put(&t.db, id, (None, "in a restart")).await;
    sender.round().await.unwrap();
    assert_eq!(endpoint(&t.db, id).await.standing, Standing::Active);
    for _ in 0..4 {
        t.clock.advance(Span::from_hours(7));
        sender.round().await.unwrap();
    }
    assert_eq!(endpoint(&t.db, id).await.standing, Standing::Disabled(Why::Failing), "now it was tried long enough");
    t.db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_old_address_says_does_not_stop_the_new_one() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/held/410")).await;
    put(&t.db, id, (None, "one")).await;
    let sender = sender(&t.db, rules());
    let round = tokio::spawn(async move { sender.round().await });
    tokio::task::block_in_place(|| receiver.next());
    let (db, who, url) = (t.db.clone(), (by(&t.db), id, 1), receiver.url("/ok"));
    let changed: Result<bool, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                let mut wish = outbound::endpoint(tx, &db, id).await?.map(|there| there.wish).unwrap();
                wish.url = url;
                outbound::change(tx, &db, who, (wish, Some(true))).await
            })
        })
        .await;
    assert!(changed.unwrap());
    receiver.order("release");
    assert_eq!(round.await.unwrap().unwrap(), Round { later: 1, ..Round::default() });
    assert_eq!(endpoint(&t.db, id).await.standing, Standing::Active);
    assert_eq!(endpoint(&t.db, id).await.failing_since, None);
    t.clock.advance(Span::from_minutes(1));
    assert_eq!(crate::support::sender(&t.db, rules()).round().await.unwrap().sent, 1);
    t.db.close().await;
}

#[tokio::test]
async fn what_waited_for_one_that_was_paused_is_not_late_when_it_goes_on() {
    let (t, receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ok")).await;
    put(&t.db, id, (None, "one")).await;
    for (version, active) in [(1, false), (2, true)] {
        t.clock.advance(Span::from_days(3));
        let (db, who) = (t.db.clone(), (by(&t.db), id, version));
        let changed: Result<bool, DbError> =
            t.db.write(move |tx| {
                Box::pin(async move {
                    let wish = outbound::endpoint(tx, &db, id).await?.map(|there| there.wish).unwrap();
                    outbound::change(tx, &db, who, (wish, Some(active))).await
                })
            })
            .await;
        assert!(changed.unwrap());
    }
    let mut tx = t.db.read().await.unwrap();
    let tally = outbound::tally(&mut tx, t.db.ambient().now()).await.unwrap();
    assert_eq!((tally.due, tally.oldest), (1, 0));
    drop(tx);
    t.db.close().await;
}

/// As on another process, which still has the key of the case in its memory.
#[tokio::test]
async fn a_case_that_was_erased_elsewhere_is_not_sent() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ok")).await;
    let case = case(&t.db, false).await;
    put(&t.db, id, (Some(case), "erased meanwhile")).await;
    let erased: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move { execute!(tx, stmt!("UPDATE cases SET erased_at = 1 WHERE id = $1"), case.uuid()) })
        })
        .await;
    assert_eq!(erased.unwrap(), 1);
    assert_eq!(sender(&t.db, rules()).round().await.unwrap(), Round { dropped: 1, ..Round::default() });
    assert!(receiver.got().is_empty());
    t.db.close().await;
}

/// On PostgreSQL rows that are locked in another order stop both of two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sending_pausing_sending_again_and_erasing_at_once() {
    let (t, receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/say/500")).await;
    for turn in 0..4 {
        let case = case(&t.db, false).await;
        for n in 0..12 {
            put(&t.db, id, (Some(case), &n.to_string())).await;
        }
        let version = endpoint(&t.db, id).await.version;
        let (one, two, three) = (t.db.clone(), t.db.clone(), t.db.clone());
        let who = by(&t.db);
        let change = t.db.write(move |tx| {
            Box::pin(async move {
                let wish = outbound::endpoint(tx, &one, id).await?.map(|there| there.wish).unwrap();
                outbound::change(tx, &one, (who, id, version), (wish, Some(turn % 2 == 1))).await
            })
        });
        let again = t.db.write(move |tx| {
            Box::pin(async move { outbound::redeliver_failed(tx, &two, (who, id, Span::from_days(90))).await })
        });
        let erase = t.db.write(move |tx| {
            Box::pin(async move {
                let order = Order { by: None, reason: "asked".to_owned() };
                erase::erase_case(tx, three.keys(), three.ambient(), case, &order).await.unwrap();
                Ok::<_, DbError>(())
            })
        });
        let sender = sender(&t.db, rules());
        let (round, changed, again, erased) = tokio::join!(sender.round(), change, again, erase);
        let changed: Result<bool, DbError> = changed;
        let again: Result<u64, DbError> = again;
        assert!(changed.unwrap());
        round.unwrap();
        again.unwrap();
        erased.unwrap();
        t.clock.advance(Span::from_minutes(10));
    }
    t.db.close().await;
}

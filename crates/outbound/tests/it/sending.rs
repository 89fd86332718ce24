//! Messages on their way: at least once, under one id, each receiver for itself.

use crate::receiver::Receiver;
use crate::support::{add, by, case, document, endpoint, hasty, listed, put, put_message, rules, sender, store};
use db::{DbError, execute, stmt};
use domain::{JobId, Span};
use outbound::{Kind, Message, Queued, Round, STOPPED_MOST, State, TRIES, start_sender};
use std::sync::Arc;
use tokio::sync::Notify;

#[tokio::test]
async fn a_message_is_queued_once_and_sent_once() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ok?key=1")).await;
    let (sender, case) = (sender(&t.db, rules()), case(&t.db, false).await);
    let event = t.db.ambient().id::<JobId>().uuid();
    let message = Message { endpoint: id, id: event, kind: Kind::CaseOpened, case: Some(case), body: document("one") };
    assert!(matches!(put_message(&t.db, message.clone()).await, Queued::Waits(_)));
    assert_eq!(put_message(&t.db, message).await, Queued::Before);
    assert_eq!(sender.round().await.unwrap(), Round { sent: 1, ..Round::default() });
    assert_eq!(sender.round().await.unwrap(), Round::default());
    let got = receiver.got();
    assert_eq!(got.len(), 1);
    assert_eq!((got[0].path.as_str(), got[0].body()), ("/ok?key=1", document("one")));
    assert_eq!(got[0].header("webhook-id"), format!("msg_{}", event.simple()));
    let seconds = t.db.ambient().now().micros() / 1_000_000;
    assert_eq!(got[0].header("webhook-timestamp"), seconds.to_string());
    let listed = listed(&t.db, id).await;
    assert_eq!((listed[0].state, listed[0].code, listed[0].words.as_str()), (State::Sent, Some(200), "answer 200"));
    t.db.close().await;
}

#[tokio::test]
async fn what_is_not_taken_comes_again_under_its_id_and_is_put_aside_after_three_days() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/say/500")).await;
    let sender = sender(&t.db, rules());
    put(&t.db, id, (None, "one")).await;
    let began = t.db.ambient().now();
    for tried in 1..TRIES {
        assert_eq!(sender.round().await.unwrap(), Round { later: 1, ..Round::default() }, "try {tried}");
        assert_eq!(sender.round().await.unwrap(), Round::default(), "not before it is due");
        let due = listed(&t.db, id).await[0].due_at;
        t.clock.set(due);
    }
    assert_eq!(sender.round().await.unwrap(), Round { failed: 1, ..Round::default() });
    let days = t.db.ambient().now().since(began).micros() / Span::from_days(1).micros();
    assert!((3..=4).contains(&days), "{days} days");
    let got = receiver.got();
    assert_eq!(i64::try_from(got.len()).unwrap(), TRIES);
    assert!(
        got.iter().all(|each| each.header("webhook-id") == got[0].header("webhook-id") && each.text == got[0].text)
    );
    assert_ne!(got[0].header("webhook-signature"), got[1].header("webhook-signature"), "signed anew on each try");
    let dead = &listed(&t.db, id).await[0];
    assert_eq!((dead.state, dead.attempts, dead.code), (State::Failed, TRIES, Some(500)));
    assert!(endpoint(&t.db, id).await.failing_since.is_some());
    // Somebody mends the receiver and sends it again.
    let (db, message, who) = (t.db.clone(), dead.id, by(&t.db));
    let again: Result<bool, DbError> =
        t.db.write(move |tx| Box::pin(async move { outbound::redeliver(tx, &db, (who, id, message)).await })).await;
    assert!(again.unwrap());
    assert_eq!(sender.round().await.unwrap().later, 1);
    let (db, who) = (t.db.clone(), by(&t.db));
    let none: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move { outbound::redeliver_failed(tx, &db, (who, id, Span::from_days(90))).await })
        })
        .await;
    assert_eq!(none.unwrap(), 0, "nothing is given up any more");
    assert_eq!(receiver.got()[0].header("webhook-id"), got[0].header("webhook-id"));
    t.db.close().await;
}

#[tokio::test]
async fn all_that_was_given_up_is_sent_again_at_once() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ordered")).await;
    receiver.order("order 503");
    for n in 0..5 {
        put(&t.db, id, (None, &n.to_string())).await;
        t.clock.advance(Span::from_millis(2));
    }
    let sender = sender(&t.db, rules());
    while listed(&t.db, id).await.iter().any(|each| each.state == State::Waiting) {
        sender.round().await.unwrap();
        t.clock.advance(Span::from_hours(1));
    }
    receiver.got();
    receiver.order("order 204");
    let (db, who) = (t.db.clone(), by(&t.db));
    let again: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move { outbound::redeliver_failed(tx, &db, (who, id, Span::from_days(90))).await })
        })
        .await;
    assert_eq!(again.unwrap(), 5);
    assert_eq!(sender.round().await.unwrap(), Round { sent: 5, ..Round::default() });
    assert_eq!(receiver.got().len(), 5);
    assert_eq!(endpoint(&t.db, id).await.failing_since, None, "it works again");
    t.db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_that_hang_hold_up_nobody() {
    let (t, slow, mut quick) = (store().await, Receiver::start(&[]), Receiver::start(&[]));
    let mut hang = Vec::new();
    for _ in 0..4 {
        hang.push(add(&t.db, &slow.url("/hang")).await.0);
    }
    let (works, _) = add(&t.db, &quick.url("/ok")).await;
    for n in 0..40 {
        for hangs in &hang {
            put(&t.db, *hangs, (None, &n.to_string())).await;
        }
        put(&t.db, works, (None, &n.to_string())).await;
    }
    // Nobody who hangs is given up while this runs: all forty arrive although every one of the others is stuck.
    let patient = outbound::Rules { total: std::time::Duration::from_hours(1), ..rules() };
    let running = start_sender(t.db.clone(), outbound::Client::new(patient).unwrap(), Arc::new(|_| ()));
    for _ in 0..40 {
        tokio::task::block_in_place(|| quick.next());
    }
    running.abort();
    drop(slow);
    t.db.close().await;
}

#[tokio::test]
async fn a_crash_between_sending_and_noting_repeats_the_message_when_its_lock_ends() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/ok")).await;
    put(&t.db, id, (None, "one")).await;
    // As a process leaves it that took it and is gone.
    let until = t.db.ambient().now().plus(Span::from_minutes(5)).micros();
    let locked: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                let statement = db::stmt!("UPDATE webhook_deliveries SET locked_until = $1");
                db::execute!(tx, statement, until)
            })
        })
        .await;
    assert_eq!(locked.unwrap(), 1);
    let sender = sender(&t.db, rules());
    assert_eq!(sender.round().await.unwrap(), Round::default());
    t.clock.advance(Span::from_minutes(6));
    assert_eq!(sender.round().await.unwrap().sent, 1);
    assert_eq!(receiver.got().len(), 1);
    t.db.close().await;
}

#[tokio::test]
async fn nothing_of_it_lies_open() {
    let (t, receiver) = (store().await, Receiver::start(&[]));
    let (id, secret) = add(&t.db, &receiver.url("/say/500")).await;
    put(&t.db, id, (None, "canary of the document")).await;
    sender(&t.db, hasty()).round().await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    let endpoints = db::fetch_all!(&mut tx, (Vec<u8>,), db::stmt!("SELECT body FROM webhooks")).unwrap();
    let messages =
        db::fetch_all!(&mut tx, (Vec<u8>, Vec<u8>), db::stmt!("SELECT body, answer FROM webhook_deliveries")).unwrap();
    let mut all: Vec<Vec<u8>> = endpoints.into_iter().map(|(body,)| body).collect();
    all.extend(messages.into_iter().flat_map(|(body, answer)| [body, answer]));
    assert_eq!(all.len(), 3);
    for bytes in all {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for canary in ["canary", "127.0.0.1", "answer 500", &secret.text()[6..]] {
            assert!(!text.contains(canary), "{canary}");
        }
    }
    drop(tx);
    t.db.close().await;
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it_for_all_its_messages() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let (id, _) = add(&t.db, &receiver.url("/later/3600")).await;
    for n in 0..20 {
        put(&t.db, id, (None, &n.to_string())).await;
    }
    let sender = sender(&t.db, rules());
    sender.round().await.unwrap();
    let asked = receiver.got().len();
    assert!((1..=4).contains(&asked), "{asked}: those under way when it asked, and no more");
    let until = endpoint(&t.db, id).await.not_before.unwrap();
    assert_eq!(until, t.db.ambient().now().plus(Span::from_hours(1)));
    t.clock.advance(Span::from_minutes(59));
    assert_eq!(sender.round().await.unwrap(), Round::default());
    let mut tx = t.db.read().await.unwrap();
    let tally = outbound::tally(&mut tx, t.db.ambient().now()).await.unwrap();
    assert_eq!(
        (tally.due, tally.oldest),
        (20 - i64::try_from(asked).unwrap(), 0),
        "nobody is late with what waits for it"
    );
    drop(tx);
    t.clock.advance(Span::from_minutes(2));
    assert!(sender.round().await.unwrap().later > 0);
    t.db.close().await;
}

#[tokio::test]
async fn what_does_not_open_is_put_aside_and_stops_no_other() {
    let (t, mut receiver) = (store().await, Receiver::start(&[]));
    let ((id, _), (other, _)) = (add(&t.db, &receiver.url("/ok")).await, add(&t.db, &receiver.url("/ok")).await);
    put(&t.db, id, (None, "broken")).await;
    let broken: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                execute!(tx, stmt!("UPDATE webhooks SET body = $1 WHERE id = $2"), vec![0_u8; 64], other)?;
                execute!(tx, stmt!("UPDATE webhook_deliveries SET body = $1"), vec![0_u8; 64])
            })
        })
        .await;
    assert_eq!(broken.unwrap(), 1);
    t.clock.advance(Span::from_millis(2));
    put(&t.db, id, (None, "whole")).await;
    assert_eq!(sender(&t.db, rules()).round().await.unwrap(), Round { sent: 1, dropped: 1, ..Round::default() });
    assert_eq!(receiver.got().len(), 1);
    let states: Vec<State> = listed(&t.db, id).await.iter().map(|each| each.state).collect();
    assert_eq!(states, [State::Failed, State::Sent]);
    let mut tx = t.db.read().await.unwrap();
    let endpoints = outbound::endpoints(&mut tx, &t.db).await.unwrap();
    assert_eq!(endpoints.iter().map(|each| each.id).collect::<Vec<_>>(), [id]);
    drop(tx);
    t.db.close().await;
}

#[tokio::test]
async fn nothing_is_queued_for_one_that_is_gone_and_so_much_for_one_that_was_stopped() {
    let t = store().await;
    let (id, _) = add(&t.db, "https://hooks.invalid/").await;
    let nobody = t.db.ambient().id::<JobId>().uuid();
    assert_eq!(put(&t.db, nobody, (None, "for nobody")).await, Queued::Before);
    let filled: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                execute!(tx, stmt!("UPDATE webhooks SET state = 'disabled', reason = 'gone' WHERE id = $1"), id)?;
                execute!(
                    tx,
                    stmt!(
                        sqlite: "INSERT INTO webhook_deliveries (id, webhook, message, kind, state, attempts, created_at, due_at, body)
                                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
                                 SELECT randomblob(16), $1, randomblob(16), 'webhook.test', 'waiting', 0, 0, 0, x'00' FROM n",
                        pg: "INSERT INTO webhook_deliveries (id, webhook, message, kind, state, attempts, created_at, due_at, body)
                             SELECT gen_random_uuid(), $1, gen_random_uuid(), 'webhook.test', 'waiting', 0, 0, 0, '' FROM generate_series(1, $2)",
                    ),
                    id,
                    STOPPED_MOST - 1
                )
            })
        })
        .await;
    assert_eq!(filled.unwrap(), STOPPED_MOST as u64 - 1);
    assert!(matches!(put(&t.db, id, (None, "one more")).await, Queued::Waits(_)));
    assert_eq!(put(&t.db, id, (None, "too much")).await, Queued::Before);
    t.db.close().await;
}

#[tokio::test]
async fn rows_go_when_their_time_is_over() {
    let t = store().await;
    let (id, _) = add(&t.db, "https://hooks.invalid/").await;
    let now = t.db.ambient().now();
    for (state, days) in [("sent", 29), ("sent", 31), ("dropped", 31), ("failed", 31), ("failed", 91), ("waiting", 400)]
    {
        put(&t.db, id, (None, &format!("{state} {days}"))).await;
        let ended = now.minus(Span::from_days(days)).micros();
        let aged: Result<u64, DbError> =
            t.db.write(move |tx| {
                Box::pin(async move {
                    execute!(
                        tx,
                        stmt!(
                            "UPDATE webhook_deliveries SET state = $1, ended_at = $2, due_at = $3
                             WHERE state = 'waiting' AND due_at = $4"
                        ),
                        state,
                        ended,
                        i64::MAX,
                        now.micros()
                    )
                })
            })
            .await;
        assert_eq!(aged.unwrap(), 1);
    }
    let orphan: Result<u64, DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO webhook_deliveries (id, webhook, message, kind, state, attempts, created_at, due_at, body)
                         SELECT message, message, message, kind, 'waiting', 0, 0, 0, body FROM webhook_deliveries LIMIT 1"
                    )
                )
            })
        })
        .await;
    assert_eq!(orphan.unwrap(), 1);
    let looked = Arc::new(Notify::new());
    let told = looked.clone();
    let client = outbound::Client::new(rules()).unwrap();
    let running = start_sender(t.db.clone(), client, Arc::new(move |_| told.notify_one()));
    looked.notified().await;
    running.abort();
    let mut tx = t.db.read().await.unwrap();
    let left =
        db::fetch_all!(&mut tx, (String,), stmt!("SELECT state FROM webhook_deliveries ORDER BY state, id")).unwrap();
    assert_eq!(left.into_iter().map(|(state,)| state).collect::<Vec<_>>(), ["failed", "sent", "waiting"]);
    drop(tx);
    t.db.close().await;
}

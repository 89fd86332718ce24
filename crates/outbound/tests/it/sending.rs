//! Messages on their way: at least once, under one id, each receiver for itself.

use crate::receiver::Receiver;
use crate::support::{add, by, case, document, endpoint, hasty, listed, put, put_message, rules, sender, store};
use db::DbError;
use domain::{JobId, Span};
use outbound::{Kind, Message, Queued, Round, State, TRIES, start_sender};
use std::sync::Arc;

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
async fn one_that_hangs_holds_up_nobody() {
    let (t, slow, mut quick) = (store().await, Receiver::start(&[]), Receiver::start(&[]));
    let (hangs, _) = add(&t.db, &slow.url("/hang")).await;
    let (works, _) = add(&t.db, &quick.url("/ok")).await;
    for n in 0..40 {
        put(&t.db, hangs, (None, &n.to_string())).await;
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

//! One letter: taken, put off, refused, sent once.

use crate::server::{Sink, case, courier, letter, person, put, store, unasked, words};
use db::erase::{self, Order};
use domain::Span;
use domain::testing::ManualClock;
use mail::{Kind, Letter, Place, Queued, Round, State, To, contact, retry, tally, unsent};
use std::sync::Arc;

#[tokio::test]
async fn a_letter_that_is_queued_twice_is_sent_once() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, post) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    assert!(matches!(put(&t.db, letter(case, "REP-1: a question")).await, Queued::Waits(_)));
    assert_eq!(put(&t.db, letter(case, "REP-1: a question")).await, Queued::Before);
    assert_eq!(courier.round().await.unwrap(), Round { sent: 1, ..Round::default() });
    assert_eq!(courier.round().await.unwrap(), Round::default());
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].from.as_str(), taken[0].to.join(" ")), ("desk@acme.example", "finder@there.example".into()));
    assert_eq!(taken[0].header("Subject").as_deref(), Some("REP-1: a question"));
    assert_eq!(taken[0].header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert!(post.trouble().is_none());
    t.db.close().await;
}

#[tokio::test]
async fn letters_about_one_case_arrive_in_order_and_as_one_thread() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    for n in 0..3 {
        put(&t.db, letter(case, &format!("letter {n}"))).await;
        t.clock.advance(Span::from_millis(2));
    }
    sink.order("later 1");
    // The first is put off, and the others do not overtake it.
    assert_eq!(courier.round().await.unwrap(), Round { later: 1, ..Round::default() });
    assert_eq!(courier.round().await.unwrap(), Round::default());
    t.clock.advance(Span::from_minutes(2));
    for _ in 0..3 {
        assert_eq!(courier.round().await.unwrap().sent, 1);
    }
    let taken = sink.taken();
    let subjects: Vec<_> = taken.iter().filter_map(|m| m.header("Subject")).collect();
    assert_eq!(subjects, ["letter 0", "letter 1", "letter 2"]);
    let ids: Vec<_> = taken.iter().filter_map(|m| m.header("Message-ID")).collect();
    let root = taken[0].header("References").unwrap();
    assert_eq!(taken[0].header("In-Reply-To").unwrap(), root);
    assert_eq!(taken[1].header("In-Reply-To").unwrap(), ids[0]);
    assert_eq!(taken[2].header("References").unwrap(), format!("{root} {}", ids[1]));
    t.db.close().await;
}

#[tokio::test]
async fn a_refusal_is_told_and_can_be_tried_again() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, post) = courier(&t.db, &sink.address());
    let (bad, good) = (case(&t.db, "gone@there.example").await, case(&t.db, "here@there.example").await);
    sink.order("refuse gone@there.example");
    put(&t.db, letter(bad, "one")).await;
    put(&t.db, letter(good, "two")).await;
    let round = courier.round().await.unwrap();
    assert_eq!((round.sent, round.failed), (1, 1));
    assert!(post.trouble().is_none(), "one bad address is no trouble of the server");
    let mut tx = t.db.read().await.unwrap();
    let failed = unsent(&mut tx, &t.db, Place::Failed).await.unwrap();
    drop(tx);
    assert_eq!((failed.len(), failed[0].case, failed[0].state), (1, Some(bad), State::Failed));
    let answer = failed[0].answer.clone().unwrap();
    assert_eq!((answer.code, answer.words.as_str()), (Some(550), "5.1.1 … no such user here"));
    sink.order("accept");
    let (db, id) = (t.db.clone(), failed[0].id);
    assert!(t.db.write(move |tx| Box::pin(async move { retry(tx, &db, id).await })).await.unwrap());
    assert_eq!(courier.round().await.unwrap().sent, 1);
    assert_eq!(sink.taken().len(), 2);
    t.db.close().await;
}

#[tokio::test]
async fn who_said_stop_was_shut_out_or_erased_gets_nothing() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let (stopped, unasked) = (case(&t.db, "a@there.example").await, unasked(&t.db, "b@there.example").await);
    let asked = contact::of_case(&mut t.db.read().await.unwrap(), &t.db, unasked).await.unwrap().unwrap();
    let (colleague, erased) = (person(&t.db, "ines@acme.example").await, person(&t.db, "tomas@acme.example").await);
    put(&t.db, letter(stopped, "1")).await;
    put(&t.db, letter(unasked, "2")).await;
    put(&t.db, Letter { kind: Kind::Confirm, ..letter(unasked, "3") }).await;
    for (n, to) in [colleague, erased].into_iter().enumerate() {
        let key = format!("alert {n}");
        put(
            &t.db,
            Letter {
                kind: Kind::Alert,
                to: To::Person(to),
                case: None,
                key: key.clone(),
                after: None,
                words: words(&key),
            },
        )
        .await;
    }
    let db = t.db.clone();
    t.db.write(move |tx| {
        Box::pin(async move {
            contact::decide(tx, &db, (stopped, false)).await?;
            assert!(contact::ask(tx, &db, &asked).await?);
            let order = Order { by: None, reason: "test".into() };
            erase::erase_person(tx, db.keys(), db.ambient(), erased, &order).await.unwrap();
            Ok::<_, db::DbError>(())
        })
    })
    .await
    .unwrap();
    while courier.round().await.unwrap() != Round::default() {}
    let mut taken: Vec<_> =
        sink.taken().into_iter().filter_map(|m| Some((m.to.join(""), m.header("Subject")?))).collect();
    taken.sort();
    assert_eq!(taken, [("b@there.example".into(), "3".to_owned()), ("ines@acme.example".into(), "alert 0".to_owned())]);
    t.db.close().await;
}

#[tokio::test]
async fn a_letter_waits_for_its_hour_and_is_counted_when_it_is_late() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    let after = Some(t.db.ambient().now().plus(Span::from_hours(3)));
    put(&t.db, Letter { after, ..letter(case, "later") }).await;
    assert_eq!(courier.round().await.unwrap(), Round::default());
    let waits = || async { tally(&mut t.db.read().await.unwrap(), t.db.ambient().now()).await.unwrap().waiting };
    assert_eq!(waits().await, 0);
    t.clock.advance(Span::from_hours(4));
    assert_eq!(waits().await, 1);
    assert_eq!(courier.round().await.unwrap().sent, 1);
    assert_eq!(sink.taken().len(), 1);
    t.db.close().await;
}

#[tokio::test]
async fn a_letter_that_waits_for_its_hour_holds_up_no_other() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    let after = Some(t.db.ambient().now().plus(Span::from_hours(8)));
    put(&t.db, Letter { after, ..letter(case, "in the morning") }).await;
    t.clock.advance(Span::from_millis(2));
    put(&t.db, letter(case, "at once")).await;
    assert_eq!(courier.round().await.unwrap().sent, 1);
    t.clock.advance(Span::from_hours(8));
    let count = tally(&mut t.db.read().await.unwrap(), t.db.ambient().now()).await.unwrap();
    assert!(count.waiting == 1 && count.oldest < Span::from_minutes(1).micros(), "late since it was due: {count:?}");
    assert_eq!(courier.round().await.unwrap().sent, 1);
    let taken = sink.taken();
    let said = |name: &str| -> Vec<String> { taken.iter().filter_map(|m| m.header(name)).collect() };
    assert_eq!(said("Subject"), ["at once", "in the morning"]);
    assert!(said("Date")[1].contains(" 08:00:00 "), "{:?}", said("Date"));
    t.db.close().await;
}

#[tokio::test]
async fn a_letter_whose_address_cannot_be_opened_holds_up_no_other() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let (bad, good) = (case(&t.db, "a@there.example").await, case(&t.db, "b@there.example").await);
    put(&t.db, letter(bad, "one")).await;
    put(&t.db, letter(good, "two")).await;
    let broken: Result<u64, db::DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                let statement = db::stmt!("UPDATE contacts SET body = link WHERE case_id = $1");
                db::execute!(tx, statement, bad.uuid())
            })
        })
        .await;
    assert_eq!(broken.unwrap(), 1);
    let round = courier.round().await.unwrap();
    assert_eq!((round.sent, round.failed), (1, 1));
    assert_eq!(sink.taken().len(), 1);
    t.db.close().await;
}

#[tokio::test]
async fn an_address_beyond_ascii_stops_nobody_else() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, post) = courier(&t.db, &sink.address());
    sink.order("noutf8");
    for (n, address) in ["\u{fc}@there.example", "here@b\u{fc}cher.example", "c@there.example"].into_iter().enumerate()
    {
        put(&t.db, letter(case(&t.db, address).await, &format!("{n}"))).await;
    }
    let round = courier.round().await.unwrap();
    assert_eq!((round.sent, round.failed, round.later), (2, 1, 0));
    assert!(post.trouble().is_none());
    let mut to: Vec<String> = sink.taken().into_iter().flat_map(|m| m.to).collect();
    to.sort();
    assert_eq!(to, ["c@there.example", "here@xn--bcher-kva.example"]);
    t.db.close().await;
}

#[tokio::test]
async fn who_was_taken_off_a_case_gets_no_letter_about_it() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    let mut people = Vec::new();
    for (name, has_role) in [("member", true), ("taken-off", true), ("no-role", false)] {
        let person = person(&t.db, &format!("{name}@acme.example")).await;
        people.push((person, has_role));
        put(&t.db, Letter { kind: Kind::Assigned, to: To::Person(person), ..letter(case, name) }).await;
    }
    let member = people[0].0;
    let made: Result<(), db::DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                let programme = uuid::Uuid::from_u128(5);
                let body = Vec::<u8>::new();
                let statement = db::stmt!(
                    "INSERT INTO programmes (id, slug, desk, intake, version, body, created_at)
                     VALUES ($1, 'p', 'bounty', 'open', 1, $2, 0)"
                );
                db::execute!(tx, statement, programme, body.clone())?;
                let statement = db::stmt!(
                    "INSERT INTO cases (id, type, number, desk, programme, state, is_open, restricted, version, received_at,
                                        updated_at, title, body)
                     VALUES ($1, 'vulnerability', 1, 'bounty', $2, 'new', TRUE, TRUE, 1, 0, 0, $3, $3)"
                );
                db::execute!(tx, statement, case.uuid(), programme, body)?;
                for (person, _) in people.iter().filter(|(_, has_role)| *has_role) {
                    let statement = db::stmt!(
                        "INSERT INTO grants (person, role, scope, scope_id, granted_at) VALUES ($1, $2, 'house', $3, 0)"
                    );
                    let role = domain::Role::Triager.bit();
                    db::execute!(tx, statement, person.uuid(), role, uuid::Uuid::nil())?;
                }
                let statement = db::stmt!("INSERT INTO case_members (case_id, person, added_at) VALUES ($1, $2, 0)");
                db::execute!(tx, statement, case.uuid(), people[0].0.uuid()).map(|_| ())
            })
        })
        .await;
    made.unwrap();
    let round = courier.round().await.unwrap();
    assert_eq!((round.sent, round.dropped), (1, 2));
    assert_eq!(sink.taken()[0].to, ["member@acme.example"]);
    // Erased by another process, while this one still has the key in its memory.
    let late = Letter { kind: Kind::Assigned, to: To::Person(member), ..letter(case, "late") };
    put(&t.db, late).await;
    let erased: Result<u64, db::DbError> =
        t.db.write(move |tx| {
            Box::pin(
                async move { db::execute!(tx, db::stmt!("UPDATE cases SET erased_at = 1 WHERE id = $1"), case.uuid()) },
            )
        })
        .await;
    assert_eq!(erased.unwrap(), 1);
    let round = courier.round().await.unwrap();
    assert_eq!((round.sent, round.dropped), (0, 1));
    t.db.close().await;
}

#[tokio::test]
async fn the_address_and_the_words_lie_sealed() {
    let t = store().await;
    let case = case(&t.db, "finder@there.example").await;
    let clock: Arc<ManualClock> = t.clock.clone();
    clock.advance(Span::from_seconds(1));
    put(&t.db, letter(case, "quetzalcoatl")).await;
    let mut tx = t.db.read().await.unwrap();
    let rows =
        db::fetch_all!(&mut tx, (Vec<u8>, Vec<u8>), db::stmt!("SELECT once, body FROM letters LIMIT 10")).unwrap();
    let kept =
        db::fetch_all!(&mut tx, (Vec<u8>, Vec<u8>), db::stmt!("SELECT mailbox, body FROM contacts LIMIT 10")).unwrap();
    drop(tx);
    for (a, b) in rows.into_iter().chain(kept) {
        let text = String::from_utf8_lossy(&[a, b].concat()).into_owned();
        assert!(!text.contains("quetzal") && !text.contains("finder") && !text.contains("question"), "{text}");
    }
    t.db.close().await;
}

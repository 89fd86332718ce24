//! A server that is away, hangs, breaks off: nothing lost, nothing pressed, and what is sent twice can be
//! told to be one letter.

use crate::server::{Sink, case, courier, letter, person, put, settings, store, words};
use db::testing::TestDb;
use db::{DbError, Stmt, execute, stmt};
use domain::Span;
use mail::{Courier, Kind, Letter, Place, Post, Round, To, tally, unsent};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// A port on which nobody listens.
fn nobody() -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("smtp://127.0.0.1:{port}")
}

#[tokio::test]
async fn a_server_that_is_away_for_a_day_gets_everything_once_when_it_is_back() {
    let t = store().await;
    let sink = Sink::start(&[]);
    let address = sink.address();
    let port = sink.port.to_string();
    sink.stop();
    let (courier, post) = courier(&t.db, &address);
    let mut cases = Vec::new();
    for n in 0..40 {
        let case = case(&t.db, &format!("finder{n}@there.example")).await;
        put(&t.db, letter(case, &format!("letter {n}"))).await;
        cases.push(case);
    }
    let mut tries = 0;
    for _ in 0..(24 * 12) {
        let round = courier.round().await.unwrap();
        tries += usize::from(round.later > 0);
        assert_eq!((round.sent, round.failed, round.dropped), (0, 0, 0));
        t.clock.advance(Span::from_minutes(5));
    }
    assert!(tries < 160, "a server that is away was asked {tries} times in a day");
    let (since, trouble) = post.trouble().expect("told");
    assert!(t.db.ambient().now().since(since) > Span::from_hours(23), "{trouble:?}");
    let count = tally(&mut t.db.read().await.unwrap(), t.db.ambient().now()).await.unwrap();
    assert_eq!((count.waiting, count.failed), (40, 0));
    assert!(count.oldest > Span::from_hours(23).micros());
    let mut sink = Sink::start(&["--port", &port]);
    t.clock.advance(Span::from_minutes(10));
    while courier.round().await.unwrap() != Round::default() {}
    let taken = sink.taken();
    let to: BTreeSet<String> = taken.iter().map(|m| m.to.join("")).collect();
    assert_eq!((taken.len(), to.len()), (40, 40));
    assert!(sink.most_connections() <= 2, "connections are bounded");
    assert!(post.trouble().is_none());
    t.db.close().await;
}

#[tokio::test]
async fn a_letter_that_was_taken_without_an_answer_comes_again_under_the_same_name() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, post) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "once")).await;
    sink.order("swallow");
    assert_eq!(courier.round().await.unwrap(), Round { later: 1, ..Round::default() });
    assert!(post.trouble().is_some());
    sink.order("accept");
    t.clock.advance(Span::from_minutes(2));
    assert_eq!(courier.round().await.unwrap().sent, 1);
    let taken = sink.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].data, taken[1].data, "byte for byte, so that it can be told");
    t.db.close().await;
}

#[tokio::test]
async fn a_server_that_hangs_or_breaks_off_holds_nothing_up_for_ever() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let mut settings = settings(&sink.address());
    settings.timeout = Duration::from_millis(300);
    let post = Post::new(settings);
    let courier = Courier::new(t.db.clone(), post.clone());
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "patience")).await;
    for mode in ["hang", "cut"] {
        sink.order(mode);
        assert_eq!(courier.round().await.unwrap(), Round { later: 1, ..Round::default() }, "{mode}");
        assert!(post.trouble().is_some(), "{mode}");
        t.clock.advance(Span::from_hours(1));
    }
    sink.order("accept");
    assert_eq!(courier.round().await.unwrap().sent, 1);
    assert_eq!(sink.taken().len(), 1);
    t.db.close().await;
}

#[tokio::test]
async fn a_server_that_says_later_for_days_is_given_up_and_told() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "full@there.example").await;
    put(&t.db, letter(case, "full")).await;
    sink.order("full");
    let mut rounds = 0;
    while courier.round().await.unwrap().failed == 0 {
        rounds += 1;
        assert!(rounds < 4 * 6, "it is never given up");
        t.clock.advance(Span::from_hours(6));
    }
    assert!(rounds > 4 * 4, "it was given up in round {rounds}");
    let failed = unsent(&mut t.db.read().await.unwrap(), &t.db, Place::Failed).await.unwrap();
    assert_eq!(failed[0].answer.as_ref().and_then(|a| a.code), Some(452));
    t.db.close().await;
}

#[tokio::test]
async fn a_sender_that_may_not_is_trouble_of_the_house_and_fails_no_letter() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, post) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "ours")).await;
    sink.order("sender");
    assert_eq!(courier.round().await.unwrap(), Round { later: 1, ..Round::default() });
    assert_eq!(post.trouble().unwrap().1.0.code, Some(550));
    sink.order("accept");
    t.clock.advance(Span::from_minutes(1));
    assert_eq!(courier.round().await.unwrap().sent, 1);
    t.db.close().await;
}

#[tokio::test]
async fn a_crash_between_sending_and_noting_repeats_the_letter_when_its_lock_ends() {
    let t = store().await;
    let (courier, _) = courier(&t.db, &nobody());
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "crash")).await;
    // As if a process had taken it and died.
    let until = t.db.ambient().now().plus(Span::from_minutes(10)).micros();
    t.db.write(move |tx| {
        Box::pin(async move {
            db::execute!(tx, db::stmt!("UPDATE letters SET locked_until = $1 WHERE state = 'waiting'"), until)
                .map(|_| ())
        })
    })
    .await
    .unwrap();
    assert_eq!(courier.round().await.unwrap(), Round::default(), "it is somebody else's");
    t.clock.advance(Span::from_minutes(11));
    assert_eq!(courier.round().await.unwrap().later, 1);
    t.db.close().await;
}

#[tokio::test]
async fn the_first_answer_after_an_outage_is_not_the_last_one() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "patience")).await;
    // As if the server had been away for six days.
    t.clock.advance(Span::from_days(6));
    sink.order("later 1");
    assert_eq!(courier.round().await.unwrap(), Round { later: 1, ..Round::default() });
    t.clock.advance(Span::from_hours(1));
    assert_eq!(courier.round().await.unwrap().sent, 1);
    t.db.close().await;
}

#[tokio::test]
async fn a_letter_at_which_the_connection_always_breaks_is_given_up() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "poison")).await;
    sink.order("cut");
    let mut rounds = 0;
    while courier.round().await.unwrap().failed == 0 {
        rounds += 1;
        assert!(rounds < 4 * 6, "it is never given up");
        t.clock.advance(Span::from_hours(6));
    }
    let failed = unsent(&mut t.db.read().await.unwrap(), &t.db, Place::Failed).await.unwrap();
    assert_eq!(failed.len(), 1);
    t.db.close().await;
}

#[tokio::test]
async fn who_lost_the_lock_changes_nothing() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let mut settings = settings(&sink.address());
    settings.timeout = Duration::from_secs(1);
    let courier = Courier::new(t.db.clone(), Post::new(settings));
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "slow")).await;
    sink.order("hang");
    let row = || async {
        let mut tx = t.db.read().await.unwrap();
        db::fetch_one!(
            &mut tx,
            (String, i64, Option<i64>),
            db::stmt!("SELECT state, attempts, locked_until FROM letters")
        )
        .unwrap()
    };
    // While the server thinks, the lock ends and somebody else takes the letter.
    let somebody_else = async {
        while row().await.2.is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let taken: Result<u64, db::DbError> =
            t.db.write(|tx| {
                Box::pin(
                    async move { db::execute!(tx, db::stmt!("UPDATE letters SET locked_until = locked_until + 1")) },
                )
            })
            .await;
        taken.unwrap();
        row().await
    };
    let (round, theirs) = tokio::join!(courier.round(), somebody_else);
    assert_eq!(round.unwrap().later, 1);
    assert_eq!(row().await, theirs, "it is theirs");
    t.db.close().await;
}

/// The store refuses to write down that a letter went out.
const REFUSE: Stmt = stmt!(
    sqlite: "CREATE TRIGGER refuse BEFORE UPDATE ON letters WHEN NEW.state = 'sent'
             BEGIN SELECT RAISE(ABORT, 'the store stumbles'); END",
    pg: "ALTER TABLE letters ADD CONSTRAINT refuse CHECK (state <> 'sent')",
);
/// It does no longer.
const RELENT: Stmt = stmt!(sqlite: "DROP TRIGGER refuse", pg: "ALTER TABLE letters DROP CONSTRAINT refuse");

async fn run(t: &TestDb, statement: Stmt) {
    let done: Result<u64, DbError> = t.db.write(move |tx| Box::pin(async move { execute!(tx, statement) })).await;
    done.unwrap();
}

#[tokio::test]
async fn a_letter_that_went_out_is_not_sent_again_in_the_next_second() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let case = case(&t.db, "finder@there.example").await;
    put(&t.db, letter(case, "once")).await;
    run(&t, REFUSE).await;
    courier.round().await.unwrap_err();
    run(&t, RELENT).await;
    t.clock.advance(Span::from_seconds(2));
    assert_eq!(courier.round().await.unwrap(), Round::default(), "it is still locked");
    let first = sink.taken();
    assert_eq!(first.len(), 1);
    // As after a crash: when the lock ends it goes out once more, under the same name.
    t.clock.advance(Span::from_minutes(11));
    assert_eq!(courier.round().await.unwrap().sent, 1);
    assert_eq!(sink.taken()[0].header("Message-ID"), first[0].header("Message-ID"));
    t.db.close().await;
}

#[tokio::test]
async fn how_much_waits_is_told_while_letters_go_out() {
    let (t, sink) = (store().await, Sink::start(&[]));
    let mut settings = settings(&sink.address());
    settings.connections = 1;
    for n in 0..40 {
        let case = case(&t.db, &format!("finder{n}@there.example")).await;
        put(&t.db, letter(case, &format!("letter {n}"))).await;
    }
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let told = move |tally: mail::Tally| {
        // Nobody hears the later ones.
        let _ = told.send(tally.waiting);
    };
    let courier = mail::start_courier(t.db.clone(), Post::new(settings), Arc::new(told));
    assert_eq!(heard.recv().await, Some(24), "after the first 16, not after all");
    courier.abort();
    courier.await.unwrap_err();
    t.db.close().await;
}

#[tokio::test]
async fn a_colleague_whom_mail_cannot_reach_is_told_of() {
    let (t, mut sink) = (store().await, Sink::start(&[]));
    let (courier, _) = courier(&t.db, &sink.address());
    let to = To::Person(person(&t.db, "ops@desk").await);
    let words = words("an alert");
    put(&t.db, Letter { kind: Kind::Alert, to, case: None, key: "alert 1".to_owned(), after: None, words }).await;
    assert_eq!(courier.round().await.unwrap(), Round { failed: 1, ..Round::default() });
    let failed = unsent(&mut t.db.read().await.unwrap(), &t.db, Place::Failed).await.unwrap();
    let said = failed[0].answer.clone().unwrap().words;
    assert!(said.contains("none that mail can go to"), "{said}");
    assert!(sink.taken().is_empty());
    t.db.close().await;
}

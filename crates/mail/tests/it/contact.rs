//! The address of a reporter: sealed, found by its token, left in peace.

use crate::server::{case, store, unasked};
use db::{Db, DbError};
use domain::{CaseId, Span};
use mail::contact::{self, Contact, ContactToken, Standing, UNANSWERED_MOST};

async fn of(db: &Db, case: CaseId) -> Contact {
    contact::of_case(&mut db.read().await.unwrap(), db, case).await.unwrap().unwrap()
}

async fn ask(db: &Db, case: CaseId) -> bool {
    let (store, contact) = (db.clone(), of(db, case).await);
    db.write(move |tx| Box::pin(async move { contact::ask(tx, &store, &contact).await })).await.unwrap()
}

#[tokio::test]
async fn the_token_finds_the_address_and_nothing_else_does() {
    let t = store().await;
    let case = case(&t.db, "Finder@There.example").await;
    let kept = of(&t.db, case).await;
    assert_eq!((kept.address.as_str(), kept.standing), ("Finder@There.example", Standing::Confirmed));
    let token: ContactToken = kept.token.to_string().parse().unwrap();
    let mut tx = t.db.read().await.unwrap();
    assert_eq!(contact::by_token(&mut tx, &t.db, &token).await.unwrap().unwrap().case, case);
    let other: ContactToken = "00".repeat(16).parse().unwrap();
    assert!(contact::by_token(&mut tx, &t.db, &other).await.unwrap().is_none());
    assert!("00".parse::<ContactToken>().is_err() && "xx".repeat(16).parse::<ContactToken>().is_err());
    drop(tx);
    t.db.close().await;
}

#[tokio::test]
async fn a_mailbox_that_does_not_answer_is_left_in_peace() {
    let t = store().await;
    // However it is spelt.
    for n in 0..UNANSWERED_MOST {
        let case = unasked(&t.db, &format!("Victim+{n}@there.example")).await;
        assert!(ask(&t.db, case).await);
        assert_eq!(of(&t.db, case).await.standing, Standing::Asked);
    }
    let one_more = unasked(&t.db, "victim@There.example").await;
    assert!(!ask(&t.db, one_more).await);
    assert_eq!(of(&t.db, one_more).await.standing, Standing::New);
    assert!(ask(&t.db, unasked(&t.db, "other@there.example").await).await);
    t.clock.advance(Span::from_hours(25));
    assert!(ask(&t.db, one_more).await);
    assert!(!ask(&t.db, one_more).await, "it was asked");
    t.db.close().await;
}

#[tokio::test]
async fn who_ask_side_by_side_ask_no_more_often() {
    let t = store().await;
    let mut cases = Vec::new();
    for _ in 0..12 {
        cases.push(unasked(&t.db, "victim@there.example").await);
    }
    let asked = futures::future::join_all(cases.iter().map(|case| ask(&t.db, *case))).await;
    assert_eq!(i64::try_from(asked.into_iter().filter(|asked| *asked).count()).unwrap(), UNANSWERED_MOST);
    t.db.close().await;
}

#[tokio::test]
async fn who_said_yes_or_no_is_not_asked() {
    let t = store().await;
    let yes = case(&t.db, "finder@there.example").await;
    assert!(!ask(&t.db, yes).await);
    assert_eq!(of(&t.db, yes).await.standing, Standing::Confirmed);
    t.db.close().await;
}

#[tokio::test]
async fn an_erased_case_has_no_address() {
    let t = store().await;
    let case = case(&t.db, "finder@there.example").await;
    let db = t.db.clone();
    let gone: Result<(), DbError> =
        t.db.write(move |tx| {
            Box::pin(async move {
                db::execute!(tx, db::stmt!("DELETE FROM keys WHERE owner = $1"), case.uuid())?;
                Ok(())
            })
        })
        .await;
    gone.unwrap();
    let t = t.reopened().await.unwrap();
    assert!(contact::of_case(&mut t.db.read().await.unwrap(), &t.db, case).await.unwrap().is_none());
    drop(db);
    t.db.close().await;
}

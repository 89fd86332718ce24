//! The address of a reporter: sealed, found by its token, left in peace.

use crate::server::{case, store};
use db::{Db, DbError};
use domain::{CaseId, Span};
use mail::contact::{self, Contact, ContactToken, Standing, UNANSWERED_MOST};

async fn of(db: &Db, case: CaseId) -> Contact {
    contact::of_case(&mut db.read().await.unwrap(), db, case).await.unwrap().unwrap()
}

async fn set(db: &Db, case: CaseId, standing: Standing) {
    let store = db.clone();
    db.write(move |tx| Box::pin(async move { contact::set(tx, &store, (case, standing)).await })).await.unwrap();
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
    let may = async |case| {
        let kept = of(&t.db, case).await;
        contact::may_ask(&mut t.db.read().await.unwrap(), &t.db, &kept).await.unwrap()
    };
    for _ in 0..UNANSWERED_MOST {
        // However it is spelt.
        let case = case(&t.db, "Victim@there.example").await;
        assert!(may(case).await);
        set(&t.db, case, Standing::Asked).await;
    }
    let one_more = case(&t.db, "victim@There.example").await;
    assert!(!may(one_more).await);
    assert!(may(case(&t.db, "other@there.example").await).await);
    t.clock.advance(Span::from_hours(25));
    assert!(may(one_more).await);
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

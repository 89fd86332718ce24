//! Bars of researchers, whichever account of a mailbox they are set and lifted at; and what an erasure takes along.

use crate::smtp::{Sink, courier};
use crate::support::House;
use accounts::researcher::{self, Letterhead, Spent, Wish};
use accounts::{AccountError, NewSession};
use db::erase::{self, EraseError, Order};
use db::{fetch_one, jobs, stmt};
use domain::{PersonId, ReporterText};
use std::collections::BTreeMap;
use web::testing::Client;

fn letterhead() -> Letterhead {
    let url = web::PublicUrl::parse("https://desk.acme.example").unwrap();
    Letterhead { organisation: "Acme security".into(), url }
}

async fn enter(house: &House, address: &'static str) -> (PersonId, NewSession) {
    let db = house.t.db.clone();
    let spent: Result<_, AccountError> = house
        .t
        .db
        .write(move |tx| {
            Box::pin(async move {
                let token = researcher::hand_link(tx, &db, address.parse().unwrap()).await?;
                researcher::spend(tx, &db, &letterhead(), (&token, "")).await
            })
        })
        .await;
    let Spent::Session(person, session) = spent.unwrap() else { panic!("a link to sign in") };
    (person, session)
}

async fn bar(house: &House, researcher: PersonId, by: PersonId, days: i64) {
    let db = house.t.db.clone();
    let wish = Wish { researcher, days, reason: ReporterText::new("Threats.".into()).unwrap() };
    let done: Result<_, AccountError> =
        house.t.db.write(move |tx| Box::pin(async move { researcher::set_bar(tx, &db, wish, by).await })).await;
    done.unwrap();
}

async fn lift(house: &House, researcher: PersonId, by: PersonId) {
    let db = house.t.db.clone();
    let done: Result<_, AccountError> =
        house.t.db.write(move |tx| Box::pin(async move { researcher::lift(tx, &db, researcher, by).await })).await;
    done.unwrap();
}

async fn erase(house: &House, researcher: PersonId) {
    let db = house.t.db.clone();
    let order = Order { by: Some(researcher), reason: "asked for".to_owned() };
    let done: Result<_, EraseError> = house
        .t
        .db
        .write(move |tx| {
            Box::pin(async move { erase::erase_researcher(tx, db.keys(), db.ambient(), researcher, &order).await })
        })
        .await;
    done.unwrap();
}

async fn is_barred(house: &House, researcher: PersonId) -> bool {
    let mut tx = house.t.db.read().await.unwrap();
    researcher::bar_of(&mut tx, &house.t.db, researcher).await.unwrap().is_some()
}

async fn is_barred_at(house: &House, address: &str) -> bool {
    let mut tx = house.t.db.read().await.unwrap();
    researcher::bar_of_mailbox(&mut tx, &house.t.db, &address.parse().unwrap()).await.unwrap().is_some()
}

#[tokio::test]
async fn a_bar_is_lifted_at_every_account_of_its_mailbox() {
    let house = House::new().await;
    let olga = house.owner().await.id;
    let (one, _) = enter(&house, "finder+a@there.example").await;
    let (two, _) = enter(&house, "finder+b@there.example").await;
    bar(&house, one, olga, 30).await;
    assert!(is_barred(&house, two).await);
    lift(&house, two, olga).await;
    assert!(!is_barred(&house, one).await && !is_barred(&house, two).await);
    assert_eq!(house.events("researcher_let_in").await, 1);
    // One that outlived its account is lifted at the account that came after.
    bar(&house, one, olga, 30).await;
    erase(&house, one).await;
    assert!(is_barred(&house, two).await);
    lift(&house, two, olga).await;
    assert!(!is_barred(&house, two).await);
    assert_eq!(house.events("researcher_let_in").await, 2);
}

/// What came since the last round.
async fn round(house: &House, courier: &mail::Courier, sink: &mut Sink) -> Vec<String> {
    let handlers = BTreeMap::from([(researcher::LINK_JOB, researcher::link_jobs(letterhead()))]);
    jobs::run_due(&house.t.db, &handlers).await.unwrap();
    courier.round().await.unwrap();
    let link = |data: &str| {
        let text = data.replace("=\r\n", "");
        let token = text.split("https://desk.acme.example/me/link/").nth(1).unwrap_or("");
        token.chars().take_while(char::is_ascii_alphanumeric).collect::<String>()
    };
    sink.taken().iter().map(|m| link(&m.data)).filter(|token| !token.is_empty()).collect()
}

/// Gives an account another address, as its owner does it.
async fn moved(house: &House, mine: &Client, (courier, sink): (&mail::Courier, &mut Sink), to: &str) {
    let form = mine.form_to("/me/account", "/me/account/address").await.fill("email", to);
    form.submit().await.is(200);
    let tokens = round(house, courier, sink).await;
    mine.form(&format!("/me/link/{}", tokens[0])).await.submit().await.leads_to("/me/account");
    round(house, courier, sink).await;
}

async fn letters(house: &House) -> i64 {
    let mut tx = house.t.db.read().await.unwrap();
    let (count,) = fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM letters")).unwrap();
    count
}

#[tokio::test]
async fn a_bar_goes_along_to_another_address_and_stays_at_the_one_before() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let olga = house.owner().await.id;
    let (id, session) = enter(&house, "finder@there.example").await;
    let mine = site.client();
    mine.set_cookie("__Host-leeward-me", &session.token);
    bar(&house, id, olga, 30).await;
    moved(&house, &mine, (&courier, &mut sink), "moved@new.example").await;
    for address in ["finder@there.example", "moved+x@new.example"] {
        assert!(is_barred_at(&house, address).await, "{address}");
    }
    let mut tx = house.t.db.read().await.unwrap();
    assert_eq!(researcher::bars(&mut tx, &house.t.db).await.unwrap().len(), 1, "one line in the list");
    drop(tx);
    // Set again it is one bar, at both; lifted it is gone from both.
    bar(&house, id, olga, 1).await;
    house.wait(domain::Span::from_days(2));
    assert!(!is_barred(&house, id).await && !is_barred_at(&house, "finder@there.example").await);
    bar(&house, id, olga, 30).await;
    lift(&house, id, olga).await;
    for address in ["finder@there.example", "moved@new.example"] {
        assert!(!is_barred_at(&house, address).await, "{address}");
    }
}

#[tokio::test]
async fn no_letter_keeps_the_address_of_an_account_that_was_erased() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let mine = site.client();
    let ask = async |client: &Client, address: &str| {
        client.form("/me/sign-in").await.fill("email", address).submit().await.is(303);
    };
    ask(&mine, "finder@there.example").await;
    let tokens = round(&house, &courier, &mut sink).await;
    mine.form(&format!("/me/link/{}", tokens[0])).await.submit().await.leads_to("/me");
    moved(&house, &mine, (&courier, &mut sink), "moved@new.example").await;
    ask(&site.client(), "else@there.example").await;
    round(&house, &courier, &mut sink).await;
    // The link, the change that was asked for, its confirmation, that it was done; and the link of somebody else.
    assert_eq!(letters(&house).await, 5);
    let mut tx = house.t.db.read().await.unwrap();
    let found = researcher::by_address(&mut tx, house.t.db.keys(), &"moved@new.example".parse().unwrap()).await;
    drop(tx);
    erase(&house, found.unwrap().unwrap()).await;
    assert_eq!(letters(&house).await, 1, "of somebody else");
}

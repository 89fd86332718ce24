//! The second factor of researchers: set up, asked for after the link, replaced, lost, taken off.

use crate::smtp::{Sink, courier};
use crate::support::House;
use accounts::credential::TotpSecret;
use accounts::researcher::{self, Letterhead, Spent};
use accounts::{AccountError, NewSession};
use domain::{PersonId, Span, TeamText};
use std::collections::BTreeSet;
use web::testing::{Answer, Client, Site};

const ADDRESS: &str = "finder@there.example";
const PAGE: &str = "/me/account/second-factor";

fn letterhead() -> Letterhead {
    let url = web::PublicUrl::parse("https://desk.acme.example").unwrap();
    Letterhead { organisation: "Acme security".into(), url }
}

async fn token(house: &House) -> String {
    let db = house.t.db.clone();
    let made: Result<_, AccountError> = house
        .t
        .db
        .write(move |tx| Box::pin(async move { researcher::hand_link(tx, &db, ADDRESS.parse().unwrap()).await }))
        .await;
    made.unwrap()
}

async fn spend(house: &House, token: &str, code: &str) -> Result<Spent, AccountError> {
    let (db, token, code) = (house.t.db.clone(), token.to_owned(), code.to_owned());
    let write = house.t.db.clone();
    write
        .write(move |tx| Box::pin(async move { researcher::spend(tx, &db, &letterhead(), (&token, &code)).await }))
        .await
}

fn browser(site: &Site, session: &NewSession) -> Client {
    let client = site.client();
    client.set_cookie("__Host-leeward-me", &session.token);
    client
}

/// Somebody who has just come in by a link alone.
async fn enter(house: &House) -> (PersonId, NewSession) {
    let spent = spend(house, &token(house).await, "").await.unwrap();
    let Spent::Session(person, session) = spent else { panic!("a link to sign in") };
    (person, session)
}

/// What an authenticator reads from the page.
fn scanned(page: &Answer) -> TotpSecret {
    let (_, rest) = page.text.split_once("Letters to type by hand: <span class=\"mono\">").unwrap();
    TotpSecret::of_text(rest.split('<').next().unwrap()).unwrap()
}

/// Sets an authenticator up; gives it and the recovery codes.
async fn enrol(house: &House, mine: &Client) -> (TotpSecret, Vec<String>) {
    let page = mine.get(PAGE).await.is(200);
    let secret = scanned(&page);
    let code = secret.code_at(house.t.db.ambient().now());
    let form = mine.form_to(PAGE, PAGE).await;
    // The form of another showing offers another authenticator: this code is none of it.
    form.fill("code", &code).submit().await.is(422).says("This is not the code your app shows now");
    let showing = page.text.split_once("name=\"showing\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let form = mine.form_to(PAGE, PAGE).await.forge("showing", &showing).fill("code", &code);
    let done = form.submit().await.is(200).says("Your recovery codes");
    house.wait(Span::from_seconds(31));
    (secret, codes(&done))
}

fn codes(page: &Answer) -> Vec<String> {
    let list = page.text.split_once("<ol class=\"mono\">").unwrap().1.split_once("</ol>").unwrap().0;
    list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect()
}

fn now(house: &House, secret: &TotpSecret) -> String {
    secret.code_at(house.t.db.ambient().now())
}

async fn press(client: &Client, token: &str, code: &str) -> Answer {
    let path = format!("/me/link/{token}");
    client.form(&path).await.fill("code", code).submit().await
}

#[tokio::test]
async fn a_link_alone_opens_nothing_where_there_is_a_second_factor() {
    let house = House::new().await;
    let site = house.site().await;
    let (id, session) = enter(&house).await;
    let (_, elsewhere) = enter(&house).await;
    let mine = browser(&site, &session);
    mine.get("/me/account").await.is(200).says("None: whoever reads your mail can sign in");
    let (secret, recovery) = enrol(&house, &mine).await;
    assert_eq!(recovery.len(), 10);
    assert_eq!(house.events("researcher_factor_set").await, 1);
    // This browser goes on under another cookie; whoever was in elsewhere is out, and so is the cookie of before.
    mine.get("/me/account").await.is(200).says("asks for a code of your authenticator app");
    for before in [&session, &elsewhere] {
        browser(&site, before).get("/me/account").await.leads_to("/me/sign-in");
    }
    let link = token(&house).await;
    let other = site.client();
    press(&other, &link, "").await.is(422).says("Write the code your authenticator app shows");
    press(&other, &link, "000000").await.is(422).says("Your link is still good");
    let code = now(&house, &secret);
    press(&other, &link, &code).await.leads_to("/me");
    other.get("/me/account").await.is(200);
    // Neither the link nor the code does twice.
    other.get(&format!("/me/link/{link}")).await.is(410);
    let second = token(&house).await;
    assert!(matches!(spend(&house, &second, &code).await, Ok(Spent::WrongCode)), "a code works once");
    assert!(matches!(spend(&house, &second, &recovery[0].to_lowercase()).await, Ok(Spent::Session(..))));
    let third = token(&house).await;
    assert!(matches!(spend(&house, &third, &recovery[0]).await, Ok(Spent::WrongCode)), "and so does a recovery code");
    assert_eq!(house.events("recovery_code_used").await, 1);
    // Each code is of its own account.
    let mut tx = house.t.db.read().await.unwrap();
    assert!(researcher::load(&mut tx, house.t.db.keys(), id).await.unwrap().unwrap().guarded);
}

#[tokio::test]
async fn one_code_opens_one_of_many_links_at_the_same_moment() {
    let house = House::new().await;
    let site = house.site().await;
    let (_, session) = enter(&house).await;
    let (secret, _) = enrol(&house, &browser(&site, &session)).await;
    let code = now(&house, &secret);
    let mut links = Vec::new();
    for _ in 0..6 {
        links.push(token(&house).await);
    }
    let tries = links.iter().map(|link| spend(&house, link, &code));
    let opened = futures::future::join_all(tries).await.into_iter().filter(|t| matches!(t, Ok(Spent::Session(..))));
    assert_eq!(opened.count(), 1);
}

#[tokio::test]
async fn guesses_behind_a_link_are_counted_over_all_networks() {
    let house = House::new().await;
    let site = house.site().await;
    let (_, session) = enter(&house).await;
    enrol(&house, &browser(&site, &session)).await;
    let link = token(&house).await;
    let mut statuses = BTreeSet::new();
    for n in 0..20 {
        let stranger = site.client().at(&format!("198.51.100.{n}"));
        statuses.insert(press(&stranger, &link, "000000").await.status.as_u16());
    }
    assert_eq!(statuses, BTreeSet::from([422, 429]), "soon it is put off, wherever it comes from");
}

#[tokio::test]
async fn a_change_asks_for_the_factor_before_and_a_young_link() {
    let house = House::new().await;
    let site = house.site().await;
    let (_, session) = enter(&house).await;
    let mine = browser(&site, &session);
    let (secret, first) = enrol(&house, &mine).await;
    let sent =
        async |action: &str, field: &str, code: &str| mine.form_to(PAGE, action).await.fill(field, code).submit().await;
    let (codes_page, off) = (format!("{PAGE}/codes"), format!("{PAGE}/remove"));
    for (action, field) in [(&codes_page, "present-codes"), (&off, "present-drop")] {
        sent(action, field, "").await.is(422).says("Write the code your present authenticator shows");
        sent(action, field, "000000").await.is(422).says("This code is not right");
    }
    house.wait(Span::from_seconds(31));
    let done = sent(&codes_page, "present-codes", &now(&house, &secret)).await.is(200);
    let second = codes(&done);
    assert!(second.iter().all(|code| !first.contains(code)));
    sent(&off, "present-drop", &first[1]).await.is(422).says("This code is not right");
    // Another authenticator: the right code of it is not enough.
    let page = mine.get(PAGE).await.is(200);
    let next = scanned(&page);
    let showing = page.text.split_once("name=\"showing\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let replace = async |present: &str| {
        let form = mine.form_to(PAGE, PAGE).await.forge("showing", &showing);
        form.fill("code", &now(&house, &next)).fill("present", present).submit().await
    };
    replace("000000").await.is(422).says("This code is not right");
    house.wait(Span::from_seconds(31));
    replace(&now(&house, &secret)).await.is(200).says("Your recovery codes");
    house.wait(Span::from_seconds(31));
    let link = token(&house).await;
    for gone in [&second[0], &now(&house, &secret)] {
        assert!(matches!(spend(&house, &link, gone).await, Ok(Spent::WrongCode)), "of the one before");
    }
    assert!(matches!(spend(&house, &link, &now(&house, &next)).await, Ok(Spent::Session(..))));
    // What was proved an hour ago does for reading only.
    house.wait(Span::from_hours(1));
    mine.get(PAGE).await.leads_to("/me/sign-in");
    let form = mine.form_to("/me/account", "/me/account/profile").await.to(&off);
    form.forge("present-drop", &second[1]).submit().await.leads_to("/me/sign-in");
    assert_eq!(house.events("researcher_factor_dropped").await, 0);
}

#[tokio::test]
async fn it_is_dropped_by_its_owner_or_taken_off_by_the_desk_and_they_are_told() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let olga = house.owner().await.id;
    let (id, session) = enter(&house).await;
    let mine = browser(&site, &session);
    let mut told = async || {
        courier.round().await.unwrap();
        sink.taken().iter().map(|m| (m.to.join(" "), m.header("Subject").unwrap_or_default())).collect::<Vec<_>>()
    };
    let to_me = |subject: &str| (ADDRESS.to_owned(), subject.to_owned());
    let (secret, _) = enrol(&house, &mine).await;
    assert_eq!(told().await, [to_me("Your account has a second factor")]);
    let link = token(&house).await;
    assert!(matches!(spend(&house, &link, "000000").await, Ok(Spent::WrongCode)));
    assert_eq!(told().await, [to_me("Somebody used a link out of your mailbox")]);
    let off = format!("{PAGE}/remove");
    let form = mine.form_to(PAGE, &off).await.fill("present-drop", &now(&house, &secret));
    form.submit().await.leads_to("/me/account");
    assert_eq!(told().await, [to_me("Your second factor was taken off")]);
    assert!(matches!(spend(&house, &link, "").await, Ok(Spent::Session(..))), "the link alone does again");
    // Lost: the desk takes it off once, and says how it knew.
    house.wait(Span::from_seconds(31));
    enrol(&house, &mine).await;
    told().await;
    let lift = async || {
        let db = house.t.db.clone();
        let reason = TeamText::new("They told the time of their first report.".into()).unwrap();
        let done: Result<(), AccountError> = house
            .t
            .db
            .write(move |tx| Box::pin(async move { researcher::take_off(tx, &db, id, (olga, &reason)).await }))
            .await;
        done
    };
    lift().await.unwrap();
    assert!(matches!(lift().await, Err(AccountError::Changed)));
    assert_eq!(house.events("researcher_factor_lifted").await, 1);
    assert_eq!(told().await, [to_me("Your second factor was taken off")]);
    mine.get("/me/account").await.leads_to("/me/sign-in");
    let link = token(&house).await;
    assert!(matches!(spend(&house, &link, "").await, Ok(Spent::Session(..))));
}

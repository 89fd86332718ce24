//! A message to the reporter lies for ten seconds and can be taken back.

use crate::support::{House, code};
use db::{fetch_one, stmt};
use domain::{CaseId, Role, Span};
use web::testing::{Answer, Client};

/// A case, and the browser of somebody who writes to its reporter.
async fn scene(house: &House, site: &web::testing::Site) -> (String, CaseId, Client) {
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    (format!("/desk/cases/{}", case.name), case.id, house.browser(site, ines).await)
}

async fn write(browser: &Client, at: &str, words: &str) {
    let form = browser.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
    form.fill("message", words).submit().await.leads_to(&format!("{at}#on-its-way"));
}

/// Presses *Take it back*.
async fn take_back(browser: &Client, at: &str) -> Answer {
    let undo = undo_of(&browser.get(at).await);
    browser.form_to(at, &undo).await.submit().await
}

fn undo_of(page: &Answer) -> String {
    let end = page.text.find("/undo\"").unwrap();
    let begin = page.text[..end].rfind('"').unwrap() + 1;
    format!("{}/undo", &page.text[begin..end])
}

async fn ten_seconds(house: &House) {
    house.t.clock.advance(Span::from_seconds(10));
    house.run_jobs().await;
}

/// Events of cases; the house records its own meanwhile.
async fn events(house: &House) -> i64 {
    let mut tx = house.db().read().await.unwrap();
    let row: (i64,) =
        fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM events WHERE case_id IS NOT NULL")).unwrap();
    row.0
}

#[tokio::test]
async fn a_message_goes_after_ten_seconds_and_nothing_of_it_before() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let tomas = house.browser(&site, tomas).await;
    let me = house.reporter(&site, &code(1)).await;
    house.run_jobs().await;
    let before = events(&house).await;
    write(&ines, &at, "Thank **you**").await;
    house.t.clock.advance(Span::from_seconds(9));
    house.run_jobs().await;
    assert_eq!(events(&house).await, before);
    ines.get(&at).await.is(200).says("Not sent yet.").says("Thank <strong>you</strong>").says("Take it back");
    // Others of the team see it; who wrote it takes it back.
    tomas.get(&at).await.is(200).says("Written by Ines").is_silent_about("Take it back");
    me.get("/case/mine").await.is(200).is_silent_about("Thank");
    house.t.clock.advance(Span::from_seconds(1));
    house.run_jobs().await;
    ines.get(&at).await.is(200).is_silent_about("Not sent yet.").says("Thank <strong>you</strong>");
    me.get("/case/mine").await.is(200).says("Thank <strong>you</strong>");
    assert!(events(&house).await > before);
    // A job that is done twice sends once.
    let after = events(&house).await;
    house.run_jobs().await;
    assert_eq!(events(&house).await, after);
    house.verify().await;
}

#[tokio::test]
async fn what_was_taken_back_is_never_sent_and_its_words_are_there_again() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    let me = house.reporter(&site, &code(1)).await;
    write(&ines, &at, "Wrong case").await;
    let undo = undo_of(&ines.get(&at).await);
    let form = ines.form_to(&at, &undo).await;
    let back = form.clone().submit().await.leads_to(&at);
    let back = back.header("location").split('#').next().unwrap().to_owned();
    let again = ines.get(&back).await.is(200);
    again.says("Taken back.").says("Wrong case</textarea>").is_silent_about("Not sent yet.");
    // Pressed a second time, or an answer that was lost: the same.
    form.submit().await.leads_to(&at);
    ten_seconds(&house).await;
    me.get("/case/mine").await.is(200).is_silent_about("Wrong case");
    // What is sent in its place leaves no older words behind.
    write(&ines, &at, "Right words").await;
    ines.get(&back).await.is(200).is_silent_about("Wrong case");
    ten_seconds(&house).await;
    me.get("/case/mine").await.is(200).says("Right words").is_silent_about("Wrong case");
    house.verify().await;
}

#[tokio::test]
async fn only_who_wrote_it_takes_it_back_and_only_before_it_went() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let tomas = house.browser(&site, tomas).await;
    write(&ines, &at, "Thank you").await;
    let page = ines.get(&at).await;
    let undo = undo_of(&page);
    let late = ines.form_to(&at, &undo).await;
    // A form of his own, sent to that address.
    let other = tomas.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
    other.to(&undo).submit().await.is(409).says("sent already");
    ines.get(&at).await.is(200).says("Not sent yet.");
    ten_seconds(&house).await;
    late.submit().await.is(409).says("The message was sent already");
    ines.get(&at).await.is(200).says("Thank you");
}

#[tokio::test]
async fn it_outlives_a_restart() {
    let mut house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    write(&ines, &at, "Thank you").await;
    drop((site, ines));
    let before = events(&house).await;
    house.t = house.t.reopened().await.unwrap();
    ten_seconds(&house).await;
    assert!(events(&house).await > before);
    house.verify().await;
}

async fn kept(house: &House) -> i64 {
    let mut tx = house.db().read().await.unwrap();
    let row: (i64,) = fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM held_messages")).unwrap();
    row.0
}

#[tokio::test]
async fn it_goes_with_its_case() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, case, ines) = scene(&house, &site).await;
    write(&ines, &at, "Thank you").await;
    assert_eq!(kept(&house).await, 1);
    let ana = house.person("Ana", Role::Owner).await;
    let order = db::erase::Order { by: Some(ana), reason: "Spam".into() };
    let wanted = desk::erasing::CaseOrder { case, seen: None, quiet: None, order };
    desk::erasing::case(house.db(), &house.list(), wanted).await.unwrap();
    assert_eq!(kept(&house).await, 0);
    ten_seconds(&house).await;
    house.verify().await;
}

#[tokio::test]
async fn words_that_were_taken_back_are_forgotten_after_a_day() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    write(&ines, &at, "Wrong case").await;
    take_back(&ines, &at).await.is(303);
    let forget = || async {
        let now = house.db().ambient().now();
        let done: Result<u64, db::DbError> =
            house.db().write(move |tx| Box::pin(async move { desk::engine::forget_held(tx, now).await })).await;
        done.unwrap();
    };
    forget().await;
    assert_eq!(kept(&house).await, 1);
    house.t.clock.advance(Span::from_hours(25));
    forget().await;
    assert_eq!(kept(&house).await, 0);
}

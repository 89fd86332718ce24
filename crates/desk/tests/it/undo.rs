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

/// The page that comes back after a message has the form of the next step, and is looked at for more than ten seconds.
#[tokio::test]
async fn ones_own_message_that_went_meanwhile_is_no_news() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let tomas = house.browser(&site, tomas).await;
    house.run_jobs().await;
    write(&ines, &at, "Thank you").await;
    let mine = ines.form_to(&at, &format!("{at}/actions/triage")).await;
    let theirs = tomas.form_to(&at, &format!("{at}/actions/triage")).await;
    ten_seconds(&house).await;
    // To somebody else it is news, and the page says whose.
    theirs.submit().await.is(412).says("Ines changed").says("Thank");
    mine.submit().await.is(303);
    assert_eq!(house.state(at.rsplit('/').next().unwrap()).await, "triaged");
    // What others do meanwhile is news as before.
    write(&ines, &at, "One more thing").await;
    let late = ines.form_to(&at, &format!("{at}/actions/accept")).await;
    let between = tomas.form_to(&format!("{at}?write=team"), &format!("{at}/notes")).await;
    between.fill("note", "Wait for me").submit().await.is(303);
    ten_seconds(&house).await;
    late.submit().await.is(412).says("Wait for me");
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

#[tokio::test]
async fn a_form_that_is_sent_again_after_its_message_was_taken_back_sends_it() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    let me = house.reporter(&site, &code(1)).await;
    let form = ines.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
    let form = form.fill("message", "We look at it.");
    for _ in 0..3 {
        form.clone().submit().await.leads_to(&format!("{at}#on-its-way"));
        ines.get(&at).await.is(200).says("Not sent yet.");
        take_back(&ines, &at).await.leads_to(&at);
        ines.get(&at).await.is(200).is_silent_about("Not sent yet.");
    }
    form.clone().submit().await.leads_to(&format!("{at}#on-its-way"));
    // Pressed twice, and once more when it is gone: one message.
    form.clone().submit().await.leads_to(&format!("{at}#on-its-way"));
    ten_seconds(&house).await;
    form.submit().await.leads_to(&format!("{at}#on-its-way"));
    ten_seconds(&house).await;
    let page = me.get("/case/mine").await.is(200);
    assert_eq!(page.text.matches("We look at it.").count(), 1);
    house.verify().await;
}

#[tokio::test]
async fn words_that_were_taken_back_are_found_from_the_page_of_the_case() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    ines.get(&at).await.is(200).is_silent_about("Put its words in the box");
    write(&ines, &at, "Wrong case").await;
    take_back(&ines, &at).await.is(303);
    let page = ines.get(&at).await.is(200).says("Put its words in the box").is_silent_about("Wrong case");
    let there = page.text.split("back=").nth(1).unwrap().split(['"', '#', '&']).next().unwrap().to_owned();
    let page = ines.get(&format!("{at}?write=outside&back={there}")).await.is(200).says("Wrong case</textarea>");
    page.is_silent_about("Put its words in the box");
    write(&ines, &at, "Right words").await;
    ines.get(&at).await.is(200).is_silent_about("Put its words in the box");
}

#[tokio::test]
async fn what_was_written_first_is_sent_first_and_only_by_whom_it_may_be() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, case, ines) = scene(&house, &site).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let of_tomas = house.browser(&site, tomas).await;
    write(&ines, &at, "First words").await;
    write(&ines, &at, "Second words").await;
    write(&of_tomas, &at, "Third words").await;
    let db = house.db().clone();
    let olga = house.person("Olga", Role::Owner).await;
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move { desk::engine::restrict(tx, &db, case, (olga, [olga, tomas].into())).await })
        })
        .await;
    done.unwrap();
    ten_seconds(&house).await;
    let me = house.reporter(&site, &code(1)).await;
    me.get("/case/mine")
        .await
        .is(200)
        .says("Third words")
        .is_silent_about("First words")
        .is_silent_about("Second words");
    house.verify().await;
}

#[tokio::test]
async fn messages_that_are_due_together_keep_their_order() {
    let house = House::new().await;
    let site = house.site().await;
    let (at, _, ines) = scene(&house, &site).await;
    for n in 1..=5 {
        write(&ines, &at, &format!("Words number {n}")).await;
        house.t.clock.advance(Span::from_seconds(1));
    }
    house.t.clock.advance(Span::from_hours(1));
    house.run_jobs().await;
    let me = house.reporter(&site, &code(1)).await;
    let page = me.get("/case/mine").await.is(200);
    let places: Vec<usize> = (1..=5).map(|n| page.text.find(&format!("Words number {n}")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

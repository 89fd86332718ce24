//! Reports sent while signed in: into the account, or without a name; and the bar at every door.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of a test fail by panicking")]

use crate::support::{FORM, House, LEAST, REPORTS, SEND, change, code, form, send, walk};
use accounts::AccountError;
use accounts::researcher::{self, Letterhead, Spent, Wish};
use axum::http::Method;
use domain::{CaseId, PersonId, ReporterText, Span};
use serde_json::json;
use web::testing::{Client, Site};
use web::{Caller, PublicUrl};

const ME: &str = "__Host-leeward-me";
const CASE: &str = "__Host-leeward-case";

async fn account(house: &House, address: &'static str) -> PersonId {
    let db = house.test.db.clone();
    let url = PublicUrl::parse("https://trust.acme.example").unwrap();
    let head = Letterhead { organisation: "Acme security".into(), url };
    let spent: Result<_, AccountError> = house
        .test
        .db
        .write(move |tx| {
            Box::pin(async move {
                let token = researcher::hand_link(tx, &db, address.parse().unwrap()).await?;
                researcher::spend(tx, &db, &head, (&token, "")).await
            })
        })
        .await;
    let Spent::Session(person, _) = spent.unwrap() else { panic!("a link to sign in") };
    person
}

async fn bar(house: &House, researcher: PersonId) {
    let (db, by) = (house.test.db.clone(), house.test.db.ambient().id());
    let wish = Wish { researcher, days: 30, reason: ReporterText::new("Threats.".into()).unwrap() };
    let done: Result<(), AccountError> =
        house.test.db.write(move |tx| Box::pin(async move { researcher::set_bar(tx, &db, wish, by).await })).await;
    done.unwrap();
}

async fn owner(house: &House, case: CaseId) -> Option<PersonId> {
    researcher::owner_of(&mut house.test.db.read().await.unwrap(), case).await.unwrap()
}

/// A site on which somebody is signed in to this account, and somebody came back to this case.
async fn site(house: &House, person: PersonId, case: Option<CaseId>) -> (Site, Client, Client) {
    let ambient = house.test.db.ambient();
    let mut callers = vec![("me".to_owned(), Caller::Researcher { person, session: ambient.id() })];
    callers.extend(case.map(|case| ("case".to_owned(), Caller::Reporter { case, session: ambient.id() })));
    let site = house.site_of(callers).await;
    let (mine, back) = (site.client(), site.client());
    mine.set_cookie(ME, "me");
    back.set_cookie(CASE, "case");
    (site, mine, back)
}

#[tokio::test]
async fn a_report_of_somebody_signed_in_stands_in_their_account() {
    let house = House::new().await;
    let me = account(&house, "finder@there.example").await;
    let (_site, mine, _) = site(&house, me, None).await;
    let check = walk(&mine, &LEAST, &[]).await.is(200).says("You are signed in as").says("finder@there.example");
    let sent = send(&mine, &check).await.is(200).says("It stands in your account").is_silent_about("data-code");
    let case = house.last_case().await;
    sent.says(&format!("/me/reports/{case}"));
    assert_eq!(owner(&house, case).await, Some(me));
    // Pressed twice it is the same report, and no code appears.
    send(&mine, &check).await.is(200).is_silent_about("data-code");
    assert_eq!(house.count("cases").await, 1);
}

#[tokio::test]
async fn without_a_name_it_is_in_no_account_and_has_a_code() {
    let house = House::new().await;
    let me = account(&house, "finder@there.example").await;
    let (_site, mine, _) = site(&house, me, None).await;
    let check = walk(&mine, &LEAST, &[]).await.is(200);
    // The choice goes along through a change.
    let page = form(&mine, &check).to(FORM).fill("as", "nameless").fill("change", "title").submit().await.is(200);
    let check = form(&mine, &page).fill("title", "Another title").submit().await.is(200).says("Check your report");
    assert_eq!(mine.form_in(SEND, &check).value("as"), "nameless");
    let sent = send(&mine, &check).await.is(200);
    code(&sent);
    let case = house.last_case().await;
    assert_eq!(owner(&house, case).await, None);
    let events = house.events(case).await;
    assert!(events.iter().all(|event| !event.data.to_string().contains(&me.to_string())), "nothing tells who it was");
    // Somebody who is not signed in is asked nothing.
    let nobody = house.site.client();
    let check = walk(&nobody, &LEAST, &[]).await.is(200).is_silent_about("In whose name?");
    change(&nobody, &check, "title").await.is(200);
}

#[tokio::test]
async fn a_bar_reaches_every_door() {
    let house = House::new().await;
    let me = account(&house, "finder+one@there.example").await;
    let (first_site, mine, _) = site(&house, me, None).await;
    let check = walk(&mine, &LEAST, &[]).await.is(200);
    send(&mine, &check).await.is(200);
    let case = house.last_case().await;
    let late = walk(&mine, &LEAST, &[]).await.is(200);
    bar(&house, me).await;
    let told = "We take no new reports from you until";
    // The form, before anything is typed; and what was typed before the bar.
    mine.get(FORM).await.is(403).says(told);
    send(&mine, &late).await.is(403).says(told).says("Nothing was sent");
    // Without a name the same browser is still theirs.
    form(&mine, &late).fill("as", "nameless").submit().await.is(403).says(told);
    drop(first_site);
    // The return door of a report of theirs.
    let (_site, _, back) = site(&house, me, Some(case)).await;
    back.get(FORM).await.is(403).says(told);
    // The API and the form of the nameless, by the mailbox to answer to, in any spelling.
    let nobody = house.site.client();
    let report = json!({ "title": "x", "summary": "y", "contact": "Finder+two@THERE.example" });
    let call = nobody.json(Method::POST, REPORTS, &report).header("idempotency-key", "k1");
    call.send().await.is(403).says(told);
    let words = [LEAST[0], LEAST[1], ("contact", "finder@there.example")];
    let check = walk(&nobody, &words, &[]).await.is(200);
    send(&nobody, &check).await.is(403).says(told);
    assert_eq!(house.count("cases").await, 1);
    // Others are not touched, and the day comes.
    let report = json!({ "title": "x", "summary": "y", "contact": "else@there.example" });
    let call = nobody.json(Method::POST, REPORTS, &report).header("idempotency-key", "k2");
    call.send().await.is(201);
    house.test.clock.advance(Span::from_days(30));
    let check = walk(&nobody, &words, &[]).await.is(200);
    send(&nobody, &check).await.is(200);
    mine.get(FORM).await.is(200);
}

#[tokio::test]
async fn the_press_says_what_the_page_showed() {
    let house = House::new().await;
    let me = account(&house, "finder@there.example").await;
    let (_site, mine, both) = site(&house, me, None).await;
    // The cookie of an old case keeps the form of the page good whatever happens to the other one.
    both.set_cookie(CASE, "over");
    let check = walk(&both, &LEAST, &[]).await.is(200).is_silent_about("In whose name?");
    both.set_cookie(ME, "me");
    code(&send(&both, &check).await.is(200));
    assert_eq!(owner(&house, house.last_case().await).await, None, "written without a name");
    // The other way round: the page said that it stands in the account, and nobody is signed in any more.
    let check = walk(&both, &LEAST, &[]).await.is(200).says("You are signed in as");
    both.set_cookie(ME, "over");
    let again = send(&both, &check).await.is(409).says("Not sent yet.").says("You were signed out meanwhile");
    assert_eq!(house.count("cases").await, 1);
    code(&send(&both, &again).await.is(200));
    assert_eq!(house.count("cases").await, 2);
    drop(mine);
}

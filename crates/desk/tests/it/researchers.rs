//! Researchers as the desk sees them: counts, addresses, search, bars; on pages and by the API.

use crate::support::{House, act};
use axum::http::Method;
use desk::engine::{ReporterChange, ReporterTie, change_reporters};
use domain::{Grant, PersonId, Role, Scope, Span};
use serde_json::json;
use std::collections::BTreeSet;

async fn restrict(house: &House, case: domain::CaseId, by: PersonId) {
    let db = house.db().clone();
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move { desk::engine::restrict(tx, &db, case, (by, BTreeSet::from([by]))).await })
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn a_record_counts_what_the_viewer_may_see_and_no_case_page_tells_an_address() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let (finder, _) = house.researcher("finder@there.example").await;
    let mut cases = Vec::new();
    for title in ["One", "Two", "Three"] {
        let case = house.report(title, None).await.id;
        house.own(case, finder).await;
        cases.push(case);
    }
    house.act(act(cases[1], theo, ("triage", json!({})))).await.unwrap();
    restrict(&house, cases[2], olga).await;
    let site = house.site().await;
    let (of_olga, of_theo) = (house.browser(&site, olga).await, house.browser(&site, theo).await);
    let page = format!("/desk/researchers/{finder}");
    for client in [&of_olga, &of_theo] {
        client.get("/desk/cases/REP-1").await.is(200).says(&page).is_silent_about("finder@there.example");
    }
    of_theo
        .get(&page)
        .await
        .is(200)
        .says("2 sent, 1 not judged yet, 1 valid")
        .is_silent_about("Three")
        .is_silent_about("finder@");
    of_olga
        .get(&page)
        .await
        .is(200)
        .says("3 sent, 2 not judged yet, 1 valid")
        .says("Three")
        .says("finder@there.example");
    // Who found one of them too has a page, and none of it in their record.
    let (beside, _) = house.researcher("beside@there.example").await;
    let (db, change) = (
        house.db().clone(),
        ReporterChange { case: cases[0], seen: None, by: olga, researcher: beside, tie: ReporterTie::Follows },
    );
    let joined: Result<i64, desk::engine::EngineError> =
        house.db().write(move |tx| Box::pin(async move { change_reporters(tx, &db, change).await })).await;
    joined.unwrap();
    of_theo.get(&format!("/desk/researchers/{beside}")).await.is(200).says("0 sent, 0 valid").says("One");
    // Somebody of whose cases the viewer may see none is not there.
    let (hidden, _) = house.researcher("hidden@there.example").await;
    let secret = house.report("Four", None).await.id;
    house.own(secret, hidden).await;
    restrict(&house, secret, olga).await;
    of_theo.get(&format!("/desk/researchers/{hidden}")).await.is(404);
    let program = house.program(&site, theo, Role::Triager).await;
    program.get(&format!("/api/v1/researchers/{hidden}")).await.is(404);
    let seen = program.get(&format!("/api/v1/researchers/{finder}")).await.is(200).json();
    assert_eq!((seen["record"]["sent"].as_i64(), seen["address"].as_str()), (Some(2), None));
}

#[tokio::test]
async fn search_finds_the_exact_address_only_and_only_for_who_manages_people() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let (finder, _) = house.researcher("finder@there.example").await;
    let site = house.site().await;
    house.browser(&site, theo).await.get("/desk/researchers").await.is(404);
    let desk = house.browser(&site, olga).await;
    let find = async |typed: &str| desk.form("/desk/researchers").await.fill("email", typed).submit().await;
    find("Finder@there.example").await.leads_to(&format!("/desk/researchers/{finder}"));
    for other in ["inder@there.example", "finder@there", "olga@acme.example", "finder+x@there.example"] {
        find(other).await.is(422).says("No researcher has an account with exactly this address").says(other);
    }
    let program = house.program(&site, olga, Role::Owner).await;
    let sought = json!({ "address": "finder@there.example" });
    let found = program.json(Method::POST, "/api/v1/researchers/search", &sought).send().await.is(200).json();
    assert_eq!(found["id"], finder.to_string());
    let sought = json!({ "address": "nobody@there.example" });
    program.json(Method::POST, "/api/v1/researchers/search", &sought).send().await.is(404);
}

#[tokio::test]
async fn a_bar_is_told_with_its_reason_and_leaves_old_reports_open() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let (finder, session) = house.researcher("finder@there.example").await;
    let case = house.report("One", None).await.id;
    house.own(case, finder).await;
    let site = house.site().await;
    let desk = house.browser(&site, olga).await;
    let page = format!("/desk/researchers/{finder}");
    let form = async || desk.form_to(&page, &format!("{page}/bar")).await;
    form().await.fill("days", "0").fill("reason", "Threats").submit().await.is(422).says("1 to 730").says("Threats");
    form().await.fill("days", "30").submit().await.is(422).says("Say why: the person reads it");
    form().await.fill("days", "30").fill("reason", "Threats in three reports.").submit().await.leads_to(&page);
    desk.get(&page).await.says("Barred until").says("Threats in three reports.");
    desk.get("/desk/researchers").await.says(&page);
    desk.get("/desk/cases/REP-1").await.says("barred");
    let mine = site.client();
    mine.set_cookie("__Host-leeward-me", &session.token);
    let home =
        mine.get("/me").await.is(200).says("We take no new reports from you until").says("Threats in three reports.");
    home.says("If you think that this is wrong");
    let base = format!("/me/reports/{case}");
    let form = mine.form_to(&base, &format!("{base}/messages")).await.fill("message", "I object");
    form.submit().await.leads_to(&format!("{base}#conversation"));
    let mut tx = house.db().read().await.unwrap();
    let letters = mail::unsent(&mut tx, house.db(), mail::Place::Waiting).await.unwrap();
    assert_eq!(letters.iter().filter(|letter| letter.person == Some(finder)).count(), 1);
    drop(tx);
    desk.form_to(&page, &format!("{page}/bar/lift")).await.submit().await.leads_to(&page);
    mine.get("/me").await.is_silent_about("We take no new reports");
    // By the API, and whoever may not manage people may not.
    let program = house.program(&site, olga, Role::Owner).await;
    let bar = json!({ "days": 7, "reason": "Again." });
    let path = format!("/api/v1/researchers/{finder}/bar");
    let seen = program.json(Method::PUT, &path, &bar).send().await.is(200).json();
    assert_eq!(seen["bar"]["reason"], "Again.");
    program.json(Method::PUT, &path, &json!({ "days": 731, "reason": "x" })).send().await.is(422);
    house.t.clock.advance(Span::from_days(7));
    let program = house.program(&site, olga, Role::Owner).await;
    let seen = program.get(&format!("/api/v1/researchers/{finder}")).await.is(200).json();
    assert!(seen["bar"].is_null(), "over");
    program.call(Method::DELETE, &path).send().await.is(204);
    house.verify().await;
}

#[tokio::test]
async fn a_right_over_one_programme_bars_nobody() {
    let house = House::new().await;
    let anna = house.person_of("Anna", Grant { role: Role::Admin, scope: Scope::Programme(house.programme) }).await;
    let (finder, _) = house.researcher("finder@there.example").await;
    let case = house.report("One", None).await.id;
    house.own(case, finder).await;
    let site = house.site().await;
    let desk = house.browser(&site, anna).await;
    let page = format!("/desk/researchers/{finder}");
    desk.get(&page).await.is(200).is_silent_about("Take no new reports").is_silent_about("finder@there");
    let form = desk.form_to("/desk/cases/REP-1", "/desk/cases/REP-1/watch").await.to(&format!("{page}/bar"));
    form.forge("days", "3").forge("reason", "x").submit().await.is(404);
    desk.get("/desk/researchers").await.is(404);
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_off_by_who_manages_people_and_says_why() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let (finder, session) = house.researcher("finder@there.example").await;
    let case = house.report("One", None).await.id;
    house.own(case, finder).await;
    let site = house.site().await;
    let (desk, other) = (house.browser(&site, olga).await, house.browser(&site, theo).await);
    let page = format!("/desk/researchers/{finder}");
    let ask = format!("{page}/second-factor/remove");
    desk.get(&page).await.is(200).says("By a link in their mail alone");
    desk.get(&ask).await.is(200).says("There is none").is_silent_about("How do you know");
    // Something stands in the column: what it is matters to nobody here.
    let set: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let statement = db::stmt!("UPDATE researchers SET totp = $1, totp_step = 7 WHERE id = $2");
                db::execute!(tx, statement, vec![7_u8], finder.uuid())
            })
        })
        .await;
    assert_eq!(set.unwrap(), 1);
    other.get(&ask).await.is(404);
    other.get(&page).await.is(200).is_silent_about("Signing in");
    desk.get(&page).await.says(&ask);
    let form = desk.form(&ask).await;
    form.clone().submit().await.is(422).says("Write why");
    let long = "x".repeat(1_001);
    form.clone().fill("reason", &long).submit().await.is(422).says("at most 1,000").says(&long);
    form.clone().fill("reason", "They told what only they know.").submit().await.leads_to(&page);
    // Pressed twice: the second finds it gone, and keeps what was typed.
    form.fill("reason", "They told it again.").submit().await.is(412).says("They told it again.");
    desk.get(&page).await.says("By a link in their mail alone");
    let mine = site.client();
    mine.set_cookie("__Host-leeward-me", &session.token);
    mine.get("/me").await.leads_to("/me/sign-in");
    desk.get("/desk/audit?show=house")
        .await
        .is(200)
        .says("Second factor of a researcher taken off: They told what only they know.");
    house.verify().await;
}

#[tokio::test]
async fn the_desk_erases_an_account_and_keeps_its_reports_without_a_name() {
    let house = House::new().await;
    let (olga, ada) = (house.person("Olga", Role::Owner).await, house.person("Ada", Role::Admin).await);
    let (finder, session) = house.researcher("finder@there.example").await;
    let case = house.report("One", None).await.id;
    house.own(case, finder).await;
    let site = house.site().await;
    let desk = house.browser(&site, olga).await;
    let page = format!("/desk/researchers/{finder}");
    let erase = format!("{page}/erase");
    house.browser(&site, ada).await.get(&erase).await.is(404);
    desk.get(&page).await.is(200).says(&erase);
    let shown =
        desk.get(&erase).await.is(200).says("1 report, with all that they wrote in it").says("1 of them is open");
    let form = desk.form_in(&erase, &shown);
    let wrong = form.clone().fill("confirm", "else@there.example").fill("reason", "They asked by mail.");
    wrong.submit().await.is(422).says("This is not the address of this account").says("They asked by mail.");
    form.clone().fill("confirm", "finder@there.example").submit().await.is(422).says("Write why");
    let right = form.fill("confirm", "Finder@there.example").fill("reason", "They asked by mail.");
    let again = right.clone();
    right.submit().await.leads_to("/desk/erasures");
    // Pressed twice it is done once.
    again.submit().await.leads_to("/desk/erasures");
    desk.get("/desk/erasures").await.is(200).says("They asked by mail.");
    desk.get(&page).await.is(404);
    let mine = site.client();
    mine.set_cookie("__Host-leeward-me", &session.token);
    mine.get("/me").await.leads_to("/me/sign-in");
    desk.get("/desk/cases/REP-1").await.is(200).says("erased person").says("One").is_silent_about(&page);
    // One letter goes to the address that went; what waited for them went too.
    let mut tx = house.db().read().await.unwrap();
    let letters = mail::unsent(&mut tx, house.db(), mail::Place::Waiting).await.unwrap();
    drop(tx);
    assert_eq!(letters.iter().filter(|letter| letter.person == Some(finder)).count(), 0);
    assert_eq!(letters.iter().filter(|letter| letter.person.is_none()).count(), 1);
    // The same address is somebody new.
    let (again, _) = house.researcher("finder@there.example").await;
    assert_ne!(again, finder);
    house.verify().await;
}

#[tokio::test]
async fn a_program_erases_an_account_once() {
    let house = House::new().await;
    let (olga, ada) = (house.person("Olga", Role::Owner).await, house.person("Ada", Role::Admin).await);
    let (finder, _) = house.researcher("finder@there.example").await;
    let site = house.site().await;
    let path = format!("/api/v1/researchers/{finder}/erasure");
    let body = |address: &str| json!({ "address": address, "reason": "They asked by mail." });
    let admin = house.program(&site, ada, Role::Admin).await;
    let send = async |program: &web::testing::Client, address: &str, key: &str| {
        program.json(Method::POST, &path, &body(address)).header("idempotency-key", key).send().await
    };
    send(&admin, "finder@there.example", "a").await.is(404);
    let program = house.program(&site, olga, Role::Owner).await;
    send(&program, "else@there.example", "b").await.is(422);
    let first = send(&program, "finder@there.example", "c").await.is(202).json();
    assert_eq!(
        (first["kind"].as_str(), first["subject"].as_str()),
        (Some("person"), Some(finder.to_string().as_str()))
    );
    let second = send(&program, "finder@there.example", "c").await.is(202).json();
    assert_eq!(first, second);
    send(&program, "finder@there.example", "d").await.is(404);
}

//! Notes that name somebody, on their page of alerts.

use super::support::{House, act};
use axum::http::Method;
use domain::{PersonId, Role};
use serde_json::{Value, json};
use web::testing::Client;

async fn note(browser: &Client, at: &str, text: &str) {
    let form = browser.form_to(&format!("{at}?write=team"), &format!("{at}/notes")).await.fill("note", text);
    form.submit().await.leads_to(&format!("{at}#write"));
}

/// Whom the rows of mentions are of, and whether each was seen.
async fn kept(house: &House) -> Vec<(PersonId, bool)> {
    let mut tx = house.db().read().await.unwrap();
    let statement =
        db::stmt!("SELECT person, seen_at FROM alerts WHERE kind = 'mention' ORDER BY round, person LIMIT 100");
    let rows = db::fetch_all!(&mut tx, (domain::Uuid, Option<i64>), statement).unwrap();
    rows.into_iter().map(|(person, seen)| (PersonId::from_uuid(person), seen.is_some())).collect()
}

/// The number of the newest note that names somebody.
async fn place(house: &House) -> i64 {
    let mut tx = house.db().read().await.unwrap();
    let statement = db::stmt!("SELECT MAX(round) FROM alerts WHERE kind = 'mention'");
    db::fetch_one!(&mut tx, (i64,), statement).unwrap().0
}

#[tokio::test]
async fn whom_a_note_names_finds_it_among_their_alerts_until_they_saw_it() {
    let house = House::new().await;
    let (ines, tomas) = (house.person("Ines", Role::Triager).await, house.person("Tomas", Role::Triager).await);
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let (of_ines, of_tomas) = (house.browser(&site, ines).await, house.browser(&site, tomas).await);
    let at = format!("/desk/cases/{}", case.name);
    of_tomas.get("/desk/alerts").await.is(200).is_silent_about("A note names you");
    note(&of_ines, &at, "@tomas and @ines, have you seen this?").await;
    note(&of_ines, &at, "Write to tomas@acme.example.").await;
    assert_eq!(kept(&house).await, [(tomas, false)], "nobody calls themselves");
    let place = format!("{at}?at={0}#e-{0}", place(&house).await);
    of_tomas.get("/desk/alerts").await.is(200).says("A note names you").says(&place).says("Mark as seen");
    of_ines.get("/desk/alerts").await.is(200).is_silent_about("A note names you");
    of_tomas.get(&at).await.is(200).says("have you seen this?");
    assert_eq!(kept(&house).await, [(tomas, true)]);
    of_tomas.get("/desk/alerts").await.is(200).says("A note names you").is_silent_about("Mark as seen");
    // Or they say so without looking.
    note(&of_ines, &at, "@Tomas: again").await;
    let page = of_tomas.get("/desk/alerts").await.is(200);
    let all = of_tomas.forms_in("/desk/alerts", &page);
    let form = all.into_iter().find(|form| !form.value("alert").is_empty()).unwrap();
    form.submit().await.leads_to("/desk/alerts");
    assert_eq!(kept(&house).await, [(tomas, true), (tomas, true)]);
}

#[tokio::test]
async fn a_mention_far_up_the_case_waits_until_that_part_is_seen() {
    let house = House::new().await;
    let (ines, tomas) = (house.person("Ines", Role::Triager).await, house.person("Tomas", Role::Triager).await);
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let (of_ines, of_tomas) = (house.browser(&site, ines).await, house.browser(&site, tomas).await);
    let at = format!("/desk/cases/{}", case.name);
    note(&of_ines, &at, "@tomas look").await;
    for n in 0..45 {
        note(&of_ines, &at, &format!("Note {n}")).await;
    }
    of_tomas.get(&at).await.is(200).is_silent_about("@tomas look");
    assert_eq!(kept(&house).await, [(tomas, false)]);
    of_tomas.get(&format!("{at}?at={}", place(&house).await)).await.is(200).says("@tomas look");
    assert_eq!(kept(&house).await, [(tomas, true)]);
}

#[tokio::test]
async fn mentions_go_to_those_alone_who_may_read_the_note_and_outlive_the_end_of_the_case() {
    let house = House::new().await;
    let (ines, tomas) = (house.person("Ines", Role::Triager).await, house.person("Tomas", Role::Triager).await);
    let ada = house.person("Ada", Role::Auditor).await;
    let case = house.report("Token", None).await;
    let db = house.db().clone();
    let named = (ines, [ines, ada].into());
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { desk::engine::restrict(tx, &db, case.id, named).await }))
        .await;
    done.unwrap();
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let path = format!("/api/v1/cases/{}/messages", case.id);
    let sent = program.json(Method::POST, &path, &json!({ "body": "@tomas and @ada, look", "audience": "team" }));
    let reply = sent.header("idempotency-key", "1").send().await.is(201).json();
    assert_eq!((&reply["not_told"], reply["version"].as_i64()), (&json!(["Tomas"]), Some(place(&house).await)));
    assert_eq!(kept(&house).await, [(ada, false)], "and not {tomas}");
    house.act(act(case.id, ines, ("close", json!({ "outcome": "spam", "reason": "No." })))).await.unwrap();
    let reads = house.program(&site, ada, Role::Auditor).await;
    let mine: Value = reads.get("/api/v1/alerts").await.is(200).json();
    let only = &mine["items"][0];
    assert_eq!((&only["kind"], &only["event"], &only["seen_at"]), (&json!("mention"), &reply["version"], &Value::Null));
    desk::alert::watch(house.db(), (domain::Ts::from_micros(0), None)).await.unwrap();
}

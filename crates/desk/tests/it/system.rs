//! The system page, the overview of settings, one entry checked against the log, and the record as a file.

use super::support::House;
use axum::http::Method;
use db::{execute, stmt};
use domain::{Role, Span};
use web::testing::Client;

#[tokio::test]
async fn what_waits_and_what_is_old_is_marked() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let triager = house.person("Tomas", Role::Triager).await;
    let site = house.site().await;
    let (olga, tomas) = (house.browser(&site, owner).await, house.browser(&site, triager).await);
    house.report("Old token", None).await;
    house.run_jobs().await;
    let fresh = olga.get("/desk/system").await.is(200);
    fresh.says("nothing waits").says("none was made of this store").says("One line needs");
    tomas.get("/desk/system").await.is(404);
    house.report("Open redirect", None).await;
    house.t.clock.advance(Span::from_hours(1));
    // The session was idle for too long.
    let olga = house.browser(&site, owner).await;
    let late = olga.get("/desk/system").await.is(200);
    late.says("Look: 1 waiting, the oldest for 60 min").says("Search index");
    let program = house.program(&site, owner, Role::Owner).await;
    let seen = program.get("/api/v1/system").await.is(200).json();
    assert_eq!(seen["queues"][1]["waiting"], 1);
    assert_eq!((&seen["disk"], &seen["backup"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    assert!(seen["log"]["size"].as_u64() > Some(2) && seen["keys"]["cases"] == 2);
    // A backup is remembered, and grows old.
    let file = house.t.folder().join("backup");
    db::backup::backup(house.db(), &house.blobs(), &file).await.unwrap();
    olga.get("/desk/system").await.is(200).is_silent_about("none was made of this store");
    house.t.clock.advance(Span::from_days(8));
    let (olga, program) = (house.browser(&site, owner).await, house.program(&site, owner, Role::Owner).await);
    assert!(program.get("/api/v1/system").await.is(200).json()["backup"]["at"].is_string());
    olga.get("/desk/system").await.is(200).says("Look: ").says("8 days ago").says("none yet");
    assert_eq!(seen["queues"].as_array().unwrap().last().unwrap()["queue"], "webhooks");
    let of = house.db().ambient().now().minus(Span::from_days(8));
    db::backup::remember_tried(house.db(), of, 0).await.unwrap();
    olga.get("/desk/system").await.is(200).says("all of it could be read").says("2 cases, 2 people");
    db::backup::remember_tried(house.db(), of, 1).await.unwrap();
    olga.get("/desk/system").await.is(200).says("1 fault in it");
    let tried = program.get("/api/v1/system").await.is(200).json()["backup_tried"].clone();
    assert_eq!(tried["faults"], 1);
}

#[tokio::test]
async fn every_case_is_indexed_again_once_where_words_are_read_otherwise() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    for n in 1..=25 {
        house.report(&format!("Crash of zlib, take {n}"), None).await;
    }
    house.run_jobs().await;
    let cases = [house.find("REP-1").await, house.find("REP-25").await];
    let store = house.db().clone();
    // As an older program left them: without the word.
    let removed: Result<(), db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                for case in cases {
                    db::search::remove_case(tx, store.keys(), store.ambient(), case).await?;
                }
                Ok(())
            })
        })
        .await;
    removed.unwrap();
    let site = house.site().await;
    let (olga, program) = (house.browser(&site, owner).await, house.program(&site, owner, Role::Owner).await);
    let found = async || program.get("/api/v1/cases?q=zlib").await.is(200).json()["items"].as_array().unwrap().len();
    assert_eq!(found().await, 23);
    olga.get("/desk/system").await.is(200).says("0 of 25 cases read again");
    assert_eq!(program.get("/api/v1/system").await.json()["indexed_again"]["of"], 25);
    desk::engine::ensure_words(house.db()).await.unwrap();
    house.run_jobs().await;
    assert_eq!(found().await, 25);
    olga.get("/desk/system").await.is(200).says("every case is read as this version reads");
    let waits = async || program.get("/api/v1/system").await.json()["queues"][1]["waiting"].clone();
    desk::engine::ensure_words(house.db()).await.unwrap();
    assert_eq!(waits().await, 0, "once is enough");
}

#[tokio::test]
async fn keys_are_named_by_id_and_never_shown() {
    let house = House::new().await;
    let auditor = house.person("Ada", Role::Auditor).await;
    let site = house.site().await;
    let page = house.browser(&site, auditor).await.get("/desk/system").await.is(200).says("Key of the house");
    let mut tx = house.db().read().await.unwrap();
    let keys = db::fetch_all!(&mut tx, (Vec<u8>,), stmt!("SELECT wrapped FROM keys")).unwrap();
    for (wrapped,) in keys {
        let middle = &wrapped[wrapped.len() / 2..wrapped.len() / 2 + 6];
        let text = |n: &u8| format!("{n:02x}");
        assert!(!page.text.contains(&middle.iter().map(text).collect::<String>()));
    }
}

#[tokio::test]
async fn the_overview_leads_to_every_page_of_settings() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let browser = house.browser(&site, owner).await;
    let mut page = browser.get("/desk/settings").await.is(200);
    for path in desk::settings::pages() {
        page = page.says(&format!("href=\"{path}\""));
    }
    for row in desk::routes().iter().filter(|row| row.method == Method::GET) {
        let is_page = row.path.starts_with("/desk/settings/") && row.path.matches('/').count() == 3;
        assert!(
            !is_page || desk::settings::pages().any(|path| path == row.path),
            "{} is not on the overview",
            row.path
        );
    }
    page.says("[organisation]");
}

/// Where the newest entry of the house is checked.
async fn entry(browser: &Client) -> String {
    let page = browser.get("/desk/audit?show=house").await.is(200).says("has").says("entries");
    let at = page.text.find("/desk/audit/entries/").expect("no entry to check");
    page.text[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_entry_is_checked_against_the_log_and_a_changed_one_is_found() {
    let house = House::new().await;
    let auditor = house.person("Ada", Role::Auditor).await;
    let site = house.site().await;
    let ada = house.browser(&site, auditor).await;
    db::log::settled(house.db()).await;
    let path = entry(&ada).await;
    ada.get(&path).await.is(200).says("This entry holds.").says("Commitment").says("Proof");
    ada.get("/desk/audit/entries/0190a000-0000-7000-8000-00000000dead").await.is(404);
    let id: domain::EventId = path.rsplit('/').next().unwrap().parse().unwrap();
    let broken: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let other = vec![7_u8; 32];
                execute!(tx, stmt!("UPDATE log_entries SET commitment = $1 WHERE event = $2"), other, id.uuid())
            })
        })
        .await;
    assert_eq!(broken.unwrap(), 1);
    ada.get(&path).await.is(200).says("This entry does not hold.");
}

#[tokio::test]
async fn the_record_leaves_as_a_file_and_that_is_recorded() {
    let house = House::new().await;
    let (auditor, triager) = (house.person("=Ada", Role::Auditor).await, house.person("Tomas", Role::Triager).await);
    let site = house.site().await;
    let (ada, tomas) = (house.browser(&site, auditor).await, house.browser(&site, triager).await);
    let case = house.report("Very secret", None).await;
    house.accounts.reads().record(Some(auditor), accounts::ReadKind::Case, Some(case.id)).await.unwrap();
    house.accounts.reads().flush().await;
    tomas.get("/desk/audit/export").await.is(404);
    let ask = "/desk/audit/export?kind=case&from=2026-11-01&until=2026-11-30";
    let file = ada.form(ask).await.fill("format", "csv").submit().await.is(200);
    assert!(file.header("content-disposition").contains("audit-reads.csv"));
    assert!(
        file.text.starts_with("at,entry,index,person,name,kind,what,about,about_name,case,data\r\n"),
        "{}",
        file.text
    );
    assert!(
        file.text.contains("\"'=Ada\",case,opened,,,REP-1,") && !file.text.contains("Very secret"),
        "{}",
        file.text
    );
    let none = ada.form("/desk/audit/export?kind=case&from=2026-12-01").await.fill("format", "jsonl").submit().await;
    assert_eq!(none.is(200).text, "");
    let lines = ada.form("/desk/audit/export?show=house").await.fill("format", "jsonl").submit().await.is(200);
    let kinds: Vec<String> = lines
        .text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "audit_exported").count(), 2, "{kinds:?}");
    for odd in ["from=2026-13-01", "person=x", "kind=A-B", "case=REP-1"] {
        let file = ada.form(&format!("/desk/audit/export?show=house&{odd}")).await.fill("format", "csv").submit().await;
        file.is(422);
    }
    // To whom, what, and how far it reaches.
    let granted =
        ada.form("/desk/audit/export?show=house&kind=role_granted").await.fill("format", "jsonl").submit().await;
    let granted: Vec<serde_json::Value> =
        granted.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_tomas = granted.iter().find(|row| row["about"] == triager.to_string()).expect("no row of Tomas");
    assert_eq!((&of_tomas["about_name"], &of_tomas["data"]["role"]), (&"Tomas".into(), &"triager".into()));
    assert_eq!(of_tomas["data"]["scope"], "house");
    let csv = ada.form("/desk/audit/export?show=house&kind=role_granted").await.fill("format", "csv").submit().await;
    assert!(csv.text.contains(",Tomas,,") && csv.text.contains("\"\"role\"\":\"\"triager\"\""), "{}", csv.text);
    ada.get("/desk/audit?show=house&kind=audit_exported").await.is(200).says("Audit exported");
}

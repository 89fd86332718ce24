//! Alerts by mail, through a real SMTP server: each once, and not into anybody's quiet hours.

use super::smtp::{Sink, courier};
use super::support::{House, act};
use axum::http::Method;
use desk::engine::{self, EngineError};
use desk::letters::Letterhead;
use domain::{CaseId, PersonId, Role, Span, Ts};
use serde_json::json;
use std::sync::Arc;
use web::PublicUrl;

fn ts(text: &str) -> Ts {
    text.parse().unwrap()
}

fn head() -> Arc<Letterhead> {
    let url = PublicUrl::parse("https://desk.acme.example").unwrap();
    Arc::new(Letterhead::new("Acme security", url, House::post().settings()))
}

async fn watch(house: &House) {
    desk::alert::watch(house.db(), (Ts::from_micros(0), Some(&head()))).await.unwrap();
}

/// A case of somebody.
async fn case_of(house: &House, (by, to): (PersonId, PersonId)) -> CaseId {
    let opened =
        house.open(json!({"title": "Old token", "summary": "It works.", "severity": "low", "source": "form"}), None);
    let (db, case) = (house.db().clone(), opened.await.id);
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::assign(tx, &db, case, (by, Some(to))).await })).await;
    done.unwrap();
    case
}

/// Recipient and subject of everything that the server took since the last call.
fn taken(sink: &mut Sink) -> Vec<(String, String)> {
    let mut taken: Vec<_> =
        sink.taken().iter().map(|m| (m.to.join(" "), m.header("Subject").unwrap_or_default())).collect();
    taken.sort();
    taken
}

#[tokio::test]
async fn an_alert_is_one_letter_and_waits_for_the_morning_unless_it_is_urgent() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let program = house.program(&site, theo, Role::Triager).await;
    let quiet = json!({"zone": "Europe/Berlin", "from": "22:00", "until": "07:00"});
    program.json(Method::PUT, "/api/v1/quiet-hours", &quiet).header("if-match", "\"0\"").send().await.is(200);
    let (courier, _) = courier(house.db(), &sink.address());
    // 23:30 in Berlin.
    house.t.clock.set(ts("2026-11-24T22:30:00Z"));
    let urgent = case_of(&house, (owner, theo)).await;
    house.act(act(urgent, owner, ("set-severity", json!({"severity": "critical"})))).await.unwrap();
    watch(&house).await;
    courier.round().await.unwrap();
    let to_theo = |subject: &str| ("theo@acme.example".to_owned(), subject.to_owned());
    assert_eq!(taken(&mut sink), [to_theo("REP-1: needs somebody now")]);
    // Looking again tells nobody again.
    watch(&house).await;
    courier.round().await.unwrap();
    assert_eq!(taken(&mut sink), []);
    house.act(act(urgent, owner, ("triage", json!({})))).await.unwrap();
    let [first, second] = [case_of(&house, (owner, theo)).await, case_of(&house, (owner, theo)).await];
    // Both run out in the night; one is looked at before the morning.
    house.t.clock.set(ts("2026-11-25T22:31:00Z"));
    watch(&house).await;
    courier.round().await.unwrap();
    let of_theo = |taken: Vec<(String, String)>| -> Vec<String> {
        taken.into_iter().filter(|(to, _)| to.starts_with("theo@")).map(|(_, subject)| subject).collect()
    };
    assert_eq!(of_theo(taken(&mut sink)), Vec::<String>::new());
    // The first token has ended by now.
    let program = house.program(&site, theo, Role::Triager).await;
    let listed = program.get("/api/v1/alerts").await.is(200).json();
    let alert = |case: CaseId| {
        let of_case = |item: &&serde_json::Value| item["case"] == case.to_string() && item["kind"] == "late";
        listed["items"].as_array().unwrap().iter().find(of_case).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (seen, not_seen) = (alert(first), alert(second));
    assert_ne!(seen, not_seen);
    program.call(Method::POST, &format!("/api/v1/alerts/{seen}/seen")).send().await.is(204);
    house.t.clock.set(ts("2026-11-26T05:59:00Z"));
    courier.round().await.unwrap();
    assert_eq!(of_theo(taken(&mut sink)), Vec::<String>::new());
    house.t.clock.advance(Span::from_minutes(2));
    courier.round().await.unwrap();
    assert_eq!(of_theo(taken(&mut sink)), ["REP-3: first answer is late"]);
    let mut tx = house.db().read().await.unwrap();
    let (untold,) =
        db::fetch_one!(&mut tx, (i64,), db::stmt!("SELECT COUNT(*) FROM alerts WHERE mailed_at IS NULL")).unwrap();
    assert_eq!(untold, 0);
}

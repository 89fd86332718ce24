//! The engine on a real store: two at once, replays, a clock set back, people and files.

use crate::support::{House, act, code};
use db::{event, fetch_one, stmt};
use desk::engine::{self, Act, EngineError};
use domain::case::Party;
use domain::{CaseId, ReporterText, Role, Span, TeamText};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn of_sixty_four_at_once_exactly_one_wins() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let mut tx = house.db().read().await.unwrap();
    let seen = engine::load(&mut tx, house.db(), case.id).await.unwrap().version;
    drop(tx);
    let tries = (0..64).map(|_| house.act(Act { seen: Some(seen), ..act(case.id, ines, ("triage", json!({}))) }));
    let outcomes = futures::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| matches!(o, Err(EngineError::Stale { .. }))).count(), 63);
}

#[tokio::test]
async fn a_clock_set_back_keeps_the_order_of_events() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    house.act(act(case.id, ines, ("triage", json!({})))).await.unwrap();
    house.t.clock.advance(Span::from_hours(-1));
    note(&house, case.id, ines, "After the clock went back").await;
    house.act(act(case.id, ines, ("accept", json!({})))).await.unwrap();
    let mut tx = house.db().read().await.unwrap();
    let loaded = engine::load(&mut tx, house.db(), case.id).await.unwrap();
    let records = event::of_case(&mut tx, &loaded.key, case.id).await.unwrap();
    assert!(records.is_sorted_by_key(|r| r.at));
    assert!(records.is_sorted_by_key(|r| r.seq));
    assert_eq!(loaded.version, records.last().unwrap().seq);
    assert!(loaded.updated_at >= loaded.received_at);
}

async fn note(house: &House, case: CaseId, by: domain::PersonId, text: &str) -> i64 {
    let text = TeamText::new(text.to_owned()).unwrap();
    let db = house.db().clone();
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::note(tx, &db, case, (by, text)).await })).await;
    done.unwrap()
}

#[tokio::test]
async fn the_first_message_stops_the_first_clock_and_an_answer_ends_the_waiting() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await.id;
    let db = house.db().clone();
    let text = ReporterText::new("Thank you, we look at it.".into()).unwrap();
    let sent: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::to_reporter(tx, &db, case, (ines, text)).await }))
        .await;
    sent.unwrap();
    house.act(act(case, ines, ("ask", json!({ "text": "Which version?" })))).await.unwrap();
    let db = house.db().clone();
    let text = ReporterText::new("4.2".into()).unwrap();
    let got: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::from_reporter(tx, &db, case, text).await })).await;
    got.unwrap();
    let mut tx = house.db().read().await.unwrap();
    let loaded = engine::load(&mut tx, house.db(), case).await.unwrap();
    let summary = loaded.summary();
    assert!(summary.waiting_since.is_none());
    assert!(summary.clocks.iter().any(|c| c.name == domain::case::ClockName::FirstResponse && c.met));
    let kinds: Vec<String> =
        event::of_case(&mut tx, &loaded.key, case).await.unwrap().into_iter().map(|r| r.kind).collect();
    assert!(kinds.contains(&"answered".to_owned()) && kinds.contains(&"responded".to_owned()), "{kinds:?}");
}

#[tokio::test]
async fn a_case_that_waits_too_long_is_closed_by_its_clock() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await.id;
    house.act(act(case, ines, ("ask", json!({ "text": "Which version?" })))).await.unwrap();
    for _ in 0..31 {
        house.t.clock.advance(Span::from_days(1));
        house.run_jobs().await;
    }
    let mut tx = house.db().read().await.unwrap();
    let loaded = engine::load(&mut tx, house.db(), case).await.unwrap();
    assert!(!loaded.summary().open);
}

#[tokio::test]
async fn restricting_keeps_the_one_who_restricts() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let case = house.report("About a triager", None).await.id;
    let db = house.db().clone();
    let members = [tomas].into();
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (ines, members)).await }))
        .await;
    done.unwrap();
    let mut tx = house.db().read().await.unwrap();
    let loaded = engine::load(&mut tx, house.db(), case).await.unwrap();
    assert!(loaded.facts.restricted);
    assert_eq!(loaded.facts.members, [ines, tomas].into());
    let (count,) = fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM case_members")).unwrap();
    assert_eq!(count, 2);
}

#[tokio::test]
async fn another_version_than_the_present_is_stale() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await.id;
    let late = Act { case, seen: Some(999), action: "triage".into(), input: json!({}), by: Party::Team(ines) };
    assert!(matches!(house.act(late).await, Err(EngineError::Stale { .. })));
}

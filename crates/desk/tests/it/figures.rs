//! Figures: rows that a rebuild makes again, what each person sees of them, the page, its files and the API.

use super::support::{House, act};
use axum::http::Method;
use db::{execute, fetch_all, stmt};
use domain::{CaseId, PersonId, Role, Span};
use serde_json::{Value, json};
use uuid::Uuid;

/// Every row as text, column by column.
async fn rows(house: &House) -> Vec<String> {
    let mut tx = house.db().read().await.unwrap();
    let instants = fetch_all!(
        &mut tx,
        (Uuid, i64, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>),
        stmt!(
            "SELECT case_id, round, opened_at, closed_at, valid_at, response_due, response_at, triage_due, triage_at,
                    reward_due FROM case_rounds ORDER BY case_id, round"
        )
    )
    .unwrap();
    let lengths = fetch_all!(
        &mut tx,
        (
            Uuid,
            i64,
            Option<i64>,
            Option<i64>,
            Option<i64>,
            Option<i64>,
            Option<i64>,
            Option<i64>,
            Option<i64>,
            Option<i64>,
            Option<i64>,
            Option<i64>
        ),
        stmt!(
            "SELECT case_id, round, reward_at, response_took, response_worked, triage_took, triage_worked, reward_took,
                    reward_worked, resolution_due, resolution_took, resolution_worked
             FROM case_rounds ORDER BY case_id, round"
        )
    )
    .unwrap();
    instants.iter().zip(&lengths).map(|(a, b)| format!("{a:?} {b:?}")).collect()
}

const ACTIONS: [(&str, &str); 10] = [
    ("triage", "{}"),
    ("ask", r#"{"text": "Which version?"}"#),
    ("set-severity", r#"{"severity": "critical", "reason": "Because."}"#),
    ("stop-waiting", "{}"),
    ("accept", "{}"),
    ("settle-reward", r#"{"reward": "paid"}"#),
    ("claim-fixed", "{}"),
    ("close", r#"{"outcome": "not_applicable", "reason": "Because."}"#),
    ("close", r#"{"outcome": "resolved", "reason": "Because."}"#),
    ("reopen", r#"{"reason": "It is back."}"#),
];

/// Some cases that went different ways; what is not possible is left out.
async fn lives(house: &House, by: PersonId) -> Vec<CaseId> {
    let mut cases = Vec::new();
    for n in 0..14_usize {
        cases.push(house.report(&format!("Report {n}"), None).await.id);
        house.t.clock.advance(Span::from_minutes(47));
    }
    for turn in 0..160_usize {
        let case = cases[turn * 5 % cases.len()];
        let (action, input) = ACTIONS[(turn * 7 + turn / 14) % ACTIONS.len()];
        let input: Value = serde_json::from_str(input).unwrap();
        let _ = house.act(act(case, by, (action, input))).await;
        house.t.clock.advance(Span::from_minutes(133));
    }
    cases
}

async fn targets(house: &House, owner: PersonId) {
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let week = json!({"monday": "09:00-17:00", "tuesday": "09:00-17:00", "thursday": "22:00-24:00"});
    let calendar = json!({"name": "Office", "zone": "America/St_Johns", "week": week});
    let call = program.json(Method::POST, "/api/v1/calendars", &calendar).header("idempotency-key", "one");
    let calendar = call.send().await.is(201).json()["id"].clone();
    let terms = json!({
        "calendar": calendar, "any": {"bounty": {"amount": 2, "unit": "days"}, "triage": {"amount": 3, "unit": "working-hours"}},
    });
    program.json(Method::PUT, "/api/v1/programs/acme/targets", &terms).header("if-match", "\"0\"").send().await.is(200);
}

#[tokio::test]
async fn a_rebuild_from_the_events_gives_the_same_rows() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let cases = lives(&house, owner).await;
    let written = rows(&house).await;
    assert!(written.len() > cases.len(), "some were reopened");
    assert!(written.iter().filter(|row| row.contains("None, None, None, None, None, None, None, None")).count() < 14);
    let counted = desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!((counted, rows(&house).await), (14, written.clone()));
    // From nothing too.
    let gone: Result<u64, db::DbError> =
        house.db().write(|tx| Box::pin(async move { execute!(tx, stmt!("DELETE FROM case_rounds")) })).await;
    assert_eq!(gone.unwrap(), u64::try_from(written.len()).unwrap());
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!(rows(&house).await, written);
}

#[tokio::test]
async fn new_targets_and_calendars_reach_what_was_over() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    lives(&house, owner).await;
    let before = rows(&house).await;
    targets(&house, owner).await;
    // Cases that were being opened by the old targets are waited for.
    house.t.clock.advance(Span::from_seconds(6));
    house.run_jobs().await;
    let after = rows(&house).await;
    assert_ne!(before, after);
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!(rows(&house).await, after);
    // And what comes now is written so at once.
    lives(&house, owner).await;
    let now = rows(&house).await;
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!(rows(&house).await, now);
}

#[tokio::test]
async fn a_case_that_cannot_be_read_keeps_no_other_from_being_counted() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let cases = lives(&house, owner).await;
    let written = rows(&house).await;
    let damaged = cases[3];
    let done: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                execute!(tx, stmt!("DELETE FROM case_rounds WHERE case_id <> $1"), damaged.uuid())?;
                execute!(tx, stmt!("UPDATE cases SET title = body WHERE id = $1"), damaged.uuid())
            })
        })
        .await;
    done.unwrap();
    assert_eq!(desk::figures::rebuild(house.db()).await.unwrap(), 13);
    assert_eq!(rows(&house).await, written);
}

#[tokio::test]
async fn a_case_of_very_many_events_is_counted_and_found_to_its_end() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let case = house.report("Talked about", None).await.id;
    let db = house.db().clone();
    let noted: Result<(), desk::engine::EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                for n in 0..5_000 {
                    let text = domain::TeamText::new(format!("Note {n}")).unwrap();
                    desk::engine::note(tx, &db, case, (owner, text)).await?;
                }
                Ok(())
            })
        })
        .await;
    noted.unwrap();
    let close = json!({ "outcome": "informative", "reason": "Known: needlework." });
    house.act(act(case, owner, ("close", close))).await.unwrap();
    let written = rows(&house).await;
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!(rows(&house).await, written);
    house.run_jobs().await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let found = program.get("/api/v1/cases?state=all&q=needlework").await.is(200).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "by its newest words");
}

#[tokio::test]
async fn an_old_store_is_counted_once_at_its_start() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let browser = house.browser(&site, owner).await;
    house.report("Old token", None).await;
    let written = rows(&house).await;
    let gone: Result<u64, db::DbError> =
        house.db().write(|tx| Box::pin(async move { execute!(tx, stmt!("DELETE FROM case_rounds")) })).await;
    gone.unwrap();
    browser.get("/desk/figures").await.is(200).says("Older cases are being counted");
    desk::figures::ensure(house.db()).await.unwrap();
    desk::figures::ensure(house.db()).await.unwrap();
    house.run_jobs().await;
    assert_eq!(rows(&house).await, written);
    browser.get("/desk/figures").await.is(200).is_silent_about("Older cases are being counted");
}

/// Jobs of the count that wait.
async fn waiting(house: &House) -> i64 {
    let mut tx = house.db().read().await.unwrap();
    let count = stmt!("SELECT COUNT(*) FROM jobs WHERE kind = 'figures.count'");
    db::fetch_one!(&mut tx, (i64,), count).unwrap().0
}

#[tokio::test]
async fn a_count_that_is_repeated_or_ordered_again_goes_on_in_one_chain() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    for n in 0..60 {
        house.report(&format!("Report {n}"), None).await;
    }
    let written = rows(&house).await;
    let gone: Result<u64, db::DbError> =
        house.db().write(|tx| Box::pin(async move { execute!(tx, stmt!("DELETE FROM case_rounds")) })).await;
    gone.unwrap();
    let count = async |subject: Option<Uuid>, payload: Value| {
        let id = house.db().ambient().id();
        let job = db::jobs::Job { id, kind: desk::figures::COUNT_JOB.to_owned(), subject, payload, attempts: 0 };
        desk::figures::count_jobs()(house.db().clone(), job).await.unwrap();
    };
    desk::figures::ensure(house.db()).await.unwrap();
    count(None, Value::Null).await;
    assert_eq!((waiting(&house).await, rows(&house).await.len()), (2, 50), "the one that began, and the next");
    // The first job once more, as after a crash: it goes on, and the next one finds nothing left.
    count(None, Value::Null).await;
    assert_eq!((waiting(&house).await, rows(&house).await), (2, written), "no second chain");
    house.run_jobs().await;
    assert_eq!(waiting(&house).await, 0);
    // Of two orders for a programme the later one counts.
    targets(&house, owner).await;
    assert_eq!(waiting(&house).await, 1);
    let mut tx = house.db().read().await.unwrap();
    let (acme,) = db::fetch_one!(&mut tx, (Uuid,), stmt!("SELECT DISTINCT programme FROM cases")).unwrap();
    drop(tx);
    let earlier = json!({ "order": Uuid::from_u128(7).to_string(), "after": Uuid::nil().to_string() });
    count(Some(acme), earlier).await;
    assert_eq!(waiting(&house).await, 1, "the earlier one was overtaken");
    house.t.clock.advance(Span::from_seconds(6));
    house.run_jobs().await;
    let counted = rows(&house).await;
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!((waiting(&house).await, rows(&house).await), (0, counted));
}

async fn received(house: &House, (person, role): (PersonId, Role), path: &str) -> Value {
    let site = house.site().await;
    let program = house.program(&site, person, role).await;
    program.get(path).await.is(200).json()["received"].clone()
}

#[tokio::test]
async fn each_person_counts_what_they_may_read() {
    let house = House::new().await;
    let (olga, tomas) = (house.person("Olga", Role::Owner).await, house.person("Tomas", Role::Triager).await);
    let case = house.report("One", None).await;
    house.report("Two", None).await;
    let db = house.db().clone();
    let shut: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move { desk::engine::restrict(tx, &db, case.id, (tomas, [tomas].into())).await })
        })
        .await;
    shut.unwrap();
    let all = "/api/v1/figures";
    assert_eq!(received(&house, (tomas, Role::Triager), all).await, json!(2));
    assert_eq!(received(&house, (olga, Role::Owner), all).await, json!(1), "restricted cases count for their members");
    assert_eq!(received(&house, (olga, Role::Owner), "/api/v1/figures?programme=acme").await, json!(1));
    let input = json!({ "severity": "low", "reason": "Needs a click." });
    house.act(act(house.find("REP-2").await, tomas, ("set-severity", input))).await.unwrap();
    let by_severity = [("low", 1), ("high", 1), ("critical", 0)];
    for (severity, n) in by_severity {
        let path = format!("/api/v1/figures?severity={severity}");
        assert_eq!(received(&house, (tomas, Role::Triager), &path).await, json!(n), "{severity}");
    }
    // A trial counts for nobody, until it is a report again.
    let mark = |name: &'static str, trial| desk::figures::mark_trial(house.db(), name, trial);
    assert_eq!((mark("rep-2", true).await.unwrap(), mark("REP-2", true).await.unwrap()), (true, false));
    assert_eq!(received(&house, (tomas, Role::Triager), all).await, json!(1));
    assert!(mark("REP-2", false).await.unwrap());
    assert_eq!(received(&house, (tomas, Role::Triager), all).await, json!(2));
    for odd in ["REP-99", "CVE-2", "2", "REP-x", ""] {
        assert!(mark(odd, true).await.is_err(), "{odd}");
    }
    let finance = house.person("Finn", Role::Finance).await;
    let site = house.site().await;
    let program = house.program(&site, finance, Role::Finance).await;
    program.get("/api/v1/figures?programme=elsewhere").await.is(422);
    program.get("/api/v1/figures?from=2026-02-01&until=2026-01-01").await.is(422);
    program.get("/api/v1/figures?until=soon").await.is(422);
    program.get("/api/v1/figures?severity=dreadful").await.is(422);
}

#[tokio::test]
async fn the_page_its_files_and_an_erased_case() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let cases = lives(&house, owner).await;
    let site = house.site().await;
    let browser = house.browser(&site, owner).await;
    let mut page = browser.get("/desk/figures").await.is(200);
    for words in ["What came in", "How long it took", "Within target", "How old the open cases are", "BOD 20-01"] {
        page = page.says(words);
    }
    assert_eq!(page.text.matches("role=\"img\"").count(), 4, "four plots");
    assert!(!page.text.contains("style="), "the policy of the page lets none through");
    for table in ["inflow", "clocks", "targets", "backlog", "bod-20-01"] {
        let file = browser.get(&format!("/desk/figures/csv?table={table}")).await.is(200);
        assert!(file.header("content-type").starts_with("text/csv") && file.text.contains("\r\n"), "{table}");
        assert!(file.header("content-disposition").contains(table));
    }
    browser.get("/desk/figures/csv?table=people").await.is(404);
    let file = browser.get("/desk/figures/csv?table=clocks").await.is(200);
    file.says("clock,time,cases,p50_hours,p75_hours,p90_hours,p95_hours");
    page.says("<th scope=\"col\" class=\"num\">19 in 20 within</th>").says(", 19 in 20 in ");
    let program = house.program(&site, owner, Role::Owner).await;
    let figures = program.get("/api/v1/figures").await.is(200).json();
    let elapsed = figures["clocks"].as_array().unwrap().iter().map(|clock| &clock["elapsed"]);
    let ended: Vec<&Value> = elapsed.filter(|of| !of.is_null()).collect();
    assert!(!ended.is_empty() && ended.iter().all(|of| of["p95"].as_i64() >= of["p90"].as_i64()), "{figures}");
    assert!(ended.iter().all(|of| of["p95"].is_i64()), "{figures}");
    let low = browser.get("/desk/figures?severity=low").await.is(200).says("Only cases whose severity is low now");
    low.says("severity=low").says("<option value=\"low\" selected>Low</option>");
    let wrong = browser.get("/desk/figures?period=own&from=2026-02-01&until=2026-01-01").await.is(422);
    wrong.says("The last day is before the first").says("value=\"2026-02-01\"");
    // What was erased stays counted: its times tell nothing of anybody.
    let before = rows(&house).await;
    let db = house.db().clone();
    let order = db::erase::Order { by: Some(owner), reason: "Asked for.".into() };
    let case = cases[0];
    let erased: Result<_, db::erase::EraseError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move { db::erase::erase_case(tx, db.keys(), db.ambient(), case, &order).await })
        })
        .await;
    erased.unwrap();
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!(rows(&house).await, before);
    browser.get("/desk/figures").await.is(200);
}

//! Rules by which closed cases go: notice first, then what is old enough, never what is held, open or young.

use crate::smtp::{Sink, courier};
use crate::support::{House, act, code};
use axum::http::Method;
use desk::engine::{self, EngineError, Hold};
use domain::{CaseId, PersonId, Role, Span, TeamText};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use web::testing::Client;

async fn closed(house: &House, by: PersonId, outcome: &str) -> (CaseId, String) {
    let case = house.report("Old", None).await;
    house.act(act(case.id, by, ("close", json!({ "outcome": outcome, "reason": "Seen" })))).await.unwrap();
    (case.id, case.name)
}

async fn hold(house: &House, case: CaseId, by: PersonId) {
    let (db, reason) = (house.db().clone(), TeamText::new("A letter of counsel".to_owned()).unwrap());
    let hold = Hold { case, seen: None, by, reason };
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::hold(tx, &db, hold).await })).await;
    done.unwrap();
}

/// Makes one case a duplicate of another.
async fn link(house: &House, from: CaseId, to: CaseId) {
    let linked: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                db::execute!(
                    tx,
                    db::stmt!(
                        "INSERT INTO case_links (from_case, to_case, kind, number, at) VALUES ($1, $2, 'duplicate', 0, 0)"
                    ),
                    from.uuid(),
                    to.uuid()
                )
            })
        })
        .await;
    linked.unwrap();
}

async fn is_there(house: &House, case: CaseId) -> bool {
    let mut tx = house.db().read().await.unwrap();
    engine::load(&mut tx, house.db(), case).await.is_ok()
}

async fn set(program: &Client, scope: &str, (months, days): (Option<u32>, Option<u32>)) -> Value {
    let list = program.get("/api/v1/retention").await.is(200);
    let body = json!({ "closed_months": months, "spam_days": days });
    let call = program.json(Method::PUT, &format!("/api/v1/retention/{scope}"), &body);
    call.header("if-match", list.header("etag")).send().await.is(200).json()
}

async fn keep(house: &House) -> usize {
    desk::retention::keep(house.db(), &house.list()).await.unwrap()
}

#[tokio::test]
async fn a_rule_is_looked_at_set_and_waits_for_its_notice() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let (_, old) = closed(&house, ana, "informative").await;
    let (_, spam) = closed(&house, ana, "spam").await;
    house.report("Open", None).await;
    house.t.clock.advance(Span::from_days(100));
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let list = owner.get("/desk/settings/retention").await.is(200);
    list.says("Without a rule everything is kept for ever").says("Everything is kept for ever.").says("As the house.");
    let at = "/desk/settings/retention/house";
    owner.get(at).await.is(200).says("Nothing would be erased now.");
    owner
        .get(&format!("{at}?closed_months=3"))
        .await
        .is(200)
        .says("2 cases would be erased now")
        .says(&old)
        .says(&spam);
    owner.get(&format!("{at}?spam_days=30")).await.is(200).says("1 case would be erased now").is_silent_about(&old);
    let form = owner.form_to(at, at).await.fill("closed_months", "0").fill("spam_days", "x").forge("do", "save");
    let wrong = form.submit().await.is(422);
    wrong.says("Write a number of months from 1 to 360").says("value=\"x\"");
    let form = owner.form_to(at, at).await.fill("closed_months", "3").forge("do", "look");
    form.submit().await.is(200).says("2 cases would be erased now");
    assert_eq!(keep(&house).await, 0, "looking sets nothing");
    let twice = owner.form_to(at, at).await.fill("closed_months", "4").forge("do", "save");
    let form = owner.form_to(at, at).await.fill("closed_months", "3").forge("do", "save");
    form.submit().await.leads_to("/desk/settings/retention");
    twice.submit().await.is(422).says("Somebody changed a rule since you opened this");
    owner.get("/desk/settings/retention").await.is(200).says("3 months after their last change").says("Not before");
    owner.get("/desk/system").await.is(200).says("2 cases are erased by the rule for");
    owner.get("/desk").await.is(200).says("Cases will be erased.");
    house.t.clock.advance(Span::from_days(13));
    assert_eq!(keep(&house).await, 0, "the notice is not over");
    house.t.clock.advance(Span::from_days(1));
    assert_eq!(keep(&house).await, 2);
    assert_eq!(keep(&house).await, 0, "once");
    let owner = house.browser(&site, ana).await;
    let list = owner.get("/desk/erasures").await.is(200).says(&old).says(&spam);
    list.says("By the retention rule for acme: closed cases are kept for 3 months.");
    owner.get("/desk/audit?show=house").await.is(200).says("Retention changed");
    house.sweep().await;
    assert!(house.verify().await > 0);
}

#[tokio::test]
async fn what_is_held_reopened_or_young_stays() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let (held, _) = closed(&house, ana, "informative").await;
    let (reopened, _) = closed(&house, ana, "informative").await;
    let (goes, _) = closed(&house, ana, "informative").await;
    hold(&house, held, ana).await;
    let (root, _) = closed(&house, ana, "informative").await;
    let (repeats, _) = closed(&house, ana, "informative").await;
    link(&house, house.report("Open", None).await.id, root).await;
    link(&house, repeats, held).await;
    let site = house.site().await;
    set(&house.program(&site, ana, Role::Owner).await, "acme", (Some(1), None)).await;
    house.t.clock.advance(Span::from_days(40));
    house.act(act(reopened, ana, ("reopen", json!({ "reason": "New proof" })))).await.unwrap();
    let (young, _) = closed(&house, ana, "spam").await;
    assert_eq!(keep(&house).await, 1);
    let there = [held, reopened, root, repeats, goes, young].map(|case| is_there(&house, case));
    assert_eq!(futures::future::join_all(there).await, [true, true, true, true, false, true]);
    // A reopened case that is closed again is as old as its new close.
    house.act(act(reopened, ana, ("close", json!({ "outcome": "informative", "reason": "Seen" })))).await.unwrap();
    assert_eq!(keep(&house).await, 0);
}

#[tokio::test]
async fn a_case_that_does_not_open_stops_none_behind_it() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let (broken, _) = closed(&house, ana, "informative").await;
    house.t.clock.advance(Span::from_hours(1));
    let (goes, _) = closed(&house, ana, "informative").await;
    let site = house.site().await;
    set(&house.program(&site, ana, Role::Owner).await, "house", (Some(1), None)).await;
    let damaged: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                db::execute!(tx, db::stmt!("UPDATE cases SET body = $1 WHERE id = $2"), vec![1_u8; 80], broken.uuid())
            })
        })
        .await;
    assert_eq!(damaged.unwrap(), 1);
    house.t.clock.advance(Span::from_days(60));
    assert_eq!(keep(&house).await, 1);
    assert!(!is_there(&house, goes).await);
}

#[tokio::test]
async fn very_many_cases_that_do_not_open_starve_none_and_are_shown() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    for _ in 0..105 {
        closed(&house, ana, "informative").await;
    }
    let damaged: Result<u64, db::DbError> = house
        .db()
        .write(|tx| Box::pin(async move { db::execute!(tx, db::stmt!("UPDATE cases SET body = $1"), vec![1_u8; 80]) }))
        .await;
    assert_eq!(damaged.unwrap(), 105);
    house.t.clock.advance(Span::from_hours(1));
    let (goes, _) = closed(&house, ana, "informative").await;
    let site = house.site().await;
    set(&house.program(&site, ana, Role::Owner).await, "house", (Some(1), None)).await;
    house.t.clock.advance(Span::from_days(60));
    assert_eq!(keep(&house).await, 0, "a round is full of those");
    assert_eq!(keep(&house).await, 1);
    assert!(!is_there(&house, goes).await);
    let owner = house.browser(&site, ana).await;
    let page = owner.get("/desk/system").await.is(200);
    page.says("105 cases could not be erased").says(": REP-").says("at least once a week");
    // Those that wait are not tried; they are in what the rule would do all the same, and go once they open.
    let tries = async || {
        let mut tx = house.db().read().await.unwrap();
        let tries = db::stmt!("SELECT MIN(tries), MAX(tries) FROM retention_waits");
        db::fetch_one!(&mut tx, (i64, i64), tries).unwrap()
    };
    keep(&house).await;
    assert_eq!(tries().await, (1, 1));
    house.t.clock.advance(Span::from_hours(2));
    keep(&house).await;
    assert_eq!(tries().await, (1, 2), "at most a round of them at once");
    let at = "/desk/settings/retention/house?closed_months=1";
    house.browser(&site, ana).await.get(at).await.is(200).says("105 cases would be erased now");
}

#[tokio::test]
async fn an_appeal_keeps_its_case_for_as_long_as_the_rule_of_that_case_says() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let (case, _) = closed(&house, ana, "informative").await;
    let db = house.db().clone();
    let new = engine::Appealing {
        case,
        text: domain::ReporterText::new("Look again.".to_owned()).unwrap(),
        by: domain::case::Party::Reporter,
    };
    let opened: Result<engine::Opened, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::appeal(tx, &db, new).await })).await;
    let theo = house.person("Theo", Role::Triager).await;
    let appeal = opened.unwrap().id;
    house.act(act(appeal, theo, ("uphold", json!({ "reason": "It stands." })))).await.unwrap();
    let site = house.site().await;
    // Spam goes after a day: no measure for an appeal against something else.
    set(&house.program(&site, ana, Role::Owner).await, "house", (Some(2), Some(1))).await;
    house.t.clock.advance(Span::from_days(50));
    let (db, words) = (house.db().clone(), TeamText::new("Their lawyer wrote.".to_owned()).unwrap());
    let noted: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::note(tx, &db, appeal, (theo, words)).await })).await;
    noted.unwrap();
    house.t.clock.advance(Span::from_days(20));
    assert_eq!(keep(&house).await, 0, "something was written on the appeal three weeks ago");
    house.t.clock.advance(Span::from_days(45));
    assert!(keep(&house).await > 0);
    assert!(!is_there(&house, case).await && !is_there(&house, appeal).await);
}

#[tokio::test]
async fn nothing_is_erased_before_the_clock_has_run_for_a_day() {
    let house = House::new().await;
    let look = || desk::retention::is_steady(house.db());
    assert!(!look().await.unwrap(), "the first look");
    for _ in 0..11 {
        house.t.clock.advance(Span::from_hours(2));
        assert!(!look().await.unwrap());
    }
    house.t.clock.advance(Span::from_hours(2));
    assert!(look().await.unwrap());
    // A year ahead, and set right again.
    house.t.clock.advance(Span::from_days(365));
    assert!(!look().await.unwrap());
    house.t.clock.set(house.db().ambient().now().minus(Span::from_days(365)));
    assert!(!look().await.unwrap());
    house.t.clock.advance(Span::from_days(1));
    assert!(look().await.unwrap());
}

#[tokio::test]
async fn a_programme_may_keep_for_ever_what_the_house_erases() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let (case, _) = closed(&house, ana, "informative").await;
    let site = house.site().await;
    let program = house.program(&site, ana, Role::Owner).await;
    assert_eq!(set(&program, "house", (Some(1), None)).await["own"], true);
    assert_eq!(set(&program, "acme", (None, None)).await["from"], Value::Null);
    house.t.clock.advance(Span::from_days(60));
    let program = house.program(&site, ana, Role::Owner).await;
    assert_eq!(keep(&house).await, 0);
    let seen = program.get("/api/v1/retention/acme?closed_months=1").await.is(200).json();
    assert_eq!((&seen["would_erase"]["count"], &seen["closed_months"]), (&json!(1), &Value::Null));
    program.get("/api/v1/retention/acme?closed_months=999").await.is(422);
    program.get("/api/v1/retention/nowhere").await.is(404);
    // It follows the house again: under a rule that is new to it, so after a notice.
    let list = program.get("/api/v1/retention").await.is(200);
    let body = json!({ "closed_months": null, "spam_days": null, "follow_house": true });
    let call = program.json(Method::PUT, "/api/v1/retention/acme", &body).header("if-match", list.header("etag"));
    assert_eq!(call.send().await.is(200).json()["own"], false);
    assert_eq!(keep(&house).await, 0);
    house.t.clock.advance(Span::from_days(14));
    assert_eq!(keep(&house).await, 1);
    assert!(!is_there(&house, case).await);
}

#[tokio::test]
async fn setting_a_rule_takes_the_right_to_erase() {
    let house = House::new().await;
    let adam = house.person("Adam", Role::Admin).await;
    let site = house.site().await;
    let admin = house.browser(&site, adam).await;
    let page = admin.get("/desk/settings/retention/house").await.is(200);
    let may = domain::Permission::EraseCases.roles().contains(&Role::Admin);
    assert_eq!(page.text.contains("Set this rule"), may);
    let program = house.program(&site, adam, Role::Admin).await;
    let call = program.json(Method::PUT, "/api/v1/retention/house", &json!({ "closed_months": 1, "spam_days": null }));
    call.header("if-match", "\"0\"").send().await.is(if may { 200 } else { 404 });
    let theo = house.person("Theo", Role::Triager).await;
    house.browser(&site, theo).await.get("/desk/settings/retention").await.is(404);
}

#[tokio::test]
async fn those_in_charge_get_a_letter_when_a_notice_begins_and_before_it_ends() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let ana = house.person("Ana", Role::Owner).await;
    closed(&house, ana, "informative").await;
    house.tell().await;
    let site = house.site().await;
    house.t.clock.advance(Span::from_days(29));
    set(&house.program(&site, ana, Role::Owner).await, "house", (Some(1), None)).await;
    let mut told = Vec::new();
    for _ in 0..40 {
        house.t.clock.advance(Span::from_hours(12));
        crate::heartbeat::look(&house).await;
        let (courier, _) = courier(house.db(), &sink.address());
        courier.round().await.unwrap();
        let letters = sink.taken();
        told.push(letters.iter().filter(|m| m.header("Subject").is_some_and(|s| s.contains("erased by rule"))).count());
    }
    assert_eq!(told.iter().sum::<usize>(), 2, "{told:?}");
    assert_eq!((told[0], told[25]), (1, 1), "{told:?}");
}

#[tokio::test]
async fn a_case_that_is_reopened_while_the_rule_runs_is_never_erased() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let mut cases = Vec::new();
    for _ in 0..20 {
        cases.push(closed(&house, ana, "informative").await.0);
    }
    let site = house.site().await;
    set(&house.program(&site, ana, Role::Owner).await, "house", (Some(1), None)).await;
    house.t.clock.advance(Span::from_days(60));
    let reopening = async {
        let mut open = Vec::new();
        for case in cases.iter().rev() {
            if house.act(act(*case, ana, ("reopen", json!({ "reason": "New proof" })))).await.is_ok() {
                open.push(*case);
            }
        }
        open
    };
    let (erased, open) = tokio::join!(keep(&house), reopening);
    assert_eq!(erased + open.len(), cases.len(), "each is either erased or open");
    for case in open {
        assert!(is_there(&house, case).await, "an open case was erased");
    }
}

/// What a case of the property is.
#[derive(Debug, Clone, Copy)]
struct Case {
    spam: bool,
    held: bool,
    open: bool,
    age: i64,
}

#[test]
fn whatever_the_rule_only_what_it_says_goes_and_no_hold() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let case = (any::<bool>(), prop::bool::weighted(0.3), prop::bool::weighted(0.2), 0_i64..130)
        .prop_map(|(spam, held, open, age)| Case { spam, held, open, age });
    let rules = (prop::option::of(1_u32..4), prop::option::of(1_u32..100));
    let mut runner = TestRunner::new(ProptestConfig { cases: 6, ..ProptestConfig::default() });
    runner
        .run(&(prop::collection::vec(case, 1..8), rules), |(mut cases, rule)| {
            cases.sort_by_key(|case| -case.age);
            runtime.block_on(one_house(&cases, rule));
            Ok(())
        })
        .unwrap();
}

async fn one_house(cases: &[Case], (months, days): (Option<u32>, Option<u32>)) {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let site = house.site().await;
    set(&house.program(&site, ana, Role::Owner).await, "house", (months, days)).await;
    house.t.clock.advance(Span::from_days(20));
    let mut ids = Vec::new();
    let mut at = 130;
    for case in cases {
        house.t.clock.advance(Span::from_days(at - case.age));
        at = case.age;
        let (id, _) = closed(&house, ana, if case.spam { "spam" } else { "informative" }).await;
        if case.held {
            hold(&house, id, ana).await;
        } else if case.open {
            house.act(act(id, ana, ("reopen", json!({ "reason": "New proof" })))).await.unwrap();
        }
        ids.push(id);
    }
    house.t.clock.advance(Span::from_days(at));
    let first = keep(&house).await;
    assert_eq!(keep(&house).await, 0, "a second time does nothing");
    let mut gone = 0;
    for (case, id) in cases.iter().zip(ids) {
        let there = is_there(&house, id).await;
        gone += usize::from(!there);
        let kept = case.held || case.open;
        let junk = case.spam && days.is_some_and(|n| case.age >= i64::from(n));
        // No month is longer than 31 days or shorter than 28.
        let surely = months.is_some_and(|n| case.age >= i64::from(n) * 31) || junk;
        let perhaps = months.is_some_and(|n| case.age >= i64::from(n) * 28) || junk;
        assert!(there || !kept, "{case:?} {months:?} {days:?}");
        assert!(kept || !surely || !there, "{case:?} {months:?} {days:?} should have gone");
        assert!(perhaps || there, "{case:?} {months:?} {days:?} is too young");
    }
    assert_eq!(first, gone);
}

#[tokio::test]
async fn a_nameless_reporter_learns_that_a_report_was_erased_by_rule() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Old", Some(code(1))).await;
    house.act(act(case.id, ana, ("close", json!({ "outcome": "informative", "reason": "Seen" })))).await.unwrap();
    let site = house.site().await;
    set(&house.program(&site, ana, Role::Owner).await, "house", (Some(1), None)).await;
    house.t.clock.advance(Span::from_days(60));
    assert_eq!(keep(&house).await, 1);
    let told = site.client().form("/case").await.fill("code", &code(1).to_string()).submit().await.is(410);
    told.says("Your report was erased").is_silent_about("retention");
}

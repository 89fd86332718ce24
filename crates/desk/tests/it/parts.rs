//! One report into several, several into one: no reporter is lost, and nothing goes in a circle.

use super::support::{House, act, code};
use axum::http::Method;
use desk::engine::{self, EngineError, Hold, Merging, NewPart, Opened, Splitting};
use domain::case::LinkKind;
use domain::testing::SeededRandom;
use domain::{CaseId, Grant, PersonId, Random, ReporterText, Role, Scope, Span, TeamText};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

fn text(words: &str) -> ReporterText {
    ReporterText::new(words.to_owned()).unwrap()
}

pub async fn split(house: &House, by: PersonId, case: CaseId, titles: &[&str]) -> Result<Vec<Opened>, EngineError> {
    let parts = titles.iter().map(|title| NewPart { title: (*title).to_owned(), text: text("It does that too.") });
    let (db, splitting) = (house.db().clone(), Splitting { case, seen: None, by, parts: parts.collect() });
    house.db().write(move |tx| Box::pin(async move { engine::split(tx, &db, splitting).await })).await
}

pub async fn merge(house: &House, by: PersonId, root: CaseId, others: &[CaseId]) -> Result<i64, EngineError> {
    let others = others.iter().copied().collect();
    let merging = Merging { root, seen: None, by, others, reason: text("The same cause.") };
    let db = house.db().clone();
    house.db().write(move |tx| Box::pin(async move { engine::merge(tx, &db, merging).await })).await
}

#[tokio::test]
async fn a_part_has_the_time_the_reporter_and_the_people_of_its_report() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let case = house.report("Two holes", Some(code(1))).await;
    house.give(case.id, ines).await;
    house.t.clock.advance(Span::from_hours(5));
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    browser.get(&at).await.is(200).says("Split or merge");
    let form = async || browser.form_to(&format!("{at}/links"), &format!("{at}/split")).await;
    form().await.submit().await.is(422).says("Say at least one part");
    let half = form().await.fill("title-1", "Open redirect").submit().await.is(422);
    half.says("Say what this part is about").says("Open redirect");
    let both = form().await.fill("title-1", "Open redirect").fill("text-1", "On the way out.");
    both.submit().await.leads_to(&at);
    let name = format!("REP-{}", case.number + 1);
    let page = browser.get(&at).await.is(200).says("<dt>Part</dt>").says(&name);
    page.says(&format!("Split: {name} goes on by itself"));
    let program = house.program(&site, ines, Role::Owner).await;
    let whole = program.call(Method::GET, &at.replace("/desk", "/api/v1")).send().await.is(200).json();
    let part = program.call(Method::GET, &format!("/api/v1/cases/{name}")).send().await.is(200).json();
    for same in ["received_at", "programme", "assignee", "due_at", "severity_claimed"] {
        assert_eq!(part[same], whole[same], "{same}");
    }
    assert_eq!(
        (part["links"][0]["kind"].as_str(), part["links"][0]["name"].as_str()),
        (Some("part_of"), Some(&*case.name))
    );
    let restricted = house.find(&name).await;
    let reporter = house.reporter(&site, &code(1)).await;
    reporter.get("/case/mine").await.is(200).says("Parts of your report").says(&name);
    let page = reporter.get(&format!("/case/mine/parts/{name}")).await.is(200).says("Open redirect");
    page.says("On the way out.").is_silent_about("Ines");
    reporter.get(&format!("/case/mine/parts/{}", case.name)).await.is(404);
    assert_eq!(house.owner(&name).await, Some(ines));
    let again = split(&house, ines, restricted, &["A part of a part"]).await.unwrap();
    let mut tx = house.db().read().await.unwrap();
    let links = engine::links(&mut tx, again[0].id).await.unwrap();
    assert_eq!((links[0].kind, links[0].other), (LinkKind::Part, case.id), "of the report that came");
    drop(tx);
    house.verify().await;
}

#[tokio::test]
async fn a_part_of_a_report_on_hold_is_on_hold() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let case = house.report("Two holes", Some(code(1))).await;
    let reason = TeamText::new("A court asks for it.".to_owned()).unwrap();
    let (db, hold) = (house.db().clone(), Hold { case: case.id, seen: None, by: ines, reason });
    house.db().write(move |tx| Box::pin(async move { engine::hold(tx, &db, hold).await })).await.unwrap();
    let part = split(&house, ines, case.id, &["Open redirect"]).await.unwrap().remove(0);
    let mut tx = house.db().read().await.unwrap();
    assert!(engine::load(&mut tx, house.db(), part.id).await.unwrap().held_since.is_some());
    drop(tx);
    house.verify().await;
}

#[tokio::test]
async fn merging_keeps_who_reported_and_offers_shares() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let root = house.report("Token", Some(code(1))).await;
    let named = json!({"title": "Same", "summary": "The same.", "source": "form", "credit": "quietharbour"});
    let one = house.open(named, Some(code(2))).await;
    let two = house.report("Too", Some(code(3))).await;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Owner).await;
    let path = format!("/api/v1/cases/{}", root.name);
    let send = async |key: &str, cases: serde_json::Value| {
        let seen = program.call(Method::GET, &path).send().await;
        let body = json!({"cases": cases, "reason": "The same cause."});
        let call = program.json(Method::POST, &format!("{path}/merge"), &body);
        call.header("if-match", seen.header("etag")).header("idempotency-key", key).send().await
    };
    send("k-1", json!(["REP-999"])).await.is(422);
    send("k-2", json!([root.name])).await.is(422);
    send("k-21", json!((100..121).map(|n| format!("REP-{n}")).collect::<Vec<_>>())).await.is(422).says("1 to 20");
    let done = send("k-3", json!([one.name, two.name])).await.is(200).json();
    let shares = json!({"reporter": 34, "others": [
        {"name": "quietharbour", "percent": 33}, {"name": format!("Reporter of {}", two.name), "percent": 33}]});
    assert_eq!(done["shares"], shares);
    send("k-4", json!([one.name])).await.is(409);
    let browser = house.browser(&site, ines).await;
    let people = browser.get(&format!("/desk/cases/{}/people", root.name)).await.is(200);
    people.says("Reports were merged here").says("quietharbour");
    browser.get(&format!("/desk/cases/{}", root.name)).await.says("<dt>Merged here</dt>").says("Merged here: ");
    let reporter = house.reporter(&site, &code(2)).await;
    reporter.get("/case/mine").await.is(200).says(&format!("It goes on as {}", root.name)).says("The same cause.");
    // What is offered names the report of somebody who gave no name: the team reads that, and nobody outside.
    let seen = program.call(Method::GET, &path).send().await;
    let set = program.json(Method::PUT, &format!("{path}/shares"), &shares).header("if-match", seen.header("etag"));
    set.send().await.is(200);
    let sender = house.reporter(&site, &code(1)).await.get("/case/mine").await.is(200);
    sender.says("34 % you, 33 % quietharbour, 33 % another reporter").is_silent_about(&two.name);
    browser.get(&format!("/desk/cases/{}", root.name)).await.says(&format!("Reporter of {}", two.name));
    house.verify().await;
}

#[tokio::test]
async fn a_part_of_an_answered_report_is_not_born_late() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let case = house.report("Two holes", Some(code(1))).await;
    house.t.clock.advance(Span::from_hours(1));
    house.act(act(case.id, ines, ("triage", json!({})))).await.unwrap();
    house.t.clock.advance(Span::from_days(5));
    house.run_jobs().await;
    let part = split(&house, ines, case.id, &["Open redirect"]).await.unwrap().remove(0);
    house.run_jobs().await;
    assert_eq!(house.state(&part.name).await, "triaged");
    let mut tx = house.db().read().await.unwrap();
    let whole = engine::load(&mut tx, house.db(), case.id).await.unwrap().summary();
    let of_it = engine::load(&mut tx, house.db(), part.id).await.unwrap().summary();
    assert_eq!((of_it.due(), &of_it.alarms), (whole.due(), &whole.alarms));
    drop(tx);
    let site = house.site().await;
    let reporter = house.reporter(&site, &code(1)).await;
    reporter.get(&format!("/case/mine/parts/{}", part.name)).await.is(200).is_silent_about("We are late");
    house.browser(&site, ines).await.get("/desk/alerts").await.is(200).is_silent_about(&part.name);
    house.verify().await;
}

#[tokio::test]
async fn a_restricted_case_goes_into_none_that_more_people_see() {
    let house = House::new().await;
    let (ines, tomas) = (house.person("Ines", Role::Owner).await, house.person("Tomas", Role::Triager).await);
    let root = house.report("Two holes", Some(code(1))).await;
    let hidden = house.report("One of them", Some(code(2))).await;
    let restrict = async |case: CaseId, members: BTreeSet<PersonId>| {
        let db = house.db().clone();
        let done =
            house.db().write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (ines, members)).await }));
        done.await.unwrap();
    };
    restrict(hidden.id, [ines].into()).await;
    for members in [BTreeSet::new(), [ines, tomas].into()] {
        restrict(root.id, members).await;
        let refused = merge(&house, ines, root.id, &[hidden.id]).await.unwrap_err();
        assert!(matches!(&refused, EngineError::Conflict(why) if why.contains("more people can see")), "{refused:?}");
    }
    restrict(root.id, [ines].into()).await;
    merge(&house, ines, root.id, &[hidden.id]).await.unwrap();
    house.verify().await;
}

#[tokio::test]
async fn who_has_both_reports_shares_with_nobody() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let credited = json!({"title": "Two holes", "summary": "Two.", "source": "form", "credit": "quietharbour"});
    let case = house.open(credited, Some(code(1))).await;
    let part = split(&house, ines, case.id, &["Open redirect"]).await.unwrap().remove(0);
    merge(&house, ines, case.id, &[part.id]).await.unwrap();
    let mut tx = house.db().read().await.unwrap();
    let links = engine::links(&mut tx, part.id).await.unwrap();
    assert!(links.iter().all(|link| link.kind != LinkKind::Merged), "{links:?}");
    drop(tx);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let people = browser.get(&format!("/desk/cases/{}/people", case.name)).await.is(200);
    people.is_silent_about("Reports were merged here");
    let reporter = house.reporter(&site, &code(1)).await;
    let mine = reporter.get("/case/mine").await.is(200).says(&format!("Your {} goes on here.", part.name));
    mine.is_silent_about("Somebody else").is_silent_about("share the find");
    let page = reporter.get(&format!("/case/mine/parts/{}", part.name)).await.is(200);
    page.says(&format!("It goes on as {}.", case.name)).is_silent_about("before you").is_silent_about("share");
    // Of somebody else there are shares, one for each person however many of their reports came in.
    let other = house.report("The same", Some(code(2))).await;
    let theirs = split(&house, ines, other.id, &["And more of it"]).await.unwrap().remove(0);
    merge(&house, ines, case.id, &[other.id, theirs.id]).await.unwrap();
    let people = browser.get(&format!("/desk/cases/{}/people", case.name)).await.is(200);
    people
        .says("Reports were merged here")
        .says("value=\"50\"")
        .is_silent_about(&format!("Reporter of {}", theirs.name));
    reporter.get("/case/mine").await.is(200).says("Somebody else reported the same.");
    // What the one that goes on waits for, its own reporter is to give.
    house.act(act(case.id, ines, ("ask", json!({"text": "Which version is it?"})))).await.unwrap();
    reporter.get("/case/mine").await.is(200).says("Waiting for you");
    let beside = house.reporter(&site, &code(2)).await.get("/case/mine").await.is(200);
    beside.says("Waiting for them").is_silent_about("Waiting for you");
    house.verify().await;
}

#[tokio::test]
async fn a_part_is_found_however_many_repeat_its_report() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let case = house.report("Two holes", Some(code(1))).await.id;
    let part = split(&house, ines, case, &["Open redirect"]).await.unwrap().remove(0);
    house.crowd(501).await;
    let id = part.id;
    let linked: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let all = db::stmt!(
                    "INSERT INTO case_links (from_case, to_case, kind, number, at)
                     SELECT id, $1, 'duplicate', 0, 0 FROM cases WHERE id <> $1 AND id <> $2"
                );
                db::execute!(tx, all, case.uuid(), id.uuid())
            })
        })
        .await;
    assert_eq!(linked.unwrap(), 501);
    let site = house.site().await;
    let reporter = house.reporter(&site, &code(1)).await;
    reporter.get("/case/mine").await.is(200).says("Parts of your report").says(&part.name);
    reporter.get(&format!("/case/mine/parts/{}", part.name)).await.is(200).says("Open redirect");
    let mut tx = house.db().read().await.unwrap();
    let links = engine::links(&mut tx, case).await.unwrap();
    drop(tx);
    let of = |kind| links.iter().filter(|link| link.kind == kind).count();
    assert_eq!((of(LinkKind::Duplicate), of(LinkKind::Part)), (500, 1));
    // What this person may not see is not counted: the part stands on the page, and nothing is said of more.
    let theo = Grant { role: Role::Triager, scope: Scope::Programme(house.programme) };
    let theo = house.person_of("Theo", theo).await;
    let page = house.browser(&site, theo).await.get("/desk/cases/REP-1").await.is(200);
    page.says("<dt>Part</dt>").says(&part.name).is_silent_about("/related");
}

#[tokio::test]
async fn all_of_a_kind_are_listed_part_by_part() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let root = house.report("Root", None).await;
    let part = split(&house, ines, root.id, &["Open redirect"]).await.unwrap().remove(0);
    for n in 0..51 {
        let same = house.report(&format!("Again {n}"), None).await;
        let input = json!({"outcome": "duplicate", "of": root.id.to_string(), "reason": "The same."});
        house.act(act(same.id, ines, ("close", input))).await.unwrap();
    }
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", root.name);
    let page = browser.get(&at).await.is(200).says("<dt>Repeated by</dt>").says("<dt>Part</dt>").says(&part.name);
    let all = format!("{at}/related?kind=duplicate");
    page.says(&all).is_silent_about("kind=part");
    let count = |text: &str| text.matches("data-row").count();
    let first = browser.get(&all).await.is(200);
    assert_eq!(count(&first.text), 50);
    let next = first.text.split("kind=duplicate&amp;after=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(count(&browser.get(&format!("{all}&after={next}")).await.is(200).text), 1);
    browser.get(&format!("{at}/related?kind=odd&after=odd")).await.is(200);
    browser.get(&format!("{at}/related?kind=appeal")).await.is(200).says("No case that you can see");
    let program = house.program(&site, ines, Role::Owner).await;
    let list = format!("/api/v1/cases/{}/links", root.id);
    let one = program.get(&list).await.is(200).json();
    let two = program.get(&format!("{list}?cursor={}", one["next"].as_str().unwrap())).await.is(200).json();
    assert_eq!((one["items"].as_array().unwrap().len(), two["items"].as_array().unwrap().len()), (50, 1));
    assert!(two["next"].is_null());
    let parts = program.get(&format!("{list}?kind=part")).await.is(200).json();
    assert_eq!(parts["items"][0]["name"], part.name);
    for odd in ["kind=odd", "cursor=odd"] {
        program.get(&format!("{list}?{odd}")).await.is(422);
    }
}

/// Whose report a case is, through every link that says so.
fn reporters(case: CaseId, links: &BTreeMap<CaseId, Vec<engine::Link>>) -> BTreeSet<CaseId> {
    let mut found = BTreeSet::new();
    let mut left = vec![case];
    while let Some(case) = left.pop() {
        if !found.insert(case) {
            continue;
        }
        let of = links[&case].iter().filter(|l| (l.kind, l.outgoing) != (LinkKind::Part, false));
        left.extend(
            of.filter(|l| (l.kind, l.outgoing) != (LinkKind::Merged, true))
                .filter(|l| l.kind != LinkKind::Duplicate)
                .map(|l| l.other),
        );
    }
    found
}

#[tokio::test]
async fn whatever_is_split_and_merged_no_reporter_is_lost_and_nothing_is_a_circle() {
    for seed in 0..4 {
        let house = House::new().await;
        let ines = house.person("Ines", Role::Owner).await;
        let random = SeededRandom::new(seed);
        let draw = |below: usize| {
            let mut byte = [0; 1];
            random.fill(&mut byte);
            usize::from(byte[0]) % below
        };
        let mut cases: Vec<CaseId> = Vec::new();
        for n in 1..=4 {
            cases.push(house.report("Token", Some(code(n))).await.id);
        }
        let came = cases.clone();
        for _ in 0..25 {
            let (one, two) = (cases[draw(cases.len())], cases[draw(cases.len())]);
            match draw(4) {
                0 => cases.extend(split(&house, ines, one, &["Part"]).await.into_iter().flatten().map(|part| part.id)),
                1 | 2 => drop(merge(&house, ines, one, &[two]).await),
                _ => drop(house.act(act(one, ines, ("reopen", json!({"reason": "Again."})))).await),
            }
            let mut links = BTreeMap::new();
            let mut tx = house.db().read().await.unwrap();
            for case in &cases {
                links.insert(*case, engine::links(&mut tx, *case).await.unwrap());
            }
            drop(tx);
            for case in &cases {
                let root = links[case].iter().find(|l| l.kind == LinkKind::Duplicate && l.outgoing).map(|l| l.other);
                let root = root.unwrap_or(*case);
                assert!(!links[&root].iter().any(|l| l.kind == LinkKind::Duplicate && l.outgoing), "a chain: {seed}");
                // Every part leads to a report that came, and whoever sent one that ended shares the one that goes on.
                let home =
                    links[case].iter().find(|l| l.kind == LinkKind::Part && l.outgoing).map_or(*case, |l| l.other);
                assert!(came.contains(&home), "{seed}: a case without a reporter");
                assert!(reporters(root, &links).contains(&home) || root == *case, "{seed}: a reporter is lost");
            }
        }
        house.verify().await;
    }
}

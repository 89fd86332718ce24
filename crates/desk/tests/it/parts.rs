//! One report into several, several into one: no reporter is lost, and nothing goes in a circle.

use super::support::{House, act, code};
use axum::http::Method;
use desk::engine::{self, EngineError, Merging, NewPart, Opened, Splitting};
use domain::case::LinkKind;
use domain::testing::SeededRandom;
use domain::{CaseId, PersonId, Random, ReporterText, Role, Span};
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

async fn merge(house: &House, by: PersonId, root: CaseId, others: &[CaseId]) -> Result<i64, EngineError> {
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
async fn merging_keeps_who_reported_and_offers_shares() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let root = house.report("Token", Some(code(1))).await;
    let named = json!({"title": "Same", "summary": "The same.", "source": "form", "credit": "quietharbour"});
    let one = house.open(named, Some(code(2))).await;
    // Ids of one instant have no order, and shares are offered in the order in which reports came.
    house.t.clock.advance(Span::from_minutes(1));
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

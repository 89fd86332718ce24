//! Duplicates: always of the root, never in a circle, and what becomes of them when their root ends otherwise.

use super::support::{House, act, code};
use axum::http::Method;
use desk::engine::{self, EngineError, Opened};
use domain::case::LinkKind;
use domain::{CaseId, PersonId, Role};
use serde_json::{Value, json};

fn same_as(case: CaseId) -> Value {
    json!({"outcome": "duplicate", "of": case.to_string(), "reason": "The same."})
}

async fn close(house: &House, by: PersonId, case: CaseId, input: Value) {
    house.act(act(case, by, ("close", input))).await.unwrap();
}

/// A root with two duplicates.
async fn family(house: &House, by: PersonId) -> [Opened; 3] {
    let root = house.report("Root", Some(code(1))).await;
    let (one, two) = (house.report("One", Some(code(2))).await, house.report("Two", Some(code(3))).await);
    for child in [&one, &two] {
        close(house, by, child.id, same_as(root.id)).await;
    }
    [root, one, two]
}

async fn repeats(house: &House, case: CaseId) -> Option<CaseId> {
    let mut tx = house.db().read().await.unwrap();
    let links = engine::links(&mut tx, case).await.unwrap();
    links.into_iter().find(|link| link.kind == LinkKind::Duplicate && link.outgoing).map(|link| link.other)
}

async fn ended(house: &House, name: &str, by: PersonId) -> Value {
    let site = house.site().await;
    let program = house.program(&site, by, Role::Owner).await;
    program.call(Method::GET, &format!("/api/v1/cases/{name}")).send().await.is(200).json()["outcome"].clone()
}

#[tokio::test]
async fn what_repeats_a_duplicate_repeats_its_root() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let [root, one, two] = family(&house, ines).await;
    let other = house.report("Other", None).await;
    close(&house, ines, root.id, same_as(other.id)).await;
    for child in [&root, &one, &two] {
        assert_eq!(repeats(&house, child.id).await, Some(other.id));
    }
    // Also where the input names a duplicate, and never in a circle.
    let late = house.report("Late", None).await;
    close(&house, ines, late.id, same_as(one.id)).await;
    assert_eq!(repeats(&house, late.id).await, Some(other.id));
    let refused = house.act(act(other.id, ines, ("close", same_as(late.id)))).await.unwrap_err();
    assert!(matches!(refused, EngineError::Refused(_)), "{refused:?}");
    house.act(act(one.id, ines, ("reopen", json!({"reason": "Different after all."})))).await.unwrap();
    assert_eq!(repeats(&house, one.id).await, None);
    house.verify().await;
}

#[tokio::test]
async fn two_who_close_each_as_the_other_make_no_circle() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let (one, two) = (house.report("One", None).await, house.report("Two", None).await);
    let (a, b) = tokio::join!(
        house.act(act(one.id, ines, ("close", same_as(two.id)))),
        house.act(act(two.id, ines, ("close", same_as(one.id))))
    );
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
}

#[tokio::test]
async fn those_that_are_ticked_end_as_their_root() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let [root, one, two] = family(&house, ines).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", root.name);
    let page = browser.get(&at).await.is(200).says("Duplicates that follow").says(&one.name);
    page.says("<dt>Repeated by</dt>");
    let form = async || browser.form_to(&at, &format!("{at}/actions/close")).await;
    let fixed = form().await.fill("close.outcome", "duplicate").fill("close.known_since", "2026-01-31");
    let refused = fixed.fill("close.reason", "We knew.").also("close.children", &one.id.to_string()).submit().await;
    refused.is(422).says("stay as they are").says("checked");
    let wrong = form().await.fill("close.outcome", "not_applicable").fill("close.reason", "As designed.");
    wrong.also("close.children", &one.id.to_string()).submit().await.leads_to(&at);
    assert_eq!(ended(&house, &one.name, ines).await, "not_applicable");
    assert_eq!(ended(&house, &two.name, ines).await, "duplicate");
    assert_eq!((repeats(&house, one.id).await, repeats(&house, two.id).await), (None, Some(root.id)));
    let reporter = house.reporter(&site, &code(2)).await;
    reporter.get("/case/mine").await.is(200).says("We opened it again.").says("We closed it: not applicable.");
    // Opened again, what still repeats it can be opened with it.
    let reopen = browser.form_to(&at, &format!("{at}/actions/reopen")).await.fill("reopen.reason", "It is one.");
    reopen.also("reopen.children", &two.id.to_string()).submit().await.leads_to(&at);
    assert_eq!((house.state(&root.name).await, house.state(&two.name).await), ("new".into(), "new".into()));
    house.verify().await;
}

#[tokio::test]
async fn a_program_says_leave_or_follow() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let [root, one, two] = family(&house, ines).await;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Owner).await;
    let path = format!("/api/v1/cases/{}", root.name);
    let close = async |children: Value| {
        let seen = program.call(Method::GET, &path).send().await;
        let input = json!({"outcome": "accepted_risk", "reason": "We bear it.", "children": children});
        let call = program.json(Method::POST, &format!("{path}/actions/close"), &input);
        call.header("if-match", seen.header("etag")).header("idempotency-key", &children.to_string()).send().await
    };
    house.act(act(root.id, ines, ("triage", json!({})))).await.unwrap();
    close(json!("sometimes")).await.is(422);
    close(json!([ines.to_string()])).await.is(422);
    close(json!("follow")).await.is(200);
    for child in [&one, &two] {
        assert_eq!(ended(&house, &child.name, ines).await, "accepted_risk");
    }
    house.verify().await;
}

#[tokio::test]
async fn what_one_may_not_act_on_stays_as_it_is() {
    let house = House::new().await;
    let (ines, theo) = (house.person("Ines", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let [root, one, two] = family(&house, ines).await;
    let (db, hidden) = (house.db().clone(), one.id);
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, hidden, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, theo).await;
    browser.get(&format!("/desk/cases/{}", root.name)).await.is(200).says(&two.name).is_silent_about(&one.name);
    let input = json!({"outcome": "informative", "reason": "Known.", "children": "follow"});
    house.act(act(root.id, theo, ("close", input))).await.unwrap();
    assert_eq!(ended(&house, &one.name, ines).await, "duplicate");
    assert_eq!(ended(&house, &two.name, ines).await, "informative");
}

#[tokio::test]
async fn who_sent_one_that_follows_its_root_hears_it_once_and_the_others_nothing() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let [root, one, two] = family(&house, ines).await;
    let mut people = Vec::new();
    for (case, address) in [(&root, "root@there.example"), (&one, "one@there.example"), (&two, "two@there.example")] {
        let (person, _) = house.researcher(address).await;
        house.own(case.id, person).await;
        people.push(person);
    }
    let letters = async || {
        house.tell().await;
        let mut tx = house.db().read().await.unwrap();
        let letters = mail::unsent(&mut tx, house.db(), mail::Place::Waiting).await.unwrap();
        let of = |person| letters.iter().filter(|letter| letter.person == Some(person)).count();
        people.iter().map(|person| of(*person)).collect::<Vec<_>>()
    };
    let before = letters().await;
    let input = json!({"outcome": "informative", "reason": "Known.", "children": [one.id.to_string()]});
    house.act(act(root.id, ines, ("close", input))).await.unwrap();
    let more: Vec<usize> = letters().await.iter().zip(&before).map(|(now, before)| now - before).collect();
    assert_eq!(more, [1, 1, 0], "the root, the one that follows it, and the one that stays");
    assert_eq!(letters().await.iter().zip(&before).map(|(now, before)| now - before).sum::<usize>(), 2, "once");
}

#[tokio::test]
async fn a_retest_tells_both_sides_how_often_it_happened() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let input = json!({"title": "Leaks the prompt", "summary": "Now and then.", "source": "form",
        "reproduction": {"k": 3, "n": 10}});
    let case = house.open(input, Some(code(1))).await;
    for action in ["accept", "claim-fixed", "start-retest"] {
        house.act(act(case.id, ines, (action, json!({})))).await.unwrap();
    }
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let pass =
        browser.form_to(&at, &format!("{at}/actions/pass-retest")).await.fill("pass-retest.reason", "Thank you.");
    let pass = pass.fill("pass-retest.happened", "1").fill("pass-retest.tried", "200");
    pass.submit().await.is(422).says("It still happened. Say why").says("Thank you.");
    let pass =
        browser.form_to(&at, &format!("{at}/actions/pass-retest")).await.fill("pass-retest.reason", "Thank you.");
    let pass = pass.fill("pass-retest.happened", "1").fill("pass-retest.tried", "200");
    pass.fill("pass-retest.despite", "Less often than by chance.").submit().await.leads_to(&at);
    browser.get(&at).await.is(200).says("it happened in 1 of 200 tries").says("Less often than by chance.");
    let reporter = house.reporter(&site, &code(1)).await;
    let page = reporter.get("/case/mine").await.is(200).says("The fix holds, it happened in 1 of 200 tries.");
    page.says("Less often than by chance.");
}

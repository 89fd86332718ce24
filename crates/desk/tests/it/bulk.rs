//! Doing the same to many cases: what is shown before, what is left out, what can be undone.

use crate::support::{House, act, code};
use domain::{PersonId, Role, Span};
use serde_json::json;
use web::testing::{Answer, Client};

/// Ticks these rows of the inbox and asks for `what`.
async fn ask(browser: &Client, names: &[&str], what: &str) -> Answer {
    let page = browser.get("/desk?state=all").await.is(200);
    let mut form = browser.form_to("/desk?state=all", "/desk/bulk").await.fill("what", what);
    for name in names {
        form = form.also("case", &box_of(&page.text, name));
    }
    form.submit().await
}

/// The value of a row's box.
fn box_of(html: &str, name: &str) -> String {
    let row = html.split("<tr>").find(|row| row.contains(&format!("Tick {name}\""))).unwrap();
    row.split("name=\"case\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn house() -> (House, PersonId, PersonId) {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    for n in 1..=4 {
        house.report(&format!("Report {n}"), None).await;
    }
    (house, ines, tomas)
}

#[tokio::test]
async fn cases_are_closed_with_a_reason_and_put_back_by_undo() {
    let (house, ines, tomas) = house().await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let asked = ask(&browser, &["REP-1", "REP-2", "REP-3"], "close").await.is(200);
    let asked = asked.says("For these").says("the reporter is told; undoing puts it back");
    let blank = browser.form_in("/desk/bulk", &asked).submit().await.is(422);
    blank.says("Choose how they end").says("Say why: each reporter will read it");
    let filled =
        browser.form_in("/desk/bulk", &asked).fill("outcome", "informative").fill("reason", "Known <b>here</b>.");
    let plan = filled.submit().await.is(200).says("Close 3 cases").says("Known &#60;b&#62;here&#60;/b&#62;.");
    // Somebody is faster on one of them.
    let third = house.find("REP-3").await;
    house.act(act(third, tomas, ("triage", json!({})))).await.unwrap();
    let form = browser.form_in("/desk/bulk", &plan);
    let done = form.clone().submit().await;
    let page = browser.get(done.header("location")).await.is(200);
    page.says("2 cases closed").says("somebody changed it since the list was made").says("REP-3");
    // The same press again has the same effect, not another one.
    form.submit().await.leads_to(done.header("location"));
    assert_eq!(house.state("REP-1").await, "closed");
    assert_eq!(house.state("REP-3").await, "triaged");
    let undo = browser.form_to(done.header("location"), &format!("{}/undo", done.header("location"))).await;
    undo.clone().submit().await.leads_to(done.header("location"));
    let page = browser.get(done.header("location")).await.is(200).says("Undone").says("Put back");
    page.is_silent_about("Not put back");
    assert_ne!(house.state("REP-1").await, "closed");
    undo.submit().await.is(200).is_silent_about("data-key=\"z\"");
    house.browser(&site, tomas).await.get(done.header("location")).await.is(404);
    // What was done is forgotten after a day.
    house.t.clock.advance(Span::from_days(2));
    let now = house.db().ambient().now();
    let gone: Result<u64, db::DbError> =
        house.db().write(move |tx| Box::pin(async move { desk::bulk::forget(tx, now).await })).await;
    assert_eq!(gone.unwrap(), 1);
}

#[tokio::test]
async fn a_close_that_is_undone_leaves_the_case_as_it_was() {
    let (house, ines, tomas) = house().await;
    let case = house.report("Report 5", Some(code(5))).await.id;
    house.give(case, tomas).await;
    house.act(act(case, ines, ("accept", json!({})))).await.unwrap();
    house.act(act(case, ines, ("set-severity", json!({ "severity": "critical" })))).await.unwrap();
    house.t.clock.advance(Span::from_hours(30));
    house.act(act(case, ines, ("ask", json!({ "text": "Which version?" })))).await.unwrap();
    house.t.clock.advance(Span::from_hours(30));
    let site = house.site().await;
    let (browser, program) = (house.browser(&site, ines).await, house.program(&site, ines, Role::Triager).await);
    let look = async |path: &str, but: &[&str]| {
        let mut seen = program.get(path).await.is(200).json();
        for name in but {
            seen[*name].take();
        }
        seen
    };
    let case = ("/api/v1/cases/REP-5", &["version", "updated_at", "events"][..]);
    let before = (look(case.0, case.1).await, look("/api/v1/figures", &["now", "counted"]).await);
    assert_eq!((&before.0["state"], &before.0["assignee"]), (&json!("accepted"), &json!(tomas.to_string())));
    assert!(before.0["waiting_since"].is_string());
    let asked = ask(&browser, &["REP-2", "REP-5"], "close").await.is(200).says("undoing puts it back as it was before");
    let plan = browser.form_in("/desk/bulk", &asked).fill("outcome", "spam").fill("reason", "A slip.").submit().await;
    let done = browser.form_in("/desk/bulk/do", &plan.is(200)).submit().await;
    let after = browser.get(done.header("location")).await.is(200);
    assert_ne!(look(case.0, case.1).await, before.0);
    browser.form_in(&format!("{}/undo", done.header("location")), &after).submit().await;
    browser.get(done.header("location")).await.is(200).says("Put back").is_silent_about("Not put back");
    assert_eq!((look(case.0, case.1).await, look("/api/v1/figures", &["now", "counted"]).await), before);
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!(look("/api/v1/figures", &["now", "counted"]).await, before.1, "from the events too");
    assert_eq!((house.state("REP-2").await, house.state("REP-5").await), ("new".into(), "accepted".into()));
    browser.get("/desk/cases/REP-2").await.is(200).says("<p class=\"mono\">R</p>");
    let page = browser.get("/desk/cases/REP-5").await.is(200).says("Close taken back: as it was before");
    let page = page.says("<p class=\"mono\">R → V → A</p>");
    page.is_silent_about("Reopened");
    // The reporter reads both, and their case waits for them as before.
    let reporter = house.reporter(&site, &code(5)).await.get("/case/mine").await.is(200);
    reporter.says("We took the close back.").says("Your answer");
    house.verify().await;
}

#[tokio::test]
async fn what_the_machine_refuses_of_a_field_is_asked_for_again_with_the_words() {
    let (house, ines, _) = house().await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let asked = ask(&browser, &["REP-1", "REP-2"], "severity").await.is(200);
    let again = browser.form_in("/desk/bulk", &asked).fill("severity", "low").submit().await.is(422);
    let again = again.is_silent_about("Nothing can be done").says("Say why");
    let plan = browser.form_in("/desk/bulk", &again).fill("reason", "Needs a click.").submit().await.is(200);
    let plan = plan.says("Set the severity of 2 cases").says("Back to the words");
    let asked = ask(&browser, &["REP-1"], "close").await.is(200);
    let reason = format!("Kept {}", "x".repeat(100_000));
    let form = browser.form_in("/desk/bulk", &asked).fill("outcome", "spam").fill("reason", &reason);
    form.submit().await.is(422).says("Kept xxx");
    drop(plan);
}

#[tokio::test]
async fn what_is_not_legal_is_named_with_its_reason() {
    let (house, ines, _) = house().await;
    let first = house.find("REP-1").await;
    let close = json!({ "outcome": "informative", "reason": "Known." });
    house.act(act(first, ines, ("close", close))).await.unwrap();
    let second = house.find("REP-2").await;
    house.act(act(second, ines, ("ask", json!({ "text": "Which version?" })))).await.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = ask(&browser, &["REP-1", "REP-2", "REP-3"], "stop-waiting").await.is(200);
    let page = page.says("not possible while it is closed").says("open and waits for nobody");
    let page = page.says("cannot be undone: the reporter would have to be asked again").says("Stop waiting in 1 case");
    let done = browser.form_in("/desk/bulk", &page).submit().await;
    let after = browser.get(done.header("location")).await.is(200).says("1 case no longer waiting");
    browser.form_in(done.header("location"), &after).submit().await.leads_to(done.header("location"));
    browser.get(done.header("location")).await.is(200).says("Not put back");
    ask(&browser, &["REP-1"], "close").await.is(200).says("Nothing can be done");
    ask(&browser, &[], "close").await.is(200).says("No case is ticked");
    let guest = house.person("Gus", Role::Guest).await;
    house.browser(&site, guest).await.get("/desk").await.is(200).is_silent_about("Those ticked");
}

#[tokio::test]
async fn owners_and_severities_are_set_back() {
    let (house, ines, tomas) = house().await;
    let case = house.find("REP-1").await;
    house.give(case, tomas).await;
    let decided = json!({ "severity": "low", "reason": "Needs a click." });
    house.act(act(case, ines, ("set-severity", decided))).await.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = ask(&browser, &["REP-1", "REP-2"], "take").await.is(200).says("Give 2 cases to me");
    let done = browser.form_in("/desk/bulk", &page).submit().await;
    assert_eq!(house.owner("REP-1").await, Some(ines));
    let after = browser.get(done.header("location")).await.is(200);
    browser.form_in(done.header("location"), &after).submit().await;
    assert_eq!((house.owner("REP-1").await, house.owner("REP-2").await), (Some(tomas), None));

    let page = ask(&browser, &["REP-1", "REP-2"], "severity").await.is(200);
    let page = page.says("cannot be undone: no severity was decided before");
    let page = browser.form_in("/desk/bulk", &page).fill("severity", "high").submit().await.is(200);
    let done = browser.form_in("/desk/bulk", &page).submit().await;
    let after = browser.get(done.header("location")).await.is(200).says("2 cases set to another severity");
    let undo = browser.form_in(done.header("location"), &after);
    undo.submit().await;
    browser.get(done.header("location")).await.says("no severity was decided before");
    // Ten minutes later there is nothing to press.
    let page = ask(&browser, &["REP-3"], "take").await.is(200);
    let done = browser.form_in("/desk/bulk", &page).submit().await;
    let after = browser.get(done.header("location")).await.is(200);
    let undo = browser.form_in(done.header("location"), &after);
    house.t.clock.advance(Span::from_minutes(11));
    browser.get(done.header("location")).await.is(200).is_silent_about("/undo\"");
    undo.submit().await.is(200).says("Too late.");
    assert_eq!(house.owner("REP-3").await, Some(ines));
}

#[tokio::test]
async fn a_restricted_case_is_neither_shown_nor_touched() {
    let (house, ines, tomas) = house().await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = browser.get("/desk").await.is(200);
    let ticked = box_of(&page.text, "REP-1");
    let case = house.find("REP-1").await;
    let db = house.db().clone();
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { desk::engine::restrict(tx, &db, case, (tomas, [tomas].into())).await }))
        .await;
    done.unwrap();
    let form = browser.form_to("/desk", "/desk/bulk").await.fill("what", "take");
    let page = form.also("case", &ticked).also("case", "nonsense").also("case", "a.b").submit().await.is(200);
    page.is_silent_about("REP-1").is_silent_about("Report 1");
}

#[tokio::test]
async fn programs_do_the_same_with_a_result_for_each() {
    let (house, ines, tomas) = house().await;
    let site = house.site().await;
    let program = house.program(&site, ines, domain::Role::Triager).await;
    let version =
        async |name: &str| program.get(&format!("/api/v1/cases/{name}")).await.is(200).json()["version"].clone();
    let (one, two) = (version("REP-1").await, version("REP-2").await);
    let send = |body: serde_json::Value, key: &str| {
        program.json("POST".parse().unwrap(), "/api/v1/cases/bulk", &body).header("idempotency-key", key)
    };
    let cases = json!([{ "case": "REP-1", "version": one }, { "case": "REP-2", "version": 999 }, { "case": "REP-99", "version": 1 }]);
    let close = json!({ "what": "close", "cases": cases, "outcome": "informative", "reason": "Known." });
    let done = send(close.clone(), "k1").send().await.is(201).json();
    assert_eq!(done["done"], json!(["REP-1"]));
    assert_eq!(done["left"][0]["case"], "REP-2");
    assert_eq!(send(close, "k1").send().await.is(201).json(), done, "once");
    let undo = format!("/api/v1/cases/bulk/{}/undo", done["id"].as_str().unwrap());
    for _ in 0..2 {
        let back = program.json("POST".parse().unwrap(), &undo, &json!({})).send().await.is(200).json();
        assert_eq!((&back["put_back"], &back["undone"]), (&json!(["REP-1"]), &json!(true)));
    }
    let other = house.program(&site, tomas, domain::Role::Triager).await;
    other.get(&format!("/api/v1/cases/bulk/{}", done["id"].as_str().unwrap())).await.is(404);
    let odd = [
        (json!({ "what": "fly", "cases": [{ "case": "REP-1", "version": 1 }] }), "/what"),
        (json!({ "what": "take", "cases": [] }), "/cases"),
        (json!({ "what": "close", "cases": [{ "case": "REP-1", "version": 1 }], "outcome": "spam" }), "/reason"),
    ];
    for (at, (body, field)) in odd.into_iter().enumerate() {
        let refused = send(body, &format!("odd-{at}")).send().await.is(422).json();
        assert_eq!(refused["errors"][0]["field"], field);
    }
    let watch = json!({ "what": "watch", "cases": [{ "case": "REP-2", "version": two }] });
    let done = send(watch, "k2").send().await.is(201).json();
    assert_eq!(done["done"], json!(["REP-2"]));
    house.browser(&site, ines).await.get("/desk/cases/REP-2").await.says("Stop watching");
    let undo = format!("/api/v1/cases/bulk/{}/undo", done["id"].as_str().unwrap());
    program.json("POST".parse().unwrap(), &undo, &json!({})).send().await.is(200);
    let (id, three) = (house.find("REP-3").await.to_string(), version("REP-3").await);
    let twice = json!([{ "case": "REP-3", "version": three }, { "case": id, "version": three }]);
    let done = send(json!({ "what": "take", "cases": twice }), "k3").send().await.is(201).json();
    assert_eq!((&done["done"], &done["left"]), (&json!(["REP-3"]), &json!([])), "by name and by id");
    house.browser(&site, ines).await.get("/desk/cases/REP-2").await.says("Watch this case");
}

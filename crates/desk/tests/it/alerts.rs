//! Alerts: raised once, to whom, when, and after the desk was not running.

use super::support::{House, act};
use axum::http::Method;
use desk::engine::{self, EngineError};
use domain::{CaseId, PersonId, Role, Span, Ts};
use serde_json::{Value, json};
use web::testing::{Client, FormWalk};

/// The desk ran since long ago.
const AWAKE: Ts = Ts::from_micros(0);

fn ts(text: &str) -> Ts {
    text.parse().unwrap()
}

async fn assign(house: &House, case: CaseId, (by, to): (PersonId, PersonId)) {
    let db = house.db().clone();
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::assign(tx, &db, case, (by, Some(to))).await })).await;
    done.unwrap();
}

/// Every alert: of whom, kind, clock, and when its mail may go.
async fn alerts(house: &House) -> Vec<(PersonId, String, String, Ts)> {
    let mut tx = house.db().read().await.unwrap();
    let rows = db::fetch_all!(
        &mut tx,
        (domain::Uuid, String, String, i64),
        db::stmt!("SELECT person, kind, clock, mail_at FROM alerts ORDER BY raised_at, step, person LIMIT 100")
    )
    .unwrap();
    rows.into_iter().map(|(p, kind, clock, at)| (PersonId::from_uuid(p), kind, clock, Ts::from_micros(at))).collect()
}

/// The form of a page that has this field.
async fn form(browser: &Client, path: &str, field: &str) -> FormWalk {
    let page = browser.get(path).await.is(200);
    let has = |form: &FormWalk| form.typed().iter().any(|(name, _)| name == field);
    browser.forms_in(path, &page).into_iter().find(has).unwrap()
}

fn low() -> Value {
    json!({"title": "Old token", "summary": "It still works.", "severity": "low", "source": "form"})
}

fn critical() -> Value {
    json!({"title": "Names leak", "summary": "Files of others.", "severity": "critical", "source": "form"})
}

#[tokio::test]
async fn four_fifths_of_a_clock_warn_once_and_then_the_next_in_line() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let ines = house.person("Ines", Role::Triager).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let rule = json!({"duty": {"zone": "UTC", "shifts": [
        {"person": ines.to_string(), "days": ["sunday", "monday", "tuesday"], "from": "00:00", "until": "24:00"}]}});
    program.json(Method::PUT, "/api/v1/on-call", &rule).header("if-match", "\"0\"").send().await.is(200);
    house.t.clock.set(ts("2026-11-22T00:00:00Z"));
    let case = house.open(low(), None).await;
    assign(&house, case.id, (owner, theo)).await;
    let at = |text: &str| house.t.clock.set(ts(text));
    let watch = || desk::alert::watch(house.db(), (AWAKE, None));

    at("2026-11-22T19:00:00Z");
    assert_eq!(watch().await.unwrap(), 0, "a fifth of the day is left, and a little more");
    at("2026-11-22T19:12:00Z");
    watch().await.unwrap();
    let first = ("soon".to_owned(), "first-response".to_owned(), ts("2026-11-22T19:12:00Z"));
    assert_eq!(alerts(&house).await, [(theo, first.0.clone(), first.1.clone(), first.2)]);
    assert_eq!(watch().await.unwrap(), 0, "told once");
    at("2026-11-22T20:11:00Z");
    assert_eq!(watch().await.unwrap(), 0);
    // Nobody looked for an hour: on to who is on call, and then to the owner of the desk.
    at("2026-11-22T20:12:00Z");
    watch().await.unwrap();
    assert_eq!(alerts(&house).await.len(), 2);
    assert_eq!(alerts(&house).await[1].0, ines);
    at("2026-11-22T21:12:00Z");
    watch().await.unwrap();
    assert_eq!(alerts(&house).await[2].0, owner);
    at("2026-11-22T23:12:00Z");
    watch().await.unwrap();
    assert_eq!(alerts(&house).await.len(), 3, "that was everybody");
    // The clock runs out: another alert, once more from the first.
    at("2026-11-23T00:00:01Z");
    watch().await.unwrap();
    let all = alerts(&house).await;
    assert_eq!((all.len(), &all[3].0, all[3].1.as_str()), (4, &theo, "late"));
    // Who looks stops it.
    let browser = house.browser(&site, theo).await;
    browser.get("/desk").await.is(200).says("2<span class=\"vh\"> not seen");
    let page = browser.get("/desk/alerts").await.is(200);
    page.says("First answer is late").says("because the case is yours").says("First answer is due soon");
    let page = browser.get("/desk/alerts").await;
    let all = browser.forms_in("/desk/alerts", &page).into_iter().find(|form| !form.value("shown").is_empty()).unwrap();
    all.submit().await.leads_to("/desk/alerts");
    browser.get("/desk/alerts").await.is(200).is_silent_about("Mark as seen");
    browser.get("/desk").await.is(200).is_silent_about("not seen");
    at("2026-11-23T09:00:00Z");
    watch().await.unwrap();
    assert_eq!(alerts(&house).await.len(), 4);
    // An answer stops what has not come yet.
    house.act(act(case.id, theo, ("triage", json!({})))).await.unwrap();
    at("2026-11-24T09:00:00Z");
    watch().await.unwrap();
    assert_eq!(alerts(&house).await.len(), 4);
    house.verify().await;
}

#[tokio::test]
async fn critical_and_exploited_come_at_once_and_pass_quiet_hours() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let program = house.program(&site, theo, Role::Triager).await;
    let quiet = json!({"zone": "Europe/Berlin", "from": "22:00", "until": "07:00"});
    program.json(Method::PUT, "/api/v1/quiet-hours", &quiet).header("if-match", "\"0\"").send().await.is(200);
    // 23:30 in Berlin.
    house.t.clock.set(ts("2026-11-24T22:30:00Z"));
    let case = house.open(low(), None).await;
    assign(&house, case.id, (owner, theo)).await;
    house.act(act(case.id, owner, ("set-severity", json!({"severity": "critical"})))).await.unwrap();
    house.act(act(case.id, owner, ("mark-exploited", json!({"evidence": "Seen in the logs."})))).await.unwrap();
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let now = ts("2026-11-24T22:30:00Z");
    let told: Vec<_> = alerts(&house).await.into_iter().map(|(p, kind, _, at)| (p, kind, at)).collect();
    assert_eq!(told.len(), 2);
    for kind in ["critical", "exploited"] {
        assert!(told.contains(&(theo, kind.to_owned(), now)), "{told:?}");
    }
    // A quarter of an hour later they go on to the owner of the desk: nobody is on call.
    house.t.clock.advance(Span::from_minutes(15));
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    assert_eq!(alerts(&house).await.iter().filter(|(p, ..)| *p == owner).count(), 2);
    // The decision is due at 80 % of two days; its mail waits for the morning.
    house.t.clock.set(ts("2026-11-26T22:30:00Z"));
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let late =
        alerts(&house).await.into_iter().find(|(p, kind, clock, _)| *p == theo && kind == "late" && clock == "triage");
    assert_eq!(late.unwrap().3, ts("2026-11-27T06:00:00Z"));
    house.browser(&site, theo).await.get("/desk").await.is(200).says("exploited");
}

#[tokio::test]
async fn what_fell_due_while_nobody_was_there_is_told_at_the_start() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    house.t.clock.set(ts("2026-11-22T00:00:00Z"));
    house.open(low(), None).await;
    house.t.clock.set(ts("2026-11-23T12:00:00Z"));
    let started = house.db().ambient().now();
    desk::alert::watch(house.db(), (started, None)).await.unwrap();
    let told = alerts(&house).await;
    assert_eq!(told.len(), 1, "the warning that came with it is left out: {told:?}");
    assert_eq!((told[0].0, told[0].1.as_str()), (owner, "late"));
    let program = house.program(&site, owner, Role::Owner).await;
    let listed = program.get("/api/v1/alerts").await.is(200).json();
    assert_eq!(listed["items"][0]["slept"], true);
    assert_eq!(listed["items"][0]["since"], "2026-11-23T00:00:00.000000Z");
    let browser = house.browser(&site, owner).await;
    browser.get("/desk/alerts").await.is(200).says("while this desk was not running");
    let id = listed["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/alerts/{id}/seen");
    program.call(Method::POST, &path).send().await.is(204);
    program.call(Method::POST, &path).send().await.is(204);
    let other = house.person("Oscar", Role::Owner).await;
    house.program(&site, other, Role::Owner).await.call(Method::POST, &path).send().await.is(404);
}

#[tokio::test]
async fn a_restricted_case_is_told_to_those_who_may_see_it_alone() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let case = house.open(critical(), None).await;
    let db = house.db().clone();
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case.id, (theo, [theo].into())).await }))
        .await;
    done.unwrap();
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let told = alerts(&house).await;
    assert_eq!((told.len(), told[0].0, told[0].1.as_str()), (1, theo, "critical"));
    assert!(told.iter().all(|(person, ..)| *person != owner));
}

#[tokio::test]
async fn the_rule_is_kept_on_a_page_and_the_absent_are_passed_over() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let ines = house.person("Ines", Role::Triager).await;
    let site = house.site().await;
    house.t.clock.set(ts("2026-11-25T12:00:00Z"));
    let browser = house.browser(&site, owner).await;
    let path = "/desk/settings/on-call";
    browser.get(path).await.is(200).says("<b>Nobody</b>");
    let refused = form(&browser, path, "turn-1")
        .await
        .fill("turn-1", &theo.to_string())
        .fill("start", "soon")
        .fill("do", "turns");
    refused.submit().await.is(422).says("is no day");
    let nobody = form(&browser, path, "turn-1").await.fill("start", "2026-11-23").fill("do", "turns");
    nobody.submit().await.is(422).says("Pick who has the first turn").says("value=\"2026-11-23\"");
    let turns =
        form(&browser, path, "turn-1").await.fill("turn-1", &theo.to_string()).fill("turn-2", &ines.to_string());
    turns.fill("start", "2026-11-23").fill("at", "09:00").fill("do", "turns").submit().await.leads_to(path);
    browser.get(path).await.is(200).says("<b>Theo</b>");
    let away = form(&browser, path, "away_person").await.fill("away_person", &theo.to_string());
    let away = away.fill("away_from", "2026-11-25").fill("away_until", "2026-11-26").fill("do", "add-absence");
    away.submit().await.leads_to(path);
    browser.get(path).await.is(200).says("<b>Ines</b>").says("2026-11-25 to 2026-11-26");
    let case = house.open(critical(), None).await;
    assign(&house, case.id, (owner, theo)).await;
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let told = alerts(&house).await;
    assert_eq!((told.len(), told[0].0), (1, ines), "its owner is away");
    let shift = form(&browser, path, "shift_person").await.fill("do", "add-shift").submit().await;
    shift.is(422).says("Pick at least one day");
}

#[tokio::test]
async fn quiet_hours_are_set_on_a_page() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let browser = house.browser(&site, theo).await;
    let path = "/desk/quiet-hours";
    browser.get(path).await.is(200).says("You have no quiet hours now");
    let form = browser.form_to(path, path).await.fill("from", "22:00").fill("until", "22:00").fill("do", "set");
    form.submit().await.is(422).says("Leave some time of the day");
    let form = browser.form_to(path, path).await.fill("from", "21:30").fill("until", "06:30");
    form.fill("zone", "Europe/Lisbon").fill("do", "set").submit().await.leads_to(path);
    browser.get(path).await.is(200).says("Europe/Lisbon").says("Have none");
    browser.form_to(path, path).await.fill("do", "remove").submit().await.leads_to(path);
    browser.get(path).await.is(200).says("You have no quiet hours now");
}

#[tokio::test]
async fn saving_turns_keeps_every_person_however_many() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let mut people = Vec::new();
    for n in 0..15 {
        people.push(house.person(&format!("Person{n}"), Role::Triager).await.to_string());
    }
    let rule = json!({"duty": {"zone": "UTC", "rotation": {"start": "2026-11-23", "at": "09:00", "people": people}}});
    program.json(Method::PUT, "/api/v1/on-call", &rule).header("if-match", "\"0\"").send().await.is(200);
    let (browser, path) = (house.browser(&site, owner).await, "/desk/settings/on-call");
    let turns = form(&browser, path, "turn-1").await.fill("at", "10:00").fill("turn-16", &owner.to_string());
    turns.fill("do", "turns").submit().await.leads_to(path);
    let kept = program.get("/api/v1/on-call").await.is(200).json();
    people.push(owner.to_string());
    assert_eq!(kept["duty"]["rotation"]["people"], json!(people));
    assert_eq!(kept["duty"]["rotation"]["at"], "10:00");
}

#[tokio::test]
async fn what_was_typed_stays_when_somebody_else_was_faster() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let (browser, path) = (house.browser(&site, owner).await, "/desk/settings/on-call");
    let away = form(&browser, path, "away_person").await.fill("away_person", &theo.to_string());
    let away = away.fill("away_from", "2026-12-24").fill("away_until", "2026-12-27").fill("do", "add-absence");
    let rule = json!({"duty": {"zone": "Europe/Paris"}, "wait_minutes": 30});
    program.json(Method::PUT, "/api/v1/on-call", &rule).header("if-match", "\"0\"").send().await.is(200);
    let again = away.submit().await.is(422);
    let again = again.says("Somebody changed this").says("value=\"2026-12-27\"").says("Europe/Paris");
    let forms = browser.forms_in(path, &again);
    let away = forms.into_iter().find(|form| form.value("away_until") == "2026-12-27").unwrap();
    away.fill("do", "add-absence").submit().await.leads_to(path);
    browser.get(path).await.is(200).says("2026-12-24 to 2026-12-27");

    let path = "/desk/quiet-hours";
    let late = browser.form_to(path, path).await.fill("from", "20:15").fill("do", "set");
    let quiet = json!({"zone": "UTC", "from": "22:00", "until": "07:00"});
    program.json(Method::PUT, "/api/v1/quiet-hours", &quiet).header("if-match", "\"0\"").send().await.is(200);
    let again = late.submit().await.is(422);
    let again = again.says("changed in another window").says("value=\"20:15\"").says("Have none");
    let form = browser.forms_in(path, &again).into_iter().find(|form| form.value("from") == "20:15").unwrap();
    form.fill("do", "set").submit().await.leads_to(path);
    let wrong = browser.form_to(path, path).await.fill("until", "20:15").fill("do", "set").submit().await;
    wrong.is(422).says("Leave some time of the day").says("Have none");
}

/// Alerts of whose token it is that they have not seen: case, kind, clock.
async fn unseen(program: &Client) -> Vec<(String, String, String)> {
    let listed = program.get("/api/v1/alerts?unseen=true").await.is(200).json();
    let word = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let items = listed["items"].as_array().unwrap();
    items.iter().map(|item| (word(item, "id"), word(item, "kind"), word(item, "clock"))).collect()
}

#[tokio::test]
async fn a_clock_that_was_given_more_time_is_told_of_when_that_is_over_too() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    house.t.clock.set(ts("2026-11-22T00:00:00Z"));
    let program = house.program(&site, owner, Role::Owner).await;
    let terms = json!({"by_severity": {"resolution": {
        "critical": {"amount": 1, "unit": "hours"}, "low": {"amount": 10, "unit": "days"}}}});
    let path = "/api/v1/programs/acme/targets";
    program.json(Method::PUT, path, &terms).header("if-match", "\"0\"").send().await.is(200);
    let case = house.open(low(), None).await;
    house.act(act(case.id, owner, ("triage", json!({})))).await.unwrap();
    house.act(act(case.id, owner, ("set-severity", json!({"severity": "critical"})))).await.unwrap();
    house.t.clock.set(ts("2026-11-22T01:30:00Z"));
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let late = |of: Vec<(String, String, String)>| -> Vec<String> {
        of.into_iter().filter(|(_, kind, clock)| kind == "late" && clock == "resolution").map(|(id, ..)| id).collect()
    };
    let first = late(unseen(&program).await);
    assert_eq!(first.len(), 1);
    program.call(Method::POST, &format!("/api/v1/alerts/{}/seen", first[0])).send().await.is(204);
    let lower = json!({"severity": "low", "reason": "Needs an admin."});
    house.act(act(case.id, owner, ("set-severity", lower))).await.unwrap();
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    house.t.clock.set(ts("2026-12-02T01:00:00Z"));
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let program = house.program(&site, owner, Role::Owner).await;
    let again = late(unseen(&program).await);
    assert_eq!(again.len(), 1, "ten days are over");
    assert_ne!(again, first);
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    assert_eq!(late(unseen(&program).await), again, "told once");
}

#[tokio::test]
async fn when_nobody_is_here_it_is_told_later_and_what_is_urgent_to_the_owners_all_the_same() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    house.t.clock.set(ts("2026-11-22T00:00:00Z"));
    let away = json!([{"person": owner.to_string(), "from": "2026-11-20", "until": "2026-11-22"}]);
    let rule = json!({"duty": {"zone": "America/New_York", "absences": away}});
    program.json(Method::PUT, "/api/v1/on-call", &rule).header("if-match", "\"0\"").send().await.is(200);
    house.open(low(), None).await;
    // Seven in the evening of the last day off.
    house.t.clock.set(ts("2026-11-23T00:00:00Z"));
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    assert_eq!(alerts(&house).await, []);
    house.open(critical(), None).await;
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let told: Vec<_> = alerts(&house).await.into_iter().map(|(person, kind, ..)| (person, kind)).collect();
    assert_eq!(told, [(owner, "critical".to_owned())]);
    // They are back, and no other clock has run out meanwhile.
    house.t.clock.set(ts("2026-11-23T06:00:00Z"));
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    assert!(alerts(&house).await.iter().any(|(person, kind, ..)| *person == owner && kind == "late"));
}

#[tokio::test]
async fn who_was_away_when_it_was_their_turn_is_told_when_they_are_back() {
    let house = House::new().await;
    let (owner, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    house.t.clock.set(ts("2026-11-22T00:00:00Z"));
    let away = json!([{"person": owner.to_string(), "from": "2026-11-20", "until": "2026-11-22"}]);
    let rule = json!({"duty": {"zone": "America/New_York", "absences": away}});
    program.json(Method::PUT, "/api/v1/on-call", &rule).header("if-match", "\"0\"").send().await.is(200);
    let case = house.open(low(), None).await;
    assign(&house, case.id, (owner, theo)).await;
    let late_of = async |person: PersonId| {
        alerts(&house).await.iter().filter(|(of, kind, ..)| *of == person && kind == "late").count()
    };
    // The evening of her last day off: Theo is told and does not look, and an hour later there is nobody else.
    for hour in ["2026-11-23T00:00:00Z", "2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z"] {
        house.t.clock.set(ts(hour));
        desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    }
    assert_eq!((late_of(theo).await, late_of(owner).await), (1, 0));
    // She is back, and no other clock has run out meanwhile.
    house.t.clock.set(ts("2026-11-23T06:00:00Z"));
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    assert_eq!((late_of(theo).await, late_of(owner).await), (1, 1), "the owner is back");
}

#[tokio::test]
async fn only_what_was_shown_is_marked_as_seen() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let (browser, program) = (house.browser(&site, owner).await, house.program(&site, owner, Role::Owner).await);
    house.open(critical(), None).await;
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let page = browser.get("/desk/alerts").await.is(200);
    let all = browser.forms_in("/desk/alerts", &page).into_iter().find(|form| !form.value("shown").is_empty()).unwrap();
    // In the same instant another one comes.
    for _ in 0..60 {
        house.open(critical(), None).await;
    }
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    all.submit().await.leads_to("/desk/alerts");
    assert_eq!(unseen(&program).await.len(), 50, "a page of the sixty that nobody was shown");
    // Who marks what they read while they page misses none.
    let (mut cursor, mut read) = (String::new(), std::collections::BTreeSet::new());
    loop {
        let page = program.get(&format!("/api/v1/alerts?cursor={cursor}")).await.is(200).json();
        for item in page["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap().to_owned();
            program.call(Method::POST, &format!("/api/v1/alerts/{id}/seen")).send().await.is(204);
            read.insert(id);
        }
        let Some(next) = page["next"].as_str() else { break };
        cursor = next.to_owned();
    }
    assert_eq!((read.len(), unseen(&program).await.len()), (61, 0));
    let odd = program.get("/api/v1/alerts?cursor=50").await;
    odd.is(422);
}

#[tokio::test]
async fn whoever_lost_the_case_neither_ends_its_way_nor_keeps_its_alerts() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let ines = house.person("Ines", Role::Triager).await;
    let site = house.site().await;
    let case = house.open(critical(), None).await;
    assign(&house, case.id, (owner, theo)).await;
    house.act(act(case.id, owner, ("mark-exploited", json!({"evidence": "Seen in the logs."})))).await.unwrap();
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let program = house.program(&site, theo, Role::Triager).await;
    let told = unseen(&program).await;
    let seen = &told.iter().find(|(_, kind, _)| kind == "critical").unwrap().0;
    program.call(Method::POST, &format!("/api/v1/alerts/{seen}/seen")).send().await.is(204);
    let browser = house.browser(&site, theo).await;
    browser.get("/desk").await.is(200).says("1<span class=\"vh\"> not seen");
    let db = house.db().clone();
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case.id, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    browser.get("/desk").await.is(200).is_silent_about("not seen");
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let told: Vec<_> = alerts(&house).await.into_iter().map(|(person, kind, ..)| (person, kind)).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|(person, _)| *person == ines));
}

#[tokio::test]
async fn a_token_that_may_only_read_silences_nothing() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    house.open(critical(), None).await;
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let wish = accounts::token::TokenWish {
        label: "reads".into(),
        permissions: [domain::Permission::ReadCases].into(),
        life: Span::from_days(1),
    };
    let db = house.db().clone();
    let made: Result<_, accounts::AccountError> =
        house.db().write(move |tx| Box::pin(async move { accounts::token::create(tx, &db, owner, wish).await })).await;
    let reader = site.client().token(&made.unwrap().text);
    let id = unseen(&reader).await[0].0.clone();
    reader.call(Method::POST, &format!("/api/v1/alerts/{id}/seen")).send().await.is(404);
    let quiet = json!({"zone": "UTC", "from": "00:00", "until": "23:59"});
    reader.json(Method::PUT, "/api/v1/quiet-hours", &quiet).header("if-match", "\"0\"").send().await.is(404);
    reader.call(Method::DELETE, "/api/v1/quiet-hours").header("if-match", "\"0\"").send().await.is(404);
    assert_eq!(unseen(&reader).await.len(), 1);
}

#[tokio::test]
async fn a_close_sweeps_what_nobody_saw_at_once_and_the_rest_a_month_later() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let program = house.program(&site, theo, Role::Triager).await;
    let case = house.open(critical(), None).await.id;
    assign(&house, case, (owner, theo)).await;
    house.act(act(case, owner, ("mark-exploited", json!({"evidence": "Seen in the logs."})))).await.unwrap();
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let kinds = async || unseen(&program).await.into_iter().map(|(_, kind, _)| kind).collect::<Vec<_>>();
    assert_eq!(kinds().await.len(), 2);
    let seen = unseen(&program).await.into_iter().find(|(_, kind, _)| kind == "critical").unwrap().0;
    program.call(Method::POST, &format!("/api/v1/alerts/{seen}/seen")).send().await.is(204);
    let close = || json!({"outcome": "informative", "reason": "Known."});
    house.act(act(case, owner, ("close", close()))).await.unwrap();
    assert_eq!(kinds().await, Vec::<String>::new());
    let left: Vec<_> = alerts(&house).await.into_iter().map(|(_, kind, ..)| kind).collect();
    assert_eq!(left, ["critical"], "what was seen can still be read");
    // Open again, it is told of what nobody saw, and of nothing twice.
    house.act(act(case, owner, ("reopen", json!({"reason": "New facts."})))).await.unwrap();
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    assert_eq!(kinds().await, ["exploited"]);
    let sweep = async || {
        let now = house.db().ambient().now();
        let gone: Result<u64, db::DbError> =
            house.db().write(move |tx| Box::pin(async move { desk::alert::forget_closed(tx, now).await })).await;
        gone.unwrap()
    };
    house.t.clock.advance(Span::from_days(31));
    assert_eq!(sweep().await, 0, "not of an open case");
    house.act(act(case, owner, ("close", close()))).await.unwrap();
    assert_eq!(sweep().await, 0, "not at once");
    house.t.clock.advance(Span::from_days(31));
    assert_eq!(sweep().await, 1);
    assert_eq!(alerts(&house).await, []);
}

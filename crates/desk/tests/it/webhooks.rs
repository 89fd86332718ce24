//! Webhooks from the event to a real receiver, and the pages and API to manage them.

use super::receiver::{Got, Receiver};
use super::support::{House, act};
use axum::http::Method;
use desk::engine::{self, EngineError};
use domain::{CaseId, Permission, PersonId, Role, Span, Uuid};
use outbound::{Round, Sender};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use web::testing::{Answer, Client, FormWalk, Site};

async fn send(house: &House) -> Round {
    house.tell().await;
    Sender::new(house.db().clone(), House::client()).round().await.unwrap()
}

/// A program of an owner, with the site it is on.
async fn program(house: &House, owner: PersonId) -> (Site, Client) {
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    (site, program)
}

fn wish(url: &str) -> Value {
    json!({
        "label": "Chat", "url": url,
        "events": ["case.opened", "case.state_changed", "case.severity_changed", "case.message", "case.assigned"],
    })
}

async fn add(program: &Client, wish: &Value) -> Value {
    let added = program.json(Method::POST, "/api/v1/webhooks", wish).header("idempotency-key", "add-1").send().await;
    added.is(201).json()
}

async fn note(house: &House, case: CaseId, by: PersonId) {
    let (db, text) = (house.db().clone(), domain::TeamText::new("team only canary".to_owned()).unwrap());
    let done: Result<_, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::note(tx, &db, case, (by, text)).await.map(|_| ()) }))
        .await;
    done.unwrap();
}

#[tokio::test]
async fn what_happens_to_a_case_reaches_a_receiver_without_what_it_is_about() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    // The library of the receiver compares the instant with its own clock.
    house.t.clock.set(domain::Ambient::system().now());
    let owner = house.person("Olga", Role::Owner).await;
    let (_site, program) = program(&house, owner).await;
    // Before there is a webhook nothing is kept for one.
    house.report("Canary of the past", None).await;
    let added = add(&program, &wish(&receiver.url("/ok"))).await;
    receiver.order(&format!("secret {}", added["secret"].as_str().unwrap()));
    let case = house.report("Canary of the title", None).await.id;
    house.act(act(case, owner, ("set-severity", json!({"severity": "high"})))).await.unwrap();
    house.act(act(case, owner, ("triage", json!({})))).await.unwrap();
    note(&house, case, owner).await;
    assert_eq!(send(&house).await.failed, 0);
    assert_eq!(send(&house).await, Round::default(), "once");
    let got = receiver.got();
    assert!(got.iter().all(|each| each.valid == ["valid"]), "{got:?}");
    let mut kinds: Vec<String> = got.iter().map(|each| each.body()["type"].as_str().unwrap().to_owned()).collect();
    kinds.sort();
    assert_eq!(kinds, ["case.opened", "case.severity_changed", "case.state_changed"]);
    let opened = got.iter().find(|each| each.body()["type"] == "case.opened").unwrap().body();
    let about = &opened["data"]["case"];
    assert_eq!((&about["number"], &about["programme"]), (&json!("REP-2"), &json!("acme")));
    assert_eq!(about["url"], "https://desk.acme.example/desk/cases/REP-2");
    assert_eq!(about["severity"]["claimed"], "high");
    for each in &got {
        assert!(!each.text.to_lowercase().contains("canary"), "{}", each.text);
    }
    // Titles go where somebody said so.
    let mut with_titles = wish(&receiver.url("/ok"));
    with_titles["titles"] = json!(true);
    let path = format!("/api/v1/webhooks/{}", added["id"].as_str().unwrap());
    program.json(Method::PUT, &path, &with_titles).header("if-match", "\"1\"").send().await.is(200);
    program.json(Method::PUT, &path, &with_titles).header("if-match", "\"1\"").send().await.is(412);
    house.act(act(case, owner, ("accept", json!({})))).await.unwrap();
    send(&house).await;
    assert_eq!(receiver.got()[0].body()["data"]["case"]["title"], "Canary of the title");
}

#[tokio::test]
async fn restricted_cases_and_other_programmes_are_not_sent() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let (_site, program) = program(&house, owner).await;
    add(&program, &wish(&receiver.url("/ok"))).await;
    let case = house.report("Names leak", None).await.id;
    let db = house.db().clone();
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (owner, [owner].into())).await }))
        .await;
    done.unwrap();
    house.act(act(case, owner, ("triage", json!({})))).await.unwrap();
    send(&house).await;
    assert!(receiver.got().is_empty());
    // One that hears of another programme only, one that hears of messages only: neither hears of this.
    let other = Some(domain::ProgrammeId::from_uuid(Uuid::from_u128(7)));
    for (path, programme, kinds) in
        [("/other", other, outbound::Kind::every()), ("/messages", None, outbound::Kind::CaseMessage.bit())]
    {
        let (db, url) = (house.db().clone(), receiver.url(path));
        let wish = outbound::Wish { label: path.into(), url, programme, kinds, titles: false };
        let added: Result<_, db::DbError> =
            house.db().write(move |tx| Box::pin(async move { outbound::add(tx, &db, (owner, wish)).await })).await;
        added.unwrap().unwrap();
    }
    let open = house.report("Open to all", None).await.id;
    house.act(act(open, owner, ("triage", json!({})))).await.unwrap();
    house.act(act(open, owner, ("ask", json!({"text": "Which version?"})))).await.unwrap();
    send(&house).await;
    let got = receiver.got();
    let heard = |path: &str| -> BTreeSet<String> {
        let of = got.iter().filter(|each| each.path == path);
        of.map(|each| each.body()["type"].as_str().unwrap().to_owned()).collect()
    };
    let all = ["case.message", "case.opened", "case.state_changed"].map(str::to_owned);
    assert_eq!(heard("/ok"), all.into());
    assert_eq!((heard("/other"), heard("/messages")), (BTreeSet::new(), ["case.message".to_owned()].into()));
    let nowhere = json!({ "label": "x", "url": receiver.url("/ok"), "events": ["case.opened"],
                          "programme": Uuid::from_u128(7).to_string() });
    let refused = program.json(Method::POST, "/api/v1/webhooks", &nowhere).header("idempotency-key", "k").send().await;
    refused.is(422);
}

#[tokio::test]
async fn wishes_that_cannot_be_are_refused_with_what_was_typed() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let (site, program) = program(&house, owner).await;
    for (field, url, events) in [
        ("/url", "ftp://hooks.example.com/", json!(["case.opened"])),
        ("/url", "https://10.0.0.1/", json!(["case.opened"])),
        ("/url", "https://user:word@hooks.example.com/", json!(["case.opened"])),
        ("/events", "https://hooks.example.com/", json!([])),
        ("/events", "https://hooks.example.com/", json!(["webhook.test"])),
    ] {
        let wish = json!({ "label": "Chat", "url": url, "events": events });
        let answer = program.json(Method::POST, "/api/v1/webhooks", &wish).header("idempotency-key", url).send().await;
        let answer = answer.is(422).json();
        assert_eq!(answer["errors"][0]["field"], field, "{answer}");
    }
    let browser = house.browser(&site, owner).await;
    let form = browser.form("/desk/webhooks/new").await;
    let again = form.fill("label", "Our chat").fill("url", "https://192.168.1.1/x").fill("kinds", "case.opened");
    again.submit().await.is(422).says("is not reached: it is private").says("Our chat").says("https://192.168.1.1/x");
}

#[tokio::test]
async fn everything_can_be_done_on_the_pages() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let browser = house.browser(&site, owner).await;
    browser.get("/desk/webhooks").await.is(200).says("No webhook yet");
    let form =
        browser.form("/desk/webhooks/new").await.fill("label", "Our chat").fill("url", &receiver.url("/ordered"));
    let shown = form.fill("kinds", "case.opened").submit().await.is(200);
    shown.says("whsec_");
    let list = browser.get("/desk/webhooks").await.is(200);
    let list = list.says("Our chat").is_silent_about("whsec_");
    let id = list.text.split("href=\"/desk/webhooks/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let href = format!("/desk/webhooks/{id}");
    receiver.order("order 503");
    press(&browser, (&href, "/test"), &[]).await.leads_to(&href);
    assert_eq!(send(&house).await.later, 1);
    let page = browser.get(&href).await.is(200);
    page.says("webhook.test").says("503 answer 503").says("Last try failed").is_silent_about("whsec_");
    // So often that it is put aside, and not so long that the endpoint is stopped.
    for _ in 0..110 {
        house.t.clock.advance(Span::from_hours(1));
        send(&house).await;
    }
    let browser = house.browser(&site, owner).await;
    browser.get(&href).await.is(200).says("Given up: 503");
    browser.get(&format!("{href}?show=waiting")).await.is(200).says("Nothing here");
    browser.get(&format!("{href}?show=failed")).await.is(200).says("Given up: 503");
    receiver.order("order 200");
    receiver.got();
    press(&browser, (&href, "/redeliver"), &[("delivery", "")]).await.leads_to(&href);
    assert_eq!(send(&house).await.sent, 1);
    press(&browser, (&href, "/redeliver"), &[("delivery", "")]).await.leads_to(&href);
    assert_eq!(send(&house).await.sent, 1);
    let got = receiver.got();
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    // A new secret, shown once; both sign.
    let secret = press(&browser, (&href, "/secret"), &[]).await.is(200).says("two signatures");
    assert!(secret.text.contains("whsec_"));
    press(&browser, (&href, "/test"), &[]).await.leads_to(&href);
    send(&house).await;
    assert_eq!(receiver.got()[0].header("webhook-signature").split(' ').count(), 2);
    // Paused, changed by somebody who saw an older one, let go on, and removed.
    let stale = browser.get(&href).await.is(200);
    press(&browser, (&href, ""), &[("do", "pause")]).await.leads_to(&href);
    let old = browser.forms_in(&href, &stale).into_iter().find(|form| form.action() == href).unwrap();
    old.fill("do", "pause").submit().await.is(422).says("Somebody changed this webhook");
    browser.get(&href).await.is(200).says("Paused.").says("Let it go on");
    let saved = press(&browser, (&href, ""), &[("label", "Another name"), ("do", "save")]).await;
    saved.leads_to(&href);
    press(&browser, (&href, ""), &[("do", "resume")]).await.leads_to(&href);
    browser.get(&href).await.is(200).says("Another name").is_silent_about("Let it go on");
    press(&browser, (&href, "/remove"), &[]).await.leads_to("/desk/webhooks");
    browser.get(&href).await.is(404);
    browser.get("/desk/webhooks").await.is(200).says("No webhook yet");
    let audit = house.browser(&site, owner).await.get("/desk/audit?show=house").await.is(200);
    audit.says("Webhook added").says("Webhook removed").says("Webhook secret replaced");
}

/// Sends the form of a page that goes there and has these fields.
async fn press(browser: &Client, (href, ending): (&str, &str), filled: &[(&str, &str)]) -> Answer {
    let page = browser.get(href).await.is(200);
    let path = format!("{href}{ending}");
    let has = |form: &FormWalk, name: &str| {
        name == "do" || !form.value(name).is_empty() || form.typed().iter().any(|(known, _)| known == name)
    };
    let fits = |form: &FormWalk| form.action() == path && filled.iter().all(|(name, _)| has(form, name));
    let mut form = browser.forms_in(href, &page).into_iter().find(fits).unwrap();
    for (name, value) in filled.iter().filter(|(_, value)| !value.is_empty()) {
        form = form.fill(name, value);
    }
    form.submit().await
}

#[tokio::test]
async fn programs_can_do_it_too() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let (_site, program) = program(&house, owner).await;
    let added = add(&program, &wish(&receiver.url("/ok"))).await;
    assert_eq!(add(&program, &wish(&receiver.url("/ok"))).await["id"], added["id"], "asked twice, added once");
    let path = format!("/api/v1/webhooks/{}", added["id"].as_str().unwrap());
    let listed = program.get("/api/v1/webhooks").await.is(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert!(
        listed["items"][0].get("secret").is_none() && program.get(&path).await.is(200).json().get("secret").is_none()
    );
    let send_to = |ending: &str, body: &Value| {
        program.json(Method::POST, &format!("{path}{ending}"), body).header("idempotency-key", ending).send()
    };
    let tested = program.call(Method::POST, &format!("{path}/test")).header("idempotency-key", "t").send().await;
    let delivery = tested.is(202).json()["delivery"].clone();
    assert_eq!(send(&house).await.sent, 1);
    let sent = program.get(&format!("{path}/deliveries?state=sent")).await.is(200).json();
    assert_eq!((&sent["items"][0]["id"], &sent["items"][0]["code"]), (&delivery, &json!(200)));
    assert_eq!(sent["items"][0]["webhook_id"], receiver.got()[0].header("webhook-id"));
    program.get(&format!("{path}/deliveries?state=lost")).await.is(422);
    send_to("/redeliver", &json!({ "delivery": delivery })).await.is(202);
    assert_eq!(send(&house).await.sent, 1);
    let none = program.json(Method::POST, &format!("{path}/redeliver"), &json!({ "failed_days": 3 }));
    assert_eq!(none.header("idempotency-key", "n").send().await.is(202).json()["messages"], 0);
    let replaced = send_to("/secret", &json!({ "known_to_others": true })).await.is(200).json();
    assert_ne!(replaced["secret"], added["secret"]);
    let version = replaced["version"].as_i64().unwrap();
    program.call(Method::DELETE, &path).header("if-match", "\"1\"").send().await.is(412);
    program.call(Method::DELETE, &path).header("if-match", &format!("\"{version}\"")).send().await.is(204);
    program.get(&path).await.is(404);
}

#[tokio::test]
async fn who_may_not_read_cases_has_none_sent_to_them() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let (site, program) = program(&house, owner).await;
    let added = add(&program, &wish("https://hooks.invalid/")).await;
    let path = format!("/api/v1/webhooks/{}", added["id"].as_str().unwrap());
    let narrow = house.narrow(&site, owner, vec![Permission::ManageSettings]).await;
    let mine = wish("https://hooks.invalid/mine");
    narrow.json(Method::POST, "/api/v1/webhooks", &mine).header("idempotency-key", "k").send().await.is(404);
    narrow.json(Method::PUT, &path, &mine).header("if-match", "\"1\"").send().await.is(404);
    assert_eq!(narrow.get(&path).await.is(200).json()["url"], "https://hooks.invalid/");
    let both = house.narrow(&site, owner, vec![Permission::ManageSettings, Permission::ReadCases]).await;
    both.json(Method::PUT, &path, &mine).header("if-match", "\"1\"").send().await.is(200);
}

#[tokio::test]
async fn what_a_receiver_says_again_is_shown_to_nobody_who_may_not_know_the_case() {
    let (house, receiver) = (House::new().await, Receiver::start(&[]));
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Owner).await);
    let (site, program) = program(&house, olga).await;
    let mut titled = wish(&receiver.url("/echo"));
    titled["titles"] = json!(true);
    let added = add(&program, &titled).await;
    let id = added["id"].as_str().unwrap();
    let case = house.report("Canary of the title", None).await.id;
    assert_eq!(send(&house).await.sent, 1);
    let (page, list) = (format!("/desk/webhooks/{id}"), format!("/api/v1/webhooks/{id}/deliveries"));
    house.browser(&site, theo).await.get(&page).await.is(200).says("Canary of the title");
    let db = house.db().clone();
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (olga, [olga].into())).await }))
        .await;
    done.unwrap();
    house.browser(&site, olga).await.get(&page).await.is(200).says("Canary of the title");
    house.browser(&site, theo).await.get(&page).await.is(200).says("Taken: 200").is_silent_about("Canary");
    let narrow = house.narrow(&site, olga, vec![Permission::ManageSettings]).await;
    let listed = narrow.get(&list).await.is(200).json();
    assert_eq!((&listed["items"][0]["code"], &listed["items"][0]["answer"]), (&json!(200), &Value::Null));
}

#[tokio::test]
async fn what_happens_while_a_webhook_is_stopped_is_made_up_for_and_while_it_is_paused_not() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let (_site, program) = program(&house, owner).await;
    let added = add(&program, &wish(&receiver.url("/ordered"))).await;
    let path = format!("/api/v1/webhooks/{}", added["id"].as_str().unwrap());
    receiver.order("order 410");
    house.report("Meets the end", None).await;
    send(&house).await;
    assert_eq!(program.get(&path).await.is(200).json()["state"], "disabled");
    receiver.order("order 200");
    receiver.got();
    house.report("Comes meanwhile", None).await;
    assert_eq!(send(&house).await, Round::default());
    let version = |n: i64| format!("\"{n}\"");
    let mut sent = wish(&receiver.url("/ordered"));
    program.json(Method::PUT, &path, &sent).header("if-match", &version(1)).send().await.is(200);
    assert_eq!(send(&house).await.sent, 1, "it waited");
    sent["paused"] = json!(true);
    program.json(Method::PUT, &path, &sent).header("if-match", &version(2)).send().await.is(200);
    house.report("Nobody asked for it", None).await;
    house.tell().await;
    sent["paused"] = json!(false);
    program.json(Method::PUT, &path, &sent).header("if-match", &version(3)).send().await.is(200);
    assert_eq!(send(&house).await, Round::default());
}

/// Reports something that meets the end of a receiver, which stops the webhook.
async fn stop(house: &House, receiver: &mut Receiver) {
    receiver.order("order 410");
    house.report("Canary of the end", None).await;
    send(house).await;
}

#[tokio::test]
async fn what_a_webhook_is_narrowed_to_holds_for_what_waits() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let (_site, program) = program(&house, owner).await;
    let mut titled = wish(&receiver.url("/ordered"));
    titled["titles"] = json!(true);
    let added = add(&program, &titled).await;
    let path = format!("/api/v1/webhooks/{}", added["id"].as_str().unwrap());
    stop(&house, &mut receiver).await;
    let case = house.report("Canary of the title", None).await.id;
    house.act(act(case, owner, ("triage", json!({})))).await.unwrap();
    assert_eq!(send(&house).await, Round::default());
    assert!(receiver.got()[0].text.contains("Canary of the end"), "it was to carry titles");
    receiver.order("order 200");
    // Another receiver, which is to have no titles and hears of new reports only.
    let narrowed = json!({ "label": "Chat", "url": receiver.url("/ok"), "events": ["case.opened"] });
    program.json(Method::PUT, &path, &narrowed).header("if-match", "\"1\"").send().await.is(200);
    let again = |key: &str| {
        let again = program.json(Method::POST, &format!("{path}/redeliver"), &json!({ "failed_days": 3 }));
        again.header("idempotency-key", key).send()
    };
    again("one").await.is(202);
    let round = send(&house).await;
    assert_eq!((round.sent, round.dropped), (2, 1), "both reports, and not what became of one");
    for each in receiver.got() {
        assert_eq!(each.body()["type"], "case.opened");
        assert!(!each.text.contains("Canary"), "{}", each.text);
        assert!(each.body()["data"]["case"]["number"].as_str().unwrap().starts_with("REP-"), "{}", each.text);
    }
    // One that waits when the webhook is narrowed to another programme.
    house.report("Canary of this programme", None).await;
    house.tell().await;
    let (db, id) = (house.db().clone(), added["id"].as_str().unwrap().parse().unwrap());
    let narrowed: Result<bool, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let there = outbound::endpoint(tx, &db, id).await?.unwrap();
                let programme = Some(domain::ProgrammeId::from_uuid(Uuid::from_u128(7)));
                let wish = outbound::Wish { programme, ..there.wish };
                outbound::change(tx, &db, (owner, id, there.version), (wish, None)).await
            })
        })
        .await;
    assert!(narrowed.unwrap());
    assert_eq!(send(&house).await, Round { dropped: 1, ..Round::default() });
    assert!(receiver.got().is_empty());
}

#[tokio::test]
async fn a_stopped_webhook_that_is_mended_goes_on_collecting() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let (site, program) = program(&house, owner).await;
    let added = add(&program, &wish(&receiver.url("/ordered"))).await;
    let id = added["id"].as_str().unwrap();
    let (href, path) = (format!("/desk/webhooks/{id}"), format!("/api/v1/webhooks/{id}"));
    stop(&house, &mut receiver).await;
    receiver.got();
    let browser = house.browser(&site, owner).await;
    let mended = receiver.url("/ok");
    press(&browser, (&href, ""), &[("url", &mended), ("do", "save")]).await.leads_to(&href);
    let state = program.get(&path).await.is(200).json();
    assert_eq!((&state["state"], &state["url"]), (&json!("disabled"), &json!(mended)));
    // A program that sends back what it was told pauses nothing either.
    let back = json!({ "label": "Chat", "url": mended, "events": state["events"], "paused": state["paused"] });
    program.json(Method::PUT, &path, &back).header("if-match", "\"2\"").send().await.is(200);
    house.report("Comes after it was mended", None).await;
    assert_eq!(send(&house).await, Round::default());
    press(&browser, (&href, ""), &[("do", "resume")]).await.leads_to(&href);
    assert_eq!(send(&house).await.sent, 1, "it waited");
    assert_eq!(receiver.got().len(), 1);
}

#[tokio::test]
async fn a_pager_hears_of_each_alarm_once_and_of_none_of_a_restricted_case() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    house.t.clock.set("2026-11-22T00:00:00Z".parse().unwrap());
    let owner = house.person("Olga", Role::Owner).await;
    let (_site, program) = program(&house, owner).await;
    let pager = json!({ "label": "Pager", "url": receiver.url("/ok"), "events": ["case.alarm"] });
    add(&program, &pager).await;
    let low = json!({"title": "Canary of the title", "summary": "It works.", "severity": "low", "source": "form"});
    let case = house.open(low.clone(), None).await.id;
    let hidden = house.open(low, None).await.id;
    let db = house.db().clone();
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, hidden, (owner, [owner].into())).await }))
        .await;
    done.unwrap();
    let alarms = async |receiver: &mut Receiver| -> Vec<Value> {
        desk::alert::watch(house.db(), (domain::Ts::from_micros(0), None)).await.unwrap();
        send(&house).await;
        receiver.got().iter().map(Got::body).collect()
    };
    assert_eq!(alarms(&mut receiver).await, Vec::<Value>::new(), "nothing came about");
    house.act(act(case, owner, ("mark-exploited", json!({"evidence": "Seen in the logs."})))).await.unwrap();
    let told = alarms(&mut receiver).await;
    assert_eq!(
        (told.len(), &told[0]["type"], &told[0]["data"]["alarm"]["kind"]),
        (1, &json!("case.alarm"), &json!("exploited"))
    );
    assert_eq!(told[0]["data"]["case"]["number"], "REP-1");
    assert!(told[0]["data"]["alarm"]["clock"].is_null() && told[0]["data"].get("event").is_none());
    assert!(!told[0].to_string().contains("Canary"));
    // Nobody looked for an hour: people may be told again, programs are not.
    house.t.clock.advance(Span::from_hours(1));
    assert_eq!(alarms(&mut receiver).await, Vec::<Value>::new());
    house.t.clock.set("2026-11-22T19:12:00Z".parse().unwrap());
    let told = alarms(&mut receiver).await;
    let soon = json!({ "kind": "soon", "clock": "first-response", "since": told[0]["timestamp"] });
    assert_eq!((told.len(), &told[0]["data"]["alarm"]), (1, &soon));
    house.t.clock.set("2026-11-23T00:00:01Z".parse().unwrap());
    let told = alarms(&mut receiver).await;
    assert_eq!((told.len(), &told[0]["data"]["alarm"]["kind"]), (1, &json!("late")));
}

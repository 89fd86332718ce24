//! Programmes as the desk edits them: versions, previews, two at once, and what is taken at the moment.
#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking")]

use crate::support::{FORM, House, LEAST, REPORTS, brief, send, walk};
use axum::http::Method;
use bounty::programme::{self, Brief};
use domain::{Actor, Grant, Intake, Permission, PersonId, Role, Scope, Span, Who};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Caller;
use web::testing::{Answer, Client};

const LIST: &str = "/desk/settings/programmes";
const MAIN: &str = "/desk/settings/programmes/main";

fn desk(house: &House) -> Client {
    let client = house.site.client();
    client.set_cookie("__Host-leeward-desk", "staff");
    client
}

/// The button that is pressed.
async fn press(client: &Client, path: &str, word: &str, typed: &[(&str, &str)]) -> Answer {
    let mut form = client.form_to(path, path).await.forge("do", word);
    for (name, value) in typed {
        form = form.fill(name, value);
    }
    form.submit().await
}

async fn takes(house: &House, intake: Intake) {
    programme::install(&house.test.db, Brief { intake, ..brief() }).await.unwrap();
}

fn report(more: &Value) -> Value {
    let mut report = json!({"title": "Token survives", "summary": "Old tokens still work."});
    report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    report
}

async fn sent(client: &Client, key: &str, body: &Value) -> Answer {
    client.json(Method::POST, REPORTS, body).header("idempotency-key", key).send().await
}

#[tokio::test]
async fn a_programme_is_made_previewed_changed_and_every_version_stays() {
    let house = House::new().await;
    let client = desk(&house);
    let new = format!("{LIST}/new");
    let typed = [
        ("name", "Model behaviour"),
        ("slug", "models"),
        ("brief", "# About\n\nSay **what** you saw. <script>alert(1)</script>"),
        ("in_scope", "chat.acme.example\r\n\r\n  api.acme.example  "),
        ("exclusions", "Rude words alone"),
        ("rules", "- Use accounts of your own."),
        ("disclosure", "Ninety days."),
        ("first_answer_days", "2"),
    ];
    let seen = press(&client, &new, "preview", &typed).await.is(200).says("Nothing is saved yet");
    seen.says("<strong>what</strong>").is_silent_about("<script>alert").says("Not a finding here");
    client.get("/programs/models").await.is(404);
    press(&client, &new, "save", &typed).await.is(303).leads_to(&format!("{LIST}/models"));
    let page =
        client.get("/programs/models").await.is(200).says("<strong>what</strong>").says("Use accounts of your own");
    page.says("Rude words alone").says("Ninety days").says("within 2 days").is_silent_about("Go no further");
    client.get("/programs").await.is(200).says("Model behaviour").says("Say **what** you saw");

    let models = format!("{LIST}/models");
    press(&client, &models, "save", &[("in_scope", "chat.acme.example\nnew.acme.example")]).await.is(303);
    // The same once more is no version.
    press(&client, &models, "save", &[]).await.is(303);
    client
        .get(&format!("{models}/versions"))
        .await
        .is(200)
        .says("in force")
        .says("versions/1")
        .is_silent_about("versions/3");
    let second = client.get(&format!("{models}/versions/2")).await.is(200);
    second.says("In scope, added: new.acme.example").says("In scope, taken out: api.acme.example").says("in force");
    client.get(&format!("{models}/versions/1")).await.is(200).says("api.acme.example").says(", until ");
    client.get(&format!("{models}/versions/3")).await.is(404);
    client.get(&format!("{LIST}/none")).await.is(404);
    client.get(LIST).await.is(200).says("Model behaviour").says("2 in, 0 out");
}

#[tokio::test]
async fn the_second_of_two_editors_is_told_and_keeps_what_they_typed() {
    let house = House::new().await;
    let client = desk(&house);
    let (first, second) = (client.form_to(MAIN, MAIN).await, client.form_to(MAIN, MAIN).await);
    first.fill("name", "Acme one").forge("do", "save").submit().await.is(303);
    let told = second.fill("name", "Acme two").forge("do", "save").submit().await;
    told.says("Somebody changed this programme since you opened it").says("Acme two");
    client.get("/programs/main").await.is(200).says("Acme one").is_silent_about("Acme two");
    // Pressed twice, a new programme is one.
    let new = format!("{LIST}/new");
    let form = || async { client.form_to(&new, &new).await.fill("name", "B").fill("slug", "b").forge("do", "save") };
    let page = form().await;
    let key = page.value("idempotency").to_owned();
    page.submit().await.is(303);
    form().await.forge("idempotency", &key).submit().await.is(303).leads_to(&format!("{LIST}/b"));
    form().await.submit().await.is(422).says("Another programme has this address");
}

#[tokio::test]
async fn what_cannot_be_is_told_beside_what_was_typed() {
    let house = House::new().await;
    let client = desk(&house);
    let many = (0..10_001).map(|n| format!("{n}.acme.example")).collect::<Vec<_>>().join("\n");
    let told = press(&client, MAIN, "save", &[("in_scope", &many), ("first_answer_days", "soon")]).await.is(422);
    told.says("Write a number from 1 to 90").says("10000.acme.example").says("soon");
    press(&client, MAIN, "save", &[("in_scope", &many)]).await.is(422).says("Write at most 10,000 lines");
    press(&client, MAIN, "save", &[("name", " ")]).await.is(422).says("Write 1 to 120 characters");
    // At the limits it is taken: a brief of 500,000 characters, a scope of 10,000 rows.
    let whole = many.rsplit_once('\n').unwrap().0;
    let words = "word ".repeat(100_000);
    press(&client, MAIN, "save", &[("in_scope", whole), ("brief", &words)]).await.is(303);
    client.get("/programs/main").await.is(200).says("9999.acme.example");
}

#[tokio::test]
async fn the_configuration_file_rules_until_the_desk_changes_something() {
    let house = House::new().await;
    let named = |name: &str| Brief { name: name.into(), ..brief() };
    programme::install(&house.test.db, named("Of the file")).await.unwrap();
    let client = desk(&house);
    client.get("/programs/main").await.says("Of the file");
    press(&client, MAIN, "save", &[("name", "Of the desk")]).await.is(303);
    programme::install(&house.test.db, named("Of the file again")).await.unwrap();
    client.get("/programs/main").await.says("Of the desk").is_silent_about("Of the file");
    client.get(&format!("{MAIN}/versions")).await.is(200).says("the configuration file");
}

#[tokio::test]
async fn a_report_keeps_the_text_under_which_it_came() {
    let house = House::new().await;
    let client = desk(&house);
    let reporter = house.site.client();
    let check = walk(&reporter, &LEAST, &[]).await.is(200);
    press(&client, MAIN, "save", &[("in_scope", "second.acme.example")]).await.is(303);
    send(&reporter, &check).await.is(200);
    house.test.clock.advance(Span::from_seconds(60));
    press(&client, MAIN, "save", &[("in_scope", "third.acme.example")]).await.is(303);
    let brief = client.get("/desk/cases/REP-1/brief").await.is(200);
    // It was in force when the report was sent, though not when the form was opened.
    brief.says("version 2").says("second.acme.example").says("REP-1").is_silent_about("third.acme.example");
    house.site.client().get("/desk/cases/REP-1/brief").await.is(303);
}

#[tokio::test]
async fn a_closed_programme_takes_nothing_new_and_loses_no_word() {
    let house = House::new().await;
    let client = house.site.client();
    let check = walk(&client, &LEAST, &[]).await.is(200);
    takes(&house, Intake::Closed).await;
    client.get("/programs/main").await.is(200).says("No new reports").is_silent_about("Report a weakness");
    client.get("/").await.is(200).says("It takes no new reports at the moment");
    client.get(FORM).await.is(303).leads_to("/programs/main");
    let told = send(&client, &check).await.is(409).says("Not sent.").says("takes no new reports");
    told.says("Token survives a new password").says("the code opens it for 7 days");
    sent(&client, "closed", &report(&json!({}))).await.is(409).says("takes no new reports");
    assert_eq!(house.count("cases").await, 0);
    // Once it is open again, the same form sends it.
    takes(&house, Intake::Open).await;
    send(&client, &check).await.is(200);
    assert_eq!(house.count("cases").await, 1);
}

#[tokio::test]
async fn critical_reports_with_proof_are_still_accepted_where_the_programme_says_so() {
    let house = House::new().await;
    takes(&house, Intake::Critical).await;
    let client = house.site.client();
    client.get("/programs/main").await.is(200).says("Only what is critical").says("Report a weakness");
    client.get(FORM).await.is(200).says("Only what is critical");
    let refused = [json!({}), json!({"severity": "critical"}), json!({"severity": "high", "proof": "here"})];
    for (n, more) in refused.iter().enumerate() {
        sent(&client, &format!("no{n}"), &report(more)).await.is(409).says("only reports of critical");
    }
    sent(&client, "blank", &report(&json!({"severity": "critical", "proof": "  "}))).await.is(409);
    sent(&client, "yes", &report(&json!({"severity": "critical", "proof": "HTTP/1.1 200"}))).await.is(201);
    // A file is proof as well.
    let words = [LEAST[0], LEAST[1], ("severity", "critical")];
    let bare = walk(&client, &words, &[]).await.is(200);
    send(&client, &bare).await.is(409).says("with proof");
    let check = walk(&client, &words, &[("log.txt", b"GET / 200")]).await.is(200);
    send(&client, &check).await.is(200);
    assert_eq!(house.count("cases").await, 2);
}

fn token(role: Role, scope: Permission) -> Caller {
    let person = PersonId::from_uuid(Uuid::from_u128(7));
    let actor = Actor { who: Who::Person(person), grants: vec![Grant { role, scope: Scope::House }] };
    Caller::Token { actor, scopes: vec![scope] }
}

#[tokio::test]
async fn programs_make_and_change_programmes() {
    let house = House::new().await;
    let callers = vec![("admin".to_owned(), token(Role::Admin, Permission::ManageSettings))];
    let site = house.site_of(callers).await;
    let client = site.client().token("admin");
    let made = |name: &str| {
        json!({"slug": "models", "name": name, "brief": "", "in_scope": ["a.test"], "out_of_scope": [],
            "first_answer_days": 5, "contact": "", "intake": "critical"})
    };
    let post = |key: &'static str, body: Value| {
        let call = client.json(Method::POST, "/api/v1/programs", &body).header("idempotency-key", key);
        async move { call.send().await }
    };
    let first = post("a", made("Models")).await.is(201);
    assert_eq!((first.header("etag"), &first.json()["version"]), ("\"1\"", &json!(1)));
    post("a", made("Models")).await.is(201);
    post("a", made("Others")).await.is(409);
    post("b", made("Models")).await.is(422).says("Another programme has this address");
    let put = |seen: &'static str, body: Value| {
        let call = client.json(Method::PUT, "/api/v1/programs/models", &body).header("if-match", seen);
        async move { call.send().await }
    };
    assert_eq!(put("\"1\"", made("Models 2")).await.is(200).json()["version"], json!(2));
    put("\"1\"", made("Models 3")).await.is(412);
    let mut moved = made("Models 3");
    moved["slug"] = json!("elsewhere");
    put("\"2\"", moved).await.is(422).says("keeps its address");
    let shown = site.client().get("/api/v1/programs/models").await.is(200).json();
    assert_eq!((&shown["intake"], &shown["name"]), (&json!("critical"), &json!("Models 2")));
}

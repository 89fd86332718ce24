//! Writing on a case: Markdown, the look before it is kept, what must not be in it, people it names.

use crate::support::{House, act, code};
use axum::http::Method;
use domain::{CaseId, PersonId, Role, Span};
use serde_json::json;
use web::testing::Client;

async fn restrict(house: &House, case: CaseId, by: PersonId) {
    let db = house.db().clone();
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { desk::engine::restrict(tx, &db, case, (by, [by].into())).await }))
        .await;
    done.unwrap();
}

async fn note(browser: &Client, at: &str, text: &str) -> web::testing::Answer {
    browser.form_to(&format!("{at}?write=team"), &format!("{at}/notes")).await.fill("note", text).submit().await
}

#[tokio::test]
async fn words_are_markdown_and_nothing_in_them_runs_or_is_fetched() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let steps = "1. Go\n2. See <img src=x onerror=alert(1)>\n\n![shot](https://evil.example/a.png)";
    let case = house
        .open(json!({ "title": "T", "summary": "It **works**", "steps": steps, "source": "form" }), Some(code(1)))
        .await;
    let hidden = house.report("Hidden", None).await;
    let other = house.report("Other", None).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    restrict(&house, hidden.id, tomas).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let page = browser.get(&at).await.is(200).says("It <strong>works</strong>").says("<li>Go</li>");
    let page = page.says("&lt;img src=x onerror=alert(1)&gt;").says("image: shot</a> <small>(evil.example)</small>");
    page.is_silent_about("<img");
    let text = format!("Like {}, unlike {} and REP-999", other.name, hidden.name);
    note(&browser, &at, &text).await.leads_to(&format!("{at}#write"));
    let page = browser.get(&at).await;
    let page = page.says(&format!("<a href=\"/desk/cases/{}\" rel=\"noopener nofollow\">", other.name));
    page.is_silent_about(&format!("/desk/cases/{}\"", hidden.name)).is_silent_about("/desk/cases/REP-999");
    // At the return door names of cases stay words.
    let reply = format!("# Thank you\nSee {} and [this](https://docs.acme.example/x)", other.name);
    let form = browser.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
    form.fill("message", &reply).submit().await.is(303);
    house.t.clock.advance(Span::from_seconds(10));
    house.run_jobs().await;
    let me = house.reporter(&site, &code(1)).await;
    let page = me.get("/case/mine").await.says("<h4>Thank you</h4>").says("<small>(docs.acme.example)</small>");
    page.is_silent_about("/desk/cases/");
}

#[tokio::test]
async fn what_leaves_is_looked_at_first() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let form = browser.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
    let look = form.fill("message", "It is **fixed**").to(&format!("{at}/replies/preview")).submit().await.is(200);
    let look = look.says("What they will read").says("It is <strong>fixed</strong>").says("they gave no address");
    let look = look.says("Send to the reporter</button>").says("It is **fixed**</textarea>");
    // It answers a form, so what leads to an entry names the page.
    look.says(&format!("href=\"{at}?at=1#e-1\"")).says(&format!("data-href=\"{at}\"")).is_silent_about("href=\"?at=");
    browser.get(&at).await.is_silent_about("It is <strong>fixed");
    let form = browser.form_to(&format!("{at}?write=team"), &format!("{at}/notes")).await;
    let look = form.clone().fill("note", "`x`").to(&format!("{at}/notes/preview")).submit().await.is(200);
    look.says("What the team will read").says("<code>x</code>").says("composer land");
    form.fill("note", " ").to(&format!("{at}/notes/preview")).submit().await.is(422).says("Write something first");
}

#[tokio::test]
async fn secrets_of_ours_are_refused_at_every_door() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let secret = format!("Their code is {}", code(9));
    note(&browser, &at, &secret).await.is(422).says("has a return code in it").says(&secret);
    let form = browser.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
    form.fill("message", &secret).submit().await.is(422).says("has a return code in it").says(&secret);
    let ask = browser.form_to(&at, &format!("{at}/actions/ask")).await.fill("ask.text", &secret).submit().await.is(422);
    ask.says("has a return code in it");
    let program = house.program(&site, ines, Role::Triager).await;
    let sent = program.json(
        Method::POST,
        &format!("/api/v1/cases/{}/messages", case.id),
        &json!({ "body": secret, "audience": "team" }),
    );
    let refused = sent.header("idempotency-key", "1").send().await.is(422).json();
    assert_eq!(refused["errors"][0]["field"], "/body");
    let me = house.reporter(&site, &code(1)).await;
    let form = me.form_to("/case/mine", "/case/mine/messages").await.fill("message", &secret);
    form.submit().await.is(422).says("has a return code in it");
    browser.get(&at).await.is_silent_about(&code(9).to_string());
}

#[tokio::test]
async fn a_note_that_names_somebody_who_cannot_read_it_says_so_once() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    house.person("Tomas", Role::Triager).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    note(&browser, &at, "@tomas look").await.is(303);
    restrict(&house, case.id, ines).await;
    let warned = note(&browser, &at, "@tomas look again").await.is(422);
    let warned = warned.says("Tomas cannot see this case and is not told of this").says("@tomas look again</textarea>");
    let form = browser.forms_in(&at, &warned.says("Save it all the same"));
    let form = form.into_iter().find(|form| form.action() == format!("{at}/notes")).unwrap();
    form.also("anyway", "yes").submit().await.leads_to(&format!("{at}#write"));
    let program = house.program(&site, ines, Role::Triager).await;
    let path = format!("/api/v1/cases/{}/messages", case.id);
    let sent = program.json(Method::POST, &path, &json!({ "body": "cc @Tomas", "audience": "team" }));
    let reply = sent.header("idempotency-key", "1").send().await.is(201).json();
    assert_eq!(reply["not_told"], json!(["Tomas"]));
}

#[tokio::test]
async fn facts_say_what_they_were_before() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let steps = [
        ("triage", json!({})),
        ("set-severity", json!({ "severity": "medium", "reason": "Needs a click." })),
        ("set-severity", json!({ "severity": "critical" })),
    ];
    for step in steps {
        house.act(act(case.id, ines, step)).await.unwrap();
    }
    house.give(case.id, ines).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = browser.get(&format!("/desk/cases/{}", case.name)).await.is(200).says("changed 2 times");
    let page = page.says("<span class=\"dim\">High, as claimed</span> → Medium");
    page.says("<span class=\"dim\">Medium</span> → Critical").says("<span class=\"dim\">nothing</span> → Ines");
    let program = house.program(&site, ines, Role::Triager).await;
    let history = program.get(&format!("/api/v1/cases/{}/history", case.name)).await.is(200).json();
    let changes: Vec<String> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| format!("{} {} {}", change["field"], change["from"], change["to"]))
        .collect();
    let expected = [
        "\"state\" \"New\" \"Valid\"",
        "\"severity\" \"High, as claimed\" \"Medium\"",
        "\"severity\" \"Medium\" \"Critical\"",
    ];
    assert_eq!(changes[..3], expected);
    assert_eq!(changes[3], format!("\"owner\" null \"{ines}\""));
}

#[tokio::test]
async fn a_case_links_to_issues_of_the_tracker() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let issues = format!("{at}/issues");
    let add = async |url: &str| browser.form_to(&at, &issues).await.fill("url", url).submit().await;
    add("ftp://git.acme.example").await.is(422).says("begins with https://").says("ftp://git.acme.example");
    add("https://git.acme.example/api/issues/7").await.leads_to(&format!("{at}#issues"));
    add("https://git.acme.example/api/issues/7").await.is(422).says("linked already");
    let page = browser.get(&at).await.says("<b>git.acme.example</b>/api/issues/7").says("changed once");
    page.says("Linked to https://git.acme.example/api/issues/7, by Ines");
    house.reporter(&site, &code(1)).await.get("/case/mine").await.is_silent_about("git.acme.example");
    let program = house.program(&site, ines, Role::Triager).await;
    let path = format!("/api/v1/cases/{}/issues", case.name);
    let listed = program.get(&path).await.is(200);
    let tag = listed.header("etag").to_owned();
    let new = |tag: &str, key: &str| {
        let call = program.json(Method::POST, &path, &json!({ "url": "https://git.acme.example/web/8" }));
        call.header("if-match", tag).header("idempotency-key", key)
    };
    new("\"1\"", "a").send().await.is(412);
    let made = new(&tag, "b").send().await.is(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(new(&tag, "b").send().await.is(201).json(), made.json());
    let gone = program.call(Method::DELETE, &format!("{path}/{id}")).header("if-match", made.header("etag"));
    gone.send().await.is(200);
    assert_eq!(program.get(&path).await.json()["items"].as_array().unwrap().len(), 1);
    browser.form_to(&at, &format!("{issues}/remove")).await.submit().await.is(303);
}

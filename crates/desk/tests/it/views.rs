//! Saved views and marks of what is new: whose they are, what the desk opens with, what a colleague may change.

use crate::support::{House, act};
use axum::http::Method;
use desk::engine;
use domain::{Grant, Role, Scope, Span};
use serde_json::json;
use web::testing::Client;

#[tokio::test]
async fn a_view_is_kept_opens_the_desk_and_goes_again() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let bad = json!({ "title": "A bad one", "summary": "S", "source": "form", "severity": "critical" });
    house.open(bad, None).await;
    house.report("Another one", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let list = "/desk?severity=critical&sort=newest";
    let form = browser.form_to(list, "/desk/views").await.fill("name", " Worst  first ").forge("first", "yes");
    let answer = form.submit().await;
    let href = answer.header("location").to_owned();
    assert!(href.starts_with("/desk?view="), "{href}");
    let page = browser.get("/desk").await.is(200).says("A bad one");
    page.is_silent_about("Another one").says("Worst first").is_silent_about("Keep this as a view");
    browser.get("/desk?state=open").await.is(200).says("Another one");
    browser.get("/desk/views").await.is(200).says("opens the desk").says("open · critical · first: newest");
    let other = house.browser(&site, tomas).await;
    other.get("/desk").await.is(200).is_silent_about("Worst first").says("Another one");
    let id = href.trim_start_matches("/desk?view=").to_owned();
    other.get(&href).await.is(200).says("Another one");
    let change = format!("/desk/views/{id}");
    browser.form_to("/desk/views", "/desk/views/first").await.submit().await.leads_to("/desk/views");
    browser.get("/desk").await.is(200).says("Another one");
    let named = |name: &'static str| {
        let browser = &browser;
        let change = &change;
        async move { browser.form_to("/desk/views", change).await.fill("name", name).submit().await }
    };
    let blank = named("  ").await;
    blank.is(422).says("Give the view a name");
    named("Renamed").await.leads_to("/desk/views");
    browser.get("/desk").await.is(200).says("Renamed <span class=\"n\">1</span></a>");
    let remove = browser.form_to("/desk/views", &format!("{change}/remove")).await;
    remove.submit().await.leads_to("/desk/views");
    browser.get("/desk/views").await.is(200).says("No views yet.");
}

#[tokio::test]
async fn the_team_has_views_of_those_who_may_share() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let ines = house.person("Ines", Role::Triager).await;
    house.report("One", None).await;
    let site = house.site().await;
    let owner = house.program(&site, olga, Role::Owner).await;
    let triager = house.program(&site, ines, Role::Triager).await;
    let shared = json!({ "name": "Late ones", "filter": { "due": "late" }, "shared": true });
    triager.json(Method::POST, "/api/v1/views", &shared).send().await.is(404);
    let post = |owner: &Client| owner.json(Method::POST, "/api/v1/views", &shared).header("idempotency-key", "one");
    let made = post(&owner).send().await.is(201).json();
    let path = format!("/api/v1/views/{}", made["id"].as_str().unwrap());
    let seen = triager.get("/api/v1/views").await.is(200).json();
    assert_eq!(
        (seen["items"][0]["name"].as_str(), seen["items"][0]["shared"].as_bool()),
        (Some("Late ones"), Some(true))
    );
    let list = format!("/api/v1/cases?view={}", made["id"].as_str().unwrap());
    assert_eq!(triager.get(&list).await.is(200).json()["items"], json!([]));
    house.t.clock.advance(Span::from_days(30));
    let triager = house.program(&site, ines, Role::Triager).await;
    let owner = house.program(&site, olga, Role::Owner).await;
    assert_eq!(triager.get(&list).await.is(200).json()["items"].as_array().unwrap().len(), 1);
    triager.json(Method::PUT, &path, &shared).header("if-match", "\"1\"").send().await.is(404);
    owner.json(Method::PUT, &path, &shared).header("if-match", "\"7\"").send().await.is(412);
    triager.call(Method::DELETE, &path).header("if-match", "\"1\"").send().await.is(404);
    owner.call(Method::DELETE, &path).header("if-match", "\"1\"").send().await.is(204);
    triager.get(&list).await.is(422);
    assert_eq!(post(&owner).send().await.is(201).json(), made, "the same key has the same answer, whatever came after");
    owner.json(Method::POST, "/api/v1/views", &json!({ "name": " ", "filter": {} })).send().await.is(422);
}

#[tokio::test]
async fn what_happened_since_somebody_looked_is_marked() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let case = house.report("One", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    browser.get("/desk").await.is(200).says("new to you");
    browser.get(&format!("/desk/cases/{}", case.name)).await.is(200);
    house.accounts.reads().flush().await;
    browser.get("/desk").await.is(200).is_silent_about("class=\"fresh\"");
    browser.get("/desk?fresh=yes").await.is(200).says("You have seen it all. 1 waits for us.");
    browser.get("/desk?fresh=no").await.is(200).says("One</span>");
    house.act(act(case.id, tomas, ("triage", json!({})))).await.unwrap();
    browser.get("/desk").await.is(200).says(" new</b>").is_silent_about("new to you");
    browser.get("/desk?fresh=yes").await.is(200).says(" new</b>");
    house.browser(&site, tomas).await.get("/desk").await.is(200).says("new to you");
    // A program that reads for somebody is not their eye.
    house.program(&site, ines, Role::Triager).await.get(&format!("/api/v1/cases/{}", case.name)).await.is(200);
    house.accounts.reads().flush().await;
    browser.get("/desk").await.is(200).says(" new</b>");
}

#[tokio::test]
async fn single_keys_can_be_switched_off() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    browser.get("/desk").await.is(200).is_silent_about("data-keys=\"off\"");
    let form = browser.form_to("/desk/views", "/desk/keys-on-the-desk").await.forge("keys", "off");
    form.submit().await.leads_to("/desk/views#keys");
    browser.get("/desk").await.is(200).says("data-keys=\"off\"");
    let form = browser.form_to("/desk/views", "/desk/keys-on-the-desk").await.forge("keys", "on");
    form.submit().await.leads_to("/desk/views#keys");
    browser.get("/desk").await.is(200).is_silent_about("data-keys=\"off\"");
}

/// The number on the tab of a view.
fn number(html: &str, label: &str) -> Option<usize> {
    let tabs = html.split("aria-label=\"Views\">").nth(1).unwrap().split("</nav>").next().unwrap();
    let tab = tabs.split("</a>").find(|tab| tab.contains(&format!(">{label}"))).unwrap();
    tab.split("<span class=\"n\">").nth(1)?.split('<').next()?.parse().ok()
}

#[tokio::test]
async fn views_say_how_many_cases_they_show_where_that_is_cheap() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let pia = house.person_of("Pia", Grant { role: Role::Triager, scope: Scope::Programme(house.programme) }).await;
    let bad = json!({ "title": "A bad one", "summary": "S", "source": "form", "severity": "critical" });
    let (first, _, hidden) =
        (house.open(bad.clone(), None).await, house.open(bad.clone(), None).await, house.open(bad, None).await);
    let sam = house.person_of("Sam", Grant { role: Role::Guest, scope: Scope::Case(first.id) }).await;
    house.report("A plain one", None).await;
    house.give(first.id, ines).await;
    let db = house.db().clone();
    let done: Result<i64, engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, hidden.id, (tomas, [tomas].into())).await }))
        .await;
    done.unwrap();
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let browser = house.browser(&site, ines).await;
    for (name, filter, wanted) in [
        ("Bad", json!({ "severity": "critical" }), Some(2)),
        ("My bad", json!({ "severity": "critical", "owner": "me" }), Some(1)),
        ("All of mine", json!({ "state": "all", "owner": "me" }), Some(1)),
        ("Unread", json!({ "fresh": true, "sort": "newest" }), Some(3)),
        ("Low", json!({ "severity": "low" }), Some(0)),
        ("Ended", json!({ "state": "closed" }), None),
        ("Words", json!({ "text": "plain" }), None),
    ] {
        let view = json!({ "name": name, "filter": filter, "shared": false });
        let made = program.json(Method::POST, "/api/v1/views", &view).send().await.is(201).json();
        assert_eq!(number(&browser.get("/desk").await.is(200).text, name), wanted, "{name}");
        if let Some(n) = wanted {
            let list = format!("/api/v1/cases?view={}", made["id"].as_str().unwrap());
            assert_eq!(program.get(&list).await.is(200).json()["items"].as_array().unwrap().len(), n, "{name}");
        }
    }
    assert_eq!(number(&browser.get("/desk").await.text, "New to me"), Some(3));
    browser.get(&format!("/desk/cases/{}", first.name)).await.is(200);
    house.accounts.reads().flush().await;
    assert_eq!(number(&browser.get("/desk").await.text, "New to me"), Some(2));
    // Where there are many, only what an index narrows is counted.
    house.crowd(1_100).await;
    let page = browser.get("/desk?severity=critical").await.is(200).text;
    assert_eq!((number(&page, "New to me"), number(&page, "Unread"), number(&page, "Bad")), (None, None, Some(2)));
    let part = house.browser(&site, pia).await.get("/desk").await.is(200).text;
    assert_eq!(number(&part, "New to me"), Some(3), "of her programme there are few");
    let guest = house.browser(&site, sam).await.get("/desk").await.is(200).text;
    assert_eq!(number(&guest, "New to me"), None, "a guest is not told how much there is");
}

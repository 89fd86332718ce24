//! Stock answers: kept, checked, filled, and put into a reply that somebody still reads.

use super::support::{House, steady};
use axum::http::Method;
use domain::Role;
use serde_json::json;

const LIST: &str = "/desk/settings/answers";

#[tokio::test]
async fn an_answer_is_written_previewed_and_put_into_a_reply() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let (owner, triager) = (house.browser(&site, olga).await, house.browser(&site, theo).await);
    let supplied = owner.get(LIST).await.is(200).says("Ask for steps").says("Extortion").says("Beg bounty");
    insta::assert_snapshot!("answers_page", steady(&supplied.text));
    triager.get(LIST).await.is(404);
    let new = || async { owner.form(&format!("{LIST}/new")).await };
    let wrong = new().await.fill("name", "Soon").fill("text", "{reportr}, we answer by {due}.").submit().await;
    wrong.is(422).says("There is no {reportr}. There are {case}").says("we answer by {due}");
    let looked = new().await.fill("name", "Soon").fill("text", "{case} of {programme} is {state}. {me}");
    looked.forge("do", "preview").submit().await.is(200).says("REP-12 of Acme reports is accepted. Ines Okafor");
    owner.get(LIST).await.is_silent_about("Soon");
    let kept = new().await.fill("name", "Soon").fill("text", "{case} of {programme} is {state}. By {due}, {me}");
    kept.forge("do", "save").submit().await.leads_to(LIST);

    let at = format!("/desk/cases/{}?write=outside", case.name);
    let page = triager.get(&at).await.is(200).says(">Soon</option>").says(">Thanks</option>");
    let id = page.text.split("\">Soon</option>").next().unwrap().rsplit('"').next().unwrap().to_owned();
    let reply = || async { triager.form_to(&at, &format!("/desk/cases/{}/replies", case.name)).await };
    let to = format!("/desk/cases/{}/replies/stock", case.name);
    let typed = reply().await.fill("message", "Hello.").fill("stock", &id).to(&to).submit().await;
    typed.is(200).says("Hello.\n\nREP-1 of Acme reports is new. By 23 Nov 2026, Theo</textarea>");
    reply().await.fill("message", "Hello.").to(&to).submit().await.is(422).says("Pick an answer").says("Hello.");
    triager.get(&at).await.is_silent_about("of Acme reports is new");
    let sent = reply().await.fill("message", "Hello.").fill("stock", &id).submit().await;
    sent.is(303);
    triager.get(&at).await.says("Hello.").says("Not sent yet.").is_silent_about("of Acme reports is new");
    house.verify().await;
}

#[tokio::test]
async fn a_supplied_answer_is_changed_and_removed_and_two_at_once_are_told() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let owner = house.browser(&site, olga).await;
    let page = owner.get(LIST).await.is(200);
    let at = page.text.split("Thanks</a>").next().unwrap().rsplit("href=\"").next().unwrap();
    let at = at.split('"').next().unwrap().to_owned();
    let open = || async { owner.form_to(&at, &at).await.forge("do", "save") };
    let (first, second) = (open().await, open().await);
    first.fill("text", "Many thanks for {case}.").submit().await.leads_to(LIST);
    second.fill("text", "Other words").submit().await.is(422).says("Somebody changed this answer").says("Other words");
    owner.get(&at).await.is(200).says("Many thanks for {case}.");
    owner.form_to(&at, &format!("{at}/remove")).await.submit().await.leads_to(LIST);
    owner.get(LIST).await.is(200).is_silent_about("Thanks").says("Duplicate");
    owner.get(&at).await.is(404);
    house.verify().await;
}

#[tokio::test]
async fn programs_keep_answers_and_fill_them() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let program = house.program(&site, olga, Role::Owner).await;
    let new = json!({ "name": "Soon", "text": "{case}, soon", "programme": house.programme.to_string() });
    let post = |body: &serde_json::Value, key: &str| {
        program.json(Method::POST, "/api/v1/answers", body).header("idempotency-key", key)
    };
    post(&json!({ "name": "Soon", "text": "{nothing}" }), "k0").send().await.is(422);
    let made = post(&new, "k1").send().await.is(201).json();
    assert_eq!(post(&new, "k1").send().await.is(201).json(), made);
    let id = made["id"].as_str().unwrap();
    let filled = program.get(&format!("/api/v1/cases/{}/answers/{id}", case.name)).await.is(200).json();
    assert_eq!(filled, json!({ "name": "Soon", "text": format!("{}, soon", case.name) }));
    assert_eq!(program.get("/api/v1/answers").await.is(200).json()["items"].as_array().unwrap().len(), 8);
    let path = format!("/api/v1/answers/{id}");
    program.json(Method::PUT, &path, &new).header("if-match", "\"7\"").send().await.is(412);
    program.call(Method::DELETE, &path).header("if-match", "\"1\"").send().await.is(204);
    program.call(Method::DELETE, &path).header("if-match", "\"1\"").send().await.is(404);
}

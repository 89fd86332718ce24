//! Cases by program: versions, keys, refusals as problems, files.

use crate::support::House;
use axum::http::Method;
use domain::{Grant, Role, Scope};
use serde_json::{Value, json};

#[tokio::test]
async fn acting_needs_the_present_version_and_a_key() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let at = format!("/api/v1/cases/{}", case.name);
    let read = program.get(&at).await.is(200);
    let tag = read.header("etag").to_owned();
    let act = |action: &str, tag: &str, key: &str, body: serde_json::Value| {
        let call = program.json(Method::POST, &format!("{at}/actions/{action}"), &body);
        let call = if tag.is_empty() { call } else { call.header("if-match", tag) };
        if key.is_empty() { call } else { call.header("idempotency-key", key) }
    };
    act("triage", "", "k1", json!({})).send().await.is(428);
    act("triage", "\"999\"", "k1", json!({})).send().await.is(412);
    let done = act("triage", &tag, "k1", json!({})).send().await.is(200);
    assert_eq!(done.json()["state"], "triaged");
    let replay = act("triage", &tag, "k1", json!({})).send().await.is(200);
    assert_eq!(
        (replay.json(), replay.header("etag")),
        (done.json(), done.header("etag")),
        "the same answer, no second effect"
    );
    act("triage", &tag, "k1", json!({ "odd": 1 })).send().await.is(409);
    let now = done.header("etag").to_owned();
    let refused = act("triage", &now, "k2", json!({})).send().await.is(409).json();
    assert!(refused["legal"].as_array().unwrap().contains(&json!("accept")), "{refused}");
    let invalid = act("close", &now, "k3", json!({ "outcome": "spam" })).send().await.is(422).json();
    assert_eq!(invalid["errors"][0]["field"], "/reason");
    act("fly", &now, "k4", json!({})).send().await.is(404);
    act("expire", &now, "k5", json!({})).send().await.is(404);
    program.get("/api/v1/cases/REP-999").await.is(404);
    program.get("/api/v1/cases/VUL-1").await.is(404);
}

#[tokio::test]
async fn messages_have_an_audience_and_files_come_back() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let finance = house.person("Fatima", Role::Finance).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let at = format!("/api/v1/cases/{}", case.id);
    let say = |body: serde_json::Value, key: &str| {
        program.json(Method::POST, &format!("{at}/messages"), &body).header("idempotency-key", key)
    };
    for _ in 0..2 {
        say(json!({ "body": "Thank you", "audience": "reporter" }), "m1").send().await.is(201);
    }
    say(json!({ "body": "Hm", "audience": "team" }), "m2").send().await.is(201);
    say(json!({ "body": "Hm", "audience": "public" }), "m3").send().await.is(422);
    say(json!({ "body": " ", "audience": "team" }), "m4").send().await.is(422);
    let upload = |key: &str| {
        let body = "--b\r\nContent-Disposition: form-data; name=\"audience\"\r\n\r\nteam\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n";
        program
            .call(Method::POST, &format!("{at}/attachments"))
            .header("content-type", "multipart/form-data; boundary=b")
            .header("idempotency-key", key)
            .body(body)
    };
    let made = upload("f1").send().await.is(201).json();
    let again = upload("f1").send().await.is(201).json();
    assert_eq!(made, again);
    let file = made["items"][0]["id"].as_str().unwrap();
    let got = program.get(&format!("{at}/attachments/{file}")).await.is(200);
    assert_eq!(got.text, "hello");
    let whole = program.get(&at).await.is(200).json();
    assert_eq!(whole["attachments"].as_array().unwrap().len(), 1);
    let texts = whole["events"].as_array().unwrap().iter().filter(|e| e["kind"] == "message_sent").count();
    assert_eq!(texts, 1);
    let narrow = house.program(&site, finance, Role::Finance).await;
    narrow.get(&format!("{at}/attachments/{file}")).await.is(404);
    narrow
        .json(Method::POST, &format!("{at}/messages"), &json!({ "body": "Hi", "audience": "team" }))
        .header("idempotency-key", "x")
        .send()
        .await
        .is(404);
}

#[tokio::test]
async fn a_program_gives_a_case_to_somebody_who_can_see_it() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let nobody =
        Grant { role: Role::Triager, scope: Scope::Case(domain::CaseId::from_uuid(domain::Uuid::from_u128(7))) };
    let nobody = house.person_of("Nora", nobody).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let program = house.program(&site, olga, Role::Owner).await;
    let path = format!("/api/v1/cases/{}/assignee", case.name);
    let seen = program.get(&path).await.is(200);
    let body = seen.json();
    assert_eq!(body["assignee"], Value::Null);
    let offered: Vec<&str> =
        body["offered"].as_array().unwrap().iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(offered, ["Olga", "Theo"]);
    let give =
        |to: Value, etag: &str| program.json(Method::PUT, &path, &json!({ "assignee": to })).header("if-match", etag);
    let etag = seen.header("etag").to_owned();
    give(json!(nobody.to_string()), &etag).send().await.is(422).says("offered");
    let given = give(json!(theo.to_string()), &etag).send().await.is(200);
    assert_eq!(given.json()["assignee"], json!(theo.to_string()));
    assert_eq!(house.owner(&case.name).await, Some(theo));
    give(Value::Null, "\"0\"").send().await.is(412);
    let etag = given.header("etag").to_owned();
    assert_eq!(give(Value::Null, &etag).send().await.is(200).json()["assignee"], Value::Null);
    house.verify().await;
}

//! The JSON side. Each reply is held against the OpenAPI document by the client itself.

use crate::site::house;
use axum::http::Method;
use serde_json::json;
use web::Kind;
use web::testing::validate_reply;

const CASE: &str = "/api/v1/cases/0190a000-0000-7000-8000-000000000000";

#[tokio::test]
async fn a_thing_is_made_once_per_key() {
    let house = house().await;
    let client = house.site.client();
    let call = |body: serde_json::Value| client.json(Method::POST, "/api/v1/things", &body);
    let keyless = call(json!({ "title": "x" })).send().await.is(201).json();
    assert_eq!(keyless["key"].as_str().map(str::len), Some(32), "a key of our own");
    let made = call(json!({ "title": "x", "tags": ["a"] })).header("idempotency-key", "k-1").send().await.is(201);
    assert_eq!(made.json(), json!({ "title": "x", "tags": 1, "key": "k-1" }));
    call(json!({ "title": "x" })).header("idempotency-key", "two words").send().await.is(400);
}

#[tokio::test]
async fn faults_of_the_body_are_told_with_a_pointer() {
    let house = house().await;
    let client = house.site.client();
    let call = |body: &str| {
        let call = client.call(Method::POST, "/api/v1/things").header("idempotency-key", "k");
        call.header("content-type", "application/json").body(body.to_owned())
    };
    let answer = call(r#"{"title":"x","tags":[1]}"#).send().await.is(422).json();
    assert_eq!(answer["errors"][0]["field"], "/tags/0");
    assert_eq!(answer["type"], "/problems/invalid");
    let answer = call(r#"{"titel":"x"}"#).send().await.is(422).json();
    assert_eq!(answer["errors"][0]["field"], "/titel");
    for body in ["", "{", "[1,", "nul", "{\"title\":\"a\"}{}", &"[".repeat(5_000)] {
        let answer = call(body).send().await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{body:.10}: {}", answer.status);
    }
    call(&format!("{{\"title\":\"{}\"}}", "x".repeat(2 << 20))).send().await.is(413);
    client.call(Method::POST, "/api/v1/things").header("idempotency-key", "k").body("title=x").send().await.is(415);
    assert_eq!(house.deeds.count(), 0);
}

#[tokio::test]
async fn versions_are_asked_for_and_compared() {
    let house = house().await;
    let client = house.site.client().token("reader-token");
    let call = |path: &str, version: &str| client.call(Method::GET, path).header("if-match", version);
    call(CASE, "\"3\"").send().await.is(200);
    call(CASE, "\"2\"").send().await.is(412);
    call(CASE, "three").send().await.is(412);
    client.get(CASE).await.is(428);
    call(&format!("{CASE}?state=new"), "\"3\"").send().await.is(200);
    call(&format!("{CASE}?stat=new"), "\"3\"").send().await.is(400);
    call("/api/v1/cases/no-id", "\"3\"").send().await.is(404);
    client.call(Method::PUT, CASE).send().await.is(405);
    assert_eq!(client.call(Method::PUT, CASE).send().await.header("allow"), "GET,HEAD");
    client.get("/api/v1/nothing").await.is(404);
}

#[tokio::test]
async fn files_come_by_token_too() {
    let house = house().await;
    let client = house.site.client().token("reader-token");
    let body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc\r\n--b--\r\n";
    let call = |kind: &str| client.call(Method::POST, "/api/v1/files").header("content-type", kind).body(body);
    assert_eq!(call("multipart/form-data; boundary=b").send().await.is(201).json(), json!({ "sizes": [3] }));
    call("multipart/form-data; boundary=c").send().await.is(400);
    call("application/json").send().await.is(415);
}

#[tokio::test]
async fn the_document_is_whole() {
    let house = house().await;
    let document = house.site.document();
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_json_snapshot!(document["paths"]["/api/v1/cases/{id}"]);
    let made = json!({ "title": "x", "tags": 1 }).to_string();
    let fault = validate_reply(document, "POST", "/api/v1/things", 201, "application/json", made.as_bytes());
    assert!(fault.unwrap_err().contains("key"), "a missing member is found");
    assert!(
        validate_reply(document, "POST", "/api/v1/things", 204, "", b"").is_err(),
        "an undocumented status is found"
    );
}

#[tokio::test]
async fn every_kind_of_problem_has_a_page() {
    let house = house().await;
    let client = house.site.client();
    for kind in Kind::ALL {
        client.get(kind.type_uri()).await.is(200).says(kind.name());
    }
    client.get("/problems/unheard-of").await.is(404);
}

//! Reports by programs.

use crate::support::{House, REPORTS};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use web::testing::{Answer, Client};

fn report() -> Value {
    json!({ "title": "Token survives", "summary": "Old tokens still work.", "body": "1. Sign in", "severity": "high" })
}

async fn post(client: &Client, key: &str, body: &Value) -> Answer {
    client.json(Method::POST, REPORTS, body).header("idempotency-key", key).send().await
}

#[tokio::test]
async fn a_report_is_taken() {
    let house = House::new().await;
    let client = house.site.client();
    let answer = post(&client, "k-1", &report()).await.is(201);
    assert_eq!(answer.header("idempotency-replayed"), "");
    let mut json = answer.json();
    let case = house.last_case().await;
    assert_eq!(json["id"], case.to_string());
    assert!(json["receipt"]["opening"]["event"].as_str().is_some_and(|e| e.contains("Old tokens")));
    json["id"] = "[id]".into();
    json["code"] = json["code"].as_str().map_or(0, str::len).into();
    json["receipt"] = json["receipt"]["version"].take();
    insta::assert_json_snapshot!("report_received", json);
    assert_eq!(house.report(case).await["source"], "api");
}

#[tokio::test]
async fn the_same_key_is_one_report_also_at_once() {
    let house = House::new().await;
    let client = house.site.client();
    let calls = (0..32).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { post(&client, "same", &report()).await.is(201).json() })
    });
    let mut answers = BTreeSet::new();
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.unwrap();
        answers.insert(format!("{} {} {}", answer["id"], answer["code"], answer["receipt"]["opening"]));
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(house.count("cases").await, 1);
    let again = post(&client, "same", &report()).await.is(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let mut other = report();
    other["title"] = "Other".into();
    post(&client, "same", &other).await.is(409);
    post(&client, "else", &report()).await.is(201);
    assert_eq!(house.count("cases").await, 2);
}

#[tokio::test]
async fn every_fault_is_named() {
    let house = House::new().await;
    let client = house.site.client();
    let bad = json!({ "title": "", "summary": "x", "severity": "dire", "reproduction": { "k": 3, "n": 2 } });
    let errors = post(&client, "k", &bad).await.is(422).json()["errors"].clone();
    insta::assert_json_snapshot!("report_faults", errors);
    let unknown = json!({ "title": "a", "summary": "b", "tilte": "c" });
    let errors = post(&client, "k", &unknown).await.is(422).json()["errors"].clone();
    assert_eq!(errors[0]["field"], "/tilte");
    let other = client.json(Method::POST, "/api/v1/programs/none/reports", &report());
    other.header("idempotency-key", "k").send().await.is(404);
    let mut loose = report();
    loose["attachments"] = json!(["00000000000000000000000000000000"]);
    post(&client, "k", &loose).await.is(422);
    assert_eq!(house.count("cases").await, 0);
    post(&client, "k", &report()).await.is(201);
}

/// One file as multipart.
async fn upload(client: &Client, token: Option<&str>, (name, bytes): (&str, &str)) -> Answer {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/plain\r\n\r\n{bytes}\r\n--b--\r\n"
    );
    let call =
        client.call(Method::POST, "/api/v1/attachments").header("content-type", "multipart/form-data; boundary=b");
    let call = match token {
        Some(token) => call.header("draft-token", token),
        None => call,
    };
    call.body(body).send().await
}

#[tokio::test]
async fn files_come_first_and_go_with_the_report() {
    let house = House::new().await;
    let client = house.site.client();
    let first = upload(&client, None, ("a.txt", "one")).await.is(201).json();
    let token = first["token"].as_str().unwrap_or_default().to_owned();
    house.test.clock.advance(domain::Span::from_seconds(1));
    let second = upload(&client, Some(&token), ("b.txt", "two")).await.is(201).json();
    upload(&client, Some(&token), ("b.txt", "two")).await.is(201);
    assert_eq!(second["token"], token);
    insta::assert_json_snapshot!("draft_files", second["files"]);
    let mut body = report();
    body["attachments"] = json!([token]);
    post(&client, "k", &body).await.is(201);
    let case = house.last_case().await;
    let files = house.files(case).await;
    assert_eq!(files.len(), 2, "the same file twice is one");
    assert_eq!(house.bytes(case, &files[1]).await, b"two");
    post(&client, "k", &body).await.is(201);
    post(&client, "k2", &body).await.is(422);
    upload(&client, Some(&token), ("c.txt", "late")).await.is(410);
    upload(&client, Some("nonsense"), ("c.txt", "x")).await.is(400);
    assert_eq!(house.count("cases").await, 1);
}

#[tokio::test]
async fn a_full_disk_is_told_with_another_way() {
    let house = House::with_floor(u64::MAX).await;
    let client = house.site.client();
    let call = client.json(Method::POST, REPORTS, &report()).header("idempotency-key", "k").allow_5xx();
    let answer = call.send().await.is(503);
    assert_eq!(answer.json()["contact"], "security@acme.example");
    assert_eq!(answer.header("retry-after"), "10");
}

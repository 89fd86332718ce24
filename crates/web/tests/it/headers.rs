//! The headers of a page, an asset and an API answer, as a snapshot.

use crate::site::{house, house_with};
use std::fmt::Write;
use web::testing::Answer;

fn listing(title: &str, answer: &Answer) -> String {
    let mut lines: Vec<String> = answer.headers.iter().map(|(n, v)| format!("{n}: {}", v.to_str().unwrap())).collect();
    lines.sort();
    let mut out = format!("## {title}: {}\n", answer.status.as_u16());
    for line in lines.iter().filter(|line| !line.starts_with("content-length") && !line.starts_with("set-cookie")) {
        writeln!(out, "{line}").unwrap();
    }
    out
}

#[tokio::test]
async fn headers_of_every_kind_of_answer() {
    let house = house().await;
    let client = house.site.client();
    let mut out = listing("public page", &client.get("/problems/not-found").await);
    out += &listing("asset", &client.get(&web::asset::url("leeward.css")).await);
    out += &listing("api problem", &client.get("/api/v1/cases/x").await);
    client.set_cookie("__Host-leeward-desk", "owner");
    out += &listing("desk page", &client.get("/desk").await);
    out += &listing("redirect to a door", &house.site.client().get("/desk").await);
    out += &listing("wrong method", &client.call(axum::http::Method::DELETE, "/desk").send().await);
    insta::assert_snapshot!(out);
}

#[tokio::test]
async fn cookies_follow_the_scheme() {
    let https = house().await;
    let page = https.site.client().get("/report").await.is(200);
    let cookie = page.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-leeward-form=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert!(cookie.len() < 4096, "browsers drop longer ones");
    assert_eq!(page.header("cache-control"), "no-store", "a page with a token is personal");
    let loopback = house_with("http://127.0.0.1:8080", |_| ()).await;
    let page = loopback.site.client().get("/report").await.is(200);
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("leeward-form=") && !cookie.contains("Secure"), "{cookie}");
    assert_eq!(page.header("strict-transport-security"), "");
}

#[tokio::test]
async fn a_panic_is_a_page_with_a_code_and_nothing_else() {
    let house = house().await;
    let call = house.site.client().call(axum::http::Method::GET, "/panic").header("accept", "text/html");
    call.allow_5xx().send().await.is(500).says("Code to quote").is_silent_about("secret");
    let call = house.site.client().call(axum::http::Method::GET, "/panic").header("accept", "application/json");
    let answer = call.allow_5xx().send().await.is(500);
    assert_eq!(answer.json()["type"], "/problems/internal");
    assert_eq!(answer.json()["code"].as_str().unwrap().len(), 8);
    answer.is_silent_about("secret");
}

#[tokio::test]
async fn what_failed_inside_stays_inside() {
    let house = house().await;
    for (path, status) in [("/fails", 500), ("/fails/later", 503)] {
        for accept in ["text/html", "application/json", "*/*"] {
            let call = house.site.client().call(axum::http::Method::GET, path).header("accept", accept);
            let answer = call.allow_5xx().send().await.is(status);
            let headers = format!("{:?}", answer.headers);
            answer.is_silent_about("secret");
            assert!(!headers.contains("secret"), "{headers}");
        }
    }
}

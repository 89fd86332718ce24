//! Who gets in where, and what everybody else is told.

use crate::site::{house, house_with};
use axum::http::Method;
use domain::Span;

const DESK: &str = "__Host-leeward-desk";
const CASE: &str = "__Host-leeward-case";

#[tokio::test]
async fn pages_show_the_door_to_those_without_a_session() {
    let house = house().await;
    let nobody = house.site.client();
    let door = nobody.get("/desk").await.leads_to("/desk/sign-in");
    assert_eq!(door.header("location"), "/desk/sign-in?next=%2Fdesk");
    nobody.get("/case/mine").await.leads_to("/case");
    nobody.set_cookie(DESK, "expired");
    nobody.get("/desk").await.leads_to("/desk/sign-in");
}

#[tokio::test]
async fn what_one_may_not_do_does_not_exist() {
    let house = house().await;
    let guest = house.site.client();
    guest.set_cookie(DESK, "guest");
    guest.get("/desk").await.is(200).is_silent_about("/desk/keys");
    let hidden = guest.get("/desk/keys").await.is(404);
    let missing = guest.get("/desk/nothing-here").await.is(404);
    assert_eq!(hidden.text, missing.text, "hidden and missing look the same");
}

#[tokio::test]
async fn a_reporter_sees_only_their_door() {
    let house = house().await;
    let reporter = house.site.client();
    reporter.set_cookie(CASE, "reporter");
    reporter.get("/case/mine").await.is(200);
    reporter.get("/desk").await.leads_to("/desk/sign-in");
}

#[tokio::test]
async fn the_second_factor_is_asked_again_after_ten_minutes() {
    let house = house().await;
    let owner = house.site.client();
    owner.set_cookie(DESK, "owner");
    owner.get("/desk/keys").await.is(200).says("keys");
    house.clock.advance(Span::from_minutes(10));
    owner.get("/desk/keys").await.leads_to("/desk/step-up");
}

#[tokio::test]
async fn a_handler_that_asks_for_more_than_its_row_answers_nobody() {
    let house = house().await;
    let owner = house.site.client();
    owner.set_cookie(DESK, "owner");
    let answer = owner.call(axum::http::Method::GET, "/greedy").allow_5xx().send().await.is(500);
    answer.is_silent_about("read-cases").is_silent_about("never");
}

#[tokio::test]
async fn cookies_are_nothing_to_the_api_and_tokens_nothing_to_pages() {
    let house = house().await;
    let owner = house.site.client();
    owner.set_cookie(DESK, "owner");
    owner.get("/api/v1/cases/0190a000-0000-7000-8000-000000000000").await.is(401);
    house.site.client().token("reader-token").get("/desk").await.leads_to("/desk/sign-in");
}

#[tokio::test]
async fn tokens_need_the_scope() {
    let house = house().await;
    let path = "/api/v1/cases/0190a000-0000-7000-8000-000000000000";
    let client = house.site.client();
    let refused = client.get(path).await.is(401);
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    client.token("wrong").get(path).await.is(401);
    client.token("empty-token").get(path).await.is(404);
    client.token("reader-token").get(path).await.is(428);
}

#[tokio::test]
async fn only_the_networks_of_the_settings_read_metrics() {
    let house = house().await;
    house.site.client().get("/metrics").await.is(404);
    house.site.client().at("127.0.0.1").get("/metrics").await.is(200).says("leeward_requests_total");
    let proxied = house.site.client().at("127.0.0.1").call(axum::http::Method::GET, "/metrics");
    proxied.header("x-forwarded-for", "203.0.113.9").send().await.is(404);
    house.site.client().get("/healthz").await.is(200);
    house.site.client().get("/readyz").await.is(200);
}

#[tokio::test]
async fn a_method_the_address_does_not_take_is_405() {
    let house = house().await;
    let client = house.site.client();
    for method in [Method::DELETE, Method::PATCH, Method::POST, Method::PUT, Method::TRACE, Method::OPTIONS] {
        let answer = client.call(method, "/desk").header("accept", "text/html").send().await.is(405);
        assert_eq!(answer.header("allow"), "GET,HEAD");
    }
}

#[tokio::test]
async fn an_address_holds_no_key_and_leads_to_nothing_else() {
    let house = house().await;
    let program = house.site.client();
    for query in ["token=reader-token", "access_token=reader-token", "api_key=reader-token"] {
        program.get(&format!("/api/v1/cases/x?{query}")).await.is(401);
    }
    let owner = house.site.client();
    owner.set_cookie(DESK, "owner");
    for wrong in ["/desk/x.css", "/desk.css", "/desk/", "/desk/note/x.js", "/desk/%2e%2e/desk", "/DESK"] {
        let answer = owner.get(wrong).await.is(404);
        assert_eq!(answer.header("cache-control"), "no-store", "{wrong}");
    }
}

#[tokio::test]
async fn the_house_is_administered_from_its_networks_only() {
    let house = house_with("https://security.acme.example", |settings| {
        settings.administered_from = vec!["198.51.100.0/24".parse().unwrap()];
        settings.trusted_proxies = vec!["192.0.2.1/32".parse().unwrap()];
    })
    .await;
    let at = |ip: &str| {
        let client = house.site.client().at(ip);
        client.set_cookie(DESK, "owner");
        client
    };
    at("198.51.100.7").get("/desk/keys").await.is(200);
    at("203.0.113.9").get("/desk/keys").await.is(404).says("networks that its operator named");
    // A header is believed only of a proxy that the settings name.
    let through =
        |peer: &str, said: &str| at(peer).call(Method::GET, "/desk/keys").header("x-forwarded-for", said).send();
    through("203.0.113.9", "198.51.100.7").await.is(404);
    through("192.0.2.1", "198.51.100.7").await.is(200);
    // Where a proxy lies in these networks and nobody named it, everybody would seem to be there.
    through("198.51.100.7", "203.0.113.9").await.is(404).says("networks that its operator named");
    at("198.51.100.7").call(Method::GET, "/desk/keys").header("forwarded", "for=203.0.113.9").send().await.is(404);
    // The right and the proof are asked for all the same, and other work goes on from anywhere.
    let triager = house.site.client().at("198.51.100.7");
    triager.set_cookie(DESK, "triager");
    triager.get("/desk/keys").await.is(404).is_silent_about("networks");
    at("203.0.113.9").get("/desk").await.is(200);
    house.clock.advance(Span::from_minutes(10));
    at("198.51.100.7").get("/desk/keys").await.leads_to("/desk/step-up");
}

//! What the log tells whoever watches the desk, and what it never tells.

use crate::site::house;
use axum::http::Method;
use web::testing::Log;

#[tokio::test]
async fn refusals_are_told_with_who_where_and_from() {
    let log = Log::start();
    let house = house().await;
    let triager = house.site.client().at("192.0.2.40");
    triager.set_cookie("__Host-leeward-desk", "triager");
    triager.get("/desk/keys").await.is(404);
    let line = log.line("without the right");
    assert!(line.contains("WARN") && line.contains("who=person ") && line.contains("at=\"/desk/keys\""), "{line}");
    assert!(line.contains("from=192.0.2.40"), "{line}");
    house.site.client().get("/api/v1/cases/secret-id").await.is(401);
    let line = log.line("no token");
    assert!(line.contains("at=\"/api/v1/cases/{id}\"") && !line.contains("secret-id"), "{line}");
    let call = triager.call(Method::POST, "/desk/note").header("content-type", "application/x-www-form-urlencoded");
    call.header("accept", "text/html").body("text=a+canary+of+words").send().await.is(403);
    log.line("form without its token");
    let call = triager.call(Method::POST, "/desk/note").header("content-type", "application/x-www-form-urlencoded");
    let call = call.header("accept", "text/html").header("sec-fetch-site", "cross-site");
    call.body("text=a+canary+of+words").send().await.is(403);
    log.line("form of another site");
    assert!(!log.text().contains("canary"), "no word of a form");
    let panic = house.site.client().call(Method::GET, "/panic").header("accept", "application/json").allow_5xx();
    let code = panic.send().await.is(500).json()["code"].as_str().unwrap().to_owned();
    assert!(log.text().lines().any(|l| l.contains("ERROR") && l.contains(&code)), "what failed is told with its code");
}

#[tokio::test]
async fn a_flood_is_one_line_and_reporters_leave_no_address() {
    let log = Log::start();
    let house = house().await;
    let client = house.site.client().at("198.51.100.23");
    for _ in 0..40 {
        let call = client.call(Method::POST, "/report").header("content-type", "application/x-www-form-urlencoded");
        call.header("accept", "text/html").body("title=x").send().await;
    }
    let text = log.text();
    assert_eq!(text.lines().filter(|l| l.contains("too many requests")).count(), 1, "{text}");
    assert!(log.line("too many requests").contains("from=- at=\"/report\""));
    assert!(!text.contains("198.51.100"), "where a reporter comes from stands nowhere");
    let staff = house.site.client().at("198.51.100.24");
    staff.set_cookie("__Host-leeward-desk", "triager");
    let call = staff.call(Method::POST, "/report").header("content-type", "application/x-www-form-urlencoded");
    call.header("accept", "text/html").body("title=x").send().await.is(403);
    let text = log.text();
    assert!(text.contains("form without its token") && !text.contains("who=person"), "nor who of us writes a report");
}

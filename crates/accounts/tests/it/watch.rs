//! What the log tells of people coming in, and what it never tells.

use crate::support::{House, IP, PASSWORD, browser};
use domain::{ReturnCode, Span};
use std::net::IpAddr;
use web::testing::Log;

#[tokio::test]
async fn each_way_in_is_told_and_no_secret_is() {
    let log = Log::start();
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let code = house.code(&ana);
    let session = house.sign_in(&ana).await.unwrap();
    house.accounts.sign_in(IP, &ana.email, "a canary password", "123456").await.unwrap_err();
    house.accounts.sign_in(IP, "nobody@canary.example", PASSWORD, "123456").await.unwrap_err();
    house.accounts.step_up(IP, ana.id, session.id, "a canary password").await.unwrap_err();
    let session = house.accounts.step_up(IP, ana.id, session.id, PASSWORD).await.unwrap();
    house.accounts.prove_both(IP, ana.id, "a canary password", "123456").await.unwrap_err();
    house.wait(Span::from_minutes(1));
    house.accounts.prove_both(IP, ana.id, PASSWORD, &ana.codes[2]).await.unwrap();
    let reporter: IpAddr = [203, 0, 113, 9].into();
    let wrong = ReturnCode::from_bytes([3; 15]).to_string();
    house.accounts.enter_by_code(reporter, &wrong).await.unwrap_err();
    let token = format!("lwd_{}", "a".repeat(60));
    let client = site.client().token(&token);
    client.get("/desk/account").await;
    browser(&site, &session).get("/desk/account").await.is(200);

    for what in ["signed in", "proved again", "both factors proved"] {
        let line = log.line(what);
        assert!(line.contains("INFO") && line.contains(&format!("who=person {}", ana.id)), "{line}");
        assert!(line.contains("from=192.0.2.1"), "{line}");
    }
    for what in ["sign-in refused", "proof refused", "proof of both factors refused", "token refused"] {
        assert!(log.line(what).contains("WARN"));
    }
    assert!(log.line("return code refused").ends_with("from=-"), "where reporters come from is told nowhere");
    let (text, address) = (log.text(), reporter.to_string());
    let secrets = [PASSWORD, "canary", &code, &session.token, &ana.session.token, &ana.codes[2], &ana.email, &wrong];
    for secret in secrets.into_iter().chain([token.as_str(), &address, &ana.secret.text()]) {
        assert!(!text.contains(secret), "{secret:?} stands in the log");
    }
}

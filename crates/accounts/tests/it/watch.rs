//! What the log tells of people coming in, and what it never tells.

use crate::support::{House, IP, PASSWORD, browser};
use domain::{ReturnCode, Span};
use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Once;

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What is logged on this thread from now on, at every level. One log for the whole process: those of single threads lose
/// lines when others come and go.
pub struct Log;

impl Log {
    pub fn start() -> Self {
        static STARTED: Once = Once::new();
        STARTED.call_once(|| {
            let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
            log.with_writer(|| Writer).init();
        });
        LINES.with_borrow_mut(Vec::clear);
        Self
    }

    /// Every line so far.
    #[expect(clippy::unused_self, reason = "a log must be started before it is read")]
    pub fn text(&self) -> String {
        LINES.with_borrow(|lines| String::from_utf8(lines.clone()).unwrap())
    }

    /// The line of the watch that says this; panics when there is none.
    pub fn line(&self, what: &str) -> String {
        let text = self.text();
        let wanted = format!("what=\"{what}\"");
        let line = text.lines().filter(|l| l.contains("security:")).find(|l| l.contains(&wanted));
        line.unwrap_or_else(|| panic!("no line says {what:?}:\n{text}")).to_owned()
    }
}

struct Writer;

impl std::io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

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

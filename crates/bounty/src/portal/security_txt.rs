//! `/.well-known/security.txt` (RFC 9116), made from the settings.

use crate::programme::{self, Brief};
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::{Span, Ts};
use web::{App, Problem, PublicUrl, Reply, Scheme};

/// How long what we say holds. The RFC asks for less than a year; the file is made anew for each reader.
const HOLDS: Span = Span::from_days(180);
const DAY: i64 = 86_400_000_000;

/// 404 until a contact is set: the file must name one.
pub(crate) async fn show(State(app): State<App>) -> Reply {
    let mut tx = app.store.glance().await?;
    let programmes = programme::list(&mut tx, &app.store).await?;
    let found = programmes.iter().map(|p| &p.brief).find(|brief| !brief.contact.trim().is_empty());
    let brief = found.ok_or_else(Problem::not_found)?;
    let text = write(brief, &app.settings.public_url, app.ambient.now());
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

fn write(brief: &Brief, url: &PublicUrl, now: Ts) -> String {
    let programme = url.join(&format!("/programs/{}", brief.slug));
    let mut lines = Vec::new();
    let https = url.scheme() == Scheme::Https;
    // Web addresses in this file must be https (section 2.5.4): on loopback they would be wrong anyway.
    if https {
        lines.push(format!("Contact: {programme}/report"));
    }
    lines.push(format!("Contact: {}", uri(brief.contact.trim())));
    lines.push(format!("Expires: {}", expires(now)));
    if https {
        lines.push(format!("Policy: {programme}"));
        lines.push(format!("Canonical: {}", url.join("/.well-known/security.txt")));
    }
    lines.push("Preferred-Languages: en".to_owned());
    lines.join("\n") + "\n"
}

/// A contact is a URI (section 2.5.3); people write bare addresses.
fn uri(contact: &str) -> String {
    let line: String = contact.chars().filter(|c| !c.is_control()).collect();
    match line.split_once(':') {
        Some(("https" | "mailto" | "tel", _)) => line,
        _ if line.contains('@') => format!("mailto:{line}"),
        _ => format!("https://{line}"),
    }
}

/// The start of a day, so that the file changes once a day and not with each reader.
fn expires(now: Ts) -> String {
    let micros = now.plus(HOLDS).micros();
    let day = Ts::from_micros(micros - micros.rem_euclid(DAY)).to_string();
    day.split_once('T').map_or(day.clone(), |(date, _)| format!("{date}T00:00:00Z"))
}

#[cfg(test)]
mod tests {
    use super::{uri, write};
    use crate::programme::Brief;
    use domain::testing::START;
    use web::PublicUrl;

    fn brief() -> Brief {
        Brief {
            slug: "main".into(),
            name: "Reports".into(),
            brief: String::new(),
            in_scope: vec![],
            out_of_scope: vec![],
            first_answer_days: 1,
            contact: "security@acme.example".into(),
            good_faith: String::new(),
            draft_days: 7,
            ..Brief::named("", "")
        }
    }

    #[test]
    fn the_file_has_what_the_rfc_asks_for() {
        let url = PublicUrl::parse("https://trust.acme.example").unwrap();
        let wanted = "Contact: https://trust.acme.example/programs/main/report\n\
                      Contact: mailto:security@acme.example\n\
                      Expires: 2027-05-21T00:00:00Z\n\
                      Policy: https://trust.acme.example/programs/main\n\
                      Canonical: https://trust.acme.example/.well-known/security.txt\n\
                      Preferred-Languages: en\n";
        assert_eq!(write(&brief(), &url, START), wanted);
        let local = PublicUrl::parse("http://127.0.0.1:8080").unwrap();
        assert!(!write(&brief(), &local, START).contains("http:"));
    }

    #[test]
    fn contacts_become_uris() {
        assert_eq!(uri("a@b.example"), "mailto:a@b.example");
        assert_eq!(uri("mailto:a@b.example"), "mailto:a@b.example");
        assert_eq!(uri("https://b.example/x"), "https://b.example/x");
        assert_eq!(uri("b.example\nEvil: 1"), "https://b.exampleEvil: 1");
    }
}

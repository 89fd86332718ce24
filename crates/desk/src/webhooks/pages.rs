//! The list of webhooks, and adding one. Its secret is shown once, on the page that answers.

use super::changes::{self, client};
use super::{LIST, form, words};
use crate::calendar::pages::in_charge;
use crate::once::Once;
use askama::Template;
use axum::extract::State;
use outbound::{Endpoint, Kind, Rules};
use web::{App, Fields, Form, FormData, Page, Reply, Staff, View};

struct Line {
    href: String,
    label: String,
    host: String,
    scope: String,
    standing: &'static str,
    bad: bool,
    waiting: i64,
    failed: i64,
}

#[derive(Template)]
#[template(path = "webhooks/templates/list.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "webhooks/templates/new.html")]
struct NewPage {
    page: Page,
    form: Form,
    choices: Vec<form::Choice>,
    scopes: Vec<(String, String)>,
    trouble: String,
}

impl NewPage {
    fn pairs(&self) -> Vec<(&str, &str)> {
        self.scopes.iter().map(|(value, words)| (value.as_str(), words.as_str())).collect()
    }
}

#[derive(Template)]
#[template(path = "webhooks/templates/secret.html")]
pub(super) struct SecretPage {
    pub(super) page: Page,
    pub(super) secret: String,
    pub(super) href: String,
    /// The one before signs too for a day.
    pub(super) both: bool,
}

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    let mut tx = app.store.read().await?;
    let scopes = form::scopes(&mut tx).await?;
    let mut lines = Vec::new();
    for endpoint in outbound::endpoints(&mut tx, &app.store).await? {
        let (waiting, failed) = outbound::waits(&mut tx, endpoint.id).await?;
        lines.push(line(&endpoint, (waiting, failed), (&scopes, client(&app)?.rules())));
    }
    Ok(view.show(&ListPage { page: view.page("Webhooks"), lines }))
}

fn line(endpoint: &Endpoint, (waiting, failed): (i64, i64), (scopes, rules): (&[(String, String)], &Rules)) -> Line {
    let host = match rules.read(&endpoint.wish.url) {
        Ok(url) => url.host_str().unwrap_or_default().to_owned(),
        Err(_) => "an address that is not allowed any more".to_owned(),
    };
    let standing = words::standing(endpoint);
    Line {
        href: format!("{LIST}/{}", endpoint.id),
        label: endpoint.wish.label.clone(),
        host,
        scope: scope_words(endpoint, scopes),
        standing,
        bad: matches!(standing, "Stopped" | "Last try failed"),
        waiting,
        failed,
    }
}

/// Which cases it hears of.
pub(super) fn scope_words(endpoint: &Endpoint, scopes: &[(String, String)]) -> String {
    let value = endpoint.wish.programme.map_or("house".to_owned(), |id| id.to_string());
    scopes.iter().find(|(known, _)| *known == value).map_or("A programme that is gone".to_owned(), |(_, w)| w.clone())
}

pub(super) async fn ask(State(app): State<App>, staff: Staff, view: View) -> Reply {
    in_charge(staff)?;
    let mut fields = Fields::default();
    fields.set("scope", "house");
    draw(&app, &view, (Form::of(fields), Kind::every()), String::new()).await
}

pub(super) async fn add(State(app): State<App>, staff: Staff, view: View, form: FormData) -> Reply {
    let by = in_charge(staff)?.person;
    let mut form = Form::of(form.fields().await?);
    let mut tx = app.store.read().await?;
    let scopes = form::scopes(&mut tx).await?;
    drop(tx);
    let wish = form::read(&mut form, (client(&app)?.rules(), &scopes));
    if !form.ok() {
        return draw(&app, &view, (form, wish.kinds), String::new()).await;
    }
    let said = format!("{wish:?}");
    let once = Once::new(&app.store, form.value("idempotency"), (&by.to_string(), "webhook"), said.as_bytes());
    let kinds = wish.kinds;
    match changes::add(&app, (by, wish), once).await {
        Ok((id, secret)) => {
            let href = format!("{LIST}/{id}");
            Ok(view.show(&SecretPage { page: view.page("Webhook added"), secret, href, both: false }))
        }
        Err(crate::engine::EngineError::Refused(domain::case::Refused::Invalid { message, .. })) => {
            draw(&app, &view, (form, kinds), message).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw(app: &App, view: &View, (form, kinds): (Form, i64), trouble: String) -> Reply {
    let mut tx = app.store.read().await?;
    let scopes = form::scopes(&mut tx).await?;
    drop(tx);
    let ok = form.ok() && trouble.is_empty();
    let page = view.page("Add a webhook").with_errors(!ok);
    let shown = NewPage { page, form, choices: form::choices(kinds), scopes, trouble };
    Ok(if ok { view.show(&shown) } else { view.show_again(&shown) })
}

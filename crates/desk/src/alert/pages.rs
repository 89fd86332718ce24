//! The page of alerts: what somebody was told of, what they have not seen first.

use super::rows::{self, Alert, Of, PAGE};
use super::words::{what, why};
use crate::Viewer;
use crate::engine::{EngineError, load};
use crate::people::OF_TEAM;
use askama::Template;
use axum::extract::State;
use domain::case::AlarmKind;
use domain::{Ts, Uuid};
use serde::Deserialize;
use web::layout::{Moment, span_words};
use web::{App, Form, FormData, Page, Problem, Query, Reply, Staff, View, see_other};

/// What stands in the address after `?`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
}

struct Line {
    id: String,
    href: String,
    name: String,
    title: String,
    what: String,
    why: &'static str,
    urgent: bool,
    seen: bool,
    raised: Moment,
    ago: String,
    /// Since when it holds, where that was while the desk was not running.
    slept_since: Option<Moment>,
}

#[derive(Template)]
#[template(path = "alert/templates/alerts.html")]
struct AlertsPage {
    page: Page,
    lines: Vec<Line>,
    unseen: bool,
    /// Whether there are days to name on which they are away: not for guests.
    team: bool,
    before: String,
    after: String,
}

pub(super) async fn list(State(app): State<App>, staff: Staff, view: View, Query(asked): Query<Asked>) -> Reply {
    let viewer = Viewer::from(staff);
    let from = asked.from.parse::<usize>().unwrap_or(0).min(1_000_000);
    let now = app.store.ambient().now();
    let mut tx = app.store.read().await?;
    let (alerts, more) = rows::list(&mut tx, view.caller(), (viewer.person, from)).await?;
    let mut lines = Vec::with_capacity(alerts.len());
    for alert in alerts {
        match load(&mut tx, &app.store, alert.case).await {
            Ok(case) => lines.push(line(&alert, (case.name(), case.title), now)),
            // Erased since the list was read.
            Err(EngineError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let link = |from: usize| format!("/desk/alerts?from={from}");
    Ok(view.show(&AlertsPage {
        page: view.page("Alerts"),
        team: view.caller().holds(OF_TEAM),
        unseen: lines.iter().any(|line| !line.seen),
        lines,
        before: if from > 0 { link(from.saturating_sub(PAGE)) } else { String::new() },
        after: if more { link(from + PAGE) } else { String::new() },
    }))
}

fn line(alert: &Alert, (name, title): (String, String), now: Ts) -> Line {
    Line {
        id: alert.id.to_string(),
        href: match alert.of {
            Of::Mention(seq) => format!("/desk/cases/{name}?at={seq}#e-{seq}"),
            Of::Alarm(_) => format!("/desk/cases/{name}"),
        },
        name,
        title,
        what: what(alert),
        why: why(alert),
        urgent: matches!(alert.of, Of::Alarm(kind) if kind.is_urgent() || kind == AlarmKind::Late),
        seen: alert.seen_at.is_some(),
        raised: alert.raised_at.into(),
        ago: format!("{} ago", span_words(now.since(alert.raised_at))),
        slept_since: alert.slept.then(|| alert.since.into()),
    }
}

/// One of them, or those that were on the page and not seen.
pub(super) async fn seen(State(app): State<App>, staff: Staff, form: FormData) -> Reply {
    let person = staff.person;
    let form = Form::of(form.fields().await?);
    let now = app.store.ambient().now();
    let one = form.optional("alert");
    let shown: Vec<Uuid> = form.fields().all("shown").take(PAGE).filter_map(|id| id.parse().ok()).collect();
    let id = one.map(|id| id.parse::<Uuid>().map_err(|_| Problem::not_found())).transpose()?;
    let store = app.store.clone();
    let done: Result<(), EngineError> = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                match id {
                    Some(id) => rows::see(tx, &store, (person, id, now)).await,
                    None => rows::see_these(tx, &store, (person, shown, now)).await,
                }
            })
        })
        .await;
    done?;
    Ok(see_other("/desk/alerts"))
}

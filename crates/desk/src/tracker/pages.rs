//! The two small forms beside a case.

use super::checked;
use crate::engine::{self, EngineError, Issue, Tracking};
use crate::once::Once;
use crate::{Viewer, case};
use axum::extract::State;
use domain::{EventId, Permission};
use url::Url;
use web::{App, Form, FormData, Path, Problem, Reply, Staff, View, see_other};

/// An issue as the page of its case shows it.
pub(crate) struct IssueLine {
    pub(crate) id: String,
    pub(crate) url: String,
    /// Where it really leads.
    pub(crate) host: String,
    /// What follows the host, cut.
    pub(crate) rest: String,
}

/// Letters of the path that are shown.
const SHOWN: usize = 40;

impl IssueLine {
    pub(crate) fn of(issue: &Issue) -> Self {
        let url = Url::parse(&issue.url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned();
        let rest = url.as_ref().map(|url| url.path().to_owned()).unwrap_or_default();
        let cut = if rest.chars().count() > SHOWN { rest.chars().take(SHOWN).chain(['…']).collect() } else { rest };
        Self { id: issue.id.to_string(), url: issue.url.clone(), host, rest: cut }
    }
}

pub(super) async fn add(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let viewer = Viewer::from(staff);
    let store = &app.store;
    let mut tx = store.read().await?;
    let found = viewer.case(&mut tx, store, (&reference, Permission::WriteTeamText)).await?;
    drop(tx);
    let url = match checked(form.value("url")) {
        Ok(url) if form.ok() => url,
        Ok(_) => return case::refused(&app, &view, &viewer, (found, form)).await,
        Err(why) => {
            form.refuse("url", why);
            return case::refused(&app, &view, &viewer, (found, form)).await;
        }
    };
    let what = Tracking { case: found.id, seen: None, by: viewer.person };
    let route = format!("link issue {}", found.id);
    let once =
        Once::new(store, form.value("idempotency"), (&viewer.person.to_string(), &route), url.as_str().as_bytes());
    let db = store.clone();
    let done: Result<i64, EngineError> = once
        .write(store, move |tx| {
            Box::pin(async move { engine::add_issue(tx, &db, what, url.as_str()).await.map(|(_, version)| version) })
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(&format!("/desk/cases/{}#issues", found.name()))),
        Err(EngineError::Refused(domain::case::Refused::Invalid { message, .. })) => {
            form.refuse("url", message);
            case::refused(&app, &view, &viewer, (found, form)).await
        }
        Err(other) => Err(Problem::from(other).keeping(form.fields().clone())),
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let fields = form.fields().await?;
    let viewer = Viewer::from(staff);
    let store = &app.store;
    let mut tx = store.read().await?;
    let found = viewer.case(&mut tx, store, (&reference, Permission::WriteTeamText)).await?;
    drop(tx);
    let back = see_other(&format!("/desk/cases/{}#issues", found.name()));
    // What names no issue has none to take away.
    let Ok(issue) = fields.get("issue").parse::<EventId>() else { return Ok(back) };
    let (db, what) = (store.clone(), Tracking { case: found.id, seen: None, by: viewer.person });
    let done: Result<i64, EngineError> =
        store.write(move |tx| Box::pin(async move { engine::remove_issue(tx, &db, what, issue).await })).await;
    match done {
        // Somebody was faster: it is gone, as it should be.
        Ok(_) | Err(EngineError::NotFound) => Ok(back),
        Err(other) => Err(other.into()),
    }
}

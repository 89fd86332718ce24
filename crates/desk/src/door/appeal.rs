//! Appealing against a close, at the door of the report: what the page shows of it, sending it, taking it back.

use super::Decider;
use super::view::{Next, dated};
use super::write::once;
use crate::engine::{self, Act, Appealing, EngineError, Loaded, load};
use crate::problem::sentence;
use axum::extract::State;
use axum::http::StatusCode;
use db::event::{self, Record};
use db::{Db, Tx};
use domain::case::{ClockName, LinkKind, Party, Refused, Summary};
use domain::{CaseId, ReporterText, Ts};
use serde_json::json;
use web::layout::Moment;
use web::{App, Form, FormData, Problem, Reply, View, see_other};

/// The appeals of a report, as its reporter sees them.
pub(super) struct Appeals {
    /// The one that waits, if one does.
    pub(super) open: Option<Open>,
    /// Until when one can appeal; none where one cannot.
    pub(super) until: Option<Moment>,
}

/// An appeal that waits.
pub(super) struct Open {
    pub(super) name: String,
    /// Who decides.
    pub(super) who: &'static str,
    /// What happens next.
    pub(super) next: Vec<Next>,
    id: CaseId,
}

impl Appeals {
    /// Those of a case, and what happened to them.
    pub(super) async fn of(
        tx: &mut Tx,
        db: &Db,
        (case, now): (&Loaded, Ts),
    ) -> Result<(Self, Vec<Record>), EngineError> {
        let links = engine::links(tx, case.id).await?;
        let until = engine::appealable(case, &links, now).map(Moment::from);
        let mut appeals = Self { open: None, until };
        let mut records = Vec::new();
        for link in links.iter().filter(|l| l.kind == LinkKind::Appeal && !l.outgoing) {
            let appeal = match load(tx, db, link.other).await {
                Ok(appeal) => appeal,
                Err(EngineError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            records.extend(event::of_case(tx, &appeal.key, appeal.id).await?);
            let summary = appeal.summary();
            if summary.open {
                let who = if appeal.machine.barred(&appeal.state).is_some() {
                    "Somebody who did not close your report decides, where there is somebody else."
                } else {
                    "It was closed by itself, so anybody of us may decide."
                };
                appeals.open = Some(Open { name: appeal.name(), who, next: steps(&summary, now), id: appeal.id });
            }
        }
        Ok((appeals, records))
    }
}

/// What happens next with an appeal.
fn steps(summary: &Summary, now: Ts) -> Vec<Next> {
    dated(summary, now, |name, late| match (name, late) {
        (ClockName::FirstResponse, false) => "A person answers you.",
        (ClockName::FirstResponse, true) => "A person should have answered you. We are late.",
        (_, false) => "We tell you whether the close stands.",
        (_, true) => "We wanted to tell you whether the close stands. We are late.",
    })
}

pub(super) async fn send(State(app): State<App>, Decider(holder): Decider, view: View, form: FormData) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let id = holder.case;
    let text = ReporterText::new(form.value("appeal").to_owned());
    if let Err(error) = &text {
        form.refuse("appeal", sentence(*error));
    }
    let text = match text {
        Ok(text) if form.ok() => text,
        _ => return holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await,
    };
    let once = once(&app, (id, "door appeal"), form.fields(), text.as_str().as_bytes());
    let store = app.store.clone();
    let new = Appealing { case: id, text, by: Party::Reporter };
    let done: Result<String, EngineError> = once
        .write_on(&app.store, id, move |tx| {
            Box::pin(async move { engine::appeal(tx, &store, new).await.map(|opened| opened.name) })
        })
        .await;
    let trouble = match done {
        Ok(_) => return Ok(see_other(&holder.done())),
        Err(EngineError::Refused(Refused::Invalid { message, .. })) => {
            form.refuse("appeal", message);
            return holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await;
        }
        Err(EngineError::Conflict(_)) => "You appealed against this close already.",
        Err(EngineError::Refused(Refused::TooLate { .. })) => {
            "The 90 days for an appeal are over. You can still write to us."
        }
        Err(EngineError::Refused(Refused::Illegal { .. })) => {
            "There is nothing to appeal against: we have not closed your report."
        }
        Err(other) => return Err(Problem::from(other).keeping(form.fields().clone())),
    };
    holder.show(&app, &view, (StatusCode::CONFLICT, form, trouble.to_owned())).await
}

pub(super) async fn withdraw(State(app): State<App>, Decider(holder): Decider, view: View, form: FormData) -> Reply {
    let form = Form::of(form.fields().await?);
    let id = holder.case;
    if !form.ok() {
        return holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await;
    }
    let input = json!({ "reason": form.value("why") });
    let once = once(&app, (id, "door appeal withdrawal"), form.fields(), input.to_string().as_bytes());
    let mut tx = app.store.read().await?;
    let case = load(&mut tx, &app.store, id).await?;
    let (appeals, _) = Appeals::of(&mut tx, &app.store, (&case, app.store.ambient().now())).await?;
    drop(tx);
    let appeal = appeals.open.map(|open| open.id);
    let store = app.store.clone();
    let done: Result<i64, EngineError> = once
        .write_on(&app.store, id, move |tx| {
            Box::pin(async move {
                // Decided, or taken back, since the page was made.
                let over = || EngineError::Conflict(String::new());
                let act = Act {
                    case: appeal.ok_or_else(over)?,
                    seen: None,
                    action: "withdraw".to_owned(),
                    input,
                    by: Party::Reporter,
                };
                engine::act(tx, &store, act).await
            })
        })
        .await;
    match done {
        Ok(_) => Ok(see_other(&holder.done())),
        Err(EngineError::Refused(Refused::Invalid { message, .. })) => {
            let mut form = form;
            form.refuse("why", message);
            holder.show(&app, &view, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await
        }
        Err(EngineError::Conflict(_) | EngineError::Refused(Refused::Illegal { .. })) => {
            let trouble = "There is no appeal of yours that waits: it was decided, or taken back.".to_owned();
            holder.show(&app, &view, (StatusCode::CONFLICT, form, trouble)).await
        }
        Err(other) => Err(Problem::from(other).keeping(form.fields().clone())),
    }
}

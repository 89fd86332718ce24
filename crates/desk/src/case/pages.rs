//! Looking at a case and acting on it.

use super::form::input;
use super::held;
use super::reference::resolve;
use super::show::{Shown, show};
use super::stale;
use crate::daybook::Wanted;
use crate::engine::{self, Act, EngineError};
use crate::links::Hands;
use crate::once::Once;
use crate::problem::other_hands;
use crate::{Viewer, audit};
use axum::extract::State;
use axum::http::StatusCode;
use db::Db;
use domain::case::{ActionDoc, Party, Refused};
use domain::{CaseId, MessageId, Permission};
use serde::Deserialize;
use serde_json::Value;
use web::{App, Fields, Form, FormData, Path, Problem, Query, Reply, Staff, View, see_other};

/// What stands in the address after `?`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    write: String,
    before: Option<i64>,
    at: Option<i64>,
    back: Option<MessageId>,
}

pub(super) async fn case(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    Query(asked): Query<Asked>,
) -> Reply {
    let viewer = Viewer::from(staff);
    let mut tx = app.store.read().await?;
    let case = viewer.case(&mut tx, &app.store, (&reference, Permission::ReadCases)).await?;
    let looked = accounts::last_look(&mut tx, (viewer.person, case.id)).await?;
    let back = match asked.back {
        Some(message) => held::taken_back(&mut tx, &case, (viewer.person, message)).await?,
        None => None,
    };
    drop(tx);
    audit::looked(&app, viewer.person, (case.id, case.version)).await;
    let outside = match asked.write.as_str() {
        "team" => Some(false),
        "outside" => Some(true),
        _ => None,
    };
    let wanted = Wanted { before: asked.before, at: asked.at };
    let shown = Shown { outside, looked, wanted, back: back.is_some(), ..Shown::default() };
    let form = back.map_or_else(Form::empty, |text| Form::of([("message", text.as_str())].into_iter().collect()));
    show(&app, &view, &viewer, case, Shown { form, ..shown }).await
}

pub(super) async fn act(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path((reference, action)): Path<(String, String)>,
    form: FormData,
) -> Reply {
    let fields = form.fields().await?;
    let viewer = Viewer::from(staff);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::ActOnCases)).await?;
    let by = engine::party(&mut tx, db, (&case, viewer.person)).await?;
    let seen: i64 = fields.get("version").parse().unwrap_or_default();
    let name = case.name();
    let doc = case.machine.legal(&case.state, &by).into_iter().find(|doc| doc.name == action);
    let once = once(db, &viewer, (case.id, &action), &fields);
    let Some(doc) = doc else {
        let other_hands = Hands::refuse(&mut tx, db, (&case, &action, &by)).await?;
        drop(tx);
        if once.replay::<Value>(db).await?.is_some() {
            return Ok(see_other(&format!("/desk/cases/{name}")));
        }
        let trouble = other_hands.or_else(|| Some(not_now(&action, seen != case.version)));
        let shown = Shown { status: StatusCode::CONFLICT, trouble, ..Shown::default() };
        return show(&app, &view, &viewer, case, shown).await;
    };
    // Bytes that are no text are an error of their field: they are not sent on in another form.
    if !fields.faults().is_empty() {
        drop(tx);
        let (status, action) = (StatusCode::UNPROCESSABLE_ENTITY, Some(doc.name.to_owned()));
        let shown = Shown { status, form: Form::of(fields), action, ..Shown::default() };
        return show(&app, &view, &viewer, case, shown).await;
    }
    if matches!(by, Party::Alone(_)) && !viewer.has_proved(db.ambient().now()) {
        drop(tx);
        return show(&app, &view, &viewer, case, unproved(&doc, fields)).await;
    }
    let resolved = resolve(&mut tx, db, &viewer, (&case, &doc), input(&doc, &fields)).await;
    drop(tx);
    let done = match resolved {
        Ok(input) => {
            let act = Act { case: case.id, seen: Some(seen), action: doc.name.to_owned(), input, by };
            take(db, act, once).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(see_other(&format!("/desk/cases/{name}"))),
        Err(EngineError::Stale { .. }) => stale::show(&app, &view, &viewer, (&reference, &doc), &fields).await,
        Err(EngineError::Refused(refused)) => {
            let shown = refusal(refused, &doc, fields)?;
            show(&app, &view, &viewer, case, shown).await
        }
        Err(EngineError::Conflict(text)) => show(&app, &view, &viewer, case, in_the_way(text, &doc, fields)).await,
        Err(EngineError::OtherHands { who }) => {
            show(&app, &view, &viewer, case, in_the_way(other_hands(&who), &doc, fields)).await
        }
        Err(other) => Err(Problem::from(other).keeping(fields)),
    }
}

fn once(db: &Db, viewer: &Viewer, (case, action): (CaseId, &str), fields: &Fields) -> Once {
    let typed: Vec<String> = fields.typed().map(|(name, value)| format!("{name}={value}")).collect();
    let route = format!("act {action} {case}");
    let said = typed.join("\n");
    Once::new(db, fields.get("idempotency"), (&viewer.person.to_string(), &route), said.as_bytes())
}

async fn take(db: &Db, act: Act, once: Once) -> Result<i64, EngineError> {
    let store = db.clone();
    once.write_on(db, act.case, move |tx| Box::pin(async move { engine::act(tx, &store, act).await })).await
}

fn refusal(refused: Refused, doc: &ActionDoc, fields: Fields) -> Result<Shown, Problem> {
    let action = Some(doc.name.to_owned());
    match refused {
        Refused::Invalid { field, message } => {
            let mut form = Form::of(fields);
            form.refuse(&format!("{}.{field}", doc.name), message);
            Ok(Shown { status: StatusCode::UNPROCESSABLE_ENTITY, form, action, ..Shown::default() })
        }
        Refused::TooEarly { from, .. } => {
            let trouble = Some(format!("This is possible from {}.", web::layout::Moment::from(from).full));
            Ok(Shown { status: StatusCode::CONFLICT, form: Form::of(fields), action, trouble, ..Shown::default() })
        }
        Refused::Illegal { .. } => {
            let trouble = Some(not_now(doc.name, false));
            Ok(Shown { status: StatusCode::CONFLICT, form: Form::of(fields), trouble, ..Shown::default() })
        }
        other => Err(EngineError::from(other).into()),
    }
}

/// Refused with a sentence; what was typed is kept.
fn in_the_way(text: String, doc: &ActionDoc, fields: Fields) -> Shown {
    let (form, action) = (Form::of(fields), Some(doc.name.to_owned()));
    Shown { status: StatusCode::CONFLICT, form, action, trouble: Some(text), ..Shown::default() }
}

fn unproved(doc: &ActionDoc, fields: Fields) -> Shown {
    let text = "Prove that it is you first, with the button above the actions. It leads away from this page: copy what you typed before.";
    in_the_way(text.to_owned(), doc, fields)
}

fn not_now(action: &str, changed: bool) -> String {
    let words = action.replace('-', " ");
    let why = if changed { "Somebody changed the case since you looked." } else { "The case is in another state." };
    format!("“{words}” is not possible now. {why} What is possible stands under Actions.")
}

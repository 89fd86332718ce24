//! Writing on a case: a note for the team and a reply to the reporter are two addresses and two types,
//! and neither form has a field the other's words could be in.

use super::show::{Shown, show};
use crate::Viewer;
use crate::engine::{self, EngineError};
use crate::once::Once;
use crate::problem::sentence;
use axum::extract::State;
use axum::http::StatusCode;
use db::{Db, Tx};
use domain::{CaseId, Permission, PersonId, ReporterText, TeamText};
use futures::future::BoxFuture;
use serde_json::Value;
use web::{App, Form, FormData, Path, Reply, Staff, View, see_other};

pub(super) async fn note(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(staff);
    let asked = Asked { field: "note", permission: Permission::WriteTeamText, outside: false };
    let read = |typed: String| TeamText::new(typed).map(Words::Team);
    asked.answer((&app, &view, &viewer), &reference, form, read).await
}

pub(super) async fn reply(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    let viewer = Viewer::from(staff);
    let asked = Asked { field: "message", permission: Permission::MessageReporter, outside: true };
    let read = |typed: String| ReporterText::new(typed).map(Words::Reporter);
    asked.answer((&app, &view, &viewer), &reference, form, read).await
}

/// Words with their audience in the type.
#[derive(Debug, Clone)]
pub(super) enum Words {
    /// For the team.
    Team(TeamText),
    /// For the reporter.
    Reporter(ReporterText),
}

/// Writes them on the case; gives the new version.
pub(super) fn put<'t>(
    tx: &'t mut Tx,
    db: &'t Db,
    (case, by): (CaseId, PersonId),
    words: Words,
) -> BoxFuture<'t, Result<i64, EngineError>> {
    Box::pin(async move {
        match words {
            Words::Team(text) => engine::note(tx, db, case, (by, text)).await,
            Words::Reporter(text) => engine::to_reporter(tx, db, case, (by, text)).await,
        }
    })
}

struct Asked {
    field: &'static str,
    permission: Permission,
    outside: bool,
}

impl Asked {
    async fn answer(
        self,
        (app, view, viewer): (&App, &View, &Viewer),
        reference: &str,
        form: FormData,
        read: impl FnOnce(String) -> Result<Words, domain::TextError>,
    ) -> Reply {
        let fields = form.fields().await?;
        let db = &app.store;
        let mut tx = db.read().await?;
        let case = viewer.case(&mut tx, db, (reference, self.permission)).await?;
        drop(tx);
        let mut form = Form::of(fields);
        let words = read(form.value(self.field).to_owned());
        if let Err(error) = &words {
            form.refuse(self.field, sentence(*error));
        }
        let words = match words {
            Ok(words) if form.ok() => words,
            _ => {
                let shown = Shown {
                    status: StatusCode::UNPROCESSABLE_ENTITY,
                    form,
                    outside: Some(self.outside),
                    ..Shown::default()
                };
                return show(app, view, viewer, case, shown).await;
            }
        };
        let by = viewer.person;
        let said = form.value(self.field).as_bytes().to_vec();
        let route = format!("write {} {}", self.field, case.id);
        let once = Once::new(db, form.value("idempotency"), (&by.to_string(), &route), &said);
        let (store, id) = (db.clone(), case.id);
        let done: Result<(), EngineError> = db
            .write(move |tx| {
                Box::pin(async move {
                    if once.earlier::<Value>(tx, &store).await?.is_some() {
                        return Ok(());
                    }
                    let version = put(tx, &store, (id, by), words).await?;
                    once.keep(tx, &store, (id, &Value::from(version))).await
                })
            })
            .await;
        done.map_err(|error| web::Problem::from(error).keeping(form.fields().clone()))?;
        Ok(see_other(&format!("/desk/cases/{}#write", case.name())))
    }
}

//! Writing on a case: a note for the team and a reply to the reporter are two addresses and two types,
//! and neither form has a field the other's words could be in.

use super::show::{Shown, show};
use crate::engine::{self, EngineError};
use crate::once::Once;
use crate::people::colleagues;
use crate::problem::sentence;
use crate::{Viewer, alert, mention, secrets};
use axum::extract::State;
use axum::http::StatusCode;
use db::{Db, Tx};
use domain::{CaseId, MessageId, Permission, PersonId, ReporterText, TeamText, TextError};
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
    NOTE.answer((&app, &view, &Viewer::from(staff)), &reference, form).await
}

pub(super) async fn reply(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    REPLY.answer((&app, &view, &Viewer::from(staff)), &reference, form).await
}

/// So often one form can be sent, taken back and sent again.
const AGAIN: usize = 20;

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
            Words::Team(text) => {
                let version = engine::note(tx, db, case, (by, text.clone())).await?;
                alert::mention(tx, db, (case, version), (by, &text)).await?;
                Ok(version)
            }
            Words::Reporter(text) => engine::to_reporter(tx, db, case, (by, text)).await,
        }
    })
}

/// The same from a page: what goes to the reporter lies for a while first, so that it can be taken back. Gives the new
/// version, or the id of the message.
async fn lay_down(tx: &mut Tx, db: &Db, (case, by): (CaseId, PersonId), words: Words) -> Result<Value, EngineError> {
    match words {
        Words::Reporter(text) => Ok(engine::send_later(tx, db, case, (by, text)).await?.to_string().into()),
        note @ Words::Team(_) => put(tx, db, (case, by), note).await.map(Value::from),
    }
}

/// One of the two forms.
pub(super) struct Asked {
    pub(super) field: &'static str,
    pub(super) permission: Permission,
    pub(super) outside: bool,
    words: fn(String) -> Result<Words, TextError>,
}

/// The form of a note.
pub(super) const NOTE: Asked = Asked {
    field: "note",
    permission: Permission::WriteTeamText,
    outside: false,
    words: |typed| TeamText::new(typed).map(Words::Team),
};

/// The form of a message to the reporter.
pub(super) const REPLY: Asked = Asked {
    field: "message",
    permission: Permission::MessageReporter,
    outside: true,
    words: |typed| ReporterText::new(typed).map(Words::Reporter),
};

impl Asked {
    /// The words that were typed; what is wrong with them goes to their field.
    pub(super) fn read(&self, form: &mut Form) -> Option<Words> {
        let typed = form.value(self.field).to_owned();
        let secret = secrets::found(&typed);
        match (secret, (self.words)(typed)) {
            (Some(why), _) => form.refuse(self.field, why),
            (None, Err(error)) => form.refuse(self.field, sentence(error)),
            (None, Ok(words)) => return form.ok().then_some(words),
        }
        None
    }

    /// The page with what was typed and what is wrong with it.
    pub(super) fn again(&self, form: Form) -> Shown {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Shown { status, form, outside: Some(self.outside), ..Shown::default() }
    }

    /// Keeps the words once, whatever comes twice. A form that comes once more after its message was taken back means a new
    /// message: what was answered then is no answer to it.
    async fn once(
        &self,
        db: &Db,
        (case, by): (CaseId, PersonId),
        form: &Form,
        words: Words,
    ) -> Result<(), EngineError> {
        let said = form.value(self.field).as_bytes();
        let (route, mut key) = (format!("write {} {case}", self.field), form.value("idempotency").to_owned());
        for _ in 0..AGAIN {
            let once = Once::new(db, &key, (&by.to_string(), &route), said);
            let (store, words) = (db.clone(), words.clone());
            let done: Value = once
                .write_on(db, case, move |tx| Box::pin(async move { lay_down(tx, &store, (case, by), words).await }))
                .await?;
            let Some(message) = done.as_str().and_then(|id| id.parse::<MessageId>().ok()) else { return Ok(()) };
            let mut tx = db.read().await?;
            if !engine::was_taken_back(&mut tx, (by, message)).await? {
                return Ok(());
            }
            key = format!("{key} {message}");
        }
        Err(EngineError::Conflict("You took this back many times. Open the case again and write it anew.".to_owned()))
    }

    async fn answer(&self, (app, view, viewer): (&App, &View, &Viewer), reference: &str, form: FormData) -> Reply {
        let fields = form.fields().await?;
        let db = &app.store;
        let mut tx = db.read().await?;
        let case = viewer.case(&mut tx, db, (reference, self.permission)).await?;
        let people = if self.outside { Vec::new() } else { colleagues(&mut tx, db).await? };
        drop(tx);
        let mut form = Form::of(fields);
        let words = self.read(&mut form);
        let others = mention::not_told(form.value(self.field), &people, &case.facts);
        let mut names_others = false;
        if form.ok() && !others.is_empty() && form.value("anyway") != "yes" {
            names_others = true;
            form.refuse(self.field, unseen(&others));
        }
        let words = match words {
            Some(words) if form.ok() => words,
            _ => return show(app, view, viewer, case, Shown { names_others, ..self.again(form) }).await,
        };
        let done = self.once(db, (case.id, viewer.person), &form, words).await;
        done.map_err(|error| web::Problem::from(error).keeping(form.fields().clone()))?;
        let place = if self.outside { "on-its-way" } else { "write" };
        Ok(see_other(&format!("/desk/cases/{}#{place}", case.name())))
    }
}

/// Who is named and cannot read it.
fn unseen(names: &[String]) -> String {
    let are = if names.len() == 1 { "is" } else { "are" };
    format!(
        "{} cannot see this case and {are} not told of this. Take the name out, or save it all the same",
        names.join(", ")
    )
}

//! What was typed as it will be read, before it is kept or sent: made by the server, with or without script.

use super::linked;
use super::show::{Shown, show};
use super::write::{Asked, NOTE, REPLY};
use crate::Viewer;
use crate::engine::{EngineError, Loaded};
use crate::letters::of_case::{self, LetterOut};
use axum::extract::State;
use web::markdown::{Html, render};
use web::{App, Form, FormData, Path, Reply, Staff, View};

/// Level of the first heading in it.
const HEADING: u8 = 3;

/// A text as it will be read.
#[derive(Debug, Clone)]
pub(super) struct Preview {
    pub(super) html: Html,
    /// The letter that tells of it, or why there is none; nothing for a note.
    pub(super) letter: Option<Result<LetterOut, &'static str>>,
}

pub(super) async fn note(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    look((&app, &view, &Viewer::from(staff)), &NOTE, &reference, form).await
}

pub(super) async fn reply(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(reference): Path<String>,
    form: FormData,
) -> Reply {
    look((&app, &view, &Viewer::from(staff)), &REPLY, &reference, form).await
}

async fn look((app, view, viewer): (&App, &View, &Viewer), asked: &Asked, reference: &str, form: FormData) -> Reply {
    let fields = form.fields().await?;
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (reference, asked.permission)).await?;
    drop(tx);
    let mut form = Form::of(fields);
    asked.read(&mut form);
    if !form.ok() {
        return show(app, view, viewer, case, asked.again(form)).await;
    }
    let preview = drawn(app, viewer, (&case, asked), form.value(asked.field)).await?;
    let shown = Shown { form, outside: Some(asked.outside), preview: Some(preview), ..Shown::default() };
    show(app, view, viewer, case, shown).await
}

async fn drawn(
    app: &App,
    viewer: &Viewer,
    (case, asked): (&Loaded, &Asked),
    text: &str,
) -> Result<Preview, EngineError> {
    let mut tx = app.store.read().await?;
    if asked.outside {
        // The reporter has no other case and no page of a file of ours to go to.
        let letter = of_case::of_message(&mut tx, app, case, text).await?;
        return Ok(Preview { html: render(text, &web::markdown::Links::default(), HEADING), letter: Some(letter) });
    }
    let href = format!("/desk/cases/{}", case.name());
    let team = viewer.may(domain::Permission::ReadTeamText, &case.facts);
    let (files, _) =
        crate::attachment::newest(&mut tx, &case.key, (case.id, team), (None, super::gather::FILES)).await?;
    let links =
        linked::links(&mut tx, viewer, (std::iter::once(text), linked::files_for(viewer, case, &files)), &href).await?;
    Ok(Preview { html: render(text, &links, HEADING), letter: None })
}

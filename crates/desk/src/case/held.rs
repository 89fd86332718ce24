//! Messages of a case that are on their way to the reporter, and taking one back.

use super::show::{Shown, show};
use crate::Viewer;
use crate::engine::{self, EngineError, Held, Loaded};
use crate::people::Names;
use axum::extract::State;
use axum::http::StatusCode;
use db::Tx;
use domain::{MessageId, Permission, PersonId, Ts};
use web::layout::Moment;
use web::markdown::{Html, Links, render};
use web::{App, FormData, Path, Reply, Staff, View, see_other};

/// Level of the first heading in it.
const HEADING: u8 = 3;

/// One that is on its way, as the page shows it.
pub(super) struct OnItsWay {
    pub(super) html: Html,
    pub(super) due: Moment,
    /// Seconds until then; nothing when it goes any moment.
    pub(super) left: Option<i64>,
    /// Who wrote it.
    pub(super) who: String,
    /// Where it is taken back, for whoever wrote it.
    pub(super) undo: Option<String>,
}

impl OnItsWay {
    pub(super) fn of(held: &Held, href: &str, (me, now): (PersonId, Ts), names: &Names) -> Self {
        let left = held.due.micros().saturating_sub(now.micros()) / 1_000_000;
        Self {
            html: render(&held.text, &Links::default(), HEADING),
            due: held.due.into(),
            left: (left > 0).then_some(left),
            who: names.known(held.by).to_owned(),
            undo: (held.by == me).then(|| format!("{href}/replies/{}/undo", held.id)),
        }
    }
}

/// Those of a case that are not sent yet, oldest first, and the last one that the viewer took back, while its words are
/// kept. Guests, who are from outside, see what they wrote themselves.
pub(super) async fn on_their_way(
    tx: &mut Tx,
    (viewer, case): (&Viewer, &Loaded),
) -> Result<(Vec<Held>, Option<MessageId>), EngineError> {
    let team = viewer.may(Permission::ReadTeamText, &case.facts);
    let mut held = engine::held(tx, &case.key, (case.id, viewer.person)).await?;
    let back = held.iter().find(|one| one.back && !one.text.is_empty()).map(|one| one.id);
    held.retain(|one| !one.back && (team || one.by == viewer.person));
    Ok((held, back))
}

/// The words of a message that this person took back.
pub(super) async fn taken_back(
    tx: &mut Tx,
    case: &Loaded,
    (me, message): (PersonId, MessageId),
) -> Result<Option<String>, EngineError> {
    let held = engine::held(tx, &case.key, (case.id, me)).await?;
    Ok(held.into_iter().find(|one| one.back && one.id == message && !one.text.is_empty()).map(|one| one.text))
}

pub(super) async fn undo(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path((reference, message)): Path<(String, String)>,
    form: FormData,
) -> Reply {
    form.fields().await?;
    let viewer = Viewer::from(staff);
    let db = &app.store;
    let mut tx = db.read().await?;
    let case = viewer.case(&mut tx, db, (&reference, Permission::MessageReporter)).await?;
    drop(tx);
    let message: MessageId = message.parse().map_err(|_| EngineError::NotFound)?;
    let (store, id, by) = (db.clone(), case.id, viewer.person);
    let back: Result<bool, EngineError> =
        db.write(move |tx| Box::pin(async move { engine::take_back(tx, &store, id, (by, message)).await })).await;
    if back? {
        return Ok(see_other(&format!("/desk/cases/{}?write=outside&back={message}#write", case.name())));
    }
    let trouble = Some("The message was sent already. Write another one that sets it right.".to_owned());
    show(&app, &view, &viewer, case, Shown { status: StatusCode::CONFLICT, trouble, ..Shown::default() }).await
}

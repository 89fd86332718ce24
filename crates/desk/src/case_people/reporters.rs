//! Who follows a case from an account of their own: a co-reporter let in by their address, and a report taken out
//! of an account and put back.

use super::forms::Sent;
use crate::engine::{EngineError, REPORTER_ADDRESS as ADDRESS, ReporterChange, ReporterTie as Tie};
use crate::engine::{change_reporters, from_account};
use accounts::{ReadKind, researcher};
use axum::extract::State;
use domain::case::Refused;
use domain::{Permission, PersonId};
use mail::MailAddress;
use web::{App, FormData, Path, Problem, Reply, Staff, View};

pub(super) async fn add(State(app): State<App>, staff: Staff, view: View, path: Path<String>, form: FormData) -> Reply {
    let sent = Sent::read(&app, staff, (&path.0, Permission::RestrictCases), form).await?;
    // The answer says whether somebody has an account: who asked that stays on record.
    crate::audit::note(&app, sent.viewer.person, ReadKind::Search, Some(sent.case.id)).await?;
    let found = match sent.form.value(ADDRESS).parse::<MailAddress>() {
        Ok(address) => {
            let mut tx = app.store.read().await?;
            researcher::by_address(&mut tx, app.store.keys(), &address).await?
        }
        Err(_) => None,
    };
    let done = match found {
        Some(person) => change(&app, &sent, (person, Tie::Follows)).await,
        None => Err(Refused::invalid(ADDRESS, "No researcher has an account with exactly this address").into()),
    };
    sent.answer((&app, &view), done).await
}

pub(super) async fn remove(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let sent = Sent::read(&app, staff, (&path.0, Permission::RestrictCases), form).await?;
    let person: PersonId = sent.form.value("person").parse().map_err(|_| Problem::not_found())?;
    let mut tx = app.store.read().await?;
    let there = from_account(&mut tx, (sent.case.id, person)).await?;
    drop(tx);
    // Sent twice: it is done.
    let done = if there { change(&app, &sent, (person, Tie::Ends)).await } else { Ok(sent.case.version) };
    sent.answer((&app, &view), done).await
}

/// Undoes that a report was taken out of an account.
pub(super) async fn give_back(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let sent = Sent::read(&app, staff, (&path.0, Permission::RestrictCases), form).await?;
    let person: PersonId = sent.form.value("person").parse().map_err(|_| Problem::not_found())?;
    let done = change(&app, &sent, (person, Tie::Returns)).await;
    sent.answer((&app, &view), done).await
}

async fn change(app: &App, sent: &Sent, (researcher, tie): (PersonId, Tie)) -> Result<i64, EngineError> {
    let (case, seen, by) = (sent.case.id, sent.version, sent.viewer.person);
    let wanted = ReporterChange { case, seen, by, researcher, tie };
    let store = app.store.clone();
    app.store.write(move |tx| Box::pin(async move { change_reporters(tx, &store, wanted).await })).await
}

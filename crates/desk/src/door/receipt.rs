//! The receipt, as our JSON document and as a C2SP tlog-proof.

use super::Holder;
use crate::attachment::document;
use crate::engine::{Loaded, load};
use axum::extract::State;
use db::{Tx, event, log};
use domain::EventId;
use web::{App, Problem, Reply};

/// The case and the event that brought its report.
async fn reported(tx: &mut Tx, app: &App, holder: Holder) -> Result<(Loaded, EventId), Problem> {
    let case = load(tx, &app.store, holder.case).await?;
    let first = event::between(tx, &case.key, case.id, (1, 1)).await?.into_iter().next();
    let first = first.ok_or_else(|| Problem::internal("a case without events"))?;
    Ok((case, first.id))
}

fn erased() -> Problem {
    Problem::gone("This was erased, and its receipt with it.")
}

pub(super) async fn json(State(app): State<App>, holder: Holder) -> Reply {
    log::settled(&app.store).await;
    let mut tx = app.store.read().await?;
    let (case, event) = reported(&mut tx, &app, holder).await?;
    let receipt = log::receipt(&mut tx, app.store.keys(), case.id, event).await?.ok_or_else(erased)?;
    let text = receipt.to_json().map_err(Problem::internal)?;
    document(&format!("{}.receipt.json", case.name()), "application/json", text)
}

pub(super) async fn proof(State(app): State<App>, holder: Holder) -> Reply {
    log::settled(&app.store).await;
    let mut tx = app.store.read().await?;
    let (case, event) = reported(&mut tx, &app, holder).await?;
    let receipt = log::receipt(&mut tx, app.store.keys(), case.id, event).await?.ok_or_else(erased)?;
    let proof = receipt
        .to_tlog_proof()
        .ok_or_else(|| Problem::unavailable("The log has not taken your report in yet. Try again in a few seconds."))?;
    document(&format!("{}.tlog-proof", case.name()), "text/plain; charset=utf-8", proof.to_string())
}

//! Acting on a case.

use super::children::Children;
use super::{EngineError, Loaded, as_seen, consequence, hands, links, load_for_change, store};
use db::{Db, Tx, jobs};
use domain::CaseId;
use domain::case::{Acted, Party, Refused};
use serde_json::{Value, json};
use std::sync::Arc;

/// An action about to be taken.
#[derive(Debug, Clone)]
pub struct Act {
    /// On which case.
    pub case: CaseId,
    /// The version the caller saw; `None` for the house itself.
    pub seen: Option<i64>,
    /// Name of the action.
    pub action: String,
    /// Its input.
    pub input: Value,
    /// Which side acts.
    pub by: Party,
}

/// Takes an action in the caller's write; gives the new version. Whether the caller may act on this
/// case is asked before.
pub async fn act(tx: &mut Tx, db: &Db, mut act: Act) -> Result<i64, EngineError> {
    let children = Children::take(tx, &mut act).await?;
    let mut together = links::beside(tx, act.case).await?;
    together.extend(children.ids());
    together.extend(links::repeated_by(tx, &act.input).await?);
    together.insert(act.case);
    links::lock(tx, &together).await?;
    // What was read before the locks may have changed while they were waited for.
    children.still(tx, act.case).await?;
    if !links::repeated_by(tx, &act.input).await?.is_subset(&together) {
        return Err(EngineError::Conflict("The other case was changed this moment. Try again.".to_owned()));
    }
    let case = load_for_change(tx, db, act.case).await?;
    as_seen(tx, &case, (act.seen, act.by.person())).await?;
    if let Some((field, why)) = crate::secrets::found_in(&act.input) {
        return Err(Refused::invalid(field, why).into());
    }
    hands::check(tx, db, (&case, &act.by)).await?;
    links::no_circle(tx, case.id, &act.input).await?;
    let taken = taken(tx, db, &case, (&act.action, act.input.clone()), &act.by).await;
    let (version, acted) = match taken {
        Err(EngineError::Refused(Refused::OtherHands { .. })) => {
            return Err(hands::somebody_else(tx, db, (&case, &act.by)).await?);
        }
        taken => taken?,
    };
    consequence::of(tx, db, (&case, &acted), &act.by).await?;
    children.follow(tx, db, &act).await?;
    Ok(version)
}

/// Takes an action on a case that is loaded for change; gives its new version.
pub(super) async fn take(
    tx: &mut Tx,
    db: &Db,
    case: &Loaded,
    action: (&str, Value),
    by: &Party,
) -> Result<i64, EngineError> {
    taken(tx, db, case, action, by).await.map(|(version, _)| version)
}

/// The same, with what happened.
pub(super) async fn taken(
    tx: &mut Tx,
    db: &Db,
    case: &Loaded,
    (action, input): (&str, Value),
    by: &Party,
) -> Result<(i64, Acted), EngineError> {
    // A clock that was set back must not make a case younger than its last event.
    let now = db.ambient().now().max(case.updated_at);
    let acted = case.machine.act(&case.state, action, input, by, now)?;
    let version = keep(tx, db, case, &acted, by).await?;
    Ok((version, acted))
}

/// Stores what was decided about a case that is loaded for change; gives its new version.
pub(super) async fn keep(tx: &mut Tx, db: &Db, case: &Loaded, acted: &Acted, by: &Party) -> Result<i64, EngineError> {
    let now = db.ambient().now().max(case.updated_at);
    let (_, version) = store::events(tx, db, &case.key, (case.id, case.version, by), &acted.events).await?;
    let summary = case.machine.summary(&acted.state, &case.terms);
    store::state(tx, db, &case.key, (case.id, case.version, version), (&acted.state, &summary, now)).await?;
    if case.summary().open && !summary.open {
        crate::alert::forget_ended(tx, db, (case.id, &summary.alarms)).await?;
    }
    crate::figures::changed(tx, case, &acted.state).await?;
    store::follow_up(tx, db, case.id, &summary, true).await?;
    Ok(version)
}

/// What the clock of a case does when it is due: the job of kind [`super::CLOCK_JOB`].
pub fn due_jobs() -> jobs::Handler {
    Arc::new(|db, job| {
        Box::pin(async move {
            let Some(case) = job.subject.map(CaseId::from_uuid) else { return Ok(()) };
            let outcome: Result<(), EngineError> =
                db.clone().write(move |tx| Box::pin(async move { when_due(tx, &db, case).await })).await;
            match outcome {
                // The case moved on, or is gone: nothing is due any more.
                Ok(()) | Err(EngineError::Refused(_) | EngineError::NotFound) => Ok(()),
                Err(EngineError::Db(e)) => Err(e),
                Err(e) => Err(db::DbError::Inconsistent(e.to_string())),
            }
        })
    })
}

async fn when_due(tx: &mut Tx, db: &Db, case: CaseId) -> Result<(), EngineError> {
    let case = load_for_change(tx, db, case).await?;
    match case.summary().next {
        Some(next) if next.at <= db.ambient().now() => {
            take(tx, db, &case, (next.action, json!({})), &Party::System).await.map(|_| ())
        }
        _ => Ok(()),
    }
}

//! What becomes of the duplicates of a case when it is closed as something else or opened again: they are left, or
//! they follow it in the same write, each with events of its own.

use super::act::{self, Act};
use super::{EngineError, Loaded, consequence, load_for_change};
use db::{Db, Tx, fetch_all, stmt};
use domain::case::{Acted, Party, Refused};
use domain::{Actor, CaseId, Permission, Uuid, may};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Most duplicates that follow at once.
pub const CHILDREN_MAX: usize = 200;
/// The member of an input that says what becomes of them.
const MEMBER: &str = "children";

/// The duplicates that are to follow.
pub(super) struct Children {
    ids: BTreeSet<CaseId>,
    /// Named one by one: then each has to be able to.
    named: bool,
}

fn refuse(message: &str) -> EngineError {
    Refused::invalid(MEMBER, message).into()
}

impl Children {
    /// Takes what is said of them out of the input, which the machine has no member for: `leave`, `follow`, or the
    /// ids of some.
    pub(super) async fn take(tx: &mut Tx, act: &mut Act) -> Result<Self, EngineError> {
        let none = Self { ids: BTreeSet::new(), named: false };
        if !matches!(act.action.as_str(), "close" | "reopen") {
            return Ok(none);
        }
        let Some(wanted) = act.input.as_object_mut().and_then(|input| input.remove(MEMBER)) else { return Ok(none) };
        let all = match &wanted {
            Value::Null => return Ok(none),
            Value::String(word) if matches!(word.as_str(), "" | "leave") => return Ok(none),
            Value::String(word) if word == "follow" => true,
            Value::Array(_) => false,
            _ => return Err(refuse("Say leave or follow.")),
        };
        let there = of(tx, act.case).await?;
        let ids = if all { there } else { some(&wanted, &there)? };
        let outcome = act.input["outcome"].as_str().unwrap_or_default();
        if !ids.is_empty() && act.action == "close" && matches!(outcome, "resolved" | "duplicate") {
            return Err(refuse(
                "The duplicates of a report that is resolved, or is a duplicate itself, stay as they are.",
            ));
        }
        Ok(Self { ids, named: !all })
    }

    /// Refuses where one of them repeats another case by now. Asked under the locks.
    pub(super) async fn still(&self, tx: &mut Tx, case: CaseId) -> Result<(), EngineError> {
        if self.ids.is_empty() || self.ids.is_subset(&of(tx, case).await?) { Ok(()) } else { Err(refuse(GONE)) }
    }

    /// Which they are.
    pub(super) fn ids(&self) -> impl Iterator<Item = CaseId> + '_ {
        self.ids.iter().copied()
    }

    /// Lets them follow what was done to their root. Those that this person may not act on stay as they are.
    pub(super) async fn follow(&self, tx: &mut Tx, db: &Db, act: &Act) -> Result<(), EngineError> {
        let Some(person) = act.by.person().filter(|_| !self.ids.is_empty()) else { return Ok(()) };
        let grants = accounts::person::grants_of(tx, person).await.map_err(EngineError::corrupt)?;
        let actor = Actor::person(person, grants);
        for id in &self.ids {
            let child = match load_for_change(tx, db, *id).await {
                Ok(child) if may(&actor, Permission::ActOnCases, &child.facts) => child,
                Ok(_) | Err(EngineError::NotFound) if self.named => return Err(refuse(GONE)),
                Ok(_) | Err(EngineError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            if child.summary().locked {
                let text = format!("{} is locked. Unlock it first, or leave it as it is.", child.name());
                return Err(EngineError::Conflict(text));
            }
            one(tx, db, &child, act).await?;
        }
        Ok(())
    }
}

const GONE: &str = "One of these is no duplicate of this case any more. Look at the case again.";

/// The duplicates of a case.
async fn of(tx: &mut Tx, case: CaseId) -> Result<BTreeSet<CaseId>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT from_case FROM case_links WHERE to_case = $1 AND kind = 'duplicate' ORDER BY from_case LIMIT 201"
        ),
        case.uuid()
    )?;
    if rows.len() > CHILDREN_MAX {
        return Err(refuse("There are more than 200 duplicates: leave them, and change them from the inbox."));
    }
    Ok(rows.into_iter().map(|(id,)| CaseId::from_uuid(id)).collect())
}

fn some(wanted: &Value, there: &BTreeSet<CaseId>) -> Result<BTreeSet<CaseId>, EngineError> {
    let ids = wanted.as_array().into_iter().flatten();
    let ids = ids.map(|id| id.as_str().and_then(|id| id.parse().ok()).filter(|id| there.contains(id)));
    ids.collect::<Option<_>>().ok_or_else(|| refuse(GONE))
}

/// One of them: opened again, and closed as the root was.
async fn one(tx: &mut Tx, db: &Db, child: &Loaded, root: &Act) -> Result<(), EngineError> {
    let reason = json!({ "reason": root.input["reason"] });
    let mut acted = Acted { state: child.state.clone(), events: Vec::new() };
    step(db, child, &mut acted, ("reopen", reason), &root.by)?;
    if root.action == "close" {
        let before = acted.clone();
        let closed = step(db, child, &mut acted, ("close", root.input.clone()), &root.by);
        // What needs a valid report is found valid first, as the root was.
        if let Err(Refused::Invalid { .. }) = closed {
            acted = before;
            step(db, child, &mut acted, ("triage", json!({})), &root.by)?;
            step(db, child, &mut acted, ("close", root.input.clone()), &root.by)?;
        }
    }
    act::keep(tx, db, child, &acted, &root.by).await?;
    consequence::reopened(tx, db, child.id).await
}

fn step(db: &Db, case: &Loaded, so_far: &mut Acted, (action, input): (&str, Value), by: &Party) -> Result<(), Refused> {
    let now = db.ambient().now().max(case.updated_at);
    let acted = case.machine.act(&so_far.state, action, input, by, now)?;
    so_far.state = acted.state;
    so_far.events.extend(acted.events);
    Ok(())
}

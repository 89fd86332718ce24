//! Other cases named in an input: `REP-12` becomes an id the caller may see, a duplicate of a duplicate
//! becomes one of the root, and a case is never a duplicate of itself.

use crate::Viewer;
use crate::engine::{EngineError, Loaded};
use db::{Db, Tx};
use domain::case::{ActionDoc, FieldKind, Refused};
use domain::{CaseId, Permission};
use serde_json::{Value, json};

/// Longest chain that is followed; a longer one can only be a circle.
const MOST: usize = 64;

/// Replaces names by ids in every field of the action that refers to a case.
pub async fn resolve(
    tx: &mut Tx,
    db: &Db,
    viewer: &Viewer,
    (case, action): (&Loaded, &ActionDoc),
    mut input: Value,
) -> Result<Value, EngineError> {
    let duplicate = input["outcome"].as_str() == Some("duplicate");
    for field in action.fields.iter().filter(|f| f.kind == FieldKind::Reference) {
        let typed = input.get(field.name).and_then(Value::as_str).map(str::trim).unwrap_or_default().to_owned();
        if typed.is_empty() {
            continue;
        }
        let missing = || Refused::invalid(field.name, format!("There is no case {typed} that you can see."));
        let mut other = match viewer.case(tx, db, (&typed, Permission::ReadCases)).await {
            Ok(other) => other,
            Err(EngineError::NotFound) => return Err(missing().into()),
            Err(error) => return Err(error),
        };
        if duplicate {
            other = root(tx, db, viewer, other).await?;
        }
        if other.id == case.id {
            return Err(Refused::invalid(field.name, "That is this case itself, or a duplicate of it.").into());
        }
        input[field.name] = json!(other.id.to_string());
    }
    Ok(input)
}

/// The end of a chain of duplicates, as far as the caller may see it.
async fn root(tx: &mut Tx, db: &Db, viewer: &Viewer, mut case: Loaded) -> Result<Loaded, EngineError> {
    for _ in 0..MOST {
        let Some(next) = duplicate_of(&case.state) else { return Ok(case) };
        match viewer.case(tx, db, (&next.to_string(), Permission::ReadCases)).await {
            Ok(other) => case = other,
            Err(EngineError::NotFound) => return Ok(case),
            Err(error) => return Err(error),
        }
    }
    Err(EngineError::corrupt(format!("case {} is in a circle of duplicates", case.id)))
}

/// The case that this closed one repeats, if it was closed so.
pub fn duplicate_of(state: &Value) -> Option<CaseId> {
    state.pointer("/stage/closed/outcome/duplicate/case")?.as_str()?.parse().ok()
}

/// Where an event names another case.
const NAMED: &[&str] = &["/outcome/duplicate/case", "/outcome/rerouted/to"];

/// Takes the id of another case out of an event where the viewer may not know of it: it would tell that there is
/// one, and since when.
pub async fn hide(tx: &mut Tx, db: &Db, viewer: &Viewer, data: &mut Value) -> Result<(), EngineError> {
    for place in NAMED {
        let Some(named) = data.pointer_mut(place) else { continue };
        let Some(id) = named.as_str().filter(|id| id.parse::<CaseId>().is_ok()) else { continue };
        match viewer.case(tx, db, (id, Permission::ReadCases)).await {
            Ok(_) => {}
            Err(EngineError::NotFound) => *named = Value::Null,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

//! Files of a case: the row that makes a stored blob part of it.

use super::own::{self, Own};
use super::{EngineError, load_for_change};
use crate::attachment::{self, NewFile};
use db::{Db, Tx};
use domain::case::{Audience, Party};
use domain::{CaseId, PersonId};
use serde_json::json;

/// Adds stored files to a case, one event each; gives the new version. `from` is whose account they came from,
/// where it was one.
pub async fn attach(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    ((by, from), audience, files): ((Party, Option<PersonId>), Audience, Vec<NewFile>),
) -> Result<i64, EngineError> {
    let mut version = None;
    for file in files {
        let case = load_for_change(tx, db, case).await?;
        let mut data = json!({
            "attachment": file.id.to_string(),
            "name": file.name,
            "size": file.size,
            "sha256": file.sha256,
        });
        if let Some(from) = from {
            data["person"] = json!(from.to_string());
        }
        let new = Own { kind: "attachment_added", audience, data };
        let (event, now) = own::record(tx, db, &case, new, &by).await?;
        let place = attachment::Place { owner: case.id, event: Some(event), audience };
        attachment::insert(tx, &case.key, db.ambient(), place, &file).await?;
        version = Some(now);
    }
    match version {
        Some(version) => Ok(version),
        None => Ok(load_for_change(tx, db, case).await?.version),
    }
}

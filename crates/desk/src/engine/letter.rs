//! What a case records of mail: the mail it came by, and letters of ours that came back.

use super::own::{self, Own};
use super::{EngineError, load_for_change};
use db::{Db, Tx};
use domain::CaseId;
use domain::case::{Audience, Party};
use serde_json::Value;

/// Records the headers of the mail that became this case: for the team, since they are claims, and since
/// whoever forwarded it is among them. Gives the new version.
pub async fn came_by_mail(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, headers): (&Party, Value),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let new = Own { kind: "came_by_mail", audience: Audience::Team, data: headers };
    own::record(tx, db, &case, new, by).await.map(|(_, version)| version)
}

/// Records that a letter about this case came back. Gives the new version.
pub async fn letter_returned(
    tx: &mut Tx,
    db: &Db,
    case: CaseId,
    (by, what): (&Party, Value),
) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, case).await?;
    let new = Own { kind: "letter_returned", audience: Audience::Team, data: what };
    own::record(tx, db, &case, new, by).await.map(|(_, version)| version)
}

//! Co-reporters: who found it together, with what share. An event of the case that the reporter reads; the
//! last one counts.

use super::own::{self, Own};
use super::{EngineError, as_seen, load_for_change};
use db::event::Record;
use db::{Db, Tx};
use domain::case::{Audience, Party, Shares};
use domain::{CaseId, PersonId};
use serde_json::{Value, json};

/// Shares about to be set.
#[derive(Debug, Clone)]
pub struct Sharing {
    /// Of which case.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who sets them.
    pub by: PersonId,
    /// The shares.
    pub shares: Shares,
}

/// Sets the shares of a report; gives the new version.
pub async fn share(tx: &mut Tx, db: &Db, sharing: Sharing) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, sharing.case).await?;
    as_seen(tx, &case, (sharing.seen, Some(sharing.by))).await?;
    let data = json!({ "shares": sharing.shares });
    let new = Own { kind: "shares_set", audience: Audience::Reporter, data };
    own::record(tx, db, &case, new, &Party::Team(sharing.by)).await.map(|(_, version)| version)
}

/// The shares in force, from the events of a case: the reporter's alone where none were set.
pub fn shares(records: &[Record]) -> Shares {
    let set = records.iter().rev().find(|record| record.kind == "shares_set");
    set.and_then(|record| shares_of(&record.data)).unwrap_or_else(Shares::alone)
}

/// The shares in the data of an event.
pub(crate) fn shares_of(data: &Value) -> Option<Shares> {
    serde_json::from_value(data["shares"].clone()).ok()
}

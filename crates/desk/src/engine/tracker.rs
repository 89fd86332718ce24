//! Issues of the team's own tracker that a case is worked on in: addresses that only the team reads.

use super::own::{self, Own};
use super::{EngineError, as_seen, load_for_change};
use db::event::{self, Record};
use db::{Db, Tx};
use domain::case::{Audience, Party, Refused};
use domain::{CaseId, EventId, PersonId, Ts};
use serde_json::json;

/// Most issues of one case.
pub const ISSUES_MAX: usize = 20;
/// Most times that the issues of one case can change: all of these events are read for its page.
const CHANGES_MAX: usize = 500;

const KINDS: &[&str] = &["linked_issue_added", "linked_issue_removed"];

/// An issue of the tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The event that added it.
    pub id: EventId,
    /// Its address: http or https.
    pub url: String,
    /// When it was added.
    pub at: Ts,
}

/// A change of the issues of a case.
#[derive(Debug, Clone)]
pub struct Tracking {
    /// Of which case.
    pub case: CaseId,
    /// The version the caller saw; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who changes them.
    pub by: PersonId,
}

/// The issues after these events, in the order they were added.
pub fn issues(records: &[Record]) -> Vec<Issue> {
    let mut issues: Vec<Issue> = Vec::new();
    for record in records {
        let text = |name: &str| record.data[name].as_str().unwrap_or_default();
        match record.kind.as_str() {
            "linked_issue_added" => issues.push(Issue { id: record.id, url: text("url").to_owned(), at: record.at }),
            "linked_issue_removed" => issues.retain(|issue| issue.id.to_string() != text("issue")),
            _ => {}
        }
    }
    issues
}

/// The issues of a case.
pub async fn issues_of(tx: &mut Tx, case: &super::Loaded) -> Result<Vec<Issue>, EngineError> {
    Ok(issues(&event::of_kinds(tx, &case.key, case.id, (KINDS, true)).await?))
}

/// Adds the address of an issue, which is one of ours to check before; gives its id and the new version.
pub async fn add_issue(tx: &mut Tx, db: &Db, what: Tracking, url: &str) -> Result<(EventId, i64), EngineError> {
    let case = load_for_change(tx, db, what.case).await?;
    as_seen(tx, &case, (what.seen, Some(what.by))).await?;
    let records = event::of_kinds(tx, &case.key, case.id, (KINDS, true)).await?;
    let there = issues(&records);
    if there.iter().any(|issue| issue.url == url) {
        return Err(Refused::invalid("url", "This issue is linked already").into());
    }
    if there.len() >= ISSUES_MAX {
        return Err(Refused::invalid("url", "A case links to at most 20 issues. Remove one first").into());
    }
    if records.len() >= CHANGES_MAX {
        let message = "The issues of this case were changed too often to add another. Name it in a note";
        return Err(Refused::invalid("url", message).into());
    }
    let new = Own { kind: "linked_issue_added", audience: Audience::Team, data: json!({ "url": url }) };
    own::record(tx, db, &case, new, &Party::Team(what.by)).await
}

/// Takes an issue away; gives the new version.
pub async fn remove_issue(tx: &mut Tx, db: &Db, what: Tracking, issue: EventId) -> Result<i64, EngineError> {
    let case = load_for_change(tx, db, what.case).await?;
    let there = issues_of(tx, &case).await?;
    let gone = there.iter().find(|one| one.id == issue).ok_or(EngineError::NotFound)?;
    as_seen(tx, &case, (what.seen, Some(what.by))).await?;
    let data = json!({ "issue": issue.to_string(), "url": gone.url });
    let new = Own { kind: "linked_issue_removed", audience: Audience::Team, data };
    own::record(tx, db, &case, new, &Party::Team(what.by)).await.map(|(_, version)| version)
}

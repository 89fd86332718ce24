//! What somebody sent, in plain counts over the cases that the viewer may see. No score: numbers that anybody can
//! count again.

use crate::Viewer;
use crate::engine::EngineError;
use crate::words::outcome_words;
use accounts::researcher::Part;
use accounts::visible_to;
use db::{List, Tx};
use domain::{Permission, PersonId};
use std::collections::BTreeMap;

/// The record of one researcher.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Reports in their account.
    pub(crate) sent: i64,
    /// Open ones that nobody has judged yet.
    pub(crate) waiting: i64,
    /// Found valid: open and past triage, or closed as resolved or as an accepted risk.
    pub(crate) valid: i64,
    /// Closed ones by how they ended, each with its word in the store.
    pub(crate) closed: BTreeMap<String, i64>,
    /// Reports of others that they found too: in no other count.
    pub(crate) beside: i64,
}

impl Record {
    /// Counts.
    pub(crate) async fn of(tx: &mut Tx, viewer: &Viewer, researcher: PersonId) -> Result<Self, EngineError> {
        let list = List::new(
            "SELECT r.part, c.state, c.outcome, COUNT(*) FROM case_reporters r JOIN cases c ON c.id = r.case_id
             WHERE c.erased_at IS NULL",
        )
        .and("r.researcher = ?", [researcher.uuid().into()]);
        let list = visible_to(list, &viewer.caller(), Permission::ReadCases);
        let rows = list.tail("GROUP BY r.part, c.state, c.outcome ORDER BY c.state", []).fetch(tx).await?;
        Ok(Self::count(&rows))
    }

    fn count(rows: &[(String, String, Option<String>, i64)]) -> Self {
        let mut record = Self::default();
        for (part, state, outcome, count) in rows {
            if part != Part::Owner.as_str() {
                record.beside += count;
                continue;
            }
            record.sent += count;
            match (state.as_str(), outcome.as_deref()) {
                ("closed", outcome) => {
                    let outcome = outcome.unwrap_or("closed");
                    if matches!(outcome, "resolved" | "accepted_risk") {
                        record.valid += count;
                    }
                    *record.closed.entry(outcome.to_owned()).or_default() += count;
                }
                ("new", _) => record.waiting += count,
                _ => record.valid += count,
            }
        }
        record
    }

    /// `3 sent, 1 not judged yet, 1 valid; closed: 1 duplicate`.
    pub(crate) fn words(&self) -> String {
        let mut words = vec![format!("{} sent", self.sent)];
        if self.waiting > 0 {
            words.push(format!("{} not judged yet", self.waiting));
        }
        words.push(format!("{} valid", self.valid));
        let closed: Vec<String> = self
            .closed
            .iter()
            .map(|(outcome, count)| format!("{count} {}", outcome_words(outcome).to_lowercase()))
            .collect();
        let end = if closed.is_empty() { String::new() } else { format!("; closed: {}", closed.join(", ")) };
        format!("{}{end}", words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    #[test]
    fn a_record_is_counts() {
        let owner = |state: &str, outcome: Option<&str>, n| {
            ("owner".to_owned(), state.to_owned(), outcome.map(str::to_owned), n)
        };
        let rows = [
            owner("new", None, 1),
            owner("accepted", None, 2),
            owner("closed", Some("resolved"), 3),
            owner("closed", Some("duplicate"), 4),
            ("co".to_owned(), "new".to_owned(), None, 5),
        ];
        let record = Record::count(&rows);
        assert_eq!((record.sent, record.waiting, record.valid, record.beside), (10, 1, 5, 5));
        assert_eq!(record.words(), "10 sent, 1 not judged yet, 5 valid; closed: 4 duplicate, 3 resolved");
    }
}

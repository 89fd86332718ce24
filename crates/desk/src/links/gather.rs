//! The links of a case that its viewer may know of.

use crate::engine::{self, EngineError, Link, Loaded};
use crate::{Viewer, words};
use db::{Db, Tx};
use domain::Permission;
use domain::case::LinkKind;
use serde_json::{Value, json};
use web::layout::StateChip;
use web::openapi::Schema;

/// Most links of one case that are looked at.
const SHOWN: usize = 100;

/// A case that belongs to the one that is shown.
pub(crate) struct Linked {
    /// What it is to it, as a label.
    pub(crate) label: &'static str,
    word: &'static str,
    /// REP-12.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) chip: StateChip,
    id: String,
    state: &'static str,
    outcome: Option<&'static str>,
}

/// A duplicate of the case that is shown.
pub(crate) struct Child {
    pub(crate) id: String,
    /// REP-13.
    pub(crate) name: String,
    pub(crate) title: String,
}

/// Label and word of what the other case is to the one that is shown.
const fn words_of(link: &Link) -> (&'static str, &'static str) {
    match (link.kind, link.outgoing) {
        (LinkKind::Appeal, true) => ("Appeals against", "appeal_of"),
        (LinkKind::Appeal, false) => ("Appeal", "appeal"),
        (LinkKind::Part, true) => ("Part of", "part_of"),
        (LinkKind::Part, false) => ("Part", "part"),
        (LinkKind::Duplicate, true) => ("Repeats", "duplicate_of"),
        (LinkKind::Duplicate, false) => ("Repeated by", "duplicate"),
        (LinkKind::Merged, true) => ("Merged into", "merged_into"),
        (LinkKind::Merged, false) => ("Merged here", "merged"),
    }
}

/// The links of a case in order. What the viewer may not see is left out, as if it were not there.
pub(crate) async fn linked(
    tx: &mut Tx,
    db: &Db,
    (viewer, case): (&Viewer, &Loaded),
) -> Result<Vec<Linked>, EngineError> {
    let links = engine::links(tx, case.id).await?;
    let merged = |other| links.iter().any(|l| l.kind == LinkKind::Merged && l.other == other);
    let mut shown = Vec::new();
    for link in links.iter().filter(|l| l.kind != LinkKind::Duplicate || !merged(l.other)).take(SHOWN) {
        let other = match viewer.case(tx, db, (&link.other.to_string(), Permission::ReadCases)).await {
            Ok(other) => other,
            Err(EngineError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let (label, word) = words_of(link);
        let summary = other.summary();
        shown.push(Linked {
            label,
            word,
            name: other.name(),
            chip: words::chip(summary.state, summary.waiting_since.is_some(), summary.close),
            id: other.id.to_string(),
            state: summary.state,
            outcome: summary.close,
            title: other.title,
        });
    }
    Ok(shown)
}

impl Linked {
    /// As a duplicate that may follow, if it is one.
    pub(crate) fn child(&self) -> Option<Child> {
        let (id, name, title) = (self.id.clone(), self.name.clone(), self.title.clone());
        matches!(self.word, "duplicate" | "merged").then_some(Child { id, name, title })
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "kind": self.word,
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "state": self.state,
            "outcome": self.outcome,
        })
    }
}

/// What [`Linked::json`] gives.
pub(crate) fn schema() -> Schema {
    let kinds = ["appeal_of", "appeal", "part_of", "part", "duplicate_of", "duplicate", "merged_into", "merged"];
    Schema::object("LinkedCase")
        .required("kind", Schema::word(kinds).about("What the other case is to this one."))
        .required("id", Schema::id())
        .required("name", Schema::string())
        .required("title", Schema::string())
        .required("state", Schema::string())
        .required("outcome", Schema::string().or_null())
}

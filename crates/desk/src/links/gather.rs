//! The links of a case that its viewer may know of.

use crate::engine::{self, EngineError, Loaded};
use crate::{Viewer, words};
use accounts::visible_to;
use db::{Db, List, Tx};
use domain::case::LinkKind;
use domain::{CaseId, Permission, Uuid};
use serde_json::{Value, json};
use web::layout::StateChip;
use web::openapi::Schema;

/// Links of one kind on the page of a case; the rest have a list.
pub(crate) const SHOWN: usize = 50;

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

/// More of one kind than stand on a page.
pub(crate) struct More {
    /// What they are, as a label.
    pub(crate) label: &'static str,
    /// The kind, in the address of its list.
    pub(crate) kind: &'static str,
}

/// The cases that belong to one.
#[derive(Default)]
pub(crate) struct Together {
    pub(crate) shown: Vec<Linked>,
    /// The kinds of which there are more.
    pub(crate) more: Vec<More>,
}

/// Label and word of what the other case is to the one that is shown.
const fn words_of(kind: LinkKind, outgoing: bool) -> (&'static str, &'static str) {
    match (kind, outgoing) {
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

/// The kind of what others are to a case, with its label and word.
pub(super) fn kind_of(word: &str) -> Option<(LinkKind, &'static str, &'static str)> {
    let all = [LinkKind::Appeal, LinkKind::Part, LinkKind::Duplicate, LinkKind::Merged];
    let mut named = all.into_iter().map(|kind| (kind, words_of(kind, false)));
    named.find(|(_, (_, known))| *known == word).map(|(kind, (label, word))| (kind, label, word))
}

/// The links of a case in order, at most so many of each kind. What the viewer may not see is left out, as if it were not
/// there.
pub(crate) async fn linked(
    tx: &mut Tx,
    db: &Db,
    (viewer, case): (&Viewer, &Loaded),
    most: usize,
) -> Result<Together, EngineError> {
    let mut together = Together::default();
    let outgoing = engine::outgoing(tx, case.id).await?;
    let merged = outgoing.iter().any(|(_, kind)| *kind == LinkKind::Merged);
    for (other, kind) in outgoing.into_iter().filter(|(_, kind)| *kind != LinkKind::Duplicate || !merged) {
        together.shown.extend(one(tx, db, viewer, (other, kind, true)).await?);
    }
    for kind in engine::kinds(tx, case.id).await? {
        let (some, next) = of_kind(tx, db, (viewer, case.id), (kind, None, most)).await?;
        together.shown.extend(some);
        if next.is_some() {
            let (label, word) = words_of(kind, false);
            together.more.push(More { label, kind: word });
        }
    }
    Ok(together)
}

/// Those that are one kind of thing to a case, oldest first, after one of a page before; and where the next page begins.
/// What was merged is no duplicate besides.
pub(super) async fn of_kind(
    tx: &mut Tx,
    db: &Db,
    (viewer, case): (&Viewer, CaseId),
    (kind, after, most): (LinkKind, Option<CaseId>, usize),
) -> Result<(Vec<Linked>, Option<CaseId>), EngineError> {
    let mut list =
        List::new("SELECT c.id FROM case_links l JOIN cases c ON c.id = l.from_case WHERE c.erased_at IS NULL")
            .and("l.to_case = ?", [case.uuid().into()])
            .and("l.kind = ?", [kind.as_str().into()])
            .and_opt("l.from_case > ?", after.map(CaseId::uuid));
    if kind == LinkKind::Duplicate {
        let merged = "NOT EXISTS (SELECT 1 FROM case_links m
                      WHERE m.from_case = l.from_case AND m.to_case = l.to_case AND m.kind = 'merged')";
        list = list.and(merged, []);
    }
    let limit = i64::try_from(most.saturating_add(1)).unwrap_or(i64::MAX);
    let list = visible_to(list, &viewer.caller(), Permission::ReadCases);
    let rows: Vec<(Uuid,)> = list.tail("ORDER BY l.from_case LIMIT ?", [limit.into()]).fetch(tx).await?;
    let mut found = Vec::with_capacity(rows.len().min(most));
    for (id,) in rows.iter().take(most) {
        found.extend(one(tx, db, viewer, (CaseId::from_uuid(*id), kind, false)).await?);
    }
    let next = if rows.len() > most { rows.get(most - 1).map(|(id,)| CaseId::from_uuid(*id)) } else { None };
    Ok((found, next))
}

/// One case that belongs to another one, where the viewer may see it.
async fn one(
    tx: &mut Tx,
    db: &Db,
    viewer: &Viewer,
    (other, kind, outgoing): (CaseId, LinkKind, bool),
) -> Result<Option<Linked>, EngineError> {
    let other = match viewer.case(tx, db, (&other.to_string(), Permission::ReadCases)).await {
        Ok(other) => other,
        Err(EngineError::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let (label, word) = words_of(kind, outgoing);
    let summary = other.summary();
    Ok(Some(Linked {
        label,
        word,
        name: other.name(),
        chip: words::chip(summary.state, summary.waiting_since.is_some(), summary.close),
        id: other.id.to_string(),
        state: summary.state,
        outcome: summary.close,
        title: other.title,
    }))
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

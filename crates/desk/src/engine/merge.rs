//! Several reports of one vulnerability: one goes on, the others end as duplicates of it, and who sent them shares
//! the find.

use super::act::{self, Act};
use super::links;
use super::own::{self, Own};
use super::{EngineError, Loaded, load, load_for_change};
use db::{Db, Tx, event};
use domain::case::{Audience, CO_REPORTERS_MAX, LinkKind, Party, Refused, Shares};
use domain::{CaseId, PersonId, ReporterText};
use serde_json::json;
use std::collections::BTreeSet;

/// Cases about to be merged.
#[derive(Debug, Clone)]
pub struct Merging {
    /// The one that goes on.
    pub root: CaseId,
    /// The version the caller saw of it; `None` to go by what is there.
    pub seen: Option<i64>,
    /// Who merges.
    pub by: PersonId,
    /// Those that end.
    pub others: BTreeSet<CaseId>,
    /// Why, in words that their reporters read.
    pub reason: ReporterText,
}

/// Merges them; gives the new version of the root. Whether the caller may act on each is asked before.
pub async fn merge(tx: &mut Tx, db: &Db, merging: Merging) -> Result<i64, EngineError> {
    let Merging { root, seen, by, others, reason } = merging;
    if others.is_empty() || others.len() > CO_REPORTERS_MAX || others.contains(&root) {
        return Err(Refused::invalid("cases", "Name 1 to 20 other cases.").into());
    }
    links::lock(tx, &others.iter().copied().chain([root]).collect()).await?;
    let case = load_for_change(tx, db, root).await?;
    if seen.is_some_and(|seen| seen != case.version) {
        return Err(EngineError::Stale { version: case.version });
    }
    let summary = case.summary();
    if !case.machine.is_counted() || !summary.open {
        return Err(Refused::Illegal { state: summary.state, action: "merge".to_owned(), legal: Vec::new() }.into());
    }
    let by = Party::Team(by);
    let mut merged = Vec::with_capacity(others.len());
    for id in &others {
        let input = json!({ "outcome": "duplicate", "of": root.to_string(), "reason": reason });
        let other = load_for_change(tx, db, *id).await?;
        if !other.machine.is_counted() || !other.summary().open {
            return Err(EngineError::Conflict(format!("{} is closed. Only open reports are merged.", other.name())));
        }
        act::act(tx, db, Act { case: *id, seen: None, action: "close".to_owned(), input, by }).await?;
        links::link(tx, db, (*id, root), (LinkKind::Merged, 0)).await?;
        let other = load_for_change(tx, db, *id).await?;
        let data = json!({ "case": root.to_string(), "name": case.name() });
        own::record(tx, db, &other, Own { kind: "merged_into", audience: Audience::Reporter, data }, &by).await?;
        merged.push(json!({ "case": id.to_string(), "name": other.name() }));
    }
    let case = load_for_change(tx, db, root).await?;
    let told = Own { kind: "merged", audience: Audience::Reporter, data: json!({ "cases": merged }) };
    own::record(tx, db, &case, told, &by).await.map(|(_, version)| version)
}

/// The shares that are offered while nobody has set any: the same for each reporter, what is over for the first.
pub(crate) async fn offered_shares(
    tx: &mut Tx,
    db: &Db,
    (case, records): (&Loaded, &[event::Record]),
) -> Result<Option<Shares>, EngineError> {
    if records.iter().any(|record| record.kind == "shares_set") {
        return Ok(None);
    }
    let mut names: Vec<String> = Vec::new();
    for other in links::of_kind(tx, case.id, LinkKind::Merged).await?.into_iter().take(CO_REPORTERS_MAX) {
        let other = match load(tx, db, other).await {
            Ok(other) => other,
            Err(EngineError::NotFound) => continue,
            Err(error) => return Err(error),
        };
        let records = event::between(tx, &other.key, other.id, (1, 1)).await?;
        let credit = records.iter().find_map(|record| record.data["report"]["credit"].as_str().map(str::to_owned));
        let own = format!("Reporter of {}", other.name());
        let credit = credit.filter(|name| name.chars().count() <= 100 && !names.contains(name) && !name.contains('\n'));
        names.push(credit.unwrap_or(own));
    }
    let (Ok(people), false) = (u8::try_from(names.len() + 1), names.is_empty()) else { return Ok(None) };
    let each = 100 / people;
    let first = 100 - each * (people - 1);
    Ok(Shares::new(first, names.into_iter().map(|name| (name, each)).collect()).ok())
}

//! Several reports of one vulnerability: one goes on, the others end as duplicates of it, and who sent them shares
//! the find.

use super::act::{self, Act};
use super::links;
use super::own::{self, Own};
use super::{EngineError, Loaded, as_seen, load, load_for_change};
use db::{Db, Tx, event, fetch_optional, stmt};
use domain::case::{Audience, CO_REPORTERS_MAX, LinkKind, Party, Refused, Shares};
use domain::{CaseId, PersonId, ReporterText};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What goes before the name of a case where its reporter gave no name to be thanked under.
const REPORTER_OF: &str = "Reporter of ";

/// Whether somebody is called by the number of their report, which is nobody's to read but theirs.
pub(crate) fn is_called_by_case(name: &str) -> bool {
    name.trim_start().to_lowercase().starts_with(&REPORTER_OF.to_lowercase())
}

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
    as_seen(tx, &case, (seen, Some(by))).await?;
    let summary = case.summary();
    if !case.machine.is_counted() || !summary.open {
        return Err(Refused::Illegal { state: summary.state, action: "merge".to_owned(), legal: Vec::new() }.into());
    }
    let by = Party::Team(by);
    let whose = behind(tx, root).await?;
    let mut merged = Vec::with_capacity(others.len());
    for id in &others {
        let input = json!({ "outcome": "duplicate", "of": root.to_string(), "reason": reason });
        let other = load_for_change(tx, db, *id).await?;
        if !other.machine.is_counted() || !other.summary().open {
            return Err(EngineError::Conflict(format!("{} is closed. Only open reports are merged.", other.name())));
        }
        hides_nothing(&case, &other)?;
        act::act(tx, db, Act { case: *id, seen: None, action: "close".to_owned(), input, by }).await?;
        // Who has both has nothing to share: a part that goes back into its report is closed and that is all.
        let yours = behind(tx, *id).await? == whose;
        if !yours {
            links::link(tx, db, (*id, root), (LinkKind::Merged, 0)).await?;
        }
        let other = load_for_change(tx, db, *id).await?;
        let data = json!({ "case": root.to_string(), "name": case.name(), "yours": yours });
        own::record(tx, db, &other, Own { kind: "merged_into", audience: Audience::Reporter, data }, &by).await?;
        merged.push(json!({ "case": id.to_string(), "name": other.name(), "yours": yours }));
    }
    let case = load_for_change(tx, db, root).await?;
    let told = Own { kind: "merged", audience: Audience::Reporter, data: json!({ "cases": merged }) };
    own::record(tx, db, &case, told, &by).await.map(|(_, version)| version)
}

/// Refuses where the one that goes on, which names the other and who sent it, is seen by people who may not see that.
fn hides_nothing(root: &Loaded, other: &Loaded) -> Result<(), EngineError> {
    let as_few = root.facts.restricted && root.facts.members.is_subset(&other.facts.members);
    if !other.facts.restricted || as_few {
        return Ok(());
    }
    let (root, other) = (root.name(), other.name());
    Err(EngineError::Conflict(format!(
        "{other} is restricted, and more people can see {root}. Restrict {root} to the same people, or lift the restriction of {other} first."
    )))
}

/// Who is behind a case, as far as the house knows: the account that has the report, else the report.
async fn behind(tx: &mut Tx, case: CaseId) -> Result<Uuid, EngineError> {
    let home = links::home(tx, case).await?.uuid();
    let owner = fetch_optional!(
        tx,
        (Uuid,),
        stmt!("SELECT researcher FROM case_reporters WHERE case_id = $1 AND part = 'owner'"),
        home
    )?;
    Ok(owner.map_or(home, |(researcher,)| researcher))
}

/// The shares that are offered while nobody has set any: as equal for each reporter as can be.
pub(crate) async fn offered_shares(
    tx: &mut Tx,
    db: &Db,
    (case, records): (&Loaded, &[event::Record]),
) -> Result<Option<Shares>, EngineError> {
    if records.iter().any(|record| record.kind == "shares_set") {
        return Ok(None);
    }
    let mut others = Vec::new();
    for other in links::of_kind(tx, case.id, LinkKind::Merged).await?.into_iter().take(CO_REPORTERS_MAX) {
        match load(tx, db, other).await {
            Ok(other) => others.push(other),
            Err(EngineError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    // In the order in which they came: ids of one instant have none, and a part came with its report.
    others.sort_by_key(|other| (other.received_at, other.number));
    let mut names: Vec<String> = Vec::new();
    let mut people = BTreeSet::from([behind(tx, case.id).await?]);
    for other in others {
        if !people.insert(behind(tx, other.id).await?) {
            continue;
        }
        let records = event::between(tx, &other.key, other.id, (1, 1)).await?;
        let credit = records.iter().find_map(|record| record.data["report"]["credit"].as_str().map(str::to_owned));
        let own = format!("{REPORTER_OF}{}", other.name());
        let credit = credit.filter(|name| name.chars().count() <= 100 && !names.contains(name) && !name.contains('\n'));
        names.push(credit.unwrap_or(own));
    }
    let (Ok(people), false) = (u8::try_from(names.len() + 1), names.is_empty()) else { return Ok(None) };
    let each = equal(people);
    Ok(Shares::new(each(0), names.into_iter().zip((1..).map(each)).collect()).ok())
}

/// A hundred given out as equally as whole numbers can be: what is over goes one by one to the first.
fn equal(people: u8) -> impl Fn(u8) -> u8 + Copy {
    move |place| 100 / people + u8::from(place < 100 % people)
}

#[cfg(test)]
mod tests {
    use super::equal;
    use domain::case::CO_REPORTERS_MAX;

    #[test]
    fn shares_that_are_offered_differ_by_one_at_most_and_give_out_everything() {
        for people in (2_u8..).take(CO_REPORTERS_MAX) {
            let shares: Vec<u8> = (0..people).map(equal(people)).collect();
            assert_eq!(shares.iter().map(|share| u32::from(*share)).sum::<u32>(), 100, "{people} people");
            let (least, most) = (shares.iter().min(), shares.iter().max());
            assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1), "{people} people: {shares:?}");
        }
    }
}

//! Every rule in one sealed row, and the places a rule can be for.

use crate::engine::EngineError;
use crate::house_rule::HouseRule;
use crate::programmes;
use db::{Db, Tx};
use domain::retention::Rule;
use domain::{PersonId, ProgrammeId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const ROW: HouseRule = HouseRule { name: "retention", record: 2, event: "retention_changed" };
/// The address part of the house.
const HOUSE: &str = "house";

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    /// For programmes without a rule of their own.
    pub(super) house: Rule,
    /// Of programmes that have one.
    pub(super) programmes: BTreeMap<ProgrammeId, Rule>,
}

/// What a rule is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    House,
    Programme(ProgrammeId, String),
}

impl Scope {
    /// As it stands in an address.
    pub(super) fn slug(&self) -> &str {
        match self {
            Self::House => HOUSE,
            Self::Programme(_, slug) => slug,
        }
    }

    /// As a page says it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::House => "every programme without a rule of its own".to_owned(),
            Self::Programme(_, slug) => slug.clone(),
        }
    }
}

/// A change of one rule.
pub(super) struct Change {
    pub(super) by: PersonId,
    pub(super) seen: i64,
    pub(super) scope: Scope,
    /// None to follow the house again.
    pub(super) rule: Option<Rule>,
}

impl Rules {
    /// The rule of its own, if the place has one; the house always has.
    pub(super) fn own(&self, scope: &Scope) -> Option<Rule> {
        match scope {
            Scope::House => Some(self.house),
            Scope::Programme(id, _) => self.programmes.get(id).copied(),
        }
    }

    /// The rule that decides about cases of this programme.
    pub(super) fn of(&self, programme: ProgrammeId) -> Rule {
        self.programmes.get(&programme).copied().unwrap_or(self.house)
    }

    /// Programmes for which this place's rule would decide.
    pub(super) fn covers(&self, scope: &Scope, all: &[(ProgrammeId, String)]) -> Vec<ProgrammeId> {
        match scope {
            Scope::House => all.iter().map(|(id, _)| *id).filter(|id| !self.programmes.contains_key(id)).collect(),
            Scope::Programme(id, _) => vec![*id],
        }
    }
}

/// The rules with their version; 0 where none was ever set.
pub(super) async fn read(tx: &mut Tx, db: &Db) -> Result<(i64, Rules), EngineError> {
    ROW.read(tx, db).await
}

/// The house, then every programme by address.
pub(super) async fn scopes(tx: &mut Tx) -> Result<Vec<Scope>, EngineError> {
    let programmes = programmes::all(tx).await?.into_iter().map(|(id, slug)| Scope::Programme(id, slug));
    Ok(std::iter::once(Scope::House).chain(programmes).collect())
}

/// The place behind an address part. A programme named `house` is reached by its id.
pub(super) async fn scope(tx: &mut Tx, slug: &str) -> Result<Scope, EngineError> {
    let fits = |scope: &Scope| match scope {
        Scope::House => slug == HOUSE,
        Scope::Programme(id, name) => name == slug || id.to_string() == slug,
    };
    scopes(tx).await?.into_iter().find(fits).ok_or(EngineError::NotFound)
}

/// Sets one rule; what says something new begins its notice. Gives the new version.
pub(super) async fn change(tx: &mut Tx, db: &Db, change: Change) -> Result<i64, EngineError> {
    let (version, mut rules) = read(tx, db).await?;
    if version != change.seen {
        return Err(EngineError::Stale { version });
    }
    let now = db.ambient().now();
    let before = rules.clone();
    match (&change.scope, change.rule) {
        (Scope::House, rule) => rules.house = rule.unwrap_or_default().set_after(&before.house, now),
        (Scope::Programme(id, _), Some(rule)) => {
            rules.programmes.insert(*id, rule.set_after(&before.of(*id), now));
        }
        (Scope::Programme(id, _), None) => {
            // Under the rule of the house from now on, which may be the stricter one: its notice begins anew.
            if rules.programmes.remove(id).is_some_and(|own| !same(&own, &rules.house)) {
                rules.house = rules.house.set_after(&Rule::default(), now);
            }
        }
    }
    if rules == before {
        return Ok(version);
    }
    ROW.put(tx, db, (Some(change.by), version, &rules)).await
}

fn same(one: &Rule, other: &Rule) -> bool {
    (one.closed_months, one.spam_days) == (other.closed_months, other.spam_days)
}

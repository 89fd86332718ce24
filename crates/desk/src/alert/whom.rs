//! Whom to tell: the owner of the case or who stands in for them, then who is on call, then the owners of the
//! desk, and of a restricted case at last all who are named on it. Who watches is told beside the first of
//! them, and that somebody who only watches has looked does not count.

use crate::engine::{self, EngineError, Loaded};
use crate::oncall::store::Rule;
use crate::people::can;
use db::{Tx, fetch_all, stmt};
use domain::{Permission, PersonId, Role, Ts, Uuid};
use std::collections::BTreeSet;

/// One step of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Who works on the case.
    Assignee,
    /// Who is on call.
    OnCall,
    /// The owners of the desk.
    Owners,
    /// Who is named on a restricted case.
    Named,
}

impl Step {
    /// In order.
    pub(super) const ALL: &'static [Self] = &[Self::Assignee, Self::OnCall, Self::Owners, Self::Named];

    /// Its number in rows, from 1.
    pub(super) const fn number(self) -> i64 {
        self as i64 + 1
    }

    /// The step with this number.
    pub(super) fn of(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.number() == number)
    }
}

/// Whom this step tells: those who can sign in, may act on the case and are not away. Where whoever stands in for
/// its owner may not, the next step is told.
pub(super) async fn people(
    tx: &mut Tx,
    case: &Loaded,
    (rule, step, now): (&Rule, Step, Ts),
) -> Result<Vec<PersonId>, EngineError> {
    let candidates: Vec<PersonId> = match step {
        Step::Assignee => case.assignee.and_then(|owner| rule.duty.acting(owner, now)).into_iter().collect(),
        Step::OnCall => on_call(tx, case, (rule, now)).await?,
        Step::Owners => owners(tx).await?,
        Step::Named => case.facts.members.iter().copied().collect(),
    };
    let mut people = Vec::with_capacity(candidates.len());
    for person in candidates {
        let here = step == Step::Named || !rule.duty.is_away(person, now);
        if here && can_act(tx, case, person).await? {
            people.push(person);
        }
    }
    Ok(people)
}

/// Number in rows of being told as somebody who watches: before every step of the way.
pub(super) const WATCHER: i64 = 0;

/// Who watches the case, may see it and is not away.
pub(super) async fn watchers(
    tx: &mut Tx,
    case: &Loaded,
    (rule, now): (&Rule, Ts),
) -> Result<Vec<PersonId>, EngineError> {
    let mut people = engine::watchers(tx, case.id).await?;
    people.retain(|person| !rule.duty.is_away(*person, now));
    let mut able = Vec::with_capacity(people.len());
    for person in people {
        if can(tx, (person, Permission::ReadCases), &case.facts).await? {
            able.push(person);
        }
    }
    Ok(able)
}

/// Whether a step after the one with number `done` has somebody who may act on the case and was not told: somebody who
/// is away, or whose hours on call have not come.
pub(super) async fn further_up(
    tx: &mut Tx,
    case: &Loaded,
    (rule, done, known): (&Rule, i64, &[PersonId]),
) -> Result<bool, EngineError> {
    let mut people = Vec::new();
    if done < Step::OnCall.number() {
        people.extend(rule.duty.people());
    }
    if done < Step::Owners.number() {
        people.extend(owners(tx).await?);
    }
    for person in people.into_iter().filter(|person| !known.contains(person)) {
        if can_act(tx, case, person).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The owners who may act on the case, those who are away too: for what cannot wait when nobody else is here.
pub(super) async fn owners_even_away(tx: &mut Tx, case: &Loaded) -> Result<Vec<PersonId>, EngineError> {
    let mut people = Vec::new();
    for person in owners(tx).await? {
        if can_act(tx, case, person).await? {
            people.push(person);
        }
    }
    Ok(people)
}

/// Whether somebody can sign in and may act on the case: that a guest or an auditor has looked ends no way.
pub(super) async fn can_act(tx: &mut Tx, case: &Loaded, person: PersonId) -> Result<bool, EngineError> {
    can(tx, (person, Permission::ActOnCases), &case.facts).await
}

/// Who is on call of those who may act on the case: where that one may not, the next in turn is.
async fn on_call(tx: &mut Tx, case: &Loaded, (rule, now): (&Rule, Ts)) -> Result<Vec<PersonId>, EngineError> {
    let mut able = BTreeSet::new();
    for person in rule.duty.people() {
        if can_act(tx, case, person).await? {
            able.insert(person);
        }
    }
    Ok(rule.duty.on_call(now, |person| able.contains(&person)))
}

async fn owners(tx: &mut Tx) -> Result<Vec<PersonId>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT DISTINCT p.id FROM people p JOIN grants g ON g.person = p.id
             WHERE p.state = 'active' AND g.scope = 'house' AND (g.role & $1) <> 0 ORDER BY p.id LIMIT 100"
        ),
        Role::Owner.bit()
    )?;
    Ok(rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect())
}

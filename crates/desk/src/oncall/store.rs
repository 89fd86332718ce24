//! The rule in the store: one sealed row.

use crate::engine::EngineError;
use crate::house_rule::HouseRule;
use db::{Db, Tx};
use domain::calendar::{CalendarError, Duty};
use domain::{PersonId, Span};
use serde::{Deserialize, Serialize};

const ROW: HouseRule = HouseRule { name: "on-call", record: 1, event: "on_call_changed" };
/// Longest wait before a warning goes on to the next: a week.
pub(crate) const WAIT_MAX: u32 = 7 * 24 * 60;

/// Who is on call, and how warnings go on from one to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Who is on call, who is away.
    pub duty: Duty,
    /// Minutes after which a warning that nobody looked at goes to the next.
    #[serde(default = "hour")]
    pub wait_minutes: u32,
    /// The same for what is critical or exploited.
    #[serde(default = "quarter")]
    pub urgent_minutes: u32,
}

const fn hour() -> u32 {
    60
}

const fn quarter() -> u32 {
    15
}

impl Default for Rule {
    fn default() -> Self {
        Self { duty: Duty::nobody(), wait_minutes: hour(), urgent_minutes: quarter() }
    }
}

impl Rule {
    /// Refuses what cannot be.
    pub(crate) fn check(&self) -> Result<(), CalendarError> {
        let possible = |minutes: u32| (1..=WAIT_MAX).contains(&minutes);
        if !possible(self.wait_minutes) || !possible(self.urgent_minutes) {
            return Err(CalendarError(format!("Wait 1 to {WAIT_MAX} minutes.")));
        }
        self.duty.check()
    }

    /// How long a warning waits before it goes to the next.
    pub(crate) fn wait(&self, urgent: bool) -> Span {
        Span::from_minutes(i64::from(if urgent { self.urgent_minutes } else { self.wait_minutes }))
    }
}

/// The rule with its version; 0 where nothing was ever set.
pub(crate) async fn read(tx: &mut Tx, db: &Db) -> Result<(i64, Rule), EngineError> {
    ROW.read(tx, db).await
}

/// Writes the rule over that of version `seen`; gives the new version.
pub async fn put(tx: &mut Tx, db: &Db, change: (Option<PersonId>, i64, &Rule)) -> Result<i64, EngineError> {
    ROW.put(tx, db, change).await
}

/// Takes somebody out of the rule before they are erased.
pub(crate) async fn part_with(tx: &mut Tx, db: &Db, person: PersonId) -> Result<(), EngineError> {
    let (version, mut rule) = read(tx, db).await?;
    if rule.duty.part_with(person) {
        put(tx, db, (None, version, &rule)).await?;
    }
    Ok(())
}

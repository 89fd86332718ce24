//! The rule in the store: one sealed row.

use crate::engine::EngineError;
use db::{Db, Tx, event, execute, fetch_optional, field, stmt};
use domain::calendar::{CalendarError, Duty};
use domain::{PersonId, Span, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::json;

const NAME: &str = "on-call";
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
    let row = fetch_optional!(tx, (i64, Vec<u8>), stmt!("SELECT version, body FROM desk_rules WHERE name = $1"), NAME)?;
    let Some((version, body)) = row else { return Ok((0, Rule::default())) };
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let plain = db.keys().house().open(field::DESK_RULE, record(), column, &body).map_err(db::DbError::from)?;
    Ok((version, serde_json::from_slice(&plain).map_err(EngineError::corrupt)?))
}

/// Writes the rule over that of version `seen`; gives the new version.
pub async fn put(tx: &mut Tx, db: &Db, (by, seen, rule): (Option<PersonId>, i64, &Rule)) -> Result<i64, EngineError> {
    let there = read(tx, db).await?.0;
    if there != seen {
        return Err(EngineError::Stale { version: there });
    }
    let version = seen + 1;
    let plain = serde_json::to_vec(rule).map_err(EngineError::corrupt)?;
    let column = u32::try_from(version).map_err(EngineError::corrupt)?;
    let random = db.ambient().random.as_ref();
    let body = db.keys().house().seal(field::DESK_RULE, record(), column, &plain, random);
    let changed = execute!(
        tx,
        stmt!(
            "INSERT INTO desk_rules (name, version, body) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET version = excluded.version, body = excluded.body
             WHERE desk_rules.version = excluded.version - 1"
        ),
        NAME,
        version,
        body
    )?;
    if changed != 1 {
        return Err(EngineError::Stale { version: there });
    }
    let data = json!({ "version": version });
    event::append_house(tx, db.keys(), db.ambient(), "on_call_changed", by.map(PersonId::uuid), data).await?;
    Ok(version)
}

/// Takes somebody out of the rule before they are erased.
pub(crate) async fn part_with(tx: &mut Tx, db: &Db, person: PersonId) -> Result<(), EngineError> {
    let (version, mut rule) = read(tx, db).await?;
    if rule.duty.part_with(person) {
        put(tx, db, (None, version, &rule)).await?;
    }
    Ok(())
}

/// What the one row is sealed for.
const fn record() -> Uuid {
    Uuid::from_u128(1)
}

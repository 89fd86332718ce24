//! Cases that a rule should have erased and could not: each waits longer from try to try, behind those that go, and is
//! shown until it went.

use crate::engine::EngineError;
use db::{Db, DbError, Tx, execute, fetch_all, fetch_one, stmt};
use domain::case::name_of;
use domain::{CaseId, Span, Ts};

/// The first wait; each next one is twice as long.
const FIRST: Span = Span::from_hours(2);
/// The longest.
const MOST: Span = Span::from_days(7);
/// What was not tried for so long is due no more: it was reopened, held, or the rule was changed.
const FORGOTTEN: Span = Span::from_days(30);
/// Cases that are named.
const NAMED: i64 = 10;

/// Why a case stays for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stays {
    /// Its erasure failed.
    Failed,
    /// Something that belongs to it is on hold.
    HeldBeside,
}

/// Cases whose erasure failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failing {
    pub(crate) count: i64,
    /// Since when the first one does.
    pub(crate) since: Ts,
    /// Some of them, none that are restricted.
    pub(crate) names: Vec<String>,
}

/// Puts a case behind the others.
pub(super) async fn put_off(db: &Db, case: CaseId, why: Stays) -> Result<(), DbError> {
    let now = db.ambient().now();
    db.write(move |tx| {
        Box::pin(async move {
            let (before,) = fetch_one!(
                tx,
                (Option<i64>,),
                stmt!("SELECT MAX(tries) FROM retention_waits WHERE case_id = $1"),
                case.uuid()
            )?;
            let (tries, wait) = match why {
                Stays::Failed => (before.unwrap_or(0).saturating_add(1), wait(before.unwrap_or(0))),
                Stays::HeldBeside => (0, MOST),
            };
            execute!(
                tx,
                stmt!(
                    "INSERT INTO retention_waits (case_id, tries, since, last_at, next_at) VALUES ($1, $2, $3, $3, $4)
                     ON CONFLICT (case_id) DO UPDATE
                     SET tries = excluded.tries, last_at = excluded.last_at, next_at = excluded.next_at"
                ),
                case.uuid(),
                tries,
                now.micros(),
                now.plus(wait).micros()
            )
            .map(|_| ())
        })
    })
    .await
}

/// How long a case waits that has failed so often before.
fn wait(before: i64) -> Span {
    let doubled = u32::try_from(before).ok().and_then(|n| 1_i64.checked_shl(n));
    let wait = doubled.and_then(|times| FIRST.micros().checked_mul(times)).map_or(MOST, Span::from_micros);
    wait.min(MOST)
}

/// Forgets those that went or are due no more.
pub(super) async fn clear(db: &Db) -> Result<(), DbError> {
    let before = db.ambient().now().minus(FORGOTTEN);
    let mut tx = db.read().await?;
    let (any,) =
        fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM (SELECT 1 FROM retention_waits LIMIT 1) AS w"))?;
    drop(tx);
    if any == 0 {
        return Ok(());
    }
    db.write(move |tx| {
        Box::pin(async move {
            execute!(
                tx,
                stmt!(
                    "DELETE FROM retention_waits WHERE last_at < $1
                       OR case_id IN (SELECT c.id FROM cases c WHERE c.erased_at IS NOT NULL)"
                ),
                before.micros()
            )
            .map(|_| ())
        })
    })
    .await
}

/// Those whose erasure failed and that are still there; none when none did.
pub(crate) async fn failing(tx: &mut Tx) -> Result<Option<Failing>, EngineError> {
    let (count, since) = fetch_one!(
        tx,
        (i64, Option<i64>),
        stmt!(
            "SELECT COUNT(*), MIN(w.since) FROM retention_waits w JOIN cases c ON c.id = w.case_id
             WHERE w.tries > 0 AND c.erased_at IS NULL"
        )
    )?;
    let Some(since) = since else { return Ok(None) };
    let rows = fetch_all!(
        tx,
        (String, i64),
        stmt!(
            "SELECT c.type, c.number FROM retention_waits w JOIN cases c ON c.id = w.case_id
             WHERE w.tries > 0 AND c.erased_at IS NULL AND NOT c.restricted ORDER BY w.since, w.case_id LIMIT $1"
        ),
        NAMED
    )?;
    let names = rows.into_iter().map(|(kind, number)| name_of(&kind, number)).collect();
    Ok(Some(Failing { count, since: Ts::from_micros(since), names }))
}

#[cfg(test)]
mod tests {
    use super::{FIRST, MOST, wait};

    #[test]
    fn waits_grow_to_a_week_and_no_further() {
        assert_eq!(wait(0), FIRST);
        assert!((0..100).all(|n| wait(n) <= wait(n + 1) && wait(n) <= MOST));
        assert_eq!((wait(7), wait(64), wait(i64::MAX)), (MOST, MOST, MOST));
    }
}

//! Reading the rows of a period: what the caller may see, in stretches, of which only the lengths of time that
//! count are kept.

use super::ask::Filter;
use accounts::visible_to;
use db::{List, Tx};
use domain::case::ClockName;
use domain::case::vulnerability::OutcomeWord;
use domain::figures::{Fate, Reading, Report, RoundFacts, Row, Tally};
use domain::{Permission, ProgrammeId, Severity, Span, Ts};
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;
use web::Caller;

/// Reports that are made at once: each reads all rounds of its period, on one of a few readers of the store.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Rows that are read at once.
const AT_ONCE: usize = 20_000;

#[derive(sqlx::FromRow)]
struct Stored {
    case_id: Uuid,
    round: i64,
    received_at: i64,
    outcome: Option<String>,
    severity: Option<i64>,
    erased_at: Option<i64>,
    followed: bool,
    opened_at: i64,
    closed_at: Option<i64>,
    valid_at: Option<i64>,
    response_due: Option<i64>,
    response_at: Option<i64>,
    response_took: Option<i64>,
    response_worked: Option<i64>,
    triage_due: Option<i64>,
    triage_at: Option<i64>,
    triage_took: Option<i64>,
    triage_worked: Option<i64>,
    reward_due: Option<i64>,
    reward_at: Option<i64>,
    reward_took: Option<i64>,
    reward_worked: Option<i64>,
    resolution_due: Option<i64>,
    resolution_took: Option<i64>,
    resolution_worked: Option<i64>,
}

const HEAD: &str = "SELECT r.*, c.received_at, c.outcome, c.erased_at,
       COALESCE(c.severity_decided, c.severity_claimed) AS severity,
       EXISTS (SELECT 1 FROM case_rounds n WHERE n.case_id = r.case_id AND n.round = r.round + 1) AS followed
FROM case_rounds r JOIN cases c ON c.id = r.case_id WHERE c.trial_at IS NULL";

/// Whoever makes a report waits for this before they ask for a reader, and holds it until it is made.
pub(super) async fn turn() -> Option<SemaphorePermit<'static>> {
    // The semaphore is never closed.
    TURNS.acquire().await.ok()
}

/// The figures of what `caller` may see.
pub(super) async fn report(tx: &mut Tx, caller: &Caller, (filter, now): (&Filter, Ts)) -> Result<Report, db::DbError> {
    let mut tally = Tally::new(filter.period, filter.step, now);
    let mut after = (Uuid::nil(), 0);
    loop {
        let rows = query(caller, filter, after).fetch::<Stored>(tx).await?;
        let last = rows.last().map(|row| (row.case_id, row.round));
        let full = rows.len() == AT_ONCE;
        for row in rows {
            tally.add(&opened(&row));
        }
        match last {
            Some(last) if full => after = last,
            _ => return Ok(tally.report()),
        }
        tokio::task::yield_now().await;
    }
}

fn query(caller: &Caller, filter: &Filter, (case, round): (Uuid, i64)) -> List {
    let (from, until) = (filter.period.from.micros(), filter.period.until.micros());
    visible_to(List::new(HEAD), caller, Permission::ReadCases)
        .and_opt("c.programme = ?", filter.programme.map(ProgrammeId::uuid))
        .and_opt("COALESCE(c.severity_decided, c.severity_claimed) = ?", filter.severity.map(Severity::rank))
        .and("r.opened_at < ?", [until.into()])
        .and(
            // Rounds before a reopening too: what was found valid in one stays so.
            "(r.closed_at IS NULL OR r.closed_at >= ? OR r.reward_at >= ? OR r.reward_due >= ?
              OR EXISTS (SELECT 1 FROM case_rounds n WHERE n.case_id = r.case_id AND n.round = r.round + 1))",
            [from.into(), from.into(), from.into()],
        )
        .and("(r.case_id, r.round) > (?, ?)", [case.into(), round.into()])
        .tail("ORDER BY r.case_id, r.round LIMIT ?", [i64::try_from(AT_ONCE).unwrap_or(1).into()])
}

fn opened(row: &Stored) -> Row {
    let fate = match (row.outcome.as_deref().map(str::parse::<OutcomeWord>), row.erased_at) {
        (Some(Ok(outcome)), _) => Fate::Closed(outcome),
        (_, Some(_)) => Fate::Erased,
        _ => Fate::Open,
    };
    // What was open when it was erased ended there, whatever it waited for.
    let reading = |due: Option<i64>, at: Option<i64>, took: Option<i64>, worked: Option<i64>| Reading {
        due: due.map(Ts::from_micros),
        ended: at.or(row.erased_at).map(Ts::from_micros),
        took: took.map(Span::from_micros),
        worked: worked.map(Span::from_micros),
    };
    let mut readings = [Reading::default(); 4];
    readings[ClockName::FirstResponse as usize] =
        reading(row.response_due, row.response_at, row.response_took, row.response_worked);
    readings[ClockName::Triage as usize] = reading(row.triage_due, row.triage_at, row.triage_took, row.triage_worked);
    readings[ClockName::Bounty as usize] = reading(row.reward_due, row.reward_at, row.reward_took, row.reward_worked);
    readings[ClockName::Resolution as usize] =
        reading(row.resolution_due, row.closed_at, row.resolution_took, row.resolution_worked);
    Row {
        received: Ts::from_micros(row.received_at),
        fate,
        severity: crate::words::severity(row.severity),
        last: !row.followed,
        facts: RoundFacts {
            round: u32::try_from(row.round).unwrap_or(u32::MAX),
            opened: Ts::from_micros(row.opened_at),
            closed: row.closed_at.or(row.erased_at).map(Ts::from_micros),
            valid: row.valid_at.map(Ts::from_micros),
            readings,
        },
    }
}

//! The rows that figures are made of: one for each round of a case.

use crate::engine::{EngineError, Loaded};
use db::{Tx, later, stmt};
use domain::case::{ClockName, ErasedCaseType, Summary, Terms};
use domain::figures::{Reading, RoundFacts, of_case, of_clocks};
use domain::{CaseId, Span, Ts};
use serde_json::Value;

/// Writes the first row of a case that is being opened.
pub(crate) async fn opened(
    tx: &mut Tx,
    (case, machine): (CaseId, &dyn ErasedCaseType),
    (summary, terms): (&Summary, &Terms),
) -> Result<(), EngineError> {
    if !machine.is_counted() {
        return Ok(());
    }
    // Nothing has ended, so that what has no target has nothing to be measured either.
    keep(tx, case, &of_clocks(&summary.clocks, &summary.clocks, terms)).await
}

/// Writes what an action changed: the last round, and the one before, which a reopening ends.
pub(crate) async fn changed(tx: &mut Tx, case: &Loaded, state: &Value) -> Result<(), EngineError> {
    if !case.machine.is_counted() {
        return Ok(());
    }
    let rounds = of_case(case.machine, state, &case.terms);
    keep(tx, case.id, &rounds[rounds.len().saturating_sub(2)..]).await
}

/// Writes rounds over what is there of them.
pub(super) async fn keep(tx: &mut Tx, case: CaseId, rounds: &[RoundFacts]) -> Result<(), EngineError> {
    for facts in rounds {
        let [response, triage, reward, resolution] =
            [ClockName::FirstResponse, ClockName::Triage, ClockName::Bounty, ClockName::Resolution]
                .map(|clock| columns(facts.reading(clock)));
        later!(
            tx,
            stmt!(
                "INSERT INTO case_rounds (case_id, round, opened_at, closed_at, valid_at,
                   response_due, response_at, response_took, response_worked,
                   triage_due, triage_at, triage_took, triage_worked,
                   reward_due, reward_at, reward_took, reward_worked,
                   resolution_due, resolution_took, resolution_worked)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
                 ON CONFLICT (case_id, round) DO UPDATE SET
                   opened_at = excluded.opened_at, closed_at = excluded.closed_at, valid_at = excluded.valid_at,
                   response_due = excluded.response_due, response_at = excluded.response_at,
                   response_took = excluded.response_took, response_worked = excluded.response_worked,
                   triage_due = excluded.triage_due, triage_at = excluded.triage_at,
                   triage_took = excluded.triage_took, triage_worked = excluded.triage_worked,
                   reward_due = excluded.reward_due, reward_at = excluded.reward_at,
                   reward_took = excluded.reward_took, reward_worked = excluded.reward_worked,
                   resolution_due = excluded.resolution_due, resolution_took = excluded.resolution_took,
                   resolution_worked = excluded.resolution_worked"
            ),
            case.uuid(),
            i64::from(facts.round),
            facts.opened.micros(),
            facts.closed.map(Ts::micros),
            facts.valid.map(Ts::micros),
            response[0],
            response[1],
            response[2],
            response[3],
            triage[0],
            triage[1],
            triage[2],
            triage[3],
            reward[0],
            reward[1],
            reward[2],
            reward[3],
            // When a resolution ended is when the round was closed.
            resolution[0],
            resolution[2],
            resolution[3]
        )?;
    }
    Ok(())
}

fn columns(reading: &Reading) -> [Option<i64>; 4] {
    let Reading { due, ended, took, worked } = reading;
    [due.map(Ts::micros), ended.map(Ts::micros), took.map(Span::micros), worked.map(Span::micros)]
}

//! Cases that a rule would erase now.

use super::store::{self, Rules, Scope};
use crate::engine::EngineError;
use crate::programmes;
use db::{Db, Tx, fetch_all, fetch_one, fetch_optional, stmt};
use domain::case::name_of;
use domain::retention::{Because, Rule};
use domain::{CaseId, ProgrammeId, Span, Ts};
use uuid::Uuid;

/// Cases that are listed before a rule is set.
pub(super) const SHOWN: usize = 50;
/// Cases that are counted in one programme; what is above is "more than".
pub(super) const COUNTED: i64 = 10_000;

/// A case that would go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) id: CaseId,
    /// `REP-12`.
    pub(super) name: String,
    pub(super) version: i64,
    pub(super) quiet: Quiet,
    pub(super) restricted: bool,
    pub(super) because: Because,
}

/// What a rule saw of a case and of appeals against it: if any is younger by now, nothing is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// When the case last changed.
    pub since: Ts,
    /// What its appeals must not have changed after.
    pub appeals: Ts,
}

/// Which of the cases that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// All.
    All,
    /// Those that nothing was the matter with.
    Fresh,
    /// Those that could not be erased, and whose wait is over.
    Again,
}

impl Which {
    /// From and to when the next try of such a case is; 0 where it never failed.
    fn next_at(self, now: Ts) -> (i64, i64) {
        match self {
            Self::All => (0, i64::MAX),
            Self::Fresh => (0, 0),
            Self::Again => (1, now.micros()),
        }
    }
}

/// What a rule would do now.
#[derive(Debug, Default)]
pub(super) struct Preview {
    /// How many, each programme counted to its limit.
    pub(super) count: i64,
    /// Whether there are more than were counted.
    pub(super) more: bool,
    /// The first of them, oldest first within each programme, restricted cases left out.
    pub(super) first: Vec<Due>,
}

/// A rule that waits for its notice to end.
pub(crate) struct Notice {
    pub(crate) scope: String,
    pub(crate) from: Ts,
    pub(crate) count: i64,
    /// Whether its last day has begun.
    pub(crate) is_near: bool,
}

/// Cases of one programme that this rule would erase now, oldest first. Not those that touch an open or held case, nor
/// those with an appeal that is younger than the rule, since an erasure takes appeals along.
pub(super) async fn due(
    tx: &mut Tx,
    (programme, rule): (ProgrammeId, &Rule),
    now: Ts,
    (which, most): (Which, usize),
) -> Result<Vec<Due>, EngineError> {
    let Some((closed, spam, any)) = limits(rule, now) else { return Ok(Vec::new()) };
    let (next_from, next_to) = which.next_at(now);
    let rows = fetch_all!(
        tx,
        (Uuid, String, i64, i64, i64, bool, Option<String>),
        stmt!(
            "SELECT c.id, c.type, c.number, c.version, c.updated_at, c.restricted, c.outcome FROM cases c
             WHERE c.programme = $1 AND c.updated_at <= $2 AND NOT c.is_open AND c.erased_at IS NULL
               AND c.held_at IS NULL AND (c.updated_at <= $3 OR (c.outcome = 'spam' AND c.updated_at <= $4))
               AND NOT EXISTS (SELECT 1 FROM case_links l JOIN cases o ON o.id = l.to_case
                 WHERE l.from_case = c.id AND (o.is_open = TRUE OR o.held_at IS NOT NULL))
               AND NOT EXISTS (SELECT 1 FROM case_links l JOIN cases o ON o.id = l.from_case
                 WHERE l.to_case = c.id AND (o.is_open = TRUE OR o.held_at IS NOT NULL
                   OR (l.kind = 'appeal' AND o.erased_at IS NULL AND o.updated_at > CASE WHEN c.outcome = 'spam' THEN $2 ELSE $3 END)))
               AND COALESCE((SELECT w.next_at FROM retention_waits w WHERE w.case_id = c.id), 0) BETWEEN $6 AND $7
             ORDER BY c.updated_at, c.id LIMIT $5"
        ),
        programme.uuid(),
        any,
        closed,
        spam,
        i64::try_from(most).unwrap_or(i64::MAX),
        next_from,
        next_to
    )?;
    let due = |(id, kind, number, version, changed, restricted, outcome): (
        Uuid,
        String,
        i64,
        i64,
        i64,
        bool,
        Option<String>,
    )| {
        let changed = Ts::from_micros(changed);
        let is_spam = outcome.as_deref() == Some("spam");
        let because = rule.decides((changed, is_spam), now)?;
        let quiet = Quiet { since: changed, appeals: Ts::from_micros(if is_spam { any } else { closed }) };
        Some(Due { id: CaseId::from_uuid(id), name: name_of(&kind, number), version, quiet, restricted, because })
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

/// How many of one programme, at most one more than are counted.
async fn count(tx: &mut Tx, (programme, rule): (ProgrammeId, &Rule), now: Ts) -> Result<i64, EngineError> {
    let Some((closed, spam, any)) = limits(rule, now) else { return Ok(0) };
    let (count,) = fetch_one!(
        tx,
        (i64,),
        stmt!(
            "SELECT COUNT(*) FROM (
               SELECT c.id FROM cases c
               WHERE c.programme = $1 AND c.updated_at <= $2 AND NOT c.is_open AND c.erased_at IS NULL
                 AND c.held_at IS NULL AND (c.updated_at <= $3 OR (c.outcome = 'spam' AND c.updated_at <= $4))
               AND NOT EXISTS (SELECT 1 FROM case_links l JOIN cases o ON o.id = l.to_case
                 WHERE l.from_case = c.id AND (o.is_open = TRUE OR o.held_at IS NOT NULL))
               AND NOT EXISTS (SELECT 1 FROM case_links l JOIN cases o ON o.id = l.from_case
                 WHERE l.to_case = c.id AND (o.is_open = TRUE OR o.held_at IS NOT NULL
                   OR (l.kind = 'appeal' AND o.erased_at IS NULL AND o.updated_at > CASE WHEN c.outcome = 'spam' THEN $2 ELSE $3 END)))
               LIMIT $5) AS due"
        ),
        programme.uuid(),
        any,
        closed,
        spam,
        COUNTED + 1
    )?;
    Ok(count)
}

/// The instants of a rule as columns are compared with them, and the later of the two; none when it keeps for ever.
fn limits(rule: &Rule, now: Ts) -> Option<(i64, i64, i64)> {
    let at = |limit: Option<Ts>| limit.map_or(i64::MIN, Ts::micros);
    let (closed, spam) = (at(rule.closed_before(now)), at(rule.spam_before(now)));
    (!rule.keeps_for_ever()).then(|| (closed, spam, closed.max(spam)))
}

/// What `rule` would erase now if it stood for this place.
pub(super) async fn preview(
    tx: &mut Tx,
    db: &Db,
    (rules, scope, rule): (&Rules, &Scope, &Rule),
) -> Result<Preview, EngineError> {
    let now = db.ambient().now();
    let all = programmes::all(tx).await?;
    let mut preview = Preview::default();
    for programme in rules.covers(scope, &all) {
        let counted = count(tx, (programme, rule), now).await?;
        preview.more |= counted > COUNTED;
        preview.count += counted.min(COUNTED);
        if counted > 0 && preview.first.len() < SHOWN {
            let some = due(tx, (programme, rule), now, (Which::All, SHOWN)).await?;
            preview.first.extend(some.into_iter().filter(|due| !due.restricted));
        }
    }
    preview.first.truncate(SHOWN);
    Ok(preview)
}

/// Rules whose notice is not over, with what they would erase at its end if nothing changes until then.
pub(crate) async fn notices(tx: &mut Tx, db: &Db) -> Result<Vec<Notice>, EngineError> {
    let (_, rules) = store::read(tx, db).await?;
    if rules == Rules::default() {
        return Ok(Vec::new());
    }
    let now = db.ambient().now();
    let all = programmes::all(tx).await?;
    let mut notices = Vec::new();
    for scope in store::scopes(tx).await? {
        let Some(rule) = rules.own(&scope) else { continue };
        let Some(from) = rule.from.filter(|from| *from > now) else { continue };
        let mut found = 0;
        for programme in rules.covers(&scope, &all) {
            found += count(tx, (programme, &rule), from).await?;
        }
        let is_near = from.since(now) <= Span::from_days(1);
        notices.push(Notice { scope: scope.words(), from, count: found, is_near });
    }
    Ok(notices)
}

/// Whether the case is closed, not held, unchanged, and touches no case that is open or held and no younger appeal.
pub(crate) async fn is_quiet(tx: &mut Tx, case: CaseId, quiet: Quiet) -> Result<bool, EngineError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT c.id FROM cases c WHERE c.id = $1 AND c.updated_at <= $2 AND c.is_open = FALSE
               AND c.erased_at IS NULL AND c.held_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM case_links l JOIN cases o ON o.id = l.to_case
                 WHERE l.from_case = c.id AND (o.is_open = TRUE OR o.held_at IS NOT NULL))
               AND NOT EXISTS (SELECT 1 FROM case_links l JOIN cases o ON o.id = l.from_case
                 WHERE l.to_case = c.id AND (o.is_open = TRUE OR o.held_at IS NOT NULL
                   OR (l.kind = 'appeal' AND o.erased_at IS NULL AND o.updated_at > $3)))"
        ),
        case.uuid(),
        quiet.since.micros(),
        quiet.appeals.micros()
    )?;
    Ok(row.is_some())
}

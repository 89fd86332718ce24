//! Raising what is due for one case, in one write with the instant of the next look.

use super::quiet;
use super::rows::{self, New, Told};
use super::whom::{self, Step};
use crate::engine::{EngineError, Loaded, load_for_change};
use crate::letters::Letterhead;
use crate::oncall::store::{self as oncall, Rule};
use db::{Db, Tx, execute, fetch_one, stmt};
use domain::case::{Alarm, AlarmKind};
use domain::{CaseId, PersonId, Span, Ts};

/// What came about so shortly before the process began was not slept over: another was stopped just then.
const RESTART: Span = Span::from_minutes(5);

/// What is the same for every alarm of this look.
struct Look<'l> {
    case: &'l Loaded,
    rule: Rule,
    told: Vec<Told>,
    now: Ts,
    /// The instant of this look passed before the process began.
    slept: bool,
    /// On what letters are written; none where no mail is sent.
    house: Option<&'l Letterhead>,
}

/// Raises every alarm of the case that has come about and that nobody was told of, carries on those that
/// nobody looked at, and sets the instant of the next look.
pub(super) async fn raise(
    tx: &mut Tx,
    db: &Db,
    id: CaseId,
    (started, house): (Ts, Option<&Letterhead>),
) -> Result<(), EngineError> {
    let case = load_for_change(tx, db, id).await?;
    let (scheduled,) = fetch_one!(tx, (Option<i64>,), stmt!("SELECT alert_at FROM cases WHERE id = $1"), id.uuid())?;
    let now = db.ambient().now();
    let slept = scheduled.is_some_and(|at| at < started.minus(RESTART).micros());
    let (_, rule) = oncall::read(tx, db).await?;
    let told = rows::of_case(tx, id).await?;
    let alarms = case.summary().alarms;
    let look = Look { case: &case, rule, told, now, slept, house };
    let mut next = first_after(&alarms, now);
    for alarm in alarms.iter().filter(|alarm| alarm.at <= now) {
        if superseded(alarm, &alarms, now) {
            continue;
        }
        let again = one(tx, db, &look, alarm).await?;
        next = next.into_iter().chain(again).min();
    }
    let next = next.map(Ts::micros);
    execute!(tx, stmt!("UPDATE cases SET alert_at = $1 WHERE id = $2"), next, id.uuid())?;
    Ok(())
}

/// A warning is not worth telling when the clock has run out meanwhile.
fn superseded(alarm: &Alarm, alarms: &[Alarm], now: Ts) -> bool {
    let late = |other: &Alarm| {
        other.kind == AlarmKind::Late && (other.clock, other.round) == (alarm.clock, alarm.round) && other.at <= now
    };
    alarm.kind == AlarmKind::Soon && alarms.iter().any(late)
}

/// When the house looks next at a case whose terms have changed: at once where there is something that nobody was
/// told of, else as it was planned, or at an alarm before that.
pub(crate) async fn next_look(
    tx: &mut Tx,
    case: CaseId,
    alarms: &[Alarm],
    (planned, now): (Option<Ts>, Ts),
) -> Result<Option<Ts>, EngineError> {
    let come: Vec<&Alarm> = alarms.iter().filter(|alarm| alarm.at <= now && !superseded(alarm, alarms, now)).collect();
    if !come.is_empty() {
        let told = rows::of_case(tx, case).await?;
        if come.iter().any(|alarm| !told.iter().any(|told| told.is_of(alarm))) {
            return Ok(Some(planned.map_or(now, |at| at.min(now))));
        }
    }
    Ok(planned.into_iter().chain(first_after(alarms, now)).min())
}

/// The first alarm that is still to come.
pub(crate) fn first_after(alarms: &[Alarm], now: Ts) -> Option<Ts> {
    alarms.iter().map(|alarm| alarm.at).find(|at| *at > now)
}

/// Tells the first who can be told, or the next when those did not look in time; gives when to look again. Who
/// was told and may not act on the case any more does not count.
async fn one(tx: &mut Tx, db: &Db, look: &Look<'_>, alarm: &Alarm) -> Result<Option<Ts>, EngineError> {
    let mut before: Vec<&Told> = Vec::new();
    for told in look.told.iter().filter(|told| told.is_of(alarm) && told.step != whom::WATCHER) {
        if whom::can_act(tx, look.case, told.person).await? {
            before.push(told);
        }
    }
    if before.iter().any(|told| told.seen) {
        return Ok(None);
    }
    let wait = look.rule.wait(alarm.kind.is_urgent());
    let last = before.iter().max_by_key(|told| (told.step, told.raised_at)).map(|told| (told.step, told.raised_at));
    // Programs hear of it whether or not somebody is there.
    if last.is_none() {
        crate::webhooks::alarm(tx, db, look.case.id, alarm).await?;
    }
    if let Some((_, raised_at)) = last
        && look.now < raised_at.plus(wait)
    {
        return Ok(Some(raised_at.plus(wait)));
    }
    let known: Vec<_> = before.iter().map(|told| told.person).collect();
    let done = last.map_or(0, |(step, _)| step);
    for step in Step::ALL.iter().filter(|step| step.number() > done) {
        let mut people = whom::people(tx, look.case, (&look.rule, *step, look.now)).await?;
        people.retain(|person| !known.contains(person));
        if !people.is_empty() {
            tell(tx, db, (look, alarm), (*step, &people)).await?;
            if last.is_none() {
                tell_watchers(tx, db, (look, alarm), &people).await?;
            }
            let is_last = Step::ALL.last() == Some(step);
            return Ok((!is_last).then(|| look.now.plus(wait)));
        }
    }
    if alarm.kind.is_urgent() && done < Step::Owners.number() {
        let mut people = whom::owners_even_away(tx, look.case).await?;
        people.retain(|person| !known.contains(person));
        if !people.is_empty() {
            tell(tx, db, (look, alarm), (Step::Owners, &people)).await?;
            if last.is_none() {
                tell_watchers(tx, db, (look, alarm), &people).await?;
            }
            return Ok(None);
        }
    }
    // Whoever is further up and not here now may be after the wait.
    let further = last.is_none() || whom::further_up(tx, look.case, (&look.rule, done, &known)).await?;
    Ok(further.then(|| look.now.plus(wait)))
}

async fn tell(
    tx: &mut Tx,
    db: &Db,
    (look, alarm): (&Look<'_>, &Alarm),
    (step, people): (Step, &[PersonId]),
) -> Result<(), EngineError> {
    for person in people.iter().copied() {
        let mail_at = if alarm.kind.is_urgent() { look.now } else { quiet::over(tx, db, person, look.now).await? };
        let before = Told::before(&look.told, person, alarm);
        let new = New { alarm, person, step: step.number(), now: look.now, slept: look.slept, mail_at, before };
        rows::insert(tx, db, (look.case, look.house), new).await?;
    }
    Ok(())
}

/// Who watches hears of it once, when the first of the others does.
async fn tell_watchers(
    tx: &mut Tx,
    db: &Db,
    (look, alarm): (&Look<'_>, &Alarm),
    told: &[PersonId],
) -> Result<(), EngineError> {
    for person in whom::watchers(tx, look.case, (&look.rule, look.now)).await? {
        if !told.contains(&person) {
            let mail_at = quiet::over(tx, db, person, look.now).await?;
            let before = Told::before(&look.told, person, alarm);
            let new = New { alarm, person, step: whom::WATCHER, now: look.now, slept: look.slept, mail_at, before };
            rows::insert(tx, db, (look.case, look.house), new).await?;
        }
    }
    Ok(())
}

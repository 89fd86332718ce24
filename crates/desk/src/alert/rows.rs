//! The rows of alerts.

use super::{letter, mention};
use crate::engine::{EngineError, Loaded};
use crate::letters::Letterhead;
use accounts::visible_to;
use db::{Db, DbError, List, Tx, execute, fetch_all, fetch_optional, stmt};
use domain::case::{Alarm, AlarmKind, ClockName};
use domain::{CaseId, JobId, Permission, PersonId, Span, Ts, Uuid};
use web::Caller;

/// Alerts on a page.
pub(super) const PAGE: usize = 50;

/// How long what was said of a closed case can still be read.
const KEPT: Span = Span::from_days(30);

/// Somebody who was told of something about a case.
pub(super) struct Told {
    id: Uuid,
    kind: AlarmKind,
    clock: Option<ClockName>,
    round: i64,
    pub(super) person: PersonId,
    pub(super) step: i64,
    pub(super) raised_at: Ts,
    pub(super) seen: bool,
}

impl Told {
    /// Whether it was this of which they were told. What a clock said before its time was moved to a later one
    /// was of the time that no longer holds.
    pub(super) fn is_of(&self, alarm: &Alarm) -> bool {
        self.is_like(alarm) && (alarm.clock.is_none() || self.raised_at >= alarm.at)
    }

    fn is_like(&self, alarm: &Alarm) -> bool {
        (self.kind, self.clock, self.round) == (alarm.kind, alarm.clock, i64::from(alarm.round))
    }

    /// The alert of this person in whose place one of this alarm stands.
    pub(super) fn before(told: &[Self], person: PersonId, alarm: &Alarm) -> Option<Uuid> {
        told.iter().find(|told| told.person == person && told.is_like(alarm)).map(|told| told.id)
    }
}

/// An alert about to be raised.
pub(super) struct New<'a> {
    pub(super) alarm: &'a Alarm,
    pub(super) person: PersonId,
    pub(super) step: i64,
    pub(super) now: Ts,
    pub(super) slept: bool,
    pub(super) mail_at: Ts,
    /// The alert of the same thing at an earlier time, in whose place it stands.
    pub(super) before: Option<Uuid>,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// An alarm of the case.
    Alarm(AlarmKind),
    /// A note that names them: its place in the case.
    Mention(i64),
}

impl Of {
    fn read(kind: &str, round: i64) -> Result<Self, EngineError> {
        if kind == mention::KIND {
            return Ok(Self::Mention(round));
        }
        kind.parse().map(Self::Alarm).map_err(EngineError::corrupt)
    }

    /// The stored word.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Alarm(kind) => kind.as_str(),
            Self::Mention(_) => mention::KIND,
        }
    }

    /// The place of the note.
    pub(super) const fn event(self) -> Option<i64> {
        if let Self::Mention(seq) = self { Some(seq) } else { None }
    }
}

/// An alert as its person sees it.
#[derive(Debug, Clone)]
pub(super) struct Alert {
    pub(super) id: Uuid,
    pub(super) case: CaseId,
    pub(super) of: Of,
    pub(super) clock: Option<ClockName>,
    pub(super) step: i64,
    pub(super) since: Ts,
    pub(super) raised_at: Ts,
    pub(super) slept: bool,
    pub(super) seen_at: Option<Ts>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    case_id: Uuid,
    kind: String,
    clock: String,
    round: i64,
    step: i64,
    since: i64,
    raised_at: i64,
    slept: bool,
    seen_at: Option<i64>,
}

/// Everybody who was told of anything about a case, but for notes that name them.
pub(super) async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Told>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid, String, String, i64, Uuid, i64, i64, Option<i64>),
        stmt!(
            "SELECT id, kind, clock, round, person, step, raised_at, seen_at FROM alerts
             WHERE case_id = $1 AND kind <> 'mention' ORDER BY raised_at LIMIT 10000"
        ),
        case.uuid()
    )?;
    let told = rows.into_iter().map(|(id, kind, clock, round, person, step, raised_at, seen_at)| {
        Ok(Told {
            id,
            kind: kind.parse().map_err(EngineError::corrupt)?,
            clock: clock_of(&clock)?,
            round,
            person: PersonId::from_uuid(person),
            step,
            raised_at: Ts::from_micros(raised_at),
            seen: seen_at.is_some(),
        })
    });
    told.collect()
}

fn clock_of(word: &str) -> Result<Option<ClockName>, EngineError> {
    if word.is_empty() { Ok(None) } else { word.parse().map(Some).map_err(EngineError::corrupt) }
}

/// Keeps an alert, unless this person was told of this before, and with it the letter that tells of it where mail
/// is sent. What they were told of the same clock before it was due later is told anew, under an id of its own; so
/// is who was told as somebody who watches and has to act now.
pub(super) async fn insert(
    tx: &mut Tx,
    db: &Db,
    (case, house): (&Loaded, Option<&Letterhead>),
    new: New<'_>,
) -> Result<(), EngineError> {
    let (alarm, id) = (new.alarm, db.ambient().id::<JobId>().uuid());
    let told = execute!(
        tx,
        stmt!(
            "INSERT INTO alerts (id, case_id, kind, clock, round, person, step, since, raised_at, slept, mail_at,
                                 mailed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (case_id, kind, clock, round, person) DO UPDATE
             SET id = excluded.id, step = excluded.step, since = excluded.since, raised_at = excluded.raised_at,
                 slept = excluded.slept, mail_at = excluded.mail_at, mailed_at = excluded.mailed_at, seen_at = NULL
             WHERE alerts.raised_at < excluded.since OR (alerts.step = 0 AND excluded.step > 0)"
        ),
        id,
        case.id.uuid(),
        alarm.kind.as_str(),
        alarm.clock.map_or("", ClockName::as_str),
        i64::from(alarm.round),
        new.person.uuid(),
        new.step,
        alarm.at.micros(),
        new.now.micros(),
        new.slept,
        new.mail_at.micros(),
        house.map(|_| new.now.micros())
    )?;
    if let Some(before) = new.before
        && told == 1
    {
        letter::take_back(tx, db, before).await?;
    }
    match house {
        Some(house) if told == 1 => {
            letter::send(tx, db, (house, case, alarm), (id, new.person, new.step, new.mail_at)).await
        }
        _ => Ok(()),
    }
}

/// The alerts of whoever asks, those not seen first, then the newest; those of cases that they may no longer
/// see are left out. `from` counts those that are passed over; the flag says whether there are more.
pub(super) async fn list(
    tx: &mut Tx,
    caller: &Caller,
    (person, from): (PersonId, usize),
) -> Result<(Vec<Alert>, bool), EngineError> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let from = i64::try_from(from).unwrap_or(0);
    let rows = of_caller(caller, person).tail(
        "ORDER BY (CASE WHEN a.seen_at IS NULL THEN 0 ELSE 1 END), a.raised_at DESC, a.id DESC LIMIT ? OFFSET ?",
        [limit.into(), from.into()],
    );
    page(&rows.fetch::<Row>(tx).await?)
}

/// The alerts of whoever asks after one of a page before, newest first: marking them as seen moves none.
pub(super) async fn newest(
    tx: &mut Tx,
    caller: &Caller,
    (person, after, unseen): (PersonId, Option<(Ts, Uuid)>, bool),
) -> Result<(Vec<Alert>, bool), EngineError> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut list = of_caller(caller, person);
    if let Some((at, id)) = after {
        let at = at.micros();
        list = list.and("(a.raised_at < ? OR (a.raised_at = ? AND a.id < ?))", [at.into(), at.into(), id.into()]);
    }
    if unseen {
        list = list.and("a.seen_at IS NULL", []);
    }
    page(&list.tail("ORDER BY a.raised_at DESC, a.id DESC LIMIT ?", [limit.into()]).fetch::<Row>(tx).await?)
}

fn of_caller(caller: &Caller, person: PersonId) -> List {
    let head = "SELECT a.id, a.case_id, a.kind, a.clock, a.round, a.step, a.since, a.raised_at, a.slept, a.seen_at
                FROM alerts a JOIN cases c ON c.id = a.case_id WHERE c.erased_at IS NULL";
    visible_to(List::new(head).and("a.person = ?", [person.uuid().into()]), caller, Permission::ReadCases)
}

fn page(rows: &[Row]) -> Result<(Vec<Alert>, bool), EngineError> {
    let more = rows.len() > PAGE;
    let alerts = rows.iter().take(PAGE).map(open).collect::<Result<Vec<_>, _>>()?;
    Ok((alerts, more))
}

fn open(row: &Row) -> Result<Alert, EngineError> {
    Ok(Alert {
        id: row.id,
        case: CaseId::from_uuid(row.case_id),
        of: Of::read(&row.kind, row.round)?,
        clock: clock_of(&row.clock)?,
        step: row.step,
        since: Ts::from_micros(row.since),
        raised_at: Ts::from_micros(row.raised_at),
        slept: row.slept,
        seen_at: row.seen_at.map(Ts::from_micros),
    })
}

/// Marks one alert of this person as seen; `NotFound` when it is none of theirs.
pub(super) async fn see(tx: &mut Tx, db: &Db, (person, id, now): (PersonId, Uuid, Ts)) -> Result<(), EngineError> {
    let there =
        fetch_optional!(tx, (Uuid,), stmt!("SELECT id FROM alerts WHERE id = $1 AND person = $2"), id, person.uuid())?;
    there.ok_or(EngineError::NotFound)?;
    execute!(tx, stmt!("UPDATE alerts SET seen_at = $1 WHERE id = $2 AND seen_at IS NULL"), now.micros(), id)?;
    letter::take_back(tx, db, id).await
}

/// Marks these alerts of this person as seen, and no other: one that came after the page was made stays.
pub(super) async fn see_these(
    tx: &mut Tx,
    db: &Db,
    (person, mut ids, now): (PersonId, Vec<Uuid>, Ts),
) -> Result<(), EngineError> {
    ids.sort_unstable();
    for id in ids {
        let seen = execute!(
            tx,
            stmt!("UPDATE alerts SET seen_at = $1 WHERE id = $2 AND person = $3 AND seen_at IS NULL"),
            now.micros(),
            id,
            person.uuid()
        )?;
        if seen == 1 {
            letter::take_back(tx, db, id).await?;
        }
    }
    Ok(())
}

/// Removes what people were told of a restricted case who are no longer named on it, and their letters that wait.
pub(crate) async fn forget_unnamed(tx: &mut Tx, db: &Db, case: CaseId) -> Result<(), EngineError> {
    let gone = fetch_all!(
        tx,
        (Uuid,),
        stmt!(
            "SELECT id FROM alerts WHERE case_id = $1
               AND person NOT IN (SELECT person FROM case_members WHERE case_id = $1) ORDER BY id LIMIT 10000"
        ),
        case.uuid()
    )?;
    forget(tx, db, gone.into_iter().map(|(id,)| id)).await
}

/// Removes what nobody has seen and of which a case that has ended gives no alarm any more, and the letters that wait.
pub(crate) async fn forget_ended(tx: &mut Tx, db: &Db, (case, alarms): (CaseId, &[Alarm])) -> Result<(), EngineError> {
    let is_over = |told: &Told| !told.seen && !alarms.iter().any(|alarm| told.is_like(alarm));
    let mut over: Vec<Uuid> = of_case(tx, case).await?.into_iter().filter(is_over).map(|told| told.id).collect();
    over.sort_unstable();
    forget(tx, db, over.into_iter()).await
}

/// In the order of ids.
async fn forget(tx: &mut Tx, db: &Db, ids: impl Iterator<Item = Uuid> + Send) -> Result<(), EngineError> {
    for id in ids {
        execute!(tx, stmt!("DELETE FROM alerts WHERE id = $1"), id)?;
        letter::take_back(tx, db, id).await?;
    }
    Ok(())
}

/// Removes the alerts of cases that ended long ago and that nothing runs on any more: part of the daily sweep.
pub async fn forget_closed(tx: &mut Tx, now: Ts) -> Result<u64, DbError> {
    execute!(
        tx,
        stmt!(
            sqlite: "DELETE FROM alerts WHERE id IN (
                       SELECT a.id FROM alerts a JOIN cases c ON c.id = a.case_id
                       WHERE NOT c.is_open AND c.due_at IS NULL AND c.alert_at IS NULL AND c.updated_at < $1
                       ORDER BY a.id LIMIT 10000)",
            pg: "DELETE FROM alerts WHERE id IN (
                   SELECT a.id FROM alerts a JOIN cases c ON c.id = a.case_id
                   WHERE NOT c.is_open AND c.due_at IS NULL AND c.alert_at IS NULL AND c.updated_at < $1
                   ORDER BY a.id LIMIT 10000 FOR UPDATE OF a)",
        ),
        now.minus(KEPT).micros()
    )
}

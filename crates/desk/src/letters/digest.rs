//! Digests: what somebody chose to hear of once an hour or once a day waits as rows without a word in them,
//! and goes out as one letter.

use super::choice::Pace;
use super::house::Letterhead;
use super::told::ToColleague;
use super::{DIGEST_JOB, words};
use crate::engine::{EngineError, load};
use crate::people::{Colleague, colleagues};
use db::{Db, DbError, Tx, execute, fetch_all, jobs, stmt};
use domain::{CaseFacts, CaseId, JobId, MessageId, Permission, PersonId, Span, Ts};
use mail::{Kind, Letter, Post, To, queue};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const HOUR: i64 = Span::from_hours(1).micros();
const DAY: i64 = Span::from_days(1).micros();
/// How long after the hour digests are made: what came in its last moment is in the store by then.
const AFTER: Span = Span::from_minutes(1);
/// People whose digests one run makes, and things that each of them is told: so many that nobody reads the rest.
const PEOPLE: i64 = 10_000;
const MOST: i64 = 10_000;
/// Cases that one letter names.
const NAMED: usize = 200;

/// When the next digest of this pace goes out.
pub(super) fn due(now: Ts, pace: Pace, hour: i64) -> Ts {
    let now = now.micros();
    let next = match pace {
        Pace::Daily => {
            let today = now.div_euclid(DAY) * DAY + hour * HOUR;
            if today > now { today } else { today + DAY }
        }
        _ => (now.div_euclid(HOUR) + 1) * HOUR,
    };
    Ts::from_micros(next)
}

/// Keeps something for somebody's next digest, and sees to it that there is one.
pub(super) async fn keep(
    tx: &mut Tx,
    db: &Db,
    (told, case): (&ToColleague, CaseId),
    (pace, hour): (Pace, i64),
) -> Result<(), DbError> {
    let now = db.ambient().now();
    let due = due(now, pace, hour);
    execute!(
        tx,
        stmt!(
            "INSERT INTO notices (person, case_id, kind, seq, at, due_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (person, case_id, kind, seq) DO NOTHING"
        ),
        told.person.uuid(),
        case.uuid(),
        told.kind.as_str(),
        told.seq,
        now.micros(),
        due.micros()
    )?;
    let job = job(db, due);
    jobs::enqueue_once(tx, db.keys().house(), db.ambient(), job, (DIGEST_JOB, due.plus(AFTER))).await
}

/// One job for each hour at which digests are due.
fn job(db: &Db, due: Ts) -> JobId {
    let mac = db.keys().token().hmac("digest job", &[&due.micros().to_be_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac[..16]);
    JobId::from_uuid(Uuid::from_bytes(bytes))
}

/// Does [`DIGEST_JOB`].
pub fn digest_jobs(post: Post, house: Letterhead) -> jobs::Handler {
    let house = Arc::new(house);
    Arc::new(move |db, _| {
        let (house, on) = (house.clone(), post.is_on());
        Box::pin(async move {
            match gather(&db, &house, on).await {
                Ok(()) => Ok(()),
                Err(EngineError::Db(error)) => Err(error),
                Err(error) => Err(DbError::Inconsistent(error.to_string())),
            }
        })
    })
}

/// How often what happened, by case.
type ByCase = BTreeMap<Uuid, BTreeMap<Kind, usize>>;
/// Name and facts of cases; none for those that cannot be told of.
type Cases = BTreeMap<Uuid, Option<(String, CaseFacts)>>;

/// One letter for each person, each in a write of its own with the rows that it takes away: what goes wrong with
/// one person or case concerns no other.
async fn gather(db: &Db, house: &Arc<Letterhead>, on: bool) -> Result<(), EngineError> {
    let now = db.ambient().now().micros();
    let mut tx = db.read().await?;
    let due = fetch_all!(
        &mut tx,
        (Uuid,),
        stmt!("SELECT DISTINCT person FROM notices WHERE due_at <= $1 ORDER BY person LIMIT $2"),
        now,
        PEOPLE
    )?;
    let people = colleagues(&mut tx, db).await?;
    drop(tx);
    let mut cases = Cases::new();
    for (person,) in due {
        let who = people.iter().find(|c| c.id.uuid() == person).filter(|_| on).cloned();
        if who.is_some() {
            let mut tx = db.read().await?;
            let statement = stmt!("SELECT DISTINCT case_id FROM notices WHERE person = $1 AND due_at <= $2 LIMIT $3");
            for (case,) in fetch_all!(&mut tx, (Uuid,), statement, person, now, MOST)? {
                look_up(&mut tx, db, &mut cases, case).await?;
            }
        }
        cases = one(db, house, (person, who), (now, cases)).await?;
    }
    Ok(())
}

/// Takes the rows of one person away and queues the letter that is made of them.
async fn one(
    db: &Db,
    house: &Arc<Letterhead>,
    (person, who): (Uuid, Option<Colleague>),
    (now, mut cases): (i64, Cases),
) -> Result<Cases, EngineError> {
    let (store, house) = (db.clone(), house.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let taken = take(tx, person, now).await?;
            let Some(who) = who else { return Ok(cases) };
            let mut told = ByCase::new();
            for (case, kind) in taken {
                // One that came since we looked.
                look_up(tx, &store, &mut cases, case).await?;
                let Ok(kind) = kind.parse::<Kind>() else { continue };
                *told.entry(case).or_default().entry(kind).or_default() += 1;
            }
            let about = told.iter().filter_map(|(case, kinds)| Some((cases.get(case)?.as_ref()?, kinds)));
            let id: MessageId = store.ambient().id();
            if let Some(letter) = letter(&house, &who, about, &format!("digest {id}")) {
                queue(tx, &store, &letter).await?;
            }
            Ok(cases)
        })
    })
    .await
}

/// Case and kind of what is told, taken out of the table: what came meanwhile stays. So does what an erasure holds
/// just now.
async fn take(tx: &mut Tx, person: Uuid, now: i64) -> Result<Vec<(Uuid, String)>, DbError> {
    fetch_all!(
        tx,
        (Uuid, String),
        stmt!(
            sqlite: "DELETE FROM notices WHERE rowid IN (
                       SELECT rowid FROM notices WHERE person = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3)
                     RETURNING case_id, kind",
            pg: "DELETE FROM notices WHERE ctid IN (
                       SELECT ctid FROM notices WHERE person = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3
                       FOR UPDATE SKIP LOCKED)
                 RETURNING case_id, kind",
        ),
        person,
        now,
        MOST
    )
}

/// Loads a case once. One that cannot be opened is left out, and said so in the log; only the store itself fails
/// the whole.
async fn look_up(tx: &mut Tx, db: &Db, cases: &mut Cases, case: Uuid) -> Result<(), EngineError> {
    if cases.contains_key(&case) {
        return Ok(());
    }
    let loaded = match load(tx, db, CaseId::from_uuid(case)).await {
        Ok(case) => Some((case.name(), case.facts)),
        Err(EngineError::NotFound) => None,
        Err(error @ EngineError::Db(DbError::Sql(_))) => return Err(error),
        Err(error) => {
            tracing::error!(%case, %error, "a case cannot be opened; digests leave it out");
            None
        }
    };
    cases.insert(case, loaded);
    Ok(())
}

/// The letter of one person, of cases they may still see; none when there is none.
fn letter<'a>(
    house: &Letterhead,
    who: &Colleague,
    about: impl Iterator<Item = (&'a (String, CaseFacts), &'a BTreeMap<Kind, usize>)>,
    key: &str,
) -> Option<Letter> {
    let seen = about.filter(|((_, facts), _)| who.may(Permission::ReadCases, facts));
    let lines: Vec<words::DigestLine> = seen
        .take(NAMED)
        .map(|((name, _), kinds)| words::DigestLine {
            name: name.clone(),
            kinds: kinds.iter().map(|(kind, times)| (*kind, *times)).collect(),
        })
        .collect();
    let person: PersonId = who.id;
    (!lines.is_empty()).then(|| Letter {
        kind: Kind::Digest,
        to: To::Person(person),
        case: None,
        key: key.to_owned(),
        after: None,
        words: words::digest(house, &lines),
    })
}

#[cfg(test)]
mod tests {
    use super::{Pace, due};
    use domain::Span;
    use domain::testing::START;

    #[test]
    fn digests_are_due_at_full_hours() {
        let midnight = START;
        let at = |hours| midnight.plus(Span::from_hours(hours));
        assert_eq!(due(midnight, Pace::Hourly, 7), at(1));
        assert_eq!(due(at(1).plus(Span::from_minutes(59)), Pace::Hourly, 7), at(2));
        assert_eq!(due(at(6), Pace::Daily, 7), at(7));
        assert_eq!(due(at(7), Pace::Daily, 7), at(31));
    }
}

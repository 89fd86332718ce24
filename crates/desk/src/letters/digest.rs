//! Digests: what somebody chose to hear of once an hour or once a day waits as rows without a word in them,
//! and goes out as one letter.

use super::choice::Pace;
use super::house::Letterhead;
use super::told::ToColleague;
use super::{DIGEST_JOB, words};
use crate::engine::{EngineError, load};
use crate::people::{Colleague, colleagues};
use db::{Db, DbError, Tx, execute, fetch_all, jobs, stmt};
use domain::{CaseId, JobId, Permission, PersonId, Span, Ts};
use mail::{Kind, Letter, Post, To, queue};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

const HOUR: i64 = Span::from_hours(1).micros();
const DAY: i64 = Span::from_days(1).micros();
/// Things that one run tells: so many people, cases and kinds that nobody reads the rest either.
const MOST: i64 = 50_000;
/// Cases that one letter names.
const NAMED: usize = 200;

/// When the next digest of this pace goes out.
fn due(now: Ts, pace: Pace, hour: i64) -> Ts {
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
    jobs::enqueue_once(tx, db.keys().house(), db.ambient(), job(db, due), (DIGEST_JOB, due)).await
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

/// Person, case, kind, hour and how often.
type Row = (Uuid, Uuid, String, i64, i64);
/// How often what happened, by case.
type ByCase = BTreeMap<Uuid, BTreeMap<Kind, usize>>;

/// One letter for each person, in one write with the rows that it takes away.
async fn gather(db: &Db, house: &Arc<Letterhead>, on: bool) -> Result<(), EngineError> {
    let (store, house) = (db.clone(), house.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let now = store.ambient().now().micros();
            let rows = fetch_all!(
                tx,
                Row,
                stmt!(
                    "SELECT person, case_id, kind, due_at, COUNT(*) FROM notices WHERE due_at <= $1
                     GROUP BY person, case_id, kind, due_at ORDER BY due_at, person LIMIT $2"
                ),
                now,
                MOST
            )?;
            if on {
                for letter in letters(tx, &store, &house, &rows).await? {
                    queue(tx, &store, &letter).await?;
                }
            }
            execute!(tx, stmt!("DELETE FROM notices WHERE due_at <= $1"), now).map(|_| ()).map_err(EngineError::from)
        })
    })
    .await
}

async fn letters(tx: &mut Tx, db: &Db, house: &Letterhead, rows: &[Row]) -> Result<Vec<Letter>, EngineError> {
    let people = colleagues(tx, db).await?;
    let mut cases: BTreeMap<Uuid, Option<(String, domain::CaseFacts)>> = BTreeMap::new();
    let mut told: BTreeMap<(i64, Uuid), ByCase> = BTreeMap::new();
    for (person, case, kind, due, times) in rows {
        if !cases.contains_key(case) {
            let loaded = match load(tx, db, CaseId::from_uuid(*case)).await {
                Ok(case) => Some((case.name(), case.facts)),
                Err(EngineError::NotFound) => None,
                Err(error) => return Err(error),
            };
            cases.insert(*case, loaded);
        }
        let Ok(kind) = kind.parse::<Kind>() else { continue };
        *told.entry((*due, *person)).or_default().entry(*case).or_default().entry(kind).or_default() +=
            usize::try_from(*times).unwrap_or(1);
    }
    let one = |((due, person), about): (&(i64, Uuid), &ByCase)| {
        let who = people.iter().find(|c| c.id.uuid() == *person)?;
        letter(house, who, about.iter().filter_map(|(case, kinds)| Some((cases.get(case)?.as_ref()?, kinds))), *due)
    };
    Ok(told.iter().filter_map(one).collect())
}

/// The letter of one person, of cases they may still see; none when there is none.
fn letter<'a>(
    house: &Letterhead,
    who: &Colleague,
    about: impl Iterator<Item = (&'a (String, domain::CaseFacts), &'a BTreeMap<Kind, usize>)>,
    due: i64,
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
        key: format!("digest {person} {due}"),
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

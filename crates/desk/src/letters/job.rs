//! The job behind new events: who is told, in which letters. All of one job are queued in one write.

use super::choice::{self, Choices, Pace};
use super::house::Letterhead;
use super::of_tie;
use super::to_researcher::{self, Followers};
use super::told::{About, ToColleague, to_reporter, to_team};
use super::{digest, words};
use crate::door::Writers;
use crate::engine::{self, EngineError, Loaded, load};
use crate::oncall;
use crate::people::colleagues;
use db::event::{self, Record};
use db::{Db, DbError, jobs};
use domain::CaseId;
use mail::contact::{self, Contact, Standing};
use mail::{Kind, Letter, Post, To, queue};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Does [`super::NOTICE_JOB`]. Without a mail server there is nobody to tell.
pub fn notice_jobs(post: Post, house: Letterhead) -> jobs::Handler {
    let house = Arc::new(house);
    Arc::new(move |db, job| {
        let (house, on) = (house.clone(), post.is_on());
        Box::pin(async move {
            let Some(case) = job.subject.map(CaseId::from_uuid).filter(|_| on) else { return Ok(()) };
            match tell(&db, &house, case, &job.payload).await {
                Ok(()) | Err(EngineError::NotFound) => Ok(()),
                Err(EngineError::Db(error)) => Err(error),
                Err(error) => Err(DbError::Inconsistent(error.to_string())),
            }
        })
    })
}

/// What a job found out before it writes.
struct Found {
    case: Loaded,
    /// The report that came, where the address of the reporter is.
    home: CaseId,
    records: Vec<Record>,
    team: Vec<ToColleague>,
    /// Places of the events that co-reporters made.
    beside: BTreeSet<i64>,
    choices: Choices,
    contact: Option<Contact>,
    followers: Followers,
}

async fn tell(db: &Db, house: &Arc<Letterhead>, id: CaseId, range: &Value) -> Result<(), EngineError> {
    let found = find(db, id, range).await?;
    let (store, house) = (db.clone(), house.clone());
    db.write(move |tx| {
        Box::pin(async move {
            let mut letters = Vec::new();
            letters.extend(for_reporter(&house, &found));
            let (about, now) = ((&found.case, found.home, &found.followers), store.ambient().now());
            letters.extend(of_tie::letters(&house, about, (&found.records, now)));
            if let Some(told) = to_reporter(&found.records) {
                letters.extend(to_researcher::letters(&house, about, (&told, now)));
            }
            for told in &found.team {
                let pace = found.choices.of(told.person).pace;
                if pace == Pace::Now {
                    letters.push(for_colleague(&house, &found.case, (told, found.beside.contains(&told.seq))));
                } else {
                    digest::keep(tx, &store, (told, id), (pace, house.digest_hour)).await?;
                }
            }
            for letter in &letters {
                let asks = found.contact.as_ref().filter(|_| letter.kind == Kind::Confirm);
                let goes = match asks {
                    Some(contact) => contact::ask(tx, &store, contact).await?,
                    None => true,
                };
                if goes {
                    queue(tx, &store, letter).await?;
                }
            }
            Ok(())
        })
    })
    .await
}

async fn find(db: &Db, id: CaseId, range: &Value) -> Result<Found, EngineError> {
    let (from, to) = (range["from"].as_i64().unwrap_or(i64::MAX), range["to"].as_i64().unwrap_or_default());
    let mut tx = db.read().await?;
    let case = load(&mut tx, db, id).await?;
    let records = event::between(&mut tx, &case.key, id, (from, to)).await?;
    let people = colleagues(&mut tx, db).await?;
    let choices = choice::all(&mut tx).await?;
    let watchers = engine::watchers(&mut tx, id).await?;
    let (_, rule) = oncall::store::read(&mut tx, db).await?;
    let about = About {
        facts: &case.facts,
        assignee: case.assignee,
        received_at: case.received_at,
        barred: case.machine.barred(&case.state),
        watchers: &watchers,
        duty: &rule.duty,
        now: db.ambient().now(),
    };
    let team = to_team(&records, &people, &about, &choices);
    let writers = Writers::of(&mut tx, db, id, &records).await?;
    let beside =
        records.iter().filter(|record| writers.co_reporter(record).is_some()).map(|record| record.seq).collect();
    let home = engine::home(&mut tx, id).await?;
    let contact = contact::of_case(&mut tx, db, home).await?;
    let followers = Followers::of(&mut tx, db, home).await?;
    drop(tx);
    Ok(Found { case, home, records, team, beside, choices, contact, followers })
}

fn for_reporter(house: &Letterhead, found: &Found) -> Option<Letter> {
    let contact = found.contact.as_ref().filter(|contact| !found.followers.cover(&contact.address))?;
    let (case, token) = (found.home, contact.token.to_string());
    let name = found.case.name();
    let about = words::Case { name: &name, title: &found.case.title };
    let told = to_reporter(&found.records);
    // Whoever is not asked today is asked when there is something to tell. The key makes it one letter.
    let news = told.is_some() || found.records.iter().any(|record| record.seq == 1);
    if contact.standing == Standing::New && news {
        let words = words::confirm(house, &about, &token);
        let key = format!("confirm {case}");
        return Some(Letter { kind: Kind::Confirm, to: To::Reporter(case), case: Some(case), key, after: None, words });
    }
    let told = told.filter(|_| contact.standing == Standing::Confirmed)?;
    Some(Letter {
        kind: told.kind,
        to: To::Reporter(case),
        case: Some(case),
        key: format!("reporter {} {}", found.case.id, told.seq),
        after: None,
        words: words::to_reporter(house, &about, &told, &token),
    })
}

fn for_colleague(house: &Letterhead, case: &Loaded, (told, co): (&ToColleague, bool)) -> Letter {
    let name = case.name();
    let about = words::Case { name: &name, title: &case.title };
    Letter {
        kind: told.kind,
        to: To::Person(told.person),
        case: Some(case.id),
        key: format!("person {} {} {}", told.person, case.id, told.seq),
        after: None,
        words: words::to_colleague(house, &about, (told.kind, co)),
    }
}

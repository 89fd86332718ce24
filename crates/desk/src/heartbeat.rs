//! Whether what works behind the pages goes on: once a minute somebody looks, and those who look after the house get a
//! letter when background work or webhooks stand still, when we stopped a webhook by ourselves, or when the last backup is old. That mail stands
//! still is said on the inbox and in `/metrics`: a letter would lie in the very queue.

use crate::engine::EngineError;
use crate::letters::health::{IN_CHARGE, JOBS_STALLED};
use crate::letters::words::of_house;
use crate::letters::{Letterhead, tell_of_tokens};
use crate::people::colleagues;
use crate::retention::{self, Notice};
use db::rotate::{self, MASTER_LIFE};
use db::{Db, Tx, execute, jobs, stmt};
use domain::retention::NOTICE;
use domain::{PersonId, Span, Ts};
use mail::{Kind, Letter, To, queue};
use std::sync::Arc;
use std::time::Duration;
use web::layout::span_words;

/// While something stands still its letter comes again after so long, and not before.
const AGAIN: Span = Span::from_hours(12);

/// After how long without a backup somebody is told. None where nobody wants to hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupsDue(pub Span);

/// Something that those in charge should know.
struct News {
    /// Makes it one letter for each person.
    key: String,
    /// What stands still, where it is that: told of again after [`AGAIN`] only.
    still: Option<&'static str>,
    subject: String,
    text: String,
    path: String,
}

/// Looks every `every`. For houses that send mail.
pub fn start_heartbeat(
    db: Db,
    (house, backups): (Letterhead, Option<BackupsDue>),
    every: Duration,
) -> tokio::task::JoinHandle<()> {
    let house = Arc::new(house);
    tokio::spawn(async move {
        loop {
            // What became due while the desk was not running is done first.
            tokio::time::sleep(every).await;
            if !db.takes_writes() {
                continue;
            }
            if let Err(error) = look(&db, &house, backups).await {
                tracing::warn!(%error, "nobody could be told how the house is doing");
            }
            if let Err(error) = tell_of_tokens(&db, &house).await {
                tracing::warn!(%error, "nobody could be told that a token ends");
            }
        }
    })
}

/// Queues letters about what stands still and nobody was told of; gives how many things that are.
pub async fn look(db: &Db, house: &Arc<Letterhead>, backups: Option<BackupsDue>) -> Result<usize, EngineError> {
    let mut tx = db.read().await?;
    let now = db.ambient().now();
    let (due, oldest) = jobs::backlog(&mut tx, now).await?;
    let hooks = outbound::tally(&mut tx, now).await?;
    let stopped = outbound::untold(&mut tx, db).await?;
    let no_backup = match backups {
        Some(BackupsDue(most)) => db::backup::overdue(&mut tx, now, most).await?,
        None => None,
    };
    let soon = retention::notices(&mut tx, db).await?;
    let master = rotate::since(&mut tx).await?;
    drop(tx);
    let mut news: Vec<News> = soon.iter().filter(|notice| is_said(notice, now)).map(erased_soon).collect();
    if Span::from_micros(oldest) > JOBS_STALLED {
        let text = format!(
            "Background work stands still: {due} jobs wait, the oldest for {}. Clocks and search lag behind. Look at the log of the desk, and start it again if nothing moves.",
            span_words(Span::from_micros(oldest))
        );
        news.push(still(("jobs", "background work stands still"), text, ("/desk", now)));
    }
    if Span::from_micros(hooks.oldest) > outbound::STALLED {
        let text = format!(
            "Webhooks stand still: {} messages wait, the oldest for {}. Nothing is lost. Look at the log of the desk.",
            hooks.due,
            span_words(Span::from_micros(hooks.oldest))
        );
        news.push(still(("webhooks", "webhooks stand still"), text, ("/desk/webhooks", now)));
    }
    news.extend(no_backup.map(|age| backup_old(age, now)));
    news.extend(master.and_then(|since| master_old(since, now)));
    let count = news.len() + stopped.len();
    if count == 0 {
        return Ok(0);
    }
    let (store, house) = (db.clone(), house.clone());
    db.write(move |tx| {
        Box::pin(async move {
            for endpoint in stopped {
                // Another process may have told it meanwhile.
                if outbound::say_told(tx, &store, endpoint.id).await? {
                    let path = format!("/desk/webhooks/{}", endpoint.id);
                    let text = "We stopped a webhook, because its receiver is gone or took nothing for days. What happens meanwhile is kept, at most 10,000 messages: mend it, let it go on, and send again what was given up.".to_owned();
                    let key = format!("webhook {} stopped {}", endpoint.id, store.ambient().now().micros());
                    let subject = "a webhook was stopped".to_owned();
                    news.push(News { key, still: None, subject, text, path });
                }
            }
            tell(tx, &store, &house, &news).await?;
            Ok(())
        })
    })
    .await
    .map(|()| count)
}

/// Queues a letter of each to everybody in charge, unless it was told already.
async fn tell(tx: &mut Tx, db: &Db, house: &Letterhead, news: &[News]) -> Result<(), EngineError> {
    let people = in_charge(tx, db).await?;
    for one in news {
        if let Some(what) = one.still
            && !is_news(tx, db, what).await?
        {
            continue;
        }
        for person in &people {
            queue(tx, db, &letter(house, one, *person)).await?;
        }
    }
    Ok(())
}

fn backup_old(age: Span, now: Ts) -> News {
    let text = format!(
        "No backup was made for {}. What came since is lost when this disk is. Make one with leeward backup FILE, and keep it elsewhere.",
        span_words(age)
    );
    still(("backup", "the last backup is old"), text, ("/desk/system", now))
}

/// On the first day of each month of its being too old: the system page says it all the time.
fn master_old(since: Ts, now: Ts) -> Option<News> {
    let over = now.since(since).minus(MASTER_LIFE);
    let day = Span::from_days(1).micros();
    let days = over.micros().div_euclid(day);
    if over <= Span::ZERO || days % 30 != 0 {
        return None;
    }
    let text = format!(
        "The master key has been in use for {}, and the rule is a year. Make another with leeward key rotate while the desk is running, and put a copy of it where you keep the present one.",
        span_words(now.since(since))
    );
    Some(News {
        key: format!("master key of {} month {}", since.micros(), days / 30),
        still: None,
        subject: "the master key is old".to_owned(),
        text,
        path: "/desk/system".to_owned(),
    })
}

/// In the first day of a notice and in its last: once each, since a letter's key is the same all day.
fn is_said(notice: &Notice, now: Ts) -> bool {
    let fresh = notice.from.since(now) > NOTICE.minus(Span::from_days(1));
    notice.count > 0 && (fresh || notice.is_near)
}

fn erased_soon(notice: &Notice) -> News {
    let text = format!("{}. Put on legal hold what must stay, or change the rule.", retention::notice(notice));
    News {
        key: format!("retention {} {} {}", notice.scope, notice.from.micros(), notice.is_near),
        still: None,
        subject: "cases will be erased by rule".to_owned(),
        text,
        path: "/desk/settings/retention".to_owned(),
    }
}

fn still((what, subject): (&'static str, &str), text: String, (path, now): (&str, Ts)) -> News {
    let key = format!("still {what} {}", now.micros());
    News { key, still: Some(what), subject: subject.to_owned(), text, path: path.to_owned() }
}

/// Notes that those in charge are told of this now; false when they were told in the last [`AGAIN`], by whatever process.
pub(crate) async fn is_news(tx: &mut Tx, db: &Db, what: &str) -> Result<bool, EngineError> {
    let now = db.ambient().now();
    let noted = execute!(
        tx,
        stmt!(
            "INSERT INTO meta (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE meta.value <= $3"
        ),
        format!("told {what}"),
        now.micros().to_be_bytes().to_vec(),
        now.minus(AGAIN).micros().to_be_bytes().to_vec()
    )?;
    Ok(noted == 1)
}

/// Those who may know how the house is doing, or change what it does.
async fn in_charge(tx: &mut Tx, db: &Db) -> Result<Vec<PersonId>, EngineError> {
    let people = colleagues(tx, db).await?;
    let charged = people.iter().filter(|c| IN_CHARGE.iter().any(|permission| c.may_house(*permission)));
    Ok(charged.map(|c| c.id).collect())
}

fn letter(house: &Letterhead, news: &News, person: PersonId) -> Letter {
    Letter {
        kind: Kind::Alert,
        to: To::Person(person),
        case: None,
        key: format!("{} {person}", news.key),
        after: None,
        words: of_house(house, (&news.subject, &news.text, &news.path)),
    }
}

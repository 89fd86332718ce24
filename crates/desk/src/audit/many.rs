//! Who reads far more cases than a day's work needs: somebody who takes them along before they leave, or whoever has
//! their session or token. It is told, not stopped: a program that copies every case to elsewhere may be meant to.

use crate::engine::EngineError;
use crate::heartbeat::is_news;
use crate::letters::Letterhead;
use crate::letters::words::of_house;
use crate::people::colleagues;
use accounts::many_reads;
use db::{Db, Tx, event};
use domain::{Permission, PersonId, Span};
use mail::{Kind, Letter, To, queue};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Reads of so long are counted together.
const WITHIN: Span = Span::from_minutes(10);

/// Looks every `every`, unless `most` is 0. Letters are written on `house`, where mail is sent; the record says it in any case.
pub fn start_read_watch(
    db: Db,
    (house, most): (Option<Letterhead>, u32),
    every: Duration,
) -> tokio::task::JoinHandle<()> {
    let house = house.map(Arc::new);
    tokio::spawn(async move {
        if most == 0 {
            return;
        }
        loop {
            tokio::time::sleep(every).await;
            if db.takes_writes()
                && let Err(error) = watch_reads(&db, house.as_ref(), most).await
            {
                tracing::warn!(%error, "nobody could be told who reads many cases");
            }
        }
    })
}

/// Tells of everybody who read `most` different cases or more lately and was not told of; gives how many that were.
pub async fn watch_reads(db: &Db, house: Option<&Arc<Letterhead>>, most: u32) -> Result<usize, EngineError> {
    let mut tx = db.read().await?;
    let since = db.ambient().now().minus(WITHIN);
    let found = many_reads(&mut tx, since, most.into()).await?;
    drop(tx);
    if found.is_empty() {
        return Ok(0);
    }
    let (store, house) = (db.clone(), house.cloned());
    db.write(move |tx| {
        Box::pin(async move {
            let mut told = 0;
            for (person, cases) in found {
                if is_news(tx, &store, &format!("reads {person}")).await? {
                    tell(tx, &store, house.as_deref(), (person, cases)).await?;
                    told += 1;
                }
            }
            Ok(told)
        })
    })
    .await
}

/// Puts it into the record, and queues a letter to everybody who may read that. Whoever read hears of it too: it may
/// not have been they who did.
async fn tell(
    tx: &mut Tx,
    db: &Db,
    house: Option<&Letterhead>,
    (person, cases): (PersonId, i64),
) -> Result<(), EngineError> {
    let data = json!({ "person": person.to_string(), "cases": cases });
    event::append_house(tx, db.keys(), db.ambient(), "many_cases_read", None, data).await?;
    let Some(house) = house else { return Ok(()) };
    let people = colleagues(tx, db).await?;
    let name = people.iter().find(|c| c.id == person).map_or("Somebody", |c| &c.name);
    let theirs = format!(
        "{name} read {cases} different cases within ten minutes, by hand or by a program with a token of theirs. If you \
         know of no reason, ask them, and end their sessions and tokens. What was read is in the record."
    );
    let yours = format!(
        "You read {cases} different cases within ten minutes, by hand or by a program with a token of yours. If that was \
         not you, end your sessions and tokens on the page below and tell an owner. Those who may read the record hear of it."
    );
    for colleague in people.iter().filter(|c| c.id == person || c.may_house(Permission::ReadAudit)) {
        let (text, path) = if colleague.id == person {
            (&yours, "/desk/account".to_owned())
        } else {
            (&theirs, format!("/desk/audit?show=reads&person={person}"))
        };
        let letter = Letter {
            kind: Kind::Alert,
            to: To::Person(colleague.id),
            case: None,
            key: format!("reads {person} {} {}", db.ambient().now().micros(), colleague.id),
            after: None,
            words: of_house(house, ("very many cases were read", text, &path)),
        };
        queue(tx, db, &letter).await?;
    }
    Ok(())
}

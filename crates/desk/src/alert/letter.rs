//! The letter that tells of an alert: queued in the write that raises it, taken back when it was seen before.

use super::words;
use crate::engine::{EngineError, Loaded};
use crate::letters::Letterhead;
use crate::letters::words::{Case, alert as alert_words};
use db::{Db, Tx};
use domain::case::Alarm;
use domain::{PersonId, Ts, Uuid};
use mail::{Kind, Letter, To, queue, withdraw};

fn key(alert: Uuid) -> String {
    format!("alert {alert}")
}

/// Queues it; it goes out at `at`, not before.
pub(super) async fn send(
    tx: &mut Tx,
    db: &Db,
    (house, case, alarm): (&Letterhead, &Loaded, &Alarm),
    (alert, person, step, at): (Uuid, PersonId, i64, Ts),
) -> Result<(), EngineError> {
    let name = case.name();
    let what = words::in_letter(alarm.kind, alarm.clock, house.detail);
    let about = Case { name: &name, title: &case.title };
    let letter = Letter {
        kind: Kind::Alert,
        to: To::Person(person),
        case: Some(case.id),
        key: key(alert),
        after: Some(at),
        words: alert_words(house, &about, (&what, words::because(step))),
    };
    queue(tx, db, &letter).await?;
    Ok(())
}

/// Takes it back where it still waits.
pub(super) async fn take_back(tx: &mut Tx, db: &Db, alert: Uuid) -> Result<(), EngineError> {
    withdraw(tx, db, (Kind::Alert, &key(alert))).await?;
    Ok(())
}

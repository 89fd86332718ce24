//! Bars: for a time no new report is taken from a researcher, at whatever door. What they sent before stays
//! readable, and they can write on it.
//!
//! A bar goes by the mailbox, whatever stands behind a `+`, and by the account: neither another spelling nor
//! another address nor a new account goes round it. Only its keyed hash outlives an erased account.

use super::{letter, mailbox};
use crate::AccountError;
use db::{Db, DbError, Keyring, Tx, event, execute, fetch_all, fetch_optional, stmt};
use domain::{PersonId, ReporterText, Span, Ts};
use mail::MailAddress;
use seal::field;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Longest bar, in days.
pub const BAR_DAYS_MAX: i64 = 730;

/// A bar in force.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Since when.
    pub since: Ts,
    /// Until when.
    pub until: Ts,
    /// Why, in words for the person it is about.
    pub reason: ReporterText,
}

/// A bar about to be set.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Of whom.
    pub researcher: PersonId,
    /// For how many days, 1 to [`BAR_DAYS_MAX`].
    pub days: i64,
    /// Why: the person reads it.
    pub reason: ReporterText,
}

/// Bars a researcher, or changes the bar they have. They are told by mail that it is so, and on their pages why.
pub async fn set_bar(tx: &mut Tx, db: &Db, wish: Wish, by: PersonId) -> Result<(), AccountError> {
    let (keys, ambient, now) = (db.keys(), db.ambient(), db.ambient().now());
    if !(1..=BAR_DAYS_MAX).contains(&wish.days) {
        return Err(AccountError::invalid("days", "Say for how many days: 1 to 730."));
    }
    let Some(researcher) = super::load(tx, keys, wish.researcher).await? else { return Err(AccountError::NotFound) };
    let until = now.plus(Span::from_days(wish.days));
    // An earlier one may stand under addresses before: all of them say the same.
    let statement = stmt!("SELECT mailbox FROM bars WHERE researcher = $1 ORDER BY mailbox LIMIT 100");
    let rows = fetch_all!(tx, (Vec<u8>,), statement, wish.researcher.uuid())?;
    let mut places: BTreeSet<Vec<u8>> = rows.into_iter().map(|(place,)| place).collect();
    places.insert(mailbox(keys, &researcher.address()?));
    let bar = Bar { since: now, until, reason: wish.reason.clone() };
    for place in places {
        put(tx, db, (place, wish.researcher), &bar).await?;
    }
    let data =
        json!({ "person": wish.researcher.to_string(), "until": until.to_string(), "reason": wish.reason.as_str() });
    event::append_house(tx, keys, ambient, "researcher_barred", Some(by.uuid()), data).await?;
    mail::queue(tx, db, &letter::barred(wish.researcher, now, until)).await?;
    Ok(())
}

/// Writes a bar under one mailbox, in place of the one that stands there.
async fn put(tx: &mut Tx, db: &Db, (place, researcher): (Vec<u8>, PersonId), bar: &Bar) -> Result<(), AccountError> {
    let (plain, random) = (bar.reason.as_str().as_bytes(), db.ambient().random.as_ref());
    let body = db.keys().house().seal(field::BAR, record(&place), 0, plain, random);
    execute!(
        tx,
        stmt!(
            "INSERT INTO bars (mailbox, researcher, set_at, until, body) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mailbox) DO UPDATE SET researcher = excluded.researcher, set_at = excluded.set_at,
                                                 until = excluded.until, body = excluded.body"
        ),
        place,
        researcher.uuid(),
        bar.since.micros(),
        bar.until.micros(),
        body
    )?;
    Ok(())
}

/// Puts the bar of an account that gets another address under the new mailbox too, and leaves the one before.
pub(super) async fn extend(
    tx: &mut Tx,
    db: &Db,
    (researcher, old): (PersonId, &[u8]),
    to: &MailAddress,
) -> Result<(), AccountError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT mailbox, set_at, until, body FROM bars WHERE until > $1 AND (researcher = $2 OR mailbox = $3)
             ORDER BY until DESC LIMIT 1"
        ),
        db.ambient().now().micros(),
        researcher.uuid(),
        old.to_vec()
    )?;
    let Some(bar) = row.map(|row| row.open(db.keys())).transpose()? else { return Ok(()) };
    let there = bar_of_mailbox(tx, db, to).await?;
    if there.is_some_and(|there| there.until >= bar.until) {
        return Ok(());
    }
    put(tx, db, (mailbox(db.keys(), to), researcher), &bar).await
}

/// Ends a bar before its day, as [`bar_of`] finds it; nothing happens when there is none.
pub async fn lift(tx: &mut Tx, db: &Db, researcher: PersonId, by: PersonId) -> Result<(), AccountError> {
    let lifted = execute!(
        tx,
        stmt!("DELETE FROM bars WHERE researcher = $1 OR mailbox = (SELECT mailbox FROM researchers WHERE id = $1)"),
        researcher.uuid()
    )?;
    if lifted > 0 {
        let data = json!({ "person": researcher.to_string() });
        event::append_house(tx, db.keys(), db.ambient(), "researcher_let_in", Some(by.uuid()), data).await?;
        mail::queue(tx, db, &letter::let_in(researcher, db.ambient().now())).await?;
    }
    Ok(())
}

/// The bar of an account.
pub async fn bar_of(tx: &mut Tx, db: &Db, researcher: PersonId) -> Result<Option<Bar>, AccountError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT b.mailbox, b.set_at, b.until, b.body FROM bars b
             WHERE b.until > $1 AND (b.researcher = $2
                OR b.mailbox = (SELECT r.mailbox FROM researchers r WHERE r.id = $2))
             ORDER BY b.until DESC LIMIT 1"
        ),
        db.ambient().now().micros(),
        researcher.uuid()
    )?;
    row.map(|row| row.open(db.keys())).transpose()
}

/// The bar of a mailbox.
pub async fn bar_of_mailbox(tx: &mut Tx, db: &Db, address: &MailAddress) -> Result<Option<Bar>, AccountError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!("SELECT mailbox, set_at, until, body FROM bars WHERE mailbox = $1 AND until > $2"),
        mailbox(db.keys(), address),
        db.ambient().now().micros()
    )?;
    row.map(|row| row.open(db.keys())).transpose()
}

/// The bar of whoever owns a case: the return door of an old report is no way round it.
pub async fn bar_of_case(tx: &mut Tx, db: &Db, case: domain::CaseId) -> Result<Option<Bar>, AccountError> {
    match super::owner_of(tx, case).await? {
        Some(owner) => bar_of(tx, db, owner).await,
        None => Ok(None),
    }
}

/// Bars that one list shows.
pub const BARS_SHOWN: usize = 200;

/// The newest bars in force with since when and until when, at most [`BARS_SHOWN`]. Those of erased accounts name
/// nobody and are left out.
pub async fn bars(tx: &mut Tx, db: &Db) -> Result<Vec<(PersonId, Ts, Ts)>, AccountError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64, i64),
        stmt!(
            "SELECT researcher, MAX(set_at), MAX(until) FROM bars WHERE until > $1 AND researcher IS NOT NULL
             GROUP BY researcher ORDER BY MAX(set_at) DESC, researcher LIMIT 200"
        ),
        db.ambient().now().micros()
    )?;
    let read = |(id, since, until)| (PersonId::from_uuid(id), Ts::from_micros(since), Ts::from_micros(until));
    Ok(rows.into_iter().map(read).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    mailbox: Vec<u8>,
    set_at: i64,
    until: i64,
    body: Vec<u8>,
}

impl Row {
    fn open(self, keys: &Keyring) -> Result<Bar, AccountError> {
        let plain = keys.house().open(field::BAR, record(&self.mailbox), 0, &self.body).map_err(DbError::from)?;
        let reason = ReporterText::new(String::from_utf8_lossy(&plain).into_owned())
            .map_err(|e| AccountError::inconsistent(e.to_string()))?;
        Ok(Bar { since: Ts::from_micros(self.set_at), until: Ts::from_micros(self.until), reason })
    }
}

/// The seal of a reason is bound to the mailbox it is about.
fn record(mailbox: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mailbox[..16]);
    Uuid::from_bytes(bytes)
}

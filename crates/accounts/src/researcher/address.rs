//! Another address for an account: the one before is told at once and again when it is done, the new one confirms
//! by a link. Whether somebody else has the new one is told to nobody but whoever reads its mail.

use super::link::{Ask, Letterhead, ask};
use super::{BrowserMark, Researcher, address_index, bar, letter, load, mailbox};
use crate::AccountError;
use db::{Db, Tx, event, execute, stmt};
use domain::PersonId;
use mail::MailAddress;
use seal::field;
use serde_json::json;
use std::net::IpAddr;

/// A change that somebody who is signed in asks for.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whose account.
    pub person: PersonId,
    /// The new address.
    pub to: MailAddress,
    /// In which browser.
    pub browser: BrowserMark,
    /// From which network.
    pub network: IpAddr,
}

/// Tells the address before, and sends the new one its link.
pub async fn ask_change(db: &Db, house: &Letterhead, change: Change) -> Result<(), AccountError> {
    let Change { person, to, browser, network } = change;
    let (store, house) = (db.clone(), house.clone());
    let told: Result<(), AccountError> = db
        .write(move |tx| {
            Box::pin(async move {
                let Some(before) = load(tx, store.keys(), person).await? else { return Err(AccountError::NotFound) };
                let now = store.ambient().now();
                // One letter an hour, however often the form is sent.
                let hour = now.micros().div_euclid(domain::Span::from_hours(1).micros());
                let key = format!("researcher {person} address asked {hour}");
                mail::queue(tx, &store, &letter::change_asked(&house, (before.address()?, key), now)).await?;
                Ok(())
            })
        })
        .await;
    told?;
    ask(db, Ask { address: to, browser, network, account: Some(person) }).await
}

/// Changes the address, in the write that spends its link.
pub(super) async fn set(
    tx: &mut Tx,
    db: &Db,
    house: &Letterhead,
    (person, address): (PersonId, &MailAddress),
) -> Result<(), AccountError> {
    let (keys, ambient) = (db.keys(), db.ambient());
    let Some(before) = load(tx, keys, person).await? else { return Err(AccountError::LinkGone) };
    let Some(key) = keys.person(tx, person).await? else { return Err(AccountError::LinkGone) };
    let sealed = key.seal(field::PERSON_EMAIL, person.uuid(), 0, address.folded().as_bytes(), ambient.random.as_ref());
    let set = execute!(
        tx,
        stmt!(
            "UPDATE researchers SET email_index = $1, mailbox = $2, email = $3, version = version + 1
             WHERE id = $4 AND state = 'active'"
        ),
        address_index(keys, address),
        mailbox(keys, address),
        sealed,
        person.uuid()
    );
    match set {
        // Somebody came in by this address at the same moment.
        Err(error) if error.is_unique() => return Err(AccountError::EmailTaken),
        other => {
            other?;
        }
    }
    let (now, to) = (ambient.now(), before.address()?);
    let key = format!("researcher {person} address changed {}", now.micros());
    mail::queue(tx, db, &letter::changed(house, (to, key), now)).await?;
    go_along(tx, db, (person, &before), address).await?;
    let data = json!({ "person": person.to_string() });
    event::append_house(tx, keys, ambient, "researcher_moved", Some(person.uuid()), data).await?;
    Ok(())
}

/// What stands under the mailbox before goes along: its letters, so that an erasure takes them too, and a bar, which
/// stays there as well.
async fn go_along(
    tx: &mut Tx,
    db: &Db,
    (person, before): (PersonId, &Researcher),
    to: &MailAddress,
) -> Result<(), AccountError> {
    let (old, new) = (mailbox(db.keys(), &before.address()?), mailbox(db.keys(), to));
    execute!(
        tx,
        stmt!(
            sqlite: "UPDATE letters SET mailbox = $1 WHERE mailbox = $2",
            pg: "UPDATE letters SET mailbox = $1
                 WHERE id IN (SELECT id FROM letters WHERE mailbox = $2 ORDER BY id FOR UPDATE)",
        ),
        new,
        old.clone()
    )?;
    bar::extend(tx, db, (person, &old), to).await
}

//! Researchers: people who report under an account of their own, which a link by mail opens.
//!
//! They are no people of the house: no password, no role, no grant. Who wants one has a second factor. What they may follow stands in
//! `case_reporters` and is asked case by case. Address and profile are sealed under the key of the person;
//! the address is found again by a keyed hash, and only in its exact spelling.

mod address;
mod bar;
mod factor;
mod letter;
mod link;
mod profile;
mod report;

pub use address::{Change, ask_change};
pub use bar::{BAR_DAYS_MAX, BARS_SHOWN, Bar, Wish, bar_of, bar_of_case, bar_of_mailbox, bars, lift, set_bar};
pub(crate) use factor::{Wish as FactorWish, change as change_factor, codes_left};
pub use factor::{guarded, take_off};
pub use letter::erased as letter_of_erasure;
pub use link::{
    Ask, BrowserMark, LINK_JOB, LINK_LIFE, Letterhead, OpenLink, Purpose, Spent, ask, hand_link, link_jobs, look,
    spend, sweep,
};
pub use profile::{LINKS_MAX, Pace, Profile, change};
pub use report::{Part, followers, is_there, join, leave_case, own, owner_of, part_of, take};

use crate::AccountError;
use db::{Db, DbError, Keyring, Tx, event, execute, fetch_optional, stmt};
use domain::{PersonId, Ts};
use mail::MailAddress;
use seal::{KeyKind, field, label};
use serde_json::json;
use uuid::Uuid;

/// What stands for somebody who gave no name, or whose key is gone.
pub const NO_NAME: &str = "a researcher";

/// A researcher, opened.
#[derive(Debug, Clone)]
pub struct Researcher {
    /// Their id.
    pub id: PersonId,
    /// Where their links go.
    pub email: String,
    /// What they say of themselves.
    pub profile: Profile,
    /// How often they want mail about their reports.
    pub pace: Pace,
    /// Whether their sign-in asks for a code after the link.
    pub guarded: bool,
    /// Grows with each change.
    pub version: i64,
    /// When the account began.
    pub created_at: Ts,
}

impl Researcher {
    /// What to call them.
    pub fn name(&self) -> &str {
        if self.profile.credit.is_empty() { NO_NAME } else { &self.profile.credit }
    }

    /// Where their links go, as an address.
    pub fn address(&self) -> Result<MailAddress, AccountError> {
        self.email.parse().map_err(|_| AccountError::inconsistent(format!("the address of researcher {}", self.id)))
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    email: Vec<u8>,
    profile: Vec<u8>,
    pace: String,
    guarded: bool,
    version: i64,
    created_at: i64,
}

/// One researcher; none when there is none, or they were erased.
pub async fn load(tx: &mut Tx, keys: &Keyring, id: PersonId) -> Result<Option<Researcher>, AccountError> {
    let row = fetch_optional!(
        tx,
        Row,
        stmt!(
            "SELECT email, profile, pace, totp IS NOT NULL AS guarded, version, created_at FROM researchers
             WHERE id = $1 AND state = 'active'"
        ),
        id.uuid()
    )?;
    let Some(row) = row else { return Ok(None) };
    let Some(key) = keys.person(tx, id).await? else { return Ok(None) };
    let email = key.open(field::PERSON_EMAIL, id.uuid(), 0, &row.email).map_err(DbError::from)?;
    let profile = key.open(field::PROFILE, id.uuid(), 0, &row.profile).map_err(DbError::from)?;
    Ok(Some(Researcher {
        id,
        email: String::from_utf8_lossy(&email).into_owned(),
        profile: serde_json::from_slice(&profile).map_err(|e| AccountError::inconsistent(e.to_string()))?,
        pace: Pace::parse(&row.pace),
        guarded: row.guarded,
        version: row.version,
        created_at: Ts::from_micros(row.created_at),
    }))
}

/// Whose address this is, in this spelling without regard to case.
pub async fn by_address(tx: &mut Tx, keys: &Keyring, address: &MailAddress) -> Result<Option<PersonId>, AccountError> {
    let statement = stmt!("SELECT id FROM researchers WHERE email_index = $1");
    let row = fetch_optional!(tx, (Uuid,), statement, address_index(keys, address))?;
    Ok(row.map(|(id,)| PersonId::from_uuid(id)))
}

/// The account of an address, made when there is none.
async fn found_or_made(tx: &mut Tx, db: &Db, address: &MailAddress) -> Result<PersonId, AccountError> {
    let (keys, ambient) = (db.keys(), db.ambient());
    if let Some(id) = by_address(tx, keys, address).await? {
        return Ok(id);
    }
    let id: PersonId = ambient.id();
    let key = keys.create(tx, KeyKind::Person, id.uuid()).await?;
    let random = ambient.random.as_ref();
    let made = execute!(
        tx,
        stmt!(
            "INSERT INTO researchers (id, state, email_index, mailbox, email, profile, pace, version, created_at)
             VALUES ($1, 'active', $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (email_index) DO NOTHING"
        ),
        id.uuid(),
        address_index(keys, address),
        mailbox(keys, address),
        key.seal(field::PERSON_EMAIL, id.uuid(), 0, address.folded().as_bytes(), random),
        Profile::default().seal(&key, id, ambient),
        Pace::default().as_str(),
        ambient.now().micros()
    )?;
    if made == 0 {
        // Two links of one new address at once: on PostgreSQL the other write has committed by now.
        return by_address(tx, keys, address).await?.ok_or(AccountError::Busy);
    }
    let data = json!({ "person": id.to_string() });
    event::append_house(tx, keys, ambient, "researcher_came", Some(id.uuid()), data).await?;
    Ok(id)
}

/// Keyed hash of an address, for the column `email_index`.
fn address_index(keys: &Keyring, address: &MailAddress) -> Vec<u8> {
    keys.index().hmac(label::RESEARCHER, &[address.folded().as_bytes()]).to_vec()
}

/// Keyed hash of the mailbox an address ends in: bars and allowances go by it.
fn mailbox(keys: &Keyring, address: &MailAddress) -> Vec<u8> {
    mail::mailbox_of(keys, address).to_vec()
}

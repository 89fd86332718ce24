//! Links by mail: typed address in, letter out, one session for one link.
//!
//! Whoever types an address leaves a job and nothing else, so that the answer is the same for every address and
//! takes the same time. The job decides whether a letter goes. A `GET` of the link shows a page, because
//! mail scanners follow links; the `POST` of its form spends it.
//!
//! Anybody can type anybody's address, so letters are counted: one network gets [`EACH_MOST`] unanswered letters
//! a day into one mailbox, and all networks from which nobody came in before get [`STRANGERS_MOST`] together.
//! A network from which a link of this mailbox was spent counts by itself: strangers cannot use up its share.

use super::{bar_of_mailbox, by_address, found_or_made, guarded, letter, mailbox};
use crate::AccountError;
use crate::credential::{Holder, prove};
use crate::notice::{Notice, one_at_a_time, tell};
use crate::session::{NewSession, open_researcher_session};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use db::{Db, DbError, Tx, event, execute, fetch_one, fetch_optional, jobs, stmt};
use domain::{PersonId, Span, Ts};
use mail::MailAddress;
use seal::{field, label};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;
use web::PublicUrl;

/// How long a link is good for.
pub const LINK_LIFE: Span = Span::from_minutes(30);
/// The job that decides whether a letter with a link goes.
pub const LINK_JOB: &str = "researcher.link";
/// Unanswered letters of a day into one mailbox, asked for from one network.
const EACH_MOST: i64 = 6;
/// The same from all networks that never brought anybody in.
const STRANGERS_MOST: i64 = 12;
/// For how long a network is known by a link that was spent.
const KNOWN_FOR: Span = Span::from_days(90);

/// What stands on letters of links.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// Name of the organisation.
    pub organisation: String,
    /// Where its pages are.
    pub url: PublicUrl,
}

/// What tells a browser that asked for a link from others: 32 hexadecimal digits in a cookie. A hint, no secret
/// that opens anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserMark(String);

impl BrowserMark {
    /// A cookie's value, or a new one where it is none of ours.
    pub fn of(cookie: Option<&str>, ambient: &domain::Ambient) -> Self {
        let ours = |text: &&str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        Self(cookie.filter(ours).map_or_else(|| HEXLOWER.encode(&ambient.bytes::<16>()), str::to_owned))
    }

    /// The value for the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody typed an address.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Which.
    pub address: MailAddress,
    /// In which browser.
    pub browser: BrowserMark,
    /// From which network.
    pub network: IpAddr,
    /// The account that is to have this address; none to sign in.
    pub account: Option<PersonId>,
}

/// What the job is given.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    address: String,
    browser: String,
    place: String,
    account: Option<PersonId>,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Opens a session of whoever reads the mailbox.
    SignIn,
    /// Gives an account this address.
    Address(PersonId),
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Address(_) => "address",
        }
    }

    const fn account(self) -> Option<PersonId> {
        match self {
            Self::SignIn => None,
            Self::Address(id) => Some(id),
        }
    }
}

/// A link that can still be used.
#[derive(Debug, Clone)]
pub struct OpenLink {
    /// What it is for.
    pub purpose: Purpose,
    /// The address it was sent to.
    pub address: MailAddress,
    browser: String,
}

impl OpenLink {
    /// Whether it was asked for in this browser.
    pub fn is_of(&self, cookie: Option<&str>) -> bool {
        cookie.is_some_and(|mark| !self.browser.is_empty() && mark == self.browser)
    }
}

/// What came of a link.
#[derive(Debug, Clone)]
pub enum Spent {
    /// Somebody is in.
    Session(PersonId, NewSession),
    /// The account has another address.
    Address(PersonId),
    /// Nobody is in, and the link is as good as before: the account asks for another code.
    WrongCode,
}

#[derive(Serialize, Deserialize)]
struct Body {
    address: String,
    browser: String,
}

/// Leaves the job. Costs the same for every address.
pub async fn ask(db: &Db, ask: Ask) -> Result<(), AccountError> {
    let Ask { address, browser, network, account } = ask;
    let net = network.to_string();
    let place =
        db.keys().token().hmac(label::NETWORK, &[b"researcher link", address.mailbox().as_bytes(), net.as_bytes()]);
    let payload =
        Payload { address: address.folded(), browser: browser.0, place: HEXLOWER.encode(&place[..16]), account };
    let payload = serde_json::to_value(payload).map_err(|e| AccountError::inconsistent(e.to_string()))?;
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let due = (LINK_JOB, None, store.ambient().now());
            jobs::enqueue(tx, store.keys().house(), store.ambient(), due, &payload).await?;
            Ok(())
        })
    })
    .await
}

/// Does [`LINK_JOB`].
pub fn link_jobs(house: Letterhead) -> jobs::Handler {
    let house = Arc::new(house);
    Arc::new(move |db, job| {
        let house = house.clone();
        Box::pin(async move {
            let asked: Payload = serde_json::from_value(job.payload)
                .map_err(|e| DbError::Inconsistent(format!("job {}: {e}", job.id)))?;
            let (store, id) = (db.clone(), job.id.uuid());
            let made: Result<(), AccountError> =
                db.write(move |tx| Box::pin(async move { make(tx, &store, &house, (id, asked)).await })).await;
            made.map_err(|error| match error {
                AccountError::Store(error) => error,
                other => DbError::Inconsistent(other.to_string()),
            })
        })
    })
}

/// One link and its letter; neither when there were too many. The token comes from the job, so that doing it
/// twice makes nothing twice.
async fn make(tx: &mut Tx, db: &Db, house: &Letterhead, (job, asked): (Uuid, Payload)) -> Result<(), AccountError> {
    let (keys, now) = (db.keys(), db.ambient().now());
    let Ok(address) = asked.address.parse::<MailAddress>() else { return Ok(()) };
    let place = HEXLOWER.decode(asked.place.as_bytes()).unwrap_or_default();
    let mailbox = mailbox(keys, &address);
    if is_crowded(tx, (&mailbox, &place), now).await? {
        return Ok(());
    }
    let purpose = asked.account.map_or(Purpose::SignIn, Purpose::Address);
    let bytes = keys.token().hmac("researcher link token", &[job.as_bytes()]);
    let link = OpenLink { purpose, address: address.clone(), browser: asked.browser };
    let token = write(tx, db, &bytes[..20], (&link, place)).await?;
    let key = format!("researcher link {job}");
    let letter = match purpose {
        Purpose::SignIn => {
            let bar = bar_of_mailbox(tx, db, &address).await?;
            letter::sign_in(house, (address, key, &token), bar.map(|bar| bar.until))
        }
        Purpose::Address(_) => letter::confirm_address(house, (address, key, &token)),
    };
    mail::queue(tx, db, &letter).await?;
    Ok(())
}

/// A link without a letter: for tests, which have no mailbox.
pub async fn hand_link(tx: &mut Tx, db: &Db, address: MailAddress) -> Result<String, AccountError> {
    let bytes: [u8; 20] = db.ambient().bytes();
    let link = OpenLink { purpose: Purpose::SignIn, address, browser: String::new() };
    write(tx, db, &bytes, (&link, b"by hand".to_vec())).await
}

/// Writes the row of a link and gives its token.
async fn write(
    tx: &mut Tx,
    db: &Db,
    secret: &[u8],
    (link, place): (&OpenLink, Vec<u8>),
) -> Result<String, AccountError> {
    let (keys, now) = (db.keys(), db.ambient().now());
    let token = BASE32_NOPAD.encode(secret).to_ascii_lowercase();
    let id = place_of(db, &token).ok_or_else(|| AccountError::inconsistent("a link without a token"))?;
    let body = json!(Body { address: link.address.folded(), browser: link.browser.clone() }).to_string();
    let body = keys.house().seal(field::INVITATION, record(&id), 0, body.as_bytes(), db.ambient().random.as_ref());
    execute!(
        tx,
        stmt!(
            "INSERT INTO researcher_links (id, purpose, researcher, mailbox, place, body, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING"
        ),
        id.to_vec(),
        link.purpose.as_str(),
        link.purpose.account().map(PersonId::uuid),
        mailbox(keys, &link.address),
        place,
        body,
        now.micros(),
        now.plus(LINK_LIFE).micros()
    )?;
    Ok(token)
}

async fn is_crowded(tx: &mut Tx, (mailbox, place): (&[u8], &[u8]), now: Ts) -> Result<bool, AccountError> {
    one_at_a_time(tx, mailbox).await?;
    let (day, known_since) = (now.minus(Span::from_days(1)).micros(), now.minus(KNOWN_FOR).micros());
    let (own, all, known) = fetch_one!(
        tx,
        (i64, i64, i64),
        stmt!(
            "SELECT COUNT(CASE WHEN l.place = $2 AND l.spent_at IS NULL AND l.created_at > $3 THEN 1 END),
                    COUNT(CASE WHEN l.spent_at IS NULL AND l.created_at > $3 THEN 1 END),
                    COUNT(CASE WHEN l.place = $2 AND l.spent_at IS NOT NULL THEN 1 END)
             FROM researcher_links l WHERE l.mailbox = $1 AND l.created_at > $4"
        ),
        mailbox.to_vec(),
        place.to_vec(),
        day,
        known_since
    )?;
    Ok(own >= EACH_MOST || (known == 0 && all >= STRANGERS_MOST))
}

/// What a link is for, when it can still be used. Changes nothing.
pub async fn look(tx: &mut Tx, db: &Db, token: &str) -> Result<Option<OpenLink>, AccountError> {
    let Some(id) = place_of(db, token) else { return Ok(None) };
    let row = fetch_optional!(
        tx,
        (Option<Uuid>, Vec<u8>),
        stmt!("SELECT researcher, body FROM researcher_links WHERE id = $1 AND spent_at IS NULL AND expires_at > $2"),
        id.to_vec(),
        db.ambient().now().micros()
    )?;
    let Some((account, body)) = row else { return Ok(None) };
    let plain = db.keys().house().open(field::INVITATION, record(&id), 0, &body).map_err(DbError::from)?;
    let body: Body = serde_json::from_slice(&plain).map_err(|e| AccountError::inconsistent(e.to_string()))?;
    let address = body.address.parse().map_err(|_| AccountError::inconsistent("the address of a link"))?;
    let purpose = account.map_or(Purpose::SignIn, |id| Purpose::Address(PersonId::from_uuid(id)));
    Ok(Some(OpenLink { purpose, address, browser: body.browser }))
}

/// Uses a link up: [`AccountError::LinkGone`] for everybody but the first. `code` counts where the account that it
/// opens has a second factor; a code that proves nothing leaves the link as it is, and its owner is told once a day.
/// Callers count the tries.
pub async fn spend(
    tx: &mut Tx,
    db: &Db,
    house: &Letterhead,
    (token, code): (&str, &str),
) -> Result<Spent, AccountError> {
    let (Some(link), Some(id)) = (look(tx, db, token).await?, place_of(db, token)) else {
        return Err(AccountError::LinkGone);
    };
    if link.purpose == Purpose::SignIn && !is_proved(tx, db, (&link.address, code)).await? {
        return Ok(Spent::WrongCode);
    }
    let spent = execute!(
        tx,
        // What is left for KNOWN_FOR counts letters and names nobody.
        stmt!("UPDATE researcher_links SET spent_at = $1, body = $2 WHERE id = $3 AND spent_at IS NULL"),
        db.ambient().now().micros(),
        Vec::<u8>::new(),
        id.to_vec()
    )?;
    if spent != 1 {
        return Err(AccountError::LinkGone);
    }
    match link.purpose {
        Purpose::SignIn => {
            let person = found_or_made(tx, db, &link.address).await?;
            let session = open_researcher_session(tx, db, person).await?;
            let data = json!({ "person": person.to_string(), "session": session.id.to_string() });
            event::append_house(tx, db.keys(), db.ambient(), "researcher_signed_in", Some(person.uuid()), data).await?;
            Ok(Spent::Session(person, session))
        }
        Purpose::Address(person) => {
            if by_address(tx, db.keys(), &link.address).await?.is_some() {
                return Err(AccountError::EmailTaken);
            }
            super::address::set(tx, db, house, (person, &link.address)).await?;
            Ok(Spent::Address(person))
        }
    }
}

/// Whether whoever opens a link has shown the second factor of the account, where it has one.
async fn is_proved(tx: &mut Tx, db: &Db, (address, code): (&MailAddress, &str)) -> Result<bool, AccountError> {
    let Some(person) = guarded(tx, db, address).await? else { return Ok(true) };
    let holder = Holder::Researcher(person);
    if prove(tx, db, holder, code).await? {
        return Ok(true);
    }
    tell(tx, db, (holder, Notice::HalfWay)).await?;
    Ok(false)
}

/// Removes links that no longer count, and bars that are over.
pub async fn sweep(tx: &mut Tx, now: Ts) -> Result<u64, AccountError> {
    let bars = execute!(tx, stmt!("DELETE FROM bars WHERE until <= $1"), now.micros())?;
    let statement =
        stmt!("DELETE FROM researcher_links WHERE created_at < $1 OR (created_at < $2 AND spent_at IS NULL)");
    let (known, day) = (now.minus(KNOWN_FOR).micros(), now.minus(Span::from_days(2)).micros());
    Ok(bars + execute!(tx, statement, known, day)?)
}

fn place_of(db: &Db, token: &str) -> Option<[u8; 32]> {
    let bytes = crate::link::token_bytes(token)?;
    Some(db.keys().token().hmac(label::SIGN_IN_LINK, &[b"researcher", &bytes]))
}

/// The seal of the body is bound to the link it belongs to.
fn record(place: &[u8; 32]) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&place[..16]);
    Uuid::from_bytes(bytes)
}

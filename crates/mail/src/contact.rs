//! The address of a reporter: sealed under the case, asked before it is used, stopped by one press.
//!
//! Anybody can type anybody's address into a form. So the first letter asks whether we may write, and
//! nothing else goes there until somebody who reads that mailbox says yes. Whoever says no gets nothing
//! more about this case.

use crate::MailAddress;
use data_encoding::HEXLOWER;
use db::{DataKey, Db, DbError, Tx, execute, fetch_one, fetch_optional, field, later, stmt};
use domain::{CaseId, Span, UnknownWord};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Addresses that were asked and did not answer, of one mailbox in one day: then it is left in peace.
pub const UNANSWERED_MOST: i64 = 3;

/// Whether letters may go to a reporter's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Written down and not asked yet.
    New,
    /// Asked; no answer.
    Asked,
    /// Said yes.
    Confirmed,
    /// Said no, or said stop.
    Stopped,
}

impl Standing {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Asked => "asked",
            Self::Confirmed => "confirmed",
            Self::Stopped => "stopped",
        }
    }
}

impl FromStr for Standing {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::New, Self::Asked, Self::Confirmed, Self::Stopped]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord { kind: "standing of an address", word: word.to_owned() })
    }
}

/// What opens the page of an address: 16 bytes, written as 32 hexadecimal digits. Stands only in
/// letters to that address; the store keeps its keyed hash.
#[derive(Clone, PartialEq, Eq)]
pub struct ContactToken([u8; 16]);

impl ContactToken {
    fn of(db: &Db, case: CaseId) -> Self {
        let mac = db.keys().token().hmac("contact token", &[case.uuid().as_bytes()]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&mac[..16]);
        Self(bytes)
    }

    fn index(&self, db: &Db) -> Vec<u8> {
        db.keys().token().hmac("contact link", &[&self.0]).to_vec()
    }
}

impl fmt::Display for ContactToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for ContactToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ContactToken(..)")
    }
}

impl FromStr for ContactToken {
    type Err = data_encoding::DecodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = HEXLOWER.decode(text.as_bytes())?;
        let short = data_encoding::DecodeError { position: 0, kind: data_encoding::DecodeKind::Length };
        bytes.try_into().map(Self).map_err(|_| short)
    }
}

/// The address of one case.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Whose.
    pub case: CaseId,
    /// Where.
    pub address: MailAddress,
    /// Whether we may write there.
    pub standing: Standing,
    /// Opens the page where that is changed.
    pub token: ContactToken,
}

/// Writes the address down, in the write that opens the case.
pub async fn keep(tx: &mut Tx, db: &Db, key: &DataKey, (case, address): (CaseId, &MailAddress)) -> Result<(), DbError> {
    let ambient = db.ambient();
    let record = case.uuid();
    let body = key.seal(field::REPORTER_CONTACT, record, 0, address.as_str().as_bytes(), ambient.random.as_ref());
    later!(
        tx,
        stmt!(
            "INSERT INTO contacts (case_id, link, mailbox, state, changed_at, body) VALUES ($1, $2, $3, 'new', $4, $5)"
        ),
        record,
        ContactToken::of(db, case).index(db),
        mailbox(db, address),
        ambient.now().micros(),
        body
    )
}

/// The address of a case; none when none was given, or the case is erased.
pub async fn of_case(tx: &mut Tx, db: &Db, case: CaseId) -> Result<Option<Contact>, DbError> {
    let row = fetch_optional!(
        tx,
        (String, Vec<u8>),
        stmt!("SELECT state, body FROM contacts WHERE case_id = $1"),
        case.uuid()
    )?;
    let Some((standing, body)) = row else { return Ok(None) };
    let Some(key) = db.keys().case(tx, case).await? else { return Ok(None) };
    let plain = key.open(field::REPORTER_CONTACT, case.uuid(), 0, &body)?;
    let wrong = |e: &dyn fmt::Display| DbError::Inconsistent(format!("contact of {case}: {e}"));
    let address = String::from_utf8_lossy(&plain).parse().map_err(|e| wrong(&e))?;
    let standing = standing.parse().map_err(|e| wrong(&e))?;
    Ok(Some(Contact { case, address, standing, token: ContactToken::of(db, case) }))
}

/// The case whose address this token belongs to.
pub async fn by_token(tx: &mut Tx, db: &Db, token: &ContactToken) -> Result<Option<Contact>, DbError> {
    let statement = stmt!("SELECT case_id FROM contacts WHERE link = $1");
    let row = fetch_optional!(tx, (Uuid,), statement, token.index(db))?;
    match row {
        Some((case,)) => of_case(tx, db, CaseId::from_uuid(case)).await,
        None => Ok(None),
    }
}

/// What whoever reads the mailbox said: yes or no.
pub async fn decide(tx: &mut Tx, db: &Db, (case, yes): (CaseId, bool)) -> Result<Standing, DbError> {
    let standing = if yes { Standing::Confirmed } else { Standing::Stopped };
    execute!(
        tx,
        stmt!("UPDATE contacts SET state = $1, changed_at = $2 WHERE case_id = $3"),
        standing.as_str(),
        db.ambient().now().micros(),
        case.uuid()
    )?;
    Ok(standing)
}

/// Marks an address as asked, if nobody did, and if its mailbox may be asked once more: not when it left
/// [`UNANSWERED_MOST`] of today's questions without an answer, whoever typed it in. True for the one write that is
/// to ask.
pub async fn ask(tx: &mut Tx, db: &Db, contact: &Contact) -> Result<bool, DbError> {
    let now = db.ambient().now();
    let mailbox = mailbox(db, &contact.address);
    // One after the other, until the write ends: of two who count at once each would find room for itself.
    let mut place = [0; 8];
    place.copy_from_slice(&mailbox[..8]);
    execute!(tx, stmt!(sqlite: "SELECT $1", pg: "SELECT pg_advisory_xact_lock($1)"), i64::from_be_bytes(place))?;
    let (asked,) = fetch_one!(
        tx,
        (i64,),
        stmt!("SELECT COUNT(*) FROM contacts WHERE mailbox = $1 AND state = 'asked' AND changed_at > $2"),
        mailbox,
        now.minus(Span::from_days(1)).micros()
    )?;
    if asked >= UNANSWERED_MOST {
        return Ok(false);
    }
    let changed = execute!(
        tx,
        stmt!("UPDATE contacts SET state = 'asked', changed_at = $1 WHERE case_id = $2 AND state = 'new'"),
        now.micros(),
        contact.case.uuid()
    )?;
    Ok(changed == 1)
}

fn mailbox(db: &Db, address: &MailAddress) -> Vec<u8> {
    db.keys().token().hmac("contact mailbox", &[address.mailbox().as_bytes()]).to_vec()
}

//! Taking a mail in: read, its files sealed and stored, the case opened in one write.

use super::answer::answer;
use super::words;
use crate::intake::{IntakeError, MACHINE, create, drop_blob};
use crate::programme::Programme;
use db::blob::Blobs;
use db::{Db, DbError, Tx, execute, fetch_optional, stmt};
use desk::Viewer;
use desk::attachment::{self, NewFile, Place};
use desk::engine::{self, EngineError, NewCase};
use domain::case::{Audience, Party};
use domain::{CaseId, Permission};
use mail::MailAddress;
use mail::contact::{self, Contact, Standing};
use mail::read::{Bounce, Read, Returned, Unreadable, auto_replied, bounced, cut, mask, quoted, read, replied};
use serde_json::json;
use uuid::Uuid;

/// A mail that came in.
pub struct Arrival {
    /// Under which programme it opens a case.
    pub programme: Programme,
    /// The whole mail.
    pub bytes: Vec<u8>,
    /// Who brings it; none for the command line. It reaches only cases that they may work on.
    pub by: Option<Viewer>,
    /// Whether the sender is asked if we may write to them; a program is never asked.
    pub ask_sender: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// A case was opened.
    Opened {
        /// The case.
        case: CaseId,
        /// REP-12.
        name: String,
        /// What was left out, for whoever brought the mail.
        notes: Vec<String>,
    },
    /// This very file became a case before.
    Before {
        /// That case.
        case: CaseId,
    },
    /// It answers a letter of ours about this case, and is a part of it now; no case was opened.
    Answered {
        /// That case.
        case: CaseId,
        /// What was left out, for whoever brought the mail.
        notes: Vec<String>,
    },
    /// It tells that a letter of ours did not arrive; that is marked, and no case was opened.
    Returned {
        /// The case that the letter was about.
        case: Option<CaseId>,
    },
    /// It tells of a letter of ours that is on its way, or has arrived, as when a program says that somebody is away; no
    /// case was opened.
    Noted {
        /// The case that the letter is about.
        case: Option<CaseId>,
    },
}

/// Why a mail was not taken. Where it was refused nothing was done; where the store failed nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum ByMailError {
    /// It is no mail.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The store or the machine refused.
    #[error(transparent)]
    Intake(#[from] IntakeError),
}

impl From<DbError> for ByMailError {
    fn from(error: DbError) -> Self {
        Self::Intake(error.into())
    }
}

impl From<EngineError> for ByMailError {
    fn from(error: EngineError) -> Self {
        Self::Intake(error.into())
    }
}

/// Everything that the write needs.
struct Ready {
    arrival: Arrival,
    digest: Vec<u8>,
    sha256: String,
    read: Read,
    draft: CaseId,
    files: Vec<(NewFile, Audience)>,
}

/// Takes a mail in. The same bytes give the same case.
pub async fn take(db: &Db, blobs: &Blobs, mut arrival: Arrival) -> Result<Taken, ByMailError> {
    let digest = db.keys().token().hmac("mail taken", &[&arrival.bytes]).to_vec();
    let mut tx = db.read().await?;
    if let Some(case) = earlier(&mut tx, &digest).await? {
        return Ok(Taken::Before { case });
    }
    drop(tx);
    let (bytes, parsed) = parse(std::mem::take(&mut arrival.bytes)).await?;
    let mut read = parsed?;
    let told = match read.bounce.take() {
        Some(bounce) => returned(db, bounce, arrival.by.clone()).await?,
        None => auto_replied(&mut db.read().await?, db, &read).await?,
    };
    if let Some(Returned { case, failed, .. }) = told {
        return Ok(if failed { Taken::Returned { case } } else { Taken::Noted { case } });
    }
    let (bytes, mut read) = withhold(db, bytes, read).await?;
    let mut tx = db.read().await?;
    let answers = match replied(&mut tx, db, &read).await? {
        Some(kept) if is_theirs(&mut tx, &kept).await? => Some(kept),
        _ => None,
    };
    drop(tx);
    if let Some(kept) = answers {
        let arrival = Arrival { bytes, ..arrival };
        return answer((db, blobs), kept.case, (arrival, digest, read)).await;
    }
    // Its key becomes the key of the case, and what is stored of a mail that fails halfway is swept with it.
    let draft = create(db, None).await?;
    let mut files = vec![(
        keep(db, blobs, &draft.key, ("mail.eml", Some("message/rfc822".to_owned()), bytes)).await?,
        Audience::Team,
    )];
    for file in std::mem::take(&mut read.files) {
        let stored = keep(db, blobs, &draft.key, (&file.name, file.media_type, file.bytes)).await?;
        files.push((stored, Audience::Reporter));
    }
    let sha256 = files.first().map(|(mail, _)| mail.sha256.clone()).unwrap_or_default();
    let stored: Vec<String> = files.iter().map(|(file, _)| file.blob.clone()).collect();
    let ready = Ready { arrival, digest, sha256, read, draft: draft.id, files };
    let store = db.clone();
    let taken = db.write(move |tx| Box::pin(async move { open(tx, &store, ready).await })).await;
    if is_unneeded(&taken) {
        for blob in stored {
            drop_blob(blobs, &blob).await;
        }
    }
    taken
}

/// Whether what was stored belongs to no case for certain. Where the store failed it may have committed before the
/// answer was lost: then the sweep decides, when it sees what is there.
pub(super) const fn is_unneeded(taken: &Result<Taken, ByMailError>) -> bool {
    match taken {
        Ok(taken) => !matches!(taken, Taken::Opened { .. } | Taken::Answered { .. }),
        Err(ByMailError::Intake(IntakeError::Engine(error))) => !matches!(error, EngineError::Db(_)),
        Err(ByMailError::Unreadable(_) | ByMailError::Intake(_)) => true,
    }
}

/// Reads it where it holds up nobody; gives the bytes back.
async fn parse(bytes: Vec<u8>) -> Result<(Vec<u8>, Result<Read, Unreadable>), DbError> {
    let work = tokio::task::spawn_blocking(move || {
        let parsed = read(&bytes);
        (bytes, parsed)
    });
    work.await.map_err(|error| DbError::Inconsistent(format!("reading a mail: {error}")))
}

/// Takes the secrets of links of ours out of a mail that quotes them, and gives it back: a link is for whoever sent the
/// report alone, and may give them a code.
async fn withhold(db: &Db, mut bytes: Vec<u8>, mut read: Read) -> Result<(Vec<u8>, Read), DbError> {
    let mut tx = db.read().await?;
    let tokens = quoted(&mut tx, db, &read).await?;
    drop(tx);
    let work = tokio::task::spawn_blocking(move || {
        for token in &tokens {
            mask(token, &mut bytes);
            for file in &mut read.files {
                mask(token, &mut file.bytes);
            }
            read.text = cut(token, &read.text);
            read.subject = cut(token, &read.subject);
        }
        (bytes, read)
    });
    work.await.map_err(|error| DbError::Inconsistent(format!("withholding from a mail: {error}")))
}

/// Stores a file of a mail.
pub(super) async fn keep(
    db: &Db,
    blobs: &Blobs,
    key: &db::DataKey,
    file: (&str, Option<String>, Vec<u8>),
) -> Result<NewFile, DbError> {
    Ok(attachment::store_bytes(db, blobs, key, file).await?)
}

async fn earlier(tx: &mut Tx, digest: &[u8]) -> Result<Option<CaseId>, DbError> {
    let statement = stmt!("SELECT case_id FROM arrivals WHERE digest = $1");
    let row = fetch_optional!(tx, (Uuid,), statement, digest.to_vec())?;
    Ok(row.map(|(case,)| CaseId::from_uuid(case)))
}

/// Whether a mailbox is that of the reporter: it said yes to our letter, or the report came from a mail. Anybody can type
/// anybody's address into a form, and would read by the return door what its owner writes to us.
async fn is_theirs(tx: &mut Tx, kept: &Contact) -> Result<bool, DbError> {
    if kept.standing == Standing::Confirmed {
        return Ok(true);
    }
    let statement = stmt!("SELECT case_id FROM arrivals WHERE case_id = $1 LIMIT 1");
    Ok(fetch_optional!(tx, (Uuid,), statement, kept.case.uuid())?.is_some())
}

/// Refuses a mail about a case that whoever brings it may not work on, as if that case were not there: the name of a
/// letter and an address are enough to write such a mail. Asked in the write, so that nothing of it is kept.
pub(super) async fn check_reach(
    tx: &mut Tx,
    db: &Db,
    (by, case): (Option<&Viewer>, CaseId),
) -> Result<(), EngineError> {
    let Some(by) = by else { return Ok(()) };
    let reference = case.to_string();
    by.case(tx, db, (reference.as_str(), Permission::ActOnCases)).await.map(|_| ())
}

/// Whoever brings a mail, as events name them.
pub(super) fn party(by: Option<&Viewer>) -> Party {
    by.map_or(Party::System, |by| Party::Team(by.person))
}

/// Writes down that this mail is a part of this case; gives the one that it is a part of already.
pub(super) async fn claim(tx: &mut Tx, db: &Db, (digest, case): (&[u8], CaseId)) -> Result<Option<CaseId>, DbError> {
    let claimed = execute!(
        tx,
        stmt!("INSERT INTO arrivals (digest, case_id, at) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING"),
        digest.to_vec(),
        case.uuid(),
        db.ambient().now().micros()
    )?;
    if claimed == 1 { Ok(None) } else { earlier(tx, digest).await?.ok_or(DbError::Busy).map(Some) }
}

async fn open(tx: &mut Tx, db: &Db, ready: Ready) -> Result<Taken, ByMailError> {
    let Ready { arrival, digest, sha256, read, draft, files } = ready;
    if let Some(case) = claim(tx, db, (&digest, draft)).await? {
        return Ok(Taken::Before { case });
    }
    let key = db.keys().case(tx, draft).await?.ok_or(DbError::Erased)?;
    for (file, audience) in &files {
        let place = Place { owner: draft, event: None, audience: *audience };
        attachment::insert(tx, &key, db.ambient(), place, file).await?;
    }
    let by = party(arrival.by.as_ref());
    let new = NewCase {
        machine: MACHINE,
        programme: arrival.programme.id,
        draft: Some(draft),
        input: words::input(&read, arrival.programme.brief.first_answer_days),
        title: words::title(&read),
        code: None,
        by,
    };
    let opened = engine::open(tx, db, new).await?;
    if let Some(address) = sender(&read).filter(|_| arrival.ask_sender && !read.by_machine) {
        contact::keep(tx, db, &opened.key, (opened.id, &address)).await?;
    }
    engine::came_by_mail(tx, db, opened.id, (&by, words::headers(&read, &sha256))).await?;
    Ok(Taken::Opened { case: opened.id, name: opened.name, notes: read.notes })
}

/// Where an answer would go.
fn sender(read: &Read) -> Option<MailAddress> {
    let named = read.reply_to.as_ref().or(read.from.as_ref())?;
    named.address.parse().ok()
}

/// Marks the letter that came back, and says so on its case; none when the bounce is of no letter of ours.
async fn returned(db: &Db, bounce: Bounce, by: Option<Viewer>) -> Result<Option<Returned>, ByMailError> {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            let Some(back) = bounced(tx, &store, &bounce).await? else { return Ok(None) };
            // The same bounce may be brought twice.
            if let Some(case) = back.case.filter(|_| back.failed && !back.known) {
                let what = json!({
                    "letter": back.letter.to_string(),
                    "status": bounce.status,
                    "diagnostic": bounce.diagnostic,
                });
                check_reach(tx, &store, (by.as_ref(), case)).await?;
                engine::letter_returned(tx, &store, case, (&party(by.as_ref()), what)).await?;
            }
            Ok(Some(back))
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{ByMailError, Taken, is_unneeded};
    use crate::intake::IntakeError;
    use db::DbError;
    use desk::engine::EngineError;
    use domain::CaseId;
    use uuid::Uuid;

    #[test]
    fn what_may_have_been_committed_keeps_its_files() {
        let case = CaseId::from_uuid(Uuid::nil());
        assert!(is_unneeded(&Ok(Taken::Before { case })));
        assert!(is_unneeded(&Err(EngineError::NotFound.into())));
        assert!(is_unneeded(&Err(IntakeError::NearlyFull.into())));
        for unsure in [DbError::Halted, DbError::NotCommitted("lost".into()), DbError::Busy] {
            assert!(!is_unneeded(&Err(ByMailError::from(unsure))));
        }
        assert!(!is_unneeded(&Ok(Taken::Answered { case, notes: Vec::new() })));
    }
}

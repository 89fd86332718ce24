//! A mail that answers a letter of ours: its words and files go to the case, as they would by the return door.

use super::take::{Arrival, ByMailError, Taken, check_reach, claim, is_unneeded, keep, party};
use crate::intake::drop_blob;
use db::blob::Blobs;
use db::{Db, DbError, Tx};
use desk::Viewer;
use desk::attachment::{self, NewFile};
use desk::engine::{self, EngineError};
use domain::case::{Audience, Party};
use domain::{CaseId, ReporterText};
use mail::read::Read;

/// What stands where a mail says nothing.
const NO_TEXT: &str = "This mail has no text. See its files.";
/// What whoever brought a mail hears when its files found no room.
const NO_ROOM: &str = "The report has no room for the files of this mail. They are in the whole mail, for the team.";

/// Everything that the write needs.
struct Ready {
    case: CaseId,
    by: Option<Viewer>,
    digest: Vec<u8>,
    text: ReporterText,
    mail: NewFile,
    files: Vec<NewFile>,
    notes: Vec<String>,
}

/// Adds the mail to its case: what it says for the reporter and the team, the whole mail for the team.
pub(super) async fn answer(
    (db, blobs): (&Db, &Blobs),
    case: CaseId,
    (arrival, digest, read): (Arrival, Vec<u8>, Read),
) -> Result<Taken, ByMailError> {
    let mut tx = db.read().await?;
    let key = db.keys().case(&mut tx, case).await?.ok_or(DbError::Erased)?;
    drop(tx);
    let text = ReporterText::new(read.text).or_else(|_| ReporterText::new(NO_TEXT.to_owned()));
    let text = text.map_err(|error| DbError::Inconsistent(format!("the text of a mail: {error}")))?;
    let whole = ("mail.eml", Some("message/rfc822".to_owned()), arrival.bytes);
    let mail = keep(db, blobs, &key, whole).await?;
    let mut files = Vec::with_capacity(read.files.len());
    for file in read.files {
        files.push(keep(db, blobs, &key, (&file.name, file.media_type, file.bytes)).await?);
    }
    let stored: Vec<String> = files.iter().chain([&mail]).map(|file| file.blob.clone()).collect();
    let ready = Ready { case, by: arrival.by, digest, text, mail, files, notes: read.notes };
    let store = db.clone();
    let done: Result<(Taken, Vec<String>), ByMailError> =
        db.write(move |tx| Box::pin(async move { add(tx, &store, ready).await })).await;
    let (taken, left_out) = match done {
        Ok((taken, left_out)) => (Ok(taken), left_out),
        Err(error) => (Err(error), Vec::new()),
    };
    let unneeded = if is_unneeded(&taken) { stored } else { left_out };
    for blob in unneeded {
        drop_blob(blobs, &blob).await;
    }
    taken
}

/// Gives the blobs of files that were left out, too.
async fn add(tx: &mut Tx, db: &Db, ready: Ready) -> Result<(Taken, Vec<String>), ByMailError> {
    let Ready { case, by, digest, text, mail, files, mut notes } = ready;
    let mut left_out = Vec::new();
    check_reach(tx, db, (by.as_ref(), case)).await?;
    if let Some(case) = claim(tx, db, (&digest, case)).await? {
        return Ok((Taken::Before { case }, left_out));
    }
    engine::from_reporter(tx, db, case, text).await?;
    if !files.is_empty() {
        let room = attachment::check_room(tx, (case, Audience::Reporter), &files).await;
        match room {
            Ok(()) => {
                engine::attach(tx, db, case, ((Party::Reporter, None), Audience::Reporter, files)).await?;
            }
            // A mail has nobody who could try again with less: what it says is not lost over its files.
            Err(EngineError::Refused(_)) => {
                notes.push(NO_ROOM.to_owned());
                left_out.extend(files.into_iter().map(|file| file.blob));
            }
            Err(other) => return Err(other.into()),
        }
    }
    // Who brought it stands beside the mail: the words above are what the mail says, not what we know.
    engine::attach(tx, db, case, ((party(by.as_ref()), None), Audience::Team, vec![mail])).await?;
    Ok((Taken::Answered { case, notes }, left_out))
}

//! Files as they come in: sealed and stored while they arrive, one by one, into a draft.
//!
//! What is wrong with a file becomes an error of the form and the rest is still read, so that the page
//! can be shown again with every word that was typed. The draft is named by the upload field itself
//! (`files.<token>`): it stands in the body before the bytes, and in no address.

use super::IntakeError;
use super::draft::{self, Draft, DraftToken, Kept};
use data_encoding::HEXLOWER;
use db::blob::{BlobError, Blobs};
use db::{Db, DbError};
use desk::attachment::{FILE_LIMIT, NewFile};
use domain::AttachmentId;
use futures::stream;
use web::{FieldError, FileChunks, FileHead, FileSink, Problem};

/// Takes the files of one request.
pub(crate) struct Uploads {
    db: Db,
    blobs: Blobs,
    wanted: Option<DraftToken>,
    draft: Option<Draft>,
    errors: Vec<String>,
    failure: Option<IntakeError>,
}

/// What the request's files came to.
pub(crate) struct Uploaded {
    /// The draft they lie in; none when no file came.
    pub token: Option<DraftToken>,
    /// What is wrong with some of them, under the field name `files`.
    pub errors: Vec<FieldError>,
    /// The store failed; the words of the form are with the caller.
    pub failure: Option<IntakeError>,
}

/// Why a file was not taken.
enum Stop {
    /// The sender went away or sent nonsense.
    Sender(Problem),
    /// Too large, too many.
    File(String),
    /// Our side.
    Failed(IntakeError),
}

impl From<IntakeError> for Stop {
    fn from(error: IntakeError) -> Self {
        Self::Failed(error)
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the upload ended early")]
struct Ended;

impl Uploads {
    /// A sink that adds to the draft of `wanted`, or makes one with the first file.
    pub(crate) fn new(db: Db, blobs: Blobs, wanted: Option<DraftToken>) -> Self {
        Self { db, blobs, wanted, draft: None, errors: Vec::new(), failure: None }
    }

    /// Reads past every file when the disk has no room.
    pub(crate) fn refuse_all(&mut self, no_room: bool) {
        if no_room {
            self.failure = Some(IntakeError::NearlyFull);
        }
    }

    /// What came of it.
    pub(crate) fn done(self) -> Uploaded {
        let errors = self.errors.into_iter().map(|message| FieldError { field: "files".into(), message }).collect();
        Uploaded { token: self.draft.map(|d| d.token), errors, failure: self.failure }
    }

    async fn draft(&mut self, field: &str) -> Result<Draft, Stop> {
        if let Some(draft) = &self.draft {
            return Ok(draft.clone());
        }
        let named = field.split_once('.').and_then(|(_, token)| token.parse().ok());
        let known = match named.or_else(|| self.wanted.clone()) {
            Some(token) => {
                let mut tx = self.db.read().await?;
                draft::find(&mut tx, &self.db, &token).await?
            }
            None => None,
        };
        let draft = match (known, &self.wanted) {
            (Some(draft), _) => draft,
            (None, Some(_)) => return Err(Stop::Failed(IntakeError::NoDraft)),
            // A form whose day is over goes on with a new draft; the older files are told as gone.
            (None, None) => draft::create(&self.db).await?,
        };
        self.draft = Some(draft.clone());
        Ok(draft)
    }

    async fn take(&mut self, head: FileHead, chunks: &mut FileChunks<'_>) -> Result<(), Stop> {
        let draft = self.draft(&head.field).await?;
        let name = tame(&head.name);
        let id: AttachmentId = self.db.ambient().id();
        let mut fault = None;
        let source = stream::unfold((chunks, &mut fault), |(chunks, fault)| async move {
            match chunks.next().await {
                Ok(None) => None,
                Ok(Some(bytes)) => Some((Ok(bytes), (chunks, fault))),
                Err(problem) => {
                    *fault = Some(problem);
                    Some((Err(Ended), (chunks, fault)))
                }
            }
        });
        let random = self.db.ambient().random.clone();
        let stored = self.blobs.put(&draft.key, id.uuid(), source, FILE_LIMIT, random.as_ref()).await;
        let stored = match (fault, stored) {
            (Some(problem), _) => return Err(Stop::Sender(problem)),
            (None, Ok(stored)) => stored,
            (None, Err(BlobError::TooLarge { limit })) => {
                return Err(Stop::File(format!("“{name}” is larger than {} MB. Send a smaller file", limit >> 20)));
            }
            (None, Err(BlobError::Full)) => return Err(Stop::Failed(DbError::Full.into())),
            (None, Err(BlobError::Halted)) => return Err(Stop::Failed(DbError::Halted.into())),
            (None, Err(error)) => return Err(Stop::Failed(DbError::Blob(error).into())),
        };
        let blob = stored.blob.to_string();
        let sha256 = HEXLOWER.encode(&stored.sha256);
        let file = NewFile { id, name, media_type: head.content_type, size: stored.size, sha256, blob: blob.clone() };
        let shown = file.name.clone();
        let kept = draft::add(&self.db, &draft, file).await?;
        if kept != Kept::Added {
            draft::drop_blob(&self.blobs, &blob).await;
        }
        if kept == Kept::Full {
            let words = "A report can have 20 files and 200 MB in all";
            return Err(Stop::File(format!("“{shown}” does not fit any more. {words}")));
        }
        Ok(())
    }
}

impl FileSink for Uploads {
    async fn file(&mut self, head: FileHead, chunks: &mut FileChunks<'_>) -> Result<(), Problem> {
        if self.failure.is_some() {
            return Ok(());
        }
        match self.take(head, chunks).await {
            Ok(()) => {}
            Err(Stop::Sender(problem)) => return Err(problem),
            Err(Stop::File(message)) => self.errors.push(message),
            Err(Stop::Failed(error)) => self.failure = Some(error),
        }
        Ok(())
    }
}

/// A file name that tricks neither a system nor a reader: no characters that turn the direction of
/// writing, no device names of Windows, nothing a shell or a file system reads as more than a letter.
fn tame(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    let letter = |c: char| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c };
    let clean: String = name.chars().filter(|c| !turns(*c) && !c.is_control()).map(letter).take(200).collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = clean.split('.').next().unwrap_or("").trim_end().to_ascii_uppercase();
    let numbered =
        |device: &str| stem.strip_prefix(device).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit());
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    match clean {
        "" => "file".to_owned(),
        _ if device => format!("_{clean}"),
        _ => clean.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::tame;

    #[test]
    fn names_are_tamed() {
        let table = [
            ("poc.txt", "poc.txt"),
            ("..", "file"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1.log", "_com1.log"),
            ("console.log", "console.log"),
            ("evil\u{202E}txt.exe", "eviltxt.exe"),
            ("a:b|c?.txt", "a_b_c_.txt"),
            ("trailing. . ", "trailing"),
            ("Bericht über ALLES.pdf", "Bericht über ALLES.pdf"),
        ];
        for (given, wanted) in table {
            assert_eq!(tame(given), wanted, "{given:?}");
        }
    }
}

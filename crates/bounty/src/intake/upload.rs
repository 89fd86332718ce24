//! Files as they come in: sealed and stored while they arrive, one by one, into a draft.
//!
//! What is wrong with a file becomes an error of the form and the rest is still read, so that the page
//! can be shown again with every word that was typed. The draft is named by the upload field itself
//! (`files.<token>`): it stands in the body before the bytes, and in no address.

use super::IntakeError;
use super::draft::{self, Draft, DraftToken, Kept};
use super::place::Place;
use db::blob::{BlobError, Blobs};
use db::{Db, DbError};
use desk::attachment::{self, NotTaken};
use web::{FieldError, FileChunks, FileHead, FileSink, Problem};

/// Takes the files of one request.
pub(crate) struct Uploads {
    db: Db,
    blobs: Blobs,
    wanted: Option<DraftToken>,
    place: Option<Place>,
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

impl Uploads {
    /// A sink that adds to the draft of `wanted`, or makes one with the first file.
    pub(crate) fn new(db: Db, blobs: Blobs, wanted: Option<DraftToken>) -> Self {
        Self { db, blobs, wanted, place: None, draft: None, errors: Vec::new(), failure: None }
    }

    /// Counts a draft that is made against this place.
    #[must_use]
    pub(crate) fn counted_at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
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
            (None, None) => draft::create(&self.db, self.place.clone()).await?,
        };
        self.draft = Some(draft.clone());
        Ok(draft)
    }

    async fn take(&mut self, head: FileHead, chunks: &mut FileChunks<'_>) -> Result<(), Stop> {
        let draft = self.draft(&head.field).await?;
        let file =
            attachment::store(&self.db, &self.blobs, &draft.key, head, chunks).await.map_err(|why| match why {
                NotTaken::Sender(problem) => Stop::Sender(problem),
                NotTaken::TooLarge(words) => Stop::File(words),
                NotTaken::Store(BlobError::Full) => Stop::Failed(DbError::Full.into()),
                NotTaken::Store(BlobError::Halted) => Stop::Failed(DbError::Halted.into()),
                NotTaken::Store(error) => Stop::Failed(DbError::from(error).into()),
            })?;
        let blob = file.blob.clone();
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

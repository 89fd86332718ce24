//! Why a report or a file was not taken, and how that is told.

use db::DbError;
use desk::engine::EngineError;
use domain::{Intake, Ts};
use web::layout::day;
use web::{FieldError, Kind, Problem};

/// A report or a file that was not taken. Nothing of it was half done.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The store or the machine of the case refused.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The disk floor is reached.
    #[error("the disk is nearly full")]
    NearlyFull,
    /// The draft was sent already, or its day is over.
    #[error("no such draft")]
    NoDraft,
    /// This draft is a report by now.
    #[error("the draft was sent")]
    Sent,
    /// The draft changed after its words were shown for the last time.
    #[error("the draft changed meanwhile")]
    Changed,
    /// The words of all pages together are too long.
    #[error("the draft has too many words")]
    TooManyWords,
    /// This network began more drafts today than it may.
    #[error("too many drafts")]
    TooManyDrafts,
    /// New reports of this sender are not taken for a time.
    #[error("new reports of this sender are not taken until {until}")]
    Barred {
        /// Until when.
        until: Ts,
    },
    /// The programme does not take it at the moment.
    #[error("the programme takes {0}")]
    NotTaken(Intake),
    /// Some fields are not acceptable.
    #[error("some fields are not acceptable")]
    Fields(Vec<FieldError>),
}

impl From<DbError> for IntakeError {
    fn from(error: DbError) -> Self {
        Self::Engine(EngineError::Db(error))
    }
}

impl IntakeError {
    /// Bytes of ours that cannot be what they say.
    pub(crate) fn corrupt(what: impl std::fmt::Display) -> Self {
        DbError::Inconsistent(what.to_string()).into()
    }

    /// Whether trying again later may help: the disk or the queue is full, or writing has stopped.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            Self::NearlyFull
                | Self::Engine(EngineError::Db(
                    DbError::Full | DbError::Busy | DbError::NotCommitted(_) | DbError::Halted
                ))
        )
    }

    /// What a person is told about a failure of ours.
    pub(crate) fn told(&self) -> &'static str {
        match self {
            Self::NearlyFull | Self::Engine(EngineError::Db(DbError::Full)) => {
                "Our disk is full, so we could not save this. Try again in a while."
            }
            _ => "We could not save this just now. Try again in a few seconds.",
        }
    }

    /// The problem, with the address to write to meanwhile when the programme has one.
    pub fn problem(self, contact: &str) -> Problem {
        let passes = self.passes();
        let problem = Problem::from(self);
        if passes && !contact.is_empty() {
            return problem.with("contact", contact.into());
        }
        problem
    }
}

/// What somebody reads whose new reports are not taken.
fn barred(until: Ts) -> String {
    format!(
        "We take no new reports from you until {}. Nothing was sent. What you sent before stays open to you, by its code or in your account, and you can write to us there. If you think that this is wrong, say so there, or write to the address on our front page: a person reads it and answers.",
        day(until)
    )
}

/// What somebody reads whose report the programme does not take at the moment.
pub(crate) const fn not_taken(state: Intake) -> &'static str {
    match state {
        Intake::Critical => {
            "At the moment this programme takes only reports of critical weaknesses that come with proof, as text or as a file. Nothing was sent."
        }
        Intake::Open | Intake::Closed => "At the moment this programme takes no new reports. Nothing was sent.",
    }
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Engine(error) => error.into(),
            IntakeError::NearlyFull => Self::unavailable(
                "Our disk is nearly full, so we take no reports just now. Nothing was saved. Try again in a while.",
            )
            .because("the disk floor is reached"),
            IntakeError::NoDraft => Self::invalid_field(
                "/attachments/0",
                "We have no files under this token: it was used, or is more than a day old. Send the files again",
            ),
            IntakeError::Sent => Self::conflict("This report was sent already, and we have it."),
            IntakeError::Changed => Self::changed_meanwhile("This report was changed meanwhile. Check it once more."),
            IntakeError::TooManyWords => Self::new(Kind::TooLarge, "A report may have 1 MB of words. Use a file."),
            IntakeError::TooManyDrafts => Self::too_many(3600),
            IntakeError::Barred { until } => Self::new(Kind::Barred, barred(until)),
            IntakeError::NotTaken(state) => Self::conflict(not_taken(state)),
            IntakeError::Fields(errors) => Self::invalid(errors),
        }
    }
}

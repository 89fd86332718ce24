//! Taking reports in: the one way from any door into a case.
//!
//! Files, and the words of the form, lie sealed in a draft; sending turns the draft into the case in the
//! same write that opens it. What was not sent is swept after a day, or after the days of its code.

mod admit;
mod disk;
mod draft;
mod error;
mod place;
mod probe;
mod receipt;
mod saved;
mod send;
mod sweep;
mod upload;
mod written;

pub use admit::Known;
pub use disk::DiskFloor;
pub use draft::{DRAFT_FILES, DRAFT_LASTS, DRAFT_SIZE, DRAFTS_EACH, DraftToken, NoToken, SAVED_DAYS_MAX};
pub use error::IntakeError;
pub(crate) use error::not_taken;
pub use send::{NewReport, Sender, Sent, send};
pub use sweep::{Swept, start_sweeper, sweep};
pub use written::DRAFT_WORDS;

pub(crate) use admit::admit;
pub(crate) use draft::{create, drop_blob, files, remove};
pub(crate) use place::Place;
pub(crate) use probe::{MACHINE, faults};
pub(crate) use receipt::{by_code, receipt};
pub(crate) use saved::{resume, save};
pub(crate) use send::{SendDraft, send_draft};
pub(crate) use upload::Uploads;
pub(crate) use written::{CONTACT, Change, Open, WORDS, Written, keep};

use db::blob::Blobs;
use domain::ReporterText;
use web::{App, Problem};

/// Largest form with files, in bytes: the files and the words around them.
pub const FORM_LIMIT: usize = (200 << 20) + (4 << 20);

/// Refuses before anything is read when the disk is nearly full.
pub(crate) fn check_disk(app: &App) -> Result<(), IntakeError> {
    match app.carried::<DiskFloor>() {
        Some(floor) if !floor.has_room() => Err(IntakeError::NearlyFull),
        _ => Ok(()),
    }
}

/// The blob store that the binary carries.
pub(crate) fn blobs(app: &App) -> Result<Blobs, Problem> {
    app.carried::<Blobs>().cloned().ok_or_else(|| Problem::internal("no blob store was put into the app"))
}

/// Longest contact, in characters.
const CONTACT_MAX: usize = 500;

/// A contact as the reporter's first message. The error is a sentence for the person who typed it.
pub(crate) fn contact(text: &str) -> Result<ReporterText, &'static str> {
    if text.chars().count() > CONTACT_MAX {
        return Err("Use at most 500 characters");
    }
    ReporterText::new(format!("You can reach me here: {text}"))
        .map_err(|_| "There is a control character in this. Remove it")
}

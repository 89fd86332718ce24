//! HTML forms: reading them, keeping what was typed, and saying what is wrong.
//!
//! The guard opens every form body itself, because the CSRF token is inside; [`FormData`] hands the
//! rest to the handler. Text that is not UTF-8 is kept with replacement marks and becomes an error
//! of its field, so the page can be shown again with everything in it.

mod data;
mod fields;
mod file_name;
mod incoming;
mod state;
mod view;

pub use data::{FileChunks, FileHead, FileSink, FormData};
pub use fields::{FieldError, Fields};
pub use file_name::tame as tame_file_name;
pub(crate) use incoming::Incoming;
pub use state::Form;
pub use view::{Choice, Field};

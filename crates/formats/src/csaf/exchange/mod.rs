//! CSAF 2.0 and the model of an advisory.

mod read;
mod tree;
mod write;
mod write_vulnerability;

pub use read::read;
pub use write::{date, write};

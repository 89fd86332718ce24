//! The book of a programme's money: what its owner granted, what is reserved, awarded, approved, exported and paid.
//!
//! It is a fold over [`Move`]s. A move becomes an [`Entry`], whose every line takes from one account what it gives to
//! another, so that the accounts together are nothing whatever happens: double entry by its shape, not by a check at
//! the end. A move that cannot be is refused and changes nothing. Beside the accounts the book keeps each reward and
//! each reserve; [`Book::agrees`] adds those up again and compares.
//!
//! What is spoken for is at most what one number holds, and so is what was granted: then a step that only moves money
//! on, such as a payment that fails, always fits.
//!
//! A book has one currency. It holds no names and no words: who is paid, and why so much, stands with the reward.

mod book;
mod entry;
mod moves;
mod reward;
#[cfg(test)]
mod tests;

pub use book::{Book, BookError, LedgerError, PARTS_MAX};
pub use entry::{Account, Entry, Line};
pub use moves::{Approval, Move, Purpose, Step};
pub use reward::{Part, Reward, Stage};

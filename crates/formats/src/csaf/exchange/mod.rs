//! CSAF and the model of an advisory; and the two versions of CSAF, one as the other.

mod dates;
mod downgrade;
mod number;
mod read;
mod remedy;
mod score;
mod title;
mod tree;
mod turn;
mod upgrade;
mod withdrawn;
mod write;
mod write_vulnerability;

pub use downgrade::downgrade;
pub use read::read;
pub use turn::Turn;
pub use upgrade::upgrade;
pub use write::{date, write};

//! Money: exact sums, how one is divided, and the book that says where each unit is.
//!
//! Everything is whole numbers of a currency's smallest unit, and every sum is checked: what does not fit is refused,
//! nothing is rounded and nothing wraps. A sum that somebody else wrote, perhaps without a currency, is
//! `formats::money`; here are only sums that we owe.

mod amount;
mod currency;
pub mod ledger;
mod split;

pub use amount::{Money, MoneyError};
pub use currency::Currency;
pub use split::{by_shares, hundredths, split};

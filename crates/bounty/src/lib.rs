//! The bounty desk: programmes and the door by which reports of vulnerabilities come in.
//!
//! A report comes by the form of the nameless ([`report`]) or by the API ([`api`]); both go through
//! [`intake`], so the two doors have the same limits and the same one durable write.

pub mod api;
pub mod by_mail;
pub mod intake;
pub mod portal;
pub mod programme;
pub mod report;

pub use intake::start_sweeper;
pub use report::SavedCodes;

use web::Route;

/// Every row of this crate.
pub fn routes() -> Vec<Route> {
    [portal::routes(), programme::routes(), report::routes(), by_mail::routes(), api::routes()]
        .into_iter()
        .flatten()
        .collect()
}

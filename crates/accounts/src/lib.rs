//! People, sessions, roles and tokens: who somebody is, how they prove it, and what they see.
//!
//! The web side is [`Accounts`] (carried in the app), [`HouseAuthenticator`] (given to the kit) and
//! `routes()`. Lists of cases go through [`visible`]; what is read goes through [`Reads`]. Every
//! change of people, roles and credentials is an event of the house in the same write.

mod account;
mod authenticator;
mod batches;
pub mod credential;
mod door;
mod error;
mod house;
pub mod link;
mod me;
mod notice;
mod pages;
mod people;
pub mod person;
mod reads;
pub mod recovery_words;
pub mod researcher;
mod routes;
mod scope;
pub mod session;
mod set_up;
mod sign_in;
pub mod token;
mod visible;
mod welcome;

pub use authenticator::HouseAuthenticator;
pub use batches::check_batches;
pub use error::AccountError;
pub use house::Accounts;
pub use link::{OneTimeLink, first_owner_link, invite};
pub use reads::{ReadKind, Reads, batch_digest, last_look, look_on, many as many_reads};
pub use routes::routes;
pub use session::{NewSession, code_index, open_reporter_session, open_staff_session};
pub use set_up::{SetUpDone, SetUpForm};
pub use visible::{visible, visible_to};

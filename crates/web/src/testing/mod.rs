//! For the tests of every crate: an in-process client that fills in real forms and checks what it gets.
//!
//! Every answer must carry the security headers and be no 5xx; every page must keep the house rules
//! of HTML; every JSON reply must fit the OpenAPI document. A failed check panics, which is what a
//! test wants.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "panicking is how a test fails"
)]

mod answer;
mod client;
mod form;
mod html;
mod log;
mod multipart;
mod people;
mod site;

pub use answer::Answer;
pub use client::{Call, Client};
pub use form::{FormWalk, Typed};
pub use html::{Tag, house_rules, tags};
pub use log::Log;
pub use people::FixedCallers;
pub use site::{Site, validate_reply};

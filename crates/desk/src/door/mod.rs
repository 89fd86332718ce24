//! The return door: whoever holds a case, by its code or in their account, reads what we wrote to them, answers, adds files,
//! takes the report back, and fetches the receipt.
//!
//! Nothing here can show a team note: events for the team are dropped before anything is read from
//! them, and words pass only through [`domain::ReporterText`]. Names of colleagues never pass at all.

mod appeal;
mod enter;
mod erased;
mod holder;
mod pages;
mod parts;
mod reader;
mod receipt;
mod view;
mod write;

pub(crate) use enter::UNKNOWN;
pub(crate) use erased::show as show_erased;
pub(crate) use holder::{Decider, Holder};
pub(crate) use reader::{Writers, is_contact};
pub use view::{Conversation, Next};
pub(crate) use view::{is_outside, next, state, words_of};

use crate::attachment::UPLOAD_LIMIT;
use web::{Access, RateClass, Route, get, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let (mine, own) = (Access::Reporter, Access::Researcher);
    vec![
        get("/case", Access::Public, enter::ask),
        post("/case", Access::Public, enter::enter).rate(RateClass::Secret),
        post("/case/leave", Access::Public, enter::leave),
        get("/case/left", Access::Public, enter::left),
        get("/case/mine", mine, pages::mine),
        post("/case/mine/messages", mine, write::message),
        post("/case/mine/attachments", mine, write::attach).body_limit(UPLOAD_LIMIT),
        post("/case/mine/withdrawal", mine, write::withdraw),
        post("/case/mine/appeal", mine, appeal::send),
        post("/case/mine/appeal/withdrawal", mine, appeal::withdraw),
        get("/case/mine/parts/{part}", mine, parts::show),
        post("/case/mine/parts/{part}/messages", mine, write::message),
        post("/case/mine/parts/{part}/appeal", mine, appeal::send),
        post("/case/mine/parts/{part}/appeal/withdrawal", mine, appeal::withdraw),
        get("/case/mine/attachments/{attachment}", mine, pages::attachment),
        get("/case/mine/receipt.json", mine, receipt::json),
        get("/case/mine/receipt.tlog-proof", mine, receipt::proof),
        get("/me/reports/{id}", own, pages::mine),
        post("/me/reports/{id}/messages", own, write::message),
        post("/me/reports/{id}/attachments", own, write::attach).body_limit(UPLOAD_LIMIT),
        post("/me/reports/{id}/withdrawal", own, write::withdraw),
        post("/me/reports/{id}/appeal", own, appeal::send),
        post("/me/reports/{id}/appeal/withdrawal", own, appeal::withdraw),
        get("/me/reports/{id}/parts/{part}", own, parts::show),
        post("/me/reports/{id}/parts/{part}/messages", own, write::message),
        post("/me/reports/{id}/parts/{part}/appeal", own, appeal::send),
        post("/me/reports/{id}/parts/{part}/appeal/withdrawal", own, appeal::withdraw),
        get("/me/reports/{id}/attachments/{attachment}", own, pages::attachment),
        get("/me/reports/{id}/receipt.json", own, receipt::json),
        get("/me/reports/{id}/receipt.tlog-proof", own, receipt::proof),
    ]
}

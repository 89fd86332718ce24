//! The return door: whoever holds the code of a case reads what we wrote to them, answers, adds files,
//! takes the report back, and fetches the receipt.
//!
//! Nothing here can show a team note: events for the team are dropped before anything is read from
//! them, and words pass only through [`domain::ReporterText`]. Names of colleagues never pass at all.

mod appeal;
mod enter;
mod erased;
mod pages;
mod parts;
mod receipt;
mod view;
mod write;

pub use view::{Conversation, Next, conversation};

use crate::attachment::UPLOAD_LIMIT;
use web::{Access, RateClass, Route, get, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let mine = Access::Reporter;
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
        post("/case/mine/parts/{part}/messages", mine, parts::message),
        post("/case/mine/parts/{part}/appeal", mine, parts::appeal),
        post("/case/mine/parts/{part}/appeal/withdrawal", mine, parts::withdraw_appeal),
        get("/case/mine/attachments/{attachment}", mine, pages::attachment),
        get("/case/mine/receipt.json", mine, receipt::json),
        get("/case/mine/receipt.tlog-proof", mine, receipt::proof),
    ]
}

//! Alerts: somebody is told of a case without having looked. A clock runs out, a case is critical,
//! somebody exploits it, or a note names them.
//!
//! A case carries the instant at which the house looks next (`cases.alert_at`). The watch finds the cases
//! whose instant has come, also those that came while the desk was not running, and raises what is due in
//! one write with the next instant and the letters that tell of it: each person is told of each thing once,
//! whatever crashes. A letter waits until their quiet hours are over, unless it is urgent, and is taken back when
//! they have seen the alert by then.

mod api;
mod letter;
mod mention;
mod pages;
mod quiet;
mod quiet_api;
mod quiet_pages;
mod raise;
mod rows;
mod watch;
mod whom;
mod words;

pub(crate) use mention::{mention, mentions_seen};
pub(crate) use raise::{first_after, next_look};
pub use rows::forget_closed;
pub(crate) use rows::{forget_ended, forget_unnamed};
pub use watch::{start_watch, watch};

use domain::Permission;
use web::{Access, Route, delete, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ReadCases);
    let token = Access::Token(Permission::ReadCases);
    // Who may only read does not stop an alert on its way to the next, nor its mail.
    let acting = Access::Token(Permission::ActOnCases);
    vec![
        get("/desk/alerts", staff, pages::list),
        post("/desk/alerts/seen", staff, pages::seen),
        get("/desk/quiet-hours", staff, quiet_pages::show),
        post("/desk/quiet-hours", staff, quiet_pages::change),
        get("/api/v1/alerts", token, api::list).doc(api::list_doc()),
        post("/api/v1/alerts/{alert}/seen", acting, api::seen).doc(api::seen_doc()),
        get("/api/v1/quiet-hours", token, quiet_api::show).doc(quiet_api::show_doc()),
        put("/api/v1/quiet-hours", acting, quiet_api::change).doc(quiet_api::change_doc()),
        delete("/api/v1/quiet-hours", acting, quiet_api::remove).doc(quiet_api::remove_doc()),
    ]
}

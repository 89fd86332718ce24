//! Webhooks: where programs of others hear of cases, what they are told, and the pages and API to manage them.
//!
//! An event that an endpoint may want leaves a job in its own write; the job makes a message for each endpoint. A
//! message names a case and says what moved, never what it is about: titles only where the endpoint allows them, and
//! nothing of restricted cases.

mod api;
mod api_doc;
mod changes;
mod form;
mod notice;
mod one;
mod pages;
mod words;

pub use notice::{NoticeUrl, webhook_jobs};
pub(crate) use notice::{alarm, news};

use domain::Permission;
use web::{Access, Route, delete, get, post, put};

/// Where the pages are.
const LIST: &str = "/desk/webhooks";

/// The rows of this slice. What shows a secret or says where messages go, which outlives the session, asks for the second
/// factor again.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    vec![
        get("/desk/webhooks", staff, pages::list),
        get("/desk/webhooks/new", staff, pages::ask).step_up(),
        post("/desk/webhooks/new", staff, pages::add).step_up(),
        get("/desk/webhooks/{webhook}", staff, one::show),
        post("/desk/webhooks/{webhook}", staff, one::change).step_up(),
        post("/desk/webhooks/{webhook}/secret", staff, one::secret).step_up(),
        post("/desk/webhooks/{webhook}/test", staff, one::test),
        post("/desk/webhooks/{webhook}/redeliver", staff, one::redeliver),
        post("/desk/webhooks/{webhook}/remove", staff, one::remove),
        get("/api/v1/webhooks", token, api::list).doc(api_doc::list()),
        post("/api/v1/webhooks", token, api::add).doc(api_doc::add()),
        get("/api/v1/webhooks/{webhook}", token, api::show).doc(api_doc::show()),
        put("/api/v1/webhooks/{webhook}", token, api::change).doc(api_doc::change()),
        delete("/api/v1/webhooks/{webhook}", token, api::remove).doc(api_doc::remove()),
        post("/api/v1/webhooks/{webhook}/secret", token, api::secret).doc(api_doc::secret()),
        post("/api/v1/webhooks/{webhook}/test", token, api::test).doc(api_doc::test()),
        get("/api/v1/webhooks/{webhook}/deliveries", token, api::deliveries).doc(api_doc::deliveries()),
        post("/api/v1/webhooks/{webhook}/redeliver", token, api::redeliver).doc(api_doc::redeliver()),
    ]
}

//! The inbox: every case the caller may see, what is due first on top.

mod api;
mod cursor;
mod filter;
mod overview;
pub(crate) mod pages;
mod queries;
mod search;
mod view;

pub use cursor::{Cursor, Key};
pub use filter::{Filter, StateFilter};
pub use overview::{Count, LOOK, Overview, overview};
pub use queries::{Item, Listing, PAGE, list};
pub use search::{Found, LOOKED, MOST, search};

use domain::{Permission, Severity};
use web::openapi::{Param, Schema};
use web::{Access, ApiDoc, Route, get};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let page = Access::Staff(Permission::ReadCases);
    vec![
        get("/desk", page, pages::inbox),
        get("/desk/inbox", page, pages::inbox),
        get("/api/v1/cases", Access::Token(Permission::ReadCases), api::list_route).doc(doc()),
    ]
}

fn doc() -> ApiDoc {
    let words = Severity::ALL.iter().map(|s| s.as_str());
    ApiDoc::new("cases", "List cases")
        .describe("The cases the token's person may see: open ones by what is due first, closed ones newest first. A search gives the best matches first, at most 500 in all.")
        .param(Param::query("type", "Only cases of this type.", Schema::string()))
        .param(Param::query("state", "A state, `open` (the default), `closed` or `all`.", Schema::string()))
        .param(Param::query("severity", "Only cases of this severity, ours before the reporter's.", Schema::word(words)))
        .param(Param::query("q", "Words to search for.", Schema::string()))
        .param(Param::query("cursor", "`next` of the page before.", Schema::string()))
        .gives(200, "A page of cases.", Schema::page(api::schema()))
        .may_refuse(web::Kind::Invalid)
}

//! The inbox: every case the caller may see, what is due first on top, in the order and under the filter that
//! somebody wants, as a view with a name if they want it again.

mod along;
mod api;
mod api_views;
mod around;
mod asked;
mod counts;
mod cursor;
mod file;
mod item;
mod overview;
pub(crate) mod pages;
mod queries;
mod search;
mod view;
mod view_pages;
mod views;
mod walk;

pub use around::Lately;
pub use cursor::{Cursor, Key};
pub use item::Item;
pub use overview::{Count, LOOK, Overview, overview};
pub use queries::{Listing, PAGE, list};
pub use search::{Found, LOOKED, MOST, search};

use domain::Permission;
use web::{Access, Route, delete, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let page = Access::Staff(Permission::ReadCases);
    let token = Access::Token(Permission::ReadCases);
    vec![
        get("/desk", page, pages::inbox),
        get("/desk/inbox", page, pages::inbox),
        get("/desk/inbox/file", Access::Staff(Permission::ExportCases), file::file).step_up(),
        get("/desk/views", page, view_pages::list),
        post("/desk/views", page, view_pages::create),
        post("/desk/views/first", page, view_pages::open_with),
        post("/desk/views/{view}", page, view_pages::rename),
        post("/desk/views/{view}/remove", page, view_pages::remove),
        post("/desk/keys-on-the-desk", page, view_pages::switch_keys),
        get("/api/v1/cases", token, api::list_route).doc(api::doc()),
        get("/api/v1/views", token, api_views::list).doc(api_views::list_doc()),
        post("/api/v1/views", token, api_views::create).doc(api_views::create_doc()),
        put("/api/v1/views/{view}", token, api_views::change).doc(api_views::change_doc()),
        delete("/api/v1/views/{view}", token, api_views::remove).doc(api_views::remove_doc()),
    ]
}

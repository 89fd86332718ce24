//! Programmes: what may be tested, what we promise, and the address under which reports come in. The configuration file makes
//! the first; the desk makes others and changes them all, version by version.

pub(crate) mod api;
mod brief;
mod changes;
mod draw;
mod pages;
mod store;

pub use brief::{BRIEF_MAX, Brief, BriefError, DISCLOSURE_MAX, EXCLUSIONS_MAX, LINE_MAX, RULES_MAX, SCOPE_MAX};
pub(crate) use draw::Drawn;
pub use store::{Edit, Programme, Version, at_version, by_slug, change, create, install, list, version, versions};

use domain::Permission;
use web::{Access, Route, get, post, put};

/// Largest form of a programme, in bytes: its words and both halves of its scope.
const FORM_LIMIT: usize = 24 << 20;

/// The rows of this slice.
pub(crate) fn routes() -> Vec<Route> {
    let staff = Access::Staff(Permission::ManageSettings);
    let token = Access::Token(Permission::ManageSettings);
    vec![
        get("/desk/settings/programmes", staff, pages::list),
        get("/desk/settings/programmes/new", staff, pages::ask),
        post("/desk/settings/programmes/new", staff, pages::create).body_limit(FORM_LIMIT),
        get("/desk/settings/programmes/{slug}", staff, pages::show),
        post("/desk/settings/programmes/{slug}", staff, pages::change).body_limit(FORM_LIMIT),
        get("/desk/settings/programmes/{slug}/versions", staff, pages::versions),
        get("/desk/settings/programmes/{slug}/versions/{version}", staff, pages::version),
        get("/desk/cases/{id}/brief", Access::Staff(Permission::ReadCases), pages::of_case),
        get("/api/v1/programs", Access::PublicOrToken, api::list).doc(api::list_doc()),
        get("/api/v1/programs/{slug}", Access::PublicOrToken, api::show).doc(api::show_doc()),
        post("/api/v1/programs", token, api::create).doc(api::create_doc()).body_limit(FORM_LIMIT),
        put("/api/v1/programs/{slug}", token, api::change).doc(api::change_doc()).body_limit(FORM_LIMIT),
    ]
}

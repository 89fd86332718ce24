//! Cases that belong together, as people and programs see them: what stands beside a case of its links, all of one kind, who may
//! decide about an appeal, opening one for somebody, and the page on which reports are split and merged.

mod api;
mod change;
mod gather;
mod hands;
mod list;
mod pages;
mod parts_api;

pub(crate) use gather::{Child, Linked, SHOWN, Together, linked, schema};
pub(crate) use hands::Hands;

use domain::Permission;
use web::{Access, Route, get, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let (staff, token) = (Access::Staff(Permission::ActOnCases), Access::Token(Permission::ActOnCases));
    vec![
        get("/desk/cases/{id}/related", Access::Staff(Permission::ReadCases), list::page),
        get("/api/v1/cases/{id}/links", Access::Token(Permission::ReadCases), list::api).doc(list::doc()),
        get("/desk/cases/{id}/links", staff, pages::show),
        post("/desk/cases/{id}/split", staff, pages::split),
        post("/desk/cases/{id}/merge", staff, pages::merge),
        post("/api/v1/cases/{id}/appeals", token, api::appeal).doc(api::appeal_doc()),
        post("/api/v1/cases/{id}/split", token, parts_api::split).doc(parts_api::split_doc()),
        post("/api/v1/cases/{id}/merge", token, parts_api::merge).doc(parts_api::merge_doc()),
    ]
}

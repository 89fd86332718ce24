//! Cases that belong together, as people and programs see them: what stands beside a case of its links, who may
//! decide about an appeal, and opening one for somebody.

mod api;
mod gather;
mod hands;

pub(crate) use gather::{Child, Linked, linked, schema};
pub(crate) use hands::Hands;

use domain::Permission;
use web::{Access, Route, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let act = Access::Token(Permission::ActOnCases);
    vec![post("/api/v1/cases/{id}/appeals", act, api::appeal).doc(api::appeal_doc())]
}

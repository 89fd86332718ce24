//! The people of one case beside its owner: who watches, who is a guest, who is named where it is restricted,
//! and who shares the find with the reporter. Their page, their rows for programs, and what the page of the
//! case shows of them.

mod api;
mod api_doc;
mod aside;
mod change;
mod forms;
mod gather;
mod pages;
mod reporters;

pub(crate) use api_doc::shares;
pub(crate) use aside::Aside;

use domain::Permission;
use web::{Access, RateClass, Route, delete, get, post, put};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let staff = Access::Staff;
    let token = Access::Token;
    let (read, watch) = (Permission::ReadTeamText, Permission::ReadCases);
    let (name, act) = (Permission::RestrictCases, Permission::ActOnCases);
    vec![
        get("/desk/cases/{id}/people", staff(read), pages::show),
        post("/desk/cases/{id}/watch", staff(watch), pages::watch),
        post("/desk/cases/{id}/guests", staff(name), forms::invite).step_up(),
        post("/desk/cases/{id}/guests/remove", staff(name), forms::send_away),
        post("/desk/cases/{id}/named", staff(name), forms::name),
        post("/desk/cases/{id}/reporters", staff(name), reporters::add).step_up().rate(RateClass::Secret),
        post("/desk/cases/{id}/reporters/remove", staff(name), reporters::remove).step_up(),
        post("/desk/cases/{id}/reporters/return", staff(name), reporters::give_back).step_up(),
        post("/desk/cases/{id}/shares", staff(act), forms::share),
        get("/api/v1/cases/{id}/people", token(read), api::people).doc(api_doc::people()),
        put("/api/v1/cases/{id}/watch", token(watch), api::watch).doc(api_doc::watch()),
        delete("/api/v1/cases/{id}/watch", token(watch), api::unwatch).doc(api_doc::unwatch()),
        post("/api/v1/cases/{id}/guests", token(name), api::invite).doc(api_doc::invite()),
        delete("/api/v1/cases/{id}/guests/{person}", token(name), api::send_away).doc(api_doc::send_away()),
        put("/api/v1/cases/{id}/named/{person}", token(name), api::name).doc(api_doc::name()),
        delete("/api/v1/cases/{id}/named/{person}", token(name), api::unname).doc(api_doc::unname()),
        put("/api/v1/cases/{id}/shares", token(act), api::share).doc(api_doc::share()),
    ]
}

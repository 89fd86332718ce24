//! `/me`: the reports of a researcher's account, a report brought into it by its code, and everything we keep of
//! them as one file. Each report opens the view of the return door.

mod data;
mod list;
mod take;

use web::{Access, RateClass, Route, get, post};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let own = Access::Researcher;
    vec![
        get("/me", own, list::show),
        post("/me/reports", own, take::take).rate(RateClass::Secret),
        get("/me/data.json", own, data::download),
    ]
}

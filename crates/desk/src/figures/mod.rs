//! Figures of the team: the page, its tables for spreadsheets and programs, and the rows they are made of.
//!
//! What is computed stands in [`domain::figures`]. A row for each round of a case is written in the write that
//! changes the case, so that no page folds events; a job makes the rows anew from the events when targets or
//! calendars change, and `leeward figures rebuild` does when somebody wants to be sure.

mod api;
mod ask;
mod count;
mod csv;
mod pages;
mod plot;
mod rows;
mod store;
mod tables;
mod trial;
mod words;

pub(crate) use count::order;
pub use count::{COUNT_JOB, count_jobs, ensure, rebuild};
pub(crate) use csv::line as csv_line;
pub(crate) use store::{changed, opened};
pub use trial::mark_trial;

use domain::Permission;
use web::{Access, Route, get};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    let (staff, token) = (Access::Staff(Permission::ReadCases), Access::Token(Permission::ReadCases));
    vec![
        get("/desk/figures", staff, pages::show),
        get("/desk/figures/csv", staff, pages::csv),
        get("/api/v1/figures", token, api::show).doc(api::show_doc()),
    ]
}

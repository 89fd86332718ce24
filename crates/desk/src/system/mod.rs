//! How the house is doing, for whoever runs it: queues, disk, versions, clock, backups, keys and the log.
//!
//! What the store knows is read here. What only the process knows (its disk, jumps of its clock) comes in a
//! [`Machine`] that the binary puts into the app; without one those lines say that they are not known.

mod api;
mod clock;
mod pages;
mod seen;

pub use clock::{ClockWatch, Jump, start_clock_watch};
pub use seen::{Disk, Machine};

use domain::Permission;
use web::{Access, Route, get};

/// The rows of this slice.
pub fn routes() -> Vec<Route> {
    vec![
        get("/desk/system", Access::Staff(Permission::ReadSystem), pages::show),
        get("/api/v1/system", Access::Token(Permission::ReadSystem), api::show).doc(api::show_doc()),
    ]
}

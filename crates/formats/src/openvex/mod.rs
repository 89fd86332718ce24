//! OpenVEX 0.2: <https://github.com/openvex/spec>, one statement for each vulnerability, status and set of products.

mod read;
mod schema;
mod write;

pub use read::read;
pub(crate) use schema::faults;
pub use write::write;

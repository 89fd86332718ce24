//! CVE records, JSON 5: <https://github.com/CVEProject/cve-schema>, with the container of a numbering authority (CNA).

mod read;
mod schema;
mod write;

pub use read::read;
pub(crate) use schema::faults;
pub(crate) use write::id;
pub use write::write;

//! OpenVEX 0.2: <https://github.com/openvex/spec>, one statement for each vulnerability, status and set of products.

mod read;
mod write;

pub use read::read;
pub use write::write;

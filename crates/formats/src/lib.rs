//! The standards of the field, read, judged and written: one folder a format.
//!
//! Nothing here opens a file, a socket or a clock: bytes and the present day come in as parameters, values and typed
//! errors go out. The crate knows no other crate of the house and can be used alone.
//!
//! Every format is held to the same: a reader never panics, whatever it is given, and its error says where and what;
//! what it reads it writes again without loss; and it is compared with an outside implementation or an outside set of
//! cases, not only with itself.

pub mod advisory;
pub mod csaf;
pub mod cve;
pub mod cvss;
pub mod cwe;
pub mod feed;
pub mod instant;
pub mod json;
pub mod money;
pub mod openvex;
pub mod osv;
pub mod programme;
pub mod report;
pub mod sarif;
pub mod scope;
pub mod security_txt;
pub mod shape;
pub mod ssvc;
pub mod stamp;
pub mod vrt;

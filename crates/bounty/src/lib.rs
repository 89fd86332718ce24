//! The bounty desk: programmes and the door by which reports of vulnerabilities come in.

pub mod programme;

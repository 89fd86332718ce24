//! Every case: the engine that changes them, and the pages and API on which a team and a reporter
//! meet over one. Desks of their own kinds of case build on this crate and never on each other.

pub mod engine;

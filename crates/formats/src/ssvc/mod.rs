//! SSVC: the decision tables of CERT/CC and CISA, and decisions by them that name the version of the table.
//!
//! The tables come from the published files by `tools/formats/ssvc.py` (CERT/CC's MIT (SEI) licence, see NOTICE).
//! Names are taken as people write them: a table by its key (`DT_SP`), its full id (`ssvc:DT_SP:1.0.0`) or enough of
//! its name ("supplier"), a decision point and its values likewise.

mod choice;
mod table;

pub use choice::{Choice, Decision, SsvcError};
pub use table::{Point, PointValue, Table, find, tables};

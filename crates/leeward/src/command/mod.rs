//! One file a command.

pub mod admin;
pub mod advisory;
pub mod backup;
pub mod case;
pub mod case_verify;
pub mod check;
pub mod cvss;
pub mod cwe;
pub mod demo;
pub mod draw_picture;
pub mod erase;
pub mod figures;
pub mod input;
pub mod key;
pub mod lines;
pub mod log;
pub mod migrate;
pub mod receipt;
pub mod reports;
pub mod scope;
pub mod security_txt;
pub mod serve;
pub mod ssvc;
pub mod verify;
pub mod vrt;

use std::process::ExitCode;

/// A check failed.
pub const FAILED: u8 = 1;

/// 0 when the check held, else 1.
pub fn held(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

//! Exports of reports from the bounty platforms, read into one form.
//!
//! HackerOne's and Bugcrowd's APIs (JSON:API) and CSV exports, Intigriti's CSV export, lines of JSON of our own, and what
//! tools found as SARIF, which reports are written as too ([`log`]).
//! [`open`] knows an export by its first bytes and gives one report after the other; a row that does not read is an
//! item of its own and the next is read. A table or lines of any length need memory for one row. States become the
//! words of the vulnerability desk, sums whole numbers of the smallest unit, times RFC 3339; what is not understood is
//! kept under its path, and what was guessed is noted.
//!
//! Sources: api.hackerone.com (customer reference) and docs.hackerone.com; docs.bugcrowd.com (API reference, submission
//! status); kb.intigriti.com (statuses). No text of any real report is in this crate.

mod bugcrowd;
mod columns;
mod fields;
mod findings;
mod hackerone;
mod log;
mod model;
mod own;
mod quotes;
mod reader;
mod resource;
mod row;
mod sniff;
mod state;
mod table;

pub use crate::stamp::Stamp;
pub use log::{Logged, log};
pub use model::{Activity, Attachment, Person, Report, Reward, Severity, Target, Times, Weakness};
pub use reader::{Fault, OpenError, Place, Reports, RowError, WHOLE, open};
pub use sniff::{Format, Layout, SniffError, sniff};
pub use state::{Outcome, State};
pub use table::MAX_ROW;

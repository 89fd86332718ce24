//! Scope: what a programme's assets cover, and whether a claimed target lies within.
//!
//! Assets come as people write them: hosts, wildcards, addresses with ports and paths, networks, app and repository
//! names, plain words, all of them with remarks. A claimed target is read in every way that makes sense, and each asset
//! that covers it in one of them is heard. An inclusion overrules an exclusion only where it is the narrower of the two;
//! `decide.rs` has the whole of it. What cannot be told from the words of a row is said to be unknown, with that row.
//!
//! What makes no difference: letter case of hosts, a trailing dot, a default port, percent-encoding of plain
//! characters, Unicode or Punycode, `http` or `https`. What does: other ports, paths, and that `*.example.com` is not
//! `example.com`.

mod app;
mod asset;
mod decide;
mod host;
mod hosts;
mod list;
mod many;
mod matcher;
mod network;
mod pattern;
mod place;
mod port;
mod row;
mod rule;
mod target;
mod web;

pub use asset::{Asset, Kind};
pub use many::Scopes;
pub use matcher::{MAX_TARGET_BYTES, Scope, Verdict};
pub use row::cover;

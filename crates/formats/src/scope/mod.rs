//! Scope: what a programme's assets cover, and whether a claimed target lies within.
//!
//! Assets come as people write them: hosts, wildcards, addresses with ports and paths, networks, app and repository
//! names, plain words. A claimed target is read in every way that makes sense; each asset that covers it in one of
//! them is a match, and the match with the most fixed characters decides. Of equals, an exclusion wins, so an
//! exclusion is never overruled by a shorter inclusion.
//!
//! What makes no difference: letter case of hosts, a trailing dot, a default port, percent-encoding of plain
//! characters, Unicode or Punycode. What does: other ports, paths, and that `*.example.com` is not `example.com`.

mod asset;
mod expand;
mod host;
mod hosts;
mod matcher;
mod network;
mod pattern;
mod rule;
mod target;
mod web;

pub use asset::{Asset, Kind};
pub use matcher::{MAX_TARGET_BYTES, Match, Scope, Verdict};
pub use pattern::cover;

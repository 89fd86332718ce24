//! Bugcrowd's Vulnerability Rating Taxonomy: the tree with its priorities, each node's CVSS and CWE, and where the
//! nodes of former releases have gone.
//!
//! The tables come from the published files by `tools/formats/vrt.py` (Apache-2.0, see NOTICE). The priority is a
//! starting point for whoever triages, not a verdict.

mod migrate;
mod tree;

pub use migrate::{Former, Migration, Release, former, migrate};
pub use tree::{Node, Priority, find, nodes, release, search};

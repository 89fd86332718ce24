//! SARIF 2.1.0 (OASIS), the part that findings travel in: runs, tools, rules, results, places, levels, fingerprints.
//!
//! The types mirror the standard's objects; a property that has no field here (`codeFlows` too, which are only carried
//! on) is kept where it stood and written again, so that a document comes out as it went in.

mod model;
mod read;

pub use model::{
    ArtifactLocation, Component, Configuration, Level, Location, Log, Message, Physical, Region, ResultItem, Rule,
    Rules, Run, Text, Tool,
};
pub use read::{SarifError, read};

//! Names of weaknesses (CWE).

use crate::cwe::{self, Kind};

/// The name of `CWE-79` and the like; `None` when the catalogue has no such weakness. Categories and views are none.
pub fn name(id: &str) -> Option<&'static str> {
    let entry = cwe::find(id.strip_prefix("CWE-")?.parse().ok()?)?;
    (!matches!(entry.kind, Kind::Category | Kind::View)).then_some(entry.name)
}

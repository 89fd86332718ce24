//! Decision points of SSVC, in every version (`decision_points.tsv`, made by `tools/formats/csaf.py`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// A decision point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// `"Safety Impact"`
    pub name: &'static str,
    /// Key and name of each value, in their order.
    pub values: Vec<(&'static str, &'static str)>,
}

static POINTS: LazyLock<HashMap<&'static str, Point>> = LazyLock::new(|| {
    let read = |line: &'static str| {
        let mut cells = line.split('\t');
        let (id, name) = (cells.next()?, cells.next()?);
        Some((id, Point { name, values: cells.filter_map(|cell| cell.split_once('=')).collect() }))
    };
    include_str!("decision_points.tsv").lines().filter_map(read).collect()
});

/// What is known of a decision point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// There is none of that key or version.
    No,
    /// It is this.
    Yes(&'static Point),
    /// The version is newer than all that are known here; this is the newest of those.
    Later(&'static Point),
}

/// Whether somebody has registered a namespace; its extensions (after `/`) are not part of it.
pub fn is_registered(namespace: &str) -> bool {
    matches!(namespace, "ssvc" | "cisa" | "cvss" | "basic")
}

/// A decision point of a registered namespace.
pub fn find(namespace: &str, key: &str, version: &str) -> Known {
    if let Some(point) = POINTS.get(format!("{namespace}:{key}:{version}").as_str()) {
        return Known::Yes(point);
    }
    let prefix = format!("{namespace}:{key}:");
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u64>>();
    let versions = POINTS.iter().filter_map(|(id, point)| Some((numbers(id.strip_prefix(&prefix)?), point)));
    match versions.max_by(|one, other| one.0.cmp(&other.0)) {
        Some((newest, point)) if numbers(version) > newest => Known::Later(point),
        _ => Known::No,
    }
}

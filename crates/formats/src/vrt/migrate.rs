//! Where a node of a former release has gone.
//!
//! The taxonomy publishes for each node that it takes out in which release that was and what it became. A node that
//! was taken out without a word stands for the nearest node above it.

use super::tree::{Node, find};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::LazyLock;

/// A release of the taxonomy: `"1.10.1"`, with or without a `v`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release(Vec<u32>);

impl FromStr for Release {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no release; write it as 1.14.1");
        let parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let mut numbers = parts.map(str::parse).collect::<Result<Vec<u32>, _>>().map_err(|_| wrong())?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        if numbers.is_empty() { Err(wrong()) } else { Ok(Self(numbers)) }
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

/// A node that the embedded release no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Former {
    /// Its full id.
    pub id: &'static str,
    /// The last release that had it.
    pub last: &'static str,
    /// Its name there.
    pub name: &'static str,
}

/// What has become of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migration {
    /// It is still there.
    Same(&'static Node),
    /// The taxonomy names this node in its place.
    Moved(&'static Node),
    /// It was taken out without a successor; this is the nearest node above.
    Above(&'static Node),
    /// The taxonomy gives it up: "other".
    Other,
    /// No release had it.
    Unknown,
}

impl Migration {
    /// The node of the embedded release, where there is one.
    pub const fn node(self) -> Option<&'static Node> {
        match self {
            Self::Same(node) | Self::Moved(node) | Self::Above(node) => Some(node),
            Self::Other | Self::Unknown => None,
        }
    }

    /// One word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same(_) => "same",
            Self::Moved(_) => "moved",
            Self::Above(_) => "above",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// id -> release that took it out, successor.
static MOVED: LazyLock<HashMap<&'static str, Vec<(Release, &'static str)>>> = LazyLock::new(|| {
    let mut moved: HashMap<_, Vec<_>> = HashMap::new();
    for line in include_str!("moved.tsv").lines() {
        let mut cells = line.split('\t');
        if let (Some(id), Some(Ok(release)), Some(to)) = (cells.next(), cells.next().map(str::parse), cells.next()) {
            moved.entry(id).or_default().push((release, to));
        }
    }
    for steps in moved.values_mut() {
        steps.sort();
    }
    moved
});

static FORMER: LazyLock<HashMap<&'static str, Former>> = LazyLock::new(|| {
    let read = |line: &'static str| {
        let mut cells = line.splitn(3, '\t');
        let former = Former { id: cells.next()?, last: cells.next()?, name: cells.next()? };
        Some((former.id, former))
    };
    include_str!("former.tsv").lines().filter_map(read).collect()
});

/// A node of a former release, by its full id.
pub fn former(id: &str) -> Option<Former> {
    FORMER.get(id).copied()
}

/// Follows a node to the embedded release. `from` is the release that the id was taken from; without it a node that
/// is there now is taken for the one that is meant (two ids were taken out and came back with another meaning).
pub fn migrate(id: &str, from: Option<&Release>) -> Migration {
    if from.is_none()
        && let Some(node) = find(id)
    {
        return Migration::Same(node);
    }
    if find(id).is_none() && former(id).is_none() {
        return Migration::Unknown;
    }
    let (mut id, mut since, mut found) = (id, from.cloned(), Migration::Same as fn(&'static Node) -> Migration);
    // Each step goes to a later release or up the tree, so there is an end.
    loop {
        let step = MOVED.get(id).and_then(|steps| steps.iter().find(|(at, _)| since.as_ref().is_none_or(|s| at > s)));
        if let Some((at, to)) = step {
            (id, since, found) = (to, Some(at.clone()), Migration::Moved);
        } else if let Some(node) = find(id) {
            return found(node);
        } else if let Some((above, _)) = id.rsplit_once('.') {
            (id, found) = (above, Migration::Above);
        } else {
            return Migration::Other;
        }
    }
}

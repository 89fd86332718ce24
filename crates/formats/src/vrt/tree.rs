//! The tree of the embedded release.

use crate::cvss::Vector;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// A priority, 1 the most urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// 1 to 5.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}", self.0)
    }
}

/// A category, subcategory or variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// `"cross_site_scripting_xss.stored.url_based"`
    pub id: &'static str,
    /// `"URL-Based"`
    pub name: &'static str,
    /// `None`: varies (a leaf), or asked of its children.
    pub priority: Option<Priority>,
    /// Nothing lies below.
    pub leaf: bool,
    /// Base metrics of CVSS 3 without a prefix; the node's own or that of the nearest node above.
    pub cvss_v3: &'static str,
    /// Numbers of CWE entries, separated by commas.
    cwe: &'static str,
}

impl Node {
    /// `"category"`, `"subcategory"` or `"variant"`.
    pub fn kind(&self) -> &'static str {
        match self.id.matches('.').count() {
            0 => "category",
            1 => "subcategory",
            _ => "variant",
        }
    }

    /// The node above.
    pub fn parent(&self) -> Option<&'static Self> {
        self.id.rsplit_once('.').and_then(|(above, _)| find(above))
    }

    /// The nodes directly below, in the taxonomy's order.
    pub fn children(&self) -> impl Iterator<Item = &'static Self> + use<> {
        let id = self.id;
        nodes().iter().filter(move |node| node.id.rsplit_once('.').is_some_and(|(above, _)| above == id))
    }

    /// Names from the category down, joined by " > ".
    pub fn path(&self) -> String {
        let mut names = vec![self.name];
        let mut above = self.parent();
        while let Some(node) = above {
            names.insert(0, node.name);
            above = node.parent();
        }
        names.join(" > ")
    }

    /// The mapped base vector as a vector of 3.1.
    pub fn cvss(&self) -> Option<Vector> {
        format!("CVSS:3.1/{}", self.cvss_v3).parse().ok()
    }

    /// Numbers of the mapped CWE entries.
    pub fn cwe(&self) -> impl Iterator<Item = u32> + use<> {
        self.cwe.split(',').filter_map(|number| number.parse().ok())
    }
}

const TABLE: &str = include_str!("tree.tsv");

static NODES: LazyLock<Vec<Node>> = LazyLock::new(|| TABLE.lines().skip(1).filter_map(read).collect());
static PLACES: LazyLock<HashMap<&'static str, usize>> =
    LazyLock::new(|| NODES.iter().enumerate().map(|(place, node)| (node.id, place)).collect());

fn read(line: &'static str) -> Option<Node> {
    let mut cells = line.splitn(5, '\t');
    let (id, priority, cvss_v3, cwe, name) =
        (cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let leaf = !priority.is_empty();
    Some(Node { id, name, priority: priority.parse().ok().map(Priority), leaf, cvss_v3, cwe })
}

/// The release that is embedded: `"1.14.1"`.
pub fn release() -> &'static str {
    TABLE.lines().next().unwrap_or_default().trim_start_matches("# ")
}

/// Every node, in the taxonomy's order: a node before what lies below it.
pub fn nodes() -> &'static [Node] {
    &NODES
}

/// A node by its full id.
pub fn find(id: &str) -> Option<&'static Node> {
    PLACES.get(id).map(|place| &NODES[*place])
}

/// Nodes whose path of names holds every word of `text`, case aside.
pub fn search(text: &str) -> Vec<&'static Node> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let holds = |node: &&Node| {
        let path = node.path().to_lowercase();
        words.iter().all(|word| path.contains(word.as_str()) || node.id.contains(word.as_str()))
    };
    NODES.iter().filter(holds).collect()
}

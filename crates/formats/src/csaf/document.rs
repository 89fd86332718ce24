//! A document as the tests see it: products, groups, versions and references looked up once.
//!
//! Nothing here assumes that the schema holds: what has the wrong type is passed over, and the schema's own finding
//! says so.

use super::edition::Edition;
use super::head::{Revision, revisions};
use super::profile;
use crate::json::{Object, Parsed, Spot, Tree};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A product that the document defines: one `full_product_name`.
#[derive(Debug)]
pub struct Product<'a> {
    /// The object with `name` and `product_id`.
    pub spot: Spot<'a>,
    /// Its id.
    pub id: &'a str,
    /// The branch it hangs on, by its place in [`Document::branches`].
    branch: Option<usize>,
}

/// A branch of the product tree.
#[derive(Debug)]
pub struct Branch<'a> {
    /// The object with `category` and `name`.
    pub spot: Spot<'a>,
    /// Its category; empty when it has none.
    pub category: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The branch it hangs on.
    above: Option<usize>,
}

/// A score of 2.0 or a metric of 2.1.
#[derive(Debug, Clone)]
pub struct Metric<'a> {
    /// The item, which names its products.
    pub spot: Spot<'a>,
    /// Where the CVSS objects stand: the item itself in 2.0, its `content` in 2.1.
    pub content: Spot<'a>,
}

impl<'a> Metric<'a> {
    /// Its products.
    pub fn products(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        self.spot.items("products")
    }

    /// Who says so; `None` is the author of the document.
    pub fn source(&self) -> Option<&'a str> {
        self.spot.word("source")
    }

    /// Its CVSS objects, the oldest version first.
    pub fn cvss(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        ["cvss_v2", "cvss_v3", "cvss_v4"].map(|key| self.content.get(key)).into_iter().flatten()
    }
}

/// The document and its index.
#[derive(Debug)]
pub struct Document<'a> {
    /// Which version of the standard it follows.
    pub edition: Edition,
    /// Everything.
    pub root: Spot<'a>,
    /// First key out of order.
    pub unsorted: Option<&'a str>,
    /// `/document/category`.
    pub category: &'a str,
    /// The profile that the category names; `csaf_base` when it names none.
    pub profile: &'a str,
    /// Every product definition, in document order.
    pub products: Vec<Product<'a>>,
    /// Every branch, parents before children.
    pub branches: Vec<Branch<'a>>,
    /// Group id to its product ids, sorted and each once; the first definition counts.
    pub groups: BTreeMap<&'a str, Vec<&'a str>>,
    /// `/vulnerabilities[]`.
    pub vulnerabilities: Vec<Spot<'a>>,
    /// The revision history by date, then by number.
    pub revisions: Vec<Revision<'a>>,
    /// Members of groups that may still be looked up; see [`Document::named`].
    budget: Cell<usize>,
}

/// Groups of products can be referred to as often as a document likes: beyond so many members it is not read on.
const EXPANSIONS: usize = 5_000_000;

/// Status groups that mean "affected" (section 6.1.6).
pub const AFFECTED: &[&str] = &["first_affected", "known_affected", "last_affected"];
/// "Not affected".
pub const NOT_AFFECTED: &[&str] = &["known_not_affected"];
/// "Fixed".
pub const FIXED: &[&str] = &["first_fixed", "fixed"];
/// "Under investigation".
pub const INVESTIGATED: &[&str] = &["under_investigation"];
/// "Unknown", since 2.1.
pub const UNKNOWN: &[&str] = &["unknown"];

/// Lists of a vulnerability whose items name products and groups; a document of 2.0 has the first three only.
const NAMING: &[&str] =
    &["flags", "remediations", "threats", "first_known_exploitation_dates", "ids", "involvements", "notes"];

impl<'a> Document<'a> {
    /// Builds the index.
    pub fn new(parsed: &'a Parsed<Tree>) -> Self {
        let root = Spot::root(&parsed.value);
        let edition = Edition::of(&parsed.value);
        let category = root.path(&["document", "category"]).and_then(|c| c.text()).unwrap_or_default();
        let mut document = Self {
            edition,
            unsorted: parsed.unsorted.as_deref(),
            category,
            profile: if edition.profiles().contains(&category) { category } else { profile::BASE },
            products: Vec::new(),
            branches: Vec::new(),
            groups: BTreeMap::new(),
            vulnerabilities: root.items("vulnerabilities").collect(),
            revisions: revisions(&root),
            budget: Cell::new(EXPANSIONS),
            root,
        };
        if let Some(tree) = document.root.get("product_tree") {
            document.tree(&tree);
        }
        document
    }

    fn tree(&mut self, tree: &Spot<'a>) {
        for branch in tree.items("branches") {
            self.branch(branch, None);
        }
        for product in tree.items("full_product_names") {
            self.product(Some(product), None);
        }
        for relationship in self.relationships() {
            self.product(relationship.get("full_product_name"), None);
        }
        for group in tree.items("product_groups") {
            if let Some(id) = group.word("group_id") {
                let members: BTreeSet<&str> = group.items("product_ids").filter_map(|p| p.text()).collect();
                self.groups.entry(id).or_insert_with(|| members.into_iter().collect());
            }
        }
    }

    /// The depth of a document is bounded where it is read.
    fn branch(&mut self, spot: Spot<'a>, above: Option<usize>) {
        let place = self.branches.len();
        let (product, below) = (spot.get("product"), spot.get("branches"));
        let (category, name) = (spot.word("category").unwrap_or_default(), spot.word("name").unwrap_or_default());
        self.branches.push(Branch { spot, category, name, above });
        self.product(product, Some(place));
        for child in below.iter().flat_map(Spot::elements) {
            self.branch(child, Some(place));
        }
    }

    fn product(&mut self, spot: Option<Spot<'a>>, branch: Option<usize>) {
        if let Some(spot) = spot
            && let Some(id) = spot.word("product_id")
        {
            self.products.push(Product { spot, id, branch });
        }
    }

    /// The branches that a product hangs on, the nearest first.
    pub fn lineage(&self, product: &Product<'a>) -> impl Iterator<Item = &Branch<'a>> + '_ {
        std::iter::successors(product.branch.and_then(|at| self.branches.get(at)), |branch| {
            branch.above.and_then(|at| self.branches.get(at))
        })
    }

    /// `/product_tree/relationships[]`, in 2.1 `/product_tree/product_paths[]`
    pub fn relationships(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        let key = self.edition.either("relationships", "product_paths");
        self.root.get("product_tree").into_iter().flat_map(move |tree| tree.items(key))
    }

    /// Where a relationship or product path names the products it is made of.
    pub fn parts(&self, relationship: &Spot<'a>) -> Vec<Spot<'a>> {
        if self.edition == Edition::V20 {
            let keys = ["product_reference", "relates_to_product_reference"];
            return keys.iter().filter_map(|key| relationship.get(key)).collect();
        }
        let steps = relationship.items("subpaths").filter_map(|step| step.get("next_product_reference"));
        relationship.get("beginning_product_reference").into_iter().chain(steps).collect()
    }

    /// `/product_tree/product_groups[]`
    pub fn product_groups(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        self.root.get("product_tree").into_iter().flat_map(|tree| tree.items("product_groups"))
    }

    /// Products that an item names itself or through its groups, each once.
    ///
    /// A document may name the same large groups over and over. When [`EXPANSIONS`] members have been looked up, groups
    /// stay empty and [`Self::is_exhausted`] is true.
    pub fn named(&self, item: &Spot<'a>) -> Vec<&'a str> {
        self.expand(item.items("product_ids"), item.items("group_ids"))
    }

    fn expand(&self, products: impl Iterator<Item = Spot<'a>>, groups: impl Iterator<Item = Spot<'a>>) -> Vec<&'a str> {
        let mut all: Vec<&str> = products.filter_map(|p| p.text()).collect();
        let groups: BTreeSet<&str> = groups.filter_map(|g| g.text()).collect();
        let sorted = all.is_empty() && groups.len() < 2;
        for members in groups.into_iter().filter_map(|g| self.groups.get(g)) {
            // A long id costs more to look at.
            let cost = members.iter().map(|id| 1 + id.len() / 64).sum();
            let left = self.budget.get().saturating_sub(cost);
            self.budget.set(left);
            if left > 0 {
                all.extend(members);
            }
        }
        if !sorted {
            all.sort_unstable();
            all.dedup();
        }
        all
    }

    /// Products that any item of the list `key` of a vulnerability names.
    pub fn named_in(&self, vulnerability: &Spot<'a>, key: &str) -> HashSet<&'a str> {
        let items = || vulnerability.items(key);
        let all = self.expand(items().flat_map(|i| i.items("product_ids")), items().flat_map(|i| i.items("group_ids")));
        all.into_iter().collect()
    }

    /// Whether groups were too large to be looked up as often as the document refers to them.
    pub fn is_exhausted(&self) -> bool {
        self.budget.get() == 0
    }

    /// Items that may name products and groups: of the vulnerabilities, and in 2.1 the notes of the document.
    fn naming(&self) -> impl Iterator<Item = Spot<'a>> + '_ {
        let lists = if self.edition == Edition::V20 { NAMING.get(..3).unwrap_or_default() } else { NAMING };
        let own = (self.edition != Edition::V20).then(|| self.root.path(&["document", "notes"])).flatten();
        let notes = own.into_iter().flat_map(|notes| notes.elements());
        notes.chain(self.vulnerabilities.iter().flat_map(|v| lists.iter().flat_map(|list| v.items(list))))
    }

    /// Every place that refers to a product, with the id.
    pub fn references(&self) -> Vec<(Spot<'a>, &'a str)> {
        let mut found: Vec<_> = self.relationships().flat_map(|relationship| self.parts(&relationship)).collect();
        for group in self.product_groups() {
            found.extend(group.items("product_ids"));
        }
        for vulnerability in &self.vulnerabilities {
            if let Some(status) = vulnerability.get("product_status") {
                let keys = status.value.as_object().into_iter().flat_map(Object::keys);
                keys.for_each(|key| found.extend(status.items(key)));
            }
            found.extend(self.metrics(vulnerability).flat_map(|metric| metric.products()));
        }
        found.extend(self.naming().flat_map(|item| item.items("product_ids")));
        found.into_iter().filter_map(|spot| spot.text().map(|id| (spot, id))).collect()
    }

    /// Every place that refers to a group of products, with the id.
    pub fn group_references(&self) -> Vec<(Spot<'a>, &'a str)> {
        let spots = self.naming().flat_map(|item| item.items("group_ids"));
        spots.filter_map(|spot| spot.text().map(|id| (spot, id))).collect()
    }

    /// Scores or metrics of a vulnerability.
    pub fn metrics(&self, vulnerability: &Spot<'a>) -> impl Iterator<Item = Metric<'a>> + use<'a> {
        let edition = self.edition;
        vulnerability.items(edition.either("scores", "metrics")).filter_map(move |spot| {
            let content = if edition == Edition::V20 { spot.clone() } else { spot.get("content")? };
            Some(Metric { spot, content })
        })
    }

    /// Every CVSS object.
    pub fn cvss(&self) -> impl Iterator<Item = Spot<'a>> + '_ {
        self.vulnerabilities.iter().flat_map(|v| self.metrics(v)).flat_map(|metric| metric.cvss())
    }

    /// The weaknesses of a vulnerability: `cwe`, in 2.1 `cwes[]`.
    pub fn weaknesses(&self, vulnerability: &Spot<'a>) -> Vec<Spot<'a>> {
        match self.edition {
            Edition::V20 => vulnerability.get("cwe").into_iter().collect(),
            Edition::V21 => vulnerability.items("cwes").collect(),
        }
    }

    /// The package URLs of a product: `purl`, in 2.1 `purls[]`.
    pub fn purls(&self, product: &Product<'a>) -> Vec<(Spot<'a>, &'a str)> {
        let Some(helper) = helper(product) else { return Vec::new() };
        let spots: Vec<_> = match self.edition {
            Edition::V20 => helper.get("purl").into_iter().collect(),
            Edition::V21 => helper.items("purls").collect(),
        };
        spots.into_iter().filter_map(|spot| spot.text().map(|text| (spot, text))).collect()
    }

    /// `/…/product_identification_helper/hashes[]` of every product.
    pub fn hashes(&self) -> impl Iterator<Item = Spot<'a>> + '_ {
        self.products.iter().filter_map(helper).flat_map(|helper| helper.items("hashes"))
    }
}

/// The identification helper of a product.
pub fn helper<'a>(product: &Product<'a>) -> Option<Spot<'a>> {
    product.spot.get("product_identification_helper")
}

/// Products of a vulnerability in any of these status groups.
pub fn with_status<'a>(vulnerability: &Spot<'a>, groups: &[&str]) -> Vec<(Spot<'a>, &'a str)> {
    let Some(status) = vulnerability.get("product_status") else { return Vec::new() };
    let spots = groups.iter().flat_map(|group| status.items(group));
    spots.filter_map(|spot| spot.text().map(|id| (spot, id))).collect()
}

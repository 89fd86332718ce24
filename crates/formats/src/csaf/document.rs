//! A document as the tests see it: products, groups, versions and references looked up once.
//!
//! Nothing here assumes that the schema holds: what has the wrong type is passed over, and the schema's own finding
//! says so.

use super::version::Version;
use crate::instant::Instant;
use crate::json::{Parsed, Spot};
use std::collections::{BTreeMap, BTreeSet};

/// A product that the document defines: one `full_product_name`.
#[derive(Debug)]
pub struct Product<'a> {
    /// The object with `name` and `product_id`.
    pub spot: Spot<'a>,
    /// Its id.
    pub id: &'a str,
    /// Categories of the branches it hangs on, from the root.
    pub lineage: Vec<&'a str>,
}

/// An item of the revision history.
#[derive(Debug)]
pub struct Revision<'a> {
    /// The item.
    pub spot: Spot<'a>,
    /// Its date.
    pub date: Instant,
    /// Its version.
    pub number: Version<'a>,
}

/// The document and its index.
#[derive(Debug)]
pub struct Document<'a> {
    /// Everything.
    pub root: Spot<'a>,
    /// First key out of order.
    pub unsorted: Option<&'a str>,
    /// `/document/category`.
    pub category: &'a str,
    /// Every product definition, in document order.
    pub products: Vec<Product<'a>>,
    /// Every branch, parents before children.
    pub branches: Vec<Spot<'a>>,
    /// Group id to its product ids; the first definition counts.
    pub groups: BTreeMap<&'a str, Vec<&'a str>>,
    /// `/vulnerabilities[]`.
    pub vulnerabilities: Vec<Spot<'a>>,
    /// The revision history by date, then by number.
    pub revisions: Vec<Revision<'a>>,
}

/// Status groups that mean "affected" (section 6.1.6).
pub const AFFECTED: &[&str] = &["first_affected", "known_affected", "last_affected"];
/// "Not affected".
pub const NOT_AFFECTED: &[&str] = &["known_not_affected"];
/// "Fixed".
pub const FIXED: &[&str] = &["first_fixed", "fixed"];
/// "Under investigation".
pub const INVESTIGATED: &[&str] = &["under_investigation"];

impl<'a> Document<'a> {
    /// Builds the index.
    pub fn new(parsed: &'a Parsed) -> Self {
        let root = Spot::root(&parsed.value);
        let mut document = Self {
            unsorted: parsed.unsorted.as_deref(),
            category: root.path(&["document", "category"]).and_then(|c| c.text()).unwrap_or_default(),
            products: Vec::new(),
            branches: Vec::new(),
            groups: BTreeMap::new(),
            vulnerabilities: root.items("vulnerabilities").collect(),
            revisions: revisions(&root),
            root,
        };
        if let Some(tree) = document.root.get("product_tree") {
            document.tree(&tree);
        }
        document
    }

    fn tree(&mut self, tree: &Spot<'a>) {
        for branch in tree.items("branches") {
            self.branch(branch, &[]);
        }
        for product in tree.items("full_product_names") {
            self.product(Some(product), &[]);
        }
        for relationship in tree.items("relationships") {
            self.product(relationship.get("full_product_name"), &[]);
        }
        for group in tree.items("product_groups") {
            if let Some(id) = group.word("group_id") {
                let members = group.items("product_ids").filter_map(|p| p.text()).collect();
                self.groups.entry(id).or_insert(members);
            }
        }
    }

    /// The depth of a document is bounded where it is read.
    fn branch(&mut self, branch: Spot<'a>, above: &[&'a str]) {
        let mut lineage = above.to_vec();
        lineage.extend(branch.word("category"));
        self.product(branch.get("product"), &lineage);
        let below: Vec<_> = branch.items("branches").collect();
        self.branches.push(branch);
        for child in below {
            self.branch(child, &lineage);
        }
    }

    fn product(&mut self, spot: Option<Spot<'a>>, lineage: &[&'a str]) {
        if let Some(spot) = spot
            && let Some(id) = spot.word("product_id")
        {
            self.products.push(Product { spot, id, lineage: lineage.to_vec() });
        }
    }

    /// `/product_tree/relationships[]`
    pub fn relationships(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        self.root.get("product_tree").into_iter().flat_map(|tree| tree.items("relationships"))
    }

    /// `/product_tree/product_groups[]`
    pub fn product_groups(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        self.root.get("product_tree").into_iter().flat_map(|tree| tree.items("product_groups"))
    }

    /// `/document/tracking`
    pub fn tracking(&self) -> Option<Spot<'a>> {
        self.root.path(&["document", "tracking"])
    }

    /// `/document/tracking/status`
    pub fn status(&self) -> Option<&'a str> {
        self.tracking()?.word("status")
    }

    /// `/document/tracking/version`, where it stands and what it says.
    pub fn version(&self) -> Option<(Spot<'a>, Version<'a>)> {
        let spot = self.tracking()?.get("version")?;
        let version = Version::parse(spot.text()?)?;
        Some((spot, version))
    }

    /// Products that an item names itself or through its groups.
    pub fn named(&self, item: &Spot<'a>) -> BTreeSet<&'a str> {
        let direct = item.items("product_ids").filter_map(|p| p.text());
        let grouped = item.items("group_ids").filter_map(|g| g.text());
        let grouped = grouped.filter_map(|g| self.groups.get(g)).flatten().copied();
        direct.chain(grouped).collect()
    }

    /// Products that any item of the list `key` of a vulnerability names.
    pub fn named_in(&self, vulnerability: &Spot<'a>, key: &str) -> BTreeSet<&'a str> {
        vulnerability.items(key).flat_map(|item| self.named(&item)).collect()
    }

    /// Every place that refers to a product, with the id.
    pub fn references(&self) -> Vec<(Spot<'a>, &'a str)> {
        let mut found = Vec::new();
        for relationship in self.relationships() {
            found.extend(relationship.get("product_reference"));
            found.extend(relationship.get("relates_to_product_reference"));
        }
        for group in self.product_groups() {
            found.extend(group.items("product_ids"));
        }
        for vulnerability in &self.vulnerabilities {
            if let Some(status) = vulnerability.get("product_status") {
                let keys = status.value.as_object().into_iter().flat_map(|map| map.keys());
                keys.for_each(|key| found.extend(status.items(key)));
            }
            for score in vulnerability.items("scores") {
                found.extend(score.items("products"));
            }
            for list in ["flags", "remediations", "threats"] {
                found.extend(vulnerability.items(list).flat_map(|item| item.items("product_ids")));
            }
        }
        found.into_iter().filter_map(|spot| spot.text().map(|id| (spot, id))).collect()
    }

    /// Every place that refers to a group of products, with the id.
    pub fn group_references(&self) -> Vec<(Spot<'a>, &'a str)> {
        let lists = ["flags", "remediations", "threats"];
        let items = self.vulnerabilities.iter().flat_map(|v| lists.into_iter().flat_map(|list| v.items(list)));
        let spots = items.flat_map(|item| item.items("group_ids"));
        spots.filter_map(|spot| spot.text().map(|id| (spot, id))).collect()
    }

    /// Every CVSS object: the score it stands in, and itself.
    pub fn cvss(&self) -> Vec<(Spot<'a>, Spot<'a>)> {
        let scores = self.vulnerabilities.iter().flat_map(|v| v.items("scores"));
        scores
            .flat_map(|score| {
                let objects = [score.get("cvss_v2"), score.get("cvss_v3")];
                objects.into_iter().flatten().map(move |object| (score.clone(), object))
            })
            .collect()
    }

    /// The language tags of the document.
    pub fn languages(&self) -> Vec<(Spot<'a>, &'a str)> {
        let spots = ["lang", "source_lang"].into_iter().filter_map(|key| self.root.path(&["document", key]));
        spots.filter_map(|spot| spot.text().map(|tag| (spot, tag))).collect()
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

fn revisions<'a>(root: &Spot<'a>) -> Vec<Revision<'a>> {
    let history = root.path(&["document", "tracking"]).into_iter().flat_map(|t| t.items("revision_history"));
    let mut list: Vec<_> = history
        .filter_map(|spot| {
            let date = Instant::parse(spot.word("date")?)?;
            let number = Version::parse(spot.word("number")?)?;
            Some(Revision { spot, date, number })
        })
        .collect();
    list.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.number.order(&b.number)));
    list
}

//! Which products are versions of one another (test 6.1.27.13).
//!
//! Two products are of a family when they hang on the same branches but for those that tell versions. A product path is
//! of the family of what it begins with, along the same steps. What hangs on no branch cannot be told apart by machine
//! and is of one family.

use super::Document;
use super::document::Product;
use std::collections::HashMap;

/// Categories of branches that tell the versions of a product apart.
const VERSIONS: &[&str] = &["patch_level", "product_version", "product_version_range", "service_pack"];

#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Loose,
    Branches(Vec<(&'a str, &'a str)>),
    Path(usize, Vec<(&'a str, &'a str)>),
}

struct Path<'a> {
    beginning: &'a str,
    steps: Vec<(&'a str, &'a str)>,
}

/// The families of a document's products; a family is a number.
pub struct Families<'a> {
    numbers: HashMap<Key<'a>, usize>,
    by_product: HashMap<&'a str, usize>,
    paths: HashMap<&'a str, Path<'a>>,
}

impl<'a> Families<'a> {
    /// Sorts the products of a document.
    pub fn of(document: &Document<'a>) -> Self {
        let mut all = Self { numbers: HashMap::new(), by_product: HashMap::new(), paths: HashMap::new() };
        for relationship in document.relationships() {
            if let Some(id) = relationship.get("full_product_name").and_then(|name| name.word("product_id"))
                && let Some(beginning) = relationship.word("beginning_product_reference")
            {
                let step =
                    |step: crate::json::Spot<'a>| Some((step.word("category")?, step.word("next_product_reference")?));
                let steps = relationship.items("subpaths").filter_map(step).collect();
                all.paths.entry(id).or_insert(Path { beginning, steps });
            }
        }
        for product in &document.products {
            if all.paths.contains_key(product.id) {
                continue;
            }
            let key = branches(document, product);
            let number = all.number(key);
            all.by_product.entry(product.id).or_insert(number);
        }
        let ids: Vec<&str> = all.paths.keys().copied().collect();
        for id in ids {
            all.follow(id);
        }
        all
    }

    fn number(&mut self, key: Key<'a>) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(key).or_insert(next)
    }

    /// Walks from a path to what it begins with until a family is known, and back. A circle ends loose.
    fn follow(&mut self, id: &'a str) {
        let (mut at, mut open) = (id, Vec::new());
        while !self.by_product.contains_key(at) {
            let Some(path) = self.paths.get(at) else { break };
            open.push(at);
            // A mark, in case the walk comes by again.
            self.by_product.insert(at, usize::MAX);
            at = path.beginning;
        }
        while let Some(id) = open.pop() {
            let Some(path) = self.paths.get(id) else { continue };
            let key = match self.by_product.get(path.beginning).copied() {
                Some(usize::MAX) | None => Key::Loose,
                Some(family) => Key::Path(family, path.steps.clone()),
            };
            let number = self.number(key);
            self.by_product.insert(id, number);
        }
    }

    /// The family of a product that the document defines.
    pub fn family(&self, id: &str) -> Option<usize> {
        self.by_product.get(id).copied()
    }

    /// Families of which a member has to be affected where `id` is fixed; any of them will do. What is installed with
    /// something else may be fixed by that alone.
    pub fn wanted(&self, id: &str) -> Vec<usize> {
        let mut wanted: Vec<usize> = self.family(id).into_iter().collect();
        let Some(path) = self.paths.get(id) else { return wanted };
        let Some(beginning) = self.family(path.beginning) else { return wanted };
        if let Some(place) = path.steps.iter().position(|(category, _)| *category == "installed_with") {
            let before = path.steps.get(..place).unwrap_or_default().to_vec();
            let key = Key::Path(beginning, before);
            wanted.extend(if place == 0 { Some(beginning) } else { self.numbers.get(&key).copied() });
        }
        wanted
    }
}

fn branches<'a>(document: &Document<'a>, product: &Product<'a>) -> Key<'a> {
    let mut above = document.lineage(product).peekable();
    if above.peek().is_none() {
        return Key::Loose;
    }
    Key::Branches(above.filter(|b| !VERSIONS.contains(&b.category)).map(|b| (b.category, b.name)).collect())
}

//! What products are called, and which of another document are the same: formats name one product in several ways.

use super::facts::called;
use super::{Advisory, Product};
use std::collections::HashMap;

/// Names of the products of an advisory.
#[derive(Debug)]
pub(super) struct Names<'a> {
    /// The name by id, by its number.
    by_id: HashMap<&'a str, usize>,
    names: Vec<String>,
}

impl<'a> Names<'a> {
    /// Those of a source.
    pub(super) fn of(advisory: &'a Advisory) -> Self {
        Self::like(advisory, &HashMap::new(), Vec::new())
    }

    /// Those of what was written from a source: a product that is one of the source has the name it has there.
    pub(super) fn after(advisory: &'a Advisory, source: &Advisory, names: &Names) -> Self {
        let mut known = HashMap::new();
        for product in source.products.iter().rev() {
            if let Some(number) = names.by_id.get(product.id.as_str()) {
                known.extend(marks(product).into_iter().map(|mark| (mark, *number)));
            }
        }
        Self::like(advisory, &known, names.names.clone())
    }

    fn like(advisory: &'a Advisory, known: &HashMap<String, usize>, mut names: Vec<String>) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut by_id = HashMap::new();
        for product in &advisory.products {
            let same = marks(product).iter().find_map(|mark| known.get(mark)).copied();
            let number = same.unwrap_or_else(|| {
                *numbers.entry(called(product)).or_insert_with_key(|name| {
                    names.push(name.clone());
                    names.len() - 1
                })
            });
            by_id.entry(product.id.as_str()).or_insert(number);
        }
        Self { by_id, names }
    }

    /// The name of a product by its id.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        self.names.get(self.number(id)?).map(String::as_str)
    }

    /// The number of a name: products of one name have one.
    pub(super) fn number(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The name of a number.
    pub(super) fn spelt(&self, number: usize) -> &str {
        self.names.get(number).map_or("", String::as_str)
    }
}

/// By what a product is known together with its version.
fn marks(product: &Product) -> Vec<String> {
    let versions = &product.versions;
    let parts = [&versions.exact, &versions.from, &versions.below, &versions.through];
    let mut parts = parts.into_iter().flatten().filter(|part| *part != "0");
    let whole = !product.name.is_empty() && !versions.others && parts.all(|part| product.name.contains(part.as_str()));
    let purl = product.purl.clone().filter(|purl| purl.contains('@'));
    std::iter::once(called(product)).chain(whole.then(|| product.name.clone())).chain(purl).collect()
}

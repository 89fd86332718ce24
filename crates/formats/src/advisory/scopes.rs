//! Which products scores, remediations and threats are for, and whether another document says the same.

use super::facts::clip;
use super::names::Names;
use super::{Advisory, Standing, Vulnerability};
use std::collections::{BTreeSet, HashMap};

/// Names that are written out; of others the number is told.
pub(super) const NAMED: usize = 20;

/// What is for products: its label and text.
type Item<'a> = (&'static str, &'a str);

/// The products that something is for.
#[derive(Debug, Default)]
struct Scope {
    /// It is for all that it can be for.
    all: bool,
    /// Numbers of the names of those it is for.
    some: BTreeSet<usize>,
}

/// Things for products of a vulnerability, with the products they name.
fn items(v: &Vulnerability) -> impl Iterator<Item = (Item<'_>, &[String])> {
    let scores = v.scores.iter().map(|score| (("products of a score", score.vector.as_str()), &*score.products));
    let remedies = v.remedies.iter().map(|r| (("products of a remediation", r.details.as_str()), &*r.products));
    let threats = v.threats.iter().filter(|threat| threat.category != "impact");
    let threats = threats.map(|t| (("products of a threat", t.details.as_str()), &*t.products));
    scores.chain(remedies).chain(threats)
}

/// Numbers of the products that are affected; of all where none is.
fn concerned(v: &Vulnerability, names: &Names) -> BTreeSet<usize> {
    let numbers = |wanted: fn(&Standing) -> bool| {
        let fitting = v.standings.iter().filter(move |(_, standing)| wanted(standing));
        fitting.filter_map(|(id, _)| names.number(id)).collect::<BTreeSet<_>>()
    };
    let affected = numbers(|standing| standing.is_affected());
    if affected.is_empty() { numbers(|_| true) } else { affected }
}

/// The products that something names beside all that are concerned; `None` when it is for all of these.
pub(super) fn limited<'a>(v: &Vulnerability, products: &'a [String]) -> Option<&'a [String]> {
    let own: BTreeSet<&str> = products.iter().map(String::as_str).collect();
    let any = v.standings.iter().any(|(_, standing)| standing.is_affected());
    let mut concerned = v.standings.iter().filter(|(_, standing)| !any || standing.is_affected());
    (!own.is_empty() && concerned.any(|(id, _)| !own.contains(id.as_str()))).then_some(products)
}

/// What is for some products in the source, and not for the same ones in the result.
pub(super) fn lost(source: (&Advisory, &Names), result: (&Advisory, &Names)) -> Vec<String> {
    let mut there: HashMap<Item, Scope> = HashMap::new();
    let mut concerned = BTreeSet::new();
    for v in &result.0.vulnerabilities {
        concerned.extend(self::concerned(v, result.1));
        for ((label, text), products) in items(v) {
            // Texts may have been joined.
            let parts = text.split("\n\n").filter(|part| *part != text);
            for text in std::iter::once(text).chain(parts) {
                let scope = there.entry((label, text)).or_default();
                scope.all |= products.is_empty();
                scope.some.extend(products.iter().filter_map(|id| result.1.number(id)));
            }
        }
    }
    let mut lines = BTreeSet::new();
    for v in &source.0.vulnerabilities {
        for (item, products) in items(v) {
            let (Some(products), Some(scope)) = (limited(v, products), there.get(&item)) else { continue };
            let own: BTreeSet<usize> = products.iter().filter_map(|id| source.1.number(id)).collect();
            let same = if scope.all { own == concerned } else { own == scope.some };
            if !same {
                let names = own.iter().take(NAMED).map(|number| source.1.spelt(*number).to_owned());
                lines.insert(format!("{}: {} ({})", item.0, listed(names, own.len()), clip(item.1)));
            }
        }
    }
    lines.into_iter().collect()
}

/// Names, and how many more there are of `count`.
pub(super) fn listed(names: impl Iterator<Item = String>, count: usize) -> String {
    let mut text = names.collect::<Vec<_>>().join(", ");
    if count > NAMED {
        text = format!("{text} and {} more", count - NAMED);
    }
    text
}

/// The products that something is for where they are not all, for people.
pub(super) fn spelt<'a>(v: &Vulnerability, products: &'a [String], name: impl Fn(&'a str) -> String) -> Option<String> {
    let products = limited(v, products)?;
    Some(listed(products.iter().take(NAMED).map(|id| name(id)), products.len()))
}

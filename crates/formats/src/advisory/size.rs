//! What the names of a document come to in the model, where each product has them: a vendor is said once and is that of
//! every version below it.

use super::Format;
use serde_json::Value;

/// Bytes of such names at most. A quarter of a million products take some tens of megabytes.
pub(super) const MOST: usize = 200_000_000;

/// Bytes of names that stand once and are copied for each product.
pub(super) fn copied(format: Format, value: &Value) -> usize {
    let sum = |list: &mut dyn Iterator<Item = usize>| list.fold(0, usize::saturating_add);
    match format {
        Format::Csaf | Format::Csaf21 => {
            let branches = value.get("product_tree").unwrap_or(&Value::Null);
            sum(&mut items(branches, "branches").map(|branch| below(branch, 0)))
        }
        Format::Cve => {
            let cna = value.pointer("/containers/cna").unwrap_or(&Value::Null);
            let entry = |entry: &Value| texts(entry).saturating_mul(items(entry, "versions").count() + 1);
            sum(&mut items(cna, "affected").map(entry))
        }
        Format::Osv => {
            let entry = |entry: &Value| {
                let events = items(entry, "ranges").map(|range| (texts(range), items(range, "events").count()));
                let (ranges, count) = events
                    .fold((0_usize, items(entry, "versions").count() + 1), |(all, n), (own, m)| {
                        (all.saturating_add(own.saturating_mul(m)), n + m)
                    });
                texts(entry.get("package").unwrap_or(&Value::Null)).saturating_mul(count).saturating_add(ranges)
            };
            sum(&mut items(value, "affected").map(entry))
        }
        Format::OpenVex | Format::Markdown | Format::Html => 0,
    }
}

/// The names above each product of a branch. The depth of a document is bounded where it is read.
fn below(branch: &Value, above: usize) -> usize {
    let own = above.saturating_add(texts(branch));
    let product = if branch.get("product").is_some() { own } else { 0 };
    items(branch, "branches").fold(product, |all, branch| all.saturating_add(below(branch, own)))
}

/// The length of the texts of an object.
fn texts(object: &Value) -> usize {
    object.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str()).map(str::len).sum()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

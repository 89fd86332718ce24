//! Remediations of 2.0 as 2.1 has them (section 9.1.18): a fix for a product that needs none is an optional patch, and
//! that there is no fix is not said beside a fix. Products are named one by one or by groups.

use super::turn::{Turn, keys};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Members of groups that are looked at in a document: the same groups may be named over and over.
const MOST: usize = 2_000_000;

/// The groups of products of a document.
pub(super) struct Groups {
    /// The first definition counts.
    members: HashMap<String, Vec<String>>,
    left: usize,
}

impl Groups {
    pub(super) fn of(document: &Value) -> Self {
        let mut members = HashMap::new();
        for group in list(document.get("product_tree").unwrap_or(&Value::Null), "product_groups") {
            if let Some(id) = group.get("group_id").and_then(Value::as_str) {
                members
                    .entry(id.to_owned())
                    .or_insert_with(|| texts(group, "product_ids").map(str::to_owned).collect());
            }
        }
        Self { members, left: MOST }
    }

    /// The members of a group; `None` when groups were looked at too often.
    fn members(&mut self, id: &str) -> Option<&[String]> {
        let members = self.members.get(id).map_or(&[][..], Vec::as_slice);
        self.left = self.left.checked_sub(members.len())?;
        Some(members)
    }
}

/// What a remediation of one category is taken apart by.
struct Apart {
    /// Products for which it says something else in 2.1.
    products: HashSet<String>,
    /// Whether a group has one of them.
    groups: HashMap<String, bool>,
}

impl Apart {
    fn new(products: HashSet<String>) -> Self {
        Self { products, groups: HashMap::new() }
    }

    /// Whether a group has one of them; `None` at the bound.
    fn meets(&mut self, id: &str, groups: &mut Groups) -> Option<bool> {
        if let Some(known) = self.groups.get(id) {
            return Some(*known);
        }
        let meets =
            !self.products.is_empty() && groups.members(id)?.iter().any(|member| self.products.contains(member));
        self.groups.insert(id.to_owned(), meets);
        Some(meets)
    }
}

/// The remediations of the vulnerability at `at`.
pub(super) fn raise(vulnerability: &mut Value, at: &str, groups: &mut Groups, turn: &mut Turn) {
    let status = vulnerability.get("product_status").unwrap_or(&Value::Null);
    let unharmed = ["fixed", "first_fixed", "known_not_affected"].iter().flat_map(|key| texts(status, key));
    let mut unharmed = Apart::new(unharmed.map(str::to_owned).collect());
    let Some(Value::Array(remediations)) = vulnerability.get_mut("remediations") else { return };
    let Some(fixed) = fixed(remediations, groups) else {
        turn.changed(&format!("{at}/remediations"), "left as they are: groups are named too often to be looked at");
        return;
    };
    let mut fixed = Apart::new(fixed);
    let mut kept = Vec::new();
    for (index, item) in std::mem::take(remediations).into_iter().enumerate() {
        let at = format!("{at}/remediations/{index}");
        let (apart, what) = if is(&item, "vendor_fix") {
            (&mut unharmed, "optional_patch for the products that are fixed or not affected")
        } else if is(&item, "none_available") {
            (&mut fixed, "none_available is not said for products that have a vendor_fix")
        } else {
            kept.push(item);
            continue;
        };
        match parted(&item, apart, groups) {
            Some(Parts { moved, .. }) if moved.is_empty() => kept.push(item),
            Some(parts) => {
                turn.changed(&at, what);
                kept.extend(split(item, parts));
            }
            None => {
                turn.changed(&at, "left as it is: groups are named too often to be looked at");
                kept.push(item);
            }
        }
    }
    *remediations = kept;
}

/// Products that have a vendor fix.
fn fixed(remediations: &[Value], groups: &mut Groups) -> Option<HashSet<String>> {
    let (mut all, mut named) = (HashSet::new(), BTreeSet::new());
    for item in remediations.iter().filter(|item| is(item, "vendor_fix")) {
        all.extend(texts(item, "product_ids").map(str::to_owned));
        named.extend(texts(item, "group_ids"));
    }
    for id in named {
        all.extend(groups.members(id)?.iter().cloned());
    }
    Some(all)
}

/// The products of a remediation in two.
struct Parts {
    /// Those for which it says something else.
    moved: BTreeSet<String>,
    /// The others, as it names them itself.
    rest: Vec<Value>,
    /// Groups that have none of the former.
    groups: Vec<Value>,
}

/// `None` at the bound of the groups.
fn parted(item: &Value, apart: &mut Apart, groups: &mut Groups) -> Option<Parts> {
    let mut parts = Parts { moved: BTreeSet::new(), rest: Vec::new(), groups: Vec::new() };
    let mut members: Vec<String> = Vec::new();
    for group in list(item, "group_ids") {
        match group.as_str() {
            Some(id) if apart.meets(id, groups)? => members.extend(groups.members(id)?.iter().cloned()),
            _ => parts.groups.push(group.clone()),
        }
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for id in list(item, "product_ids") {
        match id.as_str() {
            Some(text) if apart.products.contains(text) => drop(parts.moved.insert(text.to_owned())),
            Some(text) if !seen.insert(text) => {}
            _ => parts.rest.push(id.clone()),
        }
    }
    for id in &members {
        if apart.products.contains(id) {
            parts.moved.insert(id.clone());
        } else if seen.insert(id) {
            parts.rest.push(id.as_str().into());
        }
    }
    Some(parts)
}

/// What a remediation becomes: of a fix, a patch for those that need none; and what is left of it.
fn split(mut item: Value, parts: Parts) -> impl Iterator<Item = Value> {
    let patch = is(&item, "vendor_fix").then(|| {
        let mut patch = item.clone();
        keys(&mut patch).insert("category".to_owned(), "optional_patch".into());
        keys(&mut patch).insert("product_ids".to_owned(), parts.moved.into_iter().collect());
        keys(&mut patch).remove("group_ids");
        patch
    });
    let empty = parts.rest.is_empty() && parts.groups.is_empty();
    for (key, list) in [("product_ids", parts.rest), ("group_ids", parts.groups)] {
        if list.is_empty() {
            keys(&mut item).remove(key);
        } else {
            keys(&mut item).insert(key.to_owned(), list.into());
        }
    }
    patch.into_iter().chain((!empty).then_some(item))
}

fn is(item: &Value, category: &str) -> bool {
    item.get("category").and_then(Value::as_str) == Some(category)
}

fn list<'a>(item: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    item.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn texts<'a>(item: &'a Value, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    list(item, key).filter_map(Value::as_str)
}

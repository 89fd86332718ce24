//! Remediations of 2.0 as 2.1 has them (section 9.1.18): a fix for a product that needs none is an optional patch, one that
//! is not there yet is planned, and that there is no fix is not said beside a fix. Products are named one by one or by groups.

use super::turn::{Turn, keys};
use crate::instant::Instant;
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

/// What remediations are taken apart by.
struct Fixes {
    /// Products that are fixed or not affected.
    unharmed: Apart,
    /// Products of which it is not said that there is no fix.
    there: Apart,
    /// Products that have no fix, and one without a date or with one to come.
    planned: Apart,
}

impl Fixes {
    /// `None` at the bound of the groups.
    fn of(items: &[Value], unharmed: HashSet<String>, groups: &mut Groups, now: Option<Instant>) -> Option<Self> {
        let is_open = |item: &Value| {
            let date = item.get("date").and_then(Value::as_str).and_then(Instant::parse);
            date.is_none_or(|date| now.is_some_and(|now| date > now))
        };
        let mut there = named(items, groups, |item| is(item, "vendor_fix") && !is_open(item))?;
        let open = named(items, groups, |item| is(item, "vendor_fix") && is_open(item))?;
        let without = named(items, groups, |item| is(item, "none_available"))?;
        let mut planned = HashSet::new();
        for id in open {
            if unharmed.contains(&id) {
                there.insert(id);
            } else if without.contains(&id) && !there.contains(&id) {
                planned.insert(id);
            }
        }
        Some(Self { unharmed: Apart::new(unharmed), there: Apart::new(there), planned: Apart::new(planned) })
    }
}

/// The products of some remediations.
fn named(items: &[Value], groups: &mut Groups, wanted: impl Fn(&Value) -> bool) -> Option<HashSet<String>> {
    let (mut all, mut ids) = (HashSet::new(), BTreeSet::new());
    for item in items.iter().filter(|item| wanted(item)) {
        all.extend(texts(item, "product_ids").map(str::to_owned));
        ids.extend(texts(item, "group_ids"));
    }
    for id in ids {
        all.extend(groups.members(id)?.iter().cloned());
    }
    Some(all)
}

/// The remediations of the vulnerability at `at`.
pub(super) fn raise(vulnerability: &mut Value, at: &str, groups: &mut Groups, now: Option<Instant>, turn: &mut Turn) {
    let status = vulnerability.get("product_status").unwrap_or(&Value::Null);
    let unharmed = ["fixed", "first_fixed", "known_not_affected"].iter().flat_map(|key| texts(status, key));
    let unharmed = unharmed.map(str::to_owned).collect();
    let Some(Value::Array(remediations)) = vulnerability.get_mut("remediations") else { return };
    let Some(mut fixes) = Fixes::of(remediations, unharmed, groups, now) else {
        turn.changed(&format!("{at}/remediations"), "left as they are: groups are named too often to be looked at");
        return;
    };
    let mut kept = Vec::new();
    for (index, item) in std::mem::take(remediations).into_iter().enumerate() {
        let at = format!("{at}/remediations/{index}");
        let steps = if is(&item, "vendor_fix") {
            let patch = "optional_patch for the products that are fixed or not affected";
            let planned = "not said for products that have none_available, as its day is not known or to come";
            [(&mut fixes.unharmed, Some("optional_patch"), patch), (&mut fixes.planned, None, planned)]
        } else if is(&item, "none_available") {
            let there = "none_available is not said for products that have a vendor_fix";
            let planned = "fix_planned for the products that have a vendor_fix whose day is not known or to come";
            [(&mut fixes.there, None, there), (&mut fixes.planned, Some("fix_planned"), planned)]
        } else {
            kept.push(item);
            continue;
        };
        let mut rest = Some(item);
        for (apart, becomes, what) in steps {
            let Some(item) = rest.take() else { break };
            rest = match parted(&item, apart, groups) {
                Some(parts) if parts.moved.is_empty() => Some(item),
                Some(parts) => {
                    turn.changed(&at, what);
                    split(item, parts, becomes, &mut kept)
                }
                None => {
                    turn.changed(&at, "left as it is: groups are named too often to be looked at");
                    Some(item)
                }
            };
        }
        kept.extend(rest);
    }
    *remediations = kept;
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

/// Moves products into a remediation of another category, where it `becomes` one; what is left of it.
fn split(mut item: Value, parts: Parts, becomes: Option<&str>, kept: &mut Vec<Value>) -> Option<Value> {
    kept.extend(becomes.map(|category| {
        let mut other = item.clone();
        keys(&mut other).insert("category".to_owned(), category.into());
        keys(&mut other).insert("product_ids".to_owned(), parts.moved.into_iter().collect());
        keys(&mut other).remove("group_ids");
        other
    }));
    let empty = parts.rest.is_empty() && parts.groups.is_empty();
    for (key, list) in [("product_ids", parts.rest), ("group_ids", parts.groups)] {
        if list.is_empty() {
            keys(&mut item).remove(key);
        } else {
            keys(&mut item).insert(key.to_owned(), list.into());
        }
    }
    (!empty).then_some(item)
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

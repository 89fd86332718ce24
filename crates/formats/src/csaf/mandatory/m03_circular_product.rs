//! 6.1.3: no product that a relationship defines ends up in a circle.

use crate::csaf::{Document, Findings, Rule, Test};
use crate::json::Spot;
use std::collections::{HashMap, HashSet};

pub(super) const TEST: Test = Test { id: "6.1.3", title: "Circular Definition of Product ID", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    let mut parts: HashMap<&str, Vec<&str>> = HashMap::new();
    for relationship in document.relationships() {
        if let Some(id) = relationship.get("full_product_name").and_then(|name| name.word("product_id")) {
            let needs = document.parts(&relationship);
            parts.entry(id).or_default().extend(needs.iter().filter_map(Spot::text));
        }
    }
    let circular = endless(&parts);
    for relationship in document.relationships() {
        if let Some(name) = relationship.get("full_product_name")
            && let Some(id) = name.word("product_id").filter(|id| circular.contains(id))
        {
            let message = format!(
                "the product {id:?} ends up in a circle of relationships; let one of them name another product"
            );
            found.pointer(format!("{}/product_id", name.at), message);
        }
    }
}

/// Ids whose definition never ends. What is made of finished parts alone is finished; what remains when nothing more
/// can be finished leads into a circle. Linear in the number of relationships.
fn endless<'a>(parts: &HashMap<&'a str, Vec<&'a str>>) -> HashSet<&'a str> {
    let mut waiting: HashMap<&str, usize> = HashMap::new();
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    for (id, needs) in parts {
        let own = needs.iter().filter(|need| parts.contains_key(**need));
        waiting.insert(id, own.clone().count());
        own.for_each(|need| users.entry(need).or_default().push(id));
    }
    let mut finished: Vec<&str> = waiting.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut endless: HashSet<&str> = parts.keys().copied().collect();
    while let Some(id) = finished.pop() {
        endless.remove(id);
        for user in users.get(id).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(user) {
                *count -= 1;
                if *count == 0 {
                    finished.push(user);
                }
            }
        }
    }
    endless
}

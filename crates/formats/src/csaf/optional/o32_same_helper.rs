//! 6.2.32: what identifies one product does not identify another.

use crate::csaf::document::helper;
use crate::csaf::{Document, Findings, Rule, Test};
use crate::json::{Object, Tree};
use std::collections::HashMap;

pub(super) const TEST: Test = Test {
    id: "6.2.32",
    title: "Use of Same Product Identification Helper for Different Products",
    rule: Rule::Run(run),
};

fn run(document: &Document, found: &mut Findings) {
    let mut owners: HashMap<(&str, &Tree), &str> = HashMap::new();
    for product in &document.products {
        let Some(helper) = helper(product) else { continue };
        for (key, _) in helper.value.as_object().into_iter().flat_map(Object::iter) {
            let Some(value) = helper.get(key) else { continue };
            let list: Vec<_> = if value.value.as_array().is_some() { value.elements().collect() } else { vec![value] };
            for spot in list {
                let owner = *owners.entry((key, spot.value)).or_insert(product.id);
                if owner != product.id {
                    found.at(&spot, format!("identifies {owner:?} too; mend one of the two"));
                }
            }
        }
    }
}

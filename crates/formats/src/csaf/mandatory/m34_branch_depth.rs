//! 6.1.34: a product hangs below at most 30 branches.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.34", title: "Branches Recursion Depth", rule: Rule::Run(run) };

const MOST: usize = 30;

fn run(document: &Document, found: &mut Findings) {
    for product in &document.products {
        let depth = document.lineage(product).count();
        if depth > MOST {
            found.at(&product.spot, format!("hangs below {depth} branches; at most {MOST} are allowed"));
        }
    }
}

//! 6.1.43, 6.1.44, 6.1.61: a pattern of model numbers, serial numbers or stock keeping units has one star.

use crate::csaf::document::helper;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const MODEL: Test = Test {
    id: "6.1.43",
    title: "Use of Multiple Stars in Model Number",
    rule: Rule::Run(|document, found| run(document, found, "model_numbers")),
};
pub(super) const SERIAL: Test = Test {
    id: "6.1.44",
    title: "Use of Multiple Stars in Serial Number",
    rule: Rule::Run(|document, found| run(document, found, "serial_numbers")),
};
pub(super) const SKU: Test = Test {
    id: "6.1.61",
    title: "Use of Multiple Stars in SKU",
    rule: Rule::Run(|document, found| run(document, found, "skus")),
};

fn run(document: &Document, found: &mut Findings, key: &str) {
    for number in document.products.iter().filter_map(helper).flat_map(|helper| helper.items(key)) {
        if number.text().is_some_and(|text| stars(text) > 1) {
            found.at(&number, "has more than one star; keep one, or write \\\\* for a star that is meant");
        }
    }
}

/// Stars without a backslash before them.
fn stars(text: &str) -> usize {
    let (mut count, mut quoted) = (0, false);
    for c in text.chars() {
        count += usize::from(c == '*' && !quoted);
        quoted = c == '\\' && !quoted;
    }
    count
}

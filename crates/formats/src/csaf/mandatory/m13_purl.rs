//! 6.1.13: package URLs are valid.

use crate::csaf::document::helper;
use crate::csaf::purl;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.13", title: "PURL", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in &document.products {
        if let Some(purl) = helper(product).and_then(|helper| helper.get("purl"))
            && let Some(text) = purl.text()
            && let Err(fault) = purl::Purl::parse(text)
        {
            found.at(&purl, format!("{text:?} is no package URL: {fault}"));
        }
    }
}

//! 6.1.13: package URLs are valid.

use crate::csaf::edition::Edition;
use crate::csaf::purl::{Purl, PurlError};
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.13", title: "PURL", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in &document.products {
        for (spot, text) in document.purls(product) {
            if let Err(fault) = check(document.edition, text) {
                found.at(&spot, format!("{text:?} is no package URL: {fault}"));
            }
        }
    }
}

/// 2.1 asks for the canonical form and for what the package type asks.
fn check(edition: Edition, text: &str) -> Result<(), PurlError> {
    let purl = Purl::parse(text)?;
    if edition == Edition::V20 {
        return Ok(());
    }
    if text.starts_with("pkg:/") {
        return Err(PurlError::Slashes);
    }
    purl.suits_its_type()
}

//! 6.1.42: package URLs of a product differ in their qualifiers only.

use crate::csaf::purl::Purl;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.42", title: "PURL Qualifiers", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for product in &document.products {
        let purls = document.purls(product);
        // What is no package URL is test 6.1.13.
        let mut parsed = purls.iter().filter_map(|(spot, text)| Some((spot, Purl::parse(text).ok()?)));
        let Some((_, first)) = parsed.next() else { continue };
        for (spot, other) in parsed {
            let whole = |purl: &Purl| {
                let own = [Some(purl.kind), purl.namespace, Some(purl.name), purl.version, purl.subpath];
                own.map(|part| part.map(str::to_owned))
            };
            if whole(&other) != whole(&first) {
                found.at(spot, "differs from the first one in more than its qualifiers; make two products of them");
            }
        }
    }
}

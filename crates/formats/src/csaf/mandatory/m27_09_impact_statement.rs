//! 6.1.27.9: a VEX says why a product is not affected.

use crate::csaf::document::{NOT_AFFECTED, with_status};
use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.9", title: "Impact Statement", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    if document.profile != profile::VEX {
        return;
    }
    for vulnerability in &document.vulnerabilities {
        let mut told = document.named_in(vulnerability, "flags");
        let impacts = vulnerability.items("threats").filter(|threat| threat.word("category") == Some("impact"));
        told.extend(impacts.flat_map(|threat| document.named(&threat)));
        for (spot, id) in with_status(vulnerability, NOT_AFFECTED) {
            if !told.contains(id) {
                let message =
                    format!("nothing says why {id:?} is not affected; add a flag, or a threat of the category impact");
                found.at(&spot, message);
            }
        }
    }
}

//! 6.1.27.7: in a VEX each vulnerability says whether products are affected.

use crate::csaf::profile;
use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.1.27.7", title: "VEX Product Status", rule: Rule::Run(run) };

const TELLING: &[&str] = &["fixed", "known_affected", "known_not_affected", "under_investigation"];

fn run(document: &Document, found: &mut Findings) {
    if document.profile != profile::VEX {
        return;
    }
    for vulnerability in &document.vulnerabilities {
        let status = vulnerability.get("product_status");
        if !status.is_some_and(|status| TELLING.iter().any(|key| status.has(key))) {
            let message = format!("needs one of {} here", TELLING.join(", "));
            found.pointer(format!("{}/product_status", vulnerability.at), message);
        }
    }
}

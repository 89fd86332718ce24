//! 6.2.18: a version range is written as vers.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.18", title: "Product Version Range without vers", rule: Rule::Run(run) };

fn run(document: &Document, found: &mut Findings) {
    for branch in document.branches.iter().filter(|b| b.category == "product_version_range") {
        let Some(name) = branch.spot.get("name") else { continue };
        if let Some(text) = name.text().filter(|text| !is_vers(text)) {
            found.at(&name, format!("{text:?} is not a vers range; write it as vers:generic/<4.2, for instance"));
        }
    }
}

/// `^vers:[a-z\.\-\+][a-z0-9\.\-\+]*/.+`
fn is_vers(text: &str) -> bool {
    let Some((scheme, range)) = text.strip_prefix("vers:").and_then(|rest| rest.split_once('/')) else { return false };
    !scheme.is_empty()
        && !scheme.starts_with(|c: char| c.is_ascii_digit())
        && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-+".contains(&b))
        && !range.is_empty()
}

//! Whether what was written is a document of its format.

use super::Format;
use crate::csaf::{self, Level};
use crate::json::{Parsed, Tree};
use crate::{cve, openvex, osv};
use serde_json::Value;

/// More faults help nobody.
const MOST: usize = 100;

/// What is wrong with a document: place and what, one line each. Of CSAF the schema and every mandatory test; of CVE, OSV and
/// OpenVEX what their schemas ask of the properties that are written here; nothing of formats for people.
pub fn faults(format: Format, document: &Value) -> Vec<String> {
    let tree = Tree::from(document);
    let faults = match format {
        Format::Markdown | Format::Html => return Vec::new(),
        Format::Csaf | Format::Csaf21 => {
            let verdict = csaf::judge(&Parsed { value: tree, unsorted: None });
            let errors = verdict.findings.into_iter().filter(|finding| finding.level == Level::Error);
            let line = |f: csaf::Finding| format!("{}: {} ({})", place(&f.pointer), f.message, f.test);
            return errors.map(line).take(MOST).collect();
        }
        Format::Cve => cve::faults(&tree),
        Format::Osv => osv::faults(&tree),
        Format::OpenVex => openvex::faults(&tree),
    };
    faults.into_iter().map(|fault| format!("{}: {}", place(&fault.pointer), fault.message)).take(MOST).collect()
}

fn place(pointer: &str) -> &str {
    if pointer.is_empty() { "the whole document" } else { pointer }
}

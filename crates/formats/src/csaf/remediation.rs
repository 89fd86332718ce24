//! Which remediations go together, and with which status of a product (2.1, section 3.2.4.15).

use super::Document;
use super::document::{AFFECTED, FIXED, INVESTIGATED, NOT_AFFECTED, UNKNOWN, with_status};
use crate::json::Spot;
use std::collections::HashMap;

/// Status groups of a product, with the words for them.
pub const GROUPS: &[(&str, &[&str])] = &[
    ("affected", AFFECTED),
    ("not affected", NOT_AFFECTED),
    ("fixed", FIXED),
    ("under investigation", INVESTIGATED),
    ("unknown", UNKNOWN),
];

/// How a remediation and a status go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// They do.
    Allowed,
    /// They had better not stand together.
    Discouraged,
    /// They contradict each other.
    Prohibited,
}

/// Whether two categories of remediations contradict each other for a product.
pub fn contradict(one: &str, other: &str) -> bool {
    let alone = |category: &str| matches!(category, "optional_patch" | "none_available");
    let fix = |category: &str| matches!(category, "vendor_fix" | "fix_planned" | "no_fix_planned");
    one != other && (alone(one) || alone(other) || (fix(one) && fix(other)))
}

/// How a category goes with one of [`GROUPS`].
pub fn fit(category: &str, group: &str) -> Fit {
    let helps = matches!(category, "workaround" | "mitigation" | "vendor_fix");
    let planned = category == "fix_planned";
    let optional = category == "optional_patch";
    let (prohibited, discouraged) = match group {
        "affected" => (optional, false),
        "not affected" => (helps || category == "none_available", planned || category == "no_fix_planned"),
        "fixed" => (!optional, optional),
        "under investigation" | "unknown" => (false, helps || planned),
        _ => (false, false),
    };
    if prohibited {
        Fit::Prohibited
    } else if discouraged {
        Fit::Discouraged
    } else {
        Fit::Allowed
    }
}

/// Whether a category is one of the standard.
pub fn is_category(category: &str) -> bool {
    let plain = ["workaround", "mitigation", "vendor_fix", "optional_patch", "none_available", "fix_planned"];
    plain.contains(&category) || category == "no_fix_planned"
}

/// Tells of every remediation that goes with the status of a product as `wanted` says: the remediation, the product,
/// the category and the words for the status.
pub fn unfit<'a>(document: &Document<'a>, wanted: Fit, mut tell: impl FnMut(&Spot<'a>, &str, &str, &str)) {
    for vulnerability in &document.vulnerabilities {
        let mut statuses: HashMap<&str, Vec<&str>> = HashMap::new();
        for (words, keys) in GROUPS {
            for (_, id) in with_status(vulnerability, keys) {
                let own = statuses.entry(id).or_default();
                if !own.contains(words) {
                    own.push(words);
                }
            }
        }
        for remediation in vulnerability.items("remediations") {
            let Some(category) = remediation.word("category") else { continue };
            for id in document.named(&remediation) {
                for group in statuses.get(id).into_iter().flatten() {
                    if fit(category, group) == wanted {
                        tell(&remediation, id, category, group);
                    }
                }
            }
        }
    }
}

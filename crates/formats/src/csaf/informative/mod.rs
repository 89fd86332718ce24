//! Section 6.3: what is worth knowing.

mod i01_only_cvss_2;
mod i02_cvss_3_0;
mod i03_missing_cve;
mod i04_missing_cwe;
mod i05_short_hash;
mod i09_branch_categories;
mod i10_version_range;
mod i11_leading_v;
mod i12_missing_cvss_4;
mod i22_nested_path;

use super::optional::{o34_namespaces, o47_qualitative};
use super::{Rule, Test};

/// In the order of the standard.
pub(super) const TESTS: &[Test] = &[
    i01_only_cvss_2::TEST,
    i02_cvss_3_0::TEST,
    i03_missing_cve::TEST,
    i04_missing_cwe::TEST,
    i05_short_hash::TEST,
    Test {
        id: "6.3.6",
        title: "Use of non-self referencing URLs Failing to Resolve",
        rule: Rule::Outside("the network"),
    },
    Test { id: "6.3.7", title: "Use of self referencing URLs Failing to Resolve", rule: Rule::Outside("the network") },
    Test { id: "6.3.8", title: "Spell check", rule: Rule::Outside("a dictionary of the document's language") },
    i09_branch_categories::TEST,
    i10_version_range::TEST,
    i11_leading_v::TEST,
];

/// Those of 2.1 that need no more than is kept here.
pub(super) const TESTS_2_1: &[Test] = &[
    i12_missing_cvss_4::TEST,
    o34_namespaces::UNREGISTERED,
    o34_namespaces::EXTENDED_INSIDE,
    o47_qualitative::BY_ANYBODY,
    i22_nested_path::TEST,
];

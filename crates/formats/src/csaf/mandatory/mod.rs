//! Section 6.1: tests that must not fail.

mod m01_missing_product;
mod m02_repeated_product;
mod m03_circular_product;
mod m04_missing_group;
mod m05_repeated_group;
mod m06_contradicting_status;
mod m07_repeated_score;
mod m09_wrong_score;
mod m10_contradicting_vector;
mod m11_cwe;
mod m12_language;
mod m13_purl;
mod m14_unsorted_history;
mod m15_translator;
mod m16_latest_version;
mod m17_draft_version;
mod m18_released_history;
mod m19_pre_release_history;
mod m20_released_version;
mod m21_missing_revision;
mod m22_repeated_revision;
mod m23_repeated_cve;
mod m24_repeated_involvement;
mod m25_repeated_hash;
mod m26_prohibited_category;
mod m27_01_document_notes;
mod m27_02_document_references;
mod m27_03_no_vulnerabilities;
mod m27_04_product_tree;
mod m27_05_vulnerability_notes;
mod m27_06_product_status;
mod m27_07_vex_status;
mod m27_08_vulnerability_id;
mod m27_09_impact_statement;
mod m27_10_action_statement;
mod m27_11_vulnerabilities;
mod m28_translation;
mod m29_remediation_products;
mod m30_mixed_versions;
mod m31_version_range;
mod m32_flag_products;
mod m33_repeated_flag;

use super::{Rule, Test};

/// In the order of the standard.
pub(super) const TESTS: &[Test] = &[
    m01_missing_product::TEST,
    m02_repeated_product::TEST,
    m03_circular_product::TEST,
    m04_missing_group::TEST,
    m05_repeated_group::TEST,
    m06_contradicting_status::TEST,
    m07_repeated_score::TEST,
    Test { id: "6.1.8", title: "Invalid CVSS", rule: Rule::Schema },
    m09_wrong_score::TEST,
    m10_contradicting_vector::TEST,
    m11_cwe::TEST,
    m12_language::TEST,
    m13_purl::TEST,
    m14_unsorted_history::TEST,
    m15_translator::TEST,
    m16_latest_version::TEST,
    m17_draft_version::TEST,
    m18_released_history::TEST,
    m19_pre_release_history::TEST,
    m20_released_version::TEST,
    m21_missing_revision::TEST,
    m22_repeated_revision::TEST,
    m23_repeated_cve::TEST,
    m24_repeated_involvement::TEST,
    m25_repeated_hash::TEST,
    m26_prohibited_category::TEST,
    m27_01_document_notes::TEST,
    m27_02_document_references::TEST,
    m27_03_no_vulnerabilities::TEST,
    m27_04_product_tree::TEST,
    m27_05_vulnerability_notes::TEST,
    m27_06_product_status::TEST,
    m27_07_vex_status::TEST,
    m27_08_vulnerability_id::TEST,
    m27_09_impact_statement::TEST,
    m27_10_action_statement::TEST,
    m27_11_vulnerabilities::TEST,
    m28_translation::TEST,
    m29_remediation_products::TEST,
    m30_mixed_versions::TEST,
    m31_version_range::TEST,
    m32_flag_products::TEST,
    m33_repeated_flag::TEST,
];

//! Section 6.1: tests that must not fail. Those up to 6.1.33 are the same in both versions but for what they ask the
//! document; the profiles and the rest came with 2.1.

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
mod m27_12_affected;
mod m27_13_corresponding;
mod m27_14_description;
mod m27_15_no_product_tree;
mod m27_16_history;
mod m27_17_withdrawal;
mod m27_18_supersession;
mod m27_19_successor;
mod m28_translation;
mod m29_remediation_products;
mod m30_mixed_versions;
mod m31_version_range;
mod m32_flag_products;
mod m33_repeated_flag;
mod m34_branch_depth;
mod m35_contradicting_remediations;
mod m36_contradicting_status;
mod m37_date_time;
mod m38_public_group;
mod m39_closed_group;
mod m40_reserved_name;
mod m41_missing_name;
mod m42_purl_qualifiers;
mod m43_stars;
mod m45_disclosure_date;
mod m47_ssvc_targets;
mod m48_decision_points;
mod m49_ssvc_timestamp;
mod m50_range_rules;
mod m51_epss_timestamp;
mod m52_exploitation_dates;
mod m53_exploitation_date;
mod m54_licence_expression;
mod m55_licence_text;
mod m56_rating_and_cvss;
mod m57_stacked_branches;
mod m58_version_and_range;
mod m59_single_version;
mod m60_02_extension_content;
mod m60_03_extension_places;

pub(super) use m27_17_withdrawal::one_note;
pub(super) use m55_licence_text::is_listed;

use super::part::Part;
use super::{Rule, Test};

/// Those of both versions, up to the profiles, in the order of the standard.
pub(super) const TESTS: &[Test] = &[
    m01_missing_product::TEST,
    m02_repeated_product::TEST,
    m03_circular_product::TEST,
    m04_missing_group::TEST,
    m05_repeated_group::TEST,
    m06_contradicting_status::TEST,
    m07_repeated_score::TEST,
    Test { id: "6.1.8", title: "Invalid CVSS", rule: Rule::Schema(Part::is_cvss_fault) },
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
];

/// Tests of profiles that came with 2.1.
pub(super) const PROFILES_2_1: &[Test] = &[
    m27_12_affected::TEST,
    m27_13_corresponding::TEST,
    m27_14_description::TEST,
    m27_15_no_product_tree::TEST,
    m27_16_history::TEST,
    m27_17_withdrawal::TEST,
    m27_18_supersession::TEST,
    m27_19_successor::TEST,
];

/// Those of both versions after the profiles.
pub(super) const LATER: &[Test] = &[
    m28_translation::TEST,
    m29_remediation_products::TEST,
    m30_mixed_versions::TEST,
    m31_version_range::TEST,
    m32_flag_products::TEST,
    m33_repeated_flag::TEST,
];

/// Those that came with 2.1.
pub(super) const TESTS_2_1: &[Test] = &[
    m34_branch_depth::TEST,
    m35_contradicting_remediations::TEST,
    m36_contradicting_status::TEST,
    m37_date_time::TEST,
    m38_public_group::TEST,
    m39_closed_group::TEST,
    m40_reserved_name::TEST,
    m41_missing_name::TEST,
    m42_purl_qualifiers::TEST,
    m43_stars::MODEL,
    m43_stars::SERIAL,
    m45_disclosure_date::TEST,
    Test { id: "6.1.46", title: "Invalid SSVC", rule: Rule::Schema(Part::is_ssvc_fault) },
    m47_ssvc_targets::TEST,
    m48_decision_points::TEST,
    m49_ssvc_timestamp::TEST,
    m50_range_rules::TEST,
    m51_epss_timestamp::TEST,
    m52_exploitation_dates::TEST,
    m53_exploitation_date::TEST,
    m54_licence_expression::TEST,
    m55_licence_text::TEST,
    m56_rating_and_cvss::TEST,
    m57_stacked_branches::TEST,
    m58_version_and_range::TEST,
    m59_single_version::TEST,
    Test { id: "6.1.60.1", title: "Content Schema", rule: Rule::Schema(Part::is_extension_fault) },
    m60_02_extension_content::TEST,
    m60_03_extension_places::TEST,
    m43_stars::SKU,
];

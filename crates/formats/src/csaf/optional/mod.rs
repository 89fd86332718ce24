//! Section 6.2: tests that should not fail without a good reason.

mod o01_unused_product;
mod o02_missing_remediation;
mod o03_missing_score;
mod o04_build_metadata;
mod o05_initial_date;
mod o06_current_date;
mod o07_involvement_date;
mod o08_md5;
mod o09_sha1;
mod o10_tlp_label;
mod o11_canonical_url;
mod o12_document_language;
mod o13_sorting;
mod o14_private_language;
mod o15_default_language;
mod o16_missing_helper;
mod o17_cve_in_ids;
mod o18_vers;
mod o19_fixed_score;
mod o21_same_timestamps;
mod o22_id_in_title;
mod o23_weakness_usage;
mod o27_discouraged_remediation;
mod o28_max_uuid;
mod o29_nil_uuid;
mod o30_group_on_clear;
mod o31_hardware;
mod o32_same_helper;
pub(super) mod o34_namespaces;
mod o38_deprecated_profile;
mod o39_translated;
mod o40_product_description;
mod o41_old_epss;
mod o43_missing_licence;
pub(super) mod o47_qualitative;
mod o48_vendor_name;
mod o49_open_range;
mod o52_unknown_hash;

use super::part::Part;
use super::{Rule, Test};

/// In the order of the standard.
pub(super) const TESTS: &[Test] = &[
    o01_unused_product::TEST,
    o02_missing_remediation::TEST,
    o03_missing_score::TEST,
    o04_build_metadata::TEST,
    o05_initial_date::TEST,
    o06_current_date::TEST,
    o07_involvement_date::TEST,
    o08_md5::TEST,
    o09_sha1::TEST,
    o10_tlp_label::TEST,
    o11_canonical_url::TEST,
    o12_document_language::TEST,
    o13_sorting::TEST,
    o14_private_language::TEST,
    o15_default_language::TEST,
    o16_missing_helper::TEST,
    o17_cve_in_ids::TEST,
    o18_vers::TEST,
    o19_fixed_score::TEST,
    Test { id: "6.2.20", title: "Additional Properties", rule: Rule::Schema(Part::is_extra) },
];

/// Those of 2.1 that need no more than is kept here.
pub(super) const TESTS_2_1: &[Test] = &[
    o21_same_timestamps::TEST,
    o22_id_in_title::TEST,
    o23_weakness_usage::DEPRECATED,
    o23_weakness_usage::NOT_ALLOWED,
    o23_weakness_usage::WITH_REVIEW,
    o27_discouraged_remediation::TEST,
    o28_max_uuid::TEST,
    o29_nil_uuid::TEST,
    o30_group_on_clear::TEST,
    o31_hardware::TEST,
    o32_same_helper::TEST,
    o34_namespaces::UNKNOWN,
    o34_namespaces::EXTENDED,
    o38_deprecated_profile::TEST,
    o39_translated::WITHDRAWAL,
    o39_translated::SUPERSESSION,
    o39_translated::SUCCESSOR,
    o39_translated::EXTENSION,
    o40_product_description::TEST,
    o41_old_epss::TEST,
    o43_missing_licence::TEST,
    o39_translated::LICENCE,
    o47_qualitative::BY_ISSUER,
    o48_vendor_name::TEST,
    o49_open_range::TEST,
    o52_unknown_hash::TEST,
];

//! Advisories of four formats: every real document comes out as it went in, and what it becomes elsewhere is valid there.

use formats::advisory::{self, Advisory, Format, Kind, Options};
use formats::csaf::{self, Level};
use formats::json::{Parsed, Tree};
use outside::data;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn options(profile: Option<Kind>) -> Options {
    Options { now: "2026-11-22T00:41:07Z".to_owned(), profile }
}

/// Every JSON file below a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut list = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "json") {
                list.push(path);
            }
        }
    }
    list.sort();
    list
}

fn load(path: &Path) -> Value {
    let text = std::fs::read(path).expect("a file");
    serde_json::from_slice(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Real documents of a format: folders of the shared data, and how many there are.
const REAL: &[(&str, Format, usize)] = &[
    ("csaf-real/cisa", Format::Csaf, 240),
    ("csaf-real/it-feed", Format::Csaf, 4),
    ("csaf/csaf_2.0/examples/csaf", Format::Csaf, 19),
    ("cve-osv/cve5-full", Format::Cve, 15),
    ("cve-osv/cve5-examples", Format::Cve, 2),
    ("cve-osv/go-cve5", Format::Cve, 187),
    ("cve-osv/go-osv", Format::Osv, 3442),
    ("cve-osv/ghsa-osv", Format::Osv, 22),
];

/// Those of one format, with their places; `step` takes every so many.
fn real(format: Format, step: usize) -> Vec<(PathBuf, Value)> {
    let mut list = Vec::new();
    for (folder, _, _) in REAL.iter().filter(|(_, f, _)| *f == format) {
        let Some(folder) = data(folder) else { continue };
        let documents = files(&folder).into_iter().map(|path| (path.clone(), load(&path)));
        list.extend(documents.filter(|(_, value)| advisory::detect(value) == Some(format)).step_by(step));
    }
    list
}

fn read(value: &Value) -> Advisory {
    advisory::read(value).expect("an advisory")
}

#[test]
fn every_real_document_comes_out_as_it_went_in() {
    for (folder, format, count) in REAL {
        let Some(folder) = data(folder) else { continue };
        let mut seen = 0;
        for path in files(&folder) {
            let value = load(&path);
            if advisory::detect(&value) != Some(*format) {
                continue;
            }
            seen += 1;
            let written = advisory::write(&read(&value), *format, &options(None)).expect("JSON");
            assert_eq!(written, value, "{}", path.display());
        }
        assert_eq!(seen, *count, "{}", folder.display());
    }
}

/// Pointers without the numbers of list entries.
fn places(advisory: &Advisory) -> BTreeSet<String> {
    let kept = advisory.kept.iter().flat_map(advisory::Kept::pointers);
    kept.map(|p| p.split('/').filter(|step| step.parse::<usize>().is_err()).collect::<Vec<_>>().join("/")).collect()
}

/// What real documents say and the model does not; it is kept, and named when they become another format.
const KEPT: &str = "
Csaf /document/aggregate_severity/namespace /document/distribution/text /document/distribution/tlp/url
/document/publisher/issuing_authority /document/references/category /document/tracking/generator
/document/tracking/revision_history/legacy_version /product_tree/branches/branches
/product_tree/branches/branches/branches/product/product_identification_helper /vulnerabilities/references/category
/vulnerabilities/remediations/restart_required /vulnerabilities/scores/cvss_v3/*
Cve /containers/adp /containers/cna/affected/modules /containers/cna/affected/packageName
/containers/cna/affected/platforms /containers/cna/affected/programFiles /containers/cna/affected/programRoutines
/containers/cna/configurations /containers/cna/credits/user
/containers/cna/descriptions/supportingMedia /containers/cna/exploits/supportingMedia /containers/cna/impacts
/containers/cna/metrics /containers/cna/metrics/cvssV3_1/* /containers/cna/metrics/format
/containers/cna/metrics/scenarios /containers/cna/problemTypes/descriptions/type
/containers/cna/providerMetadata/dateUpdated /containers/cna/references/name /containers/cna/solutions/supportingMedia
/containers/cna/source /containers/cna/taxonomyMappings /containers/cna/timeline
/containers/cna/workarounds/supportingMedia /containers/cna/x_generator /containers/cna/x_legacyV4Record
/containers/cna/x_redhatCweChain /cveMetadata/assignerOrgId /cveMetadata/datePublished /cveMetadata/dateReserved
/cveMetadata/dateUpdated /cveMetadata/requesterUserId /cveMetadata/serial /cveMetadata/state /dataVersion
Osv /affected /affected/ecosystem_specific /affected/database_specific /affected/versions /database_specific
/database_specific/github_reviewed /database_specific/github_reviewed_at /database_specific/nvd_published_at
/database_specific/severity /related /schema_version /severity /aliases /references /credits";

#[test]
fn what_the_model_cannot_say_is_known() {
    let mut known = BTreeSet::new();
    let mut format = "";
    for word in KEPT.split_whitespace() {
        match word.strip_prefix('/') {
            Some(_) => drop(known.insert(format!("{format} {word}"))),
            None => format = word,
        }
    }
    let mut new = BTreeSet::new();
    for (format, step) in [(Format::Csaf, 1), (Format::Cve, 1), (Format::Osv, 10)] {
        for (path, value) in real(format, step) {
            for place in places(&read(&value)) {
                let place = format!("{format:?} {place}");
                let inside = place.rsplit_once('/').map(|(parent, _)| format!("{parent}/*"));
                if !known.contains(&place) && !inside.is_some_and(|inside| known.contains(&inside)) {
                    new.insert(format!("{place} in {}", path.display()));
                }
            }
        }
    }
    assert!(new.is_empty(), "{new:#?}");
}

fn assert_csaf(value: &Value, what: &str) {
    let verdict = csaf::judge(&Parsed { value: Tree::from(value), unsorted: None });
    let errors: Vec<_> = verdict.findings.iter().filter(|f| f.level == Level::Error).take(3).collect();
    assert!(verdict.valid, "{what}: {errors:?}");
}

#[test]
fn csaf_written_from_any_format_is_valid() {
    for (format, step) in [(Format::Csaf, 9), (Format::Cve, 9), (Format::Osv, 160)] {
        for (path, value) in real(format, step) {
            let source = read(&value);
            for profile in [None, Some(Kind::Base), Some(Kind::Vex), Some(Kind::Advisory)] {
                let vex = source
                    .vulnerabilities
                    .iter()
                    .all(|v| !v.standings.is_empty() && (v.cve.is_some() || !v.ids.is_empty()));
                let demanding = matches!(profile, Some(Kind::Vex | Kind::Advisory));
                if demanding && (!vex || source.vulnerabilities.is_empty()) {
                    continue;
                }
                let mut bare = source.clone();
                bare.kept = None;
                let written = advisory::write(&bare, Format::Csaf, &options(profile.clone())).expect("JSON");
                assert_csaf(&written, &format!("{} as {profile:?}", path.display()));
            }
        }
    }
}

fn schema(path: &str) -> Option<jsonschema::Validator> {
    let schema = load(&data(path)?);
    Some(jsonschema::validator_for(&schema).expect("a schema"))
}

fn written_is_valid(format: Format, schema: &jsonschema::Validator) {
    let mut count = 0;
    for (from, step) in [(Format::Csaf, 10), (Format::Cve, 10), (Format::Osv, 200)] {
        for (path, value) in real(from, step) {
            let mut bare = read(&value);
            bare.kept = None;
            // What would say what is not so is not written.
            let Ok(converted) = advisory::convert(&bare, format, &options(None)) else { continue };
            let document: Value = serde_json::from_str(&converted.text).expect("JSON");
            count += 1;
            let own = advisory::faults(format, &document);
            assert!(own.is_empty(), "{}: {own:?}", path.display());
            let faults: Vec<_> =
                schema.iter_errors(&document).take(3).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", path.display());
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn cve_written_from_any_format_is_valid() {
    if let Some(schema) = schema("cve-osv/cve-schema/CVE_JSON_bundled_5.1.1.json") {
        written_is_valid(Format::Cve, &schema);
    }
}

#[test]
fn osv_written_from_any_format_is_valid() {
    if let Some(schema) = schema("cve-osv/osv-schema/validation/schema.json") {
        written_is_valid(Format::Osv, &schema);
    }
}

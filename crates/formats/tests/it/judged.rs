//! What was written is judged by what its format asks; that judgement is held against the published schemas.

use crate::exchange::{converted, csaf, cve, osv};
use formats::advisory::{self, AdvisoryError, Format, Options, faults};
use outside::data;
use serde_json::{Value, json};

fn written(source: &Value, format: Format) -> Value {
    serde_json::from_str(&converted(source, format).text).expect("JSON")
}

#[test]
fn what_is_written_is_a_document_of_its_format() {
    let both = json!([{"version": "0", "lessThanOrEqual": "0.5", "versionType": "semver", "status": "affected"},
        {"version": "0.6", "lessThan": "0.7", "versionType": "semver", "status": "affected"}]);
    let bare = json!({"id": "GO-2026-1", "modified": "2026-01-02T00:00:00Z"});
    let mut address = cve(&json!([{"version": "1", "status": "affected"}]));
    address["containers"]["cna"]["references"] = json!([{"url": "no address"}, {"url": "git://acme.example/1"}]);
    let mut abroad = csaf("final");
    abroad["document"]["tracking"]["current_release_date"] = "2026-11-22T02:41:07.5+02:00".into();
    for source in [cve(&both), bare.clone(), address.clone(), osv(&[("introduced", "0")]), csaf("final"), abroad] {
        for format in [Format::Csaf, Format::Csaf21, Format::Cve, Format::Osv, Format::OpenVex] {
            if source == bare && matches!(format, Format::Cve | Format::OpenVex) {
                continue;
            }
            if advisory::detect(&source) != Some(format) {
                let found = faults(format, &written(&source, format));
                assert!(found.is_empty(), "{format:?}: {found:?}\nof {source:#}");
            }
        }
    }
    let lines = converted(&address, Format::Csaf).dropped;
    assert!(lines.contains(&"reference: no address".to_owned()), "{lines:?}");
    let ranges = &written(&cve(&both), Format::Osv)["affected"][0]["ranges"];
    assert_eq!(ranges.as_array().map(Vec::len), Some(2), "{ranges:#}");
}

#[test]
fn no_record_of_cve_without_a_cve_id() {
    let options = Options { now: "2026-11-22T00:41:07Z".to_owned(), profile: None };
    let nameless = json!({"id": "GHSA-3hwm-922r-47hw", "modified": "2026-01-02T00:00:00Z", "details": "d"});
    let advisory = advisory::read(&nameless).expect("OSV");
    assert_eq!(advisory::convert(&advisory, Format::Cve, &options).err(), Some(AdvisoryError::NoCve));
}

/// Pointers of all values.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), all)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), all));
        }
        _ => {}
    }
}

/// Properties that the writers cannot break: they are words of the writers' own.
const UNSEEN: [&str; 7] =
    ["/metrics", "/tags", "/schema_version", "/dataVersion", "/database_specific", "/cpes", "/credits/0/type"];

fn agree(format: Format, file: &str, document: &Value) {
    let Some(path) = data(file) else { return };
    let schema: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(document) && faults(format, document).is_empty(), "{:?}", faults(format, document));
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let mut spoilt = 0;
    for pointer in all.iter().filter(|pointer| !UNSEEN.iter().any(|part| pointer.contains(part))) {
        for wrong in [json!(7), json!("x".repeat(5000)), json!(""), json!([]), json!({}), json!("odd"), Value::Null] {
            let mut document = document.clone();
            *document.pointer_mut(pointer).expect("a value") = wrong.clone();
            if !schema.is_valid(&document) {
                spoilt += 1;
                assert!(!faults(format, &document).is_empty(), "{format:?} {pointer} as {wrong}");
            }
        }
        let Some((parent, key)) = pointer.rsplit_once('/') else { continue };
        let mut document = document.clone();
        if let Some(Value::Object(map)) = document.pointer_mut(parent) {
            map.remove(key);
            assert!(
                schema.is_valid(&document) || !faults(format, &document).is_empty(),
                "{format:?} without {pointer}"
            );
        }
    }
    assert!(spoilt > 100, "{spoilt}");
}

#[test]
fn the_judgement_is_as_strict_as_the_schemas() {
    let mut source = cve(&json!([{"version": "1", "status": "affected"},
        {"version": "2", "lessThan": "3", "versionType": "semver", "status": "affected"}]));
    let cna = &mut source["containers"]["cna"];
    cna["title"] = "Lamp".into();
    cna["datePublic"] = "2026-01-01T00:00:00Z".into();
    cna["credits"] = json!([{"lang": "en", "value": "Ann", "type": "finder"}]);
    cna["problemTypes"] =
        json!([{"descriptions": [{"lang": "en", "description": "XSS", "cweId": "CWE-79", "type": "CWE"}]}]);
    cna["solutions"] = json!([{"lang": "en", "value": "Update."}]);
    agree(Format::Cve, "cve-osv/cve-schema/CVE_JSON_bundled_5.1.1.json", &written(&csaf("final"), Format::Cve));
    agree(Format::Cve, "cve-osv/cve-schema/CVE_JSON_bundled_5.1.1.json", &source);
    let mut entry = osv(&[("introduced", "0"), ("fixed", "1.0.0")]);
    entry["severity"] = json!([{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]);
    entry["references"] = json!([{"type": "WEB", "url": "https://acme.example/1"}]);
    entry["credits"] = json!([{"name": "Ann", "type": "FINDER"}]);
    agree(Format::Osv, "cve-osv/osv-schema/validation/schema.json", &entry);
}

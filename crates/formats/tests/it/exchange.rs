//! From one format to another the meaning stays: open ranges, what was replaced or withdrawn, products of one name.

use formats::advisory::{self, AdvisoryError, Converted, Format, Options};
use formats::json::Limits;
use serde_json::{Value, json};

fn options() -> Options {
    Options { now: "2026-11-22T00:41:07Z".to_owned(), profile: None }
}

pub(crate) fn converted(source: &Value, format: Format) -> Converted {
    advisory::convert(&advisory::read(source).expect("an advisory"), format, &options()).expect("written")
}

fn value(source: &Value, format: Format) -> Value {
    serde_json::from_str(&converted(source, format).text).expect("JSON")
}

fn refused(source: &Value, format: Format) -> Option<AdvisoryError> {
    advisory::convert(&advisory::read(source).expect("an advisory"), format, &options()).err()
}

fn assert_csaf(document: &Value) {
    let verdict = formats::csaf::check(document.to_string().as_bytes(), Limits::default()).expect("JSON");
    let errors: Vec<_> = verdict.findings.iter().filter(|f| f.level == formats::csaf::Level::Error).collect();
    assert!(verdict.valid, "{errors:?}\n{document:#}");
}

pub(crate) fn osv(events: &[(&str, &str)]) -> Value {
    let events: Vec<Value> = events.iter().map(|(name, version)| json!({ *name: version })).collect();
    json!({"id": "GO-2026-1", "aliases": ["CVE-2026-12345"], "modified": "2026-01-02T00:00:00Z",
        "published": "2026-01-01T00:00:00Z", "summary": "Lamp", "details": "It burns.",
        "affected": [{"package": {"ecosystem": "Go", "name": "acme.example/lamp"},
            "ranges": [{"type": "SEMVER", "events": events}]}]})
}

pub(crate) fn cve(versions: &Value) -> Value {
    json!({"dataType": "CVE_RECORD", "dataVersion": "5.1",
        "cveMetadata": {"cveId": "CVE-2026-12345", "assignerOrgId": "00000000-0000-4000-8000-000000000001",
            "state": "PUBLISHED", "datePublished": "2026-01-01T00:00:00Z", "dateUpdated": "2026-01-02T00:00:00Z"},
        "containers": {"cna": {"providerMetadata": {"orgId": "00000000-0000-4000-8000-000000000001"},
            "descriptions": [{"lang": "en", "value": "It burns."}], "references": [{"url": "https://acme.example/1"}],
            "affected": [{"vendor": "Acme", "product": "Lamp", "versions": versions}]}}})
}

#[test]
fn a_range_without_an_end_stays_one() {
    let record = value(&osv(&[("introduced", "0")]), Format::Cve);
    let version = &record["containers"]["cna"]["affected"][0]["versions"][0];
    let open = json!({"version": "0", "lessThan": "*", "status": "affected", "versionType": "semver"});
    assert_eq!(*version, open);
    let open = cve(&json!([{"version": "3.0.0", "lessThan": "*", "status": "affected", "versionType": "semver"}]));
    let entry = value(&open, Format::Osv);
    assert_eq!(entry["affected"][0]["ranges"][0]["events"], json!([{"introduced": "3.0.0"}]));
    let csaf = converted(&open, Format::Csaf).text;
    assert!(csaf.contains("\"vers:semver/>=3.0.0\""), "{csaf}");
    let back = value(&serde_json::from_str(&csaf).expect("JSON"), Format::Cve);
    assert_eq!(back["containers"]["cna"]["affected"][0]["versions"][0]["lessThan"], "*", "{back:#}");
    let through = cve(&json!([{"version": "unspecified", "lessThanOrEqual": "*", "status": "affected"}]));
    assert_eq!(value(&through, Format::Osv)["affected"][0]["ranges"][0]["events"], json!([{"introduced": "0"}]));
    for source in [osv(&[("introduced", "0")]), open, through] {
        let format = advisory::detect(&source).expect("a format");
        assert_eq!(value(&source, format), source, "as it went in");
    }
}

#[test]
fn events_count_in_the_order_of_their_versions() {
    let read = |events: &[(&str, &str)]| {
        let advisory = advisory::read(&osv(events)).expect("OSV");
        let of = |v: &Option<String>| v.clone().unwrap_or_else(|| "-".to_owned());
        let ranges = advisory.products.iter().map(|p| &p.versions);
        ranges.map(|v| [of(&v.from), of(&v.below), of(&v.through)].join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(read(&[("fixed", "1.0.0"), ("introduced", "0")]), ["0 1.0.0 -"]);
    let mixed = [("introduced", "2.0.0"), ("fixed", "2.10.0"), ("introduced", "0"), ("fixed", "1.9.0")];
    assert_eq!(read(&mixed), ["0 1.9.0 -", "2.0.0 2.10.0 -"]);
    let double = [("introduced", "1.0.0"), ("fixed", "1.10.0"), ("fixed", "1.9.0")];
    assert_eq!(read(&double), ["1.0.0 1.9.0 -"], "the first fix counts");
    assert_eq!(read(&[("introduced", "1.0.0"), ("limit", "3.0.0")]), ["1.0.0 3.0.0 -"]);
    assert_eq!(read(&[("introduced", "1.0.0"), ("limit", "*")]), ["1.0.0 - -"]);
    assert_eq!(read(&[("introduced", "1.0.0"), ("last_affected", "2.0.0")]), ["1.0.0 - 2.0.0"]);
    let source = osv(&mixed);
    assert_eq!(value(&source, Format::Osv), source);
}

#[test]
fn the_newest_statement_about_a_product_counts() {
    let statement = |time: &str, status: &str, more: (&str, &str)| {
        json!({"vulnerability": {"name": "CVE-2026-12345"}, "timestamp": time, "status": status,
            more.0: more.1, "products": [{"@id": "pkg:npm/lamp@1.0.0"}]})
    };
    let newer = statement("2026-03-01T00:00:00Z", "not_affected", ("justification", "component_not_present"));
    let older = statement("2026-01-01T00:00:00+01:00", "affected", ("action_statement", "Update."));
    for statements in [[&newer, &older], [&older, &newer]] {
        let vex = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.example/vex/1",
            "author": "Acme", "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": statements});
        assert_eq!(value(&vex, Format::OpenVex), vex, "as it went in");
        let csaf = converted(&vex, Format::Csaf);
        let document: Value = serde_json::from_str(&csaf.text).expect("JSON");
        assert_csaf(&document);
        let status = &document["vulnerabilities"][0]["product_status"];
        assert_eq!(*status, json!({"known_not_affected": ["pkg:npm/lamp@1.0.0"]}));
        let told = "CVE-2026-12345: pkg:npm/lamp@1.0.0 is affected (a newer statement replaces it)".to_owned();
        assert!(csaf.dropped.contains(&told), "{:?}", csaf.dropped);
        let record = value(&vex, Format::Cve);
        let versions = &record["containers"]["cna"]["affected"][0]["versions"];
        assert_eq!((versions[0]["status"].as_str(), versions.as_array().map(Vec::len)), (Some("unaffected"), Some(1)));
    }
}

pub(crate) fn csaf(status: &str) -> Value {
    json!({
        "document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Lamp",
            "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
            "notes": [{"category": "summary", "text": "All about it."}],
            "references": [{"category": "external", "summary": "More", "url": "https://acme.example/1"}],
            "tracking": {"id": "ACME-1", "status": status, "version": "1",
                "initial_release_date": "2026-11-22T00:41:07Z", "current_release_date": "2026-11-22T00:41:07Z",
                "revision_history": [{"date": "2026-11-22T00:41:07Z", "number": "1", "summary": "First."}]}},
        "product_tree": {"full_product_names": [{"name": "Foo", "product_id": "P1"}, {"name": "Foo", "product_id": "P2"}]},
        "vulnerabilities": [{"cve": "CVE-2026-12345", "notes": [{"category": "description", "text": "It burns."}],
            "product_status": {"known_affected": ["P1"], "known_not_affected": ["P2"]}}]
    })
}

#[test]
fn products_of_one_name_are_two_in_openvex() {
    let vex = value(&csaf("final"), Format::OpenVex);
    let ids: Vec<_> =
        vex["statements"].as_array().expect("statements").iter().map(|s| &s["products"][0]["@id"]).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0], "https://acme.example/vex/ACME-1#P1/Foo");
    let read = advisory::read(&vex).expect("OpenVEX");
    assert_eq!(read.products[0].name, "Foo");
    let dropped = converted(&csaf("final"), Format::OpenVex).dropped;
    assert!(!dropped.iter().any(|line| line.starts_with("status: ")), "{dropped:?}");
}

#[test]
fn a_draft_is_told_where_it_cannot_be_said() {
    for format in [Format::Cve, Format::Osv, Format::OpenVex] {
        let dropped = converted(&csaf("draft"), format).dropped;
        assert!(dropped.contains(&"status of the document: draft".to_owned()), "{format:?}: {dropped:?}");
        let dropped = converted(&csaf("final"), format).dropped;
        assert!(!dropped.iter().any(|line| line.contains("status of the document")), "{dropped:?}");
    }
    for format in [Format::Markdown, Format::Html] {
        let page = converted(&csaf("draft"), format);
        assert!(page.text.contains("draft") && page.text.contains("Status"), "{}", page.text);
    }
}

#[test]
fn what_was_withdrawn_never_comes_out_as_live() {
    let mut withdrawn = osv(&[("introduced", "0")]);
    withdrawn["withdrawn"] = "2026-02-01T00:00:00Z".into();
    let mut rejected = cve(&json!([]));
    rejected["cveMetadata"]["state"] = "REJECTED".into();
    rejected["containers"]["cna"] = json!({"providerMetadata": {"orgId": "00000000-0000-4000-8000-000000000001"},
        "rejectedReasons": [{"lang": "en", "value": "It is no vulnerability."}], "replacedBy": ["CVE-2026-9999"]});
    for source in [&withdrawn, &rejected] {
        let own = advisory::detect(source).expect("a format");
        assert_eq!(value(source, own), *source, "as it went in");
        for format in [Format::Csaf, Format::Csaf21] {
            let document = value(source, format);
            assert_csaf(&document);
            let head = &document["document"];
            assert!(head["title"].as_str().is_some_and(|t| t.starts_with("Withdrawn: ")), "{head:#}");
            assert_eq!(head["notes"][0]["title"], "Reasoning for Withdrawal");
            assert!(document.get("vulnerabilities").is_none() && document.get("product_tree").is_none());
            assert!(advisory::read(&document).expect("CSAF").withdrawn.is_some());
        }
        for format in [Format::Markdown, Format::Html] {
            assert!(converted(source, format).text.contains("Withdrawn: "), "{format:?}");
        }
        assert!(matches!(refused(source, Format::OpenVex), Some(AdvisoryError::Withdrawn(_))));
    }
    let page = converted(&rejected, Format::Markdown).text;
    assert!(page.contains("It is no vulnerability."), "{page}");
    assert_eq!(value(&rejected, Format::Osv)["withdrawn"], "2026-01-02T00:00:00Z");
    assert!(matches!(refused(&withdrawn, Format::Cve), Some(AdvisoryError::Withdrawn(_))));
    let document = value(&withdrawn, Format::Csaf);
    assert_eq!(document["document"]["tracking"]["current_release_date"], "2026-02-01T00:00:00Z");
    assert!(converted(&document, Format::Markdown).text.contains("Withdrawn"));
}

#[test]
fn a_source_with_two_dates_has_two_revisions() {
    let document = value(&osv(&[("introduced", "0")]), Format::Csaf);
    let tracking = &document["document"]["tracking"];
    let dates: Vec<_> = tracking["revision_history"].as_array().expect("a list").iter().map(|r| &r["date"]).collect();
    assert_eq!(dates, ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]);
    assert_eq!(tracking["version"], "2");
    let verdict = formats::csaf::check(document.to_string().as_bytes(), Limits::default()).expect("JSON");
    assert!(verdict.valid && verdict.findings.iter().all(|f| f.test != "6.2.5"), "{:?}", verdict.findings);
}

#[test]
fn english_goes_before_other_languages_for_people() {
    let mut record = cve(&json!([{"version": "1", "status": "affected"}]));
    record["containers"]["cna"]["descriptions"] =
        json!([{"lang": "de", "value": "Sie brennt."}, {"lang": "en", "value": "It burns."}]);
    for format in [Format::Markdown, Format::Html] {
        let page = converted(&record, format).text;
        assert!(page.find("It burns") < page.find("Sie brennt") && page.contains("Description (de)"), "{page}");
    }
}

#[test]
fn a_range_in_which_the_status_changes_is_several() {
    let versions = json!([{"version": "1.0", "lessThan": "3.0", "status": "affected", "versionType": "semver",
        "changes": [{"at": "1.5", "status": "unaffected"}, {"at": "2.0", "status": "affected"}]}]);
    let source = cve(&versions);
    let osv = value(&source, Format::Osv);
    let expected = json!([{"introduced": "1.0"}, {"fixed": "1.5"}, {"introduced": "2.0"}, {"fixed": "3.0"}]);
    assert_eq!(osv.pointer("/affected/0/ranges/0/events"), Some(&expected), "{osv:#}");
    let csaf = value(&source, Format::Csaf);
    assert_csaf(&csaf);
    assert!(csaf.to_string().contains("vers:semver/>=1.5|<2.0"), "{csaf:#}");
    let advisory = advisory::read(&source).unwrap();
    assert_eq!(advisory::write(&advisory, Format::Cve, &options()), Some(source));
    let at_once = json!([{"version": "0", "lessThan": "*", "status": "affected", "changes": [{"at": "0", "status": "unaffected"}]}]);
    let none = value(&cve(&at_once), Format::Osv);
    assert_eq!(none.get("affected"), None, "{none:#}");
}

#[test]
fn a_second_fix_of_a_range_is_told() {
    let (one, two) = ("1".repeat(40), "2".repeat(40));
    let source = json!({"id": "GO-1", "modified": "0001-01-01T00:00:00Z", "published": "2020-02-03T00:00:00Z",
        "schema_version": "1.7.0", "affected": [{"package": {"ecosystem": "Go", "name": "x"}, "ranges": [
            {"type": "GIT", "repo": "https://git.test/x", "events": [{"introduced": "0"}, {"fixed": one}, {"fixed": two}]}]}]});
    let turned = converted(&source, Format::Csaf);
    let told = format!("a further end of a range: fixed at {two} of https://git.test/x");
    assert!(turned.dropped.contains(&told), "{:?}", turned.dropped);
    let date = "/document/tracking/current_release_date";
    let csaf: Value = serde_json::from_str(&turned.text).unwrap();
    assert_eq!(csaf.pointer(date), Some(&json!("2020-02-03T00:00:00Z")), "no date of the year 1");
    let same = converted(&source, Format::Osv);
    assert_eq!((serde_json::from_str::<Value>(&same.text).unwrap(), same.dropped.len()), (source, 0));
}

#[test]
fn a_range_in_words_is_no_version_of_osv() {
    let range = |words: &str| value(&cve(&json!([{"version": words, "status": "affected"}])), Format::Osv);
    let events = |words: &str| range(words).pointer("/affected/0/ranges/0/events").cloned();
    assert_eq!(events("<=1.2"), Some(json!([{"introduced": "0"}, {"last_affected": "1.2"}])));
    assert_eq!(events("< 1.2"), Some(json!([{"introduced": "0"}, {"fixed": "1.2"}])));
    assert_eq!(events(">=1.2"), Some(json!([{"introduced": "1.2"}])));
    for words in ["4.1 and earlier", "vers:npm/>1.0|!=1.1|<2", "<=1.2, >=1.0"] {
        let osv = range(words);
        let entry = &osv["affected"][0];
        assert_eq!((entry.get("versions"), entry.get("ranges")), (None, None), "{osv:#}");
        assert_eq!(entry["database_specific"]["version_ranges"], json!([words]));
        let back = advisory::read(&osv).unwrap();
        assert_eq!(back.products[0].versions.exact.as_deref(), Some(words));
    }
    assert_eq!(range("1.2").pointer("/affected/0/versions"), Some(&json!(["1.2"])));
}

#[test]
fn what_is_not_english_is_not_said_to_be() {
    let mut document = csaf("final");
    document["document"]["lang"] = json!("de");
    document["vulnerabilities"][0]["notes"] = json!([{"category": "description", "text": "Sie brennt."}]);
    document["vulnerabilities"][0]["remediations"] =
        json!([{"category": "workaround", "details": "Ausschalten.", "product_ids": ["P1"]}]);
    let record = value(&document, Format::Cve);
    let cna = &record["containers"]["cna"];
    let languages: Vec<_> = cna["descriptions"].as_array().expect("a list").iter().map(|d| d["lang"].clone()).collect();
    assert_eq!(cna["descriptions"][0], json!({"lang": "de", "value": "Sie brennt."}));
    assert!(languages.contains(&json!("en")), "the schema wants one: {languages:?}");
    assert_eq!(cna["workarounds"][0]["lang"], "de");
    let faults = advisory::faults(Format::Cve, &record);
    assert!(!faults.iter().any(|fault| fault.contains("English") || fault.contains("language")), "{faults:?}");
    document["document"]["lang"] = json!("en-GB");
    assert_eq!(value(&document, Format::Cve)["containers"]["cna"]["descriptions"][0]["lang"], "en");
}

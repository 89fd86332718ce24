//! Conversions: what is kept, what is said to be dropped, and that nothing of a stranger's text becomes markup.

use formats::advisory::{self, Format, Kind, Options, vers};
use proptest::prelude::*;
use serde_json::{Value, json};

const VEX: &str = r#"{
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://acme.example/vex/1",
  "author": "Acme",
  "role": "vendor",
  "timestamp": "2026-11-22T00:41:07Z",
  "version": 3,
  "statements": [
    {"vulnerability": {"name": "CVE-2026-12345", "aliases": ["GHSA-1"]}, "status": "not_affected",
     "products": [{"@id": "pkg:npm/lamp@1.0.0", "subcomponents": [{"@id": "pkg:npm/wick@2.0.0"}]}],
     "justification": "vulnerable_code_not_present"},
    {"vulnerability": {"name": "CVE-2026-12345"}, "status": "affected",
     "products": [{"@id": "pkg:npm/lamp@0.9.0"}], "action_statement": "Update to 1.0.0."},
    {"vulnerability": {"name": "CVE-2026-99999"}, "status": "under_investigation",
     "products": [{"@id": "pkg:npm/lamp@1.0.0"}]}
  ]
}"#;

fn options() -> Options {
    Options { now: "2026-11-22T00:41:07Z".to_owned(), profile: None }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn openvex_comes_out_as_it_went_in() {
    let value = parsed(VEX);
    let advisory = advisory::read(&value).expect("OpenVEX");
    assert_eq!((&advisory.kind, advisory.vulnerabilities.len(), advisory.products.len()), (&Kind::Vex, 2, 2));
    assert_eq!(advisory::write(&advisory, Format::OpenVex, &options()), Some(value));
}

#[test]
fn openvex_becomes_a_valid_csaf_vex_and_back() {
    let advisory = advisory::read(&parsed(VEX)).expect("OpenVEX");
    let csaf = advisory::convert(&advisory, Format::Csaf, &options()).expect("written");
    let verdict = formats::csaf::check(csaf.text.as_bytes(), formats::json::Limits::default()).expect("JSON");
    assert!(verdict.valid, "{:?}", verdict.findings);
    let back = advisory::read(&parsed(&csaf.text)).expect("CSAF");
    assert_eq!(back.kind, Kind::Vex);
    let vex = advisory::convert(&back, Format::OpenVex, &options()).expect("written");
    let vex = parsed(&vex.text);
    let statements = vex["statements"].as_array().expect("statements");
    for statement in statements {
        let has = |key: &str| statement.get(key).is_some();
        match statement["status"].as_str() {
            Some("not_affected") => assert!(has("justification") || has("impact_statement"), "{statement}"),
            Some("affected") => assert_eq!(statement["action_statement"], "Update to 1.0.0."),
            _ => {}
        }
        assert_eq!(statement["products"].as_array().map(Vec::len), Some(1));
    }
    assert_eq!(statements.len(), 3);
    // Subcomponents and the role have no place in the model: they are named.
    assert!(csaf.dropped.iter().any(|line| line.contains("/role")), "{:?}", csaf.dropped);
    assert!(csaf.dropped.iter().any(|line| line.contains("subcomponents")), "{:?}", csaf.dropped);
    assert!(csaf.dropped.contains(&"version: 3".to_owned()), "{:?}", csaf.dropped);
}

#[test]
fn what_the_target_cannot_say_is_listed() {
    let csaf = json!({
        "document": {"category": "csaf_base", "csaf_version": "2.0", "title": "Lamp",
            "distribution": {"tlp": {"label": "GREEN"}},
            "publisher": {"category": "vendor", "name": "Acme", "namespace": "https://acme.example"},
            "tracking": {"id": "ACME-1", "status": "final", "version": "1",
                "initial_release_date": "2026-11-22T00:41:07Z", "current_release_date": "2026-11-22T00:41:07Z",
                "revision_history": [{"date": "2026-11-22T00:41:07Z", "number": "1", "summary": "First."}]}},
        "vulnerabilities": [{"cve": "CVE-2026-12345", "notes": [{"category": "description", "text": "It burns."}]}]
    });
    let advisory = advisory::read(&csaf).expect("CSAF");
    let osv = advisory::convert(&advisory, Format::Osv, &options()).expect("written");
    assert!(osv.dropped.contains(&"TLP: GREEN".to_owned()), "{:?}", osv.dropped);
    assert!(osv.dropped.iter().any(|line| line.starts_with("revision: 1 of")), "{:?}", osv.dropped);
    assert!(
        !osv.dropped.iter().any(|line| line.contains("It burns") || line.contains("CVE-2026")),
        "{:?}",
        osv.dropped
    );
    let same = advisory::convert(&advisory, Format::Csaf, &options()).expect("written");
    assert_eq!((same.dropped, parsed(&same.text)), (Vec::new(), csaf));
    let page = advisory::convert(&advisory, Format::Markdown, &options()).expect("written");
    assert_eq!(page.dropped, Vec::<String>::new(), "{}", page.text);
}

#[test]
fn texts_never_become_markup() {
    let evil = "</title><script>alert(1)</script> # Heading [x](javascript:alert(1)) & \"'";
    let osv = json!({"id": "GO-2026-1", "modified": "2026-11-22T00:41:07Z", "summary": evil, "details": evil,
        "references": [{"type": "WEB", "url": "javascript:alert(1)"}, {"type": "WEB", "url": "https://acme.example/\"><b>"}]});
    let advisory = advisory::read(&osv).expect("OSV");
    let page = advisory::convert(&advisory, Format::Html, &options()).expect("written");
    assert!(!page.text.contains("<script") && !page.text.contains("<b>"), "{}", page.text);
    assert!(!page.text.contains("href=\"javascript"), "{}", page.text);
    let markdown = advisory::convert(&advisory, Format::Markdown, &options()).expect("written");
    assert!(!markdown.text.contains("<script") && !markdown.text.contains("[x]("), "{}", markdown.text);
    assert_eq!((page.dropped, markdown.dropped), (Vec::<String>::new(), Vec::new()));
}

#[test]
fn intervals_are_written_as_vers_and_read_again() {
    for text in ["vers:golang/>=1.0.0|<1.2.3", "vers:npm/<=2", "vers:all/*"] {
        let versions = vers::read(text).expect(text);
        assert_eq!(vers::write(&versions, versions.scheme.as_deref().expect("a scheme")).as_deref(), Some(text));
    }
    assert_eq!(vers::read("vers:npm/1.0|2.0"), None, "a list is no interval");
    assert_eq!(vers::read("<1.0"), None);
}

/// Documents that have the marks of a format and anything else below.
fn like_a_document() -> impl Strategy<Value = Value> {
    const KEYS: &str = "document csaf_version tracking title publisher vulnerabilities product_tree branches name category \
        product product_id containers cna affected versions version lessThan status defaultStatus metrics cvssV3_1 \
        vectorString credits descriptions value lang id modified aliases package ecosystem ranges events introduced fixed \
        severity type score references url statements products @id vulnerability justification notes text cvss_v3 scores";
    let words = prop::sample::select(KEYS.split_whitespace().collect::<Vec<_>>());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let inner = leaf.prop_recursive(6, 80, 5, move |inner| {
        let object = prop::collection::hash_map(words.clone(), inner.clone(), 0..5);
        let object = object.prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Value>());
        prop_oneof![prop::collection::vec(inner, 0..5).prop_map(Value::from), object]
    });
    prop::collection::vec(inner, 8).prop_map(|parts| {
        let keys = [
            "document",
            "containers",
            "affected",
            "statements",
            "vulnerabilities",
            "product_tree",
            "references",
            "aliases",
        ];
        keys.into_iter().zip(parts).map(|(key, part)| (key.to_owned(), part)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_makes_a_reader_or_writer_panic(value in like_a_document()) {
        for format in [Format::Csaf, Format::Cve, Format::Osv, Format::OpenVex] {
            let advisory = advisory::read_as(format, &value).expect("is read");
            let same = advisory::write(&advisory, format, &options());
            prop_assert_eq!(same.as_ref(), Some(&value));
            for target in [Format::Csaf, Format::Cve, Format::Osv, Format::OpenVex, Format::Markdown, Format::Html] {
                let _ = advisory::convert(&advisory, target, &options());
            }
        }
    }
}

//! The list of what was dropped: what is lost stands there, what is not does not.

use crate::exchange::{converted, csaf, cve, osv};
use formats::advisory::Format;
use serde_json::{Value, json};

fn dropped(source: &Value, format: Format) -> Vec<String> {
    converted(source, format).dropped
}

fn has(lines: &[String], wanted: &str) -> bool {
    lines.iter().any(|line| line == wanted)
}

/// Two products, each with a score and a remediation of its own.
fn scoped() -> Value {
    let mut document = csaf("final");
    document["product_tree"] = json!({"full_product_names": [
        {"name": "Foo 1", "product_id": "P1"}, {"name": "Bar 2", "product_id": "P2"}]});
    let score = |product: &str, vector: &str| json!({"products": [product], "cvss_v3": {"version": "3.1", "vectorString": vector, "baseScore": 9.8, "baseSeverity": "CRITICAL"}});
    let v = &mut document["vulnerabilities"][0];
    v["product_status"] = json!({"known_affected": ["P1", "P2"]});
    v["scores"] = json!([
        score("P1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
        score("P2", "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N")
    ]);
    v["remediations"] = json!([
        {"category": "vendor_fix", "details": "Upgrade.", "product_ids": ["P1"], "url": "https://acme.example/fix"},
        {"category": "mitigation", "details": "Switch it off.", "product_ids": ["P1", "P2"]}
    ]);
    document
}

#[test]
fn which_products_something_is_for_is_told_where_it_is_lost() {
    let lines = dropped(&scoped(), Format::Cve);
    assert!(has(&lines, "products of a score: Foo 1 (CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H)"), "{lines:?}");
    assert!(has(&lines, "products of a remediation: Foo 1 (Upgrade.)"), "{lines:?}");
    assert!(has(&lines, "address of a remediation: https://acme.example/fix (Upgrade.)"), "{lines:?}");
    assert!(has(&lines, "kind of a remediation: mitigation (Switch it off.)"), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("Switch it off.") && line.starts_with("products")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("status: ")), "{lines:?}");
    let lines = dropped(&scoped(), Format::OpenVex);
    assert!(!lines.iter().any(|line| line.starts_with("products of a remediation")), "said for each: {lines:?}");
    assert!(!lines.iter().any(|line| line.starts_with("remediation: ")), "joined, not lost: {lines:?}");
    assert!(has(&lines, "kind of a remediation: vendor fix (Upgrade.)"), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("score: ")), "{lines:?}");
    for format in [Format::Markdown, Format::Html] {
        let page = converted(&scoped(), format);
        assert!(page.text.to_lowercase().contains("only for") && page.text.contains("Foo 1"), "{}", page.text);
        let odd: Vec<_> = page.dropped.iter().filter(|line| !line.contains("only in the source")).collect();
        assert!(odd.is_empty(), "{odd:?}");
    }
}

#[test]
fn kinds_of_references_are_told_where_they_are_lost() {
    let mut record = cve(&json!([{"version": "1", "status": "affected"}]));
    record["containers"]["cna"]["references"] =
        json!([{"url": "https://acme.example/1", "tags": ["patch", "vendor-advisory"]}]);
    let lines = dropped(&record, Format::Csaf);
    assert!(has(&lines, "kind of a reference: patch (https://acme.example/1)"), "{lines:?}");
    assert!(has(&lines, "kind of a reference: vendor-advisory (https://acme.example/1)"), "{lines:?}");
    let lines = dropped(&record, Format::Osv);
    let kinds: Vec<_> = lines.iter().filter(|line| line.starts_with("kind of a reference")).collect();
    assert_eq!(kinds.len(), 1, "one of the two stays: {kinds:?}");
    assert!(!dropped(&record, Format::Markdown).iter().any(|line| line.starts_with("kind of")));
}

#[test]
fn a_status_that_is_there_is_not_told_as_lost() {
    let versions = json!([{"version": "1.0", "lessThan": "2.0", "versionType": "semver", "status": "affected"}]);
    let record = cve(&versions);
    let vex = json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.example/vex/1", "author": "Acme",
        "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": [
            {"vulnerability": {"name": "CVE-2026-12345"}, "status": "affected", "action_statement": "Update.",
             "products": [{"@id": "pkg:npm/lamp@1.0.0"}]}]});
    let ranged = osv(&[("introduced", "1.0.0"), ("fixed", "1.2.0"), ("introduced", "2.0.0")]);
    let all = [Format::Csaf, Format::Csaf21, Format::Cve, Format::Osv, Format::OpenVex, Format::Markdown, Format::Html];
    for (source, name) in [(&record, "CVE"), (&vex, "VEX"), (&ranged, "OSV"), (&scoped(), "CSAF")] {
        for format in all {
            let lines = dropped(source, format);
            assert!(!lines.iter().any(|line| line.starts_with("status: ")), "{name} to {format:?}: {lines:?}");
        }
    }
    // What is lost is told: OSV has no word for a product that is not affected.
    assert!(has(&dropped(&csaf("final"), Format::Osv), "status: Foo is known not affected"));
}

#[test]
fn texts_that_were_joined_are_not_lost() {
    let mut document = csaf("final");
    document["vulnerabilities"][0]["notes"] = json!([
        {"category": "description", "text": "It burns.\n\nBadly."}, {"category": "details", "text": "Where it glows."}]);
    let lines = dropped(&document, Format::Osv);
    assert!(!lines.iter().any(|line| line.starts_with("note: ")), "{lines:?}");
    let lines = dropped(&document, Format::OpenVex);
    assert!(lines.iter().any(|line| line.starts_with("note: ")), "{lines:?}");
}

#[test]
fn kinds_of_notes_are_told_where_they_are_lost() {
    let mut document = csaf("final");
    document["document"]["notes"] = json!([
        {"category": "summary", "text": "All about it."}, {"category": "legal_disclaimer", "text": "As it is."},
        {"category": "other", "text": "By the way."}]);
    document["vulnerabilities"][0]["notes"] = json!([
        {"category": "description", "text": "It burns."}, {"category": "details", "text": "Where it glows."}]);
    let kinds = |format| {
        let mut lines = dropped(&document, format);
        lines.retain(|line| line.starts_with("kind of a note: "));
        lines.sort();
        lines
    };
    let osv = [
        "kind of a note: details (Where it glows.)",
        "kind of a note: legal disclaimer (As it is.)",
        "kind of a note: summary (All about it.)",
    ];
    assert_eq!(kinds(Format::Osv), osv);
    assert_eq!(kinds(Format::Csaf21), Vec::<String>::new(), "CSAF has a word for each");
    // A page shows the kind of a note that has no heading of its own.
    for format in [Format::Markdown, Format::Html] {
        assert_eq!(kinds(format), Vec::<String>::new());
        let page = converted(&document, format).text;
        assert!(page.contains("Legal disclaimer") && page.contains("Summary"), "{page}");
    }
}

#[test]
fn whose_id_it_is_is_told_where_it_is_lost() {
    let mut document = csaf("final");
    document["vulnerabilities"][0]["ids"] =
        json!([{"system_name": "Acme bugs", "text": "B1"}, {"system_name": "GHSA", "text": "GHSA-1"}]);
    let lines = dropped(&document, Format::Osv);
    assert!(has(&lines, "system of an id: Acme bugs (B1)"), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("GHSA")), "OSV takes it from the id itself: {lines:?}");
    for format in [Format::Csaf21, Format::Markdown, Format::Html] {
        let lines = dropped(&document, format);
        assert!(!lines.iter().any(|line| line.starts_with("system of")), "{format:?}: {lines:?}");
    }
}

//! Advisories in which everything is about everything: written in every format, in time and room that grow with the
//! document. Were they to grow with its square, these tests would take hours.

use formats::advisory::{self, Converted, Format, Options};
use serde_json::{Value, json};

const ALL: [Format; 7] =
    [Format::Csaf, Format::Csaf21, Format::Cve, Format::Osv, Format::OpenVex, Format::Markdown, Format::Html];

fn convert(document: &Value, format: Format) -> Converted {
    let options = Options { now: "2026-01-01T00:00:00Z".to_owned(), profile: None };
    advisory::convert(&advisory::read(document).expect("an advisory"), format, &options).expect("written")
}

/// A document of CSAF 2.0 with these parts.
fn csaf(tree: &Value, vulnerability: &Value) -> Value {
    json!({"document": {"category": "csaf_base", "csaf_version": "2.0", "title": "t",
        "publisher": {"category": "vendor", "name": "A", "namespace": "https://a.example"},
        "tracking": {"id": "X", "status": "final", "version": "1", "current_release_date": "2026-01-01T00:00:00Z",
            "initial_release_date": "2026-01-01T00:00:00Z",
            "revision_history": [{"date": "2026-01-01T00:00:00Z", "number": "1", "summary": "s"}]}},
        "product_tree": tree, "vulnerabilities": [vulnerability]})
}

/// A record of CVE with so many affected versions, solutions and scores.
fn cve(affected: usize, solutions: usize, scores: usize) -> Value {
    let affected = (0..affected).map(
        |n| json!({"vendor": "A", "product": format!("p{n}"), "versions": [{"status": "affected", "version": "1"}]}),
    );
    let solutions = (0..solutions).map(|n| json!({"lang": "en", "value": format!("solution {n}")}));
    let score = |n: usize| {
        json!({"cvssV3_1": {"version": "3.1", "baseScore": 9.8, "baseSeverity": "CRITICAL",
            "vectorString": format!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:{}", ["X", "U", "P", "F", "H"][n % 5])}})
    };
    json!({"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2026-0001", "state": "PUBLISHED"},
        "containers": {"cna": {"affected": affected.collect::<Vec<_>>(), "solutions": solutions.collect::<Vec<_>>(),
            "metrics": (0..scores).map(score).collect::<Vec<_>>(),
            "descriptions": [{"lang": "en", "value": "d"}]}}})
}

#[test]
fn lists_that_each_name_every_product() {
    let ids: Vec<String> = (0..20_000).map(|n| format!("P{n}")).collect();
    let backward: Vec<&String> = ids.iter().rev().collect();
    let names: Vec<Value> = ids.iter().map(|id| json!({"name": format!("N {id}"), "product_id": id})).collect();
    let tree = json!({"full_product_names": names, "product_groups": [{"group_id": "G", "product_ids": ids}]});
    let document = csaf(
        &tree,
        &json!({"cve": "CVE-2026-0001", "notes": [{"category": "description", "text": "two\nlines"}],
            "product_status": {"known_affected": ids},
            "remediations": [{"category": "vendor_fix", "details": "f", "product_ids": ids, "group_ids": ["G"]}],
            "threats": [{"category": "impact", "details": "i", "product_ids": backward, "group_ids": ["G"]}],
            "scores": [{"products": ids, "cvss_v3": {"version": "3.1", "baseScore": 9.8, "baseSeverity": "CRITICAL",
                "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}]}),
    );
    for format in ALL {
        let converted = convert(&document, format);
        // A product without a version has one that is not specified in CVE, and is an IRI in OpenVEX.
        if matches!(format, Format::Csaf | Format::Csaf21 | Format::Markdown | Format::Html) {
            assert_eq!(converted.dropped.iter().filter(|line| line.starts_with("status: ")).count(), 0, "{format:?}");
        }
        assert!(converted.text.contains("P19999"), "{format:?} names the last product");
    }
}

#[test]
fn remedies_for_everything_end_at_a_bound_and_what_is_left_out_is_told() {
    let document = cve(3_000, 3_000, 0);
    let csaf = convert(&document, Format::Csaf);
    assert!(csaf.text.len() < 200_000_000, "{} bytes", csaf.text.len());
    assert!(csaf.dropped.contains(&"remediation: solution 2999".to_owned()));
    assert!(!csaf.dropped.contains(&"remediation: solution 0".to_owned()));
    // One statement for all of them.
    let vex: Value = serde_json::from_str(&convert(&document, Format::OpenVex).text).unwrap();
    assert_eq!(vex["statements"].as_array().map(Vec::len), Some(1));
}

#[test]
fn statements_end_at_a_bound() {
    // Each product has a remedy of its own beside those for all: a statement each, with every text.
    let ids: Vec<String> = (0..2_000).map(|n| format!("P{n}")).collect();
    let names: Vec<Value> = ids.iter().map(|id| json!({"name": id, "product_id": id})).collect();
    let remedy = |text: String, ids: &[String]| json!({"category": "mitigation", "details": text, "product_ids": ids});
    let own = ids.iter().map(|id| remedy(format!("for {id}"), std::slice::from_ref(id)));
    let long = "x".repeat(100_000);
    let remedies: Vec<Value> = own.chain([remedy(long, &ids)]).collect();
    let status = json!({"known_affected": ids});
    let document =
        csaf(&json!({"full_product_names": names}), &json!({"product_status": status, "remediations": remedies}));
    let vex = convert(&document, Format::OpenVex);
    assert!(vex.text.len() < 70_000_000, "{} bytes", vex.text.len());
    assert!(vex.dropped.iter().any(|line| line == "status: P1999 is known affected"), "what has no room is told");
}

#[test]
fn scores_for_everything_are_taken_once() {
    let converted = convert(&cve(5_000, 0, 5_000), Format::Csaf);
    let value: Value = serde_json::from_str(&converted.text).unwrap();
    let scores = value["vulnerabilities"][0]["scores"].as_array().expect("scores");
    assert_eq!(scores.len(), 1, "a product has one score of a version");
    assert_eq!(scores[0]["products"].as_array().map(Vec::len), Some(5_000));
}

#[test]
fn of_several_calculators_none_is_taken_for_a_score() {
    let reference =
        |vector: &str| json!({"summary": "s", "url": format!("https://www.first.org/cvss/calculator/4.0#{vector}")});
    let (one, two) = (
        reference("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"),
        reference("CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"),
    );
    let tree = json!({"full_product_names": [{"name": "n", "product_id": "P"}]});
    let upgraded = |references: Vec<&Value>| {
        let vulnerability = json!({"product_status": {"known_affected": ["P"]}, "references": references});
        let text = convert(&csaf(&tree, &vulnerability), Format::Csaf21).text;
        serde_json::from_str::<Value>(&text).unwrap()["vulnerabilities"][0].clone()
    };
    assert_eq!(upgraded(vec![&one])["metrics"][0]["products"], json!(["P"]));
    let both = upgraded(vec![&one, &two]);
    assert_eq!(both.get("metrics"), None, "which is for which is not known");
    assert_eq!(both["references"].as_array().map(Vec::len), Some(2));
}

//! Documents in which one thing is named by very many others: read, looked at and judged in time and room that grow with
//! the document. Were they to grow with its square, these tests would take hours or all memory.

use formats::advisory::{self, AdvisoryError};
use formats::csaf;
use formats::json::{Limits, Parsed, Tree};
use formats::report::{Format, Report, open};
use formats::sarif;
use formats::scope::{Asset, Kind, Scope};
use serde_json::{Value, json};

#[test]
fn findings_of_sarif_that_each_look_for_their_rule() {
    let rules: Vec<Value> = (0..100_000).map(|n| json!({"id": format!("R{n}")})).collect();
    let results: Vec<Value> =
        (0..100_000).map(|n| json!({"ruleId": format!("R{}/part", 99_999 - n), "message": {"text": "m"}})).collect();
    let log =
        json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t", "rules": rules}}, "results": results}]});
    let log = sarif::read(log.to_string().as_bytes(), Limits::default()).expect("a log");
    let run = &log.runs.as_deref().expect("runs")[0];
    let rules = run.rules();
    for (n, result) in run.results.iter().flatten().enumerate() {
        assert_eq!(rules.rule(result).map(|rule| rule.id.clone()), Some(format!("R{}", 99_999 - n)));
    }
}

#[test]
fn an_id_of_slashes_has_no_rule() {
    let log = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t", "rules": [{"id": "R"}]}},
        "results": [{"ruleId": format!("R{}", "/".repeat(3_000_000)), "message": {"text": "m"}}]}]});
    let log = sarif::read(log.to_string().as_bytes(), Limits::default()).expect("a log");
    let run = &log.runs.as_deref().expect("runs")[0];
    assert!(run.rules().rule(&run.results.as_deref().expect("results")[0]).is_none());
}

#[test]
fn notes_on_a_report_end_at_a_bound() {
    let reward = |n: usize| json!({"id": n.to_string(), "type": "monetary_reward", "attributes": {"amount": "1.0", "created_at": format!("day {n}")}});
    let list: Vec<Value> = (0..60_000).map(reward).collect();
    let report = json!({"id": "1", "type": "submission", "attributes": {"title": "t", "submitted_at": "2026-01-02T03:04:05Z"},
        "relationships": {"monetary_rewards": {"data": list}}});
    let text = json!({"data": [report]}).to_string();
    let read = open(text.as_bytes(), Some(Format::Bugcrowd)).expect("an export");
    let read: Vec<Report> = read.map(|read| read.expect("a report")).collect();
    assert_eq!(read[0].notes.len(), 101, "{:?}", read[0].notes.first());
    assert_eq!(read[0].notes.last().map(String::as_str), Some("more is not understood"));
}

#[test]
fn what_is_included_once_is_not_copied_without_end() {
    let big: Vec<usize> = (0..100_000).collect();
    let program = json!({"id": "p", "type": "program", "attributes": {"name": "n", "big": big}});
    let report = |n: usize| {
        json!({"id": n.to_string(), "type": "submission", "attributes": {"title": "t", "submitted_at": "2026-01-02T03:04:05Z"},
            "relationships": {"program": {"data": {"id": "p", "type": "program"}}}})
    };
    let list: Vec<Value> = (0..20_000).map(report).collect();
    let text = json!({"data": list, "included": [program]}).to_string();
    let read = open(text.as_bytes(), None).expect("an export").map(|read| read.expect("a report"));
    let with = read.filter(|report| report.programme.is_some()).count();
    assert!((1..1_000).contains(&with), "{with}");
}

#[test]
fn brackets_of_a_scope_are_opened_up_to_a_bound() {
    let scope =
        |identifier: String| Scope::new([Asset::new(Kind::Domain, identifier, true)]).verdict("a.test").as_str();
    assert_eq!(scope("{a,b}.test".to_owned()), "in");
    assert_eq!(scope("{a,b}".repeat(3_000)), "unknown");
    assert_eq!(scope("{a,b}".repeat(300_000)), "unknown");
    assert_eq!(scope(format!("{{{}}}.test", "a,".repeat(1_000_000))), "unknown");
}

fn cve(vendor: usize, versions: usize) -> Value {
    let versions = vec![json!({}); versions];
    json!({"dataType": "CVE_RECORD", "cveMetadata": {"cveId": "CVE-2026-0001"},
        "containers": {"cna": {"affected": [{"vendor": "v".repeat(vendor), "versions": versions}]}}})
}

#[test]
fn long_names_above_very_many_products_are_refused() {
    assert!(advisory::read(&cve(100, 100_000)).is_ok());
    assert_eq!(advisory::read(&cve(1_000_000, 100_000)), Err(AdvisoryError::Repeated));
    let name = "n".repeat(1_000_000);
    let osv = json!({"id": "X", "modified": "2026-01-01T00:00:00Z",
        "affected": [{"package": {"ecosystem": "Go", "name": name}, "versions": vec!["1"; 100_000]}]});
    assert_eq!(advisory::read(&osv), Err(AdvisoryError::Repeated));
    let product = json!({"category": "product_version", "name": "1", "product": {"name": "n", "product_id": "P"}});
    let csaf = json!({"document": {"csaf_version": "2.0"},
        "product_tree": {"branches": [{"category": "vendor", "name": name, "branches": vec![product; 100_000]}]}});
    assert_eq!(advisory::read(&csaf), Err(AdvisoryError::Repeated));
}

#[test]
fn a_long_name_in_very_many_findings_is_cut() {
    let id = "p".repeat(300_000);
    let remedy = |category: &str| json!({"category": category, "details": "d", "group_ids": ["G"]});
    let list = [vec![remedy("none_available"); 1], vec![remedy("vendor_fix"); 100_000]].concat();
    let document = json!({"$schema": "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json", "document": {"csaf_version": "2.1"},
        "product_tree": {"product_groups": [{"group_id": "G", "product_ids": [id]}]},
        "vulnerabilities": [{"remediations": list, "product_status": {"known_not_affected": [id]}}]});
    let verdict = csaf::judge(&Parsed { value: Tree::from(&document), unsorted: None });
    assert!(verdict.findings.iter().any(|finding| finding.test == "6.1.35"));
    assert!(verdict.findings.iter().all(|finding| finding.message.len() < 10_000));
}

#[test]
fn a_long_path_that_is_fixed_over_and_over() {
    let step = json!({"category": "installed_with", "next_product_reference": "B"});
    let mut path: Vec<Value> = vec![json!({"category": "installed_on", "next_product_reference": "B"}); 40_000];
    path.push(step);
    let document = json!({"$schema": "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json",
        "document": {"csaf_version": "2.1", "category": "csaf_security_advisory"},
        "product_tree": {"full_product_names": [{"name": "b", "product_id": "B"}],
            "product_paths": [{"beginning_product_reference": "B", "subpaths": path,
                "full_product_name": {"name": "n", "product_id": "P"}}]},
        "vulnerabilities": [{"product_status": {"fixed": vec!["P"; 400_000]}}]});
    let verdict = csaf::judge(&Parsed { value: Tree::from(&document), unsorted: None });
    assert!(verdict.findings.iter().any(|finding| finding.test == "6.1.27.13"));
}

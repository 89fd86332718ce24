//! Findings of tools as reports, and reports as findings.

use formats::report::{Format, Outcome, Report, State, log, open};
use serde_json::{Value, json};

fn read(value: &Value) -> Vec<Report> {
    let text = value.to_string();
    let reports = open(text.as_bytes(), None).expect("a log");
    assert_eq!(reports.format(), Format::Sarif);
    reports.map(|report| report.expect("a report")).collect()
}

/// As CodeQL writes it: the rules stand in an extension.
fn scan() -> Value {
    json!({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": "CodeQL", "rules": [{"id": "wrong"}]}, "extensions": [
            {"name": "other"},
            {"name": "queries", "rules": [
                {"id": "js/xss", "shortDescription": {"text": "Cross-site scripting"}, "helpUri": "https://tool.test/xss",
                 "messageStrings": {"found": {"text": "Written from {0}, {{not}} {9}."}},
                 "properties": {"tags": ["security", "external/cwe/cwe-079"], "security-severity": "6.1"},
                 "defaultConfiguration": {"level": "error"}},
                {"id": "js/sql", "relationships": [{"target": {"id": "89", "toolComponent": {"name": "CWE"}}}]}]}]},
        "invocations": [{"executionSuccessful": true, "endTimeUtc": "2026-11-01T10:00:00Z"}],
        "results": [
            {"rule": {"index": 0, "toolComponent": {"index": 1}}, "ruleIndex": 0,
             "message": {"id": "found", "arguments": ["a request"]},
             "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "src/a%20b.js"}, "region": {"startLine": 4}}},
                {"physicalLocation": {"artifactLocation": {"uri": "src/c.js"}}}],
             "partialFingerprints": {"primaryLocationLineHash": "39fa:1"}, "codeFlows": [{"threadFlows": []}]},
            {"ruleId": "js/sql/like", "guid": "11111111-1111-4111-8111-111111111111", "message": {"text": "Built."},
             "suppressions": [{"kind": "inSource", "justification": "a test"}],
             "properties": {"security-severity": 9.8, "owner": "blue"}},
            {"kind": "pass", "message": {"text": "All well\n\nNothing was found."}},
            {"baselineState": "absent", "message": {"text": ""}, "hostedViewerUri": "https://tool.test/4"},
            {"suppressions": [{"kind": "external", "status": "rejected"}], "level": "note", "message": {"text": "n"}}]}]})
}

#[test]
fn each_finding_is_a_report() {
    let all = read(&scan());
    assert_eq!(all.len(), 5);
    let first = &all[0];
    assert_eq!((&*first.platform, &*first.id, &*first.title), ("CodeQL", "js/xss 39fa:1", "Cross-site scripting"));
    assert_eq!(first.body, "Written from a request, {not} {9}.\n\nSeen at:\n- src/a%20b.js, line 4\n- src/c.js\n");
    let weakness = first.weakness.as_ref().unwrap();
    assert_eq!((&*weakness.name, weakness.cwe), ("js/xss", Some(79)));
    assert_eq!((first.severity.score, first.severity.word.unwrap().as_str()), (Some(6.1), "medium"));
    assert_eq!(first.asset.as_ref().unwrap().url.as_deref(), Some("src/a%20b.js#L4"));
    assert_eq!(first.times.submitted_at.as_ref().unwrap().as_str(), "2026-11-01T10:00:00Z");
    assert_eq!((first.custom["level"].as_str(), first.state), ("error", State::New));
    assert_eq!(first.references, ["https://tool.test/xss"]);
    assert!(first.kept.contains_key("codeFlows"), "{:?}", first.kept);
    let second = &all[1];
    assert_eq!(second.id, "11111111-1111-4111-8111-111111111111");
    assert_eq!((second.weakness.as_ref().unwrap().cwe, second.severity.score), (Some(89), Some(9.8)));
    assert_eq!(
        (second.outcome, &second.notes[..]),
        (Some(Outcome::AcceptedRisk), &["suppressed: a test".to_owned()][..])
    );
    assert_eq!(second.kept["properties.owner"], json!("blue"));
    let ends: Vec<_> = all.iter().skip(2).map(|report| report.outcome).collect();
    assert_eq!(ends, [Some(Outcome::NotApplicable), Some(Outcome::Resolved), None]);
    assert_eq!((&*all[2].title, &*all[2].body), ("All well", "Nothing was found."));
    assert_eq!((&*all[3].id, all[3].url.as_deref()), ("run 1, result 4", Some("https://tool.test/4")));
}

fn reports() -> Vec<Report> {
    let lines = [
        json!({"platform": "hackerone", "id": "17", "title": "Open redirect", "body": "Go to *this*.\n\nThen there.", "severity": "low",
            "state": "resolved", "weakness": "Open redirect (CWE-601)", "reporter": "ada", "asset": "www.example.com",
            "url": "https://hackerone.com/reports/17", "bounty": 150, "reported_at": "2026-01-02T00:00:00Z", "impact": "Trust"}),
        json!({"id": "18", "title": "", "body": "x", "weakness": "CWE-601", "asset": {"identifier": "api", "url": "https://api.example.com/v1?a=b"}}),
        json!({"id": "19", "title": "Key in code", "asset": {"identifier": "src/main.rs", "kind": "file", "url": "src/main.rs#L9"}}),
    ];
    let text = lines.map(|line| line.to_string()).join("\n");
    let reports = open(text.as_bytes(), Some(Format::JsonLines)).expect("lines");
    reports.map(|report| report.expect("a report")).collect()
}

#[test]
fn reports_are_findings_without_people_and_money() {
    let logged = log(reports(), "Leeward", "1");
    let value = logged.log.value();
    assert_eq!(logged.dropped.get("rewards"), Some(&1), "{:?}", logged.dropped);
    assert!(!value.to_string().contains("ada") && !value.to_string().contains("15000"), "{value:#}");
    let results = value.pointer("/runs/0/results").unwrap();
    assert_eq!((&results[0]["ruleId"], &results[1]["ruleIndex"]), (&json!("CWE-601"), &json!(0)));
    assert_eq!(
        results[0]["message"]["text"],
        json!("Open redirect\n\nGo to *this*.\n\nThen there.\n\n## Impact\n\nTrust")
    );
    assert_eq!((&results[0]["level"], &results[1]["level"]), (&json!("note"), &json!("warning")));
    assert_eq!(results[0]["suppressions"][0]["justification"], json!("resolved"));
    assert_eq!(results[0]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], json!("www.example.com"));
    let place = &results[2]["locations"][0]["physicalLocation"];
    assert_eq!((&place["artifactLocation"]["uri"], &place["region"]["startLine"]), (&json!("src/main.rs"), &json!(9)));
    let back = read(&value);
    for (mut before, after) in reports().into_iter().zip(back) {
        let texts = before.impact.take().map(|impact| format!("{}\n\n## Impact\n\n{impact}", before.body));
        before.body = texts.unwrap_or(before.body);
        before.title = if before.title.is_empty() { before.id.clone() } else { before.title };
        (before.reporter, before.rewards, before.said, before.notes) = (None, Vec::new(), None, after.notes.clone());
        assert_eq!(Report { said: None, ..after }, before);
    }
}

/// What SARIF 2.1.0 asks of the objects and properties that are written, section by section. It knows no others: a property
/// with a wrong name is a fault, as it is by the published schema.
fn standard() -> Value {
    let object = |required: &[&str], properties: Value| json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false});
    let list = |of: &str| json!({"type": "array", "items": {"$ref": format!("#/$defs/{of}")}});
    let one = |of: &str| json!({"$ref": format!("#/$defs/{of}")});
    let (text, address) = (json!({"type": "string"}), json!({"type": "string", "format": "uri-reference"}));
    let (line, texts) = (json!({"type": "integer", "minimum": 1}), json!({"additionalProperties": {"type": "string"}}));
    let level = json!({"enum": ["none", "note", "warning", "error"]});
    let mut log = object(
        &["version", "runs"],
        json!({"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}, "runs": list("run")}),
    );
    log["$defs"] = json!({
        // 3.14, 3.18, 3.19
        "run": object(&["tool"], json!({"tool": one("tool"), "results": list("result")})),
        "tool": object(&["driver"], json!({"driver": one("component")})),
        "component": object(&["name"], json!({"name": text, "version": text, "rules": list("rule")})),
        // 3.49, 3.8
        "rule": object(&["id"], json!({"id": text, "shortDescription": one("message"), "helpUri": {"type": "string", "format": "uri"}, "properties": one("bag")})),
        "bag": {"type": "object", "properties": {"tags": {"type": "array", "uniqueItems": true, "items": text}}},
        // 3.27, 3.11, 3.12
        "result": object(&["message"], json!({
            "ruleId": text, "ruleIndex": {"type": "integer", "minimum": -1}, "level": level, "message": one("message"),
            "locations": list("location"), "fingerprints": texts, "partialFingerprints": texts,
            "hostedViewerUri": {"type": "string", "format": "uri"}, "suppressions": list("suppression"), "properties": one("bag"),
            "guid": {"type": "string", "format": "uuid"},
        })),
        "message": object(&["text"], json!({"text": text, "markdown": text})),
        // 3.28, 3.29, 3.4, 3.30, 3.33
        "location": object(&[], json!({"physicalLocation": one("physical"), "logicalLocations": list("logical")})),
        "physical": object(&["artifactLocation"], json!({"artifactLocation": one("artifact"), "region": one("region")})),
        "artifact": object(&["uri"], json!({"uri": address})),
        "region": object(&["startLine"], json!({"startLine": line, "startColumn": line, "endLine": line, "endColumn": line})),
        "logical": object(&["fullyQualifiedName"], json!({"fullyQualifiedName": text})),
        // 3.35
        "suppression": object(&["kind"], json!({
            "kind": {"enum": ["inSource", "external"]}, "status": {"enum": ["accepted", "underReview", "rejected"]}, "justification": text,
        })),
    });
    log
}

#[test]
fn what_is_written_is_what_the_standard_asks_for() {
    let schema = jsonschema::options().should_validate_formats(true).build(&standard()).unwrap();
    let faults =
        |value: &Value| schema.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect::<Vec<_>>();
    let odd = ["", "a b", "..", "http://[", "%zz", "é", "x\ny"].map(|text| Report {
        id: text.to_owned(),
        url: Some(text.to_owned()),
        asset: Some(formats::report::Target {
            identifier: text.to_owned(),
            kind: Some("file".to_owned()),
            url: Some(format!("{text}#L0")),
        }),
        ..Report::default()
    });
    for value in
        [log(reports(), "Leeward", "1"), log(odd, "Leeward", "1"), log(read(&scan()), "L", "1"), log([], "L", "1")]
    {
        assert_eq!(faults(&value.log.value()), [""; 0]);
    }
    // It finds what is wrong.
    let written = log(reports(), "Leeward", "1").log.value();
    for (place, wrong) in [
        ("/runs/0/results/0/level", json!("low")),
        ("/runs/0/results/0/message", json!("text")),
        ("/runs/0/results/0/locations/0", json!({"physicallocation": {}})),
        ("/runs/0/results/1/locations/0/physicalLocation/artifactLocation/uri", json!("a b")),
        ("/runs/0/results/2/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/tool", json!({})),
    ] {
        let mut value = written.clone();
        *value.pointer_mut(place).expect(place) = wrong;
        assert!(!faults(&value).is_empty(), "{place}");
    }
}

#[test]
fn a_log_of_a_tool_that_tried_in_vain_has_no_findings() {
    // 3.13.4: null, where an empty list would say that there is nothing to find.
    let log = json!({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": null});
    assert_eq!(read(&log), []);
    assert_eq!(
        formats::sarif::read(log.to_string().as_bytes(), formats::json::Limits::default()).unwrap().value(),
        log
    );
}

#[test]
fn an_older_log_and_a_broken_one_are_told() {
    let said = |value: Value| open(value.to_string().as_bytes(), None).err().unwrap().to_string();
    let mut older = scan();
    older["version"] = json!("2.0.0");
    assert!(said(older).contains("2.1.0"));
    let mut broken = scan();
    broken["runs"][0]["results"][0]["message"] = json!("text");
    assert!(said(broken).starts_with("/runs/0/results/0/message"));
}

#[test]
fn a_long_text_of_a_rule_is_not_copied_without_end() {
    let long = "x".repeat(1_000_000);
    let results: Vec<Value> = (0..500).map(|_| json!({"ruleId": "r", "message": {"id": "m"}})).collect();
    let all = read(&json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t", "rules": [
        {"id": "r", "messageStrings": {"m": {"text": long}}}]}}, "results": results}]}));
    let bytes: usize = all.iter().map(|report| report.body.len()).sum();
    assert!((1..=64_000_000).contains(&bytes), "{bytes}");
}

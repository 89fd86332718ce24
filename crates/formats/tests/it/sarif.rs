//! SARIF: what is read is written again, and what is wrong is named.

use formats::json::Limits;
use formats::sarif::{Component, Level, Log, Message, ResultItem, Run, SarifError, Tool, read};
use proptest::prelude::*;
use serde_json::{Value, json};

fn log() -> Value {
    json!({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": "Lint", "version": "1.2", "rules": [
            {"id": "SQL", "shortDescription": {"text": "Query from input"}, "defaultConfiguration": {"level": "error"}, "properties": {"tags": ["x"]}},
            {"id": "XSS"}]}},
        "columnKind": "utf16CodeUnits",
        "results": [
            {"ruleId": "SQL/like", "message": {"text": "Built from a parameter"}, "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": "src/a.rs", "uriBaseId": "ROOT"}, "region": {"startLine": 4, "endColumn": 9, "snippet": {"text": "q"}}},
                "logicalLocations": [{"name": "f"}]}],
             "partialFingerprints": {"primary": "ab12"}, "codeFlows": [{"threadFlows": []}]},
            {"ruleIndex": 1, "message": {"id": "default"}},
            {"ruleIndex": -1, "kind": "pass", "message": {"text": "fine"}},
            {"level": "note", "message": {"text": "n"}}]}]})
}

fn of(value: &Value) -> Result<Log, SarifError> {
    read(value.to_string().as_bytes(), Limits::default())
}

#[test]
fn a_log_comes_out_as_it_went_in() {
    let read = of(&log()).unwrap();
    assert_eq!(read.value(), log());
    let run = &read.runs.as_deref().expect("runs")[0];
    let results = run.results.as_deref().unwrap();
    let rules = run.rules();
    let levels: Vec<Level> = results.iter().map(|result| rules.level(result)).collect();
    assert_eq!(levels, [Level::Error, Level::Warning, Level::None, Level::Note]);
    assert_eq!(rules.rule(&results[0]).map(|rule| rule.id.as_str()), Some("SQL"), "a rule below a rule");
    let place = results[0].locations.as_ref().unwrap()[0].physical_location.as_ref().unwrap();
    assert_eq!(place.region.as_ref().and_then(|region| region.start_line), Some(4));
    assert!(results[0].kept.contains_key("codeFlows"));
}

#[test]
fn a_log_of_our_own_reads_back() {
    let message = Message { text: Some("Found".into()), ..Message::default() };
    let result = ResultItem { rule_id: Some("R1".into()), message, ..ResultItem::default() };
    let driver = Component { name: "leeward".into(), ..Component::default() };
    let run = Run { tool: Tool { driver, ..Tool::default() }, results: Some(vec![result]), ..Run::default() };
    let log = Log::new(vec![run]);
    assert_eq!(of(&log.value()).unwrap(), log);
}

#[test]
fn what_is_wrong_is_named_by_its_pointer() {
    let said = |pointer: &str, value: Value| {
        let mut log = log();
        *log.pointer_mut(pointer).unwrap() = value;
        of(&log).unwrap_err().to_string()
    };
    assert!(said("/version", json!("2.0.0")).starts_with("/version: "), "{}", said("/version", json!("2.0.0")));
    assert!(said("/runs/0/results/3/level", json!("dire")).starts_with("/runs/0/results/3/level: "));
    assert!(said("/runs/0/results/1/message", json!("text")).starts_with("/runs/0/results/1/message: "));
    assert!(said("/runs/0/tool", json!({})).starts_with("/runs/0/tool"));
    let start = "/runs/0/results/0/locations/0/physicalLocation/region/startLine";
    assert!(
        said(start, json!(1.5)).starts_with(&format!("{start}: must be a whole number")),
        "{}",
        said(start, json!(1.5))
    );
    let mut wordy = log();
    let unknown = |n: usize| (format!("x{n}"), json!(n));
    *wordy.pointer_mut("/runs/0/tool/driver/rules/0/properties").unwrap() = (0..300).map(unknown).collect();
    wordy["runs"][0]["tool"]["driver"].as_object_mut().unwrap().extend((0..300).map(unknown));
    wordy["runs"][0]["results"][0]["level"] = json!(7);
    let fault = of(&wordy).unwrap_err().to_string();
    assert!(fault.starts_with("/runs/0/results/0/level: "), "behind very many properties of its own: {fault}");
    assert!(matches!(read(b"{\"version\":", Limits::default()), Err(SarifError::Json(_))));
    assert!(of(&json!([])).is_err());
}

proptest! {
    #[test]
    fn any_value_anywhere_is_read_or_refused(at in 0_usize..14, value in prop_oneof![
        Just(json!(null)), Just(json!(1.5)), Just(json!(-3)), Just(json!("x")), Just(json!([])), Just(json!({})), Just(json!([[1]])), Just(json!(true))]) {
        let places = ["", "/runs", "/runs/0", "/runs/0/tool", "/runs/0/tool/driver", "/runs/0/tool/driver/rules", "/runs/0/tool/driver/rules/0/id",
            "/runs/0/results", "/runs/0/results/0", "/runs/0/results/0/locations", "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            "/runs/0/results/0/partialFingerprints", "/runs/0/results/0/codeFlows", "/runs/0/results/1/ruleIndex"];
        let mut log = log();
        *log.pointer_mut(places[at]).unwrap() = value;
        if let Ok(read) = of(&log) {
            prop_assert_eq!(read.value(), log);
        }
    }

    #[test]
    fn any_bytes_are_a_log_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..80), text in "[\\[\\]{}\":,a-z0-9.]{0,80}") {
        let _ = (read(&bytes, Limits::default()), read(text.as_bytes(), Limits::default()));
    }
}

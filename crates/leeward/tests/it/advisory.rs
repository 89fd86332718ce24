//! `leeward advisory …`: what it prints and its exit status.

use crate::process::{leeward, leeward_fed, text};
use serde_json::Value;

/// An advisory of the profile csaf_base with everything that is asked for.
const GOOD: &str = r#"{
  "document": {
    "category": "csaf_base",
    "csaf_version": "2.0",
    "distribution": { "tlp": { "label": "WHITE" } },
    "lang": "en",
    "publisher": { "category": "vendor", "name": "Acme", "namespace": "https://acme.example" },
    "references": [ { "category": "self", "summary": "Here", "url": "https://acme.example/acme-1.json" } ],
    "title": "Nothing happened",
    "tracking": {
      "current_release_date": "2026-11-22T00:41:07Z",
      "id": "ACME-1",
      "initial_release_date": "2026-11-22T00:41:07Z",
      "revision_history": [ { "date": "2026-11-22T00:41:07Z", "number": "1", "summary": "First." } ],
      "status": "final",
      "version": "1"
    }
  }
}"#;

#[test]
fn check_answers_one_line_a_file_and_the_status_says_the_worst() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let good = write("good.json", GOOD);
    let bad = write("bad.json", &GOOD.replace("\"version\": \"1\"", "\"version\": \"2\""));
    let broken = write("broken.json", "{\n  \"document\": }");

    let checked = leeward(&["advisory", "check", "--json", &good]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked));
    let line: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(
        (&line["file"], &line["valid"], &line["findings"]),
        (&good.clone().into(), &true.into(), &Value::Array(vec![]))
    );

    let checked = leeward(&["advisory", "check", "--json", &good, &bad]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked));
    let last = text(&checked).lines().nth(1).unwrap().to_owned();
    let line: Value = serde_json::from_str(&last).unwrap();
    let finding = &line["findings"][0];
    assert_eq!((finding["test"].as_str(), finding["level"].as_str()), (Some("6.1.16"), Some("error")));
    assert_eq!(finding["pointer"], "/document/tracking/version");

    let checked = leeward(&["advisory", "check", &bad]);
    assert!(text(&checked).contains("NOT valid (errors 1"), "{}", text(&checked));

    let checked = leeward(&["advisory", "check", &broken, &good]);
    assert_eq!(checked.status.code(), Some(2), "{}", text(&checked));
    assert!(text(&checked).contains("broken.json") && text(&checked).contains("line 2"), "{}", text(&checked));
    assert!(text(&checked).contains("good.json: valid"), "the others are checked: {}", text(&checked));
    let folder = folder.path().display().to_string();
    assert!(text(&leeward(&["advisory", "check", &folder])).contains("is a folder"));
}

#[test]
fn convert_writes_the_document_and_says_what_was_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("good.json");
    std::fs::write(&file, GOOD).unwrap();
    let file = file.display().to_string();

    let same = leeward(&["advisory", "convert", "--to", "csaf", &file]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same));
    let (came, went): (Value, Value) =
        (serde_json::from_slice(&same.stdout).unwrap(), serde_json::from_str(GOOD).unwrap());
    assert_eq!((came, same.stderr.is_empty()), (went.clone(), true));

    let osv = leeward(&["advisory", "convert", "--to", "osv", &file]);
    let value: Value = serde_json::from_slice(&osv.stdout).unwrap();
    assert_eq!((&value["summary"], osv.status.code()), (&"Nothing happened".into(), Some(0)));
    assert!(String::from_utf8_lossy(&osv.stderr).contains("dropped: TLP: WHITE"), "{}", text(&osv));

    let newer = leeward(&["advisory", "convert", "--to", "csaf", "--csaf-version", "2.1", &file]);
    let value: Value = serde_json::from_slice(&newer.stdout).unwrap();
    assert_eq!((&value["document"]["csaf_version"], newer.status.code()), (&"2.1".into(), Some(0)));
    assert_eq!(value["document"]["distribution"]["tlp"]["label"], "CLEAR");
    let newer_file = folder.path().join("newer.json").display().to_string();
    std::fs::write(&newer_file, &newer.stdout).unwrap();
    assert_eq!(leeward(&["advisory", "check", &newer_file]).status.code(), Some(0));
    let older = leeward(&["advisory", "convert", "--to", "csaf", &newer_file]);
    assert_eq!(serde_json::from_slice::<Value>(&older.stdout).unwrap(), went, "and back");
    let wrong = leeward(&["advisory", "convert", "--to", "osv", "--csaf-version", "2.1", &file]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong).contains("--csaf-version goes with --to csaf"), "{}", text(&wrong));

    let page = leeward(&["advisory", "convert", "--to", "md", &file]);
    assert!(text(&page).starts_with("# Nothing happened"), "{}", text(&page));
    let wrong = leeward(&["advisory", "convert", "--to", "osv", "--profile", "vex", &file]);
    assert_eq!(wrong.status.code(), Some(2));
    std::fs::write(&file, "{}").unwrap();
    let unknown = leeward(&["advisory", "convert", "--to", "osv", &file]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown).contains("not a CSAF, CVE, OSV or OpenVEX document"), "{}", text(&unknown));
}

#[test]
fn a_folder_of_a_provider_is_held_against_the_requirements() {
    let folder = tempfile::tempdir().unwrap();
    let year = folder.path().join("2026");
    std::fs::create_dir(&year).unwrap();
    std::fs::write(year.join("acme-1.json"), GOOD).unwrap();
    std::fs::write(folder.path().join("index.txt"), "2026/acme-1.json\n").unwrap();
    let name = folder.path().display().to_string();

    let checked = leeward(&["advisory", "check", "--json", "--provider", &name]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked));
    let line: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let broken: Vec<_> = line["findings"].as_array().unwrap().iter().map(|f| f["requirement"].clone()).collect();
    assert_eq!((&line["conforms"], &line["documents"]), (&false.into(), &1.into()));
    assert_eq!(broken, [7, 13, 18, 19], "no metadata, changes, hash or signature");

    let checked = leeward(&["advisory", "check", "--provider", &name]);
    assert!(text(&checked).contains("breaks requirements 7, 13, 18, 19"), "{}", text(&checked));
    let checked = leeward(&["advisory", "check", "--provider", &year.join("none").display().to_string()]);
    assert_eq!(checked.status.code(), Some(2), "{}", text(&checked));
}

#[test]
fn convert_says_whether_the_result_is_valid_and_refuses_what_would_be_false() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    // A record that is not valid itself comes out as it went in, and is told as such.
    let record =
        write("cve.json", r#"{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2026-1"},"containers":{"cna":{}}}"#);
    let told = leeward(&["advisory", "convert", "--to", "cve", &record]);
    assert_eq!(told.status.code(), Some(1), "{}", text(&told));
    assert!(String::from_utf8_lossy(&told.stderr).contains("not valid: /cveMetadata/cveId"), "{}", text(&told));
    let told = leeward(&["advisory", "convert", "--json", "--to", "cve", &record]);
    let line: Value = serde_json::from_slice(&told.stderr).unwrap();
    assert_eq!((&line["valid"], told.status.code()), (&false.into(), Some(1)));
    let nameless = write("osv.json", r#"{"id":"GHSA-3hwm-922r-47hw","modified":"2026-01-02T00:00:00Z","details":"d"}"#);
    let refused = leeward(&["advisory", "convert", "--to", "cve", &nameless]);
    assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(2), true));
    assert!(text(&refused).contains("names no CVE id"), "{}", text(&refused));

    let checked = leeward(&["advisory", "check", &nameless]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked));
    assert!(text(&checked).contains("this is a document of OSV"), "{}", text(&checked));
    let empty = write("empty.json", " \n");
    assert!(text(&leeward(&["advisory", "check", &empty])).contains("the file is empty"));
    let newer = write("newer.json", &GOOD.replace("\"2.0\"", "\"2.2\""));
    assert!(text(&leeward(&["advisory", "check", &newer])).contains("2.0 or 2.1"));
}

#[test]
fn a_dash_is_standard_input_and_names_cannot_steer_the_terminal() {
    let checked = leeward_fed(GOOD, &["advisory", "check", "-"]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked));
    let steering = GOOD.replace("\"lang\"", "\"\\u001b[31m\\nx: valid\": 1, \"lang\"");
    let checked = leeward_fed(&steering, &["advisory", "check", "-"]);
    let said = text(&checked);
    assert!(said.contains("[31m") && !said.contains('\u{1b}'), "{said:?}");
    assert!(!said.lines().any(|line| line.starts_with("x: valid")), "{said:?}");
}

#[test]
fn advisories_are_a_feed_of_what_everybody_may_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, document: serde_json::Value| {
        let file = folder.path().join(name);
        std::fs::write(&file, document.to_string()).unwrap();
        file.display().to_string()
    };
    let osv = |id: &str, modified: &str, summary: &str| serde_json::json!({"id": id, "modified": modified, "summary": summary, "schema_version": "1.7.0"});
    let older = write("older.json", osv("GO-2020-1", "2020-01-01T00:00:00Z", "Old & <odd>"));
    let newer = write("newer.json", osv("GO-2024-2", "2024-01-01T00:00:00Z", "New"));
    let marked = serde_json::json!({"document": {"csaf_version": "2.0", "title": "Secret", "category": "csaf_base",
        "distribution": {"tlp": {"label": "AMBER"}}, "publisher": {"category": "vendor", "name": "A", "namespace": "https://a.test"},
        "tracking": {"id": "S-1", "status": "final", "version": "1", "initial_release_date": "2024-01-01T00:00:00Z",
            "current_release_date": "2024-01-01T00:00:00Z", "revision_history": []}}});
    let marked = write("marked.json", marked);
    let at = ["--page", "https://a.test/advisories", "--own", "https://a.test/feed"];
    let of = |more: &[&str]| leeward(&[&["advisory", "feed"][..], &at[..], more].concat());
    let atom = of(&[&older, &newer]);
    assert_eq!(atom.status.code(), Some(0), "{}", text(&atom));
    let xml = String::from_utf8(atom.stdout).unwrap();
    let places = ["<updated>2024-01-01T00:00:00Z", "#GO-2024-2</id>", "#GO-2020-1</id>", "Old &amp; &lt;odd&gt;"]
        .map(|word| xml.find(word));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {xml}");
    let rss = of(&["--to", "rss", &newer, &marked]);
    let (xml, said) = (String::from_utf8_lossy(&rss.stdout), String::from_utf8_lossy(&rss.stderr));
    assert_eq!(rss.status.code(), Some(1), "one was left out: {said}");
    assert!(xml.contains("<title>New</title>") && !xml.contains("Secret"), "{xml}");
    assert!(said.contains("marked.json: it is marked TLP:AMBER"), "{said}");
    assert_eq!(of(&[&marked]).status.code(), Some(2));
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, "{").unwrap();
    let rest = of(&[&broken.display().to_string(), &newer]);
    let (xml, said) = (String::from_utf8_lossy(&rest.stdout), String::from_utf8_lossy(&rest.stderr));
    assert_eq!(rest.status.code(), Some(2), "one cannot be read: {said}");
    assert!(xml.contains("#GO-2024-2</id>"), "the others are told: {xml}");
    assert!(said.contains("broken.json: cannot be read"), "{said}");
    let wrong = leeward(&["advisory", "feed", "--page", "nowhere", "--own", "https://a.test/feed", &newer]);
    assert!(text(&wrong).contains("is no address with a scheme"), "{}", text(&wrong));
}

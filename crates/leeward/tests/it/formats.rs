//! Commands of the formats: shapes of their lines and exit status.

use crate::process::{Served, leeward, leeward_fed, text};
use serde_json::{Value, json};
use std::process::Output;

fn lines(output: &Output) -> Vec<Value> {
    let out = String::from_utf8_lossy(&output.stdout);
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"))).collect()
}

#[test]
fn cvss_answers_a_line_for_each_vector() {
    let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H";
    let threat = format!("{base}/E:U");
    let scored = leeward(&["cvss", &threat, "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C"]);
    assert_eq!(scored.status.code(), Some(0), "{}", text(&scored));
    let expected = json!({
        "vector": threat, "version": "4.0", "base": 10.0, "temporal": 9.1, "environmental": null,
        "score": 9.1, "severity": "critical", "nomenclature": "CVSS-BT",
    });
    let got = lines(&scored);
    assert_eq!(got[0], expected);
    assert_eq!((&got[1]["version"], &got[1]["score"]), (&json!("2.0"), &json!(6.4)));
    assert!(got[1].get("nomenclature").is_none());
}

#[test]
fn cvss_reads_lines_and_says_which_failed() {
    let input = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H\r\n\nCVSS:3.1/AV:N\n";
    let mixed = leeward_fed(input, &["cvss"]);
    assert_eq!(mixed.status.code(), Some(1), "{}", text(&mixed));
    let got = lines(&mixed);
    assert_eq!(got.len(), 2);
    assert_eq!(got[0]["score"], json!(10.0));
    assert_eq!(got[1], json!({"vector": "CVSS:3.1/AV:N", "error": "missing: AC, PR, UI, S, C, I, A"}));
}

/// What a person at a terminal reads.
fn at_a_terminal(command: &str) -> String {
    let line = format!("{} {command}", env!("CARGO_BIN_EXE_leeward"));
    let output = std::process::Command::new("script").args(["-qec", &line, "/dev/null"]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).replace('\r', "")
}

#[test]
fn a_person_at_a_terminal_reads_words_and_not_json() {
    let base = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H";
    assert_eq!(at_a_terminal(&format!("cvss {base}")), format!("10.0 critical {base}\n"));
    let threat = at_a_terminal(&format!("cvss {base}/E:U"));
    assert_eq!(threat, format!("9.1 critical  {base}/E:U  (base 10.0, with threats 9.1)\n"));
    let refused = at_a_terminal("cvss CVSS:3.1/AV:N");
    assert_eq!(refused, "no score      CVSS:3.1/AV:N: missing: AC, PR, UI, S, C, I, A\n");
    assert!(at_a_terminal(&format!("cvss --json {base}")).starts_with('{'));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.json");
    let targets = json!({"in_scope": [{"identifier": "*.example.com", "kind": "wildcard"}], "out_of_scope": []});
    std::fs::write(&file, json!({"name": "P", "handle": "p", "targets": targets}).to_string()).unwrap();
    let judged = at_a_terminal(&format!("scope --program {} a.example.com b.test", file.display()));
    let expected = "in       a.example.com  by \"*.example.com\" (wildcard)  of p\nunknown  b.test  of p\n";
    assert_eq!(judged, expected);
    assert!(at_a_terminal("vrt stored xss").contains("cross_site_scripting_xss.stored"));
}

#[test]
fn vrt_shows_a_node_and_follows_a_former_one() {
    let there =
        leeward(&["vrt", "server_security_misconfiguration.server_side_request_forgery_ssrf.internal_high_impact"]);
    assert_eq!(there.status.code(), Some(0), "{}", text(&there));
    let got = &lines(&there)[0];
    assert_eq!((&got["priority"], &got["migration"]), (&json!("P2"), &json!("same")));
    assert_eq!(got["cvss"], json!("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:L/A:N"));
    let gone = leeward(&["vrt", "cross_site_scripting_xss.ie_only.older_version_ie10", "--from", "1.3"]);
    assert_eq!(lines(&gone)[0]["node"], json!("cross_site_scripting_xss.ie_only"));
    let unknown = leeward(&["vrt", "stored xss"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(!lines(&unknown)[0]["similar"].as_array().unwrap().is_empty());
    assert_eq!(leeward(&["vrt", "x", "--from", "soon"]).status.code(), Some(2));
}

#[test]
fn ssvc_decides_and_names_the_version() {
    let answers = ["ssvc", "supplier", "exploitation=active", "utility=efficient", "technical-impact=partial"];
    let open = leeward(&answers);
    assert_eq!(open.status.code(), Some(1), "{}", text(&open));
    assert_eq!(lines(&open)[0]["possible"], json!(["Out-of-Cycle", "Immediate"]), "{}", text(&open));
    let whole = [&answers[..], &["PSI=significant"]].concat();
    let got = &lines(&leeward(&whole))[0];
    assert_eq!((&got["outcome"], &got["table"]), (&json!("Immediate"), &json!("ssvc:DT_SP:1.0.0")));
    let wrong = leeward(&["ssvc", "supplier", "exploitation=perhaps"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong).contains("Public PoC"), "{}", text(&wrong));
    assert_eq!(lines(&leeward(&["ssvc"])).len(), 16);
}

#[test]
fn cwe_finds_and_warns() {
    let found = lines(&leeward(&["cwe", "CWE-20"]));
    assert_eq!((found.len(), &found[0]["usage"]), (1, &json!("Discouraged")));
    assert!(found[0]["warning"].as_str().unwrap().contains("advises against"));
    assert_eq!(leeward(&["cwe", "nothing", "of", "the", "kind"]).status.code(), Some(1));
}

#[test]
fn scope_answers_with_the_rule_that_decided() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("programme.json");
    let programme = json!([{"name": "Acme", "handle": "acme", "targets": {
        "in_scope": [{"type": "website", "target": "*.acme.test"}],
        "out_of_scope": [{"type": "website", "target": "blog.acme.test"}],
    }}]);
    std::fs::write(&file, programme.to_string()).unwrap();
    let file = file.display().to_string();
    let input = "https://www.acme.test/x\nblog.acme.test\n\nacme.test\n";
    let answered = leeward_fed(input, &["scope", "--program", &file]);
    assert_eq!(answered.status.code(), Some(0), "{}", text(&answered));
    let got: Vec<_> =
        lines(&answered).into_iter().map(|line| (line["verdict"].clone(), line["rule"].clone())).collect();
    let expected = [("in", json!("*.acme.test")), ("out", json!("blog.acme.test")), ("unknown", Value::Null)];
    assert_eq!(got, expected.map(|(word, rule)| (json!(word), rule)));
    let wrong = leeward(&["scope", "--program", &file, "--only", "other", "x"]);
    assert_eq!((wrong.status.code(), text(&wrong).contains("no programme has")), (Some(2), true));
    let absent = leeward(&["scope", "--program", "no-such-file", "x"]);
    assert_eq!((absent.status.code(), text(&absent).contains("no-such-file: no such file. Give")), (Some(2), true));
    let inside = folder.path().display().to_string();
    assert!(text(&leeward(&["scope", "--program", &inside, "x"])).contains("is a folder; give a file"));
    let piped = leeward_fed(&programme.to_string(), &["scope", "--json", "--program", "-", "blog.acme.test"]);
    assert_eq!(lines(&piped)[0]["program"], json!("acme"), "{}", text(&piped));
    let nothing = leeward_fed("[{\"name\":\"x\"}]", &["scope", "--program", "-", "x"]);
    assert!(text(&nothing).contains("with --format"), "{}", text(&nothing));
}

#[test]
fn scope_reads_a_programme_of_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    std::fs::write(&file, "[programme]\nin_scope = [\"*.acme.test\"]\nout_of_scope = [\"pay.acme.test\"]\n").unwrap();
    let (file, data) = (file.display().to_string(), folder.path().join("data").display().to_string());
    let served = Served::run(&["serve", "--config", &file, "--data", &data, "--listen", "127.0.0.1:0"]);
    let ask = |slug: &str| leeward(&["scope", "--program", slug, "--data", &data, "www.acme.test", "pay.acme.test"]);
    let answered = ask("main");
    assert_eq!(answered.status.code(), Some(0), "{}", text(&answered));
    let got: Vec<_> = lines(&answered).iter().map(|line| json!([line["program"], line["verdict"]])).collect();
    assert_eq!(got, [json!(["main", "in"]), json!(["main", "out"])], "while the desk runs");
    let absent = ask("other");
    assert_eq!(absent.status.code(), Some(2));
    assert!(text(&absent).contains("no programme of this desk, which has: main"), "{}", text(&absent));
    assert!(served.stop());
}

#[test]
fn scope_of_several_programmes_is_answered_by_each() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("programmes.json");
    let programmes = json!([
        {"name": "Wide", "handle": "wide", "targets": {"in_scope": [{"type": "website", "target": "*.*"}]}},
        {"name": "Acme", "targets": {
            "in_scope": [{"type": "website", "target": "*.acme.test"}],
            "out_of_scope": [{"type": "website", "target": "pay.acme.test (Stripe)"},
                {"type": "other", "target": "Anything that runs at www.acme.test"}]}},
        {"name": "Other", "targets": {"in_scope": [{"type": "android", "target": "test.other.app"}]}}]);
    std::fs::write(&file, programmes.to_string()).unwrap();
    let file = file.display().to_string();
    let said = |line: &Value| json!([line["program"], line["verdict"], line["why"].is_string()]);
    let asked =
        |target: &str| lines(&leeward(&["scope", "--program", &file, target])).iter().map(said).collect::<Vec<_>>();
    assert_eq!(asked("pay.acme.test"), [json!(["wide", "in", false]), json!(["Acme", "out", false])]);
    assert_eq!(asked("www.acme.test"), [json!(["wide", "in", false]), json!(["Acme", "unknown", true])]);
    assert_eq!(asked("no words of theirs"), [json!([null, "unknown", false])]);
    let one = leeward(&["scope", "--program", &file, "--only", "Other", "www.acme.test"]);
    assert_eq!(lines(&one).iter().map(said).collect::<Vec<_>>(), [json!(["Other", "unknown", false])]);
    let same = lines(&leeward(&["scope", "diff", "--json", &file, &file, "pay.acme.test"]));
    assert_eq!(same.iter().map(|line| line["program"].clone()).collect::<Vec<_>>(), [json!("Acme"), json!("wide")]);
}

#[test]
fn reports_check_says_what_an_export_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.csv");
    let rows = "id,title,severity_rating,state,substate,bounty,structured_scope,Squad\n\
        1,One,high,closed,resolved,500.0,www.acme.test,blue\n2,Two,low,open,new,,,\n3,Three\n";
    std::fs::write(&file, rows).unwrap();
    let path = file.to_str().unwrap();
    let checked = leeward(&["reports", "check", "--json", path]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked));
    let got = &lines(&checked)[0];
    assert_eq!((&got["format"], &got["reports"], &got["failed"]), (&json!("hackerone"), &json!(2), &json!(1)));
    assert_eq!((&got["states"], &got["rewards"]), (&json!({"new": 1, "resolved": 1}), &json!({"USD": 50_000})));
    assert_eq!(got["unread"], json!({"Squad": 1}));
    assert!(got["errors"][0].as_str().unwrap().starts_with("line 4: 2 cells"), "{got}");
    let both = leeward(&["reports", "check", "--json", "no-such.csv", path]);
    assert_eq!((both.status.code(), lines(&both).len()), (Some(2), 1), "the others are still checked: {}", text(&both));
    std::fs::write(&file, b"\xff\xfei\0d\0").unwrap();
    let wrong = leeward(&["reports", "check", path]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong).contains("export.csv: the file is written in UTF-16; save it as UTF-8"), "{}", text(&wrong));
    assert_eq!(leeward(&["reports", "check", "--format", "hackertwo", path]).status.code(), Some(2));
}

#[test]
fn scope_diff_says_what_a_change_means() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, inside: Value, outside: Value| {
        let file = folder.path().join(name);
        let programme =
            json!([{"name": "Acme", "handle": "acme", "targets": {"in_scope": inside, "out_of_scope": outside}}]);
        std::fs::write(&file, programme.to_string()).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let old = write("old.json", json!(["*.acme.test"]), json!([]));
    let new = write("new.json", json!(["*.acme.test"]), json!(["pay.acme.test"]));
    let changed = leeward(&["scope", "diff", "--json", &old, &new, "https://pay.acme.test/x"]);
    assert_eq!(changed.status.code(), Some(0), "{}", text(&changed));
    let got = lines(&changed);
    assert_eq!((&got[0]["change"]["what"], &got[0]["change"]["asset"]), (&json!("added"), &json!("pay.acme.test")));
    assert_eq!(got[0]["consequence"], json!("was in scope, now out of scope"));
    assert_eq!(got[1]["after"], json!({"verdict": "out", "rule": "pay.acme.test"}));
    assert_eq!(lines(&leeward(&["scope", "diff", &old, &old])).len(), 0);
    assert_eq!(lines(&leeward(&["scope", "--program", &old, "diff"]))[0]["target"], json!("diff"));
    assert_eq!(leeward(&["scope", "www.acme.test"]).status.code(), Some(2), "a programme has to be named");
    assert_eq!(leeward(&["scope", "diff", &old]).status.code(), Some(2));
}

#[test]
fn reports_check_says_what_is_doubled_what_is_a_folder_and_cleans_names() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "sep=;\nid;title;severity_rating;structured_scope;\u{1b}[31mSquad\n1;One;high;;blue\n1;Two;low;;red\n";
    let checked = leeward_fed(rows, &["reports", "check", "--json", "-"]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked));
    assert_eq!((&lines(&checked)[0]["repeated"], &lines(&checked)[0]["reports"]), (&json!(1), &json!(2)));
    let wrong = leeward_fed("\u{1b}[31mname,colour\n", &["reports", "check", "-"]);
    assert_eq!((wrong.status.code(), text(&wrong).contains('\u{1b}')), (Some(2), false), "{:?}", text(&wrong));
    assert!(text(&wrong).contains("--format"), "{}", text(&wrong));
    let directory = folder.path().to_str().unwrap();
    let told = text(&leeward(&["reports", "check", directory]));
    assert!(told.contains("is a folder") && !told.contains("os error"), "{told}");
}

#[test]
fn a_file_that_is_not_there_is_told_in_plain_words() {
    let (key, absent) = ("no-key.asc", "no-such.json");
    for args in [
        &["advisory", "check", absent][..],
        &["advisory", "convert", "--to", "osv", absent],
        &["reports", "check", absent],
        &["security-txt", "check", absent],
        &["security-txt", "verify", "--key", key, absent],
        &["scope", "diff", absent, absent],
    ] {
        let told = leeward(args);
        assert_eq!(told.status.code(), Some(2), "{}", text(&told));
        let said = text(&told);
        assert!(said.contains(": there is no such file") && !said.contains("os error"), "{args:?}: {said}");
    }
}

#[test]
fn small_comforts_of_the_commands() {
    let scored = leeward(&["cvss", "--json", "(AV:N/AC:L/Au:N/C:N/I:N/A:C)", "foo"]);
    assert_eq!(lines(&scored)[0]["score"], json!(7.8));
    assert!(lines(&scored)[1]["error"].as_str().unwrap().contains("looks like CVSS:3.1/"), "{}", text(&scored));
    assert!(text(&leeward(&["vrt", "x", "--from", "99"])).contains("newest release"));
    let unknown = leeward(&["cwe", "CWE-999999"]);
    assert_eq!((unknown.status.code(), &lines(&unknown)[0]["asked"]), (Some(1), &json!("CWE-999999")));
    let page = leeward_fed("<html>", &["security-txt", "check", "--json", "-"]);
    assert_eq!(lines(&page)[0]["looks_like"], json!("a page of HTML"));
}

#[test]
fn findings_of_tools_are_reports_and_reports_are_findings() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scan.sarif");
    let scan = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Lint"}}, "results": [
        {"ruleId": "SQL", "guid": "1", "message": {"text": "Built from input"}, "properties": {"security-severity": "8.1"}},
        {"ruleId": "XSS", "message": {"text": "Echoed"}}]}]});
    std::fs::write(&file, scan.to_string()).unwrap();
    let path = file.to_str().unwrap();
    let checked = leeward(&["reports", "check", "--json", path]);
    let got = &lines(&checked)[0];
    assert_eq!((&got["format"], &got["reports"]), (&json!("sarif"), &json!(2)), "{}", text(&checked));
    assert_eq!(got["severities"], json!({"high": 1, "unknown": 1}));
    let told = leeward(&["reports", "convert", "--to", "jsonl", path]);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told));
    assert_eq!((&lines(&told)[0]["platform"], &lines(&told)[0]["id"]), (&json!("Lint"), &json!("1")));
    let rows = "{\"id\": \"9\", \"title\": \"Leak\", \"reporter\": \"ada\"}\n{\"title\": \"no id\"}\n";
    let log = leeward_fed(rows, &["reports", "convert", "--to", "sarif", "--format", "jsonl", "-"]);
    assert_eq!(log.status.code(), Some(1), "a row was not read: {}", text(&log));
    let written: Value = serde_json::from_slice(&log.stdout).unwrap();
    assert_eq!(written.pointer("/runs/0/results/0/message/text"), Some(&json!("Leak")));
    let said = String::from_utf8_lossy(&log.stderr).into_owned();
    assert!(said.contains("dropped: reporter (of 1 reports)") && said.contains("line 2: it has no id"), "{said}");
    let json = leeward_fed(rows, &["reports", "convert", "--json", "--to", "sarif", "--format", "jsonl", "-"]);
    let told: Value = serde_json::from_slice(&json.stderr).unwrap();
    assert_eq!((&told["failed"], &told["dropped"]), (&json!(1), &json!({"reporter": 1})));
}

//! Exports of reports: samples of our own in the shapes that the platforms document, and anything else.

use formats::cvss;
use formats::report::{Fault, Format, Layout, Outcome, Place, Report, SniffError, Stamp, State, open, sniff};
use proptest::prelude::*;
use serde_json::json;
use std::io::Read;

fn all(text: &str) -> Vec<Report> {
    open(text.as_bytes(), None).expect("an export").map(|read| read.expect("a report")).collect()
}

fn one(text: &str) -> Report {
    let mut read = all(text);
    assert_eq!(read.len(), 1);
    read.remove(0)
}

/// In the shape of HackerOne's customer reference, object `report`; the text is ours.
fn hackerone() -> serde_json::Value {
    let user =
        |name: &str| json!({"data": {"id": "7", "type": "user", "attributes": {"username": name, "name": "Ada L."}}});
    let file = json!({"id": "31", "type": "attachment", "attributes": {"file_name": "proof.txt", "content_type": "text/plain",
        "file_size": 12, "expiring_url": "https://files.test/proof.txt", "created_at": "2026-01-02T03:04:05.000Z"}});
    json!({"id": "4711", "type": "report",
        "attributes": {"title": "Cross-site scripting in the search box", "main_state": "closed", "state": "duplicate",
            "created_at": "2026-01-02T03:04:05.000Z", "vulnerability_information": "Type a quote.\n\n=then look",
            "triaged_at": null, "closed_at": "2026-01-03T00:00:00.000Z", "cve_ids": ["CVE-2026-0001"],
            "issue_tracker_reference_url": "https://issues.test/1", "timer_report_triage_elapsed_time": 60},
        "relationships": {"reporter": user("ada"), "program": {"data": {"id": "1", "type": "program", "attributes": {"handle": "acme"}}},
            "weakness": {"data": {"id": "60", "type": "weakness", "attributes": {"name": "XSS", "description": "…", "external_id": "cwe-79"}}},
            "severity": {"data": {"id": "5", "type": "severity", "attributes": {"rating": "medium", "score": 6.1, "author_type": "User",
                "attack_vector": "network", "attack_complexity": "low", "privileges_required": "none", "user_interaction": "required",
                "scope": "changed", "confidentiality": "low", "integrity": "low", "availability": "none"}}},
            "structured_scope": {"data": {"id": "57", "type": "structured-scope", "attributes": {"asset_identifier": "www.acme.test", "asset_type": "URL"}}},
            "bounties": {"data": [{"id": "9", "type": "bounty", "attributes": {"amount": "500.00", "bonus_amount": "50.00",
                "awarded_amount": "415.96", "awarded_bonus_amount": "41.60", "awarded_currency": "EUR", "created_at": "2026-01-04T00:00:00.000Z"}}]},
            "attachments": {"data": [file]},
            "custom_field_values": {"data": [{"id": "2", "type": "custom-field-value", "attributes": {"value": "Red team"},
                "relationships": {"custom_field_attribute": {"data": {"id": "3", "type": "custom-field-attribute", "attributes": {"label": "Squad"}}}}}]},
            "summaries": {"data": [{"id": "8", "type": "report-summary", "attributes": {"content": "A quote breaks out.", "category": "team"}}]},
            "activities": {"data": [
                {"id": "1", "type": "activity-comment", "attributes": {"message": "Thank you!", "internal": false, "created_at": "2026-01-02T04:00:00.000Z"},
                    "relationships": {"actor": user("grace")}},
                {"id": "2", "type": "activity-bug-duplicate", "attributes": {"message": "Known.", "internal": true, "original_report_id": 4000}}]}}})
}

#[test]
fn hackerone_s_api_is_read_whole() {
    let page = json!({"data": [hackerone()], "links": {"next": "https://api.test/2"}});
    for text in [
        page.to_string(),
        serde_json::to_string_pretty(&page).unwrap(),
        json!({"data": hackerone()}).to_string(),
        json!([hackerone()]).to_string(),
        hackerone().to_string(),
        json!([page]).to_string(),
    ] {
        let report = one(&text);
        assert_eq!((report.platform.as_str(), report.id.as_str()), ("hackerone", "4711"));
        assert_eq!((report.state, report.outcome), (State::Closed, Some(Outcome::Duplicate)));
        assert_eq!(
            (report.duplicate_of.as_deref(), report.said.as_deref()),
            (Some("4000"), Some("closed / duplicate"))
        );
        assert_eq!(report.severity.vector.as_deref(), Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"));
        assert_eq!((report.severity.word, report.severity.score), (Some(cvss::Severity::Medium), Some(6.1)));
        assert_eq!(report.weakness.as_ref().and_then(|weakness| weakness.cwe), Some(79));
        let sums: Vec<String> = report.rewards.iter().map(|reward| format!("{} {}", reward.kind, reward.sum)).collect();
        assert_eq!(sums, ["bounty 415.96 EUR", "bonus 41.60 EUR"]);
        assert_eq!(report.custom.get("Squad").map(String::as_str), Some("Red team"));
        assert_eq!(report.summary.as_deref(), Some("A quote breaks out."));
        assert_eq!(report.asset.as_ref().map(|asset| asset.identifier.as_str()), Some("www.acme.test"));
        assert_eq!((report.attachments.len(), report.attachments[0].bytes), (1, Some(12)));
        let said: Vec<_> = report.activities.iter().map(|a| (a.by.as_deref(), a.team_only, a.text.as_str())).collect();
        assert_eq!(said, [(Some("grace"), false, "Thank you!"), (None, true, "Known.")]);
        assert_eq!(report.times.closed_at.as_ref().map(Stamp::as_str), Some("2026-01-03T00:00:00.000Z"));
        assert_eq!(report.kept["timer_report_triage_elapsed_time"], 60, "{:?}", report.kept);
        assert_eq!(report.kept["severity.author_type"], "User");
        assert!(report.notes.is_empty(), "{:?}", report.notes);
    }
}

#[test]
fn lines_of_hackerone_s_objects_are_read_and_a_wrong_one_does_not_end_it() {
    let text = format!(
        "{}\n{{\"type\":\"report\"}}\n{{oops\n\n{}\n",
        hackerone(),
        json!({"data": [hackerone(), hackerone()]})
    );
    let read: Vec<_> = open(text.as_bytes(), None).unwrap().collect();
    assert_eq!(read.iter().filter(|read| read.is_ok()).count(), 3);
    let faults: Vec<_> = read.iter().filter_map(|read| read.as_ref().err()).collect();
    assert_eq!((faults[0].place, &faults[0].fault), (Place::Line(2), &Fault::NoId));
    assert_eq!(faults[1].place, Place::Line(3));
    assert!(faults[1].to_string().starts_with("line 3: "), "{}", faults[1]);
}

#[test]
fn hackerone_s_states() {
    let cases = [
        ("new", State::New, None, false),
        ("pending-program-review", State::New, None, false),
        ("triaged", State::Triaged, None, false),
        ("needs-more-info", State::New, None, true),
        ("retesting", State::Retest, None, false),
        ("resolved", State::Closed, Some(Outcome::Resolved), false),
        ("informative", State::Closed, Some(Outcome::Informative), false),
        ("not-applicable", State::Closed, Some(Outcome::NotApplicable), false),
        ("spam", State::Closed, Some(Outcome::Spam), false),
    ];
    for (word, state, outcome, waiting) in cases {
        let report = one(&json!({"id": "1", "type": "report", "attributes": {"state": word}}).to_string());
        assert_eq!((report.state, report.outcome, report.waiting), (state, outcome, waiting), "{word}");
        assert_eq!(report.said.as_deref(), Some(word));
    }
    let waiting = json!({"state": "needs-more-info", "triaged_at": "2026-01-02T03:04:05Z"});
    let report = one(&json!({"id": "1", "type": "report", "attributes": waiting}).to_string());
    assert_eq!((report.state, report.waiting), (State::Triaged, true));
    let unknown = json!({"main_state": "closed", "state": "vaporised"});
    let report = one(&json!({"id": "1", "type": "report", "attributes": unknown}).to_string());
    assert_eq!((report.state, report.outcome), (State::Closed, None));
    assert_eq!(report.notes, ["the state \"vaporised\" is not known"]);
}

#[test]
fn bugcrowd_s_api_takes_what_is_included() {
    let link = |kind: &str, id: &str| json!({"data": {"type": kind, "id": id}, "links": {"related": {"href": "/x"}}});
    let page = json!({"data": [{"id": "s-1", "type": "submission",
            "attributes": {"title": "JWT accepts none", "description": "Set alg to none.", "severity": 2, "state": "unresolved", "duplicate": false,
                "bug_url": "https://api.acme.test/", "submitted_at": "2026-02-01T00:00:00.000Z", "http_request": "GET /",
                "vrt_id": "broken_authentication_and_session_management.authentication_bypass", "custom_fields": {"team": "blue"}, "source": "form"},
            "relationships": {"researcher": link("identity", "p-1"), "program": link("program", "g-1"), "target": link("target", "t-1"),
                "duplicate_of": {"data": null}, "assignee": link("identity", "nobody"),
                "monetary_rewards": {"data": [{"type": "monetary_reward", "id": "m-1"}]}, "comments": {"data": [{"type": "comment", "id": "c-1"}]}},
            "links": {"self": "/submissions/s-1"}}],
        "included": [
            {"type": "identity", "id": "p-1", "attributes": {"username": "ada"}},
            {"type": "program", "id": "g-1", "attributes": {"code": "acme", "name": "Acme"}},
            {"type": "target", "id": "t-1", "attributes": {"name": "Acme API", "category": "api"}},
            {"type": "monetary_reward", "id": "m-1", "attributes": {"amount": "900.0", "created_at": "2026-02-02T00:00:00Z"}},
            {"type": "comment", "id": "c-1", "attributes": {"body": "Seen.", "visibility_scope": "bugcrowd_and_customer"}}]});
    let report = one(&page.to_string());
    assert_eq!((report.state, report.outcome, report.severity.priority), (State::Accepted, None, Some(2)));
    assert_eq!(report.severity.word, Some(cvss::Severity::High));
    assert_eq!(report.reporter.as_ref().map(|who| who.handle.as_str()), Some("ada"));
    assert_eq!(report.programme.as_deref(), Some("acme"));
    let asset = report.asset.as_ref().expect("an asset");
    assert_eq!((asset.identifier.as_str(), asset.url.as_deref()), ("Acme API", Some("https://api.acme.test/")));
    assert_eq!(report.rewards[0].sum.to_string(), "900.00 USD");
    assert!(report.activities[0].team_only);
    assert!(report.body.ends_with("### HTTP request\n\nGET /"));
    assert_eq!(report.kept["source"], "form");
    assert_eq!(report.kept["assignee"], json!({"type": "identity", "id": "nobody"}), "a reference is kept");
    let again = json!([{"id": "s-2", "type": "submission", "attributes": {"state": "triaged", "duplicate": true},
        "relationships": {"duplicate_of": {"data": {"type": "submission", "id": "s-1"}}}}]);
    let report = one(&again.to_string());
    assert_eq!((report.outcome, report.duplicate_of.as_deref()), (Some(Outcome::Duplicate), Some("s-1")));
}

const H1_CSV: &str = "\u{feff}id,title,severity_rating,severity_score,state,substate,weakness,reported_at,first_response_at,triaged_at,closed_at,\
awarded_at,assigned,reporter,source,bounty,bonus,public,reference,reference_url,structured_scope,original_report_id,cve_ids\r\n\
11,\"=HYPERLINK(\"\"x\"\")\",high,8.1,closed,resolved,Path Traversal,2026-03-01 10:00:00 UTC,,2026-03-02 10:00:00 UTC,2026-03-05 10:00:00 UTC,\
2026-03-04 10:00:00 UTC,Team,ada,,400.0,25,no,,,api.acme.test,,\"CVE-2026-1, CVE-2026-2\"\r\n\
12,\"two\nlines\",none,,open,new,,2026-03-01,,,,,,ada,,,,no,,,,,\r\n";

#[test]
fn hackerone_s_table() {
    let read = all(H1_CSV);
    assert_eq!(read.len(), 2);
    let first = &read[0];
    assert_eq!((first.state, first.outcome), (State::Closed, Some(Outcome::Resolved)));
    assert_eq!(first.title, "=HYPERLINK(\"x\")", "a formula is untouched");
    assert_eq!(first.notes, ["title begins like a formula; a spreadsheet may run it"]);
    let sums: Vec<String> = first.rewards.iter().map(|reward| reward.sum.to_string()).collect();
    assert_eq!(sums, ["400.00 USD", "25.00 USD"]);
    assert_eq!(first.times.submitted_at.as_ref().map(Stamp::as_str), Some("2026-03-01T10:00:00Z"));
    assert_eq!(first.cves, ["CVE-2026-1", "CVE-2026-2"]);
    assert_eq!((first.kept["assigned"].as_str(), first.kept["public"].as_str()), (Some("Team"), Some("no")));
    assert_eq!(read[1].notes, ["reported_at has no time zone; read as UTC"]);
}

#[test]
fn bugcrowd_s_and_intigriti_s_tables() {
    let bugcrowd = "reference_number,bounty_code,source,username,title,priority,amount,paid_at,vrt_lineage,substate,state,duplicate,bug_url,\
description,submitted_at,validated_at,closed_at,target_name,target_category\n\
r1,acme,platform,ada,Files leak,2,\"1,900\",2026-01-11 10:58:24 UTC,Storage > Plain,unresolved,open,FALSE,acme://x,Look,2026-01-01 06:15:06 UTC,,,Acme app,android\n\
r2,acme,platform,bob,Again,9,,,,triaged,open,TRUE,,,,,,,\n";
    let read = all(bugcrowd);
    assert_eq!((read[0].state, read[0].severity.word), (State::Accepted, Some(cvss::Severity::High)));
    assert_eq!(read[0].rewards[0].sum.minor, 190_000);
    assert_eq!(read[1].outcome, Some(Outcome::Duplicate));
    assert_eq!(read[1].notes, ["the priority \"9\" is not known"]);

    let intigriti = "Submission code;Title;Status;Close reason;Severity;Researcher;Created at;Total payout;Program;Endpoint;Team\n\
ACME-1;Login bypass;Closed;Accepted risk;Exceptional;ada;2026-04-01T00:00:00Z;€ 1,500;Acme web;/login;blue\n\
ACME-2;Odd;Archived;;Low;bob;;;Acme web;;\n";
    let read = all(intigriti);
    assert_eq!((read[0].platform.as_str(), read[0].id.as_str()), ("intigriti", "ACME-1"));
    assert_eq!((read[0].outcome, read[0].severity.word), (Some(Outcome::AcceptedRisk), Some(cvss::Severity::Critical)));
    assert_eq!(read[0].rewards[0].sum.to_string(), "1500.00 EUR");
    assert_eq!(read[0].kept["Team"], "blue");
    assert_eq!((read[1].state, read[1].outcome), (State::Closed, None));
}

#[test]
fn our_own_lines_and_their_short_forms() {
    let text = r#"{"id":"17","title":"Open redirect","body":"…","severity":"P4","state":"resolved","weakness":"Open redirect (CWE-601)",
        "reporter":"ada","asset":"www.acme.test","program":"acme","bounty":150.5,"currency":"EUR","reported_at":"2026-01-02","upvotes":3}"#
        .replace('\n', " ");
    let report = one(&text);
    assert_eq!((report.state, report.outcome), (State::Closed, Some(Outcome::Resolved)));
    assert_eq!((report.severity.priority, report.weakness.as_ref().and_then(|w| w.cwe)), (Some(4), Some(601)));
    assert_eq!((report.rewards[0].sum.to_string().as_str(), report.programme.as_deref()), ("150.50 EUR", Some("acme")));
    assert_eq!(report.kept["upvotes"], 3);
    let odd = one(
        r#"{"id": 5, "title": ["x"], "severity": {"word": "dire", "score": 4}, "attachments": "none", "state": 7}"#,
    );
    assert_eq!((odd.id.as_str(), odd.severity.score, &odd.kept["title"]), ("5", Some(4.0), &json!(["x"])));
    assert_eq!(odd.kept["attachments"], "none");
    for written in all(&text).into_iter().chain(all(H1_CSV)).chain([one(&hackerone().to_string())]) {
        assert_eq!(one(&serde_json::to_string(&written).unwrap()), written);
    }
}

#[test]
fn what_is_no_export_is_refused_with_a_way_out() {
    let said = |bytes: &[u8]| sniff(bytes, None).unwrap_err().to_string();
    assert!(said(b"\xff\xfei\0d\0").contains("UTF-16; save it as UTF-8"));
    assert!(said(b"i\0d\0").contains("UTF-16"));
    assert!(said(b"PK\x03\x04").contains("unpack it"));
    assert!(said(b"\x1f\x8b\x08").contains("gzip"));
    assert_eq!(sniff(b" \n", None), Err(SniffError::Empty));
    assert!(said(b"name,colour\n").contains("name, colour"));
    assert!(said(b"{\"data\":[]}").contains("name the format") && said(b"{\"data\":[]}").contains("--format"));
    assert_eq!(sniff(b"{\"data\":[]}", Some(Format::Bugcrowd)), Ok((Format::Bugcrowd, Layout::Whole)));
    let no_id = sniff(b"title,severity_rating,structured_scope\n", None).unwrap_err();
    assert!(matches!(no_id, SniffError::NoIdColumn { .. }), "{no_id}");
    assert!("hackertwo".parse::<Format>().unwrap_err().contains("hackerone, bugcrowd"));
}

#[test]
fn rows_that_are_wrong_are_named_and_the_next_is_read() {
    let mut bytes = b"id,title,severity_rating,structured_scope\n1,a,low,x\n2,b\n3,\xe9,low,x\n,c,low,x\n5,\"d\ne\",low,x\n6,f,low,x\n".to_vec();
    let read: Vec<_> = open(&bytes[..], None).unwrap().collect();
    let faults: Vec<String> = read.iter().filter_map(|read| read.as_ref().err()).map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "line 3: 2 cells where the first row has 4; a quote or comma may be missing",
            "line 4: \"title\" has bytes that are not UTF-8; save the file as UTF-8",
            "line 5: it has no id",
        ]
    );
    assert_eq!(read.iter().filter(|read| read.is_ok()).count(), 3);
    bytes.extend_from_slice(b"7,g,\n\"8");
    assert_eq!(open(&bytes[..], None).unwrap().count(), 8, "an end in the middle of a row ends it");
}

#[test]
fn a_quote_open_at_the_end_fails_its_row_and_swallowed_rows_are_noted() {
    let head = "id,title,severity_rating,structured_scope,vulnerability_information\n";
    let open_end = format!("{head}1,a,low,x,fine\n2,b,low,x,\"It begins\n3,c,low,x,next\n4,d,low,x,last\n");
    let read: Vec<_> = open(open_end.as_bytes(), None).unwrap().collect();
    assert_eq!(read.len(), 2);
    let said = read[1].as_ref().unwrap_err().to_string();
    assert!(said.starts_with("line 3: a quote is opened and not closed"), "{said}");
    let closed = format!("{head}1,a,low,x,\"It begins\n2,b,low,x,next\n3,c,low,x,\"\"last\"\"\"\n");
    let read = all(&closed);
    assert_eq!(read.len(), 1);
    let note = "vulnerability_information holds lines shaped like rows; a quote may be missing";
    assert!(read[0].notes.iter().any(|n| n == note), "{:?}", read[0].notes);
    for whole in ["1,a,low,x,\"two\nlines\"\"\"\n", "1,a,low,x,\"end\"", "1,a,low,x,in \"words"] {
        let report = &all(&format!("{head}{whole}"))[0];
        assert_eq!(report.notes, Vec::<String>::new(), "{whole}");
    }
}

#[test]
fn a_line_that_names_the_separator_is_no_header() {
    let text = "\u{feff}sep=;\r\nid;title;severity_rating;structured_scope\r\n1;a, b;low;x\r\n2;b\r\n";
    let read: Vec<_> = open(text.as_bytes(), None).unwrap().collect();
    assert_eq!(read[0].as_ref().unwrap().title, "a, b");
    assert!(read[1].as_ref().unwrap_err().to_string().starts_with("line 4: 2 cells"), "{:?}", read[1]);
    let lines = b"id,title,severity_rating,structured_scope\r\n1,\"a\r\nb\",low,x\r\n2,b\r\n3,c,low,x\r4,d\n";
    for step in [1, 2, 3, 5, 64] {
        let pieces = Pieces { bytes: lines, step };
        let read: Vec<_> = open(pieces, None).unwrap().collect();
        assert_eq!(read[0].as_ref().unwrap().title, "a\r\nb");
        assert!(read[1].as_ref().unwrap_err().to_string().starts_with("line 4: "), "{:?}", read[1]);
        assert_eq!((read[2].is_ok(), read.len()), (true, 4));
    }
    let few = "id,title,vulnerability_information,state,substate,severity_rating,reported_at\n1,a,b,open,new,low,\n";
    assert_eq!(sniff(few.as_bytes(), None).unwrap(), (Format::HackerOne, Layout::Csv(b',')));
}

#[test]
fn broken_json_is_told_as_such() {
    let said = |text: &str| open(text.as_bytes(), None).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(said("{\n \"data\": [").contains("ends too early"), "{}", said("{\n \"data\": ["));
    assert!(said("{\"a\":1,\n\"a\":2}").contains("/a stands twice"), "{}", said("{\"a\":1,\n\"a\":2}"));
    assert!(said("{\"colour\":\n1}").contains("no export that is known"));
}

#[test]
fn nothing_kept_of_one_is_written_over_by_the_next() {
    let mut report = hackerone();
    let bounty = |amount: &str, by: &str| json!({"id": amount, "type": "bounty", "attributes": {"amount": amount, "campaign": by}});
    report["relationships"]["bounties"]["data"] = json!([bounty("1", "red"), bounty("2", "blue")]);
    let choices = json!({"value": ["a", "b"]});
    report["relationships"]["custom_field_values"]["data"][0]["attributes"] = choices;
    let read = one(&report.to_string());
    assert_eq!((&read.kept["bounties.campaign"], &read.kept["bounties.2.campaign"]), (&json!("red"), &json!("blue")));
    assert_eq!(read.custom.get("Squad").map(String::as_str), Some("[\"a\",\"b\"]"));
    let table = "id,title,severity_rating,state,substate,reported_at,Team,Team\n1,a,low,open,new,,blue,red\n";
    let read = one(table);
    assert_eq!((&read.kept["Team"], &read.kept["Team (column 8)"]), (&json!("blue"), &json!("red")));
    let reward = json!({"id": "9", "type": "monetary_reward", "attributes": {"amount": null, "reason": "late"}});
    let submission = json!({"id": "5", "type": "submission", "attributes": {"title": "t"},
        "relationships": {"monetary_rewards": {"data": [reward]}}});
    assert_eq!(one(&submission.to_string()).kept["monetary_rewards.reason"], "late");
}

/// So many bytes at a time.
struct Pieces {
    bytes: &'static [u8],
    step: usize,
}

impl Read for Pieces {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = self.step.min(into.len());
        self.bytes.read(&mut into[..most])
    }
}

/// The same row again and again, without holding them.
struct Endless {
    head: &'static [u8],
    row: &'static [u8],
    at: usize,
    left: u64,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.at < self.head.len() {
            let read = into.len().min(self.head.len() - self.at);
            into[..read].copy_from_slice(&self.head[self.at..self.at + read]);
            self.at += read;
            return Ok(read);
        }
        let rows = (into.len() / self.row.len()).min(usize::try_from(self.left).unwrap_or(usize::MAX));
        for place in into.chunks_exact_mut(self.row.len()).take(rows) {
            place.copy_from_slice(self.row);
        }
        self.left -= rows as u64;
        Ok(rows * self.row.len())
    }
}

#[test]
fn a_long_table_is_read_to_its_end() {
    let source =
        Endless { head: b"id,title,severity_rating,structured_scope\n", row: b"1,abc,low,x\n", at: 0, left: 200_000 };
    assert_eq!(open(source, None).unwrap().flatten().count(), 200_000);
}

#[test]
fn a_quote_that_nobody_closes_ends_the_reading_in_bounds() {
    let head = b"id,title,severity_rating,structured_scope\n1,a,low,x\n2,\"b";
    let source = Endless { head, row: b"abcdefgh,low,x,\n", at: 0, left: u64::MAX };
    let read: Vec<_> = open(source, None).unwrap().collect();
    assert_eq!(read.len(), 2);
    assert!(matches!(read[1].as_ref().map_err(|e| &e.fault), Err(Fault::Endless)));
    let source = Endless {
        head: b"{\"id\":\"1\",\"title\":\"a\"}\n{\"id\":\"2\",\"title\":\"",
        row: b"abcdefghijklmnop",
        at: 0,
        left: 4 << 20,
    };
    let read: Vec<_> = open(source, None).unwrap().collect();
    assert!(matches!(read[1].as_ref().map_err(|e| &e.fault), Err(Fault::Long)));
}

fn words() -> impl Strategy<Value = String> {
    "[a-z0-9\" ,;:{}\\[\\]\n=.-]{0,80}"
}

proptest! {
    #[test]
    fn any_bytes_are_reports_or_errors(bytes in proptest::collection::vec(any::<u8>(), 0..120), text in words()) {
        for wanted in [None, Some(Format::HackerOne), Some(Format::Bugcrowd), Some(Format::Intigriti), Some(Format::JsonLines)] {
            for bytes in [&bytes[..], text.as_bytes(), format!("id,title,state,severity\n{text}").as_bytes()] {
                if let Ok(reports) = open(bytes, wanted) {
                    let _ = reports.count();
                }
            }
        }
    }

    #[test]
    fn any_values_in_the_places_of_a_report_are_read(
        names in proptest::collection::vec(prop_oneof!["title", "state", "severity", "weakness", "reporter", "asset", "bounty", "rewards",
            "activities", "attachments", "custom", "kept", "notes", "submitted_at", "cves", "data", "attributes", "relationships", "type"], 0..8),
        value in prop_oneof![Just(json!(null)), Just(json!(7)), Just(json!("x")), Just(json!([1])), Just(json!({"data": [{"id": 1}]})), Just(json!({"a": {}}))],
    ) {
        let mut own = serde_json::Map::from_iter([("id".to_owned(), json!("1"))]);
        let mut inner = own.clone();
        for name in names {
            own.insert(name.clone(), value.clone());
            inner.insert(name, value.clone());
        }
        for wanted in Format::ALL {
            for text in [json!(own.clone()), json!({"id": "1", "attributes": inner.clone(), "relationships": inner.clone()})] {
                for read in open(text.to_string().as_bytes(), Some(wanted)).into_iter().flatten().flatten() {
                    let again = serde_json::to_string(&read).unwrap();
                    prop_assert_eq!(open(again.as_bytes(), Some(Format::JsonLines)).unwrap().next().unwrap().unwrap(), read);
                }
            }
        }
    }
}

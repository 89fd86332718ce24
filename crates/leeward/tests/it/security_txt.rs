//! `leeward security-txt …`: what it prints and its exit status.

use crate::process::{leeward, text};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Output;

fn lines(output: &Output) -> Vec<Value> {
    let out = String::from_utf8_lossy(&output.stdout);
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"))).collect()
}

fn put(folder: &Path, name: &str, text: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

const GOOD: &str = "Contact: https://example.com/report\nExpires: 2027-06-30T12:00:00Z\n";
const DAY: &str = "2027-01-01T00:00:00Z";

#[test]
fn check_answers_one_line_a_file_and_the_status_says_the_worst() {
    let folder = tempfile::tempdir().unwrap();
    let good = put(folder.path(), "good.txt", GOOD.as_bytes());
    let bad = put(folder.path(), "bad.txt", b"Contact: me@example.com\nExpires: 2020-01-01T00:00:00Z\n");
    let long = put(folder.path(), "long.txt", &vec![b'x'; 70_000]);
    let checked = leeward(&["security-txt", "check", "--at", DAY, &good]);
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked));
    let got = &lines(&checked)[0];
    assert_eq!((&got["file"], &got["valid"], &got["errors"]), (&json!(good), &json!(true), &json!([])));
    assert_eq!(got["warnings"], json!(["no_policy", "not_signed"]));

    let both = leeward(&["security-txt", "check", "--json", "--at", DAY, &good, &bad]);
    assert_eq!(both.status.code(), Some(1), "{}", text(&both));
    let got = &lines(&both)[1];
    assert_eq!((&got["valid"], &got["errors"]), (&json!(false), &json!(["no_uri", "expired"])));
    let first = &got["findings"][0];
    assert_eq!((&first["line"], &first["severity"]), (&json!(1), &json!("error")));
    assert_eq!(first["source"], json!("RFC 9116 section 2.5.3"));
    assert!(first["message"].as_str().unwrap().ends_with("write mailto:me@example.com"), "{first}");

    let unreadable = leeward(&["security-txt", "check", "no-such-file", &long, &good]);
    let said = String::from_utf8_lossy(&unreadable.stderr).into_owned();
    assert_eq!((unreadable.status.code(), lines(&unreadable).len()), (Some(2), 1), "{said}");
    assert!(said.contains("no-such-file") && said.contains("long.txt: line 1: longer than 65536 bytes"), "{said}");
    assert_eq!(leeward(&["security-txt", "check", "--at", "soon", &good]).status.code(), Some(2));
}

#[test]
fn check_takes_how_the_file_was_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = put(folder.path(), "security.txt", GOOD.as_bytes());
    let url = "http://example.com/security.txt";
    let args = ["security-txt", "check", "--at", DAY, "--url", url, "--content-type", "text/html", &file];
    let checked = leeward(&args);
    assert_eq!(lines(&checked)[0]["errors"], json!(["invalid_uri_scheme", "location", "invalid_media"]));
}

#[test]
fn write_prints_a_valid_file_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let given = ["--contact", "mailto:security@example.com", "--language", "en", "--language", "de"];
    let more = ["--encryption", "https://example.com/key.asc", "--field", "Bug-Bounty=True"];
    let written = leeward(&[&["security-txt", "write"][..], &given, &more].concat());
    assert_eq!(written.status.code(), Some(0), "{}", text(&written));
    let said = String::from_utf8(written.stdout.clone()).unwrap();
    assert!(said.contains("Preferred-Languages: en, de\n") && said.ends_with("Bug-Bounty: True\n"), "{said}");
    let file = put(folder.path(), "security.txt", &written.stdout);
    assert_eq!(leeward(&["security-txt", "check", &file]).status.code(), Some(0));

    let fresh =
        leeward(&["security-txt", "write", "--from", &file, "--days", "30", "--contact", "tel:+1-201-555-0123"]);
    let said = String::from_utf8_lossy(&fresh.stdout).into_owned();
    assert!(said.starts_with("Contact: tel:+1-201-555-0123\nExpires: ") && said.contains("Bug-Bounty"), "{said}");

    let wrong = leeward(&["security-txt", "write", "--contact", "me@example.com"]);
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(2), 0));
    assert!(text(&wrong).contains("write mailto:me@example.com"), "{}", text(&wrong));
    let sly =
        leeward(&["security-txt", "write", "--contact", "tel:+1", "--comment", "x\nHiring: https://evil.example/"]);
    assert_eq!((sly.status.code(), sly.stdout.len()), (Some(2), 0), "{}", text(&sly));
}

/// The test keys of the formats.
fn key(name: &str) -> String {
    format!("{}/../formats/tests/it/security_txt/keys/{name}.gpg", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn sign_and_verify_agree_and_say_who() {
    let folder = tempfile::tempdir().unwrap();
    let canonical = "https://example.com/.well-known/security.txt";
    let given = ["security-txt", "write", "--contact", "tel:+1-201-555-0123", "--canonical", canonical];
    let plain = put(folder.path(), "plain.txt", &leeward(&given).stdout);
    let signed = leeward(&["security-txt", "sign", "--key", &key("signer.secret"), &plain]);
    assert_eq!(signed.status.code(), Some(0), "{}", text(&signed));
    let file = put(folder.path(), "security.txt", &signed.stdout);
    let public = key("signer.public");
    let verify = |more: &[&str]| leeward(&[&["security-txt", "verify", "--key", &public], more].concat());

    let good = verify(&["--url", canonical, &file]);
    assert_eq!(good.status.code(), Some(0), "{}", text(&good));
    let got = &lines(&good)[0];
    assert_eq!((&got["good"], &got["verdict"], &got["findings"]), (&json!(true), &json!("good"), &json!([])));
    assert_eq!(got["signatures"][0]["key"], got["signatures"][0]["issuer"]);

    let elsewhere = verify(&["--url", "https://other.example/.well-known/security.txt", &file]);
    assert_eq!(elsewhere.status.code(), Some(1));
    let got = &lines(&elsewhere)[0];
    assert_eq!((&got["good"], &got["findings"][0]["code"]), (&json!(false), &json!("no_canonical_match")));

    let changed = String::from_utf8(signed.stdout).unwrap().replace("555", "556");
    let changed = put(folder.path(), "changed.txt", changed.as_bytes());
    let both = verify(&[&changed, &plain]);
    assert_eq!(both.status.code(), Some(1));
    let words: Vec<_> = lines(&both).into_iter().map(|line| line["verdict"].clone()).collect();
    assert_eq!(words, ["bad", "not-signed"]);
    let other = leeward(&["security-txt", "verify", "--key", &key("rsa.public"), &file]);
    assert_eq!((other.status.code(), &lines(&other)[0]["verdict"]), (Some(1), &json!("unknown-key")));
    let no_key = leeward(&["security-txt", "verify", "--key", &plain, &file]);
    assert_eq!((no_key.status.code(), text(&no_key).contains("gpg --armor --export")), (Some(2), true));
}

#[test]
fn sign_asks_for_the_password_and_a_valid_file() {
    let folder = tempfile::tempdir().unwrap();
    let plain = put(folder.path(), "plain.txt", &leeward(&["security-txt", "write", "--contact", "tel:+1"]).stdout);
    let secret = key("locked.secret");
    let sign = |more: &[&str]| leeward(&[&["security-txt", "sign", "--key", &secret], more].concat());
    let locked = sign(&[&plain]);
    assert_eq!((locked.status.code(), locked.stdout.len()), (Some(2), 0));
    assert!(text(&locked).contains("password"), "{}", text(&locked));
    let password = put(folder.path(), "password", b"correct horse\n");
    let open = sign(&["--password-file", &password, &plain]);
    assert_eq!(open.status.code(), Some(0), "{}", text(&open));
    let wrong = put(folder.path(), "wrong.txt", b"Contact: me\n");
    let refused = sign(&["--password-file", &password, &wrong]);
    assert!(text(&refused).contains("line 1: Contact must be a URI"), "{}", text(&refused));
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0));
}

#[test]
fn a_terminal_is_told_that_it_goes_on() {
    // script(1) gives a terminal; standard output is elsewhere, as for somebody who keeps the lines.
    let leeward = env!("CARGO_BIN_EXE_leeward");
    let slow = format!("(sleep 3; echo) | '{leeward}' security-txt check - > /dev/null");
    let run = std::process::Command::new("script").args(["-qec", &slow, "/dev/null"]).output();
    // Where it is not installed there is no terminal to look at.
    let Ok(run) = run else { return };
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(said.contains("\rfiles: 1"), "{said:?}");
}

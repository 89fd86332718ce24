//! Commands, their words and their exit status: 0 done, 1 a check failed, 2 wrong use.

use crate::process::{Served, leeward, leeward_with, request, text};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn report(served: &Served, key: &str) -> Value {
    let body = r#"{"title":"Old token","summary":"It still works.","body":"Steps are here."}"#;
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
    let (status, body) = request(&served.url, "POST", "/api/v1/programs/main/reports", &headers, body);
    assert_eq!(status, 201, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn data_of(folder: &Path) -> String {
    folder.join("data").display().to_string()
}

#[test]
fn check_prints_what_is_in_force_and_masks_passwords() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    std::fs::write(&file, "[store]\ndatabase = \"postgres://me:s3cret@127.0.0.1/x\"\n").unwrap();
    let file = file.display().to_string();
    let variables = [("LEEWARD__ORGANISATION__NAME", "Acme")];
    let shown = leeward_with(&variables, &["check", "--config", &file, "--data", &data_of(folder.path())]);
    let said = text(&shown);
    assert_eq!(shown.status.code(), Some(0), "{said}");
    assert!(said.contains("name = \"Acme\"") && said.contains("me:***@127.0.0.1"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn an_unknown_key_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    std::fs::write(&file, "[server]\nlistn = \"127.0.0.1:1\"\n").unwrap();
    let refused = leeward(&["check", "--config", &file.display().to_string()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("server.listn"), "{}", text(&refused));
    let refused = leeward_with(&[("LEEWARD__SERVER__LISTN", "x")], &["check"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("LEEWARD__SERVER__LISTN"), "{}", text(&refused));
}

#[test]
fn a_wrong_path_makes_no_empty_store() {
    let folder = tempfile::tempdir().unwrap();
    let refused = leeward(&["verify", "--data", &data_of(folder.path())]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_report_is_received_proved_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    let served = Served::start(Path::new(&data));
    assert!(served.said.contains("/desk/set-up/"), "{}", served.said);
    let made = report(&served, "key-1");
    let again = report(&served, "key-1");
    assert_eq!((&made["id"], &made["code"]), (&again["id"], &again["code"]), "a replay has one effect");
    let receipt = folder.path().join("receipt.json");
    std::fs::write(&receipt, made["receipt"].to_string()).unwrap();
    let (status, keys) = request(&served.url, "GET", "/api/v1/log/key", &[], "");
    assert_eq!(status, 200);
    let key_file = folder.path().join("keys");
    std::fs::write(&key_file, &keys).unwrap();
    assert!(served.stop(), "SIGTERM ends it well");

    let (receipt, key_file) = (receipt.display().to_string(), key_file.display().to_string());
    let valid = leeward(&["receipt", "verify", &receipt, "--key", &key_file]);
    assert_eq!(valid.status.code(), Some(0), "{}", text(&valid));
    let unknown = leeward(&["receipt", "verify", &receipt]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown).contains("consistent, signer unknown"), "{}", text(&unknown));
    let public = leeward(&["key", "show", "--public", "--data", &data]);
    assert_eq!(String::from_utf8_lossy(&public.stdout), keys);
    let verified = leeward(&["verify", "--data", &data]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified));

    let served = Served::start(Path::new(&data));
    assert_eq!(report(&served, "key-1")["id"], made["id"]);
    let (status, _) = request(&served.url, "GET", "/readyz", &[], "");
    assert_eq!(status, 200);
}

#[test]
fn a_changed_receipt_is_invalid() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    let served = Served::start(Path::new(&data));
    let made = report(&served, "key-1");
    let (_, keys) = request(&served.url, "GET", "/api/v1/log/key", &[], "");
    let receipt = folder.path().join("receipt.json");
    let key_file = folder.path().join("keys");
    std::fs::write(&receipt, made["receipt"].to_string().replace("Old token", "New token")).unwrap();
    std::fs::write(&key_file, keys).unwrap();
    let refused =
        leeward(&["receipt", "verify", &receipt.display().to_string(), "--key", &key_file.display().to_string()]);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
    assert!(text(&refused).contains("invalid"), "{}", text(&refused));
}

#[test]
fn the_master_key_is_private_and_needed() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    assert!(Served::start(Path::new(&data)).stop());
    let key = Path::new(&data).join("master.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = leeward(&["verify", "--data", &data]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("chmod 600"), "{}", text(&refused));

    let right = std::fs::read_to_string(&key).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, "11".repeat(32)).unwrap();
    let refused = leeward(&["verify", "--data", &data]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("wants"), "{}", text(&refused));

    std::fs::write(&key, [0xff, 0xfe, b'1', b'2']).unwrap();
    let refused = leeward(&["verify", "--data", &data]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused);
    assert!(said.contains("64 hexadecimal digits") && said.contains("leeward key recover"), "{said}");
    assert!(!said.contains("UTF-8"), "{said}");

    std::fs::remove_file(&key).unwrap();
    let refused = leeward(&["verify", "--data", &data]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!key.exists(), "no new key is made for an old store");
    let good = leeward_with(&[("LEEWARD_MASTER_KEY", right.trim())], &["verify", "--data", &data]);
    assert_eq!(good.status.code(), Some(0), "{}", text(&good));
}

#[test]
fn the_master_key_is_rotated_and_a_backup_restored() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    let served = Served::start(Path::new(&data));
    report(&served, "key-1");
    assert!(served.stop());
    let before = std::fs::read_to_string(Path::new(&data).join("master.key")).unwrap();
    let rotated = leeward(&["key", "rotate", "--data", &data]);
    assert_eq!(rotated.status.code(), Some(0), "{}", text(&rotated));
    let after = std::fs::read_to_string(Path::new(&data).join("master.key")).unwrap();
    assert_ne!(before, after);
    assert_eq!(after.lines().count(), 1, "the old key is gone from the file");
    let old = leeward_with(&[("LEEWARD_MASTER_KEY", before.trim())], &["verify", "--data", &data]);
    assert_eq!(old.status.code(), Some(2));

    let file = folder.path().join("leeward.backup").display().to_string();
    let made = leeward(&["backup", &file, "--data", &data]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made));
    let tried = leeward(&["verify", "--backup", &file, "--json", "--data", &data]);
    let seen: Value = serde_json::from_slice(&tried.stdout).unwrap();
    assert_eq!(
        (&seen["valid"], &seen["cases"], &seen["remembered"]),
        (&true.into(), &1.into(), &true.into()),
        "{seen}"
    );
    let other = folder.path().join("restored").display().to_string();
    let restored = leeward_with(&[("LEEWARD_MASTER_KEY", after.trim())], &["restore", &file, "--data", &other]);
    assert_eq!(restored.status.code(), Some(0), "{}", text(&restored));
    let verified = leeward_with(&[("LEEWARD_MASTER_KEY", after.trim())], &["verify", "--json", "--data", &other]);
    let seen: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!((&seen["valid"], &seen["epochs"]), (&Value::Bool(true), &Value::from(2)), "{seen}");
}

#[test]
fn an_erased_case_is_gone_and_the_log_still_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    let served = Served::start(Path::new(&data));
    let name = report(&served, "key-1")["name"].as_str().unwrap().to_owned();
    let (_, note) = request(&served.url, "GET", "/api/v1/log/checkpoint", &[], "");
    assert!(served.stop());
    let erased = leeward(&["erase", "case", &name, "--reason", "asked for", "--data", &data]);
    assert_eq!(erased.status.code(), Some(0), "{}", text(&erased));
    let again = leeward(&["erase", "case", &name, "--reason", "asked for", "--data", &data]);
    assert_eq!(again.status.code(), Some(2), "{}", text(&again));
    let kept = folder.path().join("checkpoint");
    std::fs::write(&kept, note).unwrap();
    let kept = kept.display().to_string();
    let verified = leeward(&["verify", "--json", "--checkpoint", &kept, "--data", &data]);
    let seen: Value = serde_json::from_slice(&verified.stdout).unwrap();
    // A report is two events: it came, and the formal step to "received".
    assert_eq!((&seen["valid"], &seen["erased"]), (&Value::Bool(true), &Value::from(2)), "{seen}");
}

#[test]
fn an_erased_person_is_found_under_no_address() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    assert!(Served::start(Path::new(&data)).stop());
    let omar = "omar@acme.example";
    let made = leeward(&["admin", "invite", omar, "--role", "triager", "--data", &data]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made));
    let erase = || leeward(&["erase", "person", omar, "--reason", "left", "--data", &data]);
    let gone = erase();
    assert_eq!(gone.status.code(), Some(0), "{}", text(&gone));
    assert_eq!(erase().status.code(), Some(2), "there is nobody with this address any more");
    let verified = leeward(&["verify", "--json", "--data", &data]);
    let seen: Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(seen["valid"], Value::Bool(true), "{seen}");
}

#[test]
fn it_can_be_stopped_the_moment_it_says_that_it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    for round in 0..8 {
        assert!(Served::start(Path::new(&data)).stop(), "round {round}");
    }
}

#[test]
fn an_invitation_is_printed_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    assert!(Served::start(Path::new(&data)).stop());
    let invited = leeward(&["admin", "invite", "tomas@acme.example", "--role", "triager", "--data", &data]);
    assert_eq!(invited.status.code(), Some(0), "{}", text(&invited));
    assert!(String::from_utf8_lossy(&invited.stdout).starts_with("http://127.0.0.1:8080/desk/set-up/"));
    let refused = leeward(&["admin", "invite", "tomas@acme.example", "--role", "king", "--data", &data]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn the_demo_has_cases_and_a_way_in() {
    let demo = Served::run(&["demo", "--listen", "127.0.0.1:0"]);
    assert!(demo.said.contains("/demo/enter/"), "{}", demo.said);
    let (status, page) = request(&demo.url, "GET", "/", &[], "");
    assert_eq!(status, 200);
    assert!(page.contains("Acme"), "{page}");
    assert!(demo.stop());
}

#[test]
fn an_exported_case_is_checked_by_its_file_and_the_keys_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("other.json"), "{}").unwrap();
    let refused = leeward(&["case", "verify", &path("other.json")]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains("not a case of version leeward-case/v1"), "{}", text(&refused));
    let absent = leeward(&["case", "verify", &path("absent.json")]);
    assert_eq!(absent.status.code(), Some(2));
    let sample = include_str!("../data/case.json");
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/case.keys");
    std::fs::write(path("case.json"), sample).unwrap();
    let valid = leeward(&["case", "verify", &path("case.json"), "--key", keys]);
    assert_eq!(valid.status.code(), Some(0), "{}", text(&valid));
    let unsigned = leeward(&["case", "verify", &path("case.json"), "--json"]);
    let said: Value = serde_json::from_slice(&unsigned.stdout).unwrap();
    assert_eq!((unsigned.status.code(), &said["verdict"]), (Some(1), &"unknown-signer".into()));
    std::fs::write(path("case.json"), sample.replace("Which version", "Which edition")).unwrap();
    let changed = leeward(&["case", "verify", &path("case.json"), "--key", keys]);
    assert_eq!(changed.status.code(), Some(1));
    assert!(text(&changed).contains("FAULT event 3 is not what the log holds"), "{}", text(&changed));
}

#[test]
fn an_older_copy_in_the_place_of_the_store_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let data = data_of(folder.path());
    let store = std::path::Path::new(&data).join("leeward.sqlite");
    let older = folder.path().join("older.sqlite");
    let file = |key: &str| {
        let served = Served::start(data.as_ref());
        report(&served, key);
        assert!(served.stop());
    };
    file("one");
    std::fs::copy(&store, &older).unwrap();
    file("two");
    let newer = std::fs::read(&store).unwrap();
    std::fs::copy(&older, &store).unwrap();
    for args in [["serve", "--listen", "127.0.0.1:0"].as_slice(), &["verify"]] {
        let refused = leeward(&[args, &["--data", &data]].concat());
        assert!(!refused.status.success());
        let said = text(&refused);
        assert!(said.contains("entries, the store") && said.contains("leeward log go-on"), "{said}");
    }
    // The newer store is found again.
    std::fs::write(&store, newer).unwrap();
    assert!(text(&leeward(&["log", "go-on", "--data", &data])).contains("Nothing is lost"));
    file("three");
    // It is not, and somebody goes on.
    std::fs::copy(&older, &store).unwrap();
    let went_on = text(&leeward(&["log", "go-on", "--data", &data]));
    assert!(went_on.contains("The log goes on in") && went_on.contains("/epoch/2"), "{went_on}");
    file("four");
    let verified = leeward(&["verify", "--data", &data]);
    assert!(verified.status.success(), "{}", text(&verified));
}

//! The parts of others: where they come from, and which of them do cryptography.

use super::{house, text_of};
use std::collections::BTreeSet;
use toml::Table;

/// Words in the names of crates that compute with secrets.
const CRYPTOGRAPHIC: &[&str] = &[
    "aes",
    "argon",
    "bcrypt",
    "bip39",
    "blake",
    "chacha",
    "cipher",
    "crypt",
    "dalek",
    "digest",
    "hkdf",
    "hmac",
    "jose",
    "jwt",
    "md5",
    "openssl",
    "p256",
    "pbkdf",
    "pgp",
    "poly1305",
    "rsa",
    "rustls",
    "scrypt",
    "sha1",
    "sha2",
    "sha3",
    "signed_note",
    "tlog_",
    "totp",
    "webauthn",
];

fn is_cryptographic(name: &str) -> bool {
    name == "ring" || CRYPTOGRAPHIC.iter().any(|word| name.contains(word))
}

/// Dependencies that are built into the binary, of every crate of the house.
fn built_in() -> BTreeSet<String> {
    let folders = std::fs::read_dir(house().join("crates")).unwrap();
    let files = folders.map(|folder| folder.unwrap().path().join("Cargo.toml")).filter(|file| file.exists());
    let mut names = BTreeSet::new();
    for file in files {
        let table: Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
        let needs = table.get("dependencies").and_then(|needs| needs.as_table()).into_iter().flatten();
        names.extend(needs.map(|(name, _)| name.clone()));
    }
    names
}

#[test]
fn the_inventory_names_every_cryptographic_part() {
    let rules = text_of("docs/security-rules.md");
    let used: Vec<String> = built_in().into_iter().filter(|name| is_cryptographic(name)).collect();
    assert!(used.len() > 8 && used.iter().any(|name| name == "chacha20poly1305"), "{used:?}");
    let missing: Vec<&String> = used.iter().filter(|name| !rules.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/security-rules.md does not say what these are for: {missing:?}");
}

#[test]
fn every_part_comes_from_one_registry_with_its_hash() {
    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
    let lock: Table = text_of("Cargo.lock").parse().unwrap();
    let parts = lock["package"].as_array().unwrap();
    let mut from_outside = 0;
    for part in parts {
        let word = |name: &str| part.get(name).and_then(|value| value.as_str());
        let name = word("name").unwrap();
        match word("source") {
            None => assert!(house().join("crates").join(name).is_dir(), "{name} comes from nowhere"),
            Some(source) => {
                assert_eq!(source, REGISTRY, "{name}");
                assert_eq!(word("checksum").map(str::len), Some(64), "{name} has no hash");
                from_outside += 1;
            }
        }
    }
    assert!(from_outside > 100, "{from_outside}");
    let deny = text_of("deny.toml");
    assert!(deny.contains("unknown-registry = \"deny\"") && deny.contains("unknown-git = \"deny\""));
}

const FLAW: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2099-0001\"\npackage = \"thing\"\ndate = \"2099-01-01\"\n\n\
[versions]\npatched = [\">= 1.2.3, < 2.0.0\", \"^2.1\"]\nunaffected = [\"< 1.0.0\"]\n```\n\n# Words\n";

/// What the tool says of one part: its status, and its words.
fn held_against_the_flaw(version: &str, answers: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("crates/thing");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("RUSTSEC-2099-0001.md"), FLAW).unwrap();
    let lock = format!("[[package]]\nname = \"thing\"\nversion = \"{version}\"\nsource = \"registry\"\n");
    std::fs::write(folder.path().join("lock"), lock).unwrap();
    std::fs::write(folder.path().join("deny"), format!("[advisories]\nignore = [{answers}]\n")).unwrap();
    let python = outside::python(env!("CARGO_TARGET_TMPDIR"), &["tomllib"]);
    let mut command = std::process::Command::new(python);
    command.arg(house().join("tools/advisories.py")).arg(folder.path());
    command.arg("--lock").arg(folder.path().join("lock")).arg("--deny").arg(folder.path().join("deny"));
    let ran = command.output().unwrap();
    (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned())
}

#[test]
fn a_part_with_a_known_flaw_is_found_and_wants_an_answer_with_a_reason() {
    for flawed in ["1.0.0", "1.2.2", "1.2.3-rc.1", "2.0.0", "2.0.9"] {
        let (code, said) = held_against_the_flaw(flawed, "");
        assert_eq!(code, Some(1), "{flawed}: {said}");
        assert!(said.contains(&format!("FOUND RUSTSEC-2099-0001: thing {flawed}")), "{said}");
    }
    for good in ["0.9.9", "1.2.3", "1.9.0", "2.1.0", "2.7.1+build"] {
        let (code, said) = held_against_the_flaw(good, "");
        assert_eq!(code, Some(0), "{good}: {said}");
    }
    let answer = |reason: &str| format!("{{ id = \"RUSTSEC-2099-0001\", reason = \"{reason}\" }}");
    assert_eq!(held_against_the_flaw("1.0.0", &answer("it is not reached")).0, Some(0));
    assert_eq!(held_against_the_flaw("1.0.0", &answer(" ")).0, Some(1), "an answer without a reason");
    assert_eq!(
        held_against_the_flaw("1.2.3", &answer("it is not reached")).0,
        Some(1),
        "an answer that outlived its flaw"
    );
    // The stage of ./test, and what it holds our own parts against.
    let (test, deny) = (text_of("test"), text_of("deny.toml"));
    assert!(test.contains("python3 tools/advisories.py") && test.contains("NOT CHECKED"));
    assert!(test.contains("stages=(fmt clippy layering advisories "));
    let deny: Table = deny.parse().unwrap();
    for answer in deny["advisories"]["ignore"].as_array().unwrap() {
        assert!(answer["reason"].as_str().is_some_and(|reason| reason.len() > 40), "{answer}");
    }
}

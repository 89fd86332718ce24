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

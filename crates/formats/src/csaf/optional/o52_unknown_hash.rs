//! 6.2.52: hashes are of a kind that readers know.

use crate::csaf::{Document, Findings, Rule, Test};

pub(super) const TEST: Test = Test { id: "6.2.52", title: "Unknown Hash Algorithm", rule: Rule::Run(run) };

/// Those that the standard names: its own examples, and the digests of OpenSSL.
const KNOWN: &[&str] = &[
    "blake2b512",
    "blake2s256",
    "md4",
    "md5",
    "md5-sha1",
    "mdc2",
    "ripemd",
    "ripemd160",
    "rmd160",
    "sha1",
    "sha224",
    "sha256",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
    "sha384",
    "sha512",
    "sha512-224",
    "sha512-256",
    "shake128",
    "shake256",
    "sm3",
    "ssl3-md5",
    "ssl3-sha1",
    "whirlpool",
];

fn run(document: &Document, found: &mut Findings) {
    for hash in document.hashes().flat_map(|file| file.items("file_hashes")) {
        if let Some(algorithm) = hash.get("algorithm")
            && algorithm.text().is_some_and(|text| !KNOWN.contains(&text))
        {
            found.at(&algorithm, "is not among the algorithms that the standard names, and not known here; add sha256");
        }
    }
}

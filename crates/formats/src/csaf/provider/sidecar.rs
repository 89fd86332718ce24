//! Hashes and signatures beside the documents. Requirements 18 and 19.

use super::finding::Findings;
use super::{Site, name};
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::fmt::Write as _;

/// Extensions that a feed links, with the `rel` of the link.
pub(super) const LINKED: &[(&str, &str)] = &[
    ("sha256", "hash"),
    ("sha384", "hash"),
    ("sha512", "hash"),
    ("sha3-256", "hash"),
    ("sha3-512", "hash"),
    ("asc", "signature"),
];

/// Algorithms that are computed here.
const COMPUTED: &[&str] = &["sha256", "sha384", "sha512"];
/// Those that are known to be good and not computed here.
const TRUSTED: &[&str] = &["sha3-256", "sha3-384", "sha3-512", "blake2b512"];
/// Those that can be forged.
const BROKEN: &[&str] = &["md5", "sha1"];

pub(super) fn check(site: &Site, found: &mut Findings) {
    for file in site.documents.keys().copied() {
        hashes(site, file, found);
        signature(site, file, found);
    }
    for file in site.folder.files() {
        let Some((document, extension)) = file.rsplit_once('.') else { continue };
        let requirement = if extension == "asc" { 19 } else { 18 };
        let known = COMPUTED.contains(&extension) || TRUSTED.contains(&extension) || extension == "asc";
        if known && super::has_extension(document, "json") && !site.has(document) {
            let message = format!("belongs to {}, which is not there; remove it", name(document));
            found.warning(requirement, file, message);
        }
    }
}

fn hashes(site: &Site, file: &str, found: &mut Findings) {
    let beside = |extension: &&&str| site.has(&format!("{file}.{extension}"));
    for broken in BROKEN.iter().filter(beside) {
        found.error(18, &format!("{file}.{broken}"), "this algorithm can be forged; remove the file, keep sha512");
    }
    let computed: Vec<_> = COMPUTED.iter().filter(beside).collect();
    if computed.is_empty() && !TRUSTED.iter().any(|extension| beside(&extension)) {
        found.error(18, file, format!("has no hash beside it; write {}.sha512", name(file)));
    }
    if computed.is_empty() {
        return;
    }
    let bytes = match site.folder.read(file) {
        Ok(bytes) => bytes,
        Err(fault) => {
            found.error(18, file, format!("could not be read: {fault}"));
            return;
        }
    };
    for extension in computed {
        let path = format!("{file}.{extension}");
        let Some(text) = site.text(18, &path, found) else { continue };
        let right = digest(extension, &bytes);
        let given = text.split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
        if given == right {
            continue;
        }
        found.error(
            18,
            &path,
            if given.eq_ignore_ascii_case(&right) {
                "is written in capitals; write it in lower case"
            } else if given.len() != right.len() {
                "does not begin with a hash of that algorithm; write it again"
            } else {
                "is not the hash of the document; write it again, or find out who changed the document"
            },
        );
    }
}

fn digest(algorithm: &str, bytes: &[u8]) -> String {
    let digest = match algorithm {
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha384" => Sha384::digest(bytes).to_vec(),
        _ => Sha512::digest(bytes).to_vec(),
    };
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The signature is there and has the form of one; whose it is and whether it holds is not looked at here.
fn signature(site: &Site, file: &str, found: &mut Findings) {
    let path = format!("{file}.asc");
    if !site.has(&path) {
        found.error(
            19,
            file,
            format!("has no signature beside it; write {} with gpg --armor --detach-sign", name(&path)),
        );
        return;
    }
    let Some(text) = site.text(19, &path, found) else { return };
    let text = text.trim();
    let body = text
        .strip_prefix("-----BEGIN PGP SIGNATURE-----")
        .and_then(|rest| rest.strip_suffix("-----END PGP SIGNATURE-----"));
    let base64 = |line: &str| line.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    // Headers such as "Version:" end with an empty line.
    let data = body.and_then(|body| body.replace('\r', "").split_once("\n\n").map(|(_, data)| data.to_owned()));
    if !data.is_some_and(|data| data.lines().all(base64) && data.len() > 64) {
        found.error(19, &path, "is no armoured detached signature; write it with gpg --armor --detach-sign");
    }
}

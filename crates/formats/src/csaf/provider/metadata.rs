//! `provider-metadata.json` and what it names; `security.txt` if it lies in the folder. Requirements 7, 8, 20 and 21.

use super::finding::Findings;
use super::{Site, join, name, parent, shapes};
use crate::csaf::{Edition, Level};
use crate::json::Spot;
use std::collections::HashSet;

pub(super) fn check(site: &Site, found: &mut Findings) {
    if site.metadata.is_empty() {
        let message = "there is no provider-metadata.json here; add it, or check the folder that holds it";
        found.error(7, "", message);
    }
    for (file, parsed) in &site.metadata {
        let root = Spot::root(&parsed.value);
        let edition = if root.word("metadata_version") == Some("2.1") { Edition::V21 } else { Edition::V20 };
        shapes::hold(7, file, shapes::metadata(edition), &parsed.value, found);
        keys(file, &root, found);
        feeds(site, file, &root, found);
    }
    public_keys(site, found);
    for file in site.folder.files().iter().filter(|file| name(file) == "security.txt") {
        security_txt(site, file, found);
    }
}

fn keys(file: &str, root: &Spot, found: &mut Findings) {
    let trusted = root.word("role") == Some("csaf_trusted_provider");
    if trusted && root.items("public_openpgp_keys").next().is_none() {
        let message = "a trusted provider names the key of its signatures; add it with its fingerprint and URL";
        found.at(20, file, "/public_openpgp_keys", message);
    }
    for key in root.items("public_openpgp_keys") {
        let url = key.word("url").unwrap_or_default();
        if !url.starts_with("https://") {
            found.at(20, file, format!("{}/url", key.at), "a key comes over https; mend the address");
        }
        if key.word("fingerprint").is_none() {
            found.add(
                20,
                Level::Warning,
                file,
                key.at.to_string(),
                "has no fingerprint; add it, so that the key can be compared",
            );
        }
    }
}

/// Feeds and folders that the metadata names.
fn feeds(site: &Site, file: &str, root: &Spot, found: &mut Findings) {
    let here: HashSet<&str> = site.feeds.iter().map(|(feed, _)| name(feed)).collect();
    let mut open = false;
    for rolie in root.items("distributions").filter_map(|distribution| distribution.get("rolie")) {
        for feed in rolie.items("feeds") {
            open |= matches!(feed.word("tlp_label"), Some("UNLABELED" | "WHITE" | "CLEAR" | "GREEN"));
            let url = feed.word("url").unwrap_or_default();
            if !url.starts_with("https://") {
                found.at(3, file, format!("{}/url", feed.at), "a feed comes over https; mend the address");
            } else if !here.contains(name(url)) {
                let message =
                    format!("no feed of the name {} is in this folder; add it, or mend the address", name(url));
                found.add(15, Level::Warning, file, format!("{}/url", feed.at), message);
            }
        }
        if !open {
            let message = "at least one feed is for everybody or for the community; add one of WHITE (CLEAR) or GREEN";
            found.at(15, file, format!("{}/feeds", rolie.at), message);
        }
    }
    let way = root.word("role") == Some("csaf_publisher") || root.items("distributions").next().is_some();
    if !way {
        found.at(7, file, "/distributions", "says nowhere how the documents are distributed; add a feed or a folder");
    }
}

/// Keys that lie in the folder: armoured, and public.
fn public_keys(site: &Site, found: &mut Findings) {
    for file in site.folder.files().iter().filter(|file| name(parent(file)) == "openpgp") {
        let Some(text) = site.text(20, file, found) else { continue };
        if text.contains("-----BEGIN PGP PRIVATE KEY BLOCK-----") {
            found.error(20, file, "is a private key; take it away at once, and replace the key");
        } else if !text.trim_start().starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----") {
            found.error(20, file, "is no armoured public key; export it with --armor");
        }
    }
}

fn security_txt(site: &Site, file: &str, found: &mut Findings) {
    let Some(text) = site.text(8, file, found) else { return };
    let field = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("CSAF").then(|| value.trim().to_owned())
    };
    let fields: Vec<String> = text.lines().filter_map(field).collect();
    if fields.is_empty() {
        found.error(8, file, "has no CSAF field; add one with the address of provider-metadata.json");
    }
    for url in fields {
        if !url.starts_with("https://") || name(&url) != "provider-metadata.json" {
            found.error(8, file, format!("{url:?} is no https address of a provider-metadata.json; mend it"));
        }
    }
}

/// Requirement 21: the list of an aggregator does not lie beside the metadata of a provider.
pub(super) fn aggregator(file: &str, files: &HashSet<&str>, found: &mut Findings) {
    if files.contains(join(parent(file), "provider-metadata.json").as_str()) {
        found.error(21, file, "lies beside provider-metadata.json; move it to a folder of its own");
    }
}

//! ROLIE feeds: their form, and that they list the documents with hashes and signatures. Requirement 15.

use super::finding::Findings;
use super::{Site, parent, shapes, sidecar};
use crate::csaf::Level;
use crate::instant::Instant;
use crate::json::Spot;
use std::collections::{BTreeMap, HashMap, HashSet};

const INFORMATION_TYPE: &str = "urn:ietf:params:rolie:category:information-type";

pub(super) fn check(site: &Site, found: &mut Findings) {
    // Addresses are known by the end of their path: year and file name, or as much as is needed.
    let mut by_end: HashMap<&str, Vec<&str>> = HashMap::new();
    for file in site.documents.keys().copied() {
        by_end.entry(end(file)).or_default().push(file);
    }
    let mut listed: HashSet<&str> = HashSet::new();
    for (file, parsed) in &site.feeds {
        let root = Spot::root(&parsed.value);
        shapes::hold(15, file, &shapes::FEED, &parsed.value, found);
        head(file, &root, found);
        for entry in root.get("feed").into_iter().flat_map(|feed| feed.items("entry")) {
            let source = entry.path(&["content", "src"]).and_then(|src| src.text()).unwrap_or_default();
            if let Some(document) = local(&by_end, source) {
                listed.insert(document);
                compare(site, file, document, &entry, found);
            } else {
                let message = format!("{source:?} is none of the documents here; add it, or remove the entry");
                found.add(15, Level::Warning, file, format!("{}/content/src", entry.at), message);
            }
        }
    }
    if !site.feeds.is_empty() {
        unlisted(site, &listed, found);
    }
}

/// Requirement 15: documents of a label are in one feed together.
fn unlisted(site: &Site, listed: &HashSet<&str>, found: &mut Findings) {
    let mut labels: BTreeMap<&str, bool> = BTreeMap::new();
    for (file, document) in &site.documents {
        *labels.entry(&document.label).or_default() |= listed.contains(file);
    }
    for (file, document) in site.documents.iter().filter(|(file, _)| !listed.contains(**file)) {
        let known = labels.get(document.label.as_str()).copied().unwrap_or_default();
        let message = if known { "is in no feed; add an entry for it" } else { "its label has no feed; write one" };
        found.error(15, file, message);
    }
}

fn head(file: &str, root: &Spot, found: &mut Findings) {
    let Some(feed) = root.get("feed") else { return };
    let csaf = feed
        .items("category")
        .any(|category| category.word("scheme") == Some(INFORMATION_TYPE) && category.word("term") == Some("csaf"));
    if !csaf {
        let message = format!("has no category of the scheme {INFORMATION_TYPE} and the term csaf; add it");
        found.at(15, file, "/feed/category", message);
    }
    if !feed.items("link").any(|link| link.word("rel") == Some("self")) {
        found.at(15, file, "/feed/link", "has no link of the rel self; add the address of the feed");
    }
}

/// An entry beside the document it is about.
fn compare(site: &Site, file: &str, document: &str, entry: &Spot, found: &mut Findings) {
    let Some(known) = site.documents.get(document) else { return };
    if entry.word("id") != Some(known.id.as_str()) {
        let message = format!("the tracking id of the document is {:?}; use it", known.id);
        found.at(15, file, format!("{}/id", entry.at), message);
    }
    let updated = entry.word("updated").and_then(Instant::parse);
    if let (Some(updated), Some(released)) = (updated, known.released)
        && updated < released
    {
        let message = "is before the current_release_date of the document; write the feed again";
        found.add(15, Level::Warning, file, format!("{}/updated", entry.at), message);
    }
    let mut links: HashSet<(&str, &str)> = HashSet::new();
    for link in entry.items("link") {
        let href = link.word("href").unwrap_or_default();
        if !href.starts_with("https://") {
            found.at(15, file, format!("{}/href", link.at), "an address begins with https; mend it");
        }
        links.insert((link.word("rel").unwrap_or_default(), super::name(href)));
    }
    let name = super::name(document);
    // A link without a rel is a finding of its own.
    let linked = |rel: &str, name: &str| links.contains(&(rel, name)) || links.contains(&("", name));
    if !linked("self", name) {
        found.at(15, file, format!("{}/link", entry.at), "has no link of the rel self to the document; add it");
    }
    for (extension, rel) in sidecar::LINKED {
        let beside = format!("{name}.{extension}");
        if site.has(&format!("{document}.{extension}")) && !linked(rel, &beside) {
            let message = format!("{beside} is there and not linked; add a link of the rel {rel}");
            found.at(15, file, format!("{}/link", entry.at), message);
        }
    }
}

/// Year folder and file name.
fn end(path: &str) -> &str {
    let before = parent(path);
    let from = before.rfind('/').map_or(0, |slash| slash + 1);
    path.get(from..).unwrap_or(path)
}

/// The document at an address: of several of one year and name, the one whose path agrees furthest.
fn local<'a>(by_end: &HashMap<&str, Vec<&'a str>>, url: &str) -> Option<&'a str> {
    let rest = url.strip_prefix("https://")?;
    let shared = |file: &&&str| rest.rsplit('/').zip(file.rsplit('/')).take_while(|(one, other)| one == other).count();
    by_end.get(end(rest))?.iter().max_by_key(shared).copied()
}

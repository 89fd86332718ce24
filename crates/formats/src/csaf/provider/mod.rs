//! What a folder shows of the requirements that CSAF asks of providers (section 7.1 of both versions).
//!
//! Nothing is opened here: the caller lists the folder and reads its files ([`Folder`]). Requirements that only a web
//! server can show ([`UNSEEN`]) are named and never said to hold. Those of aggregators (21 to 23) are left out.

mod directory;
mod document;
mod feed;
mod finding;
mod metadata;
mod shapes;
mod sidecar;

pub use finding::{Finding, Report};

use crate::json::{self, Limits, Parsed, Tree};
use document::Document;
use finding::Findings;
use std::collections::{BTreeMap, HashSet};

/// Requirements that cannot be seen in a folder: TLS, access, redirects, the paths of the server, its listings and
/// headers.
pub const UNSEEN: &[u8] = &[3, 4, 6, 9, 10, 14, 24, 25];

/// A folder as the caller sees it.
pub trait Folder {
    /// Every file below it, relative to it, with `/` between the steps.
    fn files(&self) -> &[String];
    /// The whole of one file; the error is for people.
    fn read(&self, file: &str) -> Result<Vec<u8>, String>;
}

/// What the checks share.
struct Site<'a> {
    folder: &'a dyn Folder,
    /// Every file, to look up whether it is there.
    files: HashSet<&'a str>,
    /// The advisories, by path.
    documents: BTreeMap<&'a str, Document>,
    /// Feeds with their paths.
    feeds: Vec<(&'a str, Parsed<Tree>)>,
    /// `provider-metadata.json` files.
    metadata: Vec<(&'a str, Parsed<Tree>)>,
}

/// Holds a folder against the requirements. Advisories are checked one after the other and not kept.
pub fn check(folder: &dyn Folder, limits: Limits) -> Report {
    let mut found = Findings::default();
    let files = folder.files().iter().map(String::as_str).collect();
    let mut site = Site { folder, files, documents: BTreeMap::new(), feeds: Vec::new(), metadata: Vec::new() };
    for file in folder.files().iter().filter(|file| has_extension(file, "json")) {
        site.sort(file, limits, &mut found);
    }
    if site.documents.is_empty() {
        found.error(1, "", "there is no CSAF document in this folder; name the folder that holds the year folders");
    }
    metadata::check(&site, &mut found);
    directory::check(&site, &mut found);
    feed::check(&site, &mut found);
    sidecar::check(&site, &mut found);
    found.report(site.documents.len())
}

impl<'a> Site<'a> {
    /// Reads a JSON file and puts it where it belongs.
    fn sort(&mut self, file: &'a str, limits: Limits, found: &mut Findings) {
        let parsed = match self.folder.read(file).map(|bytes| json::tree(&bytes, limits)) {
            Ok(Ok(parsed)) => parsed,
            Ok(Err(fault)) => {
                found.error(1, file, format!("{fault}; mend the file or take it away"));
                return;
            }
            Err(fault) => {
                found.error(1, file, format!("could not be read: {fault}"));
                return;
            }
        };
        let has = |key: &str| parsed.value.get(key).is_some();
        if name(file) == "provider-metadata.json" {
            self.metadata.push((file, parsed));
        } else if name(file) == "aggregator.json" {
            metadata::aggregator(file, &self.files, found);
        } else if has("document") {
            self.documents.insert(file, Document::read(file, &parsed, found));
        } else if has("feed") {
            self.feeds.push((file, parsed));
        } else if has("service") {
            shapes::hold(16, file, &shapes::SERVICE, &parsed.value, found);
        } else if has("categories") {
            shapes::hold(17, file, &shapes::CATEGORY, &parsed.value, found);
        } else {
            let message = "is neither a CSAF document nor a file of a provider; take it away from among them";
            found.warning(1, file, message);
        }
    }

    fn has(&self, file: &str) -> bool {
        self.files.contains(file)
    }

    /// The text of a file; a fault is a finding of `requirement`.
    fn text(&self, requirement: u8, file: &str, found: &mut Findings) -> Option<String> {
        match self.folder.read(file) {
            Err(fault) => found.error(requirement, file, format!("could not be read: {fault}")),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => return Some(text),
                Err(_) => found.error(requirement, file, "is not UTF-8; save it as plain text"),
            },
        }
        None
    }
}

/// The last step of a path.
fn name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// The folder a file lies in; empty for the folder itself.
fn parent(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A file below a folder.
fn join(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

fn has_extension(file: &str, extension: &str) -> bool {
    name(file).rsplit_once('.').is_some_and(|(_, own)| own == extension)
}

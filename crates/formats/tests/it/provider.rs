//! Folders of providers: a good one of each version, every way to spoil it, and a real one.

use formats::csaf::provider::{Folder, Report, check};
use formats::json::Limits;
use outside::data;
use serde_json::{Value, json};
use sha2::{Digest, Sha512};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder in memory.
struct Memory {
    names: Vec<String>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Folder for Memory {
    fn files(&self) -> &[String] {
        &self.names
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, String> {
        self.files.get(file).cloned().ok_or_else(|| "is gone".to_owned())
    }
}

/// A folder on disk.
struct Disk {
    root: PathBuf,
    names: Vec<String>,
}

impl Folder for Disk {
    fn files(&self) -> &[String] {
        &self.names
    }

    fn read(&self, file: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.root.join(file)).map_err(|e| e.to_string())
    }
}

fn walk(folder: &Path, below: &str, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() { walk(&entry.path(), &format!("{name}/"), names) } else { names.push(name) }
    }
}

const DAY: &str = "2026-03-01T10:00:00Z";
const AT: &str = "https://psirt.example.com/.well-known/csaf";

fn advisory(id: &str, label: &str) -> Value {
    json!({"document": {
        "category": "csaf_base", "csaf_version": "2.0", "title": "Words", "lang": "en",
        "distribution": {"tlp": {"label": label}},
        "publisher": {"category": "vendor", "name": "Example", "namespace": "https://psirt.example.com"},
        "tracking": {"id": id, "status": "final", "version": "1", "initial_release_date": DAY,
            "current_release_date": DAY, "revision_history": [{"date": DAY, "number": "1", "summary": "First."}]}
    }})
}

fn entry(id: &str, name: &str) -> Value {
    let url = format!("{AT}/white/2026/{name}");
    json!({"id": id, "title": "Words", "published": DAY, "updated": DAY,
        "content": {"type": "application/json", "src": url},
        "format": {"schema": "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", "version": "2.0"},
        "link": [{"rel": "self", "href": url}, {"rel": "hash", "href": format!("{url}.sha512")},
            {"rel": "signature", "href": format!("{url}.asc")}]})
}

/// The files of a provider that does everything right.
fn good() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut put = |name: &str, text: String| files.insert(name.to_owned(), text.into_bytes());
    let signature =
        format!("-----BEGIN PGP SIGNATURE-----\n\n{}\n=AAAA\n-----END PGP SIGNATURE-----\n", "iQIzBAAB".repeat(9));
    for id in ["EX-1", "EX-2"] {
        let (name, text) = (format!("{}.json", id.to_lowercase()), advisory(id, "WHITE").to_string());
        let digest = Sha512::digest(text.as_bytes());
        let digest: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        put(&format!("white/2026/{name}.sha512"), format!("{}  {name}\n", digest.concat()));
        put(&format!("white/2026/{name}.asc"), signature.clone());
        put(&format!("white/2026/{name}"), text);
    }
    put("white/index.txt", "2026/ex-1.json\n2026/ex-2.json\n".to_owned());
    put("white/changes.csv", format!("2026/ex-2.json,{DAY}\n\"2026/ex-1.json\",\"{DAY}\"\n"));
    let feed = json!({"feed": {"id": "feed", "title": "All", "updated": DAY,
        "category": [{"scheme": "urn:ietf:params:rolie:category:information-type", "term": "csaf"}],
        "link": [{"rel": "self", "href": format!("{AT}/white/feed-tlp-white.json")}],
        "entry": [entry("EX-1", "ex-1.json"), entry("EX-2", "ex-2.json")]}});
    put("white/feed-tlp-white.json", feed.to_string());
    let metadata = json!({"canonical_url": format!("{AT}/provider-metadata.json"), "last_updated": DAY,
        "list_on_CSAF_aggregators": true, "mirror_on_CSAF_aggregators": true, "metadata_version": "2.0",
        "role": "csaf_trusted_provider",
        "distributions": [{"rolie": {"feeds": [{"tlp_label": "WHITE", "url": format!("{AT}/white/feed-tlp-white.json")}]}}],
        "public_openpgp_keys": [{"fingerprint": "A".repeat(40), "url": format!("{AT}/openpgp/key.asc")}],
        "publisher": {"category": "vendor", "name": "Example", "namespace": "https://psirt.example.com"}});
    put("provider-metadata.json", metadata.to_string());
    put(
        "openpgp/key.asc",
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n".to_owned(),
    );
    put("security.txt", format!("Contact: mailto:psirt@example.com\nCSAF: {AT}/provider-metadata.json\n"));
    files
}

fn judge(files: BTreeMap<String, Vec<u8>>) -> Report {
    check(&Memory { names: files.keys().cloned().collect(), files }, Limits::default())
}

fn errors(report: &Report) -> Vec<(u8, &str)> {
    let errors = report.findings.iter().filter(|finding| finding.level == formats::csaf::Level::Error);
    errors.map(|finding| (finding.requirement, finding.file.as_str())).collect()
}

#[test]
fn a_provider_that_does_everything_right_has_no_finding() {
    let report = judge(good());
    assert_eq!(report, Report { conforms: true, documents: 2, findings: Vec::new() });
}

/// The same provider with CSAF 2.1: documents, label, feed, metadata; `changes.csv` has no quotes any more.
fn newer() -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<_, _> =
        good().into_iter().map(|(name, text)| (name.replace("white", "clear"), text)).collect();
    let names: Vec<String> = files.keys().cloned().collect();
    for name in names {
        let text = String::from_utf8(files.remove(&name).expect("a file")).expect("is text");
        let text = match name.as_str() {
            name if name.contains("ex-") && has_json(name) => {
                let older = serde_json::from_str(&text).expect("JSON");
                formats::csaf::upgrade(older, "2026-06-01T00:00:00Z").value.to_string()
            }
            "clear/changes.csv" => text.replace('"', ""),
            "provider-metadata.json" => text
                .replace("{\"tlp_label\"", &format!("{{\"last_updated\":\"{DAY}\",\"tlp_label\""))
                .replace("\"metadata_version\":\"2.0\"", "\"metadata_version\":\"2.1\"")
                .replacen('{', "{\"$schema\":\"https://docs.oasis-open.org/csaf/csaf/v2.1/schema/provider.json\",", 1),
            _ => text,
        };
        let text = text.replace("white", "clear").replace("WHITE", "CLEAR");
        let text = text.replace("v2.0/csaf_json_schema.json", "v2.1/schema/csaf.json");
        files.insert(name, text.replace("\"version\":\"2.0\"", "\"version\":\"2.1\"").into_bytes());
    }
    for name in ["ex-1.json", "ex-2.json"] {
        let digest = Sha512::digest(&files[&format!("clear/2026/{name}")]);
        let digest: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("{}  {name}\n", digest.concat());
        files.insert(format!("clear/2026/{name}.sha512"), line.into_bytes());
    }
    files
}

fn has_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "json")
}

#[test]
fn a_provider_of_2_1_is_judged_by_2_1() {
    assert_eq!(judge(newer()), Report { conforms: true, documents: 2, findings: Vec::new() });
    let (one, hash) = ("clear/2026/ex-1.json", "clear/2026/ex-1.json.sha512");
    let (feed, metadata, changes) = ("clear/feed-tlp-clear.json", "provider-metadata.json", "clear/changes.csv");
    let cases: &[Case] = &[
        (one, "\"CLEAR\"|\"WHITE\"", &[(1, one), (18, hash)]),
        (one, "\"csaf_version\":\"2.1\"|\"csaf_version\":\"2.2\"", &[(1, one), (18, hash)]),
        (one, "\"distribution\":|\"distributed\":", &[(1, one), (18, hash)]),
        (one, "\"EX-1\"|\"EX-9\"", &[(2, one), (15, feed), (18, hash)]),
        (metadata, "\"$schema\":|\"schema\":", &[(7, metadata)]),
        (metadata, "\"CLEAR\"|\"WHITE\"", &[(7, metadata)]),
        (metadata, "csaf_trusted_provider|lister", &[(7, metadata)]),
        (changes, "2026/ex-2.json|\"2026/ex-2.json\"", &[(13, changes)]),
        (feed, "\"rel\":\"hash\"|\"rel\":\"other\"", &[(15, feed)]),
    ];
    for (file, change, wanted) in cases {
        assert_eq!(errors(&judge(spoilt(newer(), file, change))), *wanted, "{file}: {change}");
    }
}

/// Spoils one file: what stands left of the bar becomes what stands right of it.
fn spoilt(mut files: BTreeMap<String, Vec<u8>>, file: &str, change: &str) -> BTreeMap<String, Vec<u8>> {
    let (from, to) = change.split_once('|').expect("from|to");
    let text = String::from_utf8(files.remove(file).expect(file)).expect("is text");
    assert!(text.contains(from), "{file} has {from}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    files
}

/// File, change, and the errors that come of it: requirement and file.
type Case<'a> = (&'a str, &'a str, &'a [(u8, &'a str)]);

#[test]
fn every_way_to_spoil_it_is_found() {
    let (one, index, changes) = ("white/2026/ex-1.json", "white/index.txt", "white/changes.csv");
    let (feed, metadata) = ("white/feed-tlp-white.json", "provider-metadata.json");
    let hash = "white/2026/ex-1.json.sha512";
    let cases: &[Case] = &[
        (one, "\"final\"|\"done\"", &[(1, one), (18, hash)]),
        (one, "\"EX-1\"|\"EX-9\"", &[(2, one), (15, feed), (18, hash)]),
        (one, "\"WHITE\"|\"RED\"", &[(5, one), (18, hash)]),
        (metadata, "\"canonical_url\":|\"url\":", &[(7, metadata)]),
        (metadata, "csaf_trusted_provider|lister", &[(7, metadata)]),
        (metadata, "\"WHITE\"|\"RED\"", &[(15, metadata)]),
        (metadata, "/openpgp/key.asc\"|/openpgp key\"", &[(7, metadata)]),
        ("security.txt", "CSAF: https|CSAF: http", &[(8, "security.txt")]),
        ("security.txt", "CSAF:|See:", &[(8, "security.txt")]),
        (index, "2026/ex-1.json\n|", &[(12, index)]),
        (index, "2026/ex-1.json|2026/ex-2.json", &[(12, index), (12, index)]),
        (index, "2026/ex-1.json|2025/ex-1.json", &[(12, index), (12, index)]),
        (index, "2026/ex-1.json\n2026/ex-2|white/2026/ex-1.json\nwhite/2026/ex-2", &[(12, index)]),
        (changes, ",2026-03-01T10|;2026-03-01T10", &[(13, changes), (13, changes)]),
        (changes, "2026-03-01T10|2026-02-01T10", &[(13, changes), (13, changes)]),
        (changes, "2026-03-01T10|yesterday", &[(13, changes), (13, changes)]),
        (feed, "\"term\":\"csaf\"|\"term\":\"other\"", &[(15, feed)]),
        (feed, "\"rel\":\"signature\"|\"ref\":\"signature\"", &[(15, feed)]),
        (feed, "\"rel\":\"hash\"|\"rel\":\"other\"", &[(15, feed)]),
        (feed, "2026/ex-1.json\"|2026/ex-7.json\"", &[(15, "white/2026/ex-1.json")]),
        ("white/2026/ex-1.json.asc", "BEGIN PGP|BEGIN", &[(19, "white/2026/ex-1.json.asc")]),
        ("openpgp/key.asc", "PUBLIC|PRIVATE", &[(20, "openpgp/key.asc")]),
    ];
    for (file, change, wanted) in cases {
        assert_eq!(errors(&judge(spoilt(good(), file, change))), *wanted, "{file}: {change}");
    }
}

#[test]
fn every_file_that_is_missing_or_too_much_is_found() {
    let one = "white/2026/ex-1.json";
    for (gone, wanted) in [
        ("provider-metadata.json", vec![(7, "")]),
        ("white/2026/ex-1.json.sha512", vec![(18, one)]),
        ("white/2026/ex-1.json.asc", vec![(19, one)]),
        ("white/index.txt", vec![]),
        ("white/feed-tlp-white.json", vec![]),
    ] {
        let mut files = good();
        files.remove(gone).expect(gone);
        assert_eq!(errors(&judge(files)), wanted, "without {gone}");
    }
    let mut files = good();
    files.retain(|name, _| !name.contains("feed") && !name.contains("changes"));
    assert_eq!(errors(&judge(files)), [(13, "white/changes.csv")], "without a feed the lists are asked for");
    for (name, text, wanted) in [
        ("aggregator.json", "{}", vec![(21, "aggregator.json")]),
        ("white/2026/ex-1.json.md5", "00", vec![(18, "white/2026/ex-1.json.md5")]),
        ("white/2026/ex-3.json", "{\"document\": [", vec![(1, "white/2026/ex-3.json")]),
        ("white/notes.json", "{}", vec![]),
    ] {
        let mut files = good();
        files.insert(name.to_owned(), text.as_bytes().to_vec());
        assert_eq!(errors(&judge(files)), wanted, "with {name}");
    }
    assert_eq!(errors(&judge(BTreeMap::new())), [(1, ""), (7, "")]);
}

#[test]
fn a_real_feed_is_judged_as_it_is() {
    let Some(root) = data("csaf-real/it-feed") else { return };
    let mut names = Vec::new();
    walk(&root, "", &mut names);
    names.sort();
    let report = check(&Disk { root, names }, Limits::default());
    let white = "csaf_files/IT/white";
    let feed = format!("{white}/cisa-csaf-it-feed-tlp-white.json");
    // Its names begin at the root of the repository; hash and signature are linked by "ref", which is not "rel".
    let (index, changes) = (format!("{white}/index.txt"), format!("{white}/changes.csv"));
    let mut wanted = vec![(7, ""), (12, index.as_str()), (13, changes.as_str())];
    wanted.extend([(15, feed.as_str()); 8]);
    assert_eq!(errors(&report), wanted);
    assert_eq!((report.documents, report.findings.len()), (4, 11));
}

//! What the schema of OSV 1.7 asks of an entry, as far as our writer can break it.

use crate::cvss::{Vector, Version};
use crate::json::Tree;
use crate::shape::{Fault, Field, Form, Shape, form, known};

/// Prefixes of the databases that the schema knows; others begin with `x_`.
const PREFIXES: &str = "ASB-A- PUB-A- ALPINE- ALSA- ALBA- ALEA- AZL- BELL- BIT- CGA- CLEANSTART- CLSA- CURL- CVE- DEBIAN- DHI- \
    DRUPAL- DSA- DLA- ELA- DTSA- ECHO- EEF- FreeBSD- GHSA- GO- GSD- HSEC- JLSEC- KUBE- LBSEC- LSN- MAL- MINI- MGASA- OESA- \
    OSEC- OSV- openSUSE-SU- PHSA- PSF- PYSEC- RHBA- RHEA- RHSA- RLSA- RXSA- RSEC- ROOT- RUSTSEC- SUSE-SU- SUSE-RU- SUSE-FU- \
    SUSE-OU- UBUNTU- USN- V8- x_";

/// Ecosystems of the schema; with a colon and more behind it each stands for a part of itself, such as `Debian:12`.
const ECOSYSTEMS: &[&str] = &[
    "AlmaLinux",
    "Alpaquita",
    "Alpine",
    "Android",
    "Azure Linux",
    "BellSoft Hardened Containers",
    "Bioconductor",
    "Bitnami",
    "Chainguard",
    "CleanStart",
    "ConanCenter",
    "CRAN",
    "crates.io",
    "Debian",
    "Docker Hardened Images",
    "Echo",
    "FreeBSD",
    "GHC",
    "GitHub Actions",
    "Go",
    "Hackage",
    "Hex",
    "Julia",
    "Kubernetes",
    "Linux",
    "Mageia",
    "Maven",
    "MinimOS",
    "npm",
    "NuGet",
    "opam",
    "openEuler",
    "openSUSE",
    "OSS-Fuzz",
    "Packagist",
    "Photon OS",
    "Pub",
    "PyPI",
    "Red Hat",
    "Rocky Linux",
    "Root",
    "RubyGems",
    "SUSE",
    "SwiftURL",
    "TuxCare",
    "Ubuntu",
    "VSCode",
    "Wolfi",
];

/// Whether an ecosystem is one of the schema.
pub(super) fn is_ecosystem(text: &str) -> bool {
    let (name, more) = text.split_once(':').map_or((text, None), |(name, more)| (name, Some(more)));
    ECOSYSTEMS.contains(&name) && more.is_none_or(|more| !more.is_empty())
}

/// Whether an id begins as the schema asks.
pub(super) fn is_id(text: &str) -> bool {
    PREFIXES.split_whitespace().any(|prefix| text.starts_with(prefix))
}

/// Whether a version is a whole commit, or the first.
pub(super) fn is_commit(text: &str) -> bool {
    let hex = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    text == "0" || (hex && matches!(text.len(), 40 | 64))
}

fn is_vector(text: &str, versions: &[Version]) -> bool {
    text.parse::<Vector>().is_ok_and(|vector| versions.contains(&vector.version()))
}

static ID: Form = Form { what: "an id of a database that OSV knows; others begin with x_", fits: is_id };
static UTC: Form = Form {
    what: "a date and time in UTC such as 2026-11-22T00:41:07Z",
    fits: |text| text.ends_with('Z') && (form::DATE_TIME.fits)(text),
};
static ECOSYSTEM: Form = Form { what: "an ecosystem that OSV knows", fits: is_ecosystem };
static COMMIT: Form = Form { what: "a whole commit of 40 or 64 digits, or 0", fits: is_commit };
static V2: Form = Form { what: "a vector of CVSS 2", fits: |text| is_vector(text, &[Version::V20]) };
static V3: Form = Form { what: "a vector of CVSS 3", fits: |text| is_vector(text, &[Version::V30, Version::V31]) };
static V4: Form = Form { what: "a vector of CVSS 4", fits: |text| is_vector(text, &[Version::V40]) };

static TEXT: Shape = Shape::Text(&form::ANY);
static TEXTS: Shape = Shape::List { of: &TEXT, least: 0, unique: false };
static DATE: Shape = Shape::Text(&UTC);
static ID_SHAPE: Shape = Shape::Text(&ID);
static URI: Shape = Shape::Text(&form::URI);
static KIND: Shape = Shape::Word(&[
    "ADVISORY",
    "ARTICLE",
    "DETECTION",
    "DISCUSSION",
    "REPORT",
    "FIX",
    "INTRODUCED",
    "GIT",
    "PACKAGE",
    "EVIDENCE",
    "WEB",
]);
static REFERENCE: Shape = Shape::object(&[Field::Must("type", &KIND), Field::Must("url", &URI)]);
static REFERENCES: Shape = Shape::List { of: &REFERENCE, least: 0, unique: false };
static CREDIT: Shape = Shape::object(&[Field::Must("name", &TEXT), Field::May("contact", &TEXTS)]);
static CREDITS: Shape = Shape::List { of: &CREDIT, least: 0, unique: false };
static SCORE: Shape = Shape::Choose(|score| match score.get("type").and_then(Tree::as_str) {
    Some("CVSS_V2") => &SCORE_2,
    Some("CVSS_V3") => &SCORE_3,
    Some("CVSS_V4") => &SCORE_4,
    _ => &SCORE_OTHER,
});
static VECTOR_2: Shape = Shape::Text(&V2);
static VECTOR_3: Shape = Shape::Text(&V3);
static VECTOR_4: Shape = Shape::Text(&V4);
static SCORE_2: Shape = Shape::object(&[Field::Must("score", &VECTOR_2)]);
static SCORE_3: Shape = Shape::object(&[Field::Must("score", &VECTOR_3)]);
static SCORE_4: Shape = Shape::object(&[Field::Must("score", &VECTOR_4)]);
static OTHER_SCORE: Shape = Shape::Word(&["Ubuntu"]);
static SCORE_OTHER: Shape = Shape::object(&[Field::Must("type", &OTHER_SCORE), Field::Must("score", &TEXT)]);
static SCORES: Shape = Shape::List { of: &SCORE, least: 0, unique: false };
static ECOSYSTEM_SHAPE: Shape = Shape::Text(&ECOSYSTEM);
static PACKAGE: Shape =
    Shape::object(&[Field::Must("ecosystem", &ECOSYSTEM_SHAPE), Field::Must("name", &TEXT), Field::May("purl", &TEXT)]);
static EVENT: Shape = Shape::at_least(
    1,
    &[
        Field::May("introduced", &TEXT),
        Field::May("fixed", &TEXT),
        Field::May("last_affected", &TEXT),
        Field::May("limit", &TEXT),
    ],
);
static COMMIT_SHAPE: Shape = Shape::Text(&COMMIT);
static COMMIT_EVENT: Shape = Shape::at_least(
    1,
    &[
        Field::May("introduced", &COMMIT_SHAPE),
        Field::May("fixed", &COMMIT_SHAPE),
        Field::May("last_affected", &COMMIT_SHAPE),
        Field::May("limit", &COMMIT_SHAPE),
    ],
);
static EVENTS: Shape = Shape::List { of: &EVENT, least: 1, unique: false };
static COMMITS: Shape = Shape::List { of: &COMMIT_EVENT, least: 1, unique: false };
static RANGE_KIND: Shape = Shape::Word(&["GIT", "SEMVER", "ECOSYSTEM"]);
static RANGE: Shape =
    Shape::Choose(
        |range| {
            if range.get("type").and_then(Tree::as_str) == Some("GIT") { &GIT_RANGE } else { &PLAIN_RANGE }
        },
    );
static PLAIN_RANGE: Shape = Shape::object(&[Field::Must("type", &RANGE_KIND), Field::Must("events", &EVENTS)]);
static GIT_RANGE: Shape = Shape::object(&[Field::Must("repo", &TEXT), Field::Must("events", &COMMITS)]);
static RANGES: Shape = Shape::List { of: &RANGE, least: 0, unique: false };
static AFFECTED_ONE: Shape = Shape::object(&[
    Field::May("package", &PACKAGE),
    Field::May("severity", &SCORES),
    Field::May("ranges", &RANGES),
    Field::May("versions", &TEXTS),
]);
static AFFECTED: Shape = Shape::List { of: &AFFECTED_ONE, least: 0, unique: false };
static ENTRY: Shape = Shape::object(&[
    Field::Must("id", &ID_SHAPE),
    Field::Must("modified", &DATE),
    Field::May("published", &DATE),
    Field::May("withdrawn", &DATE),
    Field::May("aliases", &TEXTS),
    Field::May("summary", &TEXT),
    Field::May("details", &TEXT),
    Field::May("references", &REFERENCES),
    Field::May("credits", &CREDITS),
    Field::May("severity", &SCORES),
    Field::May("affected", &AFFECTED),
]);

/// What is wrong with an entry.
pub(crate) fn faults(entry: &Tree) -> Vec<Fault> {
    let mut faults = known(&ENTRY, entry);
    for (at, affected) in items(entry, "affected") {
        if affected.get("severity").is_some() && entry.get("severity").is_some() {
            faults.push(fault(
                format!("/affected/{at}/severity"),
                "stands beside one of the whole entry; keep one of them",
            ));
        }
        for (range_at, range) in items(affected, "ranges") {
            let has = |name: &str| items(range, "events").any(|(_, event)| event.get(name).is_some());
            let pointer = format!("/affected/{at}/ranges/{range_at}/events");
            if has("fixed") && has("last_affected") {
                faults.push(fault(pointer.clone(), "has both fixed and last_affected; make two ranges of it"));
            }
            if !has("introduced") {
                faults.push(fault(pointer, "has no introduced; add one, 0 for the first version"));
            }
        }
    }
    faults
}

fn items<'a>(value: &'a Tree, key: &str) -> impl Iterator<Item = (usize, &'a Tree)> + use<'a> {
    value.get(key).and_then(Tree::as_array).into_iter().flatten().enumerate()
}

fn fault(pointer: String, message: &str) -> Fault {
    Fault { pointer, message: message.to_owned(), extra: false }
}

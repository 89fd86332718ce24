//! OSV, the Open Source Vulnerability format: <https://ossf.github.io/osv-schema/>, schema 1.7.

mod events;
mod read;
mod schema;
mod write;

pub use read::read;
pub(crate) use schema::faults;
pub use write::write;

/// Under this name our writer keeps ranges of versions that no events can say.
const RANGES_IN_WORDS: &str = "version_ranges";

/// Databases by the prefix of their ids, with their home: OSV names no publisher.
const DATABASES: &[(&str, &str, &str)] = &[
    ("GO-", "Go Vulnerability Database", "https://vuln.go.dev"),
    ("GHSA-", "GitHub Advisory Database", "https://github.com/advisories"),
    ("PYSEC-", "Python Packaging Advisory Database", "https://github.com/pypa/advisory-database"),
    ("RUSTSEC-", "RustSec Advisory Database", "https://rustsec.org"),
    ("OSV-", "OSS-Fuzz", "https://github.com/google/oss-fuzz-vulns"),
    ("MAL-", "OpenSSF Malicious Packages", "https://github.com/ossf/malicious-packages"),
    ("DSA-", "Debian", "https://www.debian.org/security"),
    ("USN-", "Ubuntu", "https://ubuntu.com/security/notices"),
    ("RHSA-", "Red Hat", "https://access.redhat.com"),
    ("SUSE-", "SUSE", "https://www.suse.com"),
];

/// Types of references and the tags of CVE that mean the same.
const REFERENCES: &[(&str, &str)] = &[
    ("ADVISORY", "vendor-advisory"),
    ("ADVISORY", "third-party-advisory"),
    ("FIX", "patch"),
    ("REPORT", "issue-tracking"),
    ("EVIDENCE", "exploit"),
    ("PACKAGE", "product"),
    ("DISCUSSION", "mailing-list"),
    ("ARTICLE", "technical-description"),
];

/// Ecosystems and the addresses of their registries, by which CVE names a collection.
const COLLECTIONS: &[(&str, &str)] = &[
    ("Go", "https://pkg.go.dev"),
    ("npm", "https://registry.npmjs.org"),
    ("PyPI", "https://pypi.python.org"),
    ("Maven", "https://repo.maven.apache.org/maven2"),
    ("crates.io", "https://crates.io"),
    ("RubyGems", "https://rubygems.org"),
    ("NuGet", "https://www.nuget.org/packages"),
    ("Packagist", "https://packagist.org"),
];

/// The registry of an ecosystem.
pub(crate) fn collection(ecosystem: &str) -> Option<&'static str> {
    COLLECTIONS.iter().find(|(name, _)| *name == ecosystem).map(|(_, url)| *url)
}

/// The ecosystem of a registry.
pub(crate) fn ecosystem(collection: &str) -> Option<&'static str> {
    COLLECTIONS.iter().find(|(_, url)| *url == collection.trim_end_matches('/')).map(|(name, _)| *name)
}

/// The tag of CVE that means the same as a type of reference in lower case.
pub(crate) fn tag(kind: &str) -> Option<&'static str> {
    REFERENCES.iter().find(|(osv, _)| osv.eq_ignore_ascii_case(kind)).map(|(_, cve)| *cve)
}

//! From the model to OSV: one vulnerability, the first.

use super::REFERENCES;
use crate::advisory::{Advisory, Options, Product, Reference, Score, Versions, Vulnerability};
use crate::csaf::words::is_range;
use crate::json::{Build, unique};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

const ROLES: &[&str] = &[
    "FINDER",
    "REPORTER",
    "ANALYST",
    "COORDINATOR",
    "REMEDIATION_DEVELOPER",
    "REMEDIATION_REVIEWER",
    "REMEDIATION_VERIFIER",
    "TOOL",
    "SPONSOR",
];

/// Writes an entry.
pub fn write(advisory: &Advisory, options: &Options) -> Value {
    let none = Vulnerability::default();
    let v = advisory.vulnerabilities.first().unwrap_or(&none);
    let modified = advisory.updated.as_ref().or(advisory.published.as_ref());
    // Withdrawn on a day that nobody said: not later than its last change.
    let withdrawn = advisory.withdrawn.as_ref();
    let withdrawn = withdrawn.map(|date| if date.is_empty() { modified.unwrap_or(&options.now) } else { date });
    let title = v.title.clone().unwrap_or_else(|| advisory.title.clone());
    let ids = v.cve.iter().chain(v.ids.iter().map(|(_, id)| id)).chain(&advisory.aliases);
    let ids: Vec<_> = ids.filter(|id| **id != advisory.id).cloned().collect();
    let notes = v.notes.iter().chain(&advisory.notes).map(|note| note.text.as_str());
    let notes = advisory.reasons.iter().map(String::as_str).chain(notes);
    let details = notes.collect::<Vec<_>>().join("\n\n");
    let scores = if is_split(advisory, v) { Vec::new() } else { unique(v.scores.iter().filter_map(severity)) };
    let references = advisory.references.iter().chain(&v.references).map(reference);
    let cwes = v.weaknesses.iter().filter_map(|(id, _)| id.clone());
    Build::new()
        .list("affected", affected(advisory, v))
        .list("aliases", ids)
        .list("credits", credits(advisory, v))
        .object("database_specific", Build::new().list("cwe_ids", cwes))
        .text("details", Some(&*details).filter(|d| !d.is_empty()))
        .set("id", identifier(&advisory.id))
        .set("modified", stamp(modified.unwrap_or(&options.now)))
        .text("published", advisory.published.as_deref().map(stamp).as_deref())
        .list("references", references)
        .set("schema_version", "1.7.0")
        .list("severity", scores)
        .text("summary", Some(&*title).filter(|t| !t.is_empty()))
        .text("withdrawn", withdrawn.map(|date| stamp(date)).as_deref())
        .into()
}

/// An id needs the prefix of a database; others are marked as private ones.
fn identifier(id: &str) -> String {
    if super::schema::is_id(id) { id.to_owned() } else { format!("x_{id}") }
}

/// Dates of OSV are in UTC with a `Z`.
fn stamp(date: &str) -> String {
    let date = crate::csaf::date(date);
    if date.ends_with('Z') {
        return date;
    }
    crate::instant::Instant::parse(&date).map_or(date, crate::instant::Instant::utc)
}

fn affected_ids(v: &Vulnerability) -> HashSet<&str> {
    v.standings.iter().filter(|(_, standing)| standing.is_affected()).map(|(id, _)| id.as_str()).collect()
}

/// Whether scores are for some products only; the schema has them at the entry or at an affected package, not at both.
fn is_split(advisory: &Advisory, v: &Vulnerability) -> bool {
    let (affected, there) = (affected_ids(v), advisory.by_id());
    let whole = |score: &Score| {
        let own: HashSet<&str> = score.products.iter().map(String::as_str).collect();
        affected.is_subset(&own)
    };
    let known = |score: &Score| score.products.iter().any(|id| there.contains_key(id.as_str()));
    !v.scores.is_empty() && v.scores.iter().all(known) && !v.scores.iter().any(whole)
}

fn severity(score: &Score) -> Option<Build> {
    let kind = match score.version.split('.').next() {
        Some("2") => "CVSS_V2",
        Some("3") => "CVSS_V3",
        Some("4") => "CVSS_V4",
        _ => return None,
    };
    Some(Build::new().set("score", &*score.vector).set("type", kind))
}

fn reference(reference: &Reference) -> Build {
    let upper = |tag: &String| tag.to_uppercase();
    let known =
        ["ADVISORY", "ARTICLE", "DETECTION", "DISCUSSION", "REPORT", "FIX", "INTRODUCED", "GIT", "PACKAGE", "EVIDENCE"];
    let own = reference.tags.iter().map(upper).find(|tag| known.contains(&tag.as_str()));
    let same = reference.tags.iter().find_map(|tag| REFERENCES.iter().find(|(_, cve)| cve == tag));
    let kind = own.or_else(|| same.map(|(kind, _)| (*kind).to_owned())).unwrap_or_else(|| "WEB".to_owned());
    Build::new().set("type", kind).set("url", &*reference.url)
}

fn credits(advisory: &Advisory, v: &Vulnerability) -> Vec<Build> {
    let mut list = Vec::new();
    for credit in advisory.credits.iter().chain(&v.credits) {
        let role = credit.role.as_deref().map(|role| role.to_uppercase().replace(' ', "_"));
        let role = role.map(|role| if ROLES.contains(&role.as_str()) { role } else { "OTHER".to_owned() });
        let names = if credit.names.is_empty() {
            credit.organisation.clone().into_iter().collect()
        } else {
            credit.names.clone()
        };
        for name in names {
            let build = Build::new().list("contact", credit.urls.clone()).set("name", name);
            list.push(build.text("type", role.as_deref()));
        }
    }
    list
}

/// Affected products of one package stand in one entry, their intervals in one range.
fn affected(advisory: &Advisory, v: &Vulnerability) -> Vec<Build> {
    let affected = affected_ids(v);
    let mut groups: Vec<Vec<&Product>> = Vec::new();
    for product in advisory.products.iter().filter(|product| affected.contains(product.id.as_str())) {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| key(first) == key(product)) => group.push(product),
            _ => groups.push(vec![product]),
        }
    }
    let mut scores: HashMap<&str, Vec<&Score>> = HashMap::new();
    let split = is_split(advisory, v);
    for score in v.scores.iter().filter(|_| split) {
        score.products.iter().for_each(|id| scores.entry(id).or_default().push(score));
    }
    groups.into_iter().map(|group| entry(&group, &scores)).collect()
}

/// A product that is known by its name alone is itself.
fn key(product: &Product) -> ([&Option<String>; 5], Option<&str>) {
    let Product { ecosystem, package, purl, vendor, product: part, .. } = product;
    let alone = part.is_none() && package.is_none();
    ([ecosystem, package, purl, vendor, part], alone.then_some(&product.name))
}

fn entry(group: &[&Product], scores: &HashMap<&str, Vec<&Score>>) -> Build {
    let Some(first) = group.first() else { return Build::new() };
    let ecosystem = first.ecosystem.as_deref().map(|name| super::ecosystem(name).unwrap_or(name).to_owned());
    let package = match (ecosystem.as_ref().filter(|name| super::schema::is_ecosystem(name)), &first.package) {
        (Some(ecosystem), Some(name)) => {
            Build::new().set("ecosystem", &**ecosystem).set("name", &**name).text("purl", first.purl.as_deref())
        }
        _ => Build::new(),
    };
    // Without a package the product is named where the schema allows anything.
    let unnamed = package.is_empty();
    let label = Build::new()
        .text("vendor", first.vendor.as_deref().filter(|_| unnamed))
        .text(
            "product",
            first.product.as_deref().or(first.package.as_deref()).or(Some(&first.name)).filter(|_| unnamed),
        )
        .text("cpe", first.cpe.as_deref())
        .text("purl", first.purl.as_deref().filter(|_| unnamed));
    let exact = group.iter().filter_map(|product| product.versions.exact.clone());
    let (spoken, exact): (Vec<String>, Vec<String>) =
        exact.partition(|version| is_range(version) && bounded(version).is_none());
    let exact = exact.into_iter().filter(|version| bounded(version).is_none());
    let label = label.list(super::RANGES_IN_WORDS, spoken);
    let own = group.iter().filter_map(|product| scores.get(product.id.as_str())).flatten();
    Build::new()
        .object("database_specific", label)
        .object("package", package)
        .list("ranges", ranges(group))
        .list("severity", unique(own.filter_map(|score| severity(score))))
        .list("versions", exact)
}

/// The interval behind `<=1.2`, `< 1.2` or `>=1.2`, written where CSAF and CVE have words; `None` for anything else.
fn bounded(words: &str) -> Option<Versions> {
    let words = words.trim();
    let mut versions = Versions::default();
    let (place, version) = if let Some(version) = words.strip_prefix("<=") {
        (&mut versions.through, version)
    } else if let Some(version) = words.strip_prefix('<') {
        (&mut versions.below, version)
    } else {
        (&mut versions.from, words.strip_prefix(">=")?)
    };
    let version = version.trim();
    let plain = version.starts_with(|c: char| c.is_ascii_alphanumeric())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+~:".contains(c));
    *place = plain.then(|| version.to_owned());
    plain.then_some(versions)
}

/// The versions that bound an interval.
fn bounds(versions: &Versions) -> impl Iterator<Item = &str> {
    [&versions.from, &versions.below, &versions.through].into_iter().flatten().map(String::as_str)
}

fn ranges(group: &[&Product]) -> Vec<Build> {
    let mut list: Vec<(&str, Option<&str>, bool, Vec<Build>)> = Vec::new();
    for product in group {
        let said = product.versions.exact.as_deref().and_then(bounded);
        let versions = said.as_ref().unwrap_or(&product.versions);
        if !versions.is_range() {
            continue;
        }
        let repository = product.repository.as_deref();
        let kind = match versions.scheme.as_deref() {
            Some("git") if repository.is_some() && bounds(versions).all(super::schema::is_commit) => "GIT",
            Some("semver" | "golang" | "cargo" | "npm") => "SEMVER",
            _ => "ECOSYSTEM",
        };
        let mut events = vec![Build::new().set("introduced", versions.from.as_deref().unwrap_or("0"))];
        events.extend(versions.below.as_deref().map(|v| Build::new().set("fixed", v)));
        events.extend(versions.through.as_deref().map(|v| Build::new().set("last_affected", v)));
        // The schema keeps fixed and last_affected apart.
        let last = versions.through.is_some();
        match list.last_mut().filter(|(k, r, with_last, _)| (*k, *r) == (kind, repository) && !last && !with_last) {
            Some((.., all)) => all.extend(events),
            None => list.push((kind, repository, last, events)),
        }
    }
    let write = |(kind, repository, _, events): (&str, Option<&str>, bool, Vec<Build>)| {
        Build::new().list("events", events).text("repo", repository.filter(|_| kind == "GIT")).set("type", kind)
    };
    list.into_iter().map(write).collect()
}

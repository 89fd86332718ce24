//! From the model to a CVE record: the first vulnerability, in the container of a CNA (schema 5.1).

use super::read::METRICS;
use super::schema::{REFERENCES_MOST, is_date, is_language};
use crate::advisory::{Advisory, Product, Reference, Score, Standing, Versions, Vulnerability};
use crate::csaf::date;
use crate::cvss::{Vector, Version};
use crate::json::{Build, unique};
use crate::shape::form::{is_cve, is_uri};
use serde_json::Value;
use std::collections::HashMap;

/// Stands where the source names no CNA; the service that takes the record puts its own.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
/// Longest text of a title and of a description.
const TITLE: usize = 256;
const TEXT: usize = 4096;

/// What a rejected record must say and the source does not.
const NO_REASON: &str = "The source withdrew it and gives no reason.";

/// Writes a record in the state `PUBLISHED`, or `REJECTED` when the advisory was withdrawn.
pub fn write(advisory: &Advisory) -> Value {
    let none = Vulnerability::default();
    let v = advisory.vulnerabilities.first().unwrap_or(&none);
    let organisation = advisory.publisher.organisation.as_deref().unwrap_or(NOBODY);
    let short = &advisory.publisher.name;
    let short = Some(short.as_str()).filter(|name| (2..=32).contains(&name.len()) && !name.contains(' '));
    let meta = Build::new()
        .set("assignerOrgId", organisation)
        .text("assignerShortName", short)
        .set("cveId", id(advisory).unwrap_or(&advisory.id))
        .text("datePublished", stamp(advisory.published.as_ref()).as_deref())
        .text("dateRejected", stamp(advisory.withdrawn.as_ref()).as_deref())
        .text("dateUpdated", stamp(advisory.updated.as_ref()).as_deref())
        .set("state", if advisory.withdrawn.is_some() { "REJECTED" } else { "PUBLISHED" });
    let provider = Build::new().set("orgId", organisation).text("shortName", short);
    let container =
        if advisory.withdrawn.is_some() { rejected(advisory, provider) } else { container(advisory, v, provider) };
    Build::new()
        .set("containers", Build::new().set("cna", container))
        .set("cveMetadata", meta)
        .set("dataType", "CVE_RECORD")
        .set("dataVersion", "5.1")
        .into()
}

/// A date that a record may bear; those of the year 1 stand for none.
fn stamp(text: Option<&String>) -> Option<String> {
    text.map(|text| date(text)).filter(|date| is_date(date))
}

/// The CVE id that a record of the advisory is about.
pub(crate) fn id(advisory: &Advisory) -> Option<&str> {
    let own = advisory.vulnerabilities.first().and_then(|v| v.cve.as_deref());
    [own, Some(advisory.id.as_str())].into_iter().flatten().find(|id| is_cve(id))
}

/// A record that is rejected says why, and nothing else.
fn rejected(advisory: &Advisory, provider: Build) -> Build {
    let mut reasons = unique(advisory.reasons.iter().filter(|reason| !reason.is_empty()).map(|text| english(text)));
    if reasons.is_empty() {
        reasons.push(english(NO_REASON).into());
    }
    Build::new().set("providerMetadata", provider).list("rejectedReasons", reasons)
}

fn container(advisory: &Advisory, v: &Vulnerability, provider: Build) -> Build {
    let title = v.title.as_deref().unwrap_or(&advisory.title);
    let language = language(advisory);
    let remedies = |categories: &[&str]| {
        let fitting = v.remedies.iter().filter(|remedy| categories.contains(&remedy.category.as_str()));
        unique(fitting.map(|remedy| said(&remedy.details, language)))
    };
    let threats = v.threats.iter().filter(|threat| threat.category == "exploit_status");
    Build::new()
        .list("affected", affected(advisory, v))
        .list("credits", credits(advisory, v))
        .text("datePublic", stamp(v.released.as_ref()).as_deref())
        .list("descriptions", descriptions(advisory, v))
        .list("exploits", unique(threats.map(|threat| said(&threat.details, language))))
        .list("metrics", v.scores.iter().filter_map(metric))
        .list("problemTypes", unique(v.weaknesses.iter().map(weakness)))
        .set("providerMetadata", provider)
        .list("references", references(advisory, v))
        .list(
            "solutions",
            remedies(&["vendor_fix", "optional_patch", "fix_planned", "no_fix_planned", "none_available"]),
        )
        .text("title", Some(clip(title, TITLE)).filter(|title| !title.is_empty()))
        .list("workarounds", remedies(&["workaround", "mitigation"]))
}

fn clip(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn english(text: &str) -> Build {
    said(text, "en")
}

fn said(text: &str, language: &str) -> Build {
    Build::new().set("lang", language).set("value", clip(text, TEXT))
}

/// The language of an advisory where it is another than English and a record can name it.
fn language(advisory: &Advisory) -> &str {
    let other = |language: &&str| is_language(language) && !language.to_lowercase().starts_with("en");
    advisory.language.as_deref().filter(other).unwrap_or("en")
}

/// The schema asks for one in English; what stands in another language is not said to be English.
fn descriptions(advisory: &Advisory, v: &Vulnerability) -> Vec<Value> {
    let notes = v.notes.iter().chain(&advisory.notes);
    let notes =
        notes.filter(|note| matches!(note.category.as_str(), "description" | "summary" | "details" | "general"));
    let mut list = unique(notes.filter(|note| !note.text.is_empty()).map(|note| match &note.title {
        Some(lang) if lang.len() < 12 && crate::csaf::dictionary::language::unknown(lang).is_none() => {
            english(&note.text).set("lang", &**lang)
        }
        _ => said(&note.text, language(advisory)),
    }));
    let title = v.title.as_deref().unwrap_or(&advisory.title);
    if list.is_empty() && !title.is_empty() {
        list.push(said(title, language(advisory)).into());
    }
    if list.is_empty() {
        list.push(english("The source gives no description.").into());
    } else if language(advisory) != "en" && !list.iter().any(is_english) {
        list.push(english("The source describes it in another language alone.").into());
    }
    list
}

fn is_english(description: &Value) -> bool {
    let language = description.get("lang").and_then(Value::as_str);
    language.is_some_and(|language| language.to_lowercase().starts_with("en"))
}

fn weakness((id, name): &(Option<String>, String)) -> Build {
    let name = if name.is_empty() { id.as_deref().unwrap_or("n/a") } else { name };
    let build = Build::new().text("cweId", id.as_deref()).set("description", clip(name, TEXT)).set("lang", "en");
    let build = if id.is_some() { build.set("type", "CWE") } else { build };
    Build::new().set("descriptions", vec![Value::from(build)])
}

/// The schema asks for one: the record's own page when the source has none.
fn references(advisory: &Advisory, v: &Vulnerability) -> Vec<Value> {
    let mut list = unique(advisory.references.iter().chain(&v.references).map(reference));
    list.truncate(REFERENCES_MOST);
    if list.is_empty() {
        let id = v.cve.as_deref().unwrap_or("");
        list.push(Build::new().set("url", format!("https://www.cve.org/CVERecord?id={id}")).into());
    }
    list
}

/// Tags that the schema does not know are marked as extensions.
fn reference(reference: &Reference) -> Build {
    const TAGS: &str = "broken-link customer-entitlement exploit government-resource issue-tracking mailing-list mitigation \
        not-applicable patch permissions-required media-coverage product related release-notes signature \
        technical-description third-party-advisory vendor-advisory vdb-entry";
    let tags = reference.tags.iter().filter(|tag| !matches!(tag.as_str(), "external" | "self")).map(|tag| {
        let known = tag.starts_with("x_") || TAGS.split(' ').any(|known| known == tag);
        let same = crate::osv::tag(tag);
        if known { tag.clone() } else { same.map_or_else(|| format!("x_{tag}"), str::to_owned) }
    });
    let name = reference.summary.as_deref().filter(|summary| *summary != reference.url && !summary.is_empty());
    Build::new().text("name", name.map(|name| clip(name, 512))).list("tags", tags).set("url", &*reference.url)
}

fn credits(advisory: &Advisory, v: &Vulnerability) -> Vec<Value> {
    const ROLES: &[&str] = &[
        "finder",
        "reporter",
        "analyst",
        "coordinator",
        "remediation developer",
        "remediation reviewer",
        "remediation verifier",
        "tool",
        "sponsor",
        "other",
    ];
    let mut list = Vec::new();
    for credit in advisory.credits.iter().chain(&v.credits) {
        let role = credit.role.as_deref().filter(|role| ROLES.contains(role));
        let whole = credit.organisation.iter().chain(&credit.summary).take(usize::from(credit.names.is_empty()));
        for name in credit.names.iter().chain(whole) {
            list.push(Build::new().set("lang", "en").text("type", role).set("value", clip(name, TEXT)));
        }
    }
    unique(list.into_iter())
}

fn metric(score: &Score) -> Option<Build> {
    let (key, version) = METRICS.iter().find(|(_, version)| *version == score.version)?;
    let vector: Vector = score.vector.parse().ok()?;
    let base = vector.scores().base;
    let object = Build::new().set("baseScore", base.value());
    let object = match vector.version() {
        Version::V20 => object,
        _ => object.set("baseSeverity", base.severity().as_str().to_uppercase()),
    };
    Some(Build::new().set(key, object.set("vectorString", &*score.vector).set("version", *version)))
}

/// Products that differ in their versions alone stand in one entry.
fn affected(advisory: &Advisory, v: &Vulnerability) -> Vec<Build> {
    // Of several standings of a product the first counts.
    let standings: HashMap<&str, Standing> = v.standings.iter().rev().map(|(id, s)| (id.as_str(), *s)).collect();
    let mut groups: Vec<Vec<(&Product, Standing)>> = Vec::new();
    for product in &advisory.products {
        let Some(standing) = standings.get(product.id.as_str()) else { continue };
        match groups.last_mut() {
            // What other versions are closes an entry: the next one is of its own.
            Some(group) if group.last().is_some_and(|(last, _)| key(last) == key(product) && !last.versions.others) => {
                group.push((product, *standing));
            }
            _ => groups.push(vec![(product, *standing)]),
        }
    }
    let mut list: Vec<_> = groups.iter().map(|group| entry(group)).collect();
    if list.is_empty() {
        let unknown = Build::new().set("defaultStatus", "unknown").set("product", "n/a").set("vendor", "n/a");
        list.push(unknown);
    }
    list
}

/// A product that is known by its name alone is itself.
fn key(product: &Product) -> ([&Option<String>; 6], Option<&str>) {
    let Product { vendor, product: part, ecosystem, package, repository, cpe, .. } = product;
    let alone = part.is_none() && package.is_none();
    ([vendor, part, ecosystem, package, repository, cpe], alone.then_some(&product.name))
}

fn status(standing: Standing) -> &'static str {
    match standing {
        _ if standing.is_affected() => "affected",
        Standing::Investigated | Standing::Unknown => "unknown",
        _ => "unaffected",
    }
}

fn entry(group: &[(&Product, Standing)]) -> Build {
    let Some((first, _)) = group.first() else { return Build::new() };
    let others = group.iter().find(|(product, _)| product.versions.others);
    let mut runs: Vec<Vec<(&Product, Standing)>> = Vec::new();
    for stretch in group.iter().filter(|(product, _)| !product.versions.others) {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| follows(last, stretch)) => run.push(*stretch),
            _ => runs.push(vec![*stretch]),
        }
    }
    let versions: Vec<Value> = unique(runs.iter().filter_map(|run| version(run)));
    // A package of OSV: its collection is known by its address.
    let collection = first.ecosystem.as_deref().map(|name| crate::osv::collection(name).unwrap_or(name));
    let collection = collection.filter(|url| is_uri(url) && first.package.is_some());
    let named = first.vendor.is_some() && first.product.is_some();
    let vendor = first.vendor.as_deref().or(if named || collection.is_some() { None } else { Some("n/a") });
    let product = first.product.as_deref().or(first.package.as_deref()).unwrap_or(&first.name);
    let product = Some(product).filter(|_| collection.is_none() || first.product.is_some());
    Build::new()
        .text("collectionURL", collection)
        .list("cpes", first.cpe.clone())
        .text("defaultStatus", others.map(|(_, standing)| status(*standing)))
        .text("packageName", first.package.as_deref().filter(|_| collection.is_some()))
        .text("product", product)
        .text("repo", first.repository.as_deref())
        .text("vendor", vendor)
        .list("versions", versions)
}

/// Whether one interval begins where another ends, with another status: the record says so as a change.
fn follows((last, before): &(&Product, Standing), (next, after): &(&Product, Standing)) -> bool {
    let (last, next) = (&last.versions, &next.versions);
    last.below.is_some() && last.below == next.from && last.scheme == next.scheme && status(*before) != status(*after)
}

/// A version, or an interval with the changes of its status.
fn version(run: &[(&Product, Standing)]) -> Option<Build> {
    let [(first, standing), changed @ ..] = run else { return None };
    let (last, _) = run.last()?;
    let Versions { below, through, .. } = &last.versions;
    let versions = Versions { below: below.clone(), through: through.clone(), ..first.versions.clone() };
    let build = Build::new().set("status", status(*standing));
    let changes = changed.iter().map(|(product, standing)| {
        Build::new().set("at", product.versions.from.as_deref().unwrap_or_default()).set("status", status(*standing))
    });
    let build = build.list("changes", changes);
    let ranged = versions.is_range();
    let start = versions.exact.as_deref().or(versions.from.as_deref());
    let start = start.unwrap_or(if ranged { "0" } else { "unspecified" });
    let scheme =
        versions.scheme.as_deref().filter(|scheme| *scheme != "all").or(if ranged { Some("custom") } else { None });
    // Without an end, the record would speak of the first version alone.
    let open = ranged && versions.below.is_none() && versions.through.is_none();
    let build = build.set("version", clip(start, 1024)).text("versionType", scheme);
    let build = build.text("lessThan", versions.below.as_deref().or(if open { Some("*") } else { None }));
    Some(build.text("lessThanOrEqual", versions.through.as_deref()))
}

//! From the model to CSAF 2.0, and by way of that to 2.1.

use super::turn::Turn;
use super::upgrade::{STRICT, raise};
use super::{tree, withdrawn, write_vulnerability};
use crate::advisory::{Advisory, Credit, Kind, Note, Options, Reference, Revision};
use crate::csaf::{Edition, profile};
use crate::instant::Instant;
use crate::json::Build;
use crate::shape::form::is_uri;
use serde_json::Value;

/// Writes a document. What the standard asks for and the advisory does not say is said to be unknown, never invented; what
/// 2.1 wants beside that, such as a label of TLP, is told.
pub fn write(advisory: &Advisory, options: &Options, edition: Edition) -> Turn {
    let turn = Turn { value: older(advisory, options, edition), ..Turn::default() };
    if edition == Edition::V20 { turn } else { raise(turn, &options.now) }
}

/// For 2.1 with what only that can say, where the way there leaves it.
fn older(advisory: &Advisory, options: &Options, edition: Edition) -> Value {
    if advisory.withdrawn.is_some() {
        return withdrawn::write(advisory, options);
    }
    let kind = options.profile.clone().unwrap_or_else(|| fitting(advisory));
    let vulnerabilities =
        advisory.vulnerabilities.iter().map(|v| write_vulnerability::write(advisory, v, &kind, edition));
    let listed = kind != Kind::Informational;
    let vulnerabilities = vulnerabilities.filter(|build| listed && !build.is_empty());
    Build::new()
        .set("document", head(advisory, options, &kind))
        .object("product_tree", tree::write(&advisory.products))
        .list("vulnerabilities", vulnerabilities.collect::<Vec<_>>())
        .into()
}

/// The kind of the source, unless its demands cannot be met: then no profile.
fn fitting(advisory: &Advisory) -> Kind {
    let all = !advisory.vulnerabilities.is_empty() && !advisory.products.is_empty();
    let standing = advisory.vulnerabilities.iter().all(|v| !v.standings.is_empty());
    match &advisory.kind {
        Kind::Advisory | Kind::Vex if !(all && standing) => Kind::Base,
        kind => kind.clone(),
    }
}

fn category(kind: &Kind) -> &str {
    match kind {
        Kind::Base => profile::BASE,
        Kind::Incident => profile::INCIDENT,
        Kind::Informational => profile::INFORMATIONAL,
        Kind::Advisory => profile::ADVISORY,
        Kind::Vex => profile::VEX,
        Kind::Other(word) if word == profile::WITHDRAWN => "Withdrawn",
        Kind::Other(word) if word == profile::SUPERSEDED => "Superseded",
        Kind::Other(word) => word,
    }
}

pub(super) fn head(advisory: &Advisory, options: &Options, kind: &Kind) -> Build {
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let publisher = &advisory.publisher;
    let category_of = if publisher.category == "multiplier" { "other" } else { &publisher.category };
    let publisher = Build::new()
        .set("category", or(category_of, "other"))
        .text("contact_details", publisher.contact.as_deref())
        .set("name", or(&publisher.name, "unknown"))
        .set("namespace", publisher.namespace.clone().unwrap_or_else(|| "about:blank".to_owned()));
    let strict = advisory.tlp.as_deref() == Some("AMBER+STRICT");
    let tlp = Build::new().text("label", if strict { Some("RED") } else { advisory.tlp.as_deref() });
    let severity = Build::new().text("text", advisory.severity.as_deref());
    Build::new()
        .list("acknowledgments", credits(&advisory.credits))
        .object("aggregate_severity", severity)
        .set("category", category(kind))
        .set("csaf_version", "2.0")
        .object("distribution", Build::new().text("text", strict.then_some(STRICT)).object("tlp", tlp))
        .text("lang", advisory.language.as_deref())
        .list("notes", notes(&advisory.notes))
        .set("publisher", publisher)
        .list("references", references(&advisory.references))
        .set("title", or(&advisory.title, &advisory.id))
        .set("tracking", tracking(advisory, options))
}

fn tracking(advisory: &Advisory, options: &Options) -> Build {
    let updated = date_or(advisory.updated.as_ref().or(advisory.published.as_ref()), &options.now);
    let published = date_or(advisory.published.as_ref(), &updated);
    // Without a history a version can be vouched for on each day that the source names (test 6.1.21).
    let known = !advisory.version.is_empty() && !advisory.revisions.is_empty();
    let made = history(advisory, &published, &updated);
    let number = if known { advisory.version.clone() } else { made.len().to_string() };
    let revisions = if advisory.revisions.is_empty() { &made } else { &advisory.revisions };
    let revisions = revisions
        .iter()
        .map(|r| Build::new().set("date", &*r.date).set("number", &*r.number).set("summary", &*r.summary));
    Build::new()
        .list("aliases", advisory.aliases.clone())
        .set("current_release_date", updated.clone())
        .set("id", advisory.id.trim())
        .set("initial_release_date", published)
        .list("revision_history", revisions.collect::<Vec<_>>())
        .set("status", if advisory.status.is_empty() { "final" } else { &advisory.status })
        .set("version", number)
}

/// The versions that a source without a history tells of by its dates.
fn history(advisory: &Advisory, published: &str, updated: &str) -> Vec<Revision> {
    let last = if advisory.withdrawn.is_some() { "Withdrawn by the source." } else { "Changed by the source." };
    let earlier = Instant::parse(published) < Instant::parse(updated) && Instant::parse(published).is_some();
    let dates: &[(&str, &str)] = if earlier || advisory.withdrawn.is_some() {
        &[(published, "Published by the source."), (updated, last)]
    } else {
        &[(updated, "As published by the source.")]
    };
    let revision = |(at, (date, summary)): (usize, &(&str, &str))| Revision {
        date: (*date).to_owned(),
        number: (at + 1).to_string(),
        summary: (*summary).to_owned(),
    };
    dates.iter().enumerate().map(revision).collect()
}

fn date_or(given: Option<&String>, otherwise: &str) -> String {
    given.map_or_else(|| otherwise.to_owned(), |text| date(text))
}

/// A date with an offset; some formats leave it out and mean UTC.
pub fn date(text: &str) -> String {
    let zoned = format!("{text}Z");
    if crate::instant::Instant::parse(text).is_none() && crate::instant::Instant::parse(&zoned).is_some() {
        return zoned;
    }
    text.to_owned()
}

pub(super) fn notes(notes: &[Note]) -> Vec<Build> {
    let notes = notes.iter().map(|note| {
        Build::new()
            .text("audience", note.audience.as_deref())
            .set("category", &*note.category)
            .set("text", &*note.text)
            .text("title", note.title.as_deref())
    });
    notes.collect()
}

pub(super) fn references(references: &[Reference]) -> Vec<Build> {
    let references = references.iter().map(|reference| {
        let own = reference.tags.iter().any(|tag| tag == "self");
        let category = if own { "self" } else { "external" };
        Build::new()
            .set("category", category)
            .set("summary", reference.summary.as_deref().unwrap_or(&reference.url))
            .set("url", &*reference.url)
    });
    references.collect()
}

pub(super) fn credits(credits: &[Credit]) -> Vec<Build> {
    let credits = credits.iter().map(|credit| {
        Build::new()
            .list("names", credit.names.clone())
            .text("organization", credit.organisation.as_deref())
            .text("summary", credit.summary.as_deref().or(credit.role.as_deref()))
            .list("urls", credit.urls.iter().filter(|url| is_uri(url)).cloned())
    });
    credits.filter(|credit| !credit.is_empty()).collect()
}

//! What an advisory states, as statements that can be compared: two documents say the same when these are the same,
//! wherever each format puts them.

use super::names::Names;
use super::{Advisory, Credit, Kind, Note, Product, Reference, Vulnerability};
use std::collections::BTreeSet;

/// What stands at the head of an advisory for people: label and text, in order.
pub(super) fn headed(advisory: &Advisory) -> [(&'static str, Option<&str>); 11] {
    [
        ("Id", Some(&advisory.id)),
        ("Publisher", Some(&advisory.publisher.name)),
        ("Contact", advisory.publisher.contact.as_deref()),
        ("Published", advisory.published.as_deref()),
        ("Updated", advisory.updated.as_deref()),
        ("Withdrawn", advisory.withdrawn.as_deref()),
        ("Status", unfinished(advisory)),
        ("Severity", advisory.severity.as_deref()),
        ("TLP", advisory.tlp.as_deref()),
        ("Language", advisory.language.as_deref()),
        ("Version", Some(&advisory.version)),
    ]
}

/// The title for people; what no longer holds says so first.
pub(super) fn titled(advisory: &Advisory) -> String {
    let title = if advisory.title.is_empty() { &advisory.id } else { &advisory.title };
    let told = advisory.withdrawn.is_none() || title.to_lowercase().starts_with("withdrawn");
    if told { title.clone() } else { format!("Withdrawn: {title}") }
}

/// Notes for people: those of other languages, which say theirs in their title, after the others.
pub(super) fn ordered(notes: &[Note]) -> Vec<&Note> {
    let mut notes: Vec<&Note> = notes.iter().collect();
    notes.sort_by_key(|note| note.title.as_deref().is_some_and(is_language));
    notes
}

/// The heading of a note for people; without a title its kind, where that says more than that it describes.
pub(super) fn heading(note: &Note) -> Option<String> {
    let Some(title) = note.title.as_deref() else {
        let kind = match note.category.as_str() {
            "details" => "Details",
            "faq" => "Questions and answers",
            "legal_disclaimer" => "Legal disclaimer",
            "summary" => "Summary",
            _ => return None,
        };
        return Some(kind.to_owned());
    };
    Some(if is_language(title) { format!("Description ({title})") } else { title.to_owned() })
}

/// The label of what kind a note is. For people its heading stands for that.
pub(super) const NOTE_KIND: &str = "kind of a note";

/// The kind of a note in words; `other` says nothing.
fn kind(note: &Note) -> Option<String> {
    (note.category != "other").then(|| note.category.replace('_', " "))
}

/// Whether a title is the tag of a language.
fn is_language(title: &str) -> bool {
    title.len() < 12 && crate::csaf::dictionary::language::unknown(title).is_none()
}

/// `draft` or `interim`: what is not final yet.
fn unfinished(advisory: &Advisory) -> Option<&str> {
    Some(advisory.status.as_str()).filter(|status| matches!(*status, "draft" | "interim"))
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) text: String,
    /// The text or address that it is about, where it is about one.
    pub(super) about: Option<String>,
}

/// Characters of what a statement is about that are shown.
const SHOWN: usize = 60;

impl Fact {
    /// One line for people.
    pub(super) fn line(&self) -> String {
        let about = self.about.as_deref().map(|about| format!(" ({})", clip(about))).unwrap_or_default();
        format!("{}: {}{about}", self.label, self.text)
    }
}

/// The beginning of a text, marked where it is cut.
pub(super) fn clip(text: &str) -> String {
    let end = text.char_indices().nth(SHOWN).map(|(end, _)| end);
    end.map_or_else(|| text.to_owned(), |end| format!("{}…", text.get(..end).unwrap_or_default()))
}

#[derive(Default)]
struct Facts(BTreeSet<Fact>);

impl Facts {
    fn add(&mut self, label: &'static str, text: &str) {
        if !text.is_empty() {
            self.0.insert(Fact { label, text: text.to_owned(), about: None });
        }
    }

    fn some(&mut self, label: &'static str, text: Option<&String>) {
        self.add(label, text.map_or("", String::as_str));
    }

    fn about(&mut self, label: &'static str, text: Option<&str>, about: &str) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.0.insert(Fact { label, text: text.to_owned(), about: Some(about.to_owned()) });
        }
    }
}

/// Every statement but which products scores and remediations are for ([`super::scopes`]).
pub(super) fn of(advisory: &Advisory, names: &Names) -> BTreeSet<Fact> {
    let mut facts = Facts::default();
    facts.add("id", &advisory.id);
    facts.add("title", &advisory.title);
    if let Kind::Other(word) = &advisory.kind {
        facts.add("kind", word);
    }
    advisory.aliases.iter().for_each(|alias| facts.add("alias", alias));
    facts.some("language", advisory.language.as_ref());
    facts.some("TLP", advisory.tlp.as_ref());
    facts.some("severity", advisory.severity.as_ref());
    facts.some("published", advisory.published.as_ref());
    facts.some("updated", advisory.updated.as_ref());
    facts.some("withdrawn", advisory.withdrawn.as_ref());
    advisory.reasons.iter().for_each(|reason| facts.add("reason of the withdrawal", reason));
    facts.some("contact of the publisher", advisory.publisher.contact.as_ref());
    facts.add("status of the document", unfinished(advisory).unwrap_or_default());
    facts.add("version", &advisory.version);
    facts.add("publisher", &advisory.publisher.name);
    for revision in &advisory.revisions {
        facts.add("revision", &format!("{} of {}: {}", revision.number, revision.date, revision.summary));
    }
    texts(&advisory.notes, &advisory.references, &advisory.credits, &mut facts);
    for vulnerability in &advisory.vulnerabilities {
        described((advisory, names), vulnerability, &mut facts);
    }
    facts.0
}

fn texts(notes: &[Note], references: &[Reference], credits: &[Credit], facts: &mut Facts) {
    for note in notes {
        facts.add("note", &note.text);
        facts.about("heading of a note", note.title.as_deref(), &note.text);
        facts.about("audience of a note", note.audience.as_deref(), &note.text);
        facts.about(NOTE_KIND, kind(note).as_deref().filter(|_| !note.text.is_empty()), &note.text);
    }
    for reference in references {
        facts.add("reference", &reference.url);
        let name = reference.summary.as_deref().filter(|summary| *summary != reference.url);
        facts.add("name of a reference", name.unwrap_or_default());
        for tag in &reference.tags {
            facts.about("kind of a reference", tagged(tag).as_deref(), &reference.url);
        }
    }
    for credit in credits {
        credit.names.iter().for_each(|name| facts.add("credit", name));
        let more = [&credit.organisation, &credit.summary, &credit.role];
        more.into_iter().flatten().for_each(|text| facts.add("credit", text));
        credit.urls.iter().for_each(|url| facts.add("address of a credit", url));
    }
}

/// What kind a reference is, in the words of CVE where it has one; that it leads elsewhere says nothing.
pub(super) fn tagged(tag: &str) -> Option<String> {
    let tag = tag.strip_prefix("x_").unwrap_or(tag).to_lowercase();
    let known = crate::osv::tag(&tag).map(str::to_owned);
    (tag != "external").then(|| known.unwrap_or(tag))
}

fn described((advisory, names): (&Advisory, &Names), v: &Vulnerability, facts: &mut Facts) {
    facts.some("CVE", v.cve.as_ref());
    for (system, id) in &v.ids {
        facts.add("id of a vulnerability", id);
        facts.about("system of an id", Some(system), id);
    }
    let title = v.title.as_ref().filter(|title| **title != advisory.title);
    facts.some("title of a vulnerability", title);
    for (id, name) in &v.weaknesses {
        facts.add("weakness", id.as_deref().unwrap_or(name));
    }
    texts(&v.notes, &v.references, &v.credits, facts);
    facts.some("discovered", v.discovered.as_ref());
    facts.some("made public", v.released.as_ref());
    v.scores.iter().for_each(|score| facts.add("score", &score.vector));
    for remedy in &v.remedies {
        facts.add("remediation", &remedy.details);
        facts.about("kind of a remediation", Some(&remedy.category.replace('_', " ")), &remedy.details);
        facts.about("address of a remediation", remedy.url.as_deref(), &remedy.details);
        facts.about("date of a remediation", remedy.date.as_deref(), &remedy.details);
    }
    for threat in &v.threats {
        facts.add("threat", &threat.details);
        facts.about("date of a threat", threat.date.as_deref(), &threat.details);
    }
    for flag in &v.flags {
        facts.add("justification", &flag.label);
        facts.about("date of a justification", flag.date.as_deref(), &flag.label);
    }
    for (id, standing) in &v.standings {
        if let Some(name) = names.name(id) {
            facts.add("status", &format!("{name} is {}", standing.words()));
        }
    }
}

/// A product by what most formats can say of it.
pub(crate) fn called(product: &Product) -> String {
    let versions = &product.versions;
    let name = product.package.as_deref().or(product.product.as_deref()).unwrap_or(&product.name);
    let mut text = name.to_owned();
    let from = versions.from.as_deref().filter(|from| *from != "0");
    let parts = [("", versions.exact.as_deref()), ("from ", from), ("below ", versions.below.as_deref())];
    for (sign, version) in parts.into_iter().chain([("through ", versions.through.as_deref())]) {
        if let Some(version) = version {
            text.extend([" ", sign, version]);
        }
    }
    if versions.others {
        text.push_str(" other versions");
    }
    text
}

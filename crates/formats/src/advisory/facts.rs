//! What an advisory states, as lines that can be compared: two documents say the same when their lines are the same,
//! wherever each format puts them.

use super::{Advisory, Credit, Kind, Note, Product, Reference, Vulnerability};
use std::collections::{BTreeSet, HashMap, HashSet};

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

/// The heading of a note for people.
pub(super) fn heading(note: &Note) -> Option<String> {
    let title = note.title.as_deref()?;
    Some(if is_language(title) { format!("Description ({title})") } else { title.to_owned() })
}

/// Whether a title is the tag of a language.
fn is_language(title: &str) -> bool {
    title.len() < 12 && crate::csaf::dictionary::language::unknown(title).is_none()
}

/// `draft` or `interim`: what is not final yet.
fn unfinished(advisory: &Advisory) -> Option<&str> {
    Some(advisory.status.as_str()).filter(|status| matches!(*status, "draft" | "interim"))
}

/// Every statement, one line each.
pub(super) fn of(advisory: &Advisory) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    let mut add = |label: &str, text: &str| {
        if !text.is_empty() {
            facts.insert(format!("{label}: {text}"));
        }
    };
    add("id", &advisory.id);
    add("title", &advisory.title);
    if let Kind::Other(word) = &advisory.kind {
        add("kind", word);
    }
    advisory.aliases.iter().for_each(|alias| add("alias", alias));
    let optional = [
        ("language", &advisory.language),
        ("TLP", &advisory.tlp),
        ("severity", &advisory.severity),
        ("published", &advisory.published),
        ("updated", &advisory.updated),
        ("withdrawn", &advisory.withdrawn),
        ("contact of the publisher", &advisory.publisher.contact),
    ];
    for (label, value) in optional {
        add(label, value.as_deref().unwrap_or_default());
    }
    add("status of the document", unfinished(advisory).unwrap_or_default());
    advisory.reasons.iter().for_each(|reason| add("reason of the withdrawal", reason));
    add("version", &advisory.version);
    add("publisher", &advisory.publisher.name);
    for revision in &advisory.revisions {
        add("revision", &format!("{} of {}: {}", revision.number, revision.date, revision.summary));
    }
    texts(&advisory.notes, &advisory.references, &advisory.credits, &mut add);
    let products = advisory.by_id();
    for vulnerability in &advisory.vulnerabilities {
        described((advisory, &products), vulnerability, &mut add);
    }
    facts
}

fn texts(notes: &[Note], references: &[Reference], credits: &[Credit], add: &mut impl FnMut(&str, &str)) {
    for note in notes {
        add("note", &note.text);
    }
    for reference in references {
        add("reference", &reference.url);
        add("name of a reference", reference.summary.as_deref().filter(|s| *s != reference.url).unwrap_or_default());
    }
    for credit in credits {
        credit.names.iter().for_each(|name| add("credit", name));
        add("credit", credit.organisation.as_deref().unwrap_or_default());
        add("credit", credit.summary.as_deref().unwrap_or_default());
    }
}

fn described(
    (advisory, products): (&Advisory, &HashMap<&str, &Product>),
    vulnerability: &Vulnerability,
    add: &mut impl FnMut(&str, &str),
) {
    add("CVE", vulnerability.cve.as_deref().unwrap_or_default());
    vulnerability.ids.iter().for_each(|(_, id)| add("id of a vulnerability", id));
    add(
        "title of a vulnerability",
        vulnerability.title.as_deref().filter(|t| *t != advisory.title).unwrap_or_default(),
    );
    for (id, name) in &vulnerability.weaknesses {
        add("weakness", id.as_deref().unwrap_or(name));
    }
    texts(&vulnerability.notes, &vulnerability.references, &vulnerability.credits, add);
    add("discovered", vulnerability.discovered.as_deref().unwrap_or_default());
    add("made public", vulnerability.released.as_deref().unwrap_or_default());
    vulnerability.scores.iter().for_each(|score| add("score", &score.vector));
    vulnerability.remedies.iter().for_each(|remedy| add("remediation", &remedy.details));
    vulnerability.threats.iter().for_each(|threat| add("threat", &threat.details));
    vulnerability.flags.iter().for_each(|flag| add("justification", &flag.label));
    for (id, standing) in &vulnerability.standings {
        if let Some(product) = products.get(id.as_str()) {
            add("status", &format!("{} is {}", called(product), standing.words()));
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

/// Bytes that are searched at most for statements that are no line of their own.
const SEARCHED: usize = 4_000_000_000;

/// Which statements a text for people does not show, whatever marks it carries. Most are a line, an element or what
/// follows a label; the rest is searched for, as long as that takes no more than seconds.
pub(super) fn absent(said: BTreeSet<String>, text: &str) -> Vec<String> {
    let lines: HashSet<String> = text.lines().flat_map(pieces).map(squeezed).collect();
    let whole = squeezed(text);
    let (mut left, mut unsearched, mut absent) = (SEARCHED, 0_usize, Vec::new());
    for fact in said {
        let wanted = squeezed(fact.split_once(": ").map_or(fact.as_str(), |(_, said)| said));
        if lines.contains(&wanted) {
            continue;
        }
        if left < whole.len() {
            unsearched += 1;
            continue;
        }
        left -= whole.len();
        if !whole.contains(&wanted) {
            absent.push(fact);
        }
    }
    if unsearched > 0 {
        absent.push(format!("{unsearched} statements more were not looked for: the document is too large"));
    }
    absent
}

/// A line, what follows its label, and what stands in its element.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let labelled = line.split_once("**: ").map(|(_, text)| text);
    let inner = line.split_once('>').and_then(|(_, text)| text.rsplit_once('<')).map(|(text, _)| text);
    [Some(line), labelled, inner].into_iter().flatten()
}

/// Letters and digits alone: what a text for people shows, however it is marked up.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

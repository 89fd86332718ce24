//! What an advisory states, as lines that can be compared: two documents say the same when their lines are the same,
//! wherever each format puts them.

use super::{Advisory, Credit, Kind, Note, Product, Reference, Vulnerability};
use std::collections::BTreeSet;

/// What stands at the head of an advisory for people: label and text, in order.
pub(super) fn headed(advisory: &Advisory) -> [(&'static str, Option<&str>); 10] {
    [
        ("Id", Some(&advisory.id)),
        ("Publisher", Some(&advisory.publisher.name)),
        ("Contact", advisory.publisher.contact.as_deref()),
        ("Published", advisory.published.as_deref()),
        ("Updated", advisory.updated.as_deref()),
        ("Withdrawn", advisory.withdrawn.as_deref()),
        ("Severity", advisory.severity.as_deref()),
        ("TLP", advisory.tlp.as_deref()),
        ("Language", advisory.language.as_deref()),
        ("Version", Some(&advisory.version)),
    ]
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
    add("version", &advisory.version);
    add("publisher", &advisory.publisher.name);
    for revision in &advisory.revisions {
        add("revision", &format!("{} of {}: {}", revision.number, revision.date, revision.summary));
    }
    texts(&advisory.notes, &advisory.references, &advisory.credits, &mut add);
    for vulnerability in &advisory.vulnerabilities {
        described(advisory, vulnerability, &mut add);
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

fn described(advisory: &Advisory, vulnerability: &Vulnerability, add: &mut impl FnMut(&str, &str)) {
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
        if let Some(product) = advisory.products.iter().find(|product| product.id == *id) {
            add("status", &format!("{} is {}", called(product), standing.words()));
        }
    }
}

/// A product by what most formats can say of it.
pub(super) fn called(product: &Product) -> String {
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

/// Letters and digits alone: what a text for people shows, however it is marked up.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a squeezed text for people shows what a line says.
pub(super) fn is_in(fact: &str, text: &str) -> bool {
    text.contains(&squeezed(fact.split_once(": ").map_or(fact, |(_, said)| said)))
}

//! From OpenVEX to the model.

use crate::advisory::vers::unescaped;
use crate::advisory::{
    Advisory, Flag, Kind, Note, Product, Publisher, Remedy, Standing, Threat, Versions, Vulnerability,
};
use crate::csaf::purl::Purl;
use crate::instant::Instant;
use crate::json::{Spot, Tree};
use crate::shape::form::{is_cve, is_uri};
use std::collections::{HashMap, HashSet};

/// Reads a document; what has another type than the schema says is passed over.
pub fn read(value: &Tree) -> Advisory {
    let root = Spot::root(value);
    let id = root.own("@id").unwrap_or_default();
    let author = root.own("author").unwrap_or_default();
    let namespace = [&author, &id].into_iter().find(|text| is_uri(text)).cloned();
    let mut advisory = Advisory {
        title: format!("VEX of {author}"),
        kind: Kind::Vex,
        publisher: Publisher { name: author, namespace, category: "other".to_owned(), ..Publisher::default() },
        version: root
            .get("version")
            .and_then(|version| version.value.as_u64())
            .map(|v| v.to_string())
            .unwrap_or_default(),
        published: root.own("timestamp"),
        updated: root.own("last_updated"),
        id,
        ..Advisory::default()
    };
    let mut known = Known { newest: newest(&root), ..Known::default() };
    for (at, statement) in root.items("statements").enumerate() {
        read_statement(at, &statement, &mut advisory, &mut known);
    }
    advisory
}

/// A vulnerability and a product of a statement.
type About = (String, String);

/// The place of the statement that counts: of several about the same the newest, of those of one time the last.
fn newest(root: &Spot) -> HashMap<About, usize> {
    let time = |of: &Spot| of.word("timestamp").and_then(Instant::parse);
    let whole = time(root);
    let mut newest: HashMap<About, (Option<Instant>, usize)> = HashMap::new();
    for (at, statement) in root.items("statements").enumerate() {
        let time = time(&statement).or(whole);
        let vulnerability = name(&statement);
        for product in statement.items("products").filter_map(|item| identifier(&item)) {
            let place = newest.entry((vulnerability.clone(), product)).or_insert((time, at));
            if time >= place.0 {
                *place = (time, at);
            }
        }
    }
    newest.into_iter().map(|(about, (_, at))| (about, at)).collect()
}

fn name(statement: &Spot) -> String {
    let about = statement.get("vulnerability");
    about.and_then(|about| about.own("name").or_else(|| about.text().map(str::to_owned))).unwrap_or_default()
}

/// What earlier statements spoke of.
#[derive(Default)]
struct Known {
    /// Places of vulnerabilities by their names.
    vulnerabilities: HashMap<String, usize>,
    /// Ids of products.
    products: HashSet<String>,
    /// Places of the statements that count.
    newest: HashMap<About, usize>,
}

fn read_statement(at: usize, statement: &Spot, advisory: &mut Advisory, known: &mut Known) {
    let Some(about) = statement.get("vulnerability") else { return };
    let name = name(statement);
    let all: Vec<String> = statement.items("products").filter_map(|item| product(&item, advisory, known)).collect();
    let (mut ids, mut replaced) = (Vec::new(), Vec::new());
    let mut told = HashSet::new();
    for id in all.into_iter().filter(|id| told.insert(id.clone())) {
        let about = (name.clone(), id);
        let counts = known.newest.get(&about).is_none_or(|newest| *newest == at);
        if counts { &mut ids } else { &mut replaced }.push(about.1);
    }
    let status = statement.word("status").unwrap_or_default();
    let line = |id: &String| format!("{name}: {id} is {} (a newer statement replaces it)", status.replace('_', " "));
    advisory.replaced.extend(replaced.iter().map(line));
    if ids.is_empty() && !replaced.is_empty() {
        return;
    }
    let index = *known.vulnerabilities.entry(name).or_insert_with_key(|name| {
        advisory.vulnerabilities.push(vulnerability(&about, name));
        advisory.vulnerabilities.len() - 1
    });
    let Some(v) = advisory.vulnerabilities.get_mut(index) else { return };
    let standing = match statement.word("status") {
        Some("affected") => Standing::Affected,
        Some("not_affected") => Standing::NotAffected,
        Some("fixed") => Standing::Fixed,
        _ => Standing::Investigated,
    };
    v.standings.extend(ids.iter().map(|id| (id.clone(), standing)));
    let text = |key: &str| statement.own(key).filter(|text| !text.is_empty());
    let date = statement.own("action_statement_timestamp");
    if let Some(details) = text("action_statement") {
        v.remedies.push(Remedy { category: "mitigation".to_owned(), details, date, products: ids.clone(), url: None });
    }
    if let Some(details) = text("impact_statement") {
        v.threats.push(Threat { category: "impact".to_owned(), details, products: ids.clone(), date: None });
    }
    if let Some(label) = text("justification") {
        v.flags.push(Flag { label, products: ids, date: None });
    }
    v.notes.extend(text("status_notes").map(|text| Note {
        category: "other".to_owned(),
        title: None,
        text,
        audience: None,
    }));
}

/// The name that a statement uses for a vulnerability.
pub(super) fn called(v: &Vulnerability) -> &str {
    v.cve.as_deref().or(v.ids.first().map(|(_, id)| id.as_str())).unwrap_or_default()
}

fn vulnerability(about: &Spot, name: &str) -> Vulnerability {
    let cve = Some(name.to_owned()).filter(|name| is_cve(name));
    let system = |id: &str| id.split('-').next().unwrap_or(id).to_owned();
    let own = if cve.is_none() { Some(name.to_owned()) } else { None };
    let ids = own.into_iter().chain(about.words("aliases")).map(|id| (system(&id), id));
    let description = about.own("description").filter(|text| !text.is_empty());
    let note = |text| Note { category: "description".to_owned(), title: None, text, audience: None };
    Vulnerability {
        cve,
        ids: ids.collect(),
        notes: description.map(note).into_iter().collect(),
        ..Vulnerability::default()
    }
}

/// By what a product of a statement is known: its IRI, package URL or CPE.
fn identifier(item: &Spot) -> Option<String> {
    let identifiers = item.get("identifiers");
    let word = |key: &str| identifiers.as_ref().and_then(|identifiers| identifiers.own(key));
    let id = item.own("@id").or_else(|| item.text().map(str::to_owned));
    id.or_else(|| word("purl")).or_else(|| word("cpe23")).or_else(|| word("cpe22"))
}

/// The id of a product of a statement, which is added when it is new. Subcomponents stay in the source's format.
fn product(item: &Spot, advisory: &mut Advisory, known: &mut Known) -> Option<String> {
    let id = identifier(item)?;
    if known.products.insert(id.clone()) {
        let identifiers = item.get("identifiers");
        let word = |key: &str| identifiers.as_ref().and_then(|identifiers| identifiers.own(key));
        let purl = word("purl").or_else(|| Some(id.clone()).filter(|id| id.starts_with("pkg:")));
        let cpe = word("cpe23").or_else(|| word("cpe22"));
        // Of a product that was named here the name says which version it is.
        let own = own_name(&advisory.id, &id);
        let parts = purl.as_deref().filter(|_| own.is_none()).and_then(|purl| Purl::parse(purl).ok());
        let exact = parts.as_ref().and_then(|parts| parts.version).map(str::to_owned);
        let versions = Versions { exact, ..Versions::default() };
        let name = own.unwrap_or_else(|| id.clone());
        advisory.products.push(Product { id: id.clone(), name, purl, cpe, versions, ..Product::default() });
    }
    Some(id)
}

/// The name in an IRI that our writer made of a product: `DOCUMENT#ID/NAME`.
fn own_name(document: &str, iri: &str) -> Option<String> {
    let document = document.split('#').next().unwrap_or_default();
    let (_, name) = iri.strip_prefix(document)?.strip_prefix('#')?.split_once('/')?;
    Some(unescaped(name))
}

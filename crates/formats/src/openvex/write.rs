//! From the model to OpenVEX.

use super::read::called;
use crate::advisory::{Advisory, Options, Product, Standing, Vulnerability, spoken};
use crate::csaf::{JUSTIFICATIONS, date};
use crate::json::Build;
use crate::shape::form::is_uri;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";
/// What a statement must say and the source does not.
const NO_ACTION: &str = "The source names no action.";
const NO_REASON: &str = "The source gives no reason why these products are not affected.";

/// Writes a document.
pub fn write(advisory: &Advisory, options: &Options) -> Value {
    let published = advisory.published.as_deref().or(advisory.updated.as_deref());
    let timestamp = date(published.unwrap_or(&options.now));
    let updated = advisory.updated.as_deref().filter(|updated| Some(*updated) != published);
    // Versions of OpenVEX are whole numbers; of a semantic version the first counts.
    let (products, mut room, own) = (advisory.by_id(), MOST, identifier(advisory));
    let all = All { advisory, products: &products, document: &own };
    let statements = advisory.vulnerabilities.iter().flat_map(|v| all.statements(v, &mut room));
    let number = advisory.version.split('.').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(1).max(1);
    Build::new()
        .set("@context", CONTEXT)
        .set("@id", &*own)
        .set("author", if advisory.publisher.name.is_empty() { "unknown" } else { &advisory.publisher.name })
        .text("last_updated", updated.map(date).as_deref())
        .list("statements", statements.collect::<Vec<_>>())
        .set("timestamp", timestamp)
        .set("version", number)
        .into()
}

/// An IRI of the publisher's own.
fn identifier(advisory: &Advisory) -> String {
    if is_uri(&advisory.id) {
        return advisory.id.clone();
    }
    let namespace = advisory.publisher.namespace.as_deref().unwrap_or("https://openvex.dev/docs/unknown");
    format!("{}/vex/{}", namespace.trim_end_matches('/'), escaped(&advisory.id))
}

/// What is allowed in a path stays, the rest is escaped.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].into_iter().filter_map(|d| char::from_digit(d.into(), 16)));
        }
    }
    out
}

/// Bytes that the statements of a document may have: the texts of many remedies about all of many products would be
/// written for each product.
const MOST: usize = 64_000_000;

/// The words of a statement about a product; products with the same words share a statement.
#[derive(PartialEq, Eq, Hash)]
struct Words<'a> {
    status: &'static str,
    justification: Option<&'a str>,
    impacts: Vec<&'a str>,
    actions: Vec<&'a str>,
}

impl Words<'_> {
    fn len(&self) -> usize {
        self.impacts.iter().chain(&self.actions).map(|text| text.len() + 2).sum()
    }
}

/// Texts about products, found by product: in their order those for all and those that name it.
struct Said<'a> {
    all: Vec<usize>,
    named: HashMap<&'a str, Vec<usize>>,
    texts: Vec<&'a str>,
}

impl<'a> Said<'a> {
    fn new(said: impl Iterator<Item = (&'a [String], &'a str)>) -> Self {
        let mut all = Self { all: Vec::new(), named: HashMap::new(), texts: Vec::new() };
        for (index, (products, text)) in said.enumerate() {
            all.texts.push(text);
            if products.is_empty() {
                all.all.push(index);
            }
            for id in products {
                all.named.entry(id).or_default().push(index);
            }
        }
        all
    }

    fn about(&self, id: &str) -> Vec<&'a str> {
        let named = self.named.get(id).into_iter().flatten();
        let mut found: Vec<usize> = self.all.iter().chain(named).copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|index| self.texts.get(index).copied()).collect()
    }
}

/// What is said about the products of a vulnerability.
struct Reasons<'a> {
    flags: Said<'a>,
    impacts: Said<'a>,
    actions: Said<'a>,
}

impl<'a> Reasons<'a> {
    fn of(v: &'a Vulnerability) -> Self {
        let flags = v.flags.iter().filter(|flag| JUSTIFICATIONS.contains(&flag.label.as_str()));
        let impacts = v.threats.iter().filter(|threat| threat.category == "impact");
        Self {
            flags: Said::new(flags.map(|flag| (&*flag.products, &*flag.label))),
            impacts: Said::new(impacts.map(|threat| (&*threat.products, &*threat.details))),
            actions: Said::new(v.remedies.iter().map(|remedy| (&*remedy.products, &*remedy.details))),
        }
    }

    fn words(&self, id: &str, standing: Standing) -> Option<Words<'a>> {
        let (mut justification, mut impacts, mut actions) = (None, Vec::new(), Vec::new());
        let status = match standing {
            Standing::FirstAffected | Standing::Affected | Standing::LastAffected => {
                actions = self.actions.about(id);
                if actions.is_empty() {
                    actions.push(NO_ACTION);
                }
                "affected"
            }
            Standing::NotAffected => {
                justification = self.flags.about(id).first().copied();
                impacts = self.impacts.about(id);
                if justification.is_none() && impacts.is_empty() {
                    impacts.push(NO_REASON);
                }
                "not_affected"
            }
            Standing::FirstFixed | Standing::Fixed => "fixed",
            Standing::Investigated => "under_investigation",
            Standing::Recommended | Standing::Unknown => return None,
        };
        Some(Words { status, justification, impacts, actions })
    }
}

fn joined(texts: &[&str]) -> Option<String> {
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// What all statements need.
struct All<'a> {
    advisory: &'a Advisory,
    products: &'a HashMap<&'a str, &'a Product>,
    /// The document's own IRI.
    document: &'a str,
}

impl All<'_> {
    /// Statements about a vulnerability, as many as there is room for.
    fn statements(&self, v: &Vulnerability, room: &mut usize) -> Vec<Build> {
        let name = if called(v).is_empty() { &self.advisory.id } else { called(v) };
        let aliases = v.ids.iter().map(|(_, id)| id.clone()).filter(|id| id != name);
        let described = v.notes.iter().find(|note| note.category == "description").map(|note| note.text.as_str());
        let about = Build::new().list("aliases", aliases).text("description", described).set("name", name);
        let about = Value::from(about);
        let rest = v.notes.iter().filter(|note| note.category == "other").map(|note| note.text.as_str());
        let rest = joined(&rest.collect::<Vec<_>>());
        let each = about.to_string().len() + rest.as_ref().map_or(0, String::len);

        let reasons = Reasons::of(v);
        let mut places: HashMap<Words, usize> = HashMap::new();
        let mut groups: Vec<Vec<&Product>> = Vec::new();
        let mut told = HashSet::new();
        for (id, standing) in &v.standings {
            let Some(product) = self.products.get(id.as_str()) else { continue };
            let Some(words) = reasons.words(id, *standing) else { continue };
            let place = match places.get(&words) {
                Some(place) => *place,
                None if words.len() + each > *room => continue,
                None => {
                    *room -= words.len() + each;
                    groups.push(Vec::new());
                    places.insert(words, groups.len() - 1);
                    groups.len() - 1
                }
            };
            if let Some(group) = groups.get_mut(place).filter(|_| told.insert((place, id))) {
                group.push(product);
            }
        }
        let mut words: Vec<(Words, usize)> = places.into_iter().collect();
        words.sort_unstable_by_key(|(_, place)| *place);
        let statement = |((words, _), products): ((Words, usize), Vec<&Product>)| {
            Build::new()
                .text("action_statement", joined(&words.actions).as_deref())
                .text("impact_statement", joined(&words.impacts).as_deref())
                .text("justification", words.justification)
                .list("products", products.into_iter().map(|product| self.component(product)))
                .set("status", words.status)
                .text("status_notes", rest.as_deref())
                .set("vulnerability", about.clone())
        };
        words.into_iter().zip(groups).map(statement).collect()
    }

    /// A product by its own IRI, else by one made of the document's and its id, so that no two are one; its name is beside it.
    fn component(&self, product: &Product) -> Build {
        let cpe = product.cpe.as_deref();
        let (cpe23, cpe22) = (cpe.filter(|c| c.starts_with("cpe:2.3:")), cpe.filter(|c| !c.starts_with("cpe:2.3:")));
        let purl = product.purl.as_deref().filter(|purl| *purl != product.id);
        let identifiers = Build::new().text("cpe22", cpe22).text("cpe23", cpe23).text("purl", purl);
        let document = self.document.split('#').next().unwrap_or_default();
        let made = || format!("{document}#{}/{}", escaped(&product.id), escaped(&spoken(product)));
        let iri = if is_uri(&product.id) { product.id.clone() } else { made() };
        Build::new().set("@id", iri).object("identifiers", identifiers)
    }
}

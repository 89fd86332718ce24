//! From the model to OpenVEX.

use super::read::called;
use crate::advisory::{Advisory, Options, Product, Standing, Vulnerability};
use crate::csaf::{JUSTIFICATIONS, date};
use crate::json::Build;
use crate::shape::form::is_uri;
use serde_json::Value;

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
    let number = advisory.version.split('.').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or(1).max(1);
    Build::new()
        .set("@context", CONTEXT)
        .set("@id", identifier(advisory))
        .set("author", if advisory.publisher.name.is_empty() { "unknown" } else { &advisory.publisher.name })
        .text("last_updated", updated.map(date).as_deref())
        .list("statements", advisory.vulnerabilities.iter().flat_map(|v| statements(advisory, v)))
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

/// The words of a statement about a product; products with the same words share a statement.
#[derive(PartialEq)]
struct Words {
    status: &'static str,
    justification: Option<String>,
    impact: Option<String>,
    action: Option<String>,
}

fn words(v: &Vulnerability, id: &str, standing: Standing) -> Option<Words> {
    let status = match standing {
        Standing::FirstAffected | Standing::Affected | Standing::LastAffected => "affected",
        Standing::FirstFixed | Standing::Fixed => "fixed",
        Standing::NotAffected => "not_affected",
        Standing::Investigated => "under_investigation",
        Standing::Recommended | Standing::Unknown => return None,
    };
    let is_for = |products: &Vec<String>| products.is_empty() || products.iter().any(|product| product == id);
    let flags = v.flags.iter().filter(|flag| is_for(&flag.products) && status == "not_affected");
    let justification = flags.map(|flag| flag.label.clone()).find(|label| JUSTIFICATIONS.contains(&label.as_str()));
    let impacts =
        v.threats.iter().filter(|t| t.category == "impact" && is_for(&t.products) && status == "not_affected");
    let impact = joined(impacts.map(|threat| threat.details.as_str()));
    let remedies = v.remedies.iter().filter(|remedy| is_for(&remedy.products) && status == "affected");
    let action = joined(remedies.map(|remedy| remedy.details.as_str()));
    let silent = status == "not_affected" && justification.is_none() && impact.is_none();
    Some(Words {
        impact: if silent { Some(NO_REASON.to_owned()) } else { impact },
        action: action.or_else(|| (status == "affected").then(|| NO_ACTION.to_owned())),
        status,
        justification,
    })
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let texts: Vec<_> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

fn statements(advisory: &Advisory, v: &Vulnerability) -> Vec<Build> {
    let mut groups: Vec<(Words, Vec<&Product>)> = Vec::new();
    for (id, standing) in &v.standings {
        let Some(product) = advisory.products.iter().find(|product| product.id == *id) else { continue };
        let Some(words) = words(v, id, *standing) else { continue };
        match groups.iter_mut().find(|(other, _)| *other == words) {
            Some((_, products)) if !products.iter().any(|p| p.id == product.id) => products.push(product),
            Some(_) => {}
            None => groups.push((words, vec![product])),
        }
    }
    let name = if called(v).is_empty() { &advisory.id } else { called(v) };
    let aliases = v.ids.iter().map(|(_, id)| id.clone()).filter(|id| id != name);
    let described = v.notes.iter().find(|note| note.category == "description").map(|note| note.text.as_str());
    let about = Build::new().list("aliases", aliases).text("description", described).set("name", name);
    let about = Value::from(about);
    let rest = v.notes.iter().filter(|note| note.category == "other").map(|note| note.text.as_str());
    let rest = joined(rest);
    let statement = |(words, products): (Words, Vec<&Product>)| {
        Build::new()
            .text("action_statement", words.action.as_deref())
            .text("impact_statement", words.impact.as_deref())
            .text("justification", words.justification.as_deref())
            .list("products", products.into_iter().map(component))
            .set("status", words.status)
            .text("status_notes", rest.as_deref())
            .set("vulnerability", about.clone())
    };
    groups.into_iter().map(statement).collect()
}

/// A product by its package URL or CPE, else by an IRI made of its id.
fn component(product: &Product) -> Build {
    let cpe = product.cpe.as_deref();
    let (cpe23, cpe22) = (cpe.filter(|c| c.starts_with("cpe:2.3:")), cpe.filter(|c| !c.starts_with("cpe:2.3:")));
    let purl = product.purl.as_deref().filter(|purl| *purl != product.id);
    let identifiers = Build::new().text("cpe22", cpe22).text("cpe23", cpe23).text("purl", purl);
    let iri = if is_uri(&product.id) { product.id.clone() } else { format!("urn:product:{}", escaped(&product.name)) };
    Build::new().set("@id", iri).object("identifiers", identifiers)
}

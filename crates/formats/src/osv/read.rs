//! From OSV to the model.

use super::{DATABASES, RANGES_IN_WORDS, events};
use crate::advisory::{
    Advisory, Credit, Kind, Note, Product, Publisher, Reference, Score, Standing, Versions, Vulnerability,
};
use crate::json::{Spot, Tree};
use crate::shape::form::is_cve;

/// Reads an entry; what has another type than the schema says is passed over.
pub fn read(value: &Tree) -> Advisory {
    let root = Spot::root(value);
    let id = root.own("id").unwrap_or_default();
    let mut replaced = Vec::new();
    let (products, mut vulnerability) = affected(&root, &mut replaced);
    let (cves, others): (Vec<_>, Vec<_>) = root.words("aliases").into_iter().partition(|alias| is_cve(alias));
    let own = Some(id.clone()).filter(|id| is_cve(id));
    vulnerability.cve = own.clone().or_else(|| cves.first().cloned());
    let rest = cves.into_iter().skip(usize::from(own.is_none()));
    vulnerability.ids = rest.chain(others).map(|alias| (system(&alias), alias)).collect();
    vulnerability.title = root.own("summary");
    vulnerability.released = None;
    let details = root.own("details").filter(|text| !text.is_empty());
    vulnerability.notes = details.map(|text| note("description", text)).into_iter().collect();
    let weaknesses = root.get("database_specific").map(|d| d.words("cwe_ids")).unwrap_or_default();
    vulnerability.weaknesses = weaknesses.into_iter().map(|id| (Some(id.clone()), id)).collect();
    vulnerability.scores.splice(0..0, scores(&root, &[]));
    let references = root.items("references").map(|reference| Reference {
        url: reference.own("url").unwrap_or_default(),
        summary: None,
        tags: reference.word("type").filter(|t| *t != "WEB").map(str::to_lowercase).into_iter().collect(),
    });
    let credits = root.items("credits").map(|credit| Credit {
        names: credit.own("name").into_iter().collect(),
        urls: credit.words("contact"),
        role: credit.word("type").map(|role| role.to_lowercase().replace('_', " ")),
        ..Credit::default()
    });
    Advisory {
        title: root.own("summary").unwrap_or_default(),
        kind: Kind::Advisory,
        publisher: publisher(&id),
        published: root.own("published"),
        updated: root.own("modified"),
        withdrawn: root.own("withdrawn"),
        references: references.collect(),
        credits: credits.collect(),
        products,
        replaced,
        vulnerabilities: vec![vulnerability],
        id,
        ..Advisory::default()
    }
}

fn note(category: &str, text: String) -> Note {
    Note { category: category.to_owned(), title: None, text, audience: None }
}

fn publisher(id: &str) -> Publisher {
    let known = DATABASES.iter().find(|(prefix, ..)| id.starts_with(prefix));
    let (name, home) = known.map_or(("OSV", "https://osv.dev"), |(_, name, home)| (name, home));
    Publisher {
        name: name.to_owned(),
        namespace: Some(home.to_owned()),
        category: "coordinator".to_owned(),
        ..Publisher::default()
    }
}

/// The system of an id is what stands before its first hyphen.
fn system(id: &str) -> String {
    id.split('-').next().unwrap_or(id).to_owned()
}

fn scores(of: &Spot, products: &[String]) -> Vec<Score> {
    let scores = of.items("severity").filter_map(|severity| {
        let vector = severity.own("score")?;
        let version = match severity.word("type")? {
            "CVSS_V2" => "2.0",
            "CVSS_V3" if vector.starts_with("CVSS:3.0/") => "3.0",
            "CVSS_V3" => "3.1",
            "CVSS_V4" => "4.0",
            _ => return None,
        };
        Some(Score { version: version.to_owned(), vector, products: products.to_vec() })
    });
    scores.collect()
}

/// A product for each interval and each listed version.
fn affected(root: &Spot, lost: &mut Vec<String>) -> (Vec<Product>, Vulnerability) {
    let mut products: Vec<Product> = Vec::new();
    let mut vulnerability = Vulnerability::default();
    for entry in root.items("affected") {
        let package = entry.get("package");
        let word = |key| package.as_ref().and_then(|package| package.own(key));
        // Without a package our writer names the product where the schema allows anything.
        let label = entry.get("database_specific").filter(|_| package.is_none());
        let own = |key| label.as_ref().and_then(|label| label.own(key));
        let bare = Product {
            ecosystem: word("ecosystem"),
            package: word("name"),
            purl: word("purl").or_else(|| own("purl")),
            vendor: own("vendor").filter(|_| own("product").is_some()),
            product: own("product"),
            cpe: own("cpe"),
            ..Product::default()
        };
        // Ranges in words have no place of their own; our writer puts them where the schema allows anything.
        let words = entry.get("database_specific").map(|own| own.words(RANGES_IN_WORDS)).unwrap_or_default();
        let listed = entry.words("versions").into_iter().chain(words);
        let listed = listed.map(|exact| (None, Versions { exact: Some(exact), ..Versions::default() }));
        let ranges: Vec<_> =
            entry.items("ranges").flat_map(|range| events::intervals(&range, lost)).chain(listed).collect();
        let ranges = if ranges.is_empty() { vec![(None, Versions::default())] } else { ranges };
        let from = products.len();
        for (repository, versions) in ranges {
            let mut product = Product { id: format!("P{}", products.len() + 1), repository, versions, ..bare.clone() };
            product.name = name(&product);
            vulnerability.standings.push((product.id.clone(), Standing::Affected));
            products.push(product);
        }
        let ids: Vec<_> = products.iter().skip(from).map(|product| product.id.clone()).collect();
        vulnerability.scores.extend(scores(&entry, &ids));
    }
    (products, vulnerability)
}

fn name(product: &Product) -> String {
    let versions = &product.versions;
    let mut name = product
        .package
        .clone()
        .or_else(|| product.product.clone())
        .or_else(|| product.repository.clone())
        .unwrap_or_else(|| "unnamed".to_owned());
    let from = versions.from.as_deref().filter(|from| *from != "0");
    let below = versions.below.as_deref().map(|v| format!(" below {v}"));
    let through = versions.through.as_deref().map(|v| format!(" through {v}"));
    let exact = versions.exact.as_deref().map(|v| format!(" {v}"));
    let parts = [exact, from.map(|from| format!(" from {from}")), below, through];
    parts.into_iter().flatten().for_each(|part| name.push_str(&part));
    name
}

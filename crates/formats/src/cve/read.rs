//! From a CVE record to the model.

use crate::advisory::{
    Advisory, Credit, Kind, Note, Product, Publisher, Reference, Remedy, Revision, Score, Standing, Threat, Versions,
    Vulnerability,
};
use crate::json::{Spot, Tree};

/// Keys of metrics and the versions they hold.
pub(super) const METRICS: [(&str, &str); 4] =
    [("cvssV4_0", "4.0"), ("cvssV3_1", "3.1"), ("cvssV3_0", "3.0"), ("cvssV2_0", "2.0")];

/// Reads a record, or its CNA container alone; what has another type than the schema says is passed over.
pub fn read(value: &Tree) -> Advisory {
    let root = Spot::root(value);
    let meta = root.get("cveMetadata");
    let word = |key: &str| meta.as_ref().and_then(|meta| meta.own(key));
    let id = word("cveId").unwrap_or_default();
    let mut advisory = Advisory {
        kind: Kind::Advisory,
        published: word("datePublished"),
        updated: word("dateUpdated"),
        withdrawn: (word("state").as_deref() == Some("REJECTED"))
            .then(|| word("dateRejected").or(word("dateUpdated")).unwrap_or_default())
            .or(word("dateRejected")),
        publisher: Publisher {
            name: word("assignerShortName").unwrap_or_default(),
            namespace: Some("https://www.cve.org/".to_owned()),
            category: "coordinator".to_owned(),
            organisation: word("assignerOrgId"),
            contact: None,
        },
        ..Advisory::default()
    };
    if let Some(cna) = root.path(&["containers", "cna"]) {
        container(&cna, &id, &mut advisory);
    }
    advisory.id = id;
    advisory
}

fn container(cna: &Spot, id: &str, advisory: &mut Advisory) {
    advisory.title = cna.own("title").unwrap_or_default();
    let provider = cna.get("providerMetadata");
    if let Some(provider) = &provider {
        let publisher = &mut advisory.publisher;
        publisher.organisation = provider.own("orgId").or(publisher.organisation.take());
        if publisher.name.is_empty() {
            publisher.name = provider.own("shortName").or(provider.own("orgId")).unwrap_or_default();
        }
    }
    advisory.updated = advisory.updated.take().or(provider.and_then(|p| p.own("dateUpdated")));
    advisory.reasons = cna.items("rejectedReasons").filter_map(|reason| reason.own("value")).collect();
    let references = cna.items("references").map(|reference| Reference {
        url: reference.own("url").unwrap_or_default(),
        summary: reference.own("name"),
        tags: reference.words("tags"),
    });
    advisory.references = references.collect();
    let credits = cna.items("credits").map(|credit| Credit {
        names: credit.own("value").into_iter().collect(),
        role: credit.own("type"),
        ..Credit::default()
    });
    advisory.credits = credits.collect();
    let timeline = cna.items("timeline").enumerate().map(|(index, entry)| Revision {
        date: entry.own("time").unwrap_or_default(),
        number: (index + 1).to_string(),
        summary: entry.own("value").unwrap_or_default(),
    });
    let history: Vec<Note> =
        timeline.map(|r| note("other", Some("Timeline"), format!("{}: {}", r.date, r.summary))).collect();
    let mut v = Vulnerability { cve: Some(id.to_owned()).filter(|id| !id.is_empty()), ..Vulnerability::default() };
    v.title = cna.own("title");
    v.released = cna.own("datePublic");
    let descriptions = cna.items("descriptions");
    v.notes =
        descriptions.filter_map(|d| Some(note("description", language(&d), d.own("value")?))).chain(history).collect();
    for description in cna.items("problemTypes").flat_map(|problem| problem.items("descriptions")) {
        v.weaknesses.push((description.own("cweId"), description.own("description").unwrap_or_default()));
    }
    for metric in cna.items("metrics") {
        v.scores.extend(METRICS.iter().filter_map(|(key, version)| {
            let vector = metric.get(key)?.own("vectorString")?;
            Some(Score { version: (*version).to_owned(), vector, products: Vec::new() })
        }));
    }
    v.remedies = said(cna, "solutions", "vendor_fix").chain(said(cna, "workarounds", "workaround")).collect();
    let threats = said(cna, "exploits", "exploit_status");
    v.threats = threats.map(|r| Threat { category: r.category, details: r.details, ..Threat::default() }).collect();
    affected(cna, advisory, &mut v);
    advisory.vulnerabilities = vec![v];
}

fn note(category: &str, title: Option<&str>, text: String) -> Note {
    Note { category: category.to_owned(), title: title.map(str::to_owned), text, audience: None }
}

/// A description in another language than English says so in its title.
fn language<'a>(description: &Spot<'a>) -> Option<&'a str> {
    description.word("lang").filter(|lang| !lang.starts_with("en"))
}

fn said<'a>(cna: &Spot<'a>, key: &str, category: &'a str) -> impl Iterator<Item = Remedy> + use<'a> {
    cna.items(key).filter_map(move |text| {
        Some(Remedy { category: category.to_owned(), details: text.own("value")?, ..Remedy::default() })
    })
}

pub(super) fn standing(status: &str) -> Standing {
    match status {
        "affected" => Standing::Affected,
        "unaffected" => Standing::NotAffected,
        _ => Standing::Investigated,
    }
}

/// A product for each version or range, and one for the versions that only `defaultStatus` speaks of.
fn affected(cna: &Spot, advisory: &mut Advisory, v: &mut Vulnerability) {
    for entry in cna.items("affected") {
        let bare = Product {
            vendor: entry.own("vendor"),
            product: entry.own("product"),
            ecosystem: entry.own("collectionURL"),
            package: entry.own("packageName"),
            repository: entry.own("repo"),
            cpe: entry.words("cpes").into_iter().next(),
            ..Product::default()
        };
        let mut add = |versions: Versions, label: &str, status: &str| {
            let id = format!("P{}", advisory.products.len() + 1);
            let name = [bare.vendor.as_deref(), bare.product.as_deref().or(bare.package.as_deref()), Some(label)];
            let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
            v.standings.push((id.clone(), standing(status)));
            advisory.products.push(Product { id, name, versions, ..bare.clone() });
        };
        for version in entry.items("versions") {
            for (versions, label, status) in stretches(&version) {
                add(versions, &label, status);
            }
        }
        if let Some(status) = entry.word("defaultStatus") {
            add(Versions { others: true, ..Versions::default() }, "all other versions", status);
        }
    }
}

/// A version or an interval with its status; an interval in which the status changes, change by change.
fn stretches<'a>(version: &Spot<'a>) -> Vec<(Versions, String, &'a str)> {
    let (whole, from) = interval(version);
    let mut status = version.word("status").unwrap_or_default();
    let mut list = Vec::new();
    // An exact version has no room for a change.
    let ranged = whole.from.is_some();
    let (mut rest, mut from) = (whole, from);
    for change in version.items("changes").filter(|_| ranged) {
        let Some(at) = change.own("at") else { continue };
        let next = Versions { from: Some(at.clone()), ..rest.clone() };
        let part = Versions { below: Some(at.clone()), through: None, ..rest };
        // A change at the very beginning leaves nothing before it.
        if part.from != part.below {
            let label = label(&part, &from);
            list.push((part, label, status));
        }
        (rest, from) = (next, at);
        status = change.word("status").unwrap_or_default();
    }
    let label = label(&rest, &from);
    list.push((rest, label, status));
    list
}

/// A version, or an interval where an end is given, and the words for where it begins; the end `*` is none.
fn interval(version: &Spot) -> (Versions, String) {
    let start = version.own("version");
    let (below, through) = (version.own("lessThan"), version.own("lessThanOrEqual"));
    let ranged = below.is_some() || through.is_some();
    let end = |end: Option<String>| end.filter(|end| end != "*");
    let mut versions = Versions {
        scheme: version.own("versionType"),
        below: end(below),
        through: end(through),
        ..Versions::default()
    };
    // Words for "it is not known", and for "from the first".
    let start = start.filter(|start| !matches!(start.as_str(), "unspecified" | "*"));
    let from = start.clone().unwrap_or_else(|| if ranged { "the first" } else { "" }.to_owned());
    if !ranged && start.is_none() {
        versions.scheme = None;
    }
    if ranged {
        versions.from = start.or_else(|| Some("0".to_owned()));
    } else {
        versions.exact = start;
    }
    (versions, from)
}

fn label(versions: &Versions, from: &str) -> String {
    match (&versions.below, &versions.through) {
        (Some(below), _) => format!("from {from} below {below}"),
        (_, Some(through)) => format!("from {from} through {through}"),
        _ if versions.from.is_some() => format!("from {from} on"),
        _ => from.to_owned(),
    }
}

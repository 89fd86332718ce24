//! From CSAF, 2.0 or 2.1, to the model.

use super::tree;
use super::withdrawn::REASONING;
use crate::advisory::{
    Advisory, Credit, Flag, Kind, Note, Publisher, Reference, Remedy, Revision, Score, Standing, Threat, Vulnerability,
};
use crate::csaf::{Edition, document::Document, document::Metric, profile};
use crate::json::{Parsed, Spot, Tree};
use std::collections::HashSet;

/// Reads a document, valid or not; what has another type than the standard says is passed over.
pub fn read(value: Tree) -> Advisory {
    let parsed = Parsed { value, unsorted: None };
    let document = Document::new(&parsed);
    let mut advisory = Advisory { kind: kind(document.category), ..Advisory::default() };
    if let Some(head) = document.root.get("document") {
        self::head(&head, &mut advisory);
    }
    // The model has the labels of TLP 1; the strict one, which came with TLP 2, stays.
    if advisory.tlp.as_deref() == Some("CLEAR") {
        advisory.tlp = Some("WHITE".to_owned());
    }
    if profile::plain(document.category) == "csafwithdrawn" || profile::plain(document.category) == "withdrawn" {
        advisory.withdrawn = Some(advisory.updated.clone().unwrap_or_default());
        let reasons = advisory.notes.iter().filter(|note| note.title.as_deref() == Some(REASONING));
        advisory.reasons = reasons.map(|note| note.text.clone()).collect();
    }
    advisory.products = tree::read(&document);
    advisory.vulnerabilities = document.vulnerabilities.iter().map(|v| vulnerability(&document, v)).collect();
    advisory
}

fn kind(category: &str) -> Kind {
    match category {
        profile::BASE => Kind::Base,
        profile::INCIDENT => Kind::Incident,
        profile::INFORMATIONAL => Kind::Informational,
        profile::ADVISORY | profile::DEPRECATED_ADVISORY => Kind::Advisory,
        profile::VEX => Kind::Vex,
        other => Kind::Other(other.to_owned()),
    }
}

fn head(head: &Spot, advisory: &mut Advisory) {
    advisory.title = head.own("title").unwrap_or_default();
    advisory.language = head.own("lang");
    advisory.severity = head.get("aggregate_severity").and_then(|s| s.own("text"));
    advisory.tlp = head.path(&["distribution", "tlp"]).and_then(|tlp| tlp.own("label"));
    advisory.notes = notes(head);
    advisory.references = references(head);
    advisory.credits = credits(head);
    if let Some(publisher) = head.get("publisher") {
        advisory.publisher = Publisher {
            name: publisher.own("name").unwrap_or_default(),
            namespace: publisher.own("namespace"),
            category: publisher.own("category").unwrap_or_default(),
            contact: publisher.own("contact_details"),
            organisation: None,
        };
    }
    if let Some(tracking) = head.get("tracking") {
        advisory.id = tracking.own("id").unwrap_or_default();
        advisory.aliases = tracking.words("aliases");
        advisory.status = tracking.own("status").unwrap_or_default();
        advisory.version = tracking.own("version").unwrap_or_default();
        advisory.published = tracking.own("initial_release_date");
        advisory.updated = tracking.own("current_release_date");
        advisory.revisions = tracking.items("revision_history").map(|item| revision(&item)).collect();
    }
}

fn revision(item: &Spot) -> Revision {
    let text = |key| item.own(key).unwrap_or_default();
    Revision { date: text("date"), number: text("number"), summary: text("summary") }
}

fn notes(of: &Spot) -> Vec<Note> {
    let notes = of.items("notes").map(|note| Note {
        category: note.own("category").unwrap_or_default(),
        title: note.own("title"),
        text: note.own("text").unwrap_or_default(),
        audience: note.own("audience"),
    });
    notes.collect()
}

fn references(of: &Spot) -> Vec<Reference> {
    let references = of.items("references").map(|reference| Reference {
        url: reference.own("url").unwrap_or_default(),
        summary: reference.own("summary"),
        tags: reference.own("category").into_iter().collect(),
    });
    references.collect()
}

fn credits(of: &Spot) -> Vec<Credit> {
    let credits = of.items("acknowledgments").map(|credit| Credit {
        names: credit.words("names"),
        organisation: credit.own("organization"),
        summary: credit.own("summary"),
        urls: credit.words("urls"),
        role: None,
    });
    credits.collect()
}

fn vulnerability(document: &Document, v: &Spot) -> Vulnerability {
    let products = |item: &Spot| named(document, item);
    let status = v.get("product_status");
    let standings = Standing::ALL.into_iter().flat_map(|standing| {
        let ids = status.as_ref().map(|status| status.words(standing.as_str())).unwrap_or_default();
        ids.into_iter().map(move |id| (id, standing))
    });
    let remedies = v.items("remediations").map(|item| Remedy {
        category: item.own("category").unwrap_or_default(),
        details: item.own("details").unwrap_or_default(),
        date: item.own("date"),
        url: item.own("url"),
        products: products(&item),
    });
    let threats = v.items("threats").map(|item| Threat {
        category: item.own("category").unwrap_or_default(),
        details: item.own("details").unwrap_or_default(),
        date: item.own("date"),
        products: products(&item),
    });
    let flags = v.items("flags").map(|item| Flag {
        label: item.own("label").unwrap_or_default(),
        date: item.own("date"),
        products: products(&item),
    });
    let weaknesses = document.weaknesses(v).into_iter().map(|cwe| (cwe.own("id"), cwe.own("name").unwrap_or_default()));
    let released = if document.edition == Edition::V20 { "release_date" } else { "disclosure_date" };
    let ids = v.items("ids").map(|id| (id.own("system_name").unwrap_or_default(), id.own("text").unwrap_or_default()));
    Vulnerability {
        cve: v.own("cve"),
        ids: ids.collect(),
        title: v.own("title"),
        weaknesses: weaknesses.collect(),
        notes: notes(v),
        references: references(v),
        credits: credits(v),
        discovered: v.own("discovery_date"),
        released: v.own(released),
        standings: standings.collect(),
        scores: document.metrics(v).flat_map(|metric| scores(&metric)).collect(),
        remedies: remedies.collect(),
        threats: threats.collect(),
        flags: flags.collect(),
    }
}

/// Products in the order written; those of groups follow.
fn named(document: &Document, item: &Spot) -> Vec<String> {
    let mut list = item.words("product_ids");
    let own: HashSet<&str> = list.iter().map(String::as_str).collect();
    let rest: Vec<String> =
        document.named(item).into_iter().filter(|id| !own.contains(id)).map(str::to_owned).collect();
    list.extend(rest);
    list
}

fn scores(metric: &Metric) -> Vec<Score> {
    let scores = metric.cvss().map(|object| Score {
        version: object.own("version").unwrap_or_default(),
        vector: object.own("vectorString").unwrap_or_default(),
        products: metric.spot.words("products"),
    });
    scores.collect()
}

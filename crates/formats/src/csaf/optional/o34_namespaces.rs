//! 6.2.34, 6.2.36, 6.3.14, 6.3.15: decision points of SSVC that readers may not know.

use crate::csaf::dictionary::decision::is_registered;
use crate::csaf::{Document, Findings, Rule, Test};
use crate::json::Spot;

pub(in crate::csaf) const UNKNOWN: Test =
    Test { id: "6.2.34", title: "Usage of Unknown SSVC Decision Point Base Namespace", rule: Rule::Run(base) };
pub(in crate::csaf) const EXTENDED: Test = Test {
    id: "6.2.36",
    title: "Usage of SSVC Decision Point Namespace with Extension in TLP:CLEAR Document",
    rule: Rule::Run(|document, found| {
        if is_clear(document) {
            extended(document, found);
        }
    }),
};
pub(in crate::csaf) const UNREGISTERED: Test = Test {
    id: "6.3.14",
    title: "Usage of Unregistered SSVC Decision Point Base Namespace in Non-TLP:CLEAR Document",
    rule: Rule::Run(|document, found| {
        if !is_clear(document) {
            base(document, found);
        }
    }),
};
pub(in crate::csaf) const EXTENDED_INSIDE: Test = Test {
    id: "6.3.15",
    title: "Usage of SSVC Decision Point Namespace with Extension in Non-TLP:CLEAR Document",
    rule: Rule::Run(|document, found| {
        if !is_clear(document) {
            extended(document, found);
        }
    }),
};

fn is_clear(document: &Document) -> bool {
    document.tlp() == Some("CLEAR")
}

fn namespaces<'a>(document: &Document<'a>) -> Vec<(Spot<'a>, &'a str)> {
    let metrics = document.vulnerabilities.iter().flat_map(|v| document.metrics(v));
    let points = metrics.filter_map(|m| m.content.get("ssvc_v2")).flat_map(|ssvc| ssvc.items("selections"));
    points.filter_map(|point| point.get("namespace")).filter_map(|spot| spot.text().map(|text| (spot, text))).collect()
}

/// `example` and `test` are reserved for examples and tests, which everybody knows for what they are.
fn base(document: &Document, found: &mut Findings) {
    for (spot, namespace) in namespaces(document) {
        let base = namespace.split('/').next().unwrap_or_default();
        let reserved = matches!(base.split('#').next(), Some("example" | "test"));
        if !is_registered(base) && !reserved {
            found.at(&spot, format!("{base:?} is not registered; readers may not know what it means"));
        }
    }
}

fn extended(document: &Document, found: &mut Findings) {
    for (spot, namespace) in namespaces(document).into_iter().filter(|(_, namespace)| namespace.contains('/')) {
        found.at(&spot, format!("{namespace:?} has an extension, which not every reader knows; say what it means"));
    }
}

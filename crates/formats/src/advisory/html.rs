//! An advisory as a page of HTML that needs nothing beside it: no script, no style from elsewhere, every text escaped.

use super::facts::{self, called, headed, heading, ordered, titled};
use super::{Advisory, Credit, Note, Product, Reference, Vulnerability, scopes};
use crate::cvss::Vector;
use std::collections::HashMap;

/// Writes the page.
pub(super) fn write(advisory: &Advisory) -> String {
    let language = advisory.language.as_deref().unwrap_or("en");
    let title = &titled(advisory);
    let mut page = Page(String::new());
    page.raw("<!doctype html>\n<html").attribute("lang", language).raw(">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width\">\n")
        .element("title", title)
        .raw("</head>\n<body>\n<main>\n");
    page.element("h1", title).raw(&inside(advisory)).raw("</main>\n</body>\n</html>\n");
    page.0
}

/// What stands below the title, to be put into a page.
pub(super) fn inside(advisory: &Advisory) -> String {
    let mut page = Page(String::new());
    page.raw("<dl>\n");
    for (label, value) in headed(advisory) {
        page.pair(label, value);
    }
    advisory.aliases.iter().for_each(|alias| page.pair("Also", Some(alias)));
    advisory.reasons.iter().for_each(|reason| page.pair("Why it was withdrawn", Some(reason)));
    page.raw("</dl>\n");
    texts(&mut page, &advisory.notes);
    let products = advisory.by_id();
    for vulnerability in &advisory.vulnerabilities {
        described(&mut page, &products, vulnerability);
    }
    further(&mut page, &advisory.references, &advisory.credits);
    let revisions = advisory.revisions.iter().map(|r| format!("{} of {}: {}", r.number, r.date, r.summary));
    page.list("Revisions", revisions);
    page.0
}

/// The text with its escapes undone, to look for what it shows.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

fn described(page: &mut Page, products: &HashMap<&str, &Product>, v: &Vulnerability) {
    page.raw("<section>\n")
        .element("h2", v.title.as_deref().or(v.cve.as_deref()).unwrap_or("Vulnerability"))
        .raw("<dl>\n");
    page.pair("CVE", v.cve.as_deref());
    v.ids.iter().for_each(|(system, id)| page.pair(system, Some(id)));
    for (id, name) in &v.weaknesses {
        page.pair("Weakness", Some(&[id.as_deref().filter(|id| id != name).unwrap_or_default(), name].join(" ")));
    }
    let name = |id: &str| products.get(id).map_or_else(|| id.to_owned(), |product| called(product));
    for score in &v.scores {
        let number =
            score.vector.parse::<Vector>().map(|vector| format!("{} ", vector.scores().score)).unwrap_or_default();
        page.pair(&format!("CVSS {}", score.version), Some(&format!("{number}{}", score.vector)));
        page.pair("Only for", scopes::spelt(v, &score.products, name).as_deref());
    }
    page.pair("Discovered", v.discovered.as_deref());
    page.pair("Public since", v.released.as_deref());
    page.raw("</dl>\n");
    texts(page, &v.notes);
    let standings = v.standings.iter().map(|(id, standing)| format!("{} is {}", name(id), standing.words()));
    page.list("Products", standings);
    let remedies = v.remedies.iter().map(|remedy| {
        let url = remedy.url.as_deref().map(|url| format!(" ({url})")).unwrap_or_default();
        let more = more(remedy.date.as_ref(), scopes::spelt(v, &remedy.products, name));
        format!("{}: {}{url}{more}", remedy.category.replace('_', " "), remedy.details)
    });
    page.list("What to do", remedies);
    let threats = v.threats.iter().map(|threat| {
        let more = more(threat.date.as_ref(), scopes::spelt(v, &threat.products, name));
        format!("{}: {}{more}", threat.category.replace('_', " "), threat.details)
    });
    page.list("Threats", threats);
    page.list("Not affected because", v.flags.iter().map(|flag| flag.label.clone() + &more(flag.date.as_ref(), None)));
    further(page, &v.references, &v.credits);
    page.raw("</section>\n");
}

/// Since when something holds, and for which products where not for all.
fn more(date: Option<&String>, only: Option<String>) -> String {
    let date = date.map(|date| format!(" (since {date})")).unwrap_or_default();
    date + &only.map(|only| format!(" (only for {only})")).unwrap_or_default()
}

fn texts(page: &mut Page, notes: &[Note]) {
    for note in ordered(notes) {
        if let Some(title) = heading(note) {
            page.element("h3", &title);
        }
        for paragraph in note.text.split("\n\n").filter(|p| !p.trim().is_empty()) {
            page.element("p", paragraph);
        }
    }
}

fn further(page: &mut Page, references: &[Reference], credits: &[Credit]) {
    if !references.is_empty() {
        page.element("h3", "References").raw("<ul>\n");
        for reference in references {
            page.raw("<li>");
            page.link(&reference.url, reference.summary.as_deref());
            let tags: Vec<String> = reference.tags.iter().filter_map(|tag| facts::tagged(tag)).collect();
            if !tags.is_empty() {
                page.text(&format!(" ({})", tags.join(", ")));
            }
            page.raw("</li>\n");
        }
        page.raw("</ul>\n");
    }
    let credits = credits.iter().map(|credit| {
        let parts =
            [Some(credit.names.join(", ")), credit.organisation.clone(), credit.summary.clone(), credit.role.clone()];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    });
    page.list("Thanks", credits);
}

/// A page in the making; the one place that escapes.
struct Page(String);

impl Page {
    fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(c),
            }
        }
        self
    }

    fn attribute(&mut self, name: &str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").text(value).raw("\"")
    }

    fn element(&mut self, name: &str, text: &str) -> &mut Self {
        self.raw("<").raw(name).raw(">").text(text).raw("</").raw(name).raw(">\n")
    }

    fn pair(&mut self, label: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.element("dt", label).element("dd", text.trim());
        }
    }

    fn list(&mut self, heading: &str, items: impl Iterator<Item = String>) {
        let mut items = items.peekable();
        if items.peek().is_none() {
            return;
        }
        self.element("h3", heading).raw("<ul>\n");
        items.for_each(|item| {
            self.element("li", &item);
        });
        self.raw("</ul>\n");
    }

    /// Only addresses of the web become links; a `javascript:` stays text.
    fn link(&mut self, url: &str, text: Option<&str>) {
        let lower = url.to_ascii_lowercase();
        if lower.starts_with("https://") || lower.starts_with("http://") {
            self.raw("<a rel=\"noreferrer nofollow\"").attribute("href", url).raw(">").text(url).raw("</a>");
        } else {
            self.text(url);
        }
        if let Some(text) = text.filter(|text| *text != url) {
            self.raw(" ").text(text);
        }
    }
}

//! An advisory as Markdown. Text of the source is escaped: it can neither begin a heading nor carry HTML.

use super::facts::{self, called, headed, ordered, titled};
use super::{Advisory, Credit, Note, Product, Reference, Vulnerability, scopes};
use crate::cvss::Vector;
use std::collections::HashMap;
use std::fmt::Write as _;

/// Writes the document.
pub(super) fn write(advisory: &Advisory) -> String {
    let mut out = format!("# {}\n", line(&titled(advisory)));
    for (label, value) in headed(advisory) {
        bullet(&mut out, label, value);
    }
    advisory.aliases.iter().for_each(|alias| bullet(&mut out, "Also", Some(alias)));
    advisory.reasons.iter().for_each(|reason| bullet(&mut out, "Why it was withdrawn", Some(reason)));
    texts(&mut out, &advisory.notes);
    let products = advisory.by_id();
    for vulnerability in &advisory.vulnerabilities {
        described(&mut out, &products, vulnerability);
    }
    further(&mut out, "##", &advisory.references, &advisory.credits);
    if !advisory.revisions.is_empty() {
        heading(&mut out, "## Revisions");
    }
    for revision in &advisory.revisions {
        let text = format!("{} of {}: {}", revision.number, revision.date, revision.summary);
        bullet(&mut out, "Revision", Some(&text));
    }
    out
}

fn described(out: &mut String, products: &HashMap<&str, &Product>, v: &Vulnerability) {
    let name = v.title.as_deref().or(v.cve.as_deref()).unwrap_or("Vulnerability");
    heading(out, &format!("## {}", line(name)));
    bullet(out, "CVE", v.cve.as_deref());
    v.ids.iter().for_each(|(system, id)| bullet(out, system, Some(id)));
    for (id, name) in &v.weaknesses {
        let id = id.as_deref().unwrap_or_default();
        bullet(out, "Weakness", Some(if id == name { id.to_owned() } else { format!("{id} {name}") }.trim()));
    }
    for score in &v.scores {
        let number =
            score.vector.parse::<Vector>().map(|vector| format!("{} ", vector.scores().score)).unwrap_or_default();
        bullet(out, &format!("CVSS {}", score.version), Some(&format!("{number}{}", score.vector)));
        only(out, products, v, &score.products);
    }
    bullet(out, "Discovered", v.discovered.as_deref());
    bullet(out, "Public since", v.released.as_deref());
    texts(out, &v.notes);
    if !v.standings.is_empty() {
        heading(out, "### Products");
    }
    for (id, standing) in &v.standings {
        let product = products.get(id.as_str()).map_or_else(|| id.clone(), |product| called(product));
        bullet(out, "", Some(&format!("{product} is {}", standing.words())));
    }
    if !v.remedies.is_empty() {
        heading(out, "### What to do");
    }
    for remedy in &v.remedies {
        bullet(out, &remedy.category.replace('_', " "), Some(&remedy.details));
        bullet(out, "Get it at", remedy.url.as_deref());
        bullet(out, "Since", remedy.date.as_deref());
        only(out, products, v, &remedy.products);
    }
    for threat in &v.threats {
        bullet(out, &threat.category.replace('_', " "), Some(&threat.details));
        bullet(out, "Since", threat.date.as_deref());
        only(out, products, v, &threat.products);
    }
    for flag in &v.flags {
        bullet(out, "Not affected because", Some(&flag.label));
        bullet(out, "Since", flag.date.as_deref());
    }
    further(out, "###", &v.references, &v.credits);
}

/// What is for some of the affected products alone says for which.
fn only(out: &mut String, products: &HashMap<&str, &Product>, v: &Vulnerability, own: &[String]) {
    let name = |id: &str| products.get(id).map_or_else(|| id.to_owned(), |product| called(product));
    bullet(out, "Only for", scopes::spelt(v, own, name).as_deref());
}

fn texts(out: &mut String, notes: &[Note]) {
    for note in ordered(notes) {
        if let Some(title) = facts::heading(note) {
            heading(out, &format!("### {}", line(&title)));
        }
        out.push('\n');
        note.text.lines().for_each(|text| {
            // Writing into a String cannot fail.
            let _ = writeln!(out, "{}", escaped(text));
        });
    }
}

fn further(out: &mut String, level: &str, references: &[Reference], credits: &[Credit]) {
    if !references.is_empty() {
        heading(out, &format!("{level} References"));
    }
    for reference in references {
        let summary = reference.summary.as_deref().filter(|summary| *summary != reference.url);
        let tags = reference.tags.iter().filter_map(|tag| facts::tagged(tag));
        let label: Vec<String> = summary.map(str::to_owned).into_iter().chain(tags).collect();
        bullet(out, &label.join(", "), Some(&reference.url));
    }
    if !credits.is_empty() {
        heading(out, &format!("{level} Thanks"));
    }
    for credit in credits {
        let parts =
            [Some(credit.names.join(", ")), credit.organisation.clone(), credit.summary.clone(), credit.role.clone()];
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        bullet(out, "", Some(&parts.join(" · ")));
    }
}

fn heading(out: &mut String, text: &str) {
    let _ = write!(out, "\n{text}\n\n");
}

fn bullet(out: &mut String, label: &str, text: Option<&str>) {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return };
    let label = if label.is_empty() { String::new() } else { format!("**{}**: ", line(label)) };
    let _ = writeln!(out, "- {label}{}", line(text));
}

/// On one line.
fn line(text: &str) -> String {
    escaped(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Signs that Markdown would read are quoted, wherever they stand.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '>' | '#' | '|' | '~' | '!' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    // A line that begins like a list, a rule or a number is no list.
    let trimmed = out.trim_start();
    let digits = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < trimmed.len() && digits.starts_with(['.', ')']) {
        let at = out.len() - digits.len();
        out.insert(at, '\\');
    } else if trimmed.starts_with(['-', '+', '=']) {
        let at = out.len() - trimmed.len();
        out.insert(at, '\\');
    }
    out
}

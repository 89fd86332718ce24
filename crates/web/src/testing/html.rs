//! A reader of our own HTML: enough to walk forms and to hold the house rules.

use std::collections::BTreeSet;

/// A start or end tag with what follows it up to the next tag.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Lower-case name, with a slash in front for an end tag.
    pub name: String,
    /// Attributes with entities resolved.
    pub attributes: Vec<(String, String)>,
    /// Text after the tag, entities resolved.
    pub text: String,
}

impl Tag {
    /// The value of an attribute; an attribute without one is empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Every tag of a page in order. A `<` that starts no tag (in a script) ends up in text.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with('!') {
            continue;
        }
        let (inside, after) = split_tag(rest);
        let text_end = after.find('<').unwrap_or(after.len());
        let (name, attributes) = read_tag(inside);
        found.push(Tag { name, attributes, text: unescape(&after[..text_end]) });
        rest = after;
    }
    found
}

/// Splits at the `>` that is not inside quotes.
fn split_tag(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, '>') => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

fn read_tag(inside: &str) -> (String, Vec<(String, String)>) {
    let end = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
    let (name, mut rest) = inside.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start().trim_start_matches('/');
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        let key = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let body = if quote.is_some() { &after[1..] } else { after };
            let stop = |c: char| quote.map_or(c.is_whitespace(), |q| c == q);
            let end = body.find(stop).unwrap_or(body.len());
            value = &body[..end];
            rest = body.get(end + usize::from(quote.is_some())..).unwrap_or("");
        }
        attributes.push((key, unescape(value)));
    }
    (name.trim_end_matches('/').to_ascii_lowercase(), attributes)
}

/// Resolves the entities that askama writes and the usual names.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end < 10);
        let decoded = end.and_then(|end| entity(&rest[1..end]));
        if let (Some(c), Some(end)) = (decoded, end) {
            out.push(c);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let hex = digits.strip_prefix(['x', 'X']).map(|h| u32::from_str_radix(h, 16).ok());
            char::from_u32(hex.unwrap_or_else(|| digits.parse().ok())?)
        }
    }
}

/// What breaks the house rules in a page: empty when all is well.
pub fn house_rules(html: &str) -> Vec<String> {
    let tags = tags(html);
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    let labelled: BTreeSet<&str> =
        tags.iter().filter(|t| t.name == "label").filter_map(|t| t.attribute("for")).collect();
    let mut inside_label = false;
    for tag in &tags {
        match tag.name.as_str() {
            "label" => inside_label = true,
            "/label" => inside_label = false,
            "style" => faults.push("a <style> element".to_owned()),
            "script" if tag.attribute("src").is_none() => faults.push("an inline script".to_owned()),
            "img" if tag.attribute("alt").is_none() => faults.push("an image without alt".to_owned()),
            _ => {}
        }
        for (name, value) in &tag.attributes {
            let event = name.starts_with("on") && name.len() > 2;
            if name == "style" || event || value.trim_start().to_ascii_lowercase().starts_with("javascript:") {
                faults.push(format!("<{} {name}=…>", tag.name));
            }
            if name == "id" && !ids.insert(value.clone()) {
                faults.push(format!("two elements with id {value}"));
            }
        }
        let control = matches!(tag.name.as_str(), "input" | "textarea" | "select");
        let hidden = matches!(tag.attribute("type"), Some("hidden" | "submit"));
        let named =
            tag.attribute("aria-label").is_some() || tag.attribute("id").is_some_and(|id| labelled.contains(id));
        if control && !hidden && !named && !inside_label {
            faults.push(format!("<{} name={:?}> without a label", tag.name, tag.attribute("name")));
        }
    }
    let count = |name: &str| tags.iter().filter(|t| t.name == name).count();
    if count("h1") != 1 {
        faults.push(format!("{} h1 elements", count("h1")));
    }
    if count("main") != 1 {
        faults.push(format!("{} main elements", count("main")));
    }
    faults
}

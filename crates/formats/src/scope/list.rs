//! One identifier that stands for several: lists, alternatives in brackets, and what stands for anything.

/// More parts than this are not looked at.
pub(super) const MAX_PARTS: usize = 64;
/// Brackets of one part that are opened; with more of them it is no scope that anybody could read.
const MAX_BRACKETS: usize = 32;
/// Bytes of a name that stands for anything.
const MAX_NAME: usize = 40;
/// Words between the parts of a list.
const BETWEEN: [&str; 6] = ["and", "or", "&", "+", "/", "|"];
/// Endings of files, which look like those of hosts.
const FILES: [&str; 16] =
    ["asp", "aspx", "cgi", "css", "do", "htm", "html", "jpg", "js", "json", "jsp", "pdf", "php", "png", "txt", "xml"];

/// `"a.com, b.com"` -> both; `"https://{a,b}.com"` and `"https://(a|b).com"` -> both.
pub(super) fn expand(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for part in split(text) {
        alternatives(part, MAX_BRACKETS, &mut parts);
    }
    parts
}

/// At white space, and at commas and semicolons that part addresses, outside brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' | ';' if depth == 0 && parts_addresses(&text[start..at], &text[at + 1..]) => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            c if c.is_whitespace() && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty() && !BETWEEN.contains(part));
    parts.take(MAX_PARTS).collect()
}

/// A path may have commas and semicolons too (`/logout;jsessionid=1`): there, an address has to follow.
fn parts_addresses(before: &str, after: &str) -> bool {
    let behind_scheme = before.split_once("://").map_or(before, |(_, rest)| rest);
    let next = after.split([',', ';']).next().unwrap_or_default().trim_end();
    if !behind_scheme.contains(['/', '?']) || next.is_empty() || next.starts_with(char::is_whitespace) {
        return true;
    }
    let next = next.split_whitespace().next().unwrap_or_default();
    if next.contains("://") || next.starts_with('*') {
        return true;
    }
    let host = next.split(['/', ':', '?']).next().unwrap_or_default();
    let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-_*".contains(&b);
    let public = ending.len() > 1 && ending.bytes().all(|b| b.is_ascii_alphabetic()) && host.bytes().all(plain);
    public && (next.contains('/') || !FILES.contains(&ending))
}

/// Brackets, what parts the alternatives inside, and what parts them in a way that is seldom used.
const BRACKETS: [(char, char, [char; 2]); 3] = [('{', '}', [',', '|']), ('(', ')', ['|', '/']), ('[', ']', ['|', '/'])];

fn alternatives(text: &str, brackets: usize, parts: &mut Vec<String>) {
    if parts.len() >= MAX_PARTS {
        return;
    }
    let Some(((start, end, inside), brackets)) = bracket(text).zip(brackets.checked_sub(1)) else {
        parts.push(text.to_owned());
        return;
    };
    for one in inside {
        if parts.len() >= MAX_PARTS {
            return;
        }
        // What stands inside has no bracket of this kind, so each step has fewer of them.
        alternatives(&format!("{}{one}{}", &text[..start], &text[end + 1..]), brackets, parts);
    }
}

/// The first bracket that has alternatives: where it opens, where it closes, and the alternatives.
fn bracket(text: &str) -> Option<(usize, usize, Vec<String>)> {
    BRACKETS.into_iter().find_map(|(open, close, between)| {
        let first = text.find(open)?;
        let end = first + text[first..].find(close)?;
        let start = first + text[first..end].rfind(open)?;
        let inside = &text[start + 1..end];
        let many = |between: char| inside.split(between).map(|one| one.trim().to_owned()).collect::<Vec<_>>();
        if let Some(between) = between.into_iter().find(|between| inside.contains(*between)) {
            return Some((start, end, many(between)));
        }
        // `app[.test].example.com`: with it, and without.
        let optional = open == '[' && inside.starts_with(['.', '-']);
        optional.then(|| (start, end, vec![String::new(), inside.to_owned()]))
    })
}

/// Spellings of "anything" as a star: `<customer>`, `%username%`, `{id}`, `(subdomain).`, `###`, `\*`, and a dot before a
/// star that was meant as a pattern of characters.
pub(super) fn tidy(text: &str) -> String {
    let mut text = text.trim().replace("\\*", "*");
    for scheme in ["http(s)://", "http[s]://", "https?://"] {
        text = text.replace(scheme, "https://");
    }
    for (open, close) in [('<', '>'), ('%', '%'), ('{', '}'), ('(', ')')] {
        text = named(&text, open, close);
    }
    while let Some(start) = text.find("##") {
        let end = text[start..].find(|c| c != '#').map_or(text.len(), |end| start + end);
        text.replace_range(start..end, "*");
    }
    match text.strip_prefix(".*") {
        Some(rest) => format!("*{rest}"),
        None => text,
    }
}

/// Names in brackets as stars, where they stand for part of an address.
fn named(text: &str, open: char, close: char) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find(open) {
        let (before, from) = (&rest[..start], &rest[start + 1..]);
        let end = from.find(close).filter(|end| is_name(&from[..*end], open));
        let after = end.map(|end| &from[end + 1..]);
        out.push_str(before);
        let joined = |after: &&str| out.ends_with(['.', '/', '-']) || after.starts_with(['.', '-', '/']);
        if let Some(after) = after.filter(joined) {
            out.push('*');
            rest = after;
        } else {
            out.push(open);
            rest = from;
        }
    }
    out + rest
}

/// A name of something, and, between signs of percent, no bytes that are escaped.
fn is_name(text: &str, open: char) -> bool {
    let least = if open == '%' { 4 } else { 1 };
    (least..=MAX_NAME).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphabetic() || b"_-".contains(&b) || (b == b' ' && open == '<'))
}

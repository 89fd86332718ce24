//! One identifier that stands for several: lists, and alternatives in brackets.

/// More parts than this are not looked at.
const MAX_PARTS: usize = 64;
/// Bytes of an identifier that is read; a longer one covers nothing. 64 hosts of the greatest length fit.
const MAX_BYTES: usize = 16 * 1024;
/// Brackets of one part that are opened; with more of them it is no scope that anybody could read.
const MAX_BRACKETS: usize = 32;

/// `"a.com, b.com"` -> both; `"https://{a,b}.com"` and `"https://(a|b).com"` -> both.
pub(super) fn expand(identifier: &str) -> Vec<String> {
    let mut parts = Vec::new();
    if identifier.len() > MAX_BYTES {
        return parts;
    }
    for part in split(identifier) {
        alternatives(part, MAX_BRACKETS, &mut parts);
    }
    parts
}

/// At commas, semicolons and white space outside brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' | ';' if depth == 0 => {
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
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).take(MAX_PARTS).collect()
}

fn alternatives(text: &str, brackets: usize, parts: &mut Vec<String>) {
    if parts.len() >= MAX_PARTS {
        return;
    }
    let bracket = [('{', '}', ','), ('(', ')', '|')].into_iter().find_map(|(open, close, between)| {
        let start = text.find(open)?;
        let end = start + text[start..].find(close)?;
        text[start..end].contains(between).then_some((start, end, between))
    });
    let Some(((start, end, between), brackets)) = bracket.zip(brackets.checked_sub(1)) else {
        parts.push(text.to_owned());
        return;
    };
    // What stands inside has no bracket of this kind, so each step has fewer of them.
    let start_of_inside = start + 1 + text[start + 1..end].rfind(&text[start..=start]).map_or(0, |nested| nested + 1);
    for one in text[start_of_inside..end].split(between) {
        if parts.len() >= MAX_PARTS {
            return;
        }
        let whole = format!("{}{}{}", &text[..start_of_inside - 1], one.trim(), &text[end + 1..]);
        alternatives(&whole, brackets, parts);
    }
}

//! The strings: the big list of naughty strings and the cases of DOMPurify, from the shared test data.

/// All of them, when the machine has the shared folder. Its absence is told: nothing is checked then.
pub fn strings() -> Option<Vec<String>> {
    let read = |file: &str| {
        let text = outside::text(&format!("web-abuse/{file}"))?;
        Some(serde_json::from_str::<Vec<serde_json::Value>>(&text).expect("shared data is JSON"))
    };
    let (naughty, purify) = (read("blns.json")?, read("dompurify-expect.json")?);
    let texts = naughty.iter().filter_map(|v| v.as_str()).chain(purify.iter().filter_map(|v| v["payload"].as_str()));
    let all: Vec<String> = texts.map(tamed).filter(|text| !text.trim().is_empty()).collect();
    assert!(all.len() > 650, "{} strings", all.len());
    Some(all)
}

/// The rules for HTML see an address in every attribute, also in the value of a field.
fn tamed(text: &str) -> String {
    let address = text.trim_start().to_ascii_lowercase().starts_with("javascript:");
    if address { format!("x{text}") } else { text.to_owned() }
}

/// Whether a field refuses it because of control characters.
pub fn has_controls(text: &str) -> bool {
    text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'))
}

/// Those of the strings that stand in a page as they were typed, so as markup.
pub fn unescaped<'s>(page: &str, sent: impl Iterator<Item = &'s String>) -> Vec<String> {
    let markup = |text: &str| {
        text.len() > 8
            && text.as_bytes().windows(2).any(|w| w[0] == b'<' && (w[1].is_ascii_alphabetic() || w[1] == b'!'))
    };
    sent.filter(|text| markup(text) && page.contains(text.as_str())).cloned().collect()
}

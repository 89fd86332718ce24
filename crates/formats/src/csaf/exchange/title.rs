//! The title of a document without its id, which 2.1 wants to stand in its own place alone (section 9.1.18, test 6.2.22).

use super::turn::Turn;
use serde_json::Value;

/// Takes the id out of the title, with the signs that parted it. A title that is nothing else stays.
pub(super) fn raise(turn: &mut Turn) {
    let text = |pointer: &str| turn.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let title = text("/document/title").to_owned();
    let Some(new) = without(&title, text("/document/tracking/id")) else { return };
    turn.changed("/document/title", &format!("{title:?} without the id: {new:?}"));
    if let Some(title) = turn.value.pointer_mut("/document/title") {
        *title = new.into();
    }
}

/// `None` where the id does not stand in it by itself.
fn without(title: &str, id: &str) -> Option<String> {
    let at = title.find(id).filter(|_| !id.is_empty())?;
    let (mut before, mut after) = (title.get(..at)?, title.get(at + id.len()..)?);
    // Part of a longer word, it is another id.
    if before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric) {
        return None;
    }
    (before, after) = (before.trim_end(), after.trim_start());
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        if let (Some(outer), Some(behind)) = (before.strip_suffix(open), after.strip_prefix(close)) {
            (before, after) = (outer, behind);
        }
    }
    let parts = |c: char| c.is_whitespace() || matches!(c, ':' | '_' | '-' | '–' | '—' | '|' | ',' | ';');
    let (before, after) = (before.trim_end_matches(parts), after.trim_start_matches(parts));
    let new = [before, after].join(" ").trim().to_owned();
    new.contains(char::is_alphanumeric).then_some(new)
}

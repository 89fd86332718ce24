//! Dates and times as 2.1 wants them (test 6.1.37): T and Z as capitals, and no leap second (section 9.1.18).

use super::turn::Turn;
use crate::instant::Instant;
use crate::json::escape;
use serde_json::Value;
use std::fmt::Write as _;

/// Writes them so, wherever a property is named as one that has a date.
pub(super) fn raise(value: &mut Value, turn: &mut Turn) {
    walk(value, &mut String::new(), turn);
}

/// The depth of a document is bounded where it is read.
fn walk(value: &mut Value, at: &mut String, turn: &mut Turn) {
    let length = at.len();
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                // Writing into a String cannot fail.
                let _ = write!(at, "/{}", escape(key));
                match value {
                    Value::String(text) if is_dated(key) => {
                        if let Some(new) = strict(text) {
                            turn.changed(at, &format!("{text} as {new}"));
                            *text = new;
                        }
                    }
                    value => walk(value, at, turn),
                }
                at.truncate(length);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                let _ = write!(at, "/{index}");
                walk(value, at, turn);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

fn is_dated(key: &str) -> bool {
    matches!(key, "date" | "timestamp") || key.ends_with("_date")
}

/// The same moment in the strict form; a leap second is the end of the second before it. `None` where nothing changes.
fn strict(text: &str) -> Option<String> {
    Instant::parse(text)?;
    let mut new = text.to_ascii_uppercase();
    if new.get(17..19) == Some("60") {
        let zone = new.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        new = format!("{}59.999999{zone}", new.get(..17)?);
    }
    (new != text).then_some(new)
}

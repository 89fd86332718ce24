//! One row of a platform's scope. Whatever it is, it becomes an asset: what is not understood is kept as text, with a
//! note, because an exclusion that is lost is worse than one that reads badly.

use super::kind::kind;
use crate::scope::{Asset, Kind};
use serde_json::{Map, Value};

/// Names of the field that says what is meant, best first.
const IDENTIFIERS: [&str; 7] = ["asset_identifier", "endpoint", "scope", "identifier", "target", "uri", "ipAddress"];
/// Names of the field that says what kind of thing it is.
const KINDS: [&str; 5] = ["asset_type", "scope_type", "type", "category", "kind"];

/// The asset behind a row.
pub(super) fn asset(row: Value, in_scope: bool) -> Asset {
    match row {
        Value::String(text) => named(text.trim().to_owned(), in_scope),
        Value::Object(fields) => of_fields(&fields, in_scope),
        other => Asset {
            note: Some("kept as it was written".to_owned()),
            ..Asset::new(Kind::Other, other.to_string(), in_scope)
        },
    }
}

fn named(identifier: String, in_scope: bool) -> Asset {
    Asset::new(kind("", &identifier).0, identifier, in_scope)
}

/// A text, or a number as one; nothing where it is empty.
fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    let text = match fields.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn of_fields(fields: &Map<String, Value>, in_scope: bool) -> Asset {
    let mut identifier = IDENTIFIERS.iter().find_map(|name| text(fields, name));
    let name = text(fields, "name");
    // Bugcrowd writes a link into the target and the wildcard that is meant into the name.
    if let Some(wildcard) = name.as_ref().filter(|name| is_wildcard(name)) {
        identifier = Some(wildcard.clone());
    }
    let said = text(fields, "description").or_else(|| text(fields, "instruction"));
    let lost = || Value::Object(fields.clone()).to_string();
    let identifier = identifier.or_else(|| name.clone()).or_else(|| said.clone()).unwrap_or_else(lost);
    let word = KINDS.iter().find_map(|name| text(fields, name)).unwrap_or_default();
    let (kind, known) = kind(&word, &identifier);
    let note = said.or(name).filter(|note| *note != identifier);
    let note = if known { note } else { Some(listed_as(&word, note)) };
    // Intigriti's tier; `YesWeHack`'s value of an asset.
    let tier = ["impact", "tier", "asset_value"].iter().find_map(|name| text(fields, name));
    let eligible = fields.get("eligible_for_bounty").and_then(Value::as_bool);
    let by_tier = || tier.as_deref().map(|tier| in_scope && !is_unpaid(tier));
    Asset {
        eligible: eligible.or_else(by_tier),
        max_severity: text(fields, "max_severity").or_else(|| text(fields, "severity")),
        tier,
        note,
        ..Asset::new(kind, identifier, in_scope)
    }
}

/// The note of an asset whose kind nobody knows.
pub(super) fn listed_as(word: &str, note: Option<String>) -> String {
    note.map_or_else(|| format!("Listed as \"{word}\"."), |note| format!("Listed as \"{word}\". {note}"))
}

fn is_unpaid(tier: &str) -> bool {
    ["no bounty", "out of scope"].iter().any(|unpaid| tier.eq_ignore_ascii_case(unpaid))
}

fn is_wildcard(name: &str) -> bool {
    let rest = name.split_once("://").map_or(name, |(_, rest)| rest);
    rest.starts_with("*.") && !rest.contains(char::is_whitespace)
}

//! Reading a file of programmes. Fields that a shape has and we do not know are passed over; a shape may leave out
//! any field but the list of targets.

use super::kind::kind;
use super::{Platform, Programme};
use crate::scope::Asset;
use serde::Deserialize;
use serde_json::Value;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammeError {
    /// No JSON, or of another shape; the text says line and column.
    #[error("this is not a list of programmes: {0}")]
    Json(#[from] serde_json::Error),
    /// The fields are those of no known platform.
    #[error("programme {number}: its fields are those of no known platform; name the format")]
    UnknownShape {
        /// Counted from 1.
        number: usize,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Many(Vec<Raw>),
    One(Box<Raw>),
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Raw {
    name: Option<String>,
    handle: Option<String>,
    id: Option<Value>,
    url: Option<String>,
    #[serde(alias = "rewards")]
    offers_bounties: Option<bool>,
    offers_awards: Option<bool>,
    max_payout: Option<Value>,
    max_bounty: Option<Value>,
    targets: Option<RawTargets>,
    assets: Option<Vec<Asset>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawTargets {
    in_scope: Vec<RawTarget>,
    out_of_scope: Vec<RawTarget>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawTarget {
    Text(String),
    Row(Box<RawRow>),
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawRow {
    #[serde(alias = "asset_type", alias = "scope_type")]
    r#type: Option<String>,
    #[serde(rename = "asset_identifier", alias = "endpoint", alias = "scope")]
    identifier: Option<String>,
    target: Option<String>,
    uri: Option<String>,
    name: Option<String>,
    #[serde(alias = "instruction")]
    description: Option<String>,
    impact: Option<String>,
    eligible_for_bounty: Option<bool>,
    max_severity: Option<String>,
}

/// Reads a file. `platform` is only asked for where a target alone does not say what it is; without it the shape is
/// told by its fields.
pub fn read(text: &[u8], platform: Option<Platform>) -> Result<Vec<Programme>, ProgrammeError> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    // The untagged form hides where a fault lies; a list is the usual case.
    let list = text.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
    let file = if list { File::Many(serde_json::from_slice(text)?) } else { File::One(serde_json::from_slice(text)?) };
    let many = match file {
        File::Many(many) => many,
        File::One(one) => vec![*one],
    };
    many.into_iter().enumerate().map(|(at, raw)| programme(raw, at + 1, platform)).collect()
}

fn programme(raw: Raw, number: usize, platform: Option<Platform>) -> Result<Programme, ProgrammeError> {
    if raw.targets.is_none() && raw.assets.is_none() && platform.is_none() {
        return Err(ProgrammeError::UnknownShape { number });
    }
    let targets = raw.targets.unwrap_or_default();
    let inside = targets.in_scope.into_iter().filter_map(|target| asset(target, true));
    let outside = targets.out_of_scope.into_iter().filter_map(|target| asset(target, false));
    let mut assets = raw.assets.unwrap_or_default();
    assets.extend(inside.chain(outside));
    let handle = raw.handle.or_else(|| raw.id.as_ref().and_then(Value::as_str).map(str::to_owned));
    let pays =
        [raw.max_payout, raw.max_bounty].into_iter().flatten().find_map(|most| amount(&most)).map(|most| most > 0.0);
    Ok(Programme {
        name: raw.name.or_else(|| handle.clone()).unwrap_or_default(),
        handle,
        url: raw.url,
        rewards: raw.offers_bounties.or(raw.offers_awards).or(pays),
        assets,
    })
}

/// A number, or an object that holds one as `value`.
fn amount(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.get("value").and_then(Value::as_f64))
}

fn asset(target: RawTarget, in_scope: bool) -> Option<Asset> {
    let row = match target {
        RawTarget::Text(text) => RawRow { target: Some(text), ..RawRow::default() },
        RawTarget::Row(row) => *row,
    };
    let texts = [row.identifier, row.target, row.uri].into_iter().flatten();
    let mut identifier = texts.map(|text| text.trim().to_owned()).find(|text| !text.is_empty());
    let name = row.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    // Bugcrowd writes a link into the target and the wildcard that is meant into the name.
    if let Some(wildcard) = name.as_ref().filter(|name| is_wildcard(name)) {
        identifier = Some(wildcard.clone());
    }
    let identifier = identifier.or_else(|| name.clone())?;
    let note = row.description.filter(|text| !text.trim().is_empty()).or(name.filter(|name| *name != identifier));
    let tier = row.impact.filter(|tier| !tier.is_empty());
    Some(Asset {
        kind: kind(row.r#type.as_deref().unwrap_or("url"), &identifier),
        identifier,
        in_scope,
        eligible: row.eligible_for_bounty.or_else(|| tier.as_deref().map(|tier| tier != "No Bounty" && in_scope)),
        max_severity: row.max_severity.filter(|word| !word.is_empty()),
        tier,
        note,
    })
}

fn is_wildcard(name: &str) -> bool {
    let rest = name.split_once("://").map_or(name, |(_, rest)| rest);
    rest.starts_with("*.") && !rest.contains(char::is_whitespace)
}

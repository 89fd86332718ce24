//! Reading a file of programmes. Fields that a shape has and we do not know are passed over; a shape may leave out
//! any field but the list of targets, and a row that nobody understands is kept as text.

use super::kind::kind;
use super::row::{asset, listed_as};
use super::{Platform, Programme, shapes};
use crate::json::{self, Limits, ReadError};
use crate::money::{Money, code};
use crate::scope::{Asset, Kind};
use crate::shape;
use serde::Deserialize;
use serde_json::Value;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ProgrammeError {
    /// No JSON, or too large; the text says where.
    #[error("this is not a list of programmes: {0}")]
    Json(ReadError),
    /// JSON of another shape.
    #[error("this is not a list of programmes: line {line}, {place}: {message}")]
    Shape {
        /// Where it ends.
        line: usize,
        /// JSON pointer, or words for the whole.
        place: String,
        /// What, and what to do.
        message: String,
    },
    /// The fields are those of no known platform.
    #[error("programme {number}: its fields are those of no known platform; say whose shape it is")]
    UnknownShape {
        /// Counted from 1.
        number: usize,
    },
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Raw {
    name: Option<String>,
    handle: Option<Value>,
    company_handle: Option<Value>,
    id: Option<Value>,
    slug: Option<Value>,
    url: Option<Value>,
    rewards: Option<Value>,
    offers_bounties: Option<Value>,
    offers_awards: Option<Value>,
    max_payout: Option<Value>,
    min_bounty: Option<Value>,
    max_bounty: Option<Value>,
    min_reward: Option<Value>,
    max_reward: Option<Value>,
    state: Option<Value>,
    status: Option<Value>,
    submission_state: Option<Value>,
    disabled: Option<Value>,
    public: Option<Value>,
    safe_harbour: Option<Value>,
    safe_harbor: Option<Value>,
    targets: Option<RawTargets>,
    assets: Option<Vec<Own>>,
}

/// An asset of our own shape; its kind may be a word of others, or left out.
#[derive(Deserialize)]
struct Own {
    #[serde(default)]
    kind: String,
    identifier: String,
    in_scope: bool,
    eligible: Option<bool>,
    max_severity: Option<String>,
    tier: Option<String>,
    note: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawTargets {
    in_scope: Option<Vec<Value>>,
    out_of_scope: Option<Vec<Value>>,
}

/// Every programme of a platform in one file.
const LIMITS: Limits = Limits { bytes: 128 * 1024 * 1024, depth: 64, values: 8_000_000, objects: 1_000_000 };

/// Reads a file. `platform` is only asked for where a programme alone does not say whose it is; without it the shape
/// is told by its fields.
pub fn read(text: &[u8], platform: Option<Platform>) -> Result<Vec<Programme>, ProgrammeError> {
    // Bounds, encoding and keys that stand twice; the second reading knows the lines of what has another shape.
    drop(json::tree(text, LIMITS).map_err(ProgrammeError::Json)?);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let list = text.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
    let many = if list { serde_json::from_slice(text) } else { serde_json::from_slice(text).map(|one: Raw| vec![one]) };
    let many: Vec<Raw> = many.map_err(|e| unlike(&e, list, text))?;
    many.into_iter().enumerate().map(|(at, raw)| programme(raw, at + 1, platform)).collect()
}

/// Where it has another shape, in words of ours; for that it is read once more.
fn unlike(e: &serde_json::Error, list: bool, text: &[u8]) -> ProgrammeError {
    let shape = if list { &shapes::MANY } else { &shapes::ONE };
    let tree = json::tree(text, LIMITS).map(|parsed| parsed.value).unwrap_or_default();
    let fault = shape::known(shape, &tree).into_iter().next();
    let (pointer, message) = fault.map_or_else(|| (String::new(), e.to_string()), |f| (f.pointer, f.message));
    let place = if pointer.is_empty() { "the whole file".to_owned() } else { pointer };
    ProgrammeError::Shape { line: e.line(), place, message }
}

fn programme(raw: Raw, number: usize, platform: Option<Platform>) -> Result<Programme, ProgrammeError> {
    if raw.targets.is_none() && raw.assets.is_none() && platform.is_none() {
        return Err(ProgrammeError::UnknownShape { number });
    }
    let platform = platform.or_else(|| raw.platform());
    let handle = [&raw.handle, &raw.slug, &raw.id].into_iter().flatten().find_map(word);
    let (least, most) = raw.rewards(platform);
    let paid = [&raw.rewards, &raw.offers_bounties, &raw.offers_awards].into_iter().flatten().find_map(Value::as_bool);
    let url = raw.url.as_ref().and_then(word).or_else(|| {
        let slug = handle.as_ref().filter(|_| platform == Some(Platform::YesWeHack))?;
        Some(format!("https://yeswehack.com/programs/{slug}"))
    });
    let state = raw.state();
    let targets = raw.targets.unwrap_or_default();
    let inside = targets.in_scope.into_iter().flatten().map(|row| asset(row, true));
    let outside = targets.out_of_scope.into_iter().flatten().map(|row| asset(row, false));
    let mut assets: Vec<Asset> = raw.assets.into_iter().flatten().map(Own::asset).collect();
    assets.extend(inside.chain(outside));
    Ok(Programme {
        name: raw.name.or_else(|| handle.clone()).unwrap_or_default(),
        handle,
        url,
        rewards: paid.or_else(|| most.as_ref().map(|most| most.minor > 0)),
        least_reward: least.filter(|least| least.minor > 0),
        most_reward: most.filter(|most| most.minor > 0),
        state,
        safe_harbour: [raw.safe_harbour, raw.safe_harbor].into_iter().flatten().find_map(|said| word(&said)),
        assets,
    })
}

impl Own {
    fn asset(self) -> Asset {
        let own = Kind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        let (kind, known) = own.map_or_else(|| kind(&self.kind, &self.identifier), |kind| (kind, true));
        Asset {
            kind,
            identifier: self.identifier,
            in_scope: self.in_scope,
            eligible: self.eligible,
            max_severity: self.max_severity,
            tier: self.tier,
            note: if known { self.note } else { Some(listed_as(&self.kind, self.note)) },
        }
    }
}

impl Raw {
    /// Whose fields these are.
    fn platform(&self) -> Option<Platform> {
        let marks = [
            (self.company_handle.is_some(), Platform::Intigriti),
            (self.disabled.is_some() && self.public.is_some(), Platform::YesWeHack),
            (self.offers_awards.is_some(), Platform::Federacy),
            (self.safe_harbor.is_some() || self.max_payout.is_some(), Platform::Bugcrowd),
            (self.submission_state.is_some(), Platform::HackerOne),
        ];
        marks.into_iter().find_map(|(marked, platform)| marked.then_some(platform))
    }

    /// The least and the most that is paid for one report.
    fn rewards(&self, platform: Option<Platform>) -> (Option<Money>, Option<Money>) {
        // Bugcrowd pays in dollars; the files name a currency for Intigriti alone.
        let beside = (platform == Some(Platform::Bugcrowd)).then_some("USD");
        let read = |fields: [&Option<Value>; 3]| fields.into_iter().flatten().find_map(|sum| money(sum, beside));
        let least = read([&self.min_reward, &self.min_bounty, &None]);
        (least, read([&self.max_reward, &self.max_payout, &self.max_bounty]))
    }

    /// The platform's word for whether reports are taken.
    fn state(&self) -> Option<String> {
        let said = [&self.state, &self.status, &self.submission_state].into_iter().flatten().find_map(word);
        let disabled = self.disabled.as_ref().and_then(Value::as_bool);
        said.or_else(|| disabled.map(|disabled| if disabled { "disabled" } else { "open" }.to_owned()))
    }
}

/// A text that is not empty.
fn word(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A number or a text, or an object that holds one as `value` (or, of ours, `minor`) beside `currency`.
fn money(value: &Value, beside: Option<&str>) -> Option<Money> {
    let currency = value.get("currency").and_then(Value::as_str).or(beside);
    if let Some(minor) = value.get("minor").and_then(Value::as_u64) {
        return Some(Money { minor, currency: currency.and_then(code) });
    }
    match value.get("value").unwrap_or(value) {
        Value::Number(number) => Money::parse(&number.to_string(), currency),
        Value::String(text) => Money::parse(text, currency),
        _ => None,
    }
}

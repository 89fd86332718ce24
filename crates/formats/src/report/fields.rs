//! An object of an export, taken apart field by field. What is left at the end is what nobody understood; it goes into
//! `kept` under its path, so that nothing of an export is lost.

use super::model::{Person, Report, Severity};
use super::state::{Outcome, State, standing};
use crate::cvss::{self, Vector};
use crate::stamp::Stamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The fields of an object that were not taken yet.
#[derive(Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Of an object; of anything else none.
    pub(super) fn of(value: Value) -> Self {
        match value {
            Value::Object(map) => Self(map),
            _ => Self::default(),
        }
    }

    /// Takes a text or a number; an empty one is taken and nothing. Anything else stays.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        if !matches!(self.0.get(name)?, Value::String(_) | Value::Number(_)) {
            return None;
        }
        let text = match self.0.remove(name)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        (!text.trim().is_empty()).then_some(text)
    }

    /// Takes `true` or `false`.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        let flag = self.0.get(name)?.as_bool()?;
        self.0.remove(name);
        Some(flag)
    }

    /// Takes a list.
    pub(super) fn list(&mut self, name: &str) -> Vec<Value> {
        match self.0.get(name) {
            Some(Value::Array(_)) => match self.0.remove(name) {
                Some(Value::Array(list)) => list,
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Takes an object.
    pub(super) fn object(&mut self, name: &str) -> Option<Self> {
        self.0.get(name)?.as_object()?;
        self.0.remove(name).map(Self::of)
    }

    /// Takes whatever it is, but for null.
    pub(super) fn any(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Takes what reads as `T`; what does not stays.
    pub(super) fn read<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.0.get(name).filter(|value| !value.is_null())?;
        let read = T::deserialize(value).ok()?;
        self.0.remove(name);
        Some(read)
    }

    /// Takes a point in time. One that does not read stays; a zone that is missing is noted.
    pub(super) fn stamp(&mut self, name: &str, notes: &mut Vec<String>) -> Option<Stamp> {
        let text = self.0.get(name)?.as_str()?.trim();
        if text.is_empty() {
            self.0.remove(name);
            return None;
        }
        let read = Stamp::parse(text);
        match &read {
            None => note(notes, format!("{name}: \"{}\" is no date and time that is understood", clip(text))),
            Some((_, true)) => note(notes, format!("{name} has no time zone; read as UTC")),
            Some(_) => {}
        }
        let (stamp, _) = read?;
        self.0.remove(name);
        Some(stamp)
    }

    /// Passes over a field that says nothing of the report.
    pub(super) fn skip(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Puts a field back.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Of relationships that were not asked for: their data alone. Where nothing but an address stood, nothing is left.
    pub(super) fn strip_links(&mut self) {
        for value in self.0.values_mut() {
            if let Some(relation) = value.as_object_mut().filter(|relation| relation.contains_key("links")) {
                *value = relation.remove("data").unwrap_or_default();
            }
        }
    }

    /// What was not taken and says something, under `path`.
    pub(super) fn leave(self, path: &str, kept: &mut Map<String, Value>) {
        for (name, value) in self.0 {
            if !is_empty(&value) {
                let whole = if path.is_empty() { name } else { format!("{path}.{name}") };
                kept.insert(whole, value);
            }
        }
    }

    /// What was not taken and says something.
    pub(super) fn rest(self) -> Map<String, Value> {
        self.0.into_iter().filter(|(_, value)| !is_empty(value)).collect()
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Notes on one report at most.
const NOTES: usize = 100;

/// A note once; of very many, that there are more.
pub(super) fn note(notes: &mut Vec<String>, text: String) {
    match notes.len() {
        ..NOTES if !notes.contains(&text) => notes.push(text),
        NOTES => notes.push("more is not understood".to_owned()),
        _ => {}
    }
}

/// Long texts are cut in notes.
pub(super) fn clip(text: &str) -> &str {
    text.char_indices().nth(60).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

impl Report {
    /// Sets state and outcome by the platform's words, the most general first; a later word that is known goes before.
    pub(super) fn stand(&mut self, words: &[Option<String>]) {
        let said: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
        let mut known = false;
        for word in &said {
            let Some(standing) = standing(word) else {
                // "none", "n/a" and "false" are no words for a state.
                note(&mut self.notes, format!("the state \"{}\" is not known", clip(word)));
                continue;
            };
            // "closed" beside "resolved" adds nothing, whichever comes last.
            let vaguer = known && standing.outcome.is_none() && self.state == State::Closed;
            if !vaguer {
                (self.state, self.outcome, self.waiting) = (standing.state, standing.outcome, standing.waiting);
            }
            known = true;
        }
        if self.waiting && self.times.triaged_at.is_some() {
            self.state = State::Triaged;
        }
        self.said = (!said.is_empty()).then(|| said.join(" / "));
    }

    /// Marks it as a duplicate, whatever its state was.
    pub(super) fn repeat(&mut self, original: Option<String>) {
        (self.state, self.outcome, self.waiting) = (State::Closed, Some(Outcome::Duplicate), false);
        self.duplicate_of = original.or(self.duplicate_of.take());
    }
}

/// The words of the platforms; Intigriti's "exceptional" is `critical`.
fn severity(word: &str) -> Option<cvss::Severity> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "none" | "info" | "informational" | "informative" => cvss::Severity::None,
        "low" => cvss::Severity::Low,
        "medium" | "moderate" => cvss::Severity::Medium,
        "high" => cvss::Severity::High,
        "critical" | "exceptional" => cvss::Severity::Critical,
        _ => return None,
    })
}

/// Bugcrowd's priorities, 1 to 5.
const fn of_priority(priority: u8) -> Option<cvss::Severity> {
    Some(match priority {
        1 => cvss::Severity::Critical,
        2 => cvss::Severity::High,
        3 => cvss::Severity::Medium,
        4 => cvss::Severity::Low,
        5 => cvss::Severity::None,
        _ => return None,
    })
}

impl Severity {
    /// Takes a word, with a note where it is none that is known.
    pub(super) fn say(&mut self, word: Option<String>, notes: &mut Vec<String>) {
        let Some(word) = word else { return };
        match severity(&word) {
            Some(known) => self.word = Some(known),
            None => note(notes, format!("the severity \"{}\" is not known", clip(&word))),
        }
        if word.trim().eq_ignore_ascii_case("exceptional") {
            note(notes, "the severity was \"exceptional\"".to_owned());
        }
    }

    /// Takes a vector that reads, else leaves a note.
    pub(super) fn vector(&mut self, vector: Option<String>, notes: &mut Vec<String>) {
        let Some(vector) = vector else { return };
        match vector.trim().parse::<Vector>() {
            Ok(_) => self.vector = Some(vector.trim().to_owned()),
            Err(e) => note(notes, format!("the CVSS vector \"{}\" does not read: {e}", clip(&vector))),
        }
    }

    /// Takes a priority as `3` or `P3`, with the word that belongs to it.
    pub(super) fn rank(&mut self, priority: Option<String>, notes: &mut Vec<String>) {
        let Some(text) = priority else { return };
        let digit = text.trim().trim_start_matches(['p', 'P']).parse::<u8>().ok();
        match digit.and_then(|digit| of_priority(digit).map(|word| (digit, word))) {
            Some((digit, word)) => {
                self.priority = Some(digit);
                self.word = self.word.or(Some(word));
            }
            None => note(notes, format!("the priority \"{}\" is not known", clip(&text))),
        }
    }

    /// Takes a score of 0 to 10, else leaves a note.
    pub(super) fn points(&mut self, score: Option<String>, notes: &mut Vec<String>) {
        let Some(text) = score else { return };
        match text.trim().parse::<f64>().ok().filter(|score| (0.0..=10.0).contains(score)) {
            Some(score) => self.score = Some(score),
            None => note(notes, format!("the score \"{}\" is not between 0 and 10", clip(&text))),
        }
    }
}

impl Person {
    /// By handle, or by name where there is none. Nobody, where there is neither.
    pub(super) fn of(handle: Option<String>, name: Option<String>) -> Option<Self> {
        (handle.is_some() || name.is_some()).then(|| Self { handle: handle.unwrap_or_default(), name })
    }
}

//! Reading the input of an action field by field, with sentences for the person who typed it.
//!
//! Forms send empty strings for what was left out and words for numbers; the API sends real JSON.
//! Both are read here. What nobody asked for is an error: a misspelt optional field must not
//! vanish.

use super::Refused;
use crate::{CaseId, ReporterText, TeamText, TextError};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::str::FromStr;

/// An input object that is taken apart.
#[derive(Debug, Clone)]
pub struct Inputs {
    path: &'static str,
    fields: Map<String, Value>,
}

impl Inputs {
    /// From an object; `null` is an empty one.
    pub fn new(input: Value) -> Result<Self, Refused> {
        Self::within("", input)
    }

    fn within(path: &'static str, input: Value) -> Result<Self, Refused> {
        match input {
            Value::Object(fields) => Ok(Self { path, fields }),
            Value::Null => Ok(Self { path, fields: Map::new() }),
            _ => Err(Refused::invalid(path, "Send an object with named fields.")),
        }
    }

    /// Takes a value out; empty strings and null count as left out.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|v| !v.is_null() && v.as_str().is_none_or(|s| !s.trim().is_empty()))
    }

    fn wrong(&self, name: &str, message: impl Into<String>) -> Refused {
        if self.path.is_empty() {
            return Refused::invalid(name, message);
        }
        Refused::invalid(format!("{}.{name}", self.path), message)
    }

    /// A word or line as a string; `yes` and `no` for true and false, digits for numbers.
    fn string(&mut self, name: &str) -> Result<Option<String>, Refused> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(s)) => Ok(Some(s)),
            Some(Value::Bool(b)) => Ok(Some(if b { "yes" } else { "no" }.to_owned())),
            Some(Value::Number(n)) => Ok(Some(n.to_string())),
            Some(_) => Err(self.wrong(name, "Write this as text.")),
        }
    }

    /// Text of up to 100,000 bytes that the reporter may read.
    pub fn text(&mut self, name: &str) -> Result<Option<ReporterText>, Refused> {
        let Some(text) = self.string(name)? else {
            return Ok(None);
        };
        ReporterText::new(text).map(Some).map_err(|error| self.unfit(name, error))
    }

    /// Text of up to 100,000 bytes for the team alone, which must be there.
    pub fn needed_team_text(&mut self, name: &str, missing: &str) -> Result<TeamText, Refused> {
        let text = self.string(name)?.ok_or_else(|| self.wrong(name, missing))?;
        TeamText::new(text).map_err(|error| self.unfit(name, error))
    }

    fn unfit(&self, name: &str, error: TextError) -> Refused {
        let message = match error {
            TextError::Empty => "Write something here.",
            TextError::TooLong => "This is longer than 100,000 bytes. Shorten it, or put the rest in a file.",
            TextError::Control => "There is a control character in this. Remove it, or put the text in a file.",
        };
        self.wrong(name, message)
    }

    /// Text that must be there; `missing` is what the person reads if it is not.
    pub fn needed_text(&mut self, name: &str, missing: &str) -> Result<ReporterText, Refused> {
        self.text(name)?.ok_or_else(|| self.wrong(name, missing))
    }

    /// Text that must be there, of at most `max` characters.
    pub fn short_text(&mut self, name: &str, max: usize, missing: &str) -> Result<ReporterText, Refused> {
        let text = self.needed_text(name, missing)?;
        let over = text.as_str().chars().count().saturating_sub(max);
        if over > 0 {
            let message = format!("Use at most {max} characters: this is {over} too long.");
            return Err(self.wrong(name, message));
        }
        Ok(text)
    }

    /// One of a list of words; `unknown` is what the person reads if it is another.
    pub fn word<T: FromStr>(&mut self, name: &str, unknown: &str) -> Result<Option<T>, Refused> {
        let Some(word) = self.string(name)? else {
            return Ok(None);
        };
        word.trim().parse().map(Some).map_err(|_| self.wrong(name, unknown))
    }

    /// One of a list of words, which must be there.
    pub fn needed_word<T: FromStr>(&mut self, name: &str, missing: &str) -> Result<T, Refused> {
        self.word(name, missing)?.ok_or_else(|| self.wrong(name, missing))
    }

    /// The id of another case.
    pub fn reference(&mut self, name: &str) -> Result<Option<CaseId>, Refused> {
        self.word(name, "We do not know this case. Check its number.")
    }

    /// A whole number from 0 to 4,294,967,295, which must be there.
    pub fn needed_number(&mut self, name: &str, missing: &str) -> Result<u32, Refused> {
        self.needed_word(name, missing)
    }

    /// What the house itself puts in beside what somebody typed, as it wrote it; it must be there.
    pub fn ours<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Refused> {
        let value = self.take(name).unwrap_or(Value::Null);
        T::deserialize(value).map_err(|error| Refused::Corrupt(format!("{name}: {error}")))
    }

    /// An object inside this one. `name` becomes part of the field names in refusals.
    pub fn object(&mut self, name: &'static str) -> Result<Option<Self>, Refused> {
        self.take(name).map(|value| Self::within(name, value)).transpose()
    }

    /// Refuses whatever has not been asked for.
    pub fn finish(self) -> Result<(), Refused> {
        match self.fields.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.wrong(name, "We do not know this field. Check how it is written.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Inputs;
    use crate::Severity;
    use crate::case::Refused;
    use serde_json::json;

    #[test]
    fn empty_strings_and_null_are_left_out() {
        let mut input = Inputs::new(json!({"a": "", "b": null, "c": "  "})).unwrap();
        assert_eq!(input.text("a"), Ok(None));
        assert_eq!(input.text("b"), Ok(None));
        assert_eq!(input.text("c"), Ok(None));
        assert_eq!(input.finish(), Ok(()));
    }

    #[test]
    fn what_nobody_asked_for_is_refused() {
        let input = Inputs::new(json!({"sevrity": "low"})).unwrap();
        let refused = input.finish().unwrap_err();
        assert!(matches!(refused, Refused::Invalid { field, .. } if field == "sevrity"));
        assert!(Inputs::new(json!([1])).is_err());
    }

    #[test]
    fn words_numbers_and_objects() {
        let mut input = Inputs::new(json!({"s": "high", "r": {"k": "3", "n": 5}, "y": true})).unwrap();
        assert_eq!(input.word("s", "Pick one."), Ok(Some(Severity::High)));
        assert_eq!(input.text("y").unwrap().unwrap().as_str(), "yes");
        let mut inner = input.object("r").unwrap().unwrap();
        assert_eq!(inner.needed_number("k", "How often?"), Ok(3));
        assert_eq!(inner.needed_number("n", "Of how many?"), Ok(5));
        let refused = inner.needed_number("m", "How many?").unwrap_err();
        assert_eq!(refused, Refused::invalid("r.m", "How many?"));
    }

    #[test]
    fn length_is_counted_in_characters() {
        let mut input = Inputs::new(json!({"t": "ééé"})).unwrap();
        assert!(input.clone().short_text("t", 3, "Write.").is_ok());
        let refused = input.short_text("t", 2, "Write.").unwrap_err();
        assert!(refused.to_string().contains("1 too long"), "{refused}");
    }
}

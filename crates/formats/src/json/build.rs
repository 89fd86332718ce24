//! Objects put together property by property; what is absent or empty is left out.

use serde_json::{Map, Value};
use std::collections::HashSet;

/// The objects, each once, in their order.
pub fn unique(list: impl Iterator<Item = Build>) -> Vec<Value> {
    let mut seen = HashSet::new();
    list.map(Value::from).filter(|value| seen.insert(value.to_string())).collect()
}

/// An object in the making.
#[derive(Debug, Default)]
pub struct Build(Map<String, Value>);

impl Build {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `key`.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Sets `key` when there is a text.
    #[must_use]
    pub fn text(self, key: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.set(key, text),
            None => self,
        }
    }

    /// Sets `key` when the list has entries.
    #[must_use]
    pub fn list<T: Into<Value>>(self, key: &str, list: impl IntoIterator<Item = T>) -> Self {
        let list: Vec<Value> = list.into_iter().map(Into::into).collect();
        if list.is_empty() { self } else { self.set(key, Value::Array(list)) }
    }

    /// Sets `key` when the object has properties.
    #[must_use]
    pub fn object(self, key: &str, object: Build) -> Self {
        if object.0.is_empty() { self } else { self.set(key, object) }
    }

    /// Whether nothing was set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Build> for Value {
    fn from(build: Build) -> Self {
        Value::Object(build.0)
    }
}

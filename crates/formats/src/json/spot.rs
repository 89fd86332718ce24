//! A value and where it stands.

use serde_json::Value;

/// A value inside a document, with its JSON pointer (RFC 6901) for the finding that may come of it.
#[derive(Debug, Clone)]
pub struct Spot<'a> {
    /// The value.
    pub value: &'a Value,
    /// Its pointer; empty for the whole document.
    pub at: String,
}

/// One step of a JSON pointer: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape(key: &str) -> String {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1") } else { key.to_owned() }
}

impl<'a> Spot<'a> {
    /// The whole document.
    pub fn root(value: &'a Value) -> Self {
        Self { value, at: String::new() }
    }

    /// The property `key` of an object.
    pub fn get(&self, key: &str) -> Option<Spot<'a>> {
        let value = self.value.as_object()?.get(key)?;
        Some(Spot { value, at: format!("{}/{}", self.at, escape(key)) })
    }

    /// The value at the end of a path of keys.
    pub fn path(&self, keys: &[&str]) -> Option<Spot<'a>> {
        keys.iter().try_fold(self.clone(), |spot, key| spot.get(key))
    }

    /// The elements of this list; none when it is no list.
    pub fn elements(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        let at = self.at.clone();
        let list = self.value.as_array().map_or(&[][..], Vec::as_slice);
        list.iter().enumerate().map(move |(index, value)| Spot { value, at: format!("{at}/{index}") })
    }

    /// The elements of the list under `key`; none when there is no such list.
    pub fn items(&self, key: &str) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        self.get(key).into_iter().flat_map(|list| list.elements())
    }

    /// This value, when it is a text.
    pub fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The text under `key`.
    pub fn word(&self, key: &str) -> Option<&'a str> {
        self.value.as_object()?.get(key)?.as_str()
    }

    /// The text under `key`, as our own.
    pub fn own(&self, key: &str) -> Option<String> {
        self.word(key).map(str::to_owned)
    }

    /// The texts in the list under `key`.
    pub fn words(&self, key: &str) -> Vec<String> {
        self.items(key).filter_map(|item| item.text().map(str::to_owned)).collect()
    }

    /// Whether the object has `key`.
    pub fn has(&self, key: &str) -> bool {
        self.value.as_object().is_some_and(|map| map.contains_key(key))
    }
}

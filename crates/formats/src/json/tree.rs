//! A document as it is judged: like [`serde_json::Value`], at a third of the memory.
//!
//! An object of two properties costs `serde_json` some 700 bytes, because its map is made for many; here it is a sorted list
//! of exactly so many. Keys that come again are kept once. A document of a quarter of a million products needs 100 MB.

use serde_json::{Number, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// A value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Tree {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    String(Box<str>),
    /// A list.
    Array(Box<[Tree]>),
    /// An object.
    Object(Object),
}

/// Properties by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Object(Box<[(Arc<str>, Tree)]>);

impl Object {
    /// Of properties no two of which have the same name.
    pub(super) fn new(mut properties: Vec<(Arc<str>, Tree)>) -> Self {
        if !properties.is_sorted_by(|(left, _), (right, _)| left < right) {
            properties.sort_by(|(left, _), (right, _)| left.cmp(right));
        }
        Self(properties.into_boxed_slice())
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(key)).ok()
    }

    /// The value of a property.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.property(key).map(|(_, value)| value)
    }

    /// A property with its own name.
    pub fn property(&self, key: &str) -> Option<(&str, &Tree)> {
        self.0.get(self.place(key)?).map(|(key, value)| (&**key, value))
    }

    /// Whether there is such a property.
    pub fn contains_key(&self, key: &str) -> bool {
        self.place(key).is_some()
    }

    /// How many properties.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tree)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    /// The names, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| &**key)
    }
}

impl Tree {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The elements, if it is a list.
    pub fn as_array(&self) -> Option<&[Tree]> {
        if let Self::Array(list) = self { Some(list) } else { None }
    }

    /// The properties, if it is an object.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Number(number) = self { number.as_f64() } else { None }
    }

    /// The number, if it is a whole one and not negative.
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.as_u64() } else { None }
    }

    /// Whether it is `true` or `false`.
    pub fn is_boolean(&self) -> bool {
        matches!(self, Self::Bool(_))
    }

    /// The property `key`, if it is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        self.as_object()?.get(key)
    }

    /// What a JSON pointer (RFC 6901) points at.
    pub fn pointer(&self, pointer: &str) -> Option<&Tree> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |tree, step| match tree {
            Self::Object(object) if step.contains('~') => object.get(&step.replace("~1", "/").replace("~0", "~")),
            Self::Object(object) => object.get(step),
            Self::Array(list) => list.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }
}

/// Keys that come again are kept once, so many of them; a document of a format has some dozens.
const KEYS: usize = 10_000;

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        Self::grown(value, &mut HashSet::new())
    }
}

impl Tree {
    /// The depth of a document is bounded where it is read.
    fn grown(value: &Value, keys: &mut HashSet<Arc<str>>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::String(text.as_str().into()),
            Value::Array(list) => Self::Array(list.iter().map(|item| Self::grown(item, keys)).collect()),
            Value::Object(map) => {
                let properties = map.iter().map(|(key, value)| (once(keys, key), Self::grown(value, keys)));
                Self::Object(Object::new(properties.collect()))
            }
        }
    }
}

/// A key, kept once where it comes again.
pub(super) fn once(keys: &mut HashSet<Arc<str>>, key: &str) -> Arc<str> {
    if let Some(known) = keys.get(key) {
        return known.clone();
    }
    let new: Arc<str> = Arc::from(key);
    if keys.len() < KEYS {
        keys.insert(new.clone());
    }
    new
}

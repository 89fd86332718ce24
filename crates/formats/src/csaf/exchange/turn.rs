//! What becomes of a document between the two versions of CSAF, and small steps in its values.

use crate::csaf::{Edition, schema};
use crate::json::Tree;
use crate::shape;
use serde_json::{Map, Value};

/// A document of the other version, and what was lost or altered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Turn {
    /// The document.
    pub value: Value,
    /// What the other version cannot say: JSON pointers in the source, with a word where one helps.
    pub dropped: Vec<String>,
    /// What it says otherwise: JSON pointer and what became of it.
    pub changed: Vec<String>,
}

/// Rounds in which unknown properties are taken out; each finds 200.
const ROUNDS: usize = 100;

impl Turn {
    pub(super) fn changed(&mut self, pointer: &str, what: &str) {
        self.changed.push(format!("{pointer}: {what}"));
    }

    pub(super) fn dropped(&mut self, pointer: &str, what: &str) {
        self.dropped.push(format!("{pointer} {what}"));
    }

    /// Takes out what the schema of `edition` does not know. Places are those in the document as it has become.
    pub(super) fn strangers(&mut self, edition: Edition) {
        for _ in 0..ROUNDS {
            let faults = shape::check(schema::of(edition), &Tree::from(&self.value));
            let extra: Vec<_> = faults.into_iter().filter(|fault| fault.extra).map(|fault| fault.pointer).collect();
            if extra.is_empty() {
                return;
            }
            for pointer in extra {
                let Some((parent, key)) = pointer.rsplit_once('/') else { continue };
                if let Some(Value::Object(map)) = self.value.pointer_mut(parent) {
                    map.remove(&key.replace("~1", "/").replace("~0", "~"));
                }
                self.dropped(&pointer, &format!("(CSAF {} has no such property)", edition.as_str()));
            }
        }
    }
}

/// The elements of a list with their places; none when it is no list.
pub(super) fn each(list: Option<&mut Value>) -> impl Iterator<Item = (usize, &mut Value)> {
    list.and_then(Value::as_array_mut).into_iter().flatten().enumerate()
}

/// Takes a property out.
pub(super) fn take(value: &mut Value, key: &str) -> Option<Value> {
    value.as_object_mut()?.remove(key)
}

/// The properties of an object; what is none becomes an empty one.
pub(super) fn keys(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(map) => map,
        _ => unreachable!("it was just made an object"),
    }
}

//! What becomes of a document between the two versions of CSAF, and small steps in its values.

use crate::csaf::{Edition, schema};
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

impl Turn {
    pub(super) fn changed(&mut self, pointer: &str, what: &str) {
        self.changed.push(format!("{pointer}: {what}"));
    }

    pub(super) fn dropped(&mut self, pointer: &str, what: &str) {
        self.dropped.push(format!("{pointer} {what}"));
    }

    /// Takes out what the schema of `edition` does not know, and tells of each. Places are those in the document as it has
    /// become.
    pub(super) fn strangers(&mut self, edition: Edition) {
        for pointer in shape::strip(schema::of(edition), &mut self.value) {
            self.dropped(&pointer, &format!("(CSAF {} has no such property)", edition.as_str()));
        }
    }
}

/// The objects in a list with their places; none when it is no list. What is no object stays as it is.
pub(super) fn each(list: Option<&mut Value>) -> impl Iterator<Item = (usize, &mut Value)> {
    let list = list.and_then(Value::as_array_mut).into_iter().flatten().enumerate();
    list.filter(|(_, item)| item.is_object())
}

/// Takes a property out.
pub(super) fn take(value: &mut Value, key: &str) -> Option<Value> {
    value.as_object_mut()?.remove(key)
}

/// Takes a list out. What stands there and is none goes, too, since the other version has no such place, and is told.
pub(super) fn take_list(value: &mut Value, key: &str, at: &str, turn: &mut Turn) -> Option<Vec<Value>> {
    if let Value::Array(list) = take(value, key)? {
        return Some(list);
    }
    turn.dropped(&format!("{at}/{key}"), "(it is no list)");
    None
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

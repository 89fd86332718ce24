//! JSON:API: resources, their relationships, and what a document includes (jsonapi.org 1.0, sections 5.2 and 7).
//!
//! HackerOne writes related resources whole where they are related; Bugcrowd writes type and id there and the resource
//! into `included`. Both are read; where only an id is known, the reference is kept.

use super::fields::Fields;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Resources that stand beside the ones asked for.
pub(super) type Included = Arc<Beside>;

/// Values that are copied of them at most: a large one may be referred to over and over.
const COPIED: usize = 8_000_000;

#[derive(Debug, Default)]
pub(super) struct Beside {
    /// By type and id, with how many values each has.
    known: HashMap<(String, String), (Value, usize)>,
    left: AtomicUsize,
}

impl Beside {
    /// A copy; `None` where there is no such resource, or when too much was copied.
    fn copy(&self, key: &(String, String)) -> Option<Value> {
        let (value, size) = self.known.get(key)?;
        let spend = |left: usize| left.checked_sub(*size);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, spend).ok()?;
        Some(value.clone())
    }
}

/// How many values there are in one, itself included.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(size).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// One resource.
#[derive(Debug, Default)]
pub(super) struct Resource {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) attributes: Fields,
    pub(super) relationships: Fields,
    /// Where it can be asked for again.
    pub(super) link: Option<String>,
    /// Its fields other than those of JSON:API.
    pub(super) rest: Fields,
}

/// The included resources of a document.
pub(super) fn included(document: &mut Map<String, Value>) -> Included {
    let Some(Value::Array(list)) = document.remove("included") else { return Included::default() };
    let key = |value: &Value| Some((word(value, "type")?, word(value, "id")?));
    let sized = |value: Value| {
        let size = size(&value);
        Some((key(&value)?, (value, size)))
    };
    Arc::new(Beside { known: list.into_iter().filter_map(sized).collect(), left: AtomicUsize::new(COPIED) })
}

fn word(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Resource {
    /// Of an object with `id`, `type`, `attributes` and `relationships`.
    pub(super) fn of(value: Value) -> Self {
        let mut rest = Fields::of(value);
        let mut links = rest.object("links").unwrap_or_default();
        Self {
            kind: rest.text("type").unwrap_or_default(),
            id: rest.text("id").unwrap_or_default(),
            attributes: rest.object("attributes").unwrap_or_default(),
            relationships: rest.object("relationships").unwrap_or_default(),
            link: links.text("self"),
            rest,
        }
    }

    /// Takes the one resource of a relationship.
    pub(super) fn one(&mut self, name: &str, included: &Included) -> Option<Self> {
        self.many(name, included).into_iter().next()
    }

    /// Takes the resources of a relationship; those of which only type and id are known stay.
    pub(super) fn many(&mut self, name: &str, included: &Included) -> Vec<Self> {
        let Some(mut relation) = self.relationships.object(name) else { return Vec::new() };
        let linked = match relation.any("data") {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(one) => vec![one],
        };
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for value in linked {
            if value.get("attributes").is_some() {
                known.push(Self::of(value));
                continue;
            }
            let key = word(&value, "type").zip(word(&value, "id"));
            match key.and_then(|key| included.copy(&key)) {
                Some(whole) => known.push(Self::of(whole)),
                None => unknown.push(value),
            }
        }
        if !unknown.is_empty() {
            self.relationships.put(name, Value::Array(unknown));
        }
        known
    }

    /// Leaves what was not taken of it under `path`.
    pub(super) fn leave(self, path: &str, kept: &mut Map<String, Value>) {
        self.attributes.leave(path, kept);
        self.rest.leave(path, kept);
        let mut relations = self.relationships;
        relations.strip_links();
        relations.leave(path, kept);
    }

    /// The same of one of several, counted from 0: what one of them left is not written over by the next.
    pub(super) fn leave_one(self, path: &str, at: usize, kept: &mut Map<String, Value>) {
        let path = if at == 0 { path.to_owned() } else { format!("{path}.{}", at + 1) };
        self.leave(&path, kept);
    }
}

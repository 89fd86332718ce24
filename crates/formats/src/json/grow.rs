//! The two forms that a document is read into: [`Tree`] to be judged, [`Value`] for those who go on with `serde`.

use super::seed::{State, key as once};
use super::tree::{Object, Tree};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

/// A form of a document.
pub trait Grow: Sized {
    /// An object in the making.
    type Properties: Properties<Self>;
    /// Whether the document is written again: then its numbers are exact, and its objects, which are dear, are counted.
    const GOES_ON: bool;

    fn null() -> Self;
    fn flag(flag: bool) -> Self;
    fn number(number: Number) -> Self;
    fn text(text: &str) -> Self;
    fn list(list: Vec<Self>) -> Self;
    fn object(properties: Self::Properties) -> Self;
}

/// An object in the making. The last key is remembered, to see whether they stand in order.
pub trait Properties<V>: Default {
    fn has(&self, key: &str) -> bool;
    fn last(&self) -> Option<&str>;
    fn add(&mut self, key: Cow<str>, value: V, state: &RefCell<State>);
}

impl Grow for Value {
    type Properties = Mapped;
    const GOES_ON: bool = true;

    fn null() -> Self {
        Self::Null
    }

    fn flag(flag: bool) -> Self {
        Self::Bool(flag)
    }

    fn number(number: Number) -> Self {
        Self::Number(number)
    }

    fn text(text: &str) -> Self {
        text.into()
    }

    fn list(list: Vec<Self>) -> Self {
        Self::Array(list)
    }

    fn object(properties: Mapped) -> Self {
        Self::Object(properties.map)
    }
}

#[derive(Default)]
pub struct Mapped {
    map: Map<String, Value>,
    last: Option<String>,
}

impl Properties<Value> for Mapped {
    fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    fn add(&mut self, key: Cow<str>, value: Value, _: &RefCell<State>) {
        let key = key.into_owned();
        self.last = Some(key.clone());
        self.map.insert(key, value);
    }
}

impl Grow for Tree {
    type Properties = Listed;
    const GOES_ON: bool = false;

    fn null() -> Self {
        Self::Null
    }

    fn flag(flag: bool) -> Self {
        Self::Bool(flag)
    }

    fn number(number: Number) -> Self {
        Self::Number(number)
    }

    fn text(text: &str) -> Self {
        Self::String(text.into())
    }

    fn list(list: Vec<Self>) -> Self {
        Self::Array(list.into_boxed_slice())
    }

    fn object(properties: Listed) -> Self {
        Self::Object(Object::new(properties.list))
    }
}

/// So many keys are looked through one by one.
const FEW: usize = 24;

#[derive(Default)]
pub struct Listed {
    list: Vec<(Arc<str>, Tree)>,
    /// The keys, once they are many.
    keys: HashSet<Arc<str>>,
}

impl Properties<Tree> for Listed {
    fn has(&self, key: &str) -> bool {
        if self.keys.is_empty() { self.list.iter().any(|(own, _)| **own == *key) } else { self.keys.contains(key) }
    }

    fn last(&self) -> Option<&str> {
        self.list.last().map(|(key, _)| &**key)
    }

    fn add(&mut self, key: Cow<str>, value: Tree, state: &RefCell<State>) {
        let key = once(state, &key);
        if self.list.len() == FEW {
            self.keys.extend(self.list.iter().map(|(key, _)| key.clone()));
        }
        if self.list.len() >= FEW {
            self.keys.insert(key.clone());
        }
        self.list.push((key, value));
    }
}

//! The walk of `serde` through a document: builds the value, counts, and watches the keys.

use super::{Limits, spot};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::fmt;

/// What ends the walk, beside faults of syntax.
pub(super) enum Fault {
    Duplicate(String),
    Depth,
    Values,
}

/// What the whole walk shares.
pub(super) struct State {
    limits: Limits,
    values: usize,
    pub(super) unsorted: Option<String>,
    pub(super) fault: Option<Fault>,
}

impl State {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, values: 0, unsorted: None, fault: None }
    }
}

enum Step<'p> {
    Root,
    Key(&'p str),
    Item(usize),
}

/// Where the walk stands: kept on the stack, written out only when somebody asks.
struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Step<'p>,
    depth: usize,
}

impl Path<'_> {
    fn pointer(&self, out: &mut String) {
        if let Some(above) = self.above {
            above.pointer(out);
        }
        match self.step {
            Step::Root => {}
            Step::Key(key) => {
                out.push('/');
                out.push_str(&spot::escape(key));
            }
            Step::Item(index) => {
                out.push('/');
                out.push_str(&index.to_string());
            }
        }
    }

    fn key(&self, key: &str) -> String {
        let mut out = String::new();
        self.pointer(&mut out);
        out.push('/');
        out.push_str(&spot::escape(key));
        out
    }
}

/// One value to be read.
pub(super) struct Seed<'s, 'p> {
    state: &'s RefCell<State>,
    path: Path<'p>,
}

impl<'s> Seed<'s, '_> {
    pub(super) fn root(state: &'s RefCell<State>) -> Self {
        Self { state, path: Path { above: None, step: Step::Root, depth: 0 } }
    }

    fn fail<E: Error>(&self, fault: Fault) -> E {
        self.state.borrow_mut().fault = Some(fault);
        E::custom("refused")
    }

    fn count<E: Error>(&self) -> Result<(), E> {
        let over = {
            let mut state = self.state.borrow_mut();
            state.values += 1;
            state.values > state.limits.values
        };
        if over { Err(self.fail(Fault::Values)) } else { Ok(()) }
    }

    fn descend<E: Error>(&self) -> Result<(), E> {
        let deep = self.path.depth >= self.state.borrow().limits.depth;
        if deep { Err(self.fail(Fault::Depth)) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.count()?;
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.count()?;
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.count()?;
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.count()?;
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.count()?;
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.count()?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.count()?;
        self.descend()?;
        let mut list = Vec::new();
        loop {
            let path = Path { above: Some(&self.path), step: Step::Item(list.len()), depth: self.path.depth + 1 };
            match items.next_element_seed(Seed { state: self.state, path })? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.count()?;
        self.descend()?;
        let mut map = Map::new();
        let mut last: Option<String> = None;
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(self.fail(Fault::Duplicate(self.path.key(&key))));
            }
            if last.as_ref().is_some_and(|last| *last > key) && self.state.borrow().unsorted.is_none() {
                self.state.borrow_mut().unsorted = Some(self.path.key(&key));
            }
            let path = Path { above: Some(&self.path), step: Step::Key(&key), depth: self.path.depth + 1 };
            let value = entries.next_value_seed(Seed { state: self.state, path })?;
            last = Some(key.clone());
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

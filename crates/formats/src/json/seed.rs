//! The walk of `serde` through a document: builds the value, counts, and watches the keys.

use super::exact::{Numbers, nearest};
use super::grow::{Grow, Properties};
use super::{Limits, spot, tree};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// What ends the walk, beside faults of syntax.
pub(super) enum Fault {
    Duplicate(String),
    Depth,
    Values,
    Objects,
    /// A number that is another one once it was read.
    Number(String),
}

/// What the whole walk shares.
pub(super) struct State<'t> {
    limits: Limits,
    values: usize,
    objects: usize,
    numbers: Numbers<'t>,
    pub(super) unsorted: Option<String>,
    pub(super) fault: Option<Fault>,
    keys: HashSet<Arc<str>>,
}

impl<'t> State<'t> {
    pub(super) fn new(limits: Limits, text: &'t str) -> Self {
        let numbers = Numbers::new(text);
        Self { limits, values: 0, objects: 0, numbers, unsorted: None, fault: None, keys: HashSet::new() }
    }
}

/// A key, kept once where it comes again.
pub(super) fn key(state: &RefCell<State>, key: &str) -> Arc<str> {
    tree::once(&mut state.borrow_mut().keys, key)
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
pub(super) struct Seed<'s, 'p, 't, V> {
    state: &'s RefCell<State<'t>>,
    path: Path<'p>,
    grows: PhantomData<V>,
}

impl<'s, 'p, 't, V: Grow> Seed<'s, 'p, 't, V> {
    pub(super) fn root(state: &'s RefCell<State<'t>>) -> Self {
        Self::at(state, Path { above: None, step: Step::Root, depth: 0 })
    }

    fn at(state: &'s RefCell<State<'t>>, path: Path<'p>) -> Self {
        Self { state, path, grows: PhantomData }
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

    /// One more object that has properties.
    fn object<E: Error>(&self) -> Result<(), E> {
        let over = {
            let mut state = self.state.borrow_mut();
            state.objects += 1;
            state.objects > state.limits.objects
        };
        if V::GOES_ON && over { Err(self.fail(Fault::Objects)) } else { Ok(()) }
    }

    fn descend<E: Error>(&self) -> Result<(), E> {
        let deep = self.path.depth >= self.state.borrow().limits.depth;
        if deep { Err(self.fail(Fault::Depth)) } else { Ok(()) }
    }
}

impl<'de, V: Grow> DeserializeSeed<'de> for Seed<'_, '_, '_, V> {
    type Value = V;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<V, D::Error> {
        reader.deserialize_any(self)
    }
}

/// A key as it stands in the text: borrowed where it has no escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = std::borrow::Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = std::borrow::Cow<'de, str>;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(key.into())
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(key.to_owned().into())
    }
}

impl<'de, V: Grow> Visitor<'de> for Seed<'_, '_, '_, V> {
    type Value = V;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<V, E> {
        self.count()?;
        Ok(V::null())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V, E> {
        self.count()?;
        Ok(V::flag(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V, E> {
        self.count()?;
        self.state.borrow_mut().numbers.pass();
        Ok(V::number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V, E> {
        self.count()?;
        self.state.borrow_mut().numbers.pass();
        Ok(V::number(value.into()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<V, E> {
        self.count()?;
        let text = self.state.borrow_mut().numbers.text();
        match nearest(text) {
            (Some(number), exact) if exact || !V::GOES_ON => Ok(V::number(number)),
            _ => Err(self.fail(Fault::Number(text.chars().take(40).collect()))),
        }
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V, E> {
        self.count()?;
        Ok(V::text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<V, A::Error> {
        self.count()?;
        self.descend()?;
        let mut list = Vec::new();
        loop {
            let path = Path { above: Some(&self.path), step: Step::Item(list.len()), depth: self.path.depth + 1 };
            match items.next_element_seed(Seed::<V>::at(self.state, path))? {
                Some(value) => list.push(value),
                None => return Ok(V::list(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<V, A::Error> {
        self.count()?;
        self.descend()?;
        let mut map = V::Properties::default();
        while let Some(key) = entries.next_key_seed(Key)? {
            if map.has(&key) {
                return Err(self.fail(Fault::Duplicate(self.path.key(&key))));
            }
            if map.last().is_some_and(|last| *last > *key) && self.state.borrow().unsorted.is_none() {
                self.state.borrow_mut().unsorted = Some(self.path.key(&key));
            }
            if map.last().is_none() {
                self.object()?;
            }
            let path = Path { above: Some(&self.path), step: Step::Key(&key), depth: self.path.depth + 1 };
            let value = entries.next_value_seed(Seed::<V>::at(self.state, path))?;
            map.add(key, value, self.state);
        }
        Ok(V::object(map))
    }
}

//! A value and where it stands.

use super::Tree;
use std::fmt;
use std::rc::Rc;

/// A value inside a document, with its JSON pointer (RFC 6901) for the finding that may come of it.
#[derive(Debug, Clone)]
pub struct Spot<'a> {
    /// The value.
    pub value: &'a Tree,
    /// Where it stands.
    pub at: At<'a>,
}

/// A place in a document; shown, it is a JSON pointer, empty for the whole. Places below one another share what is above
/// them: the pointer is only written out for a finding.
#[derive(Debug, Clone, Default)]
pub struct At<'a>(Option<Rc<Node<'a>>>);

#[derive(Debug)]
struct Node<'a> {
    above: At<'a>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Item(usize),
}

impl<'a> At<'a> {
    fn below(&self, step: Step<'a>) -> Self {
        Self(Some(Rc::new(Node { above: self.clone(), step })))
    }

    /// The first step that is a name, and the one after it.
    pub fn head(&self) -> [Option<&'a str>; 2] {
        let Some(node) = &self.0 else { return [None, None] };
        let [first, second] = node.above.head();
        let own = if let Step::Key(key) = node.step { Some(key) } else { None };
        match (first, second) {
            (None, _) => [own, None],
            (Some(_), None) => [first, own],
            _ => [first, second],
        }
    }
}

impl fmt::Display for At<'_> {
    /// Documents are not deep.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(node) = &self.0 else { return Ok(()) };
        node.above.fmt(out)?;
        match node.step {
            Step::Key(key) => write!(out, "/{}", escape(key)),
            Step::Item(index) => write!(out, "/{index}"),
        }
    }
}

/// One step of a JSON pointer: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape(key: &str) -> String {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1") } else { key.to_owned() }
}

impl<'a> Spot<'a> {
    /// The whole document.
    pub fn root(value: &'a Tree) -> Self {
        Self { value, at: At::default() }
    }

    /// The property `key` of an object.
    pub fn get(&self, key: &str) -> Option<Spot<'a>> {
        let (key, value) = self.value.as_object()?.property(key)?;
        Some(Spot { value, at: self.at.below(Step::Key(key)) })
    }

    /// The value at the end of a path of keys.
    pub fn path(&self, keys: &[&str]) -> Option<Spot<'a>> {
        keys.iter().try_fold(self.clone(), |spot, key| spot.get(key))
    }

    /// The elements of this list; none when it is no list.
    pub fn elements(&self) -> impl Iterator<Item = Spot<'a>> + use<'a> {
        let at = self.at.clone();
        let list = self.value.as_array().unwrap_or_default();
        list.iter().enumerate().map(move |(index, value)| Spot { value, at: at.below(Step::Item(index)) })
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
        self.value.get(key)?.as_str()
    }

    /// The text under `key`, as our own.
    pub fn own(&self, key: &str) -> Option<String> {
        self.word(key).map(str::to_owned)
    }

    /// The texts in the list under `key`.
    pub fn words(&self, key: &str) -> Vec<String> {
        let list = self.value.get(key).and_then(Tree::as_array).unwrap_or_default();
        list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// Whether the object has `key`.
    pub fn has(&self, key: &str) -> bool {
        self.value.as_object().is_some_and(|map| map.contains_key(key))
    }
}

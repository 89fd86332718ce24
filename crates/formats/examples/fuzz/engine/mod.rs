//! What `fuzz` does with one reader: inputs are changed at random, read, and held against what must be so.
//!
//! There is no instrumentation: what a reader answers (which findings, which error) stands for the way that it took, and
//! an input with a new answer joins the corpus. Shared by the example and, in a short form, by the test suite.

pub mod advisories;
pub mod bytes;
pub mod chance;
pub mod lists;
pub mod readers;
pub mod reports;
pub mod small;
pub mod tree;

use chance::Chance;
use readers::Reader;
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Inputs are no longer than this.
pub const MOST: usize = 128 * 1024;
/// Inputs that joined the corpus, at most.
const JOINED: usize = 4096;

/// What a reader said, without the words that come from the input; `Err` for what must never be.
pub type Answer = Result<String, String>;

/// Files to begin with, and what was found on the way.
pub struct Corpus {
    files: Vec<(Vec<u8>, Option<Value>)>,
    seen: HashSet<u64>,
    room: usize,
}

impl Corpus {
    pub fn new(files: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let files = files.into_iter().filter(|bytes| bytes.len() <= MOST).map(with_tree);
        let mut files: Vec<_> = files.collect();
        if files.is_empty() {
            files.push((Vec::new(), None));
        }
        let room = files.len() + JOINED;
        Self { files, seen: HashSet::new(), room }
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The next input.
    pub fn next(&self, reader: &Reader, chance: &mut Chance) -> Vec<u8> {
        let (Some((bytes, tree)), Some((other, other_tree))) = (chance.pick(&self.files), chance.pick(&self.files))
        else {
            return Vec::new();
        };
        let times = 1 + chance.below(4);
        if let (Some(tree), false) = (tree, chance.once_in(3)) {
            let mut tree = tree.clone();
            let other = other_tree.as_ref().unwrap_or(&Value::Null);
            (0..times).for_each(|_| tree::change(&mut tree, other, chance));
            let mut bytes = tree::write(&tree, chance);
            bytes.truncate(MOST);
            return bytes;
        }
        let mut bytes = bytes.clone();
        for _ in 0..times {
            if reader.rows && chance.once_in(4) {
                lists::change(&mut bytes, chance);
            } else {
                bytes::change(&mut bytes, other, chance, MOST);
            }
        }
        bytes
    }

    /// Keeps an input whose answer is new.
    pub fn learn(&mut self, bytes: Vec<u8>, answer: &str) {
        let mut hash = DefaultHasher::new();
        answer.hash(&mut hash);
        if self.files.len() < self.room && self.seen.insert(hash.finish()) {
            self.files.push(with_tree(bytes));
        }
    }
}

/// A small document is changed as a tree, too.
fn with_tree(bytes: Vec<u8>) -> (Vec<u8>, Option<Value>) {
    let tree = (bytes.len() < MOST / 2).then(|| serde_json::from_slice::<Value>(&bytes).ok()).flatten();
    let tree = tree.filter(|tree| tree.is_object() || tree.is_array());
    (bytes, tree)
}

/// An error without what it quotes: digits, and words in quotes.
pub fn blunt(message: &str) -> String {
    let mut quoted = false;
    let mut out = String::new();
    for c in message.chars().take(200) {
        if c == '"' {
            quoted = !quoted;
        } else if !quoted && !c.is_numeric() {
            out.push(c);
        }
    }
    out
}

/// Whether two things are the same that must be.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, left: &T, right: &T) -> Result<(), String> {
    if left == right {
        return Ok(());
    }
    let short = |value: &T| format!("{value:?}").chars().take(600).collect::<String>();
    Err(format!("{what}:\n  {}\n  {}", short(left), short(right)))
}

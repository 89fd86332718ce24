//! What a person typed, as terms to look up.

use super::document::Term;
use super::words::{distinct, edge_of, words};
use seal::DataKey;
use std::collections::BTreeMap;

/// Terms of one query; what comes later is not looked up.
const MOST: usize = 24;

/// Which documents a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Match {
    /// Those with all words; of an identifier the pieces count, the whole only ranks higher.
    #[default]
    All,
    /// Those with any word.
    Any,
}

/// A parsed query: words, identifiers, and beginnings of words written `begin*`.
///
/// A beginning of fewer than three characters counts as a word; of a longer one than eight, the first
/// eight count.
#[derive(Debug, Clone)]
pub struct Query {
    /// Folded words and beginnings (true), and whether a document must have them.
    clauses: BTreeMap<(String, bool), bool>,
}

impl Query {
    /// Reads a query text. Nothing is an error; a text without words finds nothing.
    pub fn parse(text: &str, matching: Match) -> Self {
        let mut clauses: BTreeMap<(String, bool), bool> = BTreeMap::new();
        for token in text.split_whitespace() {
            let beginning = token.strip_suffix('*').and_then(begins);
            let found = match beginning {
                Some((before, edge)) => distinct(&before)
                    .into_iter()
                    .map(|w| ((w.text, false), !w.whole))
                    .chain([((edge, true), true)])
                    .collect::<Vec<_>>(),
                None => distinct(token).into_iter().map(|w| ((w.text, false), !w.whole)).collect(),
            };
            for (clause, required) in found {
                if clauses.len() < MOST || clauses.contains_key(&clause) {
                    *clauses.entry(clause).or_default() |= required && matching == Match::All;
                }
            }
        }
        Self { clauses }
    }

    /// True when there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Keyed terms and whether a document must have them.
    pub(super) fn terms(&self, index: &DataKey) -> Vec<(Term, bool)> {
        let term = |(text, edge): &(String, bool)| {
            if *edge { Term::edge(index, text) } else { Term::word(index, text) }
        };
        self.clauses.iter().map(|(clause, required)| (term(clause), *required)).collect()
    }
}

/// The finished pieces before the last joint and the beginning after it: `src/par*` → `src`, `par`.
fn begins(token: &str) -> Option<(String, String)> {
    let last = token.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| {
        at + token[at..].chars().next().map_or(0, char::len_utf8)
    });
    let (before, rest) = token.split_at(last);
    let edge = edge_of(rest)?;
    // The pieces before count each for itself: their whole goes on in what is not yet typed.
    let before: Vec<String> = words(before).into_iter().filter(|w| !w.whole).map(|w| w.text).collect();
    Some((before.join(" "), edge))
}

#[cfg(test)]
mod tests {
    use super::{Match, Query};

    fn of(text: &str) -> Vec<(String, bool, bool)> {
        let query = Query::parse(text, Match::All);
        query.clauses.into_iter().map(|((text, edge), must)| (text, edge, must)).collect()
    }

    fn row(text: &str, edge: bool, must: bool) -> (String, bool, bool) {
        (text.to_owned(), edge, must)
    }

    #[test]
    fn wholes_are_not_required() {
        let expected = [row("header", false, true), row("parse", false, true), row("parse_header", false, false)];
        assert_eq!(of("parse_header"), expected);
    }

    #[test]
    fn beginnings() {
        assert_eq!(of("Authentication*"), [row("authenti", true, true)]);
        assert_eq!(of("src/pars*"), [row("pars", true, true), row("src", false, true)]);
        assert_eq!(of("ab*"), [row("ab", false, true)]);
        assert!(of("* ** -").is_empty());
    }
}

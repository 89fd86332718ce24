//! What a person typed, as terms to look up.

use super::document::Term;
use super::words::{edge_of, is_joint, is_letter, words};
use seal::DataKey;
use std::collections::BTreeMap;
use std::fmt;

/// Terms of one query; what comes later is not looked up.
const MOST: usize = 24;

/// Which documents a query finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Match {
    /// Those with all words; of an identifier its pieces, the whole only ranks a case higher.
    #[default]
    All,
    /// Those with any word.
    Any,
}

/// A parsed query: words, identifiers, and beginnings of words written `begin*`.
///
/// A beginning of fewer than three characters counts as a word; of a longer one than eight, the first
/// eight count.
#[derive(Clone)]
pub struct Query {
    /// Folded words and beginnings (true), and whether a document must have them.
    clauses: BTreeMap<(String, bool), bool>,
}

impl Query {
    /// Reads a query text. Nothing is an error; a text without words finds nothing.
    pub fn parse(text: &str, matching: Match) -> Self {
        let mut clauses: BTreeMap<(String, bool), bool> = BTreeMap::new();
        for token in text.split_whitespace() {
            let (text, edge) = token.strip_suffix('*').and_then(begins).unwrap_or((token, None));
            let found =
                words(text).into_iter().map(|w| ((w.text, false), w.piece)).chain(edge.map(|e| ((e, true), true)));
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

impl fmt::Debug for Query {
    /// Not the words: they are what people wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({} words)", self.clauses.len())
    }
}

/// The finished pieces of a token without its `*`, and its beginning: `src/par` → `src/`, `par`. Where
/// the last piece is too short to look up, the whole identifier is begun: `cve-20` → `cve-`, `cve-20`.
fn begins(token: &str) -> Option<(&str, Option<String>)> {
    let after = |stop: &dyn Fn(char) -> bool| {
        token.char_indices().rfind(|(_, c)| stop(*c)).map_or(0, |(at, c)| at + c.len_utf8())
    };
    let (before, rest) = token.split_at(after(&|c| !is_letter(c)));
    let whole = &token[after(&|c| !is_letter(c) && !is_joint(c))..];
    let edge = edge_of(rest).or_else(|| edge_of(whole.trim_start_matches(is_joint)))?;
    Some((before, Some(edge)))
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
        assert_eq!(of("cve-20*"), [row("cve", false, true), row("cve-20", true, true)]);
        assert_eq!(of("fn(\"heap*"), [row("fn", false, true), row("heap", true, true)]);
        assert!(of("* ** - (*").is_empty());
    }
}

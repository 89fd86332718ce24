//! What a source states and what was written of it does not.

use super::facts::{Fact, NOTE_KIND};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Bytes that are searched at most for statements that do not stand alone.
const SEARCHED: usize = 4_000_000_000;

/// Names of ids: which of them an id has depends on the format.
const IDS: [&str; 4] = ["id", "alias", "CVE", "id of a vulnerability"];
/// Where the words about a withdrawal may stand.
const REASONS: [&str; 3] = ["withdrawn", "reason of the withdrawal", "note"];

/// Which statements another document does not make.
pub(super) fn missing(said: BTreeSet<Fact>, again: &BTreeSet<Fact>) -> Vec<String> {
    let there = There::of(again);
    let mut left = SEARCHED;
    let lost: Vec<Fact> =
        said.into_iter().filter(|fact| !again.contains(fact) && !there.has(fact, &mut left)).collect();
    // What is gone as a whole is told once.
    let whole: HashSet<String> = lost.iter().filter(|f| f.about.is_none()).map(|f| f.text.clone()).collect();
    let apart = lost.iter().filter(|fact| fact.about.as_ref().is_none_or(|about| !whole.contains(about)));
    apart.map(Fact::line).collect()
}

/// What another document says, in the forms that are looked for.
struct There<'a> {
    ids: HashSet<&'a str>,
    /// Texts of several paragraphs, by label, and by what is said about them: another text may be one of theirs.
    joined: HashMap<(&'a str, &'a str), Vec<&'a str>>,
}

impl<'a> There<'a> {
    fn of(facts: &'a BTreeSet<Fact>) -> Self {
        let ids = facts.iter().filter(|fact| IDS.contains(&fact.label)).map(|fact| fact.text.as_str());
        let mut joined: HashMap<_, Vec<&str>> = HashMap::new();
        for fact in facts {
            let (word, text) =
                fact.about.as_deref().map_or(("", fact.text.as_str()), |about| (fact.text.as_str(), about));
            if text.contains("\n\n") {
                joined.entry((fact.label, word)).or_default().push(text);
            }
        }
        Self { ids: ids.collect(), joined }
    }

    fn has(&self, fact: &Fact, left: &mut usize) -> bool {
        if IDS.contains(&fact.label) && self.ids.contains(fact.text.as_str()) {
            return true;
        }
        let (word, text) = fact.about.as_deref().map_or(("", fact.text.as_str()), |about| (fact.text.as_str(), about));
        let own = [fact.label];
        let labels = if REASONS.contains(&fact.label) && fact.about.is_none() { &REASONS[..] } else { &own[..] };
        let texts = labels.iter().filter_map(|label| self.joined.get(&(*label, word))).flatten();
        for joined in texts {
            let Some(less) = left.checked_sub(joined.len()) else { return false };
            *left = less;
            if is_part(joined, text) || (fact.label == "withdrawn" && joined.contains(text)) {
                return true;
            }
        }
        false
    }
}

/// Whether a text is one or several whole paragraphs of another.
fn is_part(joined: &str, text: &str) -> bool {
    joined.match_indices(text).any(|(at, _)| {
        let (before, after) = (joined.get(..at).unwrap_or_default(), joined.get(at + text.len()..).unwrap_or_default());
        (before.is_empty() || before.ends_with("\n\n")) && (after.is_empty() || after.starts_with("\n\n"))
    })
}

/// Which statements a text for people does not show, whatever marks it carries. Most are a line, an element or what
/// follows a label; the rest is searched for, as long as that takes no more than seconds.
pub(super) fn absent(said: BTreeSet<Fact>, text: &str) -> Vec<String> {
    let lines: HashSet<String> = text.lines().flat_map(pieces).map(squeezed).collect();
    let whole = squeezed(text);
    let (mut left, mut unsearched, mut absent) = (SEARCHED, 0_usize, Vec::new());
    for fact in said.into_iter().filter(|fact| fact.label != NOTE_KIND) {
        let wanted = squeezed(&fact.text);
        if lines.contains(&wanted) {
            continue;
        }
        if left < whole.len() {
            unsearched += 1;
            continue;
        }
        left -= whole.len();
        if !whole.contains(&wanted) {
            absent.push(fact.line());
        }
    }
    if unsearched > 0 {
        absent.push(format!("{unsearched} statements more were not looked for: the document is too large"));
    }
    absent
}

/// A line, what follows its label, and what stands in its element.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let labelled = line.split_once("**: ").map(|(_, text)| text);
    let inner = line.split_once('>').and_then(|(_, text)| text.rsplit_once('<')).map(|(text, _)| text);
    [Some(line), labelled, inner].into_iter().flatten()
}

/// Letters and digits alone: what a text for people shows, however it is marked up.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

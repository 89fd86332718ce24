//! From text to words: what is written down in the index and what a query asks for.
//!
//! Text is brought to NFKC and folded (`Straße` = `STRASSE`). A run of letters, digits and the joints
//! `_ . - / : @` gives its pieces, the camelCase parts of each piece and, when it has several pieces and
//! fits, the whole, and so each name in a path and each version in a name (`lib/ssl-1.1.1`: `ssl-1.1.1`, `1.1.1`).
//! Scripts without spaces give pairs of characters.

use unicode_normalization::UnicodeNormalization;

/// Grows when the same text gives other words: every case is then indexed again. Before it was kept, `1.1.1` was none.
pub const WORDS_VERSION: u32 = 2;

/// Shortest word, in characters.
const SHORTEST: usize = 2;
/// Longest word, in characters; a longer piece counts by its first 40.
const LONGEST: usize = 40;
/// Shortest and longest edge n-gram, in characters.
const EDGE: std::ops::RangeInclusive<usize> = 3..=8;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded text, 2 to 40 characters.
    pub text: String,
    /// A piece between joints, which a query must find, or the least whole around one that is too short to be
    /// a word. Parts of camelCase (`JavaScript` is also written `javascript`) and other whole identifiers only
    /// rank a case higher.
    pub piece: bool,
}

/// The words of a text in order, with repetitions.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut run: Vec<char> = Vec::new();
    for c in text.nfkc() {
        if is_letter(c) || is_joint(c) {
            run.push(c);
        } else {
            take_run(&run, &mut found);
            run.clear();
        }
    }
    take_run(&run, &mut found);
    found
}

/// The edge n-grams of a folded word: its first 3, 4 … 8 characters.
pub(super) fn edges(word: &str) -> impl Iterator<Item = &str> {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.enumerate().filter(|(n, _)| EDGE.contains(&(n + 1))).map(|(_, end)| &word[..end])
}

/// What `text*` looks up: its first eight characters, folded. `None` when it is too short for that.
pub(super) fn edge_of(text: &str) -> Option<String> {
    let folded: String = text.nfkc().flat_map(fold).take(*EDGE.end()).collect();
    (folded.chars().count() >= *EDGE.start()).then_some(folded)
}

/// Joints from the weakest to the strongest: a path holds names, a name holds versions.
const JOINTS: [&[char]; 3] = [&['/', ':', '@'], &['-', '_'], &['.']];

fn take_run(run: &[char], found: &mut Vec<Word>) {
    take_group(run, &JOINTS, found);
}

/// What stands between these joints, then the whole of it. Gives whether something in it was too short to be a word:
/// then the least whole around it is a word that a query must find, `7` in `REP-7` and `1.1` alike.
fn take_group(run: &[char], joints: &[&[char]], found: &mut Vec<Word>) -> bool {
    let Some(first) = run.iter().position(|c| !is_joint(*c)) else { return false };
    let last = run.iter().rposition(|c| !is_joint(*c)).unwrap_or(first);
    let run = &run[first..=last];
    let Some((these, inner)) = joints.split_first() else { return take_piece(run, found) };
    if !run.iter().any(|c| these.contains(c)) {
        return take_group(run, inner, found);
    }
    let mut short = false;
    for part in run.split(|c| these.contains(c)) {
        short |= take_group(part, inner, found);
    }
    let text: String = run.iter().copied().flat_map(fold).collect();
    if text.chars().count() > LONGEST {
        return short;
    }
    found.push(Word { text, piece: short });
    false
}

/// A piece without joints: pairs where the script has no spaces, else camelCase parts and the piece. Gives whether a
/// part of it was too short.
fn take_piece(piece: &[char], found: &mut Vec<Word>) -> bool {
    let mut short = false;
    for part in piece.chunk_by(|a, b| is_spaceless(*a) == is_spaceless(*b)) {
        if part.first().copied().is_some_and(is_spaceless) {
            short |= part.len() < SHORTEST;
            for pair in part.windows(2) {
                push(pair, true, found);
            }
            continue;
        }
        let parts = camel_parts(part);
        if parts.len() > 1 {
            for sub in parts {
                push(sub, false, found);
            }
        }
        short |= !push(part, true, found);
    }
    short
}

/// Whether it is long enough to be a word.
fn push(chars: &[char], piece: bool, found: &mut Vec<Word>) -> bool {
    let text: String = chars.iter().copied().flat_map(fold).take(LONGEST).collect();
    let long = text.chars().count() >= SHORTEST;
    if long {
        found.push(Word { text, piece });
    }
    long
}

/// `parseHTTPHeader` → `parse`, `HTTP`, `Header`.
fn camel_parts(piece: &[char]) -> Vec<&[char]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 1..piece.len() {
        let (before, here) = (piece[at - 1], piece[at]);
        let hump = here.is_uppercase() && !before.is_uppercase();
        let after_capitals =
            before.is_uppercase() && here.is_uppercase() && piece.get(at + 1).is_some_and(|c| c.is_lowercase());
        if hump || after_capitals {
            parts.push(&piece[start..at]);
            start = at;
        }
    }
    parts.push(&piece[start..]);
    parts
}

/// Full case folding, near enough: up, then down (`ß` → `ss`, `ς` → `σ`).
fn fold(c: char) -> impl Iterator<Item = char> {
    c.to_uppercase().flat_map(char::to_lowercase)
}

pub(super) fn is_joint(c: char) -> bool {
    matches!(c, '_' | '.' | '-' | '/' | ':' | '@')
}

/// Letters, digits, and marks that stay apart after composition, such as vowels of Indic scripts.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn is_spaceless(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF | 0x0E00..=0x0E7F)
}

#[cfg(test)]
mod tests {
    use super::{edge_of, edges, words};

    fn of(text: &str) -> Vec<String> {
        words(text).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn identifiers_give_parts_and_whole() {
        assert_eq!(of("parse_header"), ["parse", "header", "parse_header"]);
        assert_eq!(of("CVE-2024-1234."), ["cve", "2024", "1234", "cve-2024-1234"]);
        assert_eq!(of("parseHTTPHeader"), ["parse", "http", "header", "parsehttpheader"]);
        assert_eq!(of("src/net/url.c"), ["src", "net", "url", "url.c", "src/net/url.c"]);
        let wholes = ["lib", "ssl", "1.1.1", "ssl-1.1.1", "lib/ssl-1.1.1"];
        assert_eq!(of("lib/ssl-1.1.1"), wholes);
    }

    #[test]
    fn what_is_too_short_counts_with_what_is_around_it() {
        let must = |text: &str| -> Vec<String> {
            words(text).into_iter().filter(|word| word.piece).map(|word| word.text).collect()
        };
        assert_eq!(must("REP-7"), ["rep", "rep-7"]);
        assert_eq!(must("REP-12"), ["rep", "12"]);
        assert_eq!(must("openssl 1.1.1"), ["openssl", "1.1.1"]);
        assert_eq!(must("3.0.14"), ["14", "3.0.14"]);
        assert_eq!(must("gateway/3.0.14-beta"), ["gateway", "14", "3.0.14", "beta"]);
        assert_eq!(must("I/O"), ["i/o"]);
        assert!(must("C").is_empty());
    }

    #[test]
    fn case_and_form_do_not_matter() {
        assert_eq!(of("Straße ﬁx Ｆｕｌｌ ΣΊΣΥΦΟΣ"), of("STRASSE fix full σίσυφος"));
        assert_eq!(of("e\u{301}t\u{e9}"), of("ÉTÉ"));
    }

    #[test]
    fn lengths_are_bounded() {
        assert!(of("a . - !").is_empty());
        let hash = "0123456789abcdef".repeat(4);
        assert_eq!(of(&hash), [hash[..40].to_owned()]);
        assert!(of(&"x/".repeat(50_000)).is_empty());
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(of("漏洞报告"), ["漏洞", "洞报", "报告"]);
    }

    #[test]
    fn edges_are_by_character() {
        assert_eq!(edges("überlauf").collect::<Vec<_>>(), ["übe", "über", "überl", "überla", "überlau", "überlauf"]);
        assert_eq!(edges("ab").count(), 0);
        assert_eq!(edge_of("AuthentiCation").as_deref(), Some("authenti"));
        assert_eq!(edge_of("ab"), None);
    }
}

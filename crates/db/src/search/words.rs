//! From text to words: what is written down in the index and what a query asks for.
//!
//! Text is brought to NFKC and folded (`Straße` = `STRASSE`). A run of letters, digits and the joints
//! `_ . - / : @` gives its pieces, the camelCase parts of each piece and, when it has several pieces and
//! fits, the whole. Scripts without spaces give pairs of characters.

use unicode_normalization::UnicodeNormalization;

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
    /// A piece between joints, which a query must find. Parts of camelCase (`JavaScript` is also
    /// written `javascript`) and whole identifiers only rank a case higher.
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

fn take_run(run: &[char], found: &mut Vec<Word>) {
    let Some(first) = run.iter().position(|c| !is_joint(*c)) else { return };
    let last = run.iter().rposition(|c| !is_joint(*c)).unwrap_or(first);
    let run = &run[first..=last];
    let before = found.len();
    for piece in run.split(|c| is_joint(*c)) {
        take_piece(piece, found);
    }
    if found.len() > before && run.iter().any(|c| is_joint(*c)) {
        let text: String = run.iter().copied().flat_map(fold).collect();
        if text.chars().count() <= LONGEST {
            found.push(Word { text, piece: false });
        }
    }
}

/// A piece without joints: pairs where the script has no spaces, else camelCase parts and the piece.
fn take_piece(piece: &[char], found: &mut Vec<Word>) {
    for part in piece.chunk_by(|a, b| is_spaceless(*a) == is_spaceless(*b)) {
        if part.first().copied().is_some_and(is_spaceless) {
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
        push(part, true, found);
    }
}

fn push(chars: &[char], piece: bool, found: &mut Vec<Word>) {
    let text: String = chars.iter().copied().flat_map(fold).take(LONGEST).collect();
    if text.chars().count() >= SHORTEST {
        found.push(Word { text, piece });
    }
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
        assert_eq!(of("src/net/url.c"), ["src", "net", "url", "src/net/url.c"]);
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

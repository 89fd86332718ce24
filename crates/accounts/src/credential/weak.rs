//! Passwords that are guessed first: those of breached lists, and those made of the words around us.
//!
//! The list is in the binary (44,000 breached passwords of twelve letters and more, `tools/common-passwords.py`), so
//! that no password and no hash of one is ever sent anywhere to be judged.

use sha2::{Digest, Sha256};

/// First bytes of the hashes of common passwords, sorted.
static COMMON: &[u8] = include_bytes!("common.bin");
/// Bytes of one hash.
const PLACE: usize = 5;
/// Bound into each hash, so that the list is of use for nothing else.
const TAG: &[u8] = b"leeward common password v1\0";
/// Words that say nothing here, because everybody thinks of them at this desk (docs/security-rules.md lists them).
pub const CONTEXT_WORDS: &[&str] =
    &["leeward", "security", "disclosure", "bounty", "triage", "report", "admin", "owner", "password"];
/// A word of a name or address counts from this length on.
const WORD_MIN: usize = 4;
/// Letters that must be left when the words of the context are taken out.
const LEFT_MIN: usize = 8;
/// Different letters that a password must have.
const DIFFERENT_MIN: usize = 5;

/// The words that a password must not rest on: ours, the organisation's, the person's.
#[derive(Debug, Clone, Default)]
pub struct Context(Vec<String>);

impl Context {
    /// The words of these texts (names, addresses), beside those of the product.
    pub fn of(texts: &[&str]) -> Self {
        let lower = texts.iter().map(|text| text.to_lowercase());
        let mut words: Vec<String> = lower
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>())
            .filter(|word| word.chars().count() >= WORD_MIN)
            .chain(CONTEXT_WORDS.iter().map(|word| (*word).to_owned()))
            .collect();
        // The longest first, so that one word does not break another in two.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self(words)
    }
}

/// Why a password is refused though it is long enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weakness {
    /// It is on the list of common and breached ones.
    Common,
    /// Hardly anything is left without the words around us.
    OfContext,
    /// A few letters over and over.
    Monotonous,
}

/// What makes this password one of the first guesses, if anything does.
pub(super) fn weakness(typed: &str, context: &Context) -> Option<Weakness> {
    let mut lower = typed.to_lowercase();
    let mut letters: Vec<char> = lower.chars().filter(|c| !c.is_whitespace()).collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < DIFFERENT_MIN {
        return Some(Weakness::Monotonous);
    }
    if is_common(&lower) {
        return Some(Weakness::Common);
    }
    for word in &context.0 {
        lower = lower.replace(word.as_str(), " ");
    }
    let left = lower.chars().filter(|c| !c.is_whitespace()).count();
    (left < LEFT_MIN).then_some(Weakness::OfContext)
}

fn is_common(lower: &str) -> bool {
    let digest = Sha256::new().chain_update(TAG).chain_update(lower).finalize();
    let (places, _) = COMMON.as_chunks::<PLACE>();
    places.binary_search_by(|place| place.as_slice().cmp(&digest[..PLACE])).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Context, PLACE, Weakness, is_common, weakness};

    #[test]
    fn breached_passwords_of_our_length_are_known() {
        assert_eq!(COMMON.len() % PLACE, 0);
        let (places, _) = COMMON.as_chunks::<PLACE>();
        assert!(places.len() >= 40_000 && places.is_sorted(), "{}", places.len());
        let none = Context::default();
        for common in ["123qweasdzxc", "1qaz2wsx3edc", "q1w2e3r4t5y6", "Qwerty123456", "FINALFANTASY", "123456123456"] {
            assert_eq!(weakness(common, &none), Some(Weakness::Common), "{common}");
        }
        for good in ["a harbour in the lee", "correct horse battery", "пароль-слово", ""] {
            assert!(!is_common(good), "{good}");
        }
    }

    #[test]
    fn words_around_us_are_taken_out_before_letters_are_counted() {
        let context = Context::of(&["Acme Trust GmbH", "Ines Okafor", "ines@acme.example"]);
        for near in [
            "Leeward-2026!",
            "AcmeSecurity1",
            "ines.okafor.1",
            "Acme Trust GmbH 26",
            "ownerowner1234",
            "example-acme-ines",
        ] {
            assert_eq!(weakness(near, &context), Some(Weakness::OfContext), "{near}");
        }
        assert_eq!(weakness("ines walks to the quay", &context), None, "a phrase may hold such a word");
        assert_eq!(weakness("Acme Trust GmbH 26", &Context::of(&[])), None, "somebody else's words are only words");
    }

    #[test]
    fn few_letters_over_and_over_are_no_password() {
        for dull in ["aaaaaaaaaaaa", "abababababab", "1 2 1 2 1 2 1 2 1 2"] {
            assert_eq!(weakness(dull, &Context::default()), Some(Weakness::Monotonous), "{dull}");
        }
    }
}

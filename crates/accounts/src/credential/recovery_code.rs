//! Codes for the day the authenticator is lost: ten, shown once, each good for one sign-in.

use db::Keyring;
use domain::{Ambient, PersonId};
use seal::label;

/// How many there are.
pub(crate) const CODES: usize = 10;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 120 bits: enough that a keyed hash of them needs no slow function (ASVS 6.5.2 asks for 112).
const LETTERS: usize = 24;
/// Codes that were drawn before were shorter. They still work.
const LETTERS_BEFORE: usize = 16;

/// New codes as people read them: `7C1E-4KQ9-R2VM-X80D-A90F-3TNH`.
pub(crate) fn draw(ambient: &Ambient) -> Vec<String> {
    (0..CODES)
        .map(|_| {
            let bytes: [u8; LETTERS] = ambient.bytes();
            let letters: Vec<char> = bytes.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect();
            letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
        })
        .collect()
}

/// Keyed hash of a code of this person; `None` for a text that is no code. Any case, spaces and
/// dashes anywhere, `I` and `L` for 1, `O` for 0.
pub(crate) fn place(keys: &Keyring, person: PersonId, typed: &str) -> Option<[u8; 32]> {
    let mut letters = Vec::with_capacity(LETTERS);
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let letter = match c.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            other => other,
        };
        letters.push(u8::try_from(letter).ok().filter(|l| ALPHABET.contains(l))?);
        if letters.len() > LETTERS {
            return None;
        }
    }
    let whole = [LETTERS, LETTERS_BEFORE].contains(&letters.len());
    whole.then(|| keys.token().hmac(label::RECOVERY_CODE, &[person.uuid().as_bytes(), &letters]))
}

#[cfg(test)]
mod tests {
    use super::{CODES, draw};
    use domain::Ambient;
    use std::collections::BTreeSet;

    #[test]
    fn codes_carry_120_bits() {
        let codes = draw(&Ambient::fixed(1));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), CODES);
        for code in codes {
            assert_eq!(code.bytes().filter(|b| super::ALPHABET.contains(b)).count() * 5, 120, "{code}");
        }
    }
}

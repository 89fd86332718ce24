//! How a token is written: `lwd_`, 32 random bytes in base 32, and a checksum, so that scanners for
//! leaked secrets recognise one without asking us, and a cut-off token is refused without a look-up.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

const PREFIX: &str = "lwd_";
const SUM: usize = 5;
const LETTERS: usize = 52 + 8;

pub(super) fn write(bytes: &[u8; 32]) -> String {
    let body = BASE32_NOPAD.encode(bytes) + &BASE32_NOPAD.encode(&sum(bytes));
    format!("{PREFIX}{}", body.to_ascii_lowercase())
}

pub(super) fn read(text: &str) -> Option<[u8; 32]> {
    let body = text.strip_prefix(PREFIX).filter(|body| body.len() == LETTERS && body.is_ascii())?;
    let upper = body.to_ascii_uppercase();
    let (secret, tail) = upper.split_at(52);
    let bytes: [u8; 32] = BASE32_NOPAD.decode(secret.as_bytes()).ok()?.try_into().ok()?;
    let given = BASE32_NOPAD.decode(tail.as_bytes()).ok()?;
    (given == sum(&bytes)).then_some(bytes)
}

/// Whether a text contains what looks like one of our tokens: for refusing it in messages.
pub fn looks_like_token(text: &str) -> bool {
    text.match_indices(PREFIX)
        .any(|(at, _)| text.get(at..at + PREFIX.len() + LETTERS).is_some_and(|t| read(t).is_some()))
}

fn sum(bytes: &[u8; 32]) -> [u8; SUM] {
    let digest = Sha256::new().chain_update(b"leeward token v1").chain_update(bytes).finalize();
    let mut out = [0; SUM];
    out.copy_from_slice(&digest[..SUM]);
    out
}

#[cfg(test)]
mod tests {
    use super::{looks_like_token, read, write};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn comes_back_and_bears_no_change(bytes: [u8; 32], at in 4_usize..64, letter in "[a-z2-7]") {
            let text = write(&bytes);
            prop_assert_eq!(text.len(), 64);
            prop_assert_eq!(read(&text), Some(bytes));
            let in_text = format!("Authorization: Bearer {text}.");
            prop_assert!(looks_like_token(&in_text));
            let mut changed = text.clone();
            changed.replace_range(at..=at, &letter);
            if changed != text { prop_assert_ne!(read(&changed), Some(bytes)); }
            prop_assert_eq!(read(&text[..at]), None);
        }

        #[test]
        fn never_panics(text in "(lwd_)?\\PC{0,70}") {
            let _ = (read(&text), looks_like_token(&text));
        }
    }
}

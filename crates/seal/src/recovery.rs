//! Recovery words: the way back when the master key is lost.
//!
//! At set-up the owner writes down 24 words (BIP39, English list, 256 bits and a checksum). An X25519 key
//! pair is derived from them; the store keeps only the public key and the master key sealed to it, so a
//! rotated master key is sealed again without the words. Words and master key both lost is total loss.
//!
//! Sealed form, 89 bytes: version (1) || fingerprint of the master key (8) || ephemeral public key (32) ||
//! sealed master key (32 + 16). Key and nonce come from HKDF-SHA-256 of the shared secret, salted with both
//! public keys, and serve this one box only.

use bip39::{Language, Mnemonic};
use domain::Random;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::primitive::{self, KEY_LEN, NONCE_LEN, TAG_LEN};
use crate::{MasterId, MasterKey, SealError};

/// How many words there are.
pub const WORDS: usize = 24;
/// Length of a master key sealed for recovery, in bytes.
pub const SEALED_MASTER_LEN: usize = HEAD + KEY_LEN + TAG_LEN;

const VERSION: u8 = 1;
const HEAD: usize = 1 + 8 + 32;

/// The 24 words. Wiped when dropped, never printed by `Debug`.
pub struct RecoveryWords(Mnemonic);

impl RecoveryWords {
    /// Draws new words.
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "256 bits are a length BIP39 knows")]
    pub fn generate(random: &dyn Random) -> RecoveryWords {
        let entropy = primitive::draw::<32>(random);
        RecoveryWords(Mnemonic::from_entropy_in(Language::English, entropy.as_slice()).expect("256 bits of entropy"))
    }

    /// Reads words as people type them: upper or lower case, any space, numbers and punctuation between.
    pub fn parse(text: &str) -> Result<RecoveryWords, SealError> {
        let lower = Zeroizing::new(text.to_lowercase());
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        if words.len() != WORDS {
            return Err(SealError::WordCount(words.len()));
        }
        let text = Zeroizing::new(words.join(" "));
        Mnemonic::parse_in_normalized(Language::English, &text).map(RecoveryWords).map_err(|error| match error {
            bip39::Error::UnknownWord(index) => SealError::UnknownWord(index + 1),
            _ => SealError::WordChecksum,
        })
    }

    /// The words in order, to be shown once.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.0.words()
    }

    /// The public key that belongs to the words; this is what the store keeps.
    pub fn public(&self) -> RecoveryPublic {
        RecoveryPublic(PublicKey::from(&self.secret()).to_bytes())
    }

    /// The words hold 256 bits of entropy, so BIP39's slow derivation of a seed would add nothing: HKDF.
    fn secret(&self) -> StaticSecret {
        let (entropy, len) = self.0.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        StaticSecret::from(*primitive::hkdf_sha256::<32>(b"leeward recovery v1", &entropy[..len], b"x25519 secret"))
    }
}

impl Drop for RecoveryWords {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl std::fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryWords(..)")
    }
}

/// The X25519 public key of the recovery words, 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoveryPublic(pub [u8; 32]);

/// Seals the master key so that only the words can open it. [`SealError::RecoveryKey`] when the public key
/// is a point of low order, which no words give.
pub fn seal_master(public: &RecoveryPublic, master: &MasterKey, random: &dyn Random) -> Result<Vec<u8>, SealError> {
    let ephemeral = StaticSecret::from(*primitive::draw::<32>(random));
    let own = PublicKey::from(&ephemeral).to_bytes();
    let keys = agree(&ephemeral, public.0, &own, &public.0)?;
    let mut out = Vec::with_capacity(SEALED_MASTER_LEN);
    out.push(VERSION);
    out.extend_from_slice(&master.id().0);
    out.extend_from_slice(&own);
    let head = out.clone();
    out.extend_from_slice(master.bytes());
    primitive::encrypt_tail(&keys.key, keys.nonce, &head, &mut out, HEAD);
    Ok(out)
}

/// Opens the sealed master key with the words.
pub fn open_master(words: &RecoveryWords, sealed: &[u8]) -> Result<MasterKey, SealError> {
    sealed_master_id(sealed)?;
    let (head, body) = sealed.split_at(HEAD);
    let theirs: &[u8; 32] = head.last_chunk().ok_or(SealError::Format("sealed master key"))?;
    let keys = agree(&words.secret(), *theirs, theirs, &words.public().0)?;
    let plain = primitive::decrypt(&keys.key, keys.nonce, head, body)?;
    MasterKey::from_slice(&plain).ok_or(SealError::Format("sealed master key"))
}

/// Which master key is in these bytes.
pub fn sealed_master_id(sealed: &[u8]) -> Result<MasterId, SealError> {
    match sealed {
        [VERSION, rest @ ..] if sealed.len() == SEALED_MASTER_LEN => {
            rest.first_chunk().map(|id| MasterId(*id)).ok_or(SealError::Format("sealed master key"))
        }
        [VERSION, ..] => Err(SealError::Format("length of a sealed master key")),
        _ => Err(SealError::Format("version of a sealed master key")),
    }
}

struct BoxKeys {
    key: Zeroizing<[u8; KEY_LEN]>,
    nonce: [u8; NONCE_LEN],
}

fn agree(
    secret: &StaticSecret,
    other: [u8; 32],
    ephemeral: &[u8; 32],
    recipient: &[u8; 32],
) -> Result<BoxKeys, SealError> {
    let shared = secret.diffie_hellman(&PublicKey::from(other));
    if !shared.was_contributory() {
        return Err(SealError::RecoveryKey);
    }
    let salt = [*ephemeral, *recipient].concat();
    let okm = primitive::hkdf_sha256::<{ KEY_LEN + NONCE_LEN }>(&salt, shared.as_bytes(), b"leeward recovery box v1");
    let mut keys = BoxKeys { key: Zeroizing::new([0; KEY_LEN]), nonce: [0; NONCE_LEN] };
    keys.key.copy_from_slice(&okm[..KEY_LEN]);
    keys.nonce.copy_from_slice(&okm[KEY_LEN..]);
    Ok(keys)
}

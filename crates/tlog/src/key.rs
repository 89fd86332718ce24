//! Keys of a log: one Ed25519 pair for each epoch, named by the origin (C2SP `signed-note`).
//!
//! The secret is 32 random bytes the caller draws and keeps sealed. It is wiped from memory when
//! the key is dropped. Signatures are checked with the strict rule (no small-order keys, canonical
//! encodings only), so one signature has one spelling.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64;
use ed25519_dalek::{Signature, SignatureError, Signer as _, SigningKey as Secret, VerifyingKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Origin;

/// Type byte of Ed25519 in key ids and verifier keys (C2SP `signed-note`).
const ED25519: u8 = 1;

/// Longest verifier key text we read.
const MAX_VKEY_BYTES: usize = 512;

/// Short name of a key: first four bytes of SHA-256(name, newline, type, public key). Not a proof
/// of anything, only a way to find the key. Shown as eight lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyId(pub u32);

/// Why a text is no verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not `<name>+<8 hex digits>+<base64>`, or not in the one spelling we write.
    #[error("a verifier key is written <name>+<8 hex digits>+<base64>")]
    Format,
    /// A signature type other than Ed25519 (type 1).
    #[error("only Ed25519 keys (type 1) are supported")]
    Algorithm,
    /// The id does not belong to name and key: the text was damaged or edited.
    #[error("the key id does not match the name and the key")]
    Id,
    /// The 32 bytes are no usable Ed25519 public key.
    #[error("not a usable Ed25519 public key")]
    Point,
    /// Not eight lower-case hexadecimal digits.
    #[error("a key id is eight lower-case hexadecimal digits")]
    IdText,
}

/// The public half, with the name it signs under. `Display` and `FromStr` are the vkey text.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: VerifyingKey,
}

/// The secret half; signs for exactly one origin.
pub struct SigningKey {
    verifier: VerifierKey,
    origin: Origin,
    secret: Secret,
}

impl SigningKey {
    /// Makes the key of an origin from 32 bytes of a cryptographic random source.
    pub fn from_seed(origin: Origin, seed: &[u8; 32]) -> Self {
        let secret = Secret::from_bytes(seed);
        let verifier = VerifierKey::new(origin.to_string(), secret.verifying_key());
        Self { verifier, origin, secret }
    }

    /// The 32 secret bytes, to be sealed for storage.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.secret.to_bytes())
    }

    /// The origin this key signs for.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Short name of the key.
    pub fn id(&self) -> KeyId {
        self.verifier.id
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifier)
    }
}

impl signed_note::Signer for SigningKey {
    fn name(&self) -> &str {
        &self.verifier.name
    }

    fn key_id(&self) -> u32 {
        self.verifier.id.0
    }

    fn sign(&self, msg: &[u8]) -> Result<Vec<u8>, SignatureError> {
        Ok(self.secret.try_sign(msg)?.to_vec())
    }
}

impl VerifierKey {
    fn new(name: String, key: VerifyingKey) -> Self {
        let id = KeyId(signed_note::key_id(&name, &tagged(&key)));
        Self { name, id, key }
    }

    /// The name: the origin of the log, or the name of a witness.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Short name of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The 32 public bytes.
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }
}

fn tagged(key: &VerifyingKey) -> Vec<u8> {
    let mut bytes = vec![ED25519];
    bytes.extend(key.as_bytes());
    bytes
}

impl signed_note::Verifier for VerifierKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id.0
    }

    fn verify(&self, msg: &[u8], sig: &[u8]) -> bool {
        Signature::from_slice(sig).is_ok_and(|sig| self.key.verify_strict(msg, &sig).is_ok())
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, self.id, BASE64.encode(&tagged(&self.key)))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_VKEY_BYTES {
            return Err(KeyError::Format);
        }
        let (name, rest) = text.split_once('+').ok_or(KeyError::Format)?;
        let (id, key) = rest.split_once('+').ok_or(KeyError::Format)?;
        let id: KeyId = id.parse().map_err(|_| KeyError::Format)?;
        let tagged = BASE64.decode(key.as_bytes()).map_err(|_| KeyError::Format)?;
        let (algorithm, key) = tagged.split_first().ok_or(KeyError::Format)?;
        if !signed_note::is_key_name_valid(name) || name.chars().any(char::is_control) {
            return Err(KeyError::Format);
        }
        if *algorithm != ED25519 {
            return Err(KeyError::Algorithm);
        }
        if signed_note::key_id(name, &tagged) != id.0 {
            return Err(KeyError::Id);
        }
        let bytes = key.try_into().map_err(|_| KeyError::Point)?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Point)?;
        if key.is_weak() {
            return Err(KeyError::Point);
        }
        Ok(Self { name: name.to_owned(), id, key })
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl TryFrom<String> for KeyId {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<KeyId> for String {
    fn from(id: KeyId) -> Self {
        id.to_string()
    }
}

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let id = u32::from_str_radix(text, 16).map(KeyId).map_err(|_| KeyError::IdText)?;
        if id.to_string() == text { Ok(id) } else { Err(KeyError::IdText) }
    }
}

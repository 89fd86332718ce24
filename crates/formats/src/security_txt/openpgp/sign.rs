//! Signing a file by a secret key.

use super::component::{Component, Packet, components};
use super::keys::{KeyError, Keys};
use super::verify::{Standing, verify};
use crate::security_txt::finding::{Finding, Severity};
use crate::security_txt::line::Line;
use crate::security_txt::lint::{Context, lint};
use crate::security_txt::read::{Limits, ReadError, read};
use pgp::composed::{ArmorOptions, CleartextSignedMessage, Deserializable, SignedPublicKey, SignedSecretKey};
use pgp::packet::{SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{KeyDetails, KeyVersion, Password, SigningKey, Timestamp};

const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The file is too large.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is signed.
    #[error("the file is signed already; take the old signature off first")]
    AlreadySigned,
    /// It is not valid.
    #[error("{}", .0.first().map_or("the file is not valid", |finding| &finding.message))]
    Findings(Vec<Finding>),
    /// The key has no part that may sign now.
    #[error("no part of this key may sign now: it has expired, is revoked, or is not made for signing")]
    NoSigningKey,
    /// The password is wrong or missing, or the secret is not in the file.
    #[error("the key cannot be used ({0}); is the password right, and the secret key in the file?")]
    Locked(String),
    /// The result was not good when it was verified.
    #[error("the signature did not verify when it was made ({0}); nothing was written")]
    Unsound(&'static str),
}

/// A secret key.
#[derive(Debug)]
pub struct Signer {
    secret: SignedSecretKey,
    public: SignedPublicKey,
}

impl Signer {
    /// Reads a key as it is exported, in armour or not.
    pub fn read(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() > MAX_BYTES {
            return Err(KeyError::TooLarge);
        }
        let wrong = |e: pgp::errors::Error| KeyError::NotAKey("secret", e.to_string(), "export-secret-keys");
        let (mut found, _) = SignedSecretKey::from_reader_many(bytes).map_err(wrong)?;
        let secret = found.next().ok_or(KeyError::Empty("secret", "export-secret-keys"))?.map_err(wrong)?;
        let public = secret.to_public_key();
        Ok(Self { secret, public })
    }

    /// The fingerprint, in capital hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        format!("{:X}", self.public.fingerprint())
    }

    /// Signs a file in which the lint finds no error, and verifies the result. `salt` goes into signatures of version 6
    /// and must be random; other signatures have none.
    pub fn sign(&self, bytes: &[u8], password: &str, salt: &[u8; 32], context: &Context) -> Result<String, SignError> {
        let file = read(bytes, Limits::default())?;
        if file.frame.is_some() {
            return Err(SignError::AlreadySigned);
        }
        let errors: Vec<_> = lint(&file, context).of(Severity::Error).cloned().collect();
        if !errors.is_empty() {
            return Err(SignError::Findings(errors));
        }
        // Signatures cover no white space at the ends of lines, and not the end of the last line.
        let lines: Vec<_> = file.lines.iter().map(Line::text).collect();
        let text = lines.join("\n");
        let password = Password::from(password);
        let signed = self.message(text.trim_end_matches('\n'), &password, salt, context)?;
        let file = read(signed.as_bytes(), Limits::default())?;
        let verified = verify(&file, &Keys::of(self.public.clone()), context.now);
        match verified.ok().and_then(|checked| checked.first().map(|one| one.standing)) {
            Some(Standing::Good) => Ok(signed),
            other => Err(SignError::Unsound(other.map_or("unreadable", Standing::as_str))),
        }
    }

    fn message(&self, text: &str, password: &Password, salt: &[u8], context: &Context) -> Result<String, SignError> {
        let now = context.now.seconds();
        let usable = |c: &&Component| c.signs && !c.revoked && c.expires.is_none_or(|end| end > now);
        let all = components(&self.public);
        let chosen = all.iter().filter(usable).max_by_key(|c| (matches!(c.packet, Packet::Sub(_)), c.born()));
        let chosen = chosen.ok_or(SignError::NoSigningKey)?;
        let signed = match chosen.packet {
            Packet::Primary(_) => by(&self.secret.primary_key, text, password, salt, now),
            Packet::Sub(key) => {
                let own = self.secret.secret_subkeys.iter().find(|sub| sub.key.fingerprint() == key.fingerprint());
                by(&own.ok_or(SignError::NoSigningKey)?.key, text, password, salt, now)
            }
        };
        signed.map_err(|e| SignError::Locked(e.to_string()))
    }
}

fn by(key: &impl SigningKey, text: &str, password: &Password, salt: &[u8], now: i64) -> pgp::errors::Result<String> {
    let hash = key.hash_alg();
    let mut config = if key.version() == KeyVersion::V6 {
        let salt = salt.get(..hash.salt_len().unwrap_or_default()).unwrap_or(salt);
        SignatureConfig::v6_with_salt(SignatureType::Text, key.algorithm(), hash, salt.to_vec())
    } else {
        SignatureConfig::v4(SignatureType::Text, key.algorithm(), hash)
    };
    let at = Timestamp::from_secs(u32::try_from(now).unwrap_or_default());
    config.hashed_subpackets = vec![
        Subpacket::regular(SubpacketData::SignatureCreationTime(at))?,
        Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?,
    ];
    if key.version() == KeyVersion::V4 {
        config.unhashed_subpackets = vec![Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id()))?];
    }
    CleartextSignedMessage::new(text, config, key, password)?.to_armored_string(ArmorOptions::default())
}

//! The keys inside a key: its primary key and its subkeys, each with what its valid self-signatures say.

use super::{created, hashed};
use pgp::composed::{SignedPublicKey, SignedPublicSubKey};
use pgp::packet::{PublicKey, PublicSubkey, Signature, SignatureType, SubpacketData};
use pgp::types::{KeyDetails, Tag};

/// Subkeys and self-signatures of one key that are looked at; real keys have fewer, and others' certifications, of which
/// there can be thousands, say nothing here.
const MAX_SUBKEYS: usize = 64;
const MAX_SIGNATURES: usize = 512;

/// A key packet.
#[derive(Debug, Clone, Copy)]
pub(super) enum Packet<'k> {
    Primary(&'k PublicKey),
    Sub(&'k PublicSubkey),
}

/// One key packet and what its owner said of it.
#[derive(Debug, Clone)]
pub(super) struct Component<'k> {
    pub packet: Packet<'k>,
    /// The fingerprint of the whole key, in capitals.
    pub owner: String,
    /// It is bound to the primary key and may sign.
    pub signs: bool,
    /// It or the primary key is revoked.
    pub revoked: bool,
    /// Seconds since 1970 at which it or the primary key expires.
    pub expires: Option<i64>,
}

impl Component<'_> {
    /// Whether a signature says that this key made it; one that says nothing could be anybody's.
    pub fn is_issuer_of(&self, signature: &Signature) -> bool {
        let (fingerprints, ids) = (signature.issuer_fingerprint(), signature.issuer_key_id());
        let (own, id) = match self.packet {
            Packet::Primary(key) => (key.fingerprint(), key.legacy_key_id()),
            Packet::Sub(key) => (key.fingerprint(), key.legacy_key_id()),
        };
        (fingerprints.is_empty() && ids.is_empty())
            || fingerprints.into_iter().any(|known| *known == own)
            || ids.into_iter().any(|known| *known == id)
    }

    /// Whether it made the signature over these bytes.
    pub fn made(&self, signature: &Signature, data: &[u8]) -> bool {
        match self.packet {
            Packet::Primary(key) => signature.verify(key, data).is_ok(),
            Packet::Sub(key) => signature.verify(key, data).is_ok(),
        }
    }

    /// Seconds since 1970 at which the key packet was made.
    pub fn born(&self) -> u32 {
        match self.packet {
            Packet::Primary(key) => key.created_at().as_secs(),
            Packet::Sub(key) => key.created_at().as_secs(),
        }
    }
}

/// The primary key first. Without one valid self-signature nothing is known of a key and nothing of it signs.
pub(super) fn components(key: &SignedPublicKey) -> Vec<Component<'_>> {
    let primary = &key.primary_key;
    let said = newest(own_signatures(key));
    let known = said.is_some();
    let revoked = key.details.revocation_signatures.iter().take(MAX_SIGNATURES).any(|s| s.verify_key(primary).is_ok());
    let expires = said.and_then(|said| expiry(primary.created_at().as_secs(), said));
    let owner = format!("{:X}", primary.fingerprint());
    let mut all = vec![Component {
        packet: Packet::Primary(primary),
        owner: owner.clone(),
        signs: said.is_some_and(may_sign),
        revoked,
        expires,
    }];
    for sub in key.public_subkeys.iter().take(MAX_SUBKEYS) {
        let (bindings, revocations) = bound(primary, sub);
        let said = newest(bindings.into_iter());
        let own = said.and_then(|said| expiry(sub.key.created_at().as_secs(), said));
        all.push(Component {
            packet: Packet::Sub(&sub.key),
            owner: owner.clone(),
            signs: known && said.is_some_and(|said| may_sign(said) && signed_back(primary, sub, said)),
            revoked: revoked || revocations,
            expires: own.into_iter().chain(expires).min(),
        });
    }
    all
}

/// Self-signatures over the key and its user ids that verify.
fn own_signatures(key: &SignedPublicKey) -> impl Iterator<Item = &Signature> {
    let primary = &key.primary_key;
    let direct = key.details.direct_signatures.iter().filter(|s| s.typ() == Some(SignatureType::Key));
    let direct = direct.take(MAX_SIGNATURES).filter(|s| s.verify_key(primary).is_ok());
    let own = |s: &&Signature| s.is_certification() && s.typ() != Some(SignatureType::CertRevocation);
    let users = key.details.users.iter().flat_map(move |user| {
        let signatures = user.signatures.iter().filter(own);
        signatures.map(move |signature| (user, signature))
    });
    let valid = move |(user, s): &(&pgp::types::SignedUser, &Signature)| {
        s.verify_certification(primary, Tag::UserId, &user.id).is_ok()
    };
    direct.chain(users.take(MAX_SIGNATURES).filter(valid).map(|(_, signature)| signature))
}

/// The valid bindings of a subkey, and whether a valid revocation is among its signatures.
fn bound<'k>(primary: &PublicKey, sub: &'k SignedPublicSubKey) -> (Vec<&'k Signature>, bool) {
    let signatures = sub.signatures.iter().take(MAX_SIGNATURES);
    let valid: Vec<_> = signatures.filter(|s| s.verify_subkey_binding(primary, &sub.key).is_ok()).collect();
    let revoked = valid.iter().any(|s| s.typ() == Some(SignatureType::SubkeyRevocation));
    (valid.into_iter().filter(|s| s.typ() == Some(SignatureType::SubkeyBinding)).collect(), revoked)
}

/// A subkey that signs has to agree to belong to its key (RFC 9580 section 10.1.5), or somebody else's could be claimed.
fn signed_back(primary: &PublicKey, sub: &SignedPublicSubKey, binding: &Signature) -> bool {
    binding.embedded_signature().is_some_and(|back| back.verify_primary_key_binding(&sub.key, primary).is_ok())
}

fn newest<'k>(signatures: impl Iterator<Item = &'k Signature>) -> Option<&'k Signature> {
    signatures.max_by_key(|signature| created(signature))
}

fn expiry(born: u32, said: &Signature) -> Option<i64> {
    hashed(said, |data| match data {
        SubpacketData::KeyExpirationTime(span) if span.as_secs() > 0 => {
            Some(i64::from(born) + i64::from(span.as_secs()))
        }
        _ => None,
    })
}

/// Keys of before the flags may sign.
fn may_sign(said: &Signature) -> bool {
    hashed(said, |data| match data {
        SubpacketData::KeyFlags(flags) => Some(flags.sign()),
        _ => None,
    })
    .unwrap_or(true)
}

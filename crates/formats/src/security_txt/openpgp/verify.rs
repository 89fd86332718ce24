//! Whether a file is signed by one of the keys that count.

use super::component::Component;
use super::keys::Keys;
use super::{created, hashed};
use crate::security_txt::armour::{ArmourFault, dearmour};
use crate::security_txt::line::{File, Kind, Part};
use crate::security_txt::lint::Now;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{Packet, PacketParser, Signature, SignatureType, SubpacketData};

/// Signatures of one file that are looked at.
const MAX_SIGNATURES: usize = 16;
/// Clocks differ by so many seconds.
const SKEW: i64 = 600;

/// What is to be said of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// One of the keys made it over this text, and nothing speaks against the key.
    Good,
    /// None of the keys is the one that it names.
    UnknownKey,
    /// It names one of the keys and is not over this text.
    Bad,
    /// The text is what was signed, but the key has expired since or had expired before.
    KeyExpired,
    /// The text is what was signed, but the key's owner revoked the key.
    KeyRevoked,
    /// The text is what was signed, but the signature has an end, which is past.
    SignatureExpired,
    /// It was made after the present moment.
    FromFuture,
    /// The text is what was signed, but by a hash that can be forged (MD5, SHA-1, RIPEMD-160).
    WeakHash,
    /// A key made it that its owner did not make for signing.
    NotForSigning,
    /// An algorithm, version or part that is not known here.
    Unsupported,
}

impl Standing {
    /// One word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::UnknownKey => "unknown-key",
            Self::Bad => "bad",
            Self::KeyExpired => "key-expired",
            Self::KeyRevoked => "key-revoked",
            Self::SignatureExpired => "signature-expired",
            Self::FromFuture => "from-future",
            Self::WeakHash => "weak-hash",
            Self::NotForSigning => "not-for-signing",
            Self::Unsupported => "unsupported",
        }
    }

    /// What it means, for people.
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Good => "good: the text is what the owner of this key signed",
            Self::UnknownKey => "made by a key that was not given, so nobody can say whether it is good",
            Self::Bad => "BAD: the text is not what was signed; somebody changed it",
            Self::KeyExpired => "right, but by a key that has expired; ask the owner for the present key",
            Self::KeyRevoked => "right, but by a key that its owner revoked; do not trust it",
            Self::SignatureExpired => "right, but made for a time that is past",
            Self::FromFuture => "made after the present moment; one of the clocks is wrong",
            Self::WeakHash => "made by a hash that can be forged; do not trust it",
            Self::NotForSigning => "made by a key that is not meant for signing; do not trust it",
            Self::Unsupported => "of a kind that is not known here",
        }
    }
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What is to be said of it.
    pub standing: Standing,
    /// The fingerprint or id of the key that it names, in capital hexadecimal digits.
    pub issuer: Option<String>,
    /// The fingerprint of the given key that made it, where one did.
    pub key: Option<String>,
    /// Seconds since 1970.
    pub created: Option<i64>,
}

/// Why there is nothing to verify. Lines begin with 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not a signed file.
    #[error("the file is not signed")]
    NotSigned,
    /// The frame is not whole.
    #[error("line {line}: the signature cannot be read: {fault}")]
    Armour {
        /// Where.
        line: usize,
        /// What.
        fault: ArmourFault,
    },
    /// Text that the signature does not cover.
    #[error("line {line}: this line is outside of the signed text; somebody may have added it")]
    Outside {
        /// Where.
        line: usize,
    },
    /// The armour holds something else, or too much.
    #[error("the signature cannot be read: {0}")]
    Packets(String),
}

/// Verifies every signature of a file. A file is well signed where one of them is [`Standing::Good`].
pub fn verify(file: &File, keys: &Keys, now: Now) -> Result<Vec<Checked>, VerifyError> {
    let frame = file.frame.ok_or(VerifyError::NotSigned)?;
    let outside = |part| matches!(part, Part::Plain | Part::After);
    let beside = file.lines.iter().position(|line| outside(line.part) && line.kind() != Kind::Blank);
    if let Some(at) = beside {
        return Err(VerifyError::Outside { line: at + 1 });
    }
    let begin = frame.signature.unwrap_or(frame.begin);
    let lines: Vec<_> = file.armour().collect();
    let bytes = dearmour(lines.iter().map(AsRef::as_ref))
        .map_err(|fault| VerifyError::Armour { line: begin + fault.line(), fault })?;
    let blank = VerifyError::Armour { line: frame.begin, fault: ArmourFault::Blank { line: 0 } };
    let text = file.signed_text().filter(|_| frame.blank.is_some()).ok_or(blank)?;
    let components = keys.components();
    let mut checked = Vec::new();
    for packet in PacketParser::new(&bytes[..]) {
        if checked.len() == MAX_SIGNATURES {
            return Err(VerifyError::Packets(format!("more than {MAX_SIGNATURES} signatures")));
        }
        match packet {
            Ok(Packet::Signature(signature)) => checked.push(judge(&signature, &text, &components, now)),
            Ok(_) => return Err(VerifyError::Packets("the armour holds something that is no signature".into())),
            Err(e) => return Err(VerifyError::Packets(e.to_string())),
        }
    }
    Ok(checked)
}

fn judge(signature: &Signature, text: &[u8], components: &[Component], now: Now) -> Checked {
    let fingerprint = signature.issuer_fingerprint().first().map(|fingerprint| format!("{fingerprint:X}"));
    let issuer = fingerprint.or_else(|| signature.issuer_key_id().first().map(|id| id.to_string().to_uppercase()));
    let mut checked =
        Checked { standing: Standing::Unsupported, issuer, key: None, created: created(signature).map(i64::from) };
    // A cleartext signature is one over text; old programs say "binary" and mean the same bytes.
    if !matches!(signature.typ(), Some(SignatureType::Text | SignatureType::Binary)) || critical(signature) {
        return checked;
    }
    let mut candidates = components.iter().filter(|component| component.is_issuer_of(signature)).peekable();
    if candidates.peek().is_none() {
        checked.standing = Standing::UnknownKey;
        return checked;
    }
    match candidates.find(|component| component.made(signature, text)) {
        Some(component) => {
            checked.key = Some(component.owner.clone());
            checked.standing = standing(signature, component, now);
        }
        None => checked.standing = Standing::Bad,
    }
    checked
}

/// A part that must be understood and is not (RFC 9580 section 5.2.3.7).
fn critical(signature: &Signature) -> bool {
    let strange = |data: &SubpacketData| {
        matches!(data, SubpacketData::Other(..) | SubpacketData::Experimental(..) | SubpacketData::Notation(_))
    };
    signature
        .config()
        .is_none_or(|config| config.hashed_subpackets().any(|packet| packet.is_critical && strange(&packet.data)))
}

fn standing(signature: &Signature, key: &Component, now: Now) -> Standing {
    let weak = matches!(
        signature.hash_alg(),
        None | Some(HashAlgorithm::None | HashAlgorithm::Md5 | HashAlgorithm::Sha1 | HashAlgorithm::Ripemd160)
    );
    let now = now.seconds();
    let Some(made) = created(signature).map(i64::from) else { return Standing::Unsupported };
    let end = hashed(signature, |data| match data {
        SubpacketData::SignatureExpirationTime(span) if span.as_secs() > 0 => Some(made + i64::from(span.as_secs())),
        _ => None,
    });
    let past = |end: Option<i64>| end.is_some_and(|end| end <= now);
    if weak {
        Standing::WeakHash
    } else if key.revoked {
        Standing::KeyRevoked
    } else if !key.signs || made < i64::from(key.born()) {
        Standing::NotForSigning
    } else if made > now + SKEW {
        Standing::FromFuture
    } else if past(key.expires) {
        Standing::KeyExpired
    } else if past(end) {
        Standing::SignatureExpired
    } else {
        Standing::Good
    }
}

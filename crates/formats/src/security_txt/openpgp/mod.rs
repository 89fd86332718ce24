//! OpenPGP signatures of a security.txt (RFC 9116 section 2.3), by rPGP.
//!
//! The frame is taken apart by our own reader, so that what is verified is exactly what
//! [`File::signed_text`](super::File::signed_text) gives and nothing that stands beside it; rPGP does the packets and the
//! cryptography. It evaluates no web of trust: whoever verifies says which keys count.
//!
//! Work is bounded: so many keys, components, self-signatures and signatures are looked at and no more.

mod component;
mod keys;
mod sign;
mod verify;

pub use keys::{KeyError, Keys};
pub use sign::{SignError, Signer};
pub use verify::{Checked, Standing, VerifyError, verify};

use pgp::packet::{Signature, SubpacketData};

/// What the signature itself covers says; the other area of subpackets can be changed by anybody.
fn hashed<T>(signature: &Signature, get: impl Fn(&SubpacketData) -> Option<T>) -> Option<T> {
    signature.config()?.hashed_subpackets().find_map(|packet| get(&packet.data))
}

/// Seconds since 1970 at which a signature was made, by its own word.
fn created(signature: &Signature) -> Option<u32> {
    hashed(signature, |data| match data {
        SubpacketData::SignatureCreationTime(at) => Some(at.as_secs()),
        _ => None,
    })
}

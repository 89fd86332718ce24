//! Sealing: everything that turns a secret or a text that people wrote into bytes that may lie on a disk.
//!
//! Pure: no clock, no file, no socket; randomness is a parameter ([`domain::Random`]). Three levels:
//! a [`MasterKey`] outside the store wraps [`DataKey`]s, data keys seal fields ([`DataKey::seal`]) and
//! attachments ([`stream`]), and [`recovery`] words can bring a lost master key back. One cipher does it
//! all: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), whose 192-bit nonces may be drawn at random.
//! Every format starts with a version or is bound to one, so that it can be followed by a better one.

mod data_key;
mod error;
pub mod field;
mod kind;
pub mod label;
mod master;
mod primitive;
pub mod recovery;
pub mod stream;

pub use data_key::{DataKey, FIELD_OVERHEAD, WRAPPED_LEN, wrapped_under};
pub use error::SealError;
pub use field::Field;
pub use kind::KeyKind;
pub use master::{MasterId, MasterKey};
pub use primitive::equal_in_constant_time;

//! The pure half of the transparency log: what is committed, how it is hashed into a tree, how the
//! tree is cut into tiles, what is signed, and what a reporter takes home.
//!
//! Nothing here reads a clock, a file, a socket or a random source. The store hands in tiles and
//! gets tiles back; randomness (salts, key seeds) is a parameter.
//!
//! Formats: RFC 6962 hashes, C2SP `tlog-tiles`, `tlog-checkpoint`, `signed-note` and `tlog-proof`,
//! RFC 8785 for the committed bytes. Tree mathematics and the note format come from the crates
//! `tlog_tiles` and `signed_note`; tile paths, storage shape, epochs and receipts are ours.

mod bundle;
mod canonical;
mod checkpoint;
mod commitment;
mod digest;
pub mod dossier;
mod epoch;
mod key;
mod keyfile;
mod level;
mod origin;
mod path;
mod proof;
mod proof_text;
mod reader;
mod receipt;
mod tiles;
mod tree;

pub use bundle::{ENTRY_BYTES, decode_bundle, encode_bundle};
pub use canonical::{CanonicalError, MAX_INTEGER, canonical};
pub use checkpoint::{Checkpoint, MAX_NOTE_BYTES, NoteError, SignedCheckpoint, Signer};
pub use commitment::{Commitment, ENTRY_DOMAIN, SALT_BYTES, commit};
pub use digest::{Digest, DigestError};
pub use epoch::{EpochError, EpochStatement, OpenedEpoch};
pub use key::{KeyError, KeyId, SigningKey, VerifierKey};
pub use keyfile::{KeyFile, KeyFileError, MAX_KEY_FILE_BYTES};
pub use level::{Level, MAX_LEVEL, TILE_WIDTH, TileId};
pub use origin::{LogName, Origin, OriginError};
pub use path::PathError;
pub use proof::{
    MAX_PROOF_HASHES, ProofError, consistency_proof, inclusion_proof, tiles_for_consistency, tiles_for_proof,
    verify_consistency, verify_inclusion,
};
pub use proof_text::{ProofTextError, TlogProof};
pub use receipt::{
    Content, Finding, InvalidReason, MAX_RECEIPT_BYTES, Opening, RECEIPT_VERSION, Receipt, ReceiptError,
    ReceiptVersion, Verdict, explain, explain_duplicate,
};
pub use tiles::{TileError, TileRow, Tiles};
pub use tree::{
    Appended, Head, MAX_TREE_SIZE, TreeError, append, leaf_hash, root_from_tiles, root_of, tiles_for_append,
};

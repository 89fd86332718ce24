//! Entry bundles: the entries of a tile, each with its length before it (C2SP `tlog-tiles`).
//!
//! Every entry of this log is a 32-byte commitment, so the length is always 32 and a bundle of `w`
//! entries is `34 * w` bytes. A narrower bundle is therefore a prefix of a wider one.

use crate::Commitment;
use crate::tiles::TileError;

/// Bytes of one entry in a bundle: two of length, 32 of commitment.
pub const ENTRY_BYTES: usize = 34;

/// Writes entries as a bundle.
pub fn encode_bundle(entries: &[Commitment]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * ENTRY_BYTES);
    for entry in entries {
        bytes.extend([0, 32]);
        bytes.extend(entry.0);
    }
    bytes
}

/// Reads a bundle back. [`TileError::Bundle`] if it is cut or holds an entry that is not 32 bytes.
pub fn decode_bundle(bytes: &[u8]) -> Result<Vec<Commitment>, TileError> {
    let chunks = bytes.chunks_exact(ENTRY_BYTES);
    if !chunks.remainder().is_empty() {
        return Err(TileError::Bundle);
    }
    chunks
        .map(|chunk| chunk.strip_prefix(&[0, 32]).and_then(Commitment::from_slice))
        .collect::<Option<_>>()
        .ok_or(TileError::Bundle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_went() {
        let entries = [Commitment([1; 32]), Commitment([2; 32])];
        let bytes = encode_bundle(&entries);
        assert_eq!(bytes.len(), 68);
        assert_eq!(decode_bundle(&bytes).unwrap(), entries);
        assert_eq!(decode_bundle(&[]).unwrap(), []);
    }

    #[test]
    fn a_cut_or_wrongly_measured_bundle_is_refused() {
        let mut bytes = encode_bundle(&[Commitment([1; 32])]);
        assert!(matches!(decode_bundle(&bytes[..33]), Err(TileError::Bundle)));
        bytes[1] = 31;
        assert!(matches!(decode_bundle(&bytes), Err(TileError::Bundle)));
    }
}

//! Inclusion and consistency proofs (RFC 6962, sections 2.1.1 and 2.1.2), made from tiles.
//!
//! A proof made from a damaged tile is a wrong proof, not an error, so a caller that hands proofs
//! out checks them with the verify functions against the signed head first; it costs a few hashes.

use tlog_tiles::{Hash, HashReader, check_record, check_tree, prove_record, prove_tree};

use crate::Digest;
use crate::level::TileId;
use crate::reader::{Recorder, TilesReader};
use crate::tiles::Tiles;
use crate::tree::{Head, MAX_TREE_SIZE};

/// Most hashes a proof may have; more is refused before any work.
pub const MAX_PROOF_HASHES: usize = 64;

/// Why a proof cannot be made or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Tiles are needed that were not handed in.
    #[error("{} tiles are missing", .0.len())]
    Missing(Vec<TileId>),
    /// The entry is not in a tree of this size, the old tree is larger than the new one, or a size
    /// passes [`MAX_TREE_SIZE`].
    #[error("index or size out of range")]
    Range,
    /// More than [`MAX_PROOF_HASHES`] hashes.
    #[error("the proof is too long")]
    TooLong,
    /// The proof does not lead to the root.
    #[error("the proof does not lead to the root hash")]
    Wrong,
}

/// Tiles that [`inclusion_proof`] needs; empty if the tree does not hold `index`.
pub fn tiles_for_proof(size: u64, index: u64) -> Vec<TileId> {
    let recorder = Recorder::default();
    let _ = inclusion(size, index, &recorder);
    recorder.tiles(size)
}

/// Tiles that [`consistency_proof`] needs; empty if `old` is 0 or not within `new`.
pub fn tiles_for_consistency(old: u64, new: u64) -> Vec<TileId> {
    let recorder = Recorder::default();
    let _ = consistency(old, new, &recorder);
    recorder.tiles(new)
}

/// Proof that entry `index` is in the tree of `size`, from the leaf's sibling up.
pub fn inclusion_proof(size: u64, index: u64, tiles: &Tiles) -> Result<Vec<Digest>, ProofError> {
    have(tiles, &tiles_for_proof(size, index))?;
    inclusion(size, index, &TilesReader(tiles))
}

/// Proof that the tree of `old` entries is the beginning of the tree of `new` entries. Empty when
/// `old` is 0 or equal to `new`.
pub fn consistency_proof(old: u64, new: u64, tiles: &Tiles) -> Result<Vec<Digest>, ProofError> {
    have(tiles, &tiles_for_consistency(old, new))?;
    consistency(old, new, &TilesReader(tiles))
}

/// Checks that the entry with this leaf hash ([`crate::leaf_hash`]) is at `index` under `head`.
pub fn verify_inclusion(head: &Head, index: u64, leaf: &Digest, proof: &[Digest]) -> Result<(), ProofError> {
    if head.size > MAX_TREE_SIZE || index >= head.size {
        return Err(ProofError::Range);
    }
    let proof = hashes(proof)?;
    check_record(&proof, head.size, head.root.into(), index, (*leaf).into()).map_err(|_| ProofError::Wrong)
}

/// Checks that `old` is the beginning of `new`. The empty tree is the beginning of every tree.
pub fn verify_consistency(old: &Head, new: &Head, proof: &[Digest]) -> Result<(), ProofError> {
    if new.size > MAX_TREE_SIZE || old.size > new.size {
        return Err(ProofError::Range);
    }
    let proof = hashes(proof)?;
    if old.size == 0 {
        let fits = old.root == Digest::EMPTY_TREE && proof.is_empty();
        // Two empty trees must also agree on the root.
        let fits = fits && (new.size > 0 || new.root == old.root);
        return if fits { Ok(()) } else { Err(ProofError::Wrong) };
    }
    check_tree(&proof, new.size, new.root.into(), old.size, old.root.into()).map_err(|_| ProofError::Wrong)
}

fn inclusion<R: HashReader>(size: u64, index: u64, from: &R) -> Result<Vec<Digest>, ProofError> {
    if size > MAX_TREE_SIZE || index >= size {
        return Err(ProofError::Range);
    }
    let proof = prove_record(size, index, from).map_err(|_| ProofError::Wrong)?;
    Ok(proof.into_iter().map(Digest::from).collect())
}

fn consistency<R: HashReader>(old: u64, new: u64, from: &R) -> Result<Vec<Digest>, ProofError> {
    if new > MAX_TREE_SIZE || old > new {
        return Err(ProofError::Range);
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let proof = prove_tree(new, old, from).map_err(|_| ProofError::Wrong)?;
    Ok(proof.into_iter().map(Digest::from).collect())
}

fn have(tiles: &Tiles, wanted: &[TileId]) -> Result<(), ProofError> {
    let missing = tiles.missing(wanted);
    if missing.is_empty() { Ok(()) } else { Err(ProofError::Missing(missing)) }
}

fn hashes(proof: &[Digest]) -> Result<Vec<Hash>, ProofError> {
    if proof.len() > MAX_PROOF_HASHES {
        return Err(ProofError::TooLong);
    }
    Ok(proof.iter().map(|digest| Hash::from(*digest)).collect())
}

//! Our tree against `ct-merkle`, an independent implementation of RFC 6962: roots, inclusion and
//! consistency proofs, for every small size and for random batches of random sizes.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use tlog::{Digest, Head, leaf_hash, root_of, verify_consistency, verify_inclusion};

use crate::support::{MemoryLog, entry};

type Reference = MemoryBackedTree<Sha256, [u8; 32]>;

fn joined(proof: &[Digest]) -> Vec<u8> {
    proof.iter().flat_map(|digest| *digest.as_bytes()).collect()
}

fn check_inclusion(log: &MemoryLog, reference: &Reference, index: u64) {
    let proof = log.inclusion(log.head.size, index);
    let theirs = reference.prove_inclusion(usize::try_from(index).unwrap());
    assert_eq!(joined(&proof), theirs.as_bytes(), "size {} index {index}", log.head.size);
    let leaf = leaf_hash(entry(index).as_bytes());
    verify_inclusion(&log.head, index, &leaf, &proof).unwrap();
}

fn check_consistency(log: &MemoryLog, reference: &Reference, old: &Head) {
    let proof = log.consistency(old.size, log.head.size);
    verify_consistency(old, &log.head, &proof).unwrap();
    if old.size == 0 || old.size == log.head.size {
        assert_eq!(proof, []);
        return;
    }
    let added = usize::try_from(log.head.size - old.size).unwrap();
    let theirs = reference.prove_consistency(added);
    assert_eq!(joined(&proof), theirs.as_bytes(), "{} to {}", old.size, log.head.size);
}

#[test]
fn every_size_to_300_agrees_in_every_proof() {
    let mut log = MemoryLog::new();
    let mut reference = Reference::new();
    let mut heads = vec![Head::EMPTY];
    for size in 1..=300 {
        log.append(&[entry(size - 1)]);
        reference.push(entry(size - 1).0);
        heads.push(log.head);
        assert_eq!(log.head.size, size);
        assert_eq!(log.head.root.as_bytes()[..], reference.root().as_bytes()[..], "size {size}");
        for index in 0..size {
            check_inclusion(&log, &reference, index);
        }
        for old in &heads {
            check_consistency(&log, &reference, old);
        }
    }
    let leaves: Vec<_> = (0..300).map(entry).collect();
    for head in heads {
        assert_eq!(head.root, root_of(&leaves[..usize::try_from(head.size).unwrap()]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn random_batches_to_70_000_agree(
        batches in prop::collection::vec(prop_oneof![1_u64..4, 1_u64..600, 1_u64..20_000], 1..12),
        picks in prop::collection::vec(any::<u64>(), 40),
    ) {
        let mut log = MemoryLog::new();
        let mut reference = Reference::new();
        let mut heads = vec![Head::EMPTY];
        for batch in batches {
            let first = log.head.size;
            let batch = batch.min(70_000 - first);
            let entries: Vec<_> = (first..first + batch).map(entry).collect();
            let appended = log.append(&entries);
            prop_assert_eq!(appended.first_index, first);
            for entry in &entries {
                reference.push(entry.0);
            }
            heads.push(log.head);
            assert_eq!(log.head.root.as_bytes()[..], reference.root().as_bytes()[..]);
        }
        for pick in picks {
            check_inclusion(&log, &reference, pick % log.head.size);
        }
        for old in &heads {
            check_consistency(&log, &reference, old);
        }
    }
}

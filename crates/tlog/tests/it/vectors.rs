//! Published vectors of RFC 6962 trees: the eight leaves used by the Certificate Transparency
//! project ever since (`merkletree` tests in C++ and Java, `testonly/constants.go` of
//! `transparency-dev/merkle`), their nine roots, and proofs between them.

use data_encoding::HEXLOWER;
use tlog::{
    Digest, Head, Level, ProofError, TileRow, Tiles, consistency_proof, inclusion_proof, leaf_hash, root_from_tiles,
    root_of, verify_consistency, verify_inclusion,
};

const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const N1: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const N4: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const N23: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const N45: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
const N67: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const N4567: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

/// (size, index, proof)
const INCLUSION: [(u64, u64, &[&str]); 7] = [
    (1, 0, &[]),
    (2, 0, &[N1]),
    (2, 1, &[ROOTS[1]]),
    (3, 2, &[ROOTS[2]]),
    (5, 1, &[ROOTS[1], N23, N4]),
    (8, 0, &[N1, N23, N4567]),
    (8, 5, &[N4, N67, ROOTS[4]]),
];

/// (old size, new size, proof)
const CONSISTENCY: [(u64, u64, &[&str]); 4] =
    [(1, 1, &[]), (1, 8, &[N1, N23, N4567]), (2, 5, &[N23, N4]), (6, 8, &[N45, N67, ROOTS[4]])];

fn digest(hex: &str) -> Digest {
    Digest::from_slice(&HEXLOWER.decode(hex.as_bytes()).unwrap()).unwrap()
}

fn leaves() -> Vec<Vec<u8>> {
    LEAVES.iter().map(|hex| HEXLOWER.decode(hex.as_bytes()).unwrap()).collect()
}

fn head(size: u64) -> Head {
    Head { size, root: digest(ROOTS[usize::try_from(size).unwrap()]) }
}

/// The leaves are of unequal lengths, unlike our entries, so the tile is laid by hand.
fn tiles() -> Tiles {
    let bytes = leaves().iter().flat_map(|leaf| *leaf_hash(leaf).as_bytes()).collect();
    Tiles::from_rows([TileRow { level: Level::Hash(0), index: 0, width: 8, bytes }]).unwrap()
}

#[test]
fn roots_of_the_classic_leaves() {
    for size in 0..=8 {
        let count = usize::try_from(size).unwrap();
        assert_eq!(root_of(&leaves()[..count]), head(size).root, "from the definition, {size}");
        assert_eq!(root_from_tiles(size, &tiles()).unwrap(), head(size).root, "from tiles, {size}");
    }
    assert_eq!(Head::EMPTY, head(0));
}

#[test]
fn inclusion_proofs_of_the_classic_leaves() {
    for (size, index, want) in INCLUSION {
        let want: Vec<Digest> = want.iter().map(|hex| digest(hex)).collect();
        assert_eq!(inclusion_proof(size, index, &tiles()).unwrap(), want, "{index} in {size}");
        let leaf = leaf_hash(&leaves()[usize::try_from(index).unwrap()]);
        verify_inclusion(&head(size), index, &leaf, &want).unwrap();
    }
}

#[test]
fn consistency_proofs_of_the_classic_leaves() {
    for (old, new, want) in CONSISTENCY {
        let want: Vec<Digest> = want.iter().map(|hex| digest(hex)).collect();
        assert_eq!(consistency_proof(old, new, &tiles()).unwrap(), want, "{old} to {new}");
        verify_consistency(&head(old), &head(new), &want).unwrap();
    }
}

#[test]
fn a_changed_proof_does_not_hold() {
    let (size, index, want) = INCLUSION[6];
    let proof: Vec<Digest> = want.iter().map(|hex| digest(hex)).collect();
    let leaf = leaf_hash(&leaves()[5]);
    let check = |index, leaf: &Digest, proof: &[Digest]| verify_inclusion(&head(size), index, leaf, proof).unwrap_err();
    assert_eq!(check(index, &digest(N1), &proof), ProofError::Wrong);
    assert_eq!(check(index ^ 1, &leaf, &proof), ProofError::Wrong);
    assert_eq!(check(8, &leaf, &proof), ProofError::Range);
    assert_eq!(check(index, &leaf, &proof[..2]), ProofError::Wrong);
    assert_eq!(check(index, &leaf, &[&proof[..], &proof[..1]].concat()), ProofError::Wrong);
    assert_eq!(check(index, &leaf, &vec![leaf; 65]), ProofError::TooLong);

    let proof: Vec<Digest> = CONSISTENCY[3].2.iter().map(|hex| digest(hex)).collect();
    let check = |old: u64, new: u64, proof: &[Digest]| verify_consistency(&head(old), &head(new), proof).unwrap_err();
    assert_eq!(check(6, 8, &proof[1..]), ProofError::Wrong);
    assert_eq!(check(5, 8, &proof), ProofError::Wrong);
    assert_eq!(check(8, 6, &proof), ProofError::Range);
    assert_eq!(check(0, 8, &proof), ProofError::Wrong);
    assert_eq!(check(8, 8, &proof), ProofError::Wrong);
}

#[test]
fn huge_sizes_are_refused_and_never_overflow() {
    for size in [tlog::MAX_TREE_SIZE + 1, 1 << 62, u64::MAX] {
        let head = Head { size, root: digest(N1) };
        let leaf = digest(N4);
        assert_eq!(verify_inclusion(&head, 0, &leaf, &[leaf; 64]), Err(ProofError::Range));
        assert_eq!(verify_consistency(&head, &head, &[]), Err(ProofError::Range));
        assert_eq!(tlog::tiles_for_proof(size, 0), []);
        assert_eq!(tlog::tiles_for_consistency(1, size), []);
    }
    let head = Head { size: tlog::MAX_TREE_SIZE, root: digest(N1) };
    assert_eq!(verify_inclusion(&head, 7, &digest(N1), &[digest(N1); 48]), Err(ProofError::Wrong));
}

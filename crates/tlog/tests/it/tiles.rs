//! Tiles as the store meets them: layout, the frontier, and what happens when it is damaged.

use proptest::prelude::*;
use tlog::{
    Head, Level, TileError, TileId, TileRow, Tiles, TreeError, append, decode_bundle, leaf_hash, tiles_for_append,
    tiles_for_consistency, tiles_for_proof,
};

use crate::support::{MemoryLog, entry};

fn paths(ids: impl IntoIterator<Item = TileId>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_string()).collect()
}

#[test]
fn layout_of_70_000_entries_is_the_one_in_the_specification() {
    let log = MemoryLog::of_size(70_000);
    let of = |level| log.store.rows().filter(|row| row.level == level).collect::<Vec<_>>();
    for level in [Level::Hash(0), Level::Entries] {
        let rows = of(level);
        assert_eq!(rows.len(), 274);
        assert!(rows[..273].iter().all(|row| row.width == 256));
        assert_eq!(rows[273].width, 112);
    }
    let upper = of(Level::Hash(1)).into_iter().chain(of(Level::Hash(2))).map(TileRow::id);
    assert_eq!(paths(upper), ["tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(log.store.rows().count(), 274 * 2 + 3);
    let wanted = ["tile/0/273.p/112", "tile/entries/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"];
    assert_eq!(paths(tiles_for_append(70_000)), wanted);

    let log = MemoryLog::of_size(256);
    let rows = log.store.rows().map(TileRow::id);
    assert_eq!(paths(rows), ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(paths(tiles_for_append(256)), ["tile/1/000.p/1"]);
    assert_eq!(tiles_for_append(0), []);
    assert_eq!(tiles_for_append(65_536), ["tile/2/000.p/1".parse().unwrap()]);
}

#[test]
fn only_the_right_edge_is_rewritten() {
    let mut log = MemoryLog::of_size(70_000);
    let changed = log.append(&[entry(70_000)]);
    assert_eq!(changed.first_index, 70_000);
    let ids = changed.tiles.iter().map(TileRow::id);
    assert_eq!(paths(ids), ["tile/entries/273.p/113", "tile/0/273.p/113"]);

    let changed = log.append(&(70_001..70_145).map(entry).collect::<Vec<_>>());
    let ids = changed.tiles.iter().map(TileRow::id);
    let wanted = ["tile/entries/273", "tile/entries/274.p/1", "tile/0/273", "tile/0/274.p/1"];
    assert_eq!(paths(ids), [&wanted[..], &["tile/1/001.p/18"]].concat());
}

#[test]
fn entries_are_in_the_bundles_and_their_hashes_beside_them() {
    let log = MemoryLog::of_size(600);
    for index in 0..3 {
        let hashes = log.store.rows().find(|r| r.level == Level::Hash(0) && r.index == index);
        let bundle = log.store.rows().find(|r| r.level == Level::Entries && r.index == index);
        let entries = decode_bundle(&bundle.unwrap().bytes).unwrap();
        assert_eq!(entries[0], entry(index * 256));
        let hashed: Vec<u8> = entries.iter().flat_map(|entry| *leaf_hash(entry.as_bytes()).as_bytes()).collect();
        assert_eq!(hashed, hashes.unwrap().bytes);
    }
}

#[test]
fn missing_tiles_are_named() {
    let log = MemoryLog::of_size(70_000);
    let error = append(&log.head, &Tiles::new(), &[entry(1)]).unwrap_err();
    assert_eq!(error, TreeError::Missing(tiles_for_append(70_000)));
    assert!(error.to_string().contains("tile/0/273.p/112"), "{error}");
    let wanted = tiles_for_proof(70_000, 5);
    assert_eq!(wanted[0], "tile/0/000".parse().unwrap());
    let error = tlog::inclusion_proof(70_000, 5, &Tiles::new()).unwrap_err();
    assert_eq!(error, tlog::ProofError::Missing(wanted));
    let wanted = tiles_for_consistency(300, 70_000);
    let error = tlog::consistency_proof(300, 70_000, &Tiles::new()).unwrap_err();
    assert_eq!(error, tlog::ProofError::Missing(wanted));
    // A tile that is there but too narrow is missing as well.
    let mut short = Tiles::new();
    let row = log.store.get(&"tile/0/273.p/112".parse().unwrap()).unwrap();
    short.insert(row.narrowed(111).unwrap()).unwrap();
    assert!(short.missing(&tiles_for_append(70_000)).contains(&row.id()));
}

#[test]
fn a_damaged_frontier_stops_the_log() {
    let log = MemoryLog::of_size(700);
    let frontier = log.exactly(&tiles_for_append(700));
    let rows: Vec<TileRow> = frontier.rows().cloned().collect();
    assert_eq!(rows.len(), 3);
    for damaged in 0..rows.len() {
        let mut rows = rows.clone();
        rows[damaged].bytes[40] ^= 1;
        let (level, id) = (rows[damaged].level, rows[damaged].id());
        let error = append(&log.head, &Tiles::from_rows(rows).unwrap(), &[entry(1)]).unwrap_err();
        match level {
            Level::Entries => assert_eq!(error, TreeError::Bundle(id)),
            Level::Hash(_) => assert_eq!(error, TreeError::Inconsistent(700)),
        }
    }
    let other = Head { size: 700, root: Head::EMPTY.root };
    assert_eq!(append(&other, &frontier, &[]).unwrap_err(), TreeError::Inconsistent(700));
    let full = Head { size: tlog::MAX_TREE_SIZE, ..log.head };
    assert_eq!(append(&full, &frontier, &[entry(1)]).unwrap_err(), TreeError::Full);
    let same = append(&log.head, &frontier, &[]).unwrap();
    assert_eq!((same.head, same.tiles), (log.head, vec![]));
}

#[test]
fn tiles_of_a_wrong_shape_are_refused() {
    let row = |width, bytes| TileRow { level: Level::Hash(0), index: 0, width, bytes };
    let insert = |row| Tiles::new().insert(row).unwrap_err();
    assert_eq!(insert(row(0, vec![])), TileError::Width);
    assert_eq!(insert(row(257, vec![0; 257 * 32])), TileError::Width);
    let short = row(2, vec![0; 63]);
    assert_eq!(insert(short.clone()), TileError::Length(short.id()));
    assert_eq!(row(2, vec![0; 64]).narrowed(0), None);
    assert_eq!(row(2, vec![0; 64]).narrowed(3), None);
    for level in [-1, 0, 63] {
        assert_eq!(Level::from_i64(level).unwrap().as_i64(), level);
    }
    assert_eq!((Level::from_i64(-2), Level::from_i64(64)), (None, None));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn however_it_is_cut_into_batches_the_tiles_are_the_same(
        batches in prop::collection::vec(prop_oneof![Just(0_u64), 1_u64..5, 1_u64..900], 1..10),
    ) {
        let mut log = MemoryLog::new();
        for batch in batches {
            let first = log.head.size;
            log.append(&(first..first + batch).map(entry).collect::<Vec<_>>());
        }
        let at_once = MemoryLog::of_size(log.head.size);
        prop_assert_eq!(log.head, at_once.head);
        prop_assert_eq!(log.store, at_once.store);
    }
}

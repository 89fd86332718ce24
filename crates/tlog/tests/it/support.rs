//! A small log in memory: what the store does, without the store.

use tlog::{
    Appended, Commitment, Head, TileRow, Tiles, append, tiles_for_append, tiles_for_consistency,
    tiles_for_proof,
};

/// Tiles as a store keeps them, and the head.
pub(crate) struct MemoryLog {
    pub(crate) head: Head,
    pub(crate) store: Tiles,
}

impl MemoryLog {
    pub(crate) fn new() -> Self {
        Self {
            head: Head::EMPTY,
            store: Tiles::new(),
        }
    }

    /// A log of `size` entries, appended at once.
    pub(crate) fn of_size(size: u64) -> Self {
        let mut log = Self::new();
        log.append(&(0..size).map(entry).collect::<Vec<_>>());
        log
    }

    /// Appends with only the frontier in hand, cut to the exact widths asked for.
    pub(crate) fn append(&mut self, entries: &[Commitment]) -> Appended {
        let frontier = self.exactly(&tiles_for_append(self.head.size));
        let appended = append(&self.head, &frontier, entries).unwrap();
        for row in &appended.tiles {
            self.store.insert(row.clone()).unwrap();
        }
        self.head = appended.head;
        appended
    }

    pub(crate) fn inclusion(&self, size: u64, index: u64) -> Vec<tlog::Digest> {
        let tiles = self.exactly(&tiles_for_proof(size, index));
        tlog::inclusion_proof(size, index, &tiles).unwrap()
    }

    pub(crate) fn consistency(&self, old: u64, new: u64) -> Vec<tlog::Digest> {
        let tiles = self.exactly(&tiles_for_consistency(old, new));
        tlog::consistency_proof(old, new, &tiles).unwrap()
    }

    /// Only these tiles, at these widths.
    pub(crate) fn exactly(&self, ids: &[tlog::TileId]) -> Tiles {
        assert_eq!(self.store.missing(ids), []);
        let rows = ids.iter().map(|id| {
            let row: &TileRow = self.store.get(id).unwrap();
            row.narrowed(id.width).unwrap()
        });
        Tiles::from_rows(rows).unwrap()
    }
}

/// A different commitment for each number.
pub(crate) fn entry(number: u64) -> Commitment {
    tlog::commit(&[0; 16], &number.to_be_bytes())
}

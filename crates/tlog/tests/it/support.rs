//! A small log in memory: what the store does, without the store.

use serde_json::json;
use tlog::{
    Appended, Checkpoint, Commitment, Content, Head, KeyFile, Opening, Origin, Receipt, SignedCheckpoint, SigningKey,
    TileRow, Tiles, append, tiles_for_append, tiles_for_consistency, tiles_for_proof,
};

/// Tiles as a store keeps them, and the head.
pub(crate) struct MemoryLog {
    pub(crate) head: Head,
    pub(crate) store: Tiles,
}

impl MemoryLog {
    pub(crate) fn new() -> Self {
        Self { head: Head::EMPTY, store: Tiles::new() }
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

/// The key of an epoch, always the same for the same number.
pub(crate) fn key(epoch: u32) -> SigningKey {
    let origin = Origin::new("trust.example.com".parse().unwrap(), epoch).unwrap();
    let mut seed = [9; 32];
    seed[..4].copy_from_slice(&epoch.to_be_bytes());
    SigningKey::from_seed(origin, &seed)
}

/// A key file with the keys of these epochs.
pub(crate) fn key_file(epochs: &[u32]) -> KeyFile {
    KeyFile::new(epochs.iter().map(|epoch| key(*epoch).verifier().clone()).collect()).unwrap()
}

/// The checkpoint of a head, signed by the key of epoch 1.
pub(crate) fn checkpoint(head: Head) -> SignedCheckpoint {
    let key = key(1);
    Checkpoint { origin: key.origin().to_string(), head }.sign(&key).unwrap()
}

/// A log of `size` entries with a real event at `index`, and the receipt of that event.
pub(crate) fn log_with_receipt(size: u64, index: u64) -> (MemoryLog, Receipt) {
    let event = json!({
        "kind": "opened", "received_at": 1_793_000_000_000_000_i64,
        "text": "naïve \"quotes\", tabs\t, lines\n and \u{1f9ed}",
    });
    let event = String::from_utf8(tlog::canonical(&event).unwrap()).unwrap();
    let opening = Opening { salt: [42; 16], content: Content::Event(event) };
    let mut entries: Vec<_> = (0..size).map(entry).collect();
    entries[usize::try_from(index).unwrap()] = opening.commitment();
    let mut log = MemoryLog::new();
    log.append(&entries);
    let proof = log.inclusion(size, index);
    let receipt = Receipt::pending(key(1).origin(), key(1).id(), opening);
    let receipt = receipt.proven(index, proof, &checkpoint(log.head));
    (log, receipt)
}

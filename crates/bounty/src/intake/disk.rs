//! The disk floor: reports are refused with a clear answer before the disk is full.

use std::path::PathBuf;

/// How much must stay free in the data folder. Put into the app with [`web::App::carry`].
#[derive(Debug, Clone)]
pub struct DiskFloor {
    folder: PathBuf,
    bytes: u64,
}

impl DiskFloor {
    /// `bytes` must stay free on the disk of `folder`; 0 asks for nothing.
    pub fn new(folder: impl Into<PathBuf>, bytes: u64) -> Self {
        Self { folder: folder.into(), bytes }
    }

    /// Whether there is room for another report. A disk that cannot be asked counts as one with room:
    /// the write itself will find out.
    pub fn has_room(&self) -> bool {
        if self.bytes == 0 {
            return true;
        }
        self.free().is_none_or(|free| free >= self.bytes)
    }

    /// Bytes that are free for us; none when the disk cannot be asked.
    pub fn free(&self) -> Option<u64> {
        match rustix::fs::statvfs(&self.folder) {
            Ok(disk) => Some(disk.f_bavail.saturating_mul(disk.f_frsize)),
            Err(error) => {
                tracing::warn!(%error, "the free space of the data folder cannot be read");
                None
            }
        }
    }

    /// Bytes below which nothing is taken; 0 when there is no floor.
    pub const fn floor(&self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::DiskFloor;

    #[test]
    fn room_is_measured() {
        let here = std::env::temp_dir();
        assert!(DiskFloor::new(&here, 0).has_room());
        assert!(DiskFloor::new(&here, 1).has_room());
        assert!(!DiskFloor::new(&here, u64::MAX).has_room());
        assert!(DiskFloor::new("/nowhere/at/all", 1).has_room());
    }
}

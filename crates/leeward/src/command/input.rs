//! Files that commands read: `-` is standard input, a folder is told as one, and no more is read than allowed.

use anyhow::{Context, Result, anyhow, bail};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// What a file is called in messages.
pub fn name(path: &Path) -> String {
    if is_standard(path) { "standard input".to_owned() } else { path.display().to_string() }
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens a file, or standard input.
pub fn open(path: &Path) -> Result<Box<dyn Read>> {
    if is_standard(path) {
        return Ok(Box::new(std::io::stdin()));
    }
    Ok(Box::new(file(path)?))
}

/// Opens a file; why it cannot be is said without numbers of the machine.
pub fn file(path: &Path) -> Result<File> {
    let name = name(path);
    let file = File::open(path).map_err(|e| match e.kind() {
        ErrorKind::NotFound => anyhow!("{name}: there is no such file"),
        ErrorKind::PermissionDenied => anyhow!("{name}: you may not read this file"),
        _ => anyhow!("{name}: {e}"),
    })?;
    if file.metadata().with_context(|| name.clone())?.is_dir() {
        bail!("{name}: is a folder; name the files in it");
    }
    Ok(file)
}

/// A file, at most one byte longer than `limit`, so that its reader says that it is too long.
pub fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(limit + 1).read_to_end(&mut bytes).with_context(|| name(path))?;
    Ok(bytes)
}

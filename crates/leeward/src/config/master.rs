//! Where the master key comes from: environment, command or file, in this order.

use super::Config;
use anyhow::{Context, Result, bail};
use db::Masters;
use domain::Ambient;
use seal::MasterKey;
use std::env::VarError;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Environment variable with the master key.
pub const VARIABLE: &str = "LEEWARD_MASTER_KEY";

/// Where a master key was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterSource {
    /// The environment.
    Environment,
    /// A command's output.
    Command,
    /// A file.
    File(PathBuf),
}

/// Reads the master key; makes the file when there is neither key nor store yet. The first line is
/// the key in use; further lines are older keys of a rotation that is not finished.
pub fn masters(config: &Config, ambient: &Ambient, may_make: bool) -> Result<(Masters, MasterSource)> {
    match std::env::var(VARIABLE) {
        Ok(text) => return Ok((parse(&Zeroizing::new(text)).context(VARIABLE)?, MasterSource::Environment)),
        Err(VarError::NotPresent) => {}
        // Passing over it would look for another key than the one that was meant.
        Err(VarError::NotUnicode(_)) => {
            bail!("{VARIABLE} holds bytes that are no text. It must be the key as 64 hexadecimal digits")
        }
    }
    if !config.keys.master_command.is_empty() {
        let text = from_command(&config.keys.master_command)?;
        return Ok((parse(&text).context("the output of keys.master_command")?, MasterSource::Command));
    }
    let path = config.master_file();
    if !path.exists() {
        if !may_make {
            bail!(
                "{}: the master key of this store is missing. Put it back, or bring it back with your recovery words: leeward key recover",
                path.display()
            );
        }
        make(&path, ambient)?;
    }
    let text = read_private(&path)?;
    let masters = parse(&text).with_context(|| format!("{}", path.display()))?;
    Ok((masters, MasterSource::File(path)))
}

/// Writes keys to a new file and puts it in the place of the old, readable by the owner only.
pub fn write_file(path: &Path, keys: &[&MasterKey]) -> Result<()> {
    let fresh = path.with_extension("new");
    drop(std::fs::remove_file(&fresh));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)
        .with_context(|| format!("{}", fresh.display()))?;
    for key in keys {
        file.write_all(key.reveal_hex().as_bytes())?;
        file.write_all(b"\n")?;
    }
    file.sync_all()?;
    std::fs::rename(&fresh, path).with_context(|| format!("{}", path.display()))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn make(path: &Path, ambient: &Ambient) -> Result<()> {
    let key = MasterKey::generate(ambient.random.as_ref());
    write_file(path, &[&key])
}

fn read_private(path: &Path) -> Result<Zeroizing<String>> {
    let mode = std::fs::metadata(path).with_context(|| format!("{}", path.display()))?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("{}: others can read the master key (mode {:o}). Run: chmod 600 {0}", path.display(), mode & 0o777);
    }
    let bytes = std::fs::read(path).with_context(|| format!("{}", path.display()))?;
    text_of(bytes).with_context(|| {
        let path = path.display();
        format!(
            "{path}: this is no master key file: it holds bytes that are no text. A key file is one line of 64 \
             hexadecimal digits. Put your copy of it back, or move this file away and run: leeward key recover"
        )
    })
}

fn from_command(command: &str) -> Result<Zeroizing<String>> {
    let ran = std::process::Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(std::process::Stdio::null())
        .output()
        .context("keys.master_command could not be started")?;
    if !ran.status.success() {
        bail!("keys.master_command failed: {}", String::from_utf8_lossy(&ran.stderr).trim());
    }
    text_of(ran.stdout)
        .context("keys.master_command printed bytes that are no text. It must print the key as 64 hexadecimal digits")
}

/// The bytes as text, wiped from memory when they are none.
fn text_of(bytes: Vec<u8>) -> Option<Zeroizing<String>> {
    match String::from_utf8(bytes) {
        Ok(text) => Some(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            None
        }
    }
}

fn parse(text: &str) -> Result<Masters> {
    let mut keys = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| MasterKey::parse(line).map_err(anyhow::Error::from));
    let current = keys.next().context("there is no master key in it")??;
    Ok(Masters { current, older: keys.collect::<Result<_>>()? })
}

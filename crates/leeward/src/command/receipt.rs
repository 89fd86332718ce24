//! `leeward receipt verify`: checks a receipt without a store and without us.

use anyhow::{Context, Result};
use clap::Subcommand;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tlog::{KeyFile, Receipt, Verdict};

/// `leeward receipt …`
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a receipt: status 0 valid, 1 not.
    Verify {
        /// The receipt as it was downloaded: JSON, or a C2SP tlog-proof file.
        file: PathBuf,
        /// The public keys of the log: from its /api/v1/log/key, saved when you reported.
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs it.
pub fn run(command: Command) -> Result<ExitCode> {
    let Command::Verify { file, key, json } = command;
    let name = file.display().to_string();
    let receipt = parse(&read(&file, tlog::MAX_RECEIPT_BYTES)?).with_context(|| name.clone())?;
    let keys = key.map(|path| key_file(&path)).transpose()?;
    let verdict = receipt.verify(keys.as_ref());
    let valid = matches!(verdict, Verdict::Valid(_));
    if json {
        let word = match &verdict {
            Verdict::Valid(_) => "valid",
            Verdict::Invalid(_) => "invalid",
            Verdict::UnknownSigner(_) => "unknown-signer",
            Verdict::Pending => "pending",
        };
        let line = serde_json::json!({ "file": name, "verdict": word, "message": verdict.to_string(), "proves": tlog::explain() });
        println!("{line}");
    } else {
        println!("{name}: {verdict}");
        if valid {
            println!("{}", tlog::explain());
        }
    }
    Ok(super::held(valid))
}

fn parse(text: &[u8]) -> Result<Receipt> {
    if text.starts_with(b"c2sp.org/tlog-proof@") {
        return Ok(Receipt::from_tlog_proof(std::str::from_utf8(text)?)?);
    }
    Ok(Receipt::from_json(text)?)
}

/// The public keys in a file.
pub(super) fn key_file(path: &Path) -> Result<KeyFile> {
    let text = read(path, tlog::MAX_KEY_FILE_BYTES)?;
    let text = String::from_utf8(text).with_context(|| format!("{}: not a text file", path.display()))?;
    text.parse().with_context(|| format!("{}", path.display()))
}

/// Reads one byte more than allowed, so that the parser can say that it is too long.
pub(super) fn read(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let file = std::fs::File::open(path).with_context(|| format!("{}", path.display()))?;
    let mut text = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut text).with_context(|| format!("{}", path.display()))?;
    Ok(text)
}

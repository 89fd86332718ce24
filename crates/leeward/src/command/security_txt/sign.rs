//! `leeward security-txt sign`: the signed file on standard output.

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use domain::Ambient;
use formats::security_txt::Context;
use formats::security_txt::openpgp::{SignError, Signer};
use std::io::{Write as _, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use zeroize::Zeroizing;

/// `leeward security-txt sign …`
#[derive(Debug, Args)]
pub struct Sign {
    /// The secret OpenPGP key, as gpg --export-secret-keys gives it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// A file whose first line is the key's password.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// The file to sign. It must be valid and not signed yet.
    file: PathBuf,
}

/// Prints the signed file; status 2 where nothing was signed.
pub fn run(args: &Sign) -> Result<ExitCode> {
    let secret = Zeroizing::new(super::key_bytes(&args.key)?);
    let signer = Signer::read(&secret).with_context(|| format!("{}", args.key.display()))?;
    let password = args.password_file.as_deref().map(super::first_line).transpose()?.unwrap_or_default();
    let bytes = super::bytes(&args.file)?;
    let context = Context { now: super::now(None)?, served: None };
    let salt = Ambient::system().bytes::<32>();
    let signed = signer.sign(&bytes, &password, &salt, &context);
    let signed = signed.map_err(|e| refused(&e)).with_context(|| format!("{}", args.file.display()))?;
    stdout().lock().write_all(signed.as_bytes()).context("standard output")?;
    eprintln!("leeward: signed by {}", signer.fingerprint());
    Ok(ExitCode::SUCCESS)
}

fn refused(e: &SignError) -> anyhow::Error {
    let SignError::Findings(findings) = e else { return anyhow!("{e}") };
    let lines: Vec<_> = findings.iter().map(|f| format!("line {}: {}", f.line, f.message)).collect();
    anyhow!("nothing was signed, because the file is not valid:\n  {}", lines.join("\n  "))
}

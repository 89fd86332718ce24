//! `leeward case verify`: checks a case that left the house, without a store and without us.

use super::receipt::{key_file, read};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::ExitCode;
use tlog::dossier::{Checked, Dossier, MAX_DOSSIER_BYTES};

/// `leeward case verify`
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The JSON document that the desk exported.
    file: PathBuf,
    /// The public keys of the log: its /api/v1/log/key, fetched by yourself or from somebody you trust.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub fn run(args: &Verify) -> Result<ExitCode> {
    let name = args.file.display().to_string();
    let dossier = Dossier::from_json(&read(&args.file, MAX_DOSSIER_BYTES)?).with_context(|| name.clone())?;
    let keys = args.key.as_deref().map(key_file).transpose()?;
    let checked = dossier.check(keys.as_ref());
    let valid = checked.is_valid();
    let faults: Vec<String> = checked.faults.iter().map(ToString::to_string).collect();
    if args.json {
        let line = serde_json::json!({
            "file": name, "verdict": word(&checked), "events": checked.events, "withheld": checked.withheld,
            "faults": faults,
            "contents": dossier.cover["about"]["contents"], "proves": tlog::explain(),
        });
        println!("{line}");
    } else {
        println!("{name}: {}", sentence(&checked));
        for fault in &faults {
            println!("FAULT {fault}");
        }
        if valid {
            println!("{}", tlog::explain());
        }
    }
    Ok(super::held(valid))
}

fn word(checked: &Checked) -> &'static str {
    match (checked.faults.is_empty(), checked.signed) {
        (true, true) => "valid",
        (true, false) => "unknown-signer",
        (false, _) => "invalid",
    }
}

fn sentence(checked: &Checked) -> String {
    let seal = checked.seal.as_ref().map(ToString::to_string).unwrap_or_default();
    let events = match checked.withheld {
        0 => format!("{} events", checked.events),
        withheld => format!("{} events (words of {withheld} withheld)", checked.events),
    };
    match word(checked) {
        "valid" => format!("valid: {events} and the cover sheet are what was exported; sealed by {seal}"),
        "unknown-signer" => format!("consistent, signer unknown: {events}; sealed by {seal}"),
        _ => "invalid: this is not what was exported".to_owned(),
    }
}

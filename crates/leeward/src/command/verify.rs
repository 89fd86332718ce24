//! `leeward verify`: the store and its attachments against the log.

use crate::config::{Config, Place};
use crate::house;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::ExitCode;

/// `leeward verify`
#[derive(Debug, clap::Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    /// A checkpoint that was kept elsewhere: only it shows that the newest entries were taken away.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub async fn run(args: Verify) -> Result<ExitCode> {
    let config = Config::load(&args.place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let seen = db::scrub::scrub(&db, &house::blobs(&config)?, db::scrub::Pace::Full).await?;
    let log = &seen.log;
    let mut faults = seen.faults();
    faults.extend(accounts::check_batches(&db).await?);
    if let Some(path) = &args.checkpoint {
        let note = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
        faults.extend(db::log::verify_against(&db, &note).await?.iter().map(ToString::to_string));
    }
    let good = faults.is_empty();
    if args.json {
        println!(
            "{}",
            serde_json::json!({
                "valid": good, "events": log.events, "erased": log.erased, "pending": log.pending,
                "epochs": log.epochs, "checkpoints": log.checkpoints, "attachments": seen.blobs, "faults": faults,
            })
        );
    } else {
        println!(
            "{} events, {} erased, {} waiting for their place, {} epochs, {} checkpoints, {} attachments",
            log.events, log.erased, log.pending, log.epochs, log.checkpoints, seen.blobs
        );
        for fault in &faults {
            println!("FAULT {fault}");
        }
        println!("{}", if good { "The store and its log agree." } else { "The store and its log do NOT agree." });
    }
    db.close().await;
    Ok(super::held(good))
}

//! `leeward verify`: the store against its log.

use crate::config::{Config, Place};
use crate::house;
use anyhow::Result;
use std::process::ExitCode;

/// `leeward verify`
#[derive(Debug, clap::Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub async fn run(args: Verify) -> Result<ExitCode> {
    let config = Config::load(&args.place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let report = db::log::verify(&db).await?;
    let good = report.faults.is_empty();
    if args.json {
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        println!(
            "{}",
            serde_json::json!({
                "valid": good, "events": report.events, "erased": report.erased, "pending": report.pending,
                "epochs": report.epochs, "checkpoints": report.checkpoints, "faults": faults,
            })
        );
    } else {
        println!(
            "{} events, {} erased, {} waiting for their place, {} epochs, {} checkpoints",
            report.events, report.erased, report.pending, report.epochs, report.checkpoints
        );
        for fault in &report.faults {
            println!("FAULT {fault}");
        }
        println!("{}", if good { "The store and its log agree." } else { "The store and its log do NOT agree." });
    }
    db.close().await;
    Ok(super::held(good))
}

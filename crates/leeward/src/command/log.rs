//! `leeward log`: the log of the store.

use crate::config::{Config, Place};
use crate::house;
use anyhow::Result;
use std::process::ExitCode;

/// `leeward log`
#[derive(Debug, clap::Subcommand)]
pub enum Log {
    /// Go on under a new key after the store lost entries that it had confirmed, and nothing better can be had.
    GoOn(Place),
}

/// Runs it.
pub async fn run(log: Log) -> Result<ExitCode> {
    let Log::GoOn(place) = log;
    let config = Config::load(&place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let kept = house::kept_head(&config);
    let Err(behind) = kept.check(&db).await else {
        println!("Nothing is lost: the store has everything that it had when the newest head was kept.");
        db.close().await;
        return Ok(ExitCode::SUCCESS);
    };
    if !matches!(behind, db::DbError::Behind { .. }) {
        return Err(behind.into());
    }
    let epoch = kept.go_on(&db).await?;
    println!(
        "The log goes on in {}. Receipts of what is lost can no longer be looked up here; tell those who hold them.",
        epoch.origin
    );
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

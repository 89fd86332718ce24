//! `leeward migrate`: opening the store migrates it, after a copy.

use crate::config::{Config, Place};
use crate::house;
use anyhow::Result;
use std::process::ExitCode;

/// Runs it.
pub async fn run(place: &Place) -> Result<ExitCode> {
    let config = Config::load(place, std::env::vars())?;
    let db = house::open(&config).await?;
    println!("The schema is number {}.", db::migrate::latest());
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

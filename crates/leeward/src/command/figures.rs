//! `leeward figures rebuild`: the rows that figures are made of, anew from the events.

use crate::config::{Config, Place};
use crate::house;
use anyhow::Result;
use std::process::ExitCode;

/// `leeward figures`
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Count every case again from its events. Safe while the desk runs.
    Rebuild(Place),
}

/// Runs it.
pub async fn run(command: Command) -> Result<ExitCode> {
    let Command::Rebuild(place) = command;
    let config = Config::load(&place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let counted = desk::figures::rebuild(&db).await?;
    db.close().await;
    println!("{counted} cases counted. What was erased keeps the rows it has.");
    Ok(ExitCode::SUCCESS)
}

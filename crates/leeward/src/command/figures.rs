//! `leeward figures`: the rows that figures are made of, anew from the events; and cases that are no reports.

use crate::config::{Config, Place};
use crate::house;
use anyhow::{Context, Result};
use std::process::ExitCode;

/// `leeward figures`
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Count every case again from its events. Safe while the desk runs.
    Rebuild(Place),
    /// Keep a case out of the figures: somebody tried the desk out.
    Trial(Trial),
}

/// `leeward figures trial`
#[derive(Debug, clap::Args)]
pub struct Trial {
    /// The case, such as REP-12.
    case: String,
    /// It is a report after all.
    #[arg(long)]
    undo: bool,
    #[command(flatten)]
    place: Place,
}

/// Runs it.
pub async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Rebuild(place) => rebuild(&place).await,
        Command::Trial(args) => trial(args).await,
    }
}

async fn rebuild(place: &Place) -> Result<ExitCode> {
    let config = Config::load(place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let counted = desk::figures::rebuild(&db).await?;
    db.close().await;
    println!("{counted} cases counted. What was erased keeps the rows it has.");
    Ok(ExitCode::SUCCESS)
}

async fn trial(args: Trial) -> Result<ExitCode> {
    let config = Config::load(&args.place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let done = desk::figures::mark_trial(&db, &args.case, !args.undo).await;
    db.close().await;
    let changed = done.with_context(|| format!("{}: not marked", args.case))?;
    let words = if args.undo { "counts as a report" } else { "is a trial and counts nowhere" };
    println!("{} {words}{}", args.case, if changed { "." } else { " already." });
    Ok(ExitCode::SUCCESS)
}

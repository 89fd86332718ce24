//! `leeward verify`: the store and its attachments against the log, or a backup in a place of its own.

use crate::config::{Config, Place};
use crate::house;
use anyhow::{Context, Result};
use db::backup::{Rehearsing, keys_beside, rehearse, remember_tried};
use domain::{Ambient, Ts};
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
    /// Look at a backup instead: it is restored into a temporary place, which is removed again.
    #[arg(long, value_name = "FILE", conflicts_with = "checkpoint")]
    backup: Option<PathBuf>,
    /// The wrapped keys of the backup; FILE.keys by default.
    #[arg(long, value_name = "FILE", requires = "backup")]
    keys: Option<PathBuf>,
    /// An empty database to restore into, for a backup of a store on PostgreSQL. It is not emptied afterwards.
    #[arg(long, value_name = "URL", requires = "backup")]
    into: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub async fn run(args: Verify) -> Result<ExitCode> {
    let config = Config::load(&args.place, std::env::vars())?;
    if let Some(file) = args.backup {
        return rehearsal(&config, file, (args.keys, args.into), args.json).await;
    }
    let db = house::open_existing(&config).await?;
    let seen = db::scrub::scrub(&db, &house::blobs(&config)?, db::scrub::Pace::Full).await?;
    let log = &seen.log;
    let mut faults = seen.faults();
    faults.extend(accounts::check_batches(&db).await?);
    if let Err(behind) = house::kept_head(&config).check(&db).await {
        faults.push(behind.to_string());
    }
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

/// Restores a backup into a temporary place and looks at all of it. The store of the house only remembers what came
/// out, when it is there.
async fn rehearsal(
    config: &Config,
    file: PathBuf,
    (keys, database): (Option<PathBuf>, Option<String>),
    json: bool,
) -> Result<ExitCode> {
    let (masters, _) = house::keys(config, false)?;
    let folder = tempfile::Builder::new().prefix("leeward-backup-").tempdir().context("a temporary folder")?;
    let trying = Rehearsing {
        keys: keys.unwrap_or_else(|| keys_beside(&file)),
        file,
        masters,
        ambient: Ambient::system(),
        folder: folder.path().to_owned(),
        database,
    };
    let seen = rehearse(trying, async |db| match accounts::check_batches(db).await {
        Ok(faults) => Ok(faults),
        Err(accounts::AccountError::Store(error)) => Err(error),
        Err(other) => Err(db::DbError::Inconsistent(other.to_string())),
    })
    .await?;
    let of = Ts::from_micros(seen.manifest.taken_at);
    let good = seen.faults.is_empty();
    let remembered = house::made(config);
    if remembered {
        let db = house::open_existing(config).await?;
        let kept = remember_tried(&db, of, seen.faults.len()).await;
        db.close().await;
        kept?;
    }
    let schema = seen.manifest.schema;
    if json {
        let line = serde_json::json!({
            "valid": good, "taken_at": of.to_string(), "schema": schema, "log_root": seen.manifest.log_root,
            "log_size": seen.manifest.log_size, "events": seen.events, "cases": seen.cases, "attachments": seen.blobs,
            "faults": seen.faults, "remembered": remembered,
        });
        println!("{line}");
    } else {
        println!(
            "Of {of}, schema {schema}, log of {} entries with root {}",
            seen.manifest.log_size, seen.manifest.log_root
        );
        println!("{} events, {} cases opened, {} attachments", seen.events, seen.cases, seen.blobs);
        if !seen.manifest.blobs_included {
            println!("The attachments lie in a bucket: the backup has their names only, and they were not looked at.");
        }
        for fault in &seen.faults {
            println!("FAULT {fault}");
        }
        println!("{}", if good { "The backup can be restored." } else { "The backup is NOT whole." });
    }
    Ok(super::held(good))
}

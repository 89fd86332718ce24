//! `leeward backup` and `leeward restore`.

use crate::config::{Config, Place};
use crate::house;
use anyhow::Result;
use db::backup::{Restoring, backup as write_backup, keys_beside, restore as read_backup};
use db::erase::ErasureList;
use domain::Ambient;
use std::path::PathBuf;
use std::process::ExitCode;

/// `leeward backup`
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The new file; its keys go to FILE.keys.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// `leeward restore`
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The file that `backup` wrote.
    file: PathBuf,
    /// The wrapped keys; FILE.keys by default.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The erasure list (erasures.log) of the lost store, if it could be saved.
    #[arg(long, value_name = "FILE")]
    erasures: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Writes a backup.
pub async fn backup(args: Backup) -> Result<ExitCode> {
    let config = Config::load(&args.place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    let made = write_backup(&db, &house::blobs(&config)?, &args.file).await?;
    println!("{}: the store as it was just now.", made.file.display());
    println!(
        "{}: its wrapped keys. Keep this file apart and for a shorter time: erasures reach back as far as it is deleted.",
        made.keys.display()
    );
    println!("The master key is in neither. Without it, or the recovery words, both files are useless.");
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup into an empty place.
pub async fn restore(args: Restore) -> Result<ExitCode> {
    let config = Config::load(&args.place, std::env::vars())?;
    std::fs::create_dir_all(&config.store.data)?;
    let (masters, _) = house::keys(&config, false)?;
    let restored = read_backup(Restoring {
        keys: args.keys.unwrap_or_else(|| keys_beside(&args.file)),
        file: args.file,
        target: config.address()?,
        masters,
        blobs: house::blobs(&config)?,
        ambient: Ambient::system(),
        erased: args.erasures.as_deref().map(ErasureList::at),
        list: house::erasures(&config),
        backups: config.backups(),
    })
    .await?;
    println!("The log goes on in {}. Receipts from before stay valid under their own key.", restored.epoch);
    match restored.listed {
        Some(listed) => println!("{listed} erasures are known; {} of them were repeated.", restored.repeated),
        None => println!("WARNING: no erasure list was given. Erasures made after this backup came back: repeat them."),
    }
    for name in &restored.damaged {
        println!("DAMAGED attachment, left out: {name}");
    }
    for fault in &restored.report.faults {
        println!("FAULT {fault}");
    }
    let good = restored.report.faults.is_empty() && restored.damaged.is_empty();
    println!("{}", if good { "The restored store and its log agree." } else { "The restore is NOT whole." });
    Ok(super::held(good))
}

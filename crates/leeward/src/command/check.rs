//! `leeward check`: what is in force, and whether the store can be used.

use crate::config::{Config, MasterSource, Place, masked};
use crate::house;
use accounts::recovery_words::RecoveryState;
use anyhow::Result;
use std::process::ExitCode;

/// Runs it. Changes nothing.
pub async fn run(place: &Place) -> Result<ExitCode> {
    let config = Config::load(place, std::env::vars())?;
    println!("{}", masked(&config)?);
    config.check_listener()?;
    config.certificate()?;
    let url = config.public_url()?;
    println!("# Public address: {}", url.origin());
    if !house::made(&config) {
        println!("# There is no store yet; the first start makes it.");
        return Ok(ExitCode::SUCCESS);
    }
    let (_, source) = house::keys(&config, false)?;
    let from = match source {
        MasterSource::Environment => "the environment".to_owned(),
        MasterSource::Command => "keys.master_command".to_owned(),
        MasterSource::File(path) => path.display().to_string(),
    };
    let db = house::open_existing(&config).await?;
    println!("# Master key {} from {from}", db.keys().master_id());
    let mut tx = db.read().await?;
    let epoch = db::log::current(&mut tx).await?;
    println!("# Log {} with {} entries, key {}", epoch.origin, epoch.head.size, epoch.verifier.id());
    if accounts::recovery_words::state(&mut tx).await? == RecoveryState::Confirmed {
        println!("# Recovery words were saved.");
    } else {
        println!("# WARNING: nobody has confirmed the recovery words. If the master key is lost, everything is.");
    }
    drop(tx);
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

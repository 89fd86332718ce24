//! `leeward key`: show the public keys of the log, change the master key, bring it back.

use crate::config::{Config, MasterSource, Place, write_master};
use crate::house;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use domain::Ambient;
use seal::MasterKey;
use seal::recovery::{RecoveryWords, open_master};
use std::io::BufRead;
use std::process::ExitCode;

/// `leeward key …`
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Fingerprint of the master key; with --public the public keys of the log.
    Show {
        /// Which store.
        #[command(flatten)]
        place: Place,
        /// Print the key file that `receipt verify --key` reads.
        #[arg(long)]
        public: bool,
    },
    /// Make a new master key and rewrap every other key under it. Can be stopped and run again.
    Rotate {
        /// Which store.
        #[command(flatten)]
        place: Place,
    },
    /// Bring a lost master key back from the 24 recovery words, read from standard input.
    Recover {
        /// Which store.
        #[command(flatten)]
        place: Place,
    },
}

/// Runs it.
pub async fn run(key: Key) -> Result<ExitCode> {
    match key {
        Key::Show { place, public } => show(&place, public).await,
        Key::Rotate { place } => rotate(&place).await,
        Key::Recover { place } => recover(&place).await,
    }
}

async fn show(place: &Place, public: bool) -> Result<ExitCode> {
    let config = Config::load(place, std::env::vars())?;
    let db = house::open_existing(&config).await?;
    if public {
        let mut tx = db.read().await?;
        print!("{}", db::log::key_file(&mut tx).await?);
    } else {
        println!("{}", db.keys().master_id());
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn rotate(place: &Place) -> Result<ExitCode> {
    let config = Config::load(place, std::env::vars())?;
    let ambient = Ambient::system();
    let (masters, source) = house::keys(&config, false)?;
    let MasterSource::File(path) = source else {
        bail!(
            "the master key does not come from a file. Put a new first line before the old key in your \
             secret store, then run this again; when it is done, take the old line out"
        );
    };
    if masters.older.is_empty() {
        let fresh = MasterKey::generate(ambient.random.as_ref());
        // Both keys are in the file before anything is rewrapped: a stop at any point loses nothing.
        write_master(&path, &[&fresh, &masters.current])?;
    }
    let db = house::open_existing(&config).await?;
    let rotated = db::rotate::rotate(&db, |done, left| eprintln!("{done} keys rewrapped, {left} left")).await?;
    accounts::recovery_words::seal_again(&db).await?;
    db.close().await;
    let (masters, _) = house::keys(&config, false)?;
    write_master(&path, &[&masters.current])?;
    println!("{} keys are wrapped under the new master key {}.", rotated.keys, rotated.master);
    println!("Copy {} to the place where you keep it. Backups made before need the old key.", path.display());
    Ok(ExitCode::SUCCESS)
}

async fn recover(place: &Place) -> Result<ExitCode> {
    let config = Config::load(place, std::env::vars())?;
    let path = config.master_file();
    if path.exists() {
        bail!("{}: there is a master key already; move it away first", path.display());
    }
    let sealed = accounts::recovery_words::sealed_master(&config.address()?)
        .await?
        .context("this store has no recovery key: nobody confirmed the recovery words at set-up")?;
    eprintln!("Type or paste the 24 recovery words, then Enter:");
    let mut line = zeroize::Zeroizing::new(String::new());
    std::io::stdin().lock().read_line(&mut line)?;
    let words = RecoveryWords::parse(&line)?;
    let master = open_master(&words, &sealed)?;
    write_master(&path, &[&master])?;
    println!("The master key {} is back in {}.", master.id(), path.display());
    Ok(ExitCode::SUCCESS)
}

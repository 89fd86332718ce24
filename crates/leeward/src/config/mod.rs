//! Configuration: one commented file of defaults, a file of the operator's over it, the environment
//! over both. An unknown key is an error, so that a typing mistake is not a silent default.

mod effective;
mod listener;
mod mail;
mod master;
mod outbound;
mod output;
mod overlay;

pub use effective::masked;
pub use mail::Mail;
pub use master::{MasterSource, masters, write_file as write_master};
pub use outbound::Outbound;
pub use output::Output;

use anyhow::{Context, Result, bail};
use desk::heartbeat::BackupsDue;
use domain::Span;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use toml::Table;

/// The defaults, as documented.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");

/// What is in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[organisation]`
    pub organisation: Organisation,
    /// `[store]`
    pub store: Store,
    /// `[keys]`
    pub keys: Keys,
    /// `[log]`
    pub log: Log,
    /// `[programme]`
    pub programme: bounty::programme::Brief,
    /// `[mail]`
    pub mail: Mail,
    /// `[outbound]`
    pub outbound: Outbound,
    /// `[output]`
    pub output: Output,
    /// `[scan]`
    pub scan: Scan,
}

/// `[scan]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// Where clamd listens; empty for no scanner.
    pub clamd: String,
}

/// `[server]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How people reach us.
    pub public_url: String,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Certificate chain (PEM), to speak TLS ourselves.
    pub certificate_file: PathBuf,
    /// Its key (PEM).
    pub certificate_key_file: PathBuf,
    /// Lets other machines reach a listener without TLS.
    pub allow_plain: bool,
    /// Who may read `/metrics`.
    pub metrics_from: Vec<String>,
    /// From where the house is administered; empty: from everywhere.
    pub administered_from: Vec<String>,
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub connections_each: usize,
    /// Multiplies every rate limit.
    pub rate_factor: u32,
}

/// `[organisation]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Shown in the header.
    pub name: String,
}

/// `[store]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// The data folder.
    pub data: PathBuf,
    /// Address of the database; empty for SQLite in the data folder.
    pub database: String,
    /// Address of the blobs; empty for files in the data folder.
    pub blobs: String,
    /// Free space below which intake stops.
    pub disk_floor_mb: u64,
    /// Hours between two scrubs, 0 to 8,760; 0 for none.
    pub scrub_hours: u64,
    /// Days without a backup after which somebody is told, 0 to 365; 0 for never.
    pub backup_days: u32,
    /// Different cases read by one person within ten minutes at which somebody is told, 0 to 100,000; 0 for never.
    pub many_reads: u32,
}

/// `[keys]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Prints the master key.
    pub master_command: String,
    /// Holds the master key.
    pub master_file: PathBuf,
}

/// `[log]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// Name of the log.
    pub origin: String,
    /// Seconds between public checkpoints, 1 to 86,400.
    pub checkpoint_seconds: u64,
}

/// What the command line may say over the configuration.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Place {
    /// Configuration file.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Data folder.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Database: postgres://… or sqlite:FILE. SQLite in the data folder by default.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Attachments: s3://bucket/prefix?… or a folder. A folder in the data folder by default.
    #[arg(long, value_name = "URL")]
    pub blobs: Option<String>,
}

impl Config {
    /// Defaults, then the file, then the environment, then the command line.
    pub fn load(place: &Place, environment: impl Iterator<Item = (String, String)>) -> Result<Self> {
        let mut table: Table = DEFAULTS.parse().context("the built-in defaults")?;
        if let Some(path) = &place.config {
            let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
            let own: Table = text.parse().with_context(|| format!("{}", path.display()))?;
            overlay::merge(&mut table, own).with_context(|| format!("{}", path.display()))?;
        }
        overlay::from_environment(&mut table, environment)?;
        let mut config: Self = table.try_into().context("the configuration")?;
        if let Some(data) = &place.data {
            config.store.data.clone_from(data);
        }
        if let Some(database) = &place.database {
            config.store.database.clone_from(database);
        }
        if let Some(blobs) = &place.blobs {
            config.store.blobs.clone_from(blobs);
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        if !(1..=86_400).contains(&self.log.checkpoint_seconds) {
            bail!("log.checkpoint_seconds: write a number from 1 to 86400");
        }
        if self.store.scrub_hours > 8_760 {
            bail!("store.scrub_hours: write a number of hours, at most 8760, or 0 for no scrub");
        }
        if self.store.backup_days > 365 {
            bail!("store.backup_days: write a number of days, at most 365, or 0 for never");
        }
        if self.store.many_reads > 100_000 {
            bail!("store.many_reads: write a number of cases, at most 100000, or 0 for never");
        }
        if self.server.rate_factor == 0 {
            bail!("server.rate_factor: write 1 or more");
        }
        self.log.origin.parse::<tlog::LogName>().map_err(|e| anyhow::anyhow!("log.origin: {e}"))?;
        self.programme.check().map_err(|e| anyhow::anyhow!("programme.{e}"))?;
        self.server.check()?;
        self.mail.check()?;
        self.outbound.check()?;
        self.output.check()?;
        self.scanner()?;
        Ok(())
    }

    /// Address of the database.
    pub fn address(&self) -> Result<db::Address> {
        if self.store.database.is_empty() {
            return Ok(db::Address::Sqlite(self.store.data.join("leeward.sqlite")));
        }
        Ok(self.store.database.parse()?)
    }

    /// After how long without a backup somebody is told.
    pub fn backups_due(&self) -> Option<BackupsDue> {
        (self.store.backup_days > 0).then(|| BackupsDue(Span::from_days(self.store.backup_days.into())))
    }

    /// The virus scanner, if there is one.
    pub fn scanner(&self) -> Result<Option<desk::attachment::Scanner>> {
        let place = &self.scan.clamd;
        if place.is_empty() {
            return Ok(None);
        }
        place.parse().map(Some).map_err(|why| anyhow::anyhow!("scan.clamd: {why}"))
    }

    /// Where copies before migrations go.
    pub fn backups(&self) -> PathBuf {
        self.store.data.join("backups")
    }

    /// Where the master key file is.
    pub fn master_file(&self) -> PathBuf {
        if self.keys.master_file.as_os_str().is_empty() {
            self.store.data.join("master.key")
        } else {
            self.keys.master_file.clone()
        }
    }

    /// How people reach us.
    pub fn public_url(&self) -> Result<web::PublicUrl> {
        let text = if self.server.public_url.is_empty() {
            let scheme = if self.server.speaks_tls() { "https" } else { "http" };
            format!("{scheme}://{}", self.server.listen)
        } else {
            self.server.public_url.clone()
        };
        web::PublicUrl::parse(&text).map_err(|e| anyhow::anyhow!("server.public_url: {e}"))
    }
}

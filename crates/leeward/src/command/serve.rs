//! `leeward serve`: the desk until a stop signal.

use crate::config::{Config, Place};
use crate::house::{self, House};
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::net::TcpListener;

/// `leeward serve`
#[derive(Debug, clap::Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address to listen on.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// How people reach this desk.
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

/// Runs it.
pub async fn run(args: Serve) -> Result<ExitCode> {
    start_log();
    let mut config = Config::load(&args.place, std::env::vars())?;
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    if let Some(url) = args.public_url {
        config.server.public_url = url;
    }
    let listener = TcpListener::bind(config.server.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.server.listen))?;
    config.server.listen = listener.local_addr()?;
    let db = house::open(&config).await?;
    let house = house::build(&config, db, Vec::new()).await?;
    let url = config.public_url()?;
    if let Some(link) = accounts::first_owner_link(&house.db).await? {
        println!("Nobody runs this desk yet. Open this link once, within 72 hours, to become its owner:");
        println!("{}", url.join(&link.path()));
    }
    println!("Leeward serves {} on {}", url.origin(), config.server.listen);
    until_stopped(listener, house).await
}

/// Serves until SIGTERM or SIGINT, lets running requests end, then puts what is in memory on disk.
pub async fn until_stopped(listener: TcpListener, house: House) -> Result<ExitCode> {
    web::server::serve(listener, house.router.clone(), house.kit.clone(), stop_signal()).await;
    house.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}

/// Lines on standard error; `RUST_LOG` chooses the level.
pub fn start_log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
}

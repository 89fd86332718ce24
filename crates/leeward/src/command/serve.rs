//! `leeward serve`: the desk until a stop signal.

use crate::config::{Config, Place};
use crate::house::{self, House};
use crate::log_lines;
use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How long the last lines of the log may take to whoever gathers them.
const LAST_LINES: Duration = Duration::from_secs(2);

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
    let mut config = Config::load(&args.place, std::env::vars())?;
    let lines = config.collector()?.map(outbound::start_collector).transpose().context("output.collector")?;
    let clock = domain::Ambient::system().clock;
    log_lines::start(lines.clone().map(|lines| log_lines::Gathered { lines, clock }));
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    if let Some(url) = args.public_url {
        config.server.public_url = url;
    }
    config.check_listener()?;
    let listener = TcpListener::bind(config.server.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.server.listen))?;
    config.server.listen = listener.local_addr()?;
    let db = house::open(&config).await?;
    house::kept_head(&config).check(&db).await?;
    let house = house::build(&config, db, (Vec::new(), Some(house::painter()?))).await?;
    let url = config.public_url()?;
    if let Some(link) = accounts::first_owner_link(&house.db).await? {
        println!("Nobody runs this desk yet. Open this link once, within 72 hours, to become its owner:");
        println!("{}", url.join(&link.path()));
    }
    let stopped = until_stopped(listener, house, &url).await;
    if let Some(lines) = lines {
        lines.sent(LAST_LINES).await;
    }
    stopped
}

/// Says that it serves, serves until SIGTERM or SIGINT, lets running requests end, then puts what is in memory on disk.
///
/// The signals are caught before the line is printed: who waits for the line may stop the desk at once.
pub async fn until_stopped(listener: TcpListener, house: House, url: &web::PublicUrl) -> Result<ExitCode> {
    let mut term = signal(SignalKind::terminate()).context("cannot catch SIGTERM")?;
    let mut int = signal(SignalKind::interrupt()).context("cannot catch SIGINT")?;
    let stopped = async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    };
    println!("Leeward serves {} on {}", url.origin(), listener.local_addr()?);
    web::server::serve(listener, house.router.clone(), house.kit.clone(), stopped).await;
    house.close().await;
    Ok(ExitCode::SUCCESS)
}

//! Wiring: the store opened, its background work started, every desk's routes in one router.

use crate::config::{Config, MasterSource, masters};
use accounts::{Accounts, HouseAuthenticator};
use anyhow::{Context, Result, bail};
use axum::Router;
use bounty::intake::DiskFloor;
use db::blob::Blobs;
use db::erase::ErasureList;
use db::{Db, Masters, Opening, jobs};
use desk::attachment::Painter;
use domain::{Ambient, Permission, Span};
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use web::{App, Kit, KitParts, NavItem, Route, Settings};

/// A running house.
pub struct House {
    /// The store.
    pub db: Db,
    /// What answers requests.
    pub router: Router,
    /// The web kit.
    pub kit: Kit,
    /// People and sessions.
    pub accounts: Accounts,
    background: Vec<JoinHandle<()>>,
    kept_head: db::log::KeptHead,
}

/// True when the store was made before.
pub fn made(config: &Config) -> bool {
    match config.address() {
        Ok(db::Address::Sqlite(path)) => path.exists(),
        Ok(db::Address::Postgres(_)) => config.master_file().exists(),
        Err(_) => false,
    }
}

/// The master key, made when there is neither key nor store.
pub fn keys(config: &Config, may_make: bool) -> Result<(Masters, MasterSource)> {
    masters(config, &Ambient::system(), may_make)
}

/// Opens the store, making it when it is not there.
pub async fn open(config: &Config) -> Result<Db> {
    open_with(config, Ambient::system()).await
}

/// The same with a clock of one's own.
pub async fn open_with(config: &Config, ambient: Ambient) -> Result<Db> {
    let data = &config.store.data;
    std::fs::create_dir_all(data).with_context(|| format!("{}", data.display()))?;
    let sqlite_exists = matches!(config.address()?, db::Address::Sqlite(path) if path.exists());
    let (masters, _) = keys(config, !sqlite_exists)?;
    let opening = Opening {
        address: config.address()?,
        masters,
        ambient,
        origin: config.log.origin.clone(),
        backups: config.backups(),
    };
    Ok(Db::open(opening).await?)
}

/// Opens a store that must be there: a typing mistake in a path makes no empty store.
pub async fn open_existing(config: &Config) -> Result<Db> {
    if !made(config) {
        bail!("{}: there is no store here; `leeward serve` makes one", config.store.data.display());
    }
    open(config).await
}

/// The newest head of the log, kept in the data folder.
pub fn kept_head(config: &Config) -> db::log::KeptHead {
    db::log::KeptHead::beside(&config.store.data)
}

/// Opens the attachments' place.
pub fn blobs(config: &Config) -> Result<Blobs> {
    let place = if config.store.blobs.is_empty() {
        config.store.data.join("blobs").display().to_string()
    } else {
        config.store.blobs.clone()
    };
    Ok(Blobs::open(&place.parse()?)?)
}

/// The list of erasures beside the store.
pub fn erasures(config: &Config) -> ErasureList {
    ErasureList::beside(&config.store.data)
}

/// Every row of every desk. The kit adds its own ([`web::own_routes`]), the demo its entrance.
pub fn routes() -> Vec<Route> {
    [accounts::routes(), desk::routes(), bounty::routes()].into_iter().flatten().collect()
}

/// This program, to have pictures decoded in processes of their own.
pub fn painter() -> Result<Painter> {
    Ok(Painter::of(std::env::current_exe().context("this program does not know where it lies")?))
}

/// Puts everything together and starts the background work. Without a painter pictures are decoded in this process.
pub async fn build(config: &Config, db: Db, (more, painter): (Vec<Route>, Option<Painter>)) -> Result<House> {
    bounty::programme::install(&db, config.programme.clone()).await?;
    let mut settings = Settings::new(config.public_url()?, config.organisation.name.clone());
    settings.trusted_proxies = networks("server.trusted_proxies", &config.server.trusted_proxies)?;
    settings.metrics_from = networks("server.metrics_from", &config.server.metrics_from)?;
    settings.administered_from = networks("server.administered_from", &config.server.administered_from)?;
    settings.certificate = config.certificate()?;
    settings.limits.connections = config.server.connections;
    settings.limits.connections_each = config.server.connections_each;
    settings.limits.rate_factor = config.server.rate_factor;
    let accounts = Accounts::new(db.clone()).of_house(&config.organisation.name);
    let cookies = web::Cookies::new(settings.public_url.scheme());
    let kit = Kit::new(KitParts {
        ambient: db.ambient().clone(),
        settings,
        authenticator: Arc::new(HouseAuthenticator::new(accounts.clone(), cookies)),
        csrf_key: db.keys().token().hmac("web forms", &[]),
        nav: navigation(),
    });
    let blobs = blobs(config)?;
    let post = mail::Post::new(config.mail_settings()?);
    let floor = DiskFloor::new(config.store.data.clone(), config.store.disk_floor_mb << 20);
    let list = erasures(config);
    let client = outbound::Client::new(config.outbound_rules()?)?;
    let (clock, clock_task) = desk::system::start_clock_watch(db.ambient().clone(), Duration::from_secs(10));
    let asked = floor.clone();
    let disk = move || desk::system::Disk { free: asked.free(), floor: asked.floor() };
    let backups = config.backups_due();
    let machine = desk::system::Machine {
        version: env!("CARGO_PKG_VERSION"),
        disk: Arc::new(disk),
        clock,
        backups,
        checkpoints: Span::from_seconds(i64::try_from(config.log.checkpoint_seconds).unwrap_or(i64::MAX)),
    };
    let app = painter
        .into_iter()
        .fold(App::new(db.clone(), kit.clone()), App::carry)
        .carry(accounts.clone())
        .carry(blobs.clone())
        .carry(floor)
        .carry(machine)
        .carry(desk::inbox::Lately::default())
        .carry(bounty::SavedCodes::default())
        .carry(list.clone())
        .carry(post.clone())
        .carry(client.clone())
        .carry(db::search::Search::new(&db));
    let app = config.scanner()?.into_iter().fold(app, App::carry);
    desk::figures::ensure(&db).await?;
    desk::engine::ensure_words(&db).await?;
    let router = web::router(app, routes().into_iter().chain(more).collect());
    let mut background = background(config, &db, &blobs, (&kit, list, (post, client)));
    background.push(clock_task);
    Ok(House { db, router, kit, accounts, background, kept_head: kept_head(config) })
}

impl House {
    /// What must be on disk before the process ends. A job that is cut short is done again at the next start.
    pub async fn close(&self) {
        for task in &self.background {
            task.abort();
        }
        self.accounts.reads().flush().await;
        if let Err(error) = self.kept_head.keep(&self.db).await {
            tracing::warn!(%error, "the head of the log was not kept beside the store");
        }
        self.db.close().await;
    }
}

fn background(
    config: &Config,
    db: &Db,
    blobs: &Blobs,
    (kit, list, (post, client)): (&Kit, ErasureList, (mail::Post, outbound::Client)),
) -> Vec<JoinHandle<()>> {
    let mut handlers: BTreeMap<&'static str, jobs::Handler> = BTreeMap::new();
    handlers.insert(desk::engine::CLOCK_JOB, desk::engine::due_jobs());
    handlers.insert(desk::engine::INDEX_JOB, desk::engine::index_jobs());
    handlers.insert(desk::engine::REINDEX_JOB, desk::engine::reindex_jobs());
    handlers.insert(desk::engine::SEND_JOB, desk::engine::send_jobs());
    let letterhead =
        desk::letters::Letterhead::new(&kit.settings.organisation, kit.settings.public_url.clone(), post.settings());
    handlers.insert(desk::letters::NOTICE_JOB, desk::letters::notice_jobs(post.clone(), letterhead.clone()));
    handlers.insert(desk::letters::DIGEST_JOB, desk::letters::digest_jobs(post.clone(), letterhead.clone()));
    let links = accounts::researcher::Letterhead {
        organisation: kit.settings.organisation.clone(),
        url: kit.settings.public_url.clone(),
    };
    handlers.insert(accounts::researcher::LINK_JOB, accounts::researcher::link_jobs(links));
    handlers.insert(outbound::JOB, desk::webhooks::webhook_jobs(kit.settings.public_url.clone()));
    handlers.insert(desk::clock::RECOMPUTE_JOB, desk::clock::recompute_jobs());
    handlers.insert(desk::figures::COUNT_JOB, desk::figures::count_jobs());
    handlers.insert(db::search::MERGE_JOB, db::search::merge_handler());
    handlers.insert(db::erase::SWEEP, db::sweep::handler(blobs.clone(), list.clone()));
    if !post.is_on() {
        db.leave_out(desk::letters::NOTICE_JOB);
    }
    let mut tasks = vec![
        jobs::start_worker(db.clone(), handlers, Duration::from_millis(500)),
        db::log::start_keeper(db.clone(), kept_head(config), Duration::from_secs(1)),
        db::log::start_publisher(db.clone(), Duration::from_secs(config.log.checkpoint_seconds)),
        bounty::start_sweeper(db.clone(), blobs.clone(), Duration::from_mins(10)),
        desk::alert::start_watch(db.clone(), post.is_on().then(|| letterhead.clone()), Duration::from_secs(10)),
        desk::retention::start_keeper(db.clone(), list, Duration::from_hours(1)),
        desk::audit::start_read_watch(
            db.clone(),
            (post.is_on().then(|| letterhead.clone()), config.store.many_reads),
            Duration::from_mins(1),
        ),
        watch_queue(db.clone(), kit.clone()),
        outbound::start_sender(db.clone(), client, webhooks_in_metrics(kit.clone())),
        mail::start_courier(db.clone(), post.clone(), letters_in_metrics(kit.clone(), post.clone())),
    ];
    if post.is_on() {
        tasks.push(desk::heartbeat::start_heartbeat(
            db.clone(),
            (letterhead, config.backups_due()),
            Duration::from_mins(1),
        ));
    }
    if config.store.scrub_hours > 0 {
        let every = Duration::from_hours(config.store.scrub_hours);
        let pace = (every.min(Duration::from_hours(1)), every);
        tasks.push(db::scrub::start_scrubber(db.clone(), blobs.clone(), pace, shown_in_metrics(kit.clone())));
    }
    tasks
}

/// What the last scrub found, for `/metrics`: an alarm on the faults, another on an end long ago.
fn shown_in_metrics(kit: Kit) -> db::scrub::Told {
    Arc::new(move |seen| {
        let now = u64::try_from(kit.ambient.now().micros() / 1_000_000).unwrap_or_default();
        kit.figures.set("leeward_scrub_faults", seen.faults().len() as u64);
        kit.figures.set("leeward_scrub_ended_at_seconds", now);
    })
}

/// How the post is doing, for `/metrics`: an alarm on the age of the oldest letter, or on the courier's silence.
fn letters_in_metrics(kit: Kit, post: mail::Post) -> mail::Told {
    Arc::new(move |tally| {
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        kit.figures.set("leeward_mail_waiting", count(tally.waiting));
        kit.figures.set("leeward_mail_oldest_waiting_seconds", count(tally.oldest / 1_000_000));
        kit.figures.set("leeward_mail_failed", count(tally.failed));
        kit.figures.set("leeward_mail_server_in_trouble", u64::from(post.trouble().is_some()));
        kit.figures.set("leeward_mail_beat_at_seconds", count(kit.ambient.now().micros() / 1_000_000));
    })
}

/// How webhooks are doing, for `/metrics`: an alarm on the age of the oldest message, or on the sender's silence.
fn webhooks_in_metrics(kit: Kit) -> outbound::Told {
    Arc::new(move |tally| {
        let count = |n: i64| u64::try_from(n).unwrap_or_default();
        kit.figures.set("leeward_webhooks_due", count(tally.due));
        kit.figures.set("leeward_webhooks_oldest_due_seconds", count(tally.oldest / 1_000_000));
        kit.figures.set("leeward_webhooks_given_up", count(tally.failed));
        kit.figures.set("leeward_webhooks_stopped", count(tally.disabled));
        kit.figures.set("leeward_webhooks_beat_at_seconds", count(kit.ambient.now().micros() / 1_000_000));
    })
}

/// Keeps the state of the job queue in `/metrics`.
fn watch_queue(db: Db, kit: Kit) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            // A store that cannot be read is told by the worker of the queue.
            if let Ok((due, oldest)) = backlog(&db).await {
                kit.figures.set("leeward_jobs_due", due);
                kit.figures.set("leeward_jobs_oldest_due_seconds", oldest / 1_000_000);
            }
            tokio::time::sleep(Duration::from_secs(15)).await;
        }
    })
}

async fn backlog(db: &Db) -> Result<(u64, u64), db::DbError> {
    let mut tx = db.read().await?;
    let (due, oldest) = jobs::backlog(&mut tx, db.ambient().now()).await?;
    Ok((u64::try_from(due).unwrap_or_default(), u64::try_from(oldest).unwrap_or_default()))
}

fn navigation() -> Vec<NavItem> {
    let mut items = desk::nav();
    items.push(NavItem { label: "People", href: "/desk/people", permission: Some(Permission::ManagePeople) });
    items.push(NavItem { label: "Account", href: "/desk/account", permission: None });
    items
}

fn networks(setting: &str, texts: &[String]) -> Result<Vec<IpNet>> {
    texts
        .iter()
        .map(|text| {
            let net = text.parse::<IpNet>().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
            net.with_context(|| format!("{setting}: {text:?} is no address or network"))
        })
        .collect()
}

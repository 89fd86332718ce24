//! What there is to see, gathered once for the page and for programs.

use super::clock::{ClockWatch, Jump};
use crate::engine::{self, Again, EngineError};
use crate::heartbeat::BackupsDue;
use crate::retention;
use db::backup::{Last, Tried};
use db::{Db, DbError, KeyKind, Tx, fetch_all, fetch_one, fetch_optional, log, stmt};
use domain::{Span, Ts};
use mail::Post;
use std::sync::Arc;
use uuid::Uuid;
use web::App;

/// Free space of the data folder and how much of it must stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Bytes free for us; none when the disk cannot be asked.
    pub free: Option<u64>,
    /// Bytes below which no more reports are taken.
    pub floor: u64,
}

/// What only the process knows.
#[derive(Clone)]
pub struct Machine {
    /// Version of the program.
    pub version: &'static str,
    /// Asks the disk.
    pub disk: Arc<dyn Fn() -> Disk + Send + Sync>,
    /// Jumps of the clock.
    pub clock: ClockWatch,
    /// When a backup is old; none where nobody wants to hear of it.
    pub backups: Option<BackupsDue>,
    /// Time between two public checkpoints of the log.
    pub checkpoints: Span,
}

/// Where the binary says nothing.
const BACKUPS_DUE: BackupsDue = BackupsDue(Span::from_days(7));
const CHECKPOINTS: Span = Span::from_hours(1);

/// Work that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Queue {
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    pub(super) waiting: i64,
    /// How long the oldest has waited since it was due.
    pub(super) oldest: Span,
    /// What failed and stays until somebody looks.
    pub(super) failed: Option<i64>,
    /// A page about it, or nothing.
    pub(super) href: &'static str,
}

/// A key of the house: which, how old. Never what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) id: Uuid,
    pub(super) kind: &'static str,
    pub(super) made_at: Ts,
}

/// The log as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Log {
    pub(super) origin: String,
    pub(super) size: u64,
    /// Entries without a place yet.
    pub(super) pending: i64,
    /// When the newest entry that has a place was made.
    pub(super) newest_at: Option<Ts>,
    /// The last public checkpoint: its size, and when it was published.
    pub(super) checkpoint: Option<(u64, Ts)>,
}

/// Everything.
pub(super) struct Seen {
    pub(super) now: Ts,
    pub(super) queues: Vec<Queue>,
    /// Cases that are being indexed again; none when all are.
    pub(super) again: Option<Again>,
    pub(super) disk: Option<Disk>,
    pub(super) program: Option<&'static str>,
    pub(super) schema: i64,
    pub(super) engine: String,
    pub(super) watched_since: Option<Ts>,
    pub(super) jumps: (u64, Vec<Jump>),
    pub(super) backup: Option<Last>,
    pub(super) tried: Option<Tried>,
    /// When a backup is old.
    pub(super) backups: Option<BackupsDue>,
    /// Rules that will erase cases soon.
    pub(super) retention: Vec<retention::Notice>,
    /// What rules could not erase.
    pub(super) kept: Option<retention::Failing>,
    pub(super) master: String,
    /// Since when it is in use.
    pub(super) master_since: Option<Ts>,
    /// Keys that an older master key still wraps: a rotation that is not finished.
    pub(super) under_older: u64,
    pub(super) keys: Vec<Key>,
    pub(super) cases: i64,
    pub(super) people: i64,
    pub(super) log: Log,
    /// Time between two checkpoints.
    pub(super) checkpoints: Span,
}

/// Looks at all of it.
pub(super) async fn gather(app: &App) -> Result<Seen, EngineError> {
    let db = &app.store;
    let now = db.ambient().now();
    let machine = app.carried::<Machine>();
    let under_older = db::rotate::left(db).await?;
    let mut tx = db.read().await?;
    let (schema, engine) = versions(&mut tx).await?;
    let keys = keys(&mut tx).await?;
    let (cases, people) = keyed(&mut tx).await?;
    Ok(Seen {
        now,
        queues: queues(&mut tx, app, now).await?,
        again: engine::indexed_again(&mut tx).await?,
        disk: machine.map(|machine| (machine.disk)()),
        program: machine.map(|machine| machine.version),
        schema,
        engine,
        watched_since: machine.map(|machine| machine.clock.since()),
        jumps: machine.map(|machine| machine.clock.jumps()).unwrap_or_default(),
        backup: db::backup::last(&mut tx).await?,
        tried: db::backup::tried(&mut tx).await?,
        backups: machine.map_or(Some(BACKUPS_DUE), |machine| machine.backups),
        checkpoints: machine.map_or(CHECKPOINTS, |machine| machine.checkpoints),
        retention: retention::notices(&mut tx, db).await?,
        kept: retention::failing(&mut tx).await?,
        master: db.keys().master_id().to_string(),
        master_since: db::rotate::since(&mut tx).await?,
        under_older,
        keys,
        cases,
        people,
        log: the_log(&mut tx, db).await?,
    })
}

/// Everything that waits to be done. Another queue is a line here.
async fn queues(tx: &mut Tx, app: &App, now: Ts) -> Result<Vec<Queue>, DbError> {
    let rows = fetch_all!(
        tx,
        (String, i64, i64),
        stmt!("SELECT kind, COUNT(*), MIN(due_at) FROM jobs WHERE due_at <= $1 GROUP BY kind ORDER BY kind LIMIT 100"),
        now.micros()
    )?;
    let of = |search: bool| {
        let mine = rows.iter().filter(|(kind, ..)| kind.starts_with("search.") == search);
        let (waiting, due) = mine.fold((0, now.micros()), |(n, due), (_, more, at)| (n + more, due.min(*at)));
        (waiting, Span::from_micros(now.micros() - due))
    };
    let jobs = |word, label, (waiting, oldest)| Queue { word, label, waiting, oldest, failed: None, href: "" };
    let mut queues = vec![jobs("jobs", "Background work", of(false)), jobs("search", "Search index", of(true))];
    if app.carried::<Post>().is_some_and(Post::is_on) {
        let tally = mail::tally(tx, now).await?;
        let oldest = Span::from_micros(tally.oldest);
        let failed = Some(tally.failed);
        queues.push(Queue {
            word: "mail",
            label: "Letters",
            waiting: tally.waiting,
            oldest,
            failed,
            href: "/desk/mail",
        });
    }
    let hooks = outbound::tally(tx, now).await?;
    queues.push(Queue {
        word: "webhooks",
        label: "Webhooks",
        waiting: hooks.due,
        oldest: Span::from_micros(hooks.oldest),
        failed: Some(hooks.failed),
        href: "/desk/webhooks",
    });
    Ok(queues)
}

async fn versions(tx: &mut Tx) -> Result<(i64, String), DbError> {
    let (schema,) = fetch_one!(tx, (i64,), stmt!("SELECT MAX(number) FROM schema_migrations"))?;
    let (engine,) = fetch_one!(
        tx,
        (String,),
        stmt!(sqlite: "SELECT 'SQLite ' || sqlite_version()", pg: "SELECT split_part(version(), ' on ', 1)")
    )?;
    Ok((schema, engine))
}

/// The kinds of key of which the house has few.
const FEW: [(KeyKind, &str); 4] = [
    (KeyKind::House, "house"),
    (KeyKind::Token, "tokens"),
    (KeyKind::Index, "search"),
    (KeyKind::LogSigning, "log signing"),
];

async fn keys(tx: &mut Tx) -> Result<Vec<Key>, DbError> {
    let mut keys = Vec::new();
    for (kind, words) in FEW {
        let rows = fetch_all!(
            tx,
            (Uuid, i64),
            stmt!("SELECT id, created_at FROM keys WHERE kind = $1 ORDER BY created_at LIMIT 100"),
            kind.as_i64()
        )?;
        keys.extend(rows.into_iter().map(|(id, at)| Key { id, kind: words, made_at: Ts::from_micros(at) }));
    }
    Ok(keys)
}

/// Cases and people that have a key of their own.
async fn keyed(tx: &mut Tx) -> Result<(i64, i64), DbError> {
    let mut counts = [0, 0];
    for (count, kind) in counts.iter_mut().zip([KeyKind::Case, KeyKind::Person]) {
        (*count,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM keys WHERE kind = $1"), kind.as_i64())?;
    }
    Ok((counts[0], counts[1]))
}

async fn the_log(tx: &mut Tx, db: &Db) -> Result<Log, DbError> {
    let current = log::current(tx).await?;
    let (pending,) = fetch_one!(tx, (i64,), stmt!("SELECT COUNT(*) FROM log_entries WHERE idx IS NULL"))?;
    let last = i64::try_from(current.head.size).unwrap_or(i64::MAX) - 1;
    let newest = fetch_optional!(
        tx,
        (i64,),
        stmt!("SELECT e.at FROM log_entries l JOIN events e ON e.id = l.event WHERE l.epoch = $1 AND l.idx = $2"),
        current.number,
        last
    )?;
    let published = log::latest(tx, db.keys()).await?;
    Ok(Log {
        origin: current.origin.to_string(),
        size: current.head.size,
        pending,
        newest_at: newest.map(|(at,)| Ts::from_micros(at)),
        checkpoint: published.map(|published| (published.head.size, published.at)),
    })
}

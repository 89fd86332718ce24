//! The courier: takes letters that are due to the server, over few connections, and does not press a
//! server that is away. One loop for each process; rows are locked, so that two processes do not send
//! the same letter.

use crate::answer::Answer;
use crate::post::{Post, Trouble};
use crate::session::{Outcome, Session};
use crate::settings::Server;
use crate::store::{self, Held, Prepared, Taken, Tally};
use db::{Db, DbError};
use domain::{Span, Ts};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Letters that are taken at once, for each connection.
const AT_ONCE: i64 = 16;
/// Time after which a connection takes no further letter of its batch: well before the locks end.
const BATCH: Duration = Duration::from_mins(3);
/// First pause after the server failed; each further one is twice as long.
const PAUSE: Span = Span::from_seconds(15);
/// Longest pause.
const PAUSE_MOST: Span = Span::from_minutes(10);

/// So often we try to write down that a letter was taken.
const WRITES: u32 = 4;
/// Pause before the second of them; each further one is twice as long.
const AGAIN: Duration = Duration::from_millis(250);

/// So often a letter is tried, whatever its age, before it is given up.
const TRIES: i64 = 5;

/// Hears how much there is, about every quarter of a minute.
pub type Told = Arc<dyn Fn(Tally) + Send + Sync>;

/// Sends letters.
pub struct Courier {
    db: Db,
    post: Post,
    pause: Mutex<Pause>,
}

/// When a server that failed is tried again.
#[derive(Debug, Default)]
struct Pause {
    failures: u32,
    until: Option<Ts>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Taken over by the server.
    pub sent: usize,
    /// Put off, or given back because the server was in trouble.
    pub later: usize,
    /// Given up.
    pub failed: usize,
    /// For nobody any more.
    pub dropped: usize,
}

/// One connection at work.
struct Batch {
    began: Instant,
    round: Round,
    session: Option<Session>,
    trouble: Option<Trouble>,
    /// The server has taken the letter at hand.
    taken: bool,
}

impl Round {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.later += other.later;
        self.failed += other.failed;
        self.dropped += other.dropped;
    }
}

impl Courier {
    /// A courier for this store.
    pub fn new(db: Db, post: Post) -> Self {
        Self { db, post, pause: Mutex::default() }
    }

    /// Sends what is due, one batch for each connection. While the server is in trouble it is asked with
    /// a single letter, and not before the pause is over.
    pub async fn round(&self) -> Result<Round, DbError> {
        let now = self.db.ambient().now();
        self.post.beat(now);
        let Some(server) = &self.post.settings().server else {
            store::clear(&self.db).await?;
            return Ok(Round::default());
        };
        let connections = {
            let pause = self.lock();
            if pause.until.is_some_and(|until| now < until) {
                return Ok(Round::default());
            }
            if pause.failures > 0 { 0 } else { self.post.settings().connections.clamp(1, 16) }
        };
        let most = if connections == 0 { 1 } else { AT_ONCE * i64::try_from(connections).unwrap_or(1) };
        let taken = store::take(&self.db, most).await?;
        if taken.is_empty() {
            return Ok(Round::default());
        }
        let each = taken.len().div_ceil(connections.max(1));
        let batches = taken.chunks(each).map(|letters| self.batch(server, letters));
        let mut round = Round::default();
        let mut trouble = None;
        for done in futures::future::join_all(batches).await {
            let (part, failure) = done?;
            round.add(part);
            trouble = trouble.or(failure);
        }
        self.note(trouble);
        Ok(round)
    }

    /// Everything in one connection, one letter after the other. What was not tried is given back, whatever
    /// happens.
    async fn batch(&self, server: &Server, letters: &[Taken]) -> Result<(Round, Option<Trouble>), DbError> {
        let mut batch =
            Batch { began: Instant::now(), round: Round::default(), session: None, trouble: None, taken: false };
        let mut back: Vec<Held> = Vec::new();
        let mut done = Ok(());
        for letter in letters {
            if done.is_err() || batch.trouble.is_some() || batch.began.elapsed() > BATCH {
                back.push(letter.held());
                continue;
            }
            self.post.beat(self.db.ambient().now());
            match self.one(server, letter, &mut batch).await {
                Ok(true) => {}
                Ok(false) => back.push(letter.held()),
                Err(error) => {
                    // What was taken is sent once more when its lock ends, and not in the next second.
                    back.extend((!batch.taken).then(|| letter.held()));
                    done = Err(error);
                }
            }
        }
        if let (Some(session), None) = (batch.session, &batch.trouble) {
            session.close().await;
        }
        batch.round.later += back.len();
        store::release(&self.db, back).await?;
        done.map(|()| (batch.round, batch.trouble))
    }

    /// One letter; false when it was not tried.
    async fn one(&self, server: &Server, letter: &Taken, batch: &mut Batch) -> Result<bool, DbError> {
        let (to, bytes) = match store::prepare(&self.db, &self.post, letter).await? {
            Prepared::Ready(to, bytes) => (to, bytes),
            Prepared::Drop => {
                store::dropped(&self.db, letter.held()).await?;
                batch.round.dropped += 1;
                return Ok(true);
            }
            Prepared::Broken(why) => {
                store::failed(&self.db, letter.held(), Answer::new(None, &why)).await?;
                batch.round.failed += 1;
                return Ok(true);
            }
        };
        let open = match batch.session.as_mut() {
            Some(open) => open,
            None => match Session::open(server, self.post.settings()).await {
                Ok(open) => batch.session.insert(open),
                Err(failure) => {
                    batch.trouble = Some(failure);
                    return Ok(false);
                }
            },
        };
        let outcome = open.send(&to, &bytes).await;
        let tried = self.settle(letter, outcome, batch).await?;
        tokio::time::sleep(self.between()).await;
        Ok(tried)
    }

    /// Writes down what became of one letter; false when it was not tried.
    async fn settle(&self, letter: &Taken, outcome: Outcome, batch: &mut Batch) -> Result<bool, DbError> {
        let db = &self.db;
        let answer = match outcome {
            Outcome::Taken => {
                batch.taken = true;
                self.write_sent(letter).await?;
                batch.taken = false;
                batch.round.sent += 1;
                return Ok(true);
            }
            Outcome::Refused(answer) => {
                store::failed(db, letter.held(), answer).await?;
                batch.round.failed += 1;
                return Ok(true);
            }
            Outcome::Untried(trouble) => {
                batch.trouble = Some(trouble);
                return Ok(false);
            }
            Outcome::Later(answer) => answer,
            Outcome::Broken(trouble) => {
                batch.trouble = Some(trouble.clone());
                trouble.0
            }
        };
        if self.is_old(letter) {
            store::failed(db, letter.held(), answer).await?;
            batch.round.failed += 1;
        } else {
            store::later(db, (letter.held(), letter.attempts), answer).await?;
            batch.round.later += 1;
        }
        Ok(true)
    }

    /// Writes down that a letter was taken, also when the store stumbles: a letter that is sent twice is worse than one
    /// that is late.
    async fn write_sent(&self, letter: &Taken) -> Result<(), DbError> {
        let mut pause = AGAIN;
        for _ in 1..WRITES {
            match store::sent(&self.db, letter.held()).await {
                Ok(()) => return Ok(()),
                Err(error) => {
                    tracing::warn!(letter = %letter.id, %error, "a letter went out; writing that down failed");
                }
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        store::sent(&self.db, letter.held()).await
    }

    /// Whether it was put off for too long, and often enough: the first answer after an outage is no last one.
    fn is_old(&self, letter: &Taken) -> bool {
        let age = self.db.ambient().now().since(letter.since());
        age > Span::from_hours(self.post.settings().give_up_hours) && letter.attempts + 1 >= TRIES
    }

    /// So many letters a minute over all connections, also when a day's worth has gathered.
    fn between(&self) -> Duration {
        let settings = self.post.settings();
        let connections = u32::try_from(settings.connections).unwrap_or(1);
        Duration::from_mins(1) * connections / settings.per_minute.max(1)
    }

    fn note(&self, trouble: Option<Trouble>) {
        let now = self.db.ambient().now();
        let mut pause = self.lock();
        match &trouble {
            None => *pause = Pause::default(),
            Some(Trouble(answer)) => {
                let times = 1_i64 << pause.failures.min(10);
                let wait = Span::from_micros(PAUSE.micros() * times).min(PAUSE_MOST);
                pause.failures = pause.failures.saturating_add(1);
                pause.until = Some(now.plus(wait));
                // Its words may name an address: they are shown on the desk, not here.
                tracing::warn!(code = answer.code, "the mail server takes no letters; they wait");
            }
        }
        drop(pause);
        self.post.saw(now, trouble);
    }

    fn lock(&self) -> MutexGuard<'_, Pause> {
        self.pause.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends letters for as long as the process lives.
pub fn start_courier(db: Db, post: Post, told: Told) -> JoinHandle<()> {
    tokio::spawn(async move {
        let courier = Courier::new(db.clone(), post.clone());
        let (mut counted, mut pruned) = (None::<Instant>, None::<Instant>);
        let every = if post.is_on() { Duration::from_secs(1) } else { Duration::from_mins(1) };
        loop {
            let mut more = false;
            if db.takes_writes() {
                match courier.round().await {
                    Ok(round) => more = round.sent > 0,
                    Err(error) => tracing::error!(%error, "the letters in the queue could not be sent"),
                }
                if pruned.is_none_or(|at| at.elapsed() > Duration::from_hours(1)) {
                    pruned = Some(Instant::now());
                    if let Err(error) = store::prune(&db).await {
                        tracing::error!(%error, "old letters could not be removed");
                    }
                }
            }
            if counted.is_none_or(|at| at.elapsed() > Duration::from_secs(15)) {
                counted = Some(Instant::now());
                if let Ok(tally) = count(&db).await {
                    told(tally);
                }
            }
            if !more {
                tokio::time::sleep(every).await;
            }
        }
    })
}

async fn count(db: &Db) -> Result<Tally, DbError> {
    let mut tx = db.read().await?;
    store::tally(&mut tx, db.ambient().now()).await
}

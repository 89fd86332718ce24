//! The sender: takes messages that are due to their receivers, each on its own, so that one which hangs holds up
//! nobody. Who gets the next connection is decided in `share`.

use crate::answer::Failure;
use crate::client::{Client, Post};
use crate::share::{UnderWay, share};
use crate::store::{self, Prepared, Ready, Taken, Tally, Tried};
use db::{Db, DbError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

/// Hears how much there is, about every quarter of a minute.
pub type Told = Arc<dyn Fn(Tally) + Send + Sync>;

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Taken by their receivers.
    pub sent: usize,
    /// To be tried again.
    pub later: usize,
    /// Put aside.
    pub failed: usize,
    /// For nobody any more, or not now.
    pub dropped: usize,
}

/// Sends messages. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    db: Db,
    client: Client,
    busy: Arc<Mutex<UnderWay>>,
}

/// A place under way to an endpoint; given back when it is dropped, however sending ended.
struct Place {
    busy: Arc<Mutex<UnderWay>>,
    endpoint: Uuid,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut busy = lock(&self.busy);
        if let Some((count, _)) = busy.get_mut(&self.endpoint) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&self.endpoint);
            }
        }
    }
}

fn lock(busy: &Mutex<UnderWay>) -> MutexGuard<'_, UnderWay> {
    busy.lock().unwrap_or_else(PoisonError::into_inner)
}

type Tasks = JoinSet<Result<Option<Tried>, DbError>>;

impl Sender {
    /// A sender for this store.
    pub fn new(db: Db, client: Client) -> Self {
        Self { db, client, busy: Arc::default() }
    }

    /// Begins with what is due and has room; gives how many messages that are.
    async fn begin(&self, tasks: &mut Tasks) -> Result<usize, DbError> {
        let (due, mut begun) = (store::due(&self.db).await?, 0);
        let shares = share(self.client.rules().connections, &lock(&self.busy), &due);
        for (due, most) in shares {
            for taken in store::take(&self.db, due.endpoint, i64::try_from(most).unwrap_or(1)).await? {
                begun += 1;
                lock(&self.busy).entry(due.endpoint).or_insert((0, due.failing)).0 += 1;
                let place = Place { busy: self.busy.clone(), endpoint: due.endpoint };
                let me = self.clone();
                tasks.spawn(async move {
                    let _place = place;
                    me.deliver(taken).await
                });
            }
        }
        Ok(begun)
    }

    async fn deliver(&self, taken: Taken) -> Result<Option<Tried>, DbError> {
        let ready = match store::prepare(&self.db, &taken).await? {
            Prepared::Ready(ready) => ready,
            Prepared::Not(fate) => {
                store::put_aside(&self.db, taken, fate).await?;
                return Ok(None);
            }
        };
        let Ready { url, headers, body, key, version } = ready;
        // The operator may have narrowed the settings since somebody wrote this address.
        let came = match self.client.rules().read(&url) {
            Ok(url) => self.client.post(Post { url: &url, headers, body }).await,
            Err(why) => Err(Failure::Refused(why)),
        };
        store::settle(&self.db, (taken, key, version), came).await.map(Some)
    }

    /// Sends what is due until nothing is, or nothing has room; waits for all of it.
    pub async fn round(&self) -> Result<Round, DbError> {
        let (mut round, mut tasks) = (Round::default(), Tasks::new());
        loop {
            self.begin(&mut tasks).await?;
            let Some(done) = tasks.join_next().await else { return Ok(round) };
            match done.map_err(|e| DbError::Inconsistent(e.to_string()))?? {
                Some(Tried::Sent) => round.sent += 1,
                Some(Tried::Later) => round.later += 1,
                Some(Tried::Failed) => round.failed += 1,
                None => round.dropped += 1,
            }
        }
    }
}

/// Sends messages for as long as the process lives.
pub fn start_sender(db: Db, client: Client, told: Told) -> JoinHandle<()> {
    tokio::spawn(async move {
        let sender = Sender::new(db.clone(), client);
        let (mut tasks, mut counted, mut pruned) = (Tasks::new(), None::<Instant>, None::<Instant>);
        loop {
            if db.takes_writes() {
                if let Err(error) = sender.begin(&mut tasks).await {
                    tracing::error!(%error, "the webhook messages in the queue could not be sent");
                }
                if pruned.is_none_or(|at| at.elapsed() > Duration::from_hours(1)) {
                    pruned = Some(Instant::now());
                    if let Err(error) = store::prune(&db).await {
                        tracing::error!(%error, "old webhook messages could not be removed");
                    }
                }
            }
            if counted.is_none_or(|at| at.elapsed() > Duration::from_secs(15)) {
                counted = Some(Instant::now());
                if let Ok(tally) = count(&db).await {
                    told(tally);
                }
            }
            wait(&mut tasks).await;
        }
    })
}

/// Until a message is done, or a second is over.
async fn wait(tasks: &mut Tasks) {
    let second = tokio::time::sleep(Duration::from_secs(1));
    if tasks.is_empty() {
        second.await;
        return;
    }
    tokio::select! {
        () = second => {}
        done = tasks.join_next() => match done {
            Some(Ok(Err(error))) => tracing::error!(%error, "what became of a webhook message could not be written down"),
            Some(Err(error)) => tracing::error!(%error, "sending a webhook message ended unexpectedly"),
            Some(Ok(Ok(_))) | None => {}
        },
    }
}

async fn count(db: &Db) -> Result<Tally, DbError> {
    let mut tx = db.read().await?;
    store::tally(&mut tx, db.ambient().now()).await
}

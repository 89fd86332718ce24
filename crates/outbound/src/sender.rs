//! The sender: takes messages that are due to their receivers, each on its own, so that one which hangs holds up
//! nobody. Every endpoint has few connections, one whose last try failed a single one, and all of those that fail
//! together never more than half of all.

use crate::answer::Failure;
use crate::client::{Client, Post};
use crate::store::{self, Due, Prepared, Ready, Taken, Tally, Tried};
use db::{Db, DbError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

/// Messages under way to one endpoint.
const EACH: usize = 4;

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
    /// Messages under way by endpoint, and whether it fails.
    busy: Arc<Mutex<BTreeMap<Uuid, (usize, bool)>>>,
}

type Tasks = JoinSet<Result<Option<Tried>, DbError>>;

impl Sender {
    /// A sender for this store.
    pub fn new(db: Db, client: Client) -> Self {
        Self { db, client, busy: Arc::default() }
    }

    /// Begins with what is due and has room; gives how many messages that are.
    async fn begin(&self, tasks: &mut Tasks) -> Result<usize, DbError> {
        let mut begun = 0;
        for due in store::due(&self.db).await? {
            let room = self.room(&due);
            if room == 0 {
                continue;
            }
            for taken in store::take(&self.db, due.endpoint, i64::try_from(room).unwrap_or(1)).await? {
                begun += 1;
                self.lock().entry(due.endpoint).or_insert((0, due.failing)).0 += 1;
                let me = self.clone();
                tasks.spawn(async move {
                    let endpoint = taken.webhook;
                    let done = me.deliver(taken).await;
                    me.leave(endpoint);
                    done
                });
            }
        }
        Ok(begun)
    }

    /// How many more may be under way to this endpoint.
    fn room(&self, due: &Due) -> usize {
        let busy = self.lock();
        let all = self.client.rules().connections.max(2);
        let under_way: usize = busy.values().map(|(count, _)| count).sum();
        let here = busy.get(&due.endpoint).map_or(0, |(count, _)| *count);
        let free = all.saturating_sub(under_way);
        if !due.failing {
            return free.min(EACH.saturating_sub(here));
        }
        let failing: usize = busy.values().filter(|(_, failing)| *failing).map(|(count, _)| count).sum();
        free.min((all / 2).saturating_sub(failing)).min(1_usize.saturating_sub(here))
    }

    fn leave(&self, endpoint: Uuid) {
        let mut busy = self.lock();
        if let Some((count, _)) = busy.get_mut(&endpoint) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&endpoint);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Uuid, (usize, bool)>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn deliver(&self, taken: Taken) -> Result<Option<Tried>, DbError> {
        let ready = match store::prepare(&self.db, &taken).await? {
            Prepared::Ready(ready) => ready,
            Prepared::Drop => {
                store::dropped(&self.db, (taken.id, false)).await?;
                return Ok(None);
            }
            Prepared::Wait => {
                store::dropped(&self.db, (taken.id, true)).await?;
                return Ok(None);
            }
        };
        let Ready { url, headers, body, key } = ready;
        // The operator may have narrowed the settings since somebody wrote this address.
        let came = match self.client.rules().read(&url) {
            Ok(url) => self.client.post(Post { url: &url, headers, body }).await,
            Err(why) => Err(Failure::Refused(why)),
        };
        store::settle(&self.db, (taken, key), came).await.map(Some)
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

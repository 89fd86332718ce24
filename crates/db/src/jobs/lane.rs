//! One lane: the jobs under way, those that were taken and wait for a place, and what became of others since the last write.

use super::rows::{Fate, Lane, turn};
use super::worker::in_background;
use super::{Handlers, Job};
use crate::{Db, DbError};
use domain::JobId;
use futures::FutureExt;
use std::collections::{BTreeMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

/// Jobs that are taken in one write.
const AT_ONCE: i64 = 64;
/// Jobs under way at the same time. Their writes wait for each other's commit anyway; together they
/// share it, and while one waits for the disk the next one reads and computes.
const SIDE_BY_SIDE: usize = 16;
/// How often those under way are said to be so, well before their lock ends.
const SAY_AGAIN: Duration = Duration::from_secs(20);

/// A lane at work.
pub(super) struct Running<'h> {
    db: Db,
    handlers: &'h Handlers,
    lane: Lane,
    /// Taken, and wait for a place. Alike ones are together.
    ready: VecDeque<Vec<Job>>,
    tasks: JoinSet<(Vec<JobId>, Fate)>,
    /// What is to be written down, and what is ready or under way.
    fates: BTreeMap<JobId, Fate>,
    said: Instant,
    /// Nothing was due when it was last asked.
    dry: bool,
    /// One free place is enough to take more: those under way may be slow ones.
    eager: bool,
    /// Jobs that succeeded, and that will be tried again.
    pub(super) counts: (usize, usize),
}

impl<'h> Running<'h> {
    pub(super) fn new(db: &Db, handlers: &'h Handlers, lane: Lane) -> Self {
        Self {
            db: db.clone(),
            handlers,
            lane,
            ready: VecDeque::new(),
            tasks: JoinSet::new(),
            fates: BTreeMap::new(),
            said: Instant::now(),
            dry: false,
            eager: false,
            counts: (0, 0),
        }
    }

    /// Places of this lane.
    const fn places(&self) -> usize {
        match self.lane {
            Lane::Short => SIDE_BY_SIDE,
            Lane::Long => 1,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.tasks.is_empty() && self.ready.is_empty()
    }

    /// Whether a write is worth its while: most places are empty, or somebody must say what is under way.
    pub(super) fn wants_a_turn(&self) -> bool {
        let busy = if self.eager { self.places() - 1 } else { self.places() / 2 };
        let hungry = self.ready.is_empty() && self.tasks.len() <= busy && !self.dry;
        hungry || self.said.elapsed() > SAY_AGAIN
    }

    /// Asks again whether something is due.
    pub(super) fn look_again(&mut self) {
        (self.dry, self.eager) = (false, true);
    }

    /// Writes down what became of jobs, and takes new ones when there is room.
    pub(super) async fn turn(&mut self) -> Result<(), DbError> {
        let most = if self.ready.is_empty() { AT_ONCE } else { 0 };
        let say = self.said.elapsed() > SAY_AGAIN;
        let fates: BTreeMap<JobId, Fate> =
            self.fates.iter().filter(|(_, fate)| say || !matches!(fate, Fate::Held)).map(|(id, f)| (*id, *f)).collect();
        let taken = in_background(turn(&self.db, (self.lane, most), fates)).await?;
        self.fates.retain(|_, fate| matches!(fate, Fate::Held));
        if say {
            self.said = Instant::now();
        }
        self.eager = false;
        self.dry = most > 0 && taken.len() < usize::try_from(AT_ONCE).unwrap_or(0);
        self.fates.extend(taken.iter().map(|job| (job.id, Fate::Held)));
        self.ready.extend(alike(taken));
        Ok(())
    }

    /// Begins with as many as there are places.
    pub(super) fn begin(&mut self) {
        while self.tasks.len() < self.places() {
            let Some(jobs) = self.ready.pop_front() else { return };
            let Some(job) = jobs.first().cloned() else { continue };
            let (db, handler) = (self.db.clone(), self.handlers.get(job.kind.as_str()).cloned());
            self.tasks.spawn(in_background(async move {
                let (kind, id, attempts) = (job.kind.clone(), job.id, job.attempts);
                let outcome = match handler {
                    Some(handler) => AssertUnwindSafe(async move { handler(db, job).await })
                        .catch_unwind()
                        .await
                        .unwrap_or(Err(DbError::Panicked)),
                    None => Err(DbError::Inconsistent(format!("no handler for job {kind}"))),
                };
                let fate = match outcome {
                    Ok(()) => Fate::Done,
                    Err(error) => {
                        tracing::warn!(job = %kind, %id, attempts, %error, "job failed");
                        Fate::Failed(attempts)
                    }
                };
                (jobs.iter().map(|job| job.id).collect(), fate)
            }));
        }
    }

    /// Waits until one is done.
    pub(super) async fn one_ends(&mut self) {
        let Some(Ok((ids, fate))) = self.tasks.join_next().await else { return };
        match fate {
            Fate::Done => self.counts.0 += ids.len(),
            Fate::Failed(_) | Fate::Held => self.counts.1 += ids.len(),
        }
        self.fates.extend(ids.into_iter().map(|id| (id, fate)));
    }

    /// Whether something is to be written down.
    pub(super) fn has_ended_some(&self) -> bool {
        self.fates.values().any(|fate| !matches!(fate, Fate::Held))
    }
}

/// Jobs that ask for the very same thing together: it is done once. A case that changed thrice since
/// the last look is indexed once.
fn alike(taken: Vec<Job>) -> Vec<Vec<Job>> {
    let mut groups: Vec<Vec<Job>> = Vec::new();
    let mut places: BTreeMap<(String, Option<Uuid>, String), usize> = BTreeMap::new();
    for job in taken {
        let same = (job.kind.clone(), job.subject, job.payload.to_string());
        let place = *places.entry(same).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(job),
            None => groups.push(vec![job]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::{Lane, Running, SAY_AGAIN};
    use crate::jobs::{Handler, enqueue};
    use crate::testing::TestDb;
    use crate::{DbError, Tx};
    use domain::Span;
    use serde_json::Value;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Notify;
    use tokio::time::Instant;

    #[tokio::test]
    async fn a_job_that_takes_longer_than_its_lock_stays_with_who_has_it() {
        let t = TestDb::new().await.unwrap();
        let (db, due) = (t.db.clone(), t.db.ambient().now());
        let asked: Result<_, DbError> =
            t.db.write(move |tx: &mut Tx| {
                Box::pin(async move {
                    enqueue(tx, db.keys().house(), db.ambient(), ("work", None, due), &Value::Null).await
                })
            })
            .await;
        asked.unwrap();
        let end = Arc::new(Notify::new());
        let wait = end.clone();
        let handler: Handler = Arc::new(move |_, _| {
            let wait = wait.clone();
            Box::pin(async move {
                wait.notified().await;
                Ok(())
            })
        });
        let handlers = [("work", handler)].into();
        let (mut here, mut elsewhere) =
            (Running::new(&t.db, &handlers, Lane::Short), Running::new(&t.db, &handlers, Lane::Short));
        here.turn().await.unwrap();
        here.begin();
        for _ in 0..3 {
            t.clock.advance(Span::from_seconds(50));
            here.said = Instant::now().checked_sub(SAY_AGAIN + Duration::from_secs(1)).unwrap();
            assert!(here.wants_a_turn());
            here.turn().await.unwrap();
            elsewhere.turn().await.unwrap();
            assert!(elsewhere.is_idle(), "it is not free");
        }
        end.notify_one();
        here.one_ends().await;
        here.turn().await.unwrap();
        t.clock.advance(Span::from_minutes(2));
        elsewhere.turn().await.unwrap();
        assert!(elsewhere.is_idle() && here.counts == (1, 0), "done and gone");
        t.db.close().await;
    }
}

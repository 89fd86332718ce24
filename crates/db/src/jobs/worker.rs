//! The worker: both lanes, for as long as the process lives.

use super::Handlers;
use super::lane::Running;
use super::rows::Lane;
use crate::{Db, DbError};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// Writes of others in a second above which jobs give way.
const BUSY: u64 = 100;
/// How long they do, before the next are taken.
const GIVE_WAY: Duration = Duration::from_secs(1);

tokio::task_local! {
    static BACKGROUND: ();
}

/// Runs something whose writes are no reason for jobs to give way.
pub(crate) async fn in_background<F: Future>(work: F) -> F::Output {
    BACKGROUND.scope((), work).await
}

/// Whether this task's writes are those of jobs.
pub(crate) fn is_background() -> bool {
    BACKGROUND.try_with(|()| ()).is_ok()
}

/// Does every job that is due now; gives how many succeeded and how many will be tried again.
pub async fn run_due(db: &Db, handlers: &Handlers) -> Result<(usize, usize), DbError> {
    let (mut done, mut failed) = (0, 0);
    loop {
        let (short, long) = (Box::pin(drain(db, handlers, Lane::Short)), Box::pin(drain(db, handlers, Lane::Long)));
        let ((a, b), (c, d)) = tokio::try_join!(short, long)?;
        if a + b + c + d == 0 {
            return Ok((done, failed));
        }
        (done, failed) = (done + a + c, failed + b + d);
    }
}

/// Does what is due in one lane.
async fn drain(db: &Db, handlers: &Handlers, lane: Lane) -> Result<(usize, usize), DbError> {
    let mut running = Running::new(db, handlers, lane);
    loop {
        if running.is_idle() {
            running.look_again();
        }
        if running.wants_a_turn() {
            running.turn().await?;
            running.begin();
            if running.is_idle() {
                return Ok(running.counts);
            }
        }
        running.begin();
        running.one_ends().await;
    }
}

/// Runs due jobs for as long as the process lives.
pub fn start_worker(db: Db, handlers: Handlers, every: Duration) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        // What takes long need not begin at once.
        tokio::join!(
            work(&db, &handlers, (Lane::Short, every)),
            work(&db, &handlers, (Lane::Long, every.saturating_mul(4)))
        );
    })
}

async fn work(db: &Db, handlers: &Handlers, (lane, every): (Lane, Duration)) {
    let mut running = Running::new(db, handlers, lane);
    let (mut since, mut before) = (Instant::now(), others(db));
    loop {
        if db.takes_writes() && running.wants_a_turn() {
            if lane == Lane::Short && busy(others(db).saturating_sub(before), since.elapsed()) {
                // What comes in now goes first: an index may be a little older.
                tokio::time::sleep(GIVE_WAY).await;
            }
            (since, before) = (Instant::now(), others(db));
            if let Err(error) = running.turn().await {
                tracing::error!(%error, "the job queue could not be read");
                tokio::time::sleep(every).await;
            }
        }
        running.begin();
        if !running.is_idle() {
            tokio::select! {
                () = running.one_ends() => {}
                () = tokio::time::sleep(every) => running.look_again(),
            }
            continue;
        }
        if !(running.has_ended_some() && db.takes_writes()) {
            tokio::time::sleep(every).await;
        }
        running.look_again();
    }
}

/// Whether so many writes of others in this time are a reason to give way.
fn busy(others: u64, elapsed: Duration) -> bool {
    u128::from(others) * 1000 > u128::from(BUSY) * elapsed.as_millis()
}

/// Writes that were not those of jobs.
fn others(db: &Db) -> u64 {
    let figures = db.figures();
    figures.acknowledged.load(Ordering::Relaxed).saturating_sub(figures.background.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::{BUSY, busy};
    use std::time::Duration;

    #[test]
    fn jobs_give_way_to_many_writes_a_second_only() {
        assert!(!busy(0, Duration::ZERO) && !busy(BUSY, Duration::from_secs(1)));
        assert!(busy(BUSY + 1, Duration::from_secs(1)) && busy(1, Duration::from_millis(1)));
        assert!(!busy(1, Duration::from_millis(10)), "one write is nobody's hurry");
    }
}

//! Where actions on PostgreSQL meet before their shared flush. An action commits without a flush of its
//! own and waits here until most of the others have done the same; then one durable commit flushes them
//! all (see [`crate::flush`]). Commits that trickle in would cost one flush each.
//!
//! Whoever is alone passes at once, and nobody waits longer than [`PATIENCE`], so that a slow action
//! holds nobody up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Longest stay; reached when an action at work is slow.
const PATIENCE: Duration = Duration::from_millis(40);
/// The gate opens when this many wait for each action that is still at work.
const WAITING_EACH: usize = 3;

/// Where actions meet before they commit.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Actions with an open transaction that are not here yet.
    at_work: usize,
    /// Actions that wait for the flush under way.
    committing: usize,
    waiting: Vec<oneshot::Sender<Passage>>,
}

/// An action at work. Dropped when it fails or is given up.
pub(crate) struct AtWork {
    gate: Gate,
    arrived: bool,
}

/// An action that waits for its group's flush. The last one of a group to be dropped lets the next group
/// through.
pub(crate) struct Passage(Gate);

impl Gate {
    /// An action begins.
    pub(crate) fn enter(&self) -> AtWork {
        self.lock().at_work += 1;
        AtWork { gate: self.clone(), arrived: false }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is a few counters: a panic elsewhere leaves them whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_if_due(&self) {
        self.open(|state| state.committing == 0 && state.waiting.len() >= WAITING_EACH * state.at_work);
    }

    fn open(&self, due: impl FnOnce(&State) -> bool) {
        let through = {
            let mut state = self.lock();
            if !due(&state) {
                return;
            }
            let through = std::mem::take(&mut state.waiting);
            state.committing += through.len();
            through
        };
        for waiting in through {
            // Who gave up meanwhile gets their passage dropped, and so is counted out.
            drop(waiting.send(Passage(self.clone())));
        }
    }
}

impl AtWork {
    /// The work is committed; comes back when its group may be flushed.
    pub(crate) async fn arrive(mut self) -> Passage {
        let (sender, mut passage) = oneshot::channel();
        {
            let mut state = self.gate.lock();
            state.at_work -= 1;
            state.waiting.push(sender);
            self.arrived = true;
        }
        self.gate.open_if_due();
        loop {
            match tokio::time::timeout(PATIENCE, &mut passage).await {
                Ok(Ok(passage)) => return passage,
                // Nobody drops a sender unsent; should it happen, this one goes on by itself.
                Ok(Err(_)) => {
                    self.gate.lock().committing += 1;
                    return Passage(self.gate.clone());
                }
                Err(_) => self.gate.open(|_| true),
            }
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if !self.arrived {
            self.gate.lock().at_work -= 1;
            self.gate.open_if_due();
        }
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.0.lock().committing -= 1;
        self.0.open_if_due();
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Passage};
    use std::time::Duration;
    use tokio::task::JoinHandle;
    use tokio::time::Instant;

    fn arrive(gate: &Gate) -> JoinHandle<Passage> {
        tokio::spawn(gate.enter().arrive())
    }

    async fn settle() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_alone_passes_at_once() {
        let begun = Instant::now();
        drop(Gate::default().enter().arrive().await);
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_are_done_wait_for_most_of_the_others() {
        let gate = Gate::default();
        let (slow, late) = (gate.enter(), gate.enter());
        let early: Vec<_> = (0..5).map(|_| arrive(&gate)).collect();
        settle().await;
        assert!(early.iter().all(|task| !task.is_finished()), "five wait for two at work");
        drop(late);
        settle().await;
        assert!(early.iter().all(JoinHandle::is_finished), "five go when one is left");
        drop(slow);
    }

    #[tokio::test(start_paused = true)]
    async fn a_group_gathers_while_another_commits() {
        let gate = Gate::default();
        let first = gate.enter().arrive().await;
        let next: Vec<_> = (0..3).map(|_| arrive(&gate)).collect();
        settle().await;
        assert!(next.iter().all(|task| !task.is_finished()));
        drop(first);
        settle().await;
        assert!(next.iter().all(JoinHandle::is_finished));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_action_holds_nobody_up() {
        let gate = Gate::default();
        let stuck = gate.enter();
        let begun = Instant::now();
        let passage = gate.enter().arrive().await;
        assert_eq!(begun.elapsed(), super::PATIENCE);
        drop((passage, stuck));
        drop(gate.enter().arrive().await);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_is_counted_out() {
        let gate = Gate::default();
        let slow = gate.enter();
        let gone = arrive(&gate);
        settle().await;
        gone.abort();
        settle().await;
        drop(slow);
        settle().await;
        let state = gate.lock();
        assert_eq!((state.at_work, state.committing, state.waiting.len()), (0, 0, 0));
    }
}

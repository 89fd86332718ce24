//! Delays after failed tries of a password, a code or a second factor.
//!
//! Two counts: for (account, network), growing to fifteen minutes, and for the account over all
//! networks that never succeeded there, growing to thirty seconds only. A stranger can therefore
//! slow other strangers down, but never keep the owner out who comes from a network that has
//! succeeded before, nor anybody for long.

use crate::proxy::network;
use domain::{Span, Ts};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Tries of one account that may be looked at side by side, unless they come from a network that is good for it: what is
/// not known to be wrong yet cannot make anybody wait, so a crowd would otherwise guess before the first answer.
const AT_ONCE: usize = 2;
/// Accounts and pairs remembered at the same time.
const MOST: usize = 20_000;
/// Networks remembered as good for one account.
const GOOD_NETWORKS: usize = 8;
/// A quiet day and failures are forgotten.
const FORGET: Span = Span::from_hours(24);

/// How long to wait before the next try is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Seconds, at least 1.
    pub seconds: u64,
}

/// Failure counts of one kind of secret. The account is whatever names it to the feature: the
/// address typed in, a person's id, the word `return-code`.
#[derive(Debug, Default)]
pub struct FailureBudget {
    state: Arc<Mutex<State>>,
}

/// A try that is being looked at. Keep it until its outcome is counted.
#[derive(Debug)]
#[must_use = "a try that is dropped at once leaves its place to others"]
pub struct Try {
    state: Arc<Mutex<State>>,
    place: (String, Option<IpAddr>),
}

impl Drop for Try {
    fn drop(&mut self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = state.under_way.get_mut(&self.place) {
            *count -= 1;
            if *count == 0 {
                state.under_way.remove(&self.place);
            }
        }
    }
}

#[derive(Debug, Default)]
struct State {
    pairs: HashMap<(String, IpAddr), Failures>,
    accounts: HashMap<String, Account>,
    /// Tries being looked at: of strangers by account, of others by account and network.
    under_way: HashMap<(String, Option<IpAddr>), usize>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Ts,
}

#[derive(Debug, Default)]
struct Account {
    strangers: Option<Failures>,
    /// The one that was good last comes last.
    good: Vec<IpAddr>,
}

impl Failures {
    /// Nothing for `free` failures, then 1, 2, 4 … seconds up to `most`.
    fn open_at(self, free: u32, most: i64) -> Ts {
        if self.count <= free {
            return self.last;
        }
        let doubled = 1_i64 << (self.count - free - 1).min(20);
        self.last.plus(Span::from_seconds(doubled.min(most)))
    }

    fn more(before: Option<Self>, now: Ts) -> Self {
        let fresh = before.filter(|b| now.since(b.last) < FORGET);
        Self { count: fresh.map_or(0, |b| b.count).saturating_add(1), last: now }
    }
}

impl FailureBudget {
    /// No failure yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a try may be looked at now. Ask before checking the secret, and answer the wait
    /// without checking it. Keep the [`Try`] until the outcome is counted.
    pub fn check(&self, account: &str, ip: IpAddr, now: Ts) -> Result<Try, Wait> {
        let net = network(ip);
        let mut state = self.lock();
        let own = state.pairs.get(&(account.to_owned(), net)).map(|f| f.open_at(3, 900));
        let seen = state.accounts.get(account);
        let known = seen.is_some_and(|a| a.good.contains(&net));
        let shared = seen.and_then(|a| a.strangers).filter(|_| !known).map(|f| f.open_at(20, 30));
        let open = own.max(shared);
        if let Some(left) = open.map(|at| at.since(now).micros()).filter(|left| *left > 0) {
            return Err(Wait { seconds: u64::try_from((left + 999_999) / 1_000_000).unwrap_or(1) });
        }
        let place = (account.to_owned(), known.then_some(net));
        let count = state.under_way.entry(place.clone()).or_default();
        if *count >= AT_ONCE {
            return Err(Wait { seconds: 1 });
        }
        *count += 1;
        Ok(Try { state: self.state.clone(), place })
    }

    /// Counts a wrong secret.
    pub fn failed(&self, account: &str, ip: IpAddr, now: Ts) {
        let net = network(ip);
        let mut state = self.lock();
        state.bound(now);
        let pair = (account.to_owned(), net);
        let before = state.pairs.get(&pair).copied();
        state.pairs.insert(pair, Failures::more(before, now));
        let account = state.accounts.entry(account.to_owned()).or_default();
        if !account.good.contains(&net) {
            account.strangers = Some(Failures::more(account.strangers, now));
        }
    }

    /// Clears the count of this network and remembers it as good for the account.
    pub fn succeeded(&self, account: &str, ip: IpAddr, now: Ts) {
        let net = network(ip);
        let mut state = self.lock();
        state.bound(now);
        state.pairs.remove(&(account.to_owned(), net));
        let account = state.accounts.entry(account.to_owned()).or_default();
        account.good.retain(|known| *known != net);
        if account.good.len() >= GOOD_NETWORKS {
            account.good.remove(0);
        }
        account.good.push(net);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Forgets what is a day old; under a flood it forgets the failures of accounts nobody ever
    /// signed in to, which are the made-up ones.
    fn bound(&mut self, now: Ts) {
        if self.pairs.len() >= MOST {
            self.pairs.retain(|_, f| now.since(f.last) < FORGET && f.count > 3);
        }
        if self.pairs.len() >= MOST {
            self.pairs.clear();
        }
        if self.accounts.len() >= MOST {
            self.accounts.retain(|_, account| !account.good.is_empty());
        }
        if self.accounts.len() >= MOST {
            self.accounts.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FailureBudget, GOOD_NETWORKS, MOST, Wait};
    use domain::Span;
    use domain::testing::START;
    use std::net::{IpAddr, Ipv4Addr};

    fn ip(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(n))
    }

    #[test]
    fn the_delay_grows_and_ends_with_success() {
        let budget = FailureBudget::new();
        for _ in 0..3 {
            budget.failed("ines", ip(1), START);
        }
        assert!(budget.check("ines", ip(1), START).is_ok());
        budget.failed("ines", ip(1), START);
        budget.failed("ines", ip(1), START);
        assert_eq!(budget.check("ines", ip(1), START).err(), Some(Wait { seconds: 2 }));
        assert!(budget.check("ines", ip(1), START.plus(Span::from_seconds(2))).is_ok());
        budget.succeeded("ines", ip(1), START);
        assert!(budget.check("ines", ip(1), START).is_ok());
    }

    #[test]
    fn strangers_cannot_lock_the_owner_out() {
        let budget = FailureBudget::new();
        budget.succeeded("ines", ip(1), START);
        for n in 100..5_000 {
            budget.failed("ines", ip(n), START);
        }
        assert!(budget.check("ines", ip(1), START).is_ok(), "the owner's own network");
        let Err(Wait { seconds }) = budget.check("ines", ip(2), START) else { panic!("strangers wait") };
        assert!(seconds <= 30, "and not for long");
    }

    #[test]
    fn the_network_that_was_not_good_for_longest_is_forgotten() {
        let budget = FailureBudget::new();
        // The owner's own has the smallest number; the others are places they went to.
        for n in [100, 1, 101, 102, 1, 103, 104, 105, 106, 1] {
            budget.succeeded("ines", ip(n << 8), START);
        }
        assert_eq!(budget.state.lock().unwrap().accounts["ines"].good.len(), GOOD_NETWORKS, "none is there twice");
        budget.succeeded("ines", ip(107 << 8), START);
        for n in 1_000..1_100 {
            budget.failed("ines", ip(n << 8), START);
        }
        assert!(budget.check("ines", ip(1 << 8), START).is_ok(), "the one of today stays");
        assert!(budget.check("ines", ip(101 << 8), START).is_ok(), "and so do those that were good since");
        assert!(budget.check("ines", ip(100 << 8), START).is_err(), "the oldest makes room");
    }

    #[test]
    fn a_crowd_cannot_guess_before_the_first_answer() {
        let budget = FailureBudget::new();
        budget.succeeded("ines", ip(1), START);
        let looked_at: Vec<_> = (100..200).filter_map(|n| budget.check("ines", ip(n), START).ok()).collect();
        assert_eq!(looked_at.len(), 2, "of a hundred at once from a hundred networks");
        assert!(budget.check("ines", ip(1), START).is_ok(), "the owner does not wait for them");
        assert!(budget.check("ana", ip(100), START).is_ok(), "nor does anybody else");
        drop(looked_at);
        assert!(budget.check("ines", ip(100), START).is_ok());
        assert!(budget.state.lock().unwrap().under_way.is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let budget = FailureBudget::new();
        for n in 0..u32::try_from(MOST).unwrap() + 100 {
            budget.failed(&format!("made-up-{n}"), ip(n), START);
        }
        let state = budget.state.lock().unwrap();
        assert!(state.pairs.len() <= MOST && state.accounts.len() <= MOST);
    }
}

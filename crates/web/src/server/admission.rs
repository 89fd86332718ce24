//! How many connections there may be, in all and from one network.

use crate::app::Kit;
use crate::proxy;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Counts connections.
pub(super) struct Admission {
    kit: Kit,
    all: Arc<Semaphore>,
    each: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection's place; dropping it gives the place back.
pub(super) struct Place {
    kit: Kit,
    network: IpAddr,
    each: Arc<Mutex<HashMap<IpAddr, usize>>>,
    _permit: OwnedSemaphorePermit,
}

impl Admission {
    pub(super) fn new(kit: &Kit) -> Self {
        let all = Arc::new(Semaphore::new(kit.settings.limits.connections));
        Self { kit: kit.clone(), all, each: Arc::default() }
    }

    /// A place for a connection from `ip`, or `None`: it is closed unanswered, which costs least.
    /// A trusted proxy speaks for many and is only bounded by the whole.
    pub(super) fn enter(&self, ip: IpAddr) -> Option<Place> {
        let Some(permit) = self.all.clone().try_acquire_owned().ok() else { return self.refuse() };
        let network = proxy::network(ip);
        let settings = &self.kit.settings;
        let is_proxy = settings.trusted_proxies.iter().any(|net| net.contains(&proxy::canonical(ip)));
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let count = each.entry(network).or_default();
        if *count >= settings.limits.connections_each && !is_proxy {
            drop(each);
            return self.refuse();
        }
        *count += 1;
        self.kit.figures.connections.fetch_add(1, Ordering::Relaxed);
        Some(Place { kit: self.kit.clone(), network, each: self.each.clone(), _permit: permit })
    }

    fn refuse(&self) -> Option<Place> {
        self.kit.figures.refused.fetch_add(1, Ordering::Relaxed);
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.kit.figures.connections.fetch_sub(1, Ordering::Relaxed);
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = each.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                each.remove(&self.network);
            }
        }
    }
}

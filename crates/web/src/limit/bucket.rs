//! Token buckets by class of route and network.

use crate::proxy::network;
use crate::route::RateClass;
use domain::Ts;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Buckets kept at the same time; about 5 MB.
const MOST: usize = 50_000;
/// One token in the unit of the counters: a microsecond of refill at one token a second.
const TOKEN: i64 = 1_000_000;

/// Allowances of every network.
#[derive(Debug)]
pub struct RateLimits {
    factor: i64,
    buckets: Mutex<HashMap<(RateClass, IpAddr), Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: i64,
    at: Ts,
    /// Whether the last try was refused.
    refused: bool,
}

/// Nothing is left of an allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// Seconds to wait for the next try, at least 1.
    pub seconds: u64,
    /// Whether the try before was let through: a flood is worth one line of a log, not one for each request.
    pub first: bool,
}

/// Size of the bucket in tokens and seconds until one token is back, times 100.
const fn allowance(class: RateClass) -> Option<(i64, i64)> {
    match class {
        RateClass::Free => None,
        RateClass::Read => Some((240, 10)),
        RateClass::Write => Some((60, 100)),
        RateClass::Intake => Some((30, 1_000)),
        RateClass::Secret => Some((20, 600)),
    }
}

impl RateLimits {
    /// Fresh buckets; `factor` multiplies every allowance.
    pub fn new(factor: u32) -> Self {
        Self { factor: i64::from(factor.max(1)), buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one token, or tells how long to wait for the next.
    pub fn take(&self, class: RateClass, ip: IpAddr, now: Ts) -> Result<(), Spent> {
        let Some((size, hundredths)) = allowance(class) else { return Ok(()) };
        let (full, cost) = (size * TOKEN * self.factor, TOKEN);
        // Microseconds of waiting for one token.
        let interval = hundredths * 10_000 / self.factor;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            shrink(&mut buckets, now);
        }
        let bucket = buckets.entry((class, network(ip))).or_insert(Bucket { left: full, at: now, refused: false });
        let passed = now.since(bucket.at).micros().max(0);
        let back = passed.saturating_mul(TOKEN) / interval.max(1);
        *bucket = Bucket { left: bucket.left.saturating_add(back).min(full), at: now.max(bucket.at), ..*bucket };
        if bucket.left < cost {
            let wait = (cost - bucket.left).saturating_mul(interval) / TOKEN;
            let first = !std::mem::replace(&mut bucket.refused, true);
            return Err(Spent { seconds: u64::try_from(wait / 1_000_000 + 1).unwrap_or(1), first });
        }
        bucket.left -= cost;
        bucket.refused = false;
        Ok(())
    }
}

/// Forgets whoever has been quiet for ten minutes; when everybody is loud, everybody.
fn shrink(buckets: &mut HashMap<(RateClass, IpAddr), Bucket>, now: Ts) {
    buckets.retain(|_, bucket| now.since(bucket.at).micros() < 600 * 1_000_000);
    if buckets.len() >= MOST {
        buckets.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, RateLimits, Spent};
    use crate::route::RateClass;
    use domain::Span;
    use domain::testing::START;
    use std::net::{IpAddr, Ipv4Addr};

    fn ip(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(n))
    }

    #[test]
    fn a_burst_passes_and_then_one_waits() {
        let limits = RateLimits::new(1);
        for _ in 0..30 {
            assert_eq!(limits.take(RateClass::Intake, ip(1), START), Ok(()));
        }
        assert_eq!(limits.take(RateClass::Intake, ip(1), START), Err(Spent { seconds: 11, first: true }));
        assert_eq!(limits.take(RateClass::Intake, ip(1), START), Err(Spent { seconds: 11, first: false }));
        assert_eq!(limits.take(RateClass::Intake, ip(2), START), Ok(()), "others are not touched");
        assert_eq!(limits.take(RateClass::Write, ip(1), START), Ok(()), "nor other classes");
        assert_eq!(limits.take(RateClass::Intake, ip(1), START.plus(Span::from_seconds(10))), Ok(()));
    }

    #[test]
    fn a_clock_set_back_takes_nothing_away() {
        let limits = RateLimits::new(1);
        assert_eq!(limits.take(RateClass::Secret, ip(1), START), Ok(()));
        assert_eq!(limits.take(RateClass::Secret, ip(1), START.minus(Span::from_days(1))), Ok(()));
    }

    #[test]
    fn ipv6_neighbours_share_and_memory_is_bounded() {
        let limits = RateLimits::new(1);
        for n in 0..20_u16 {
            let ip: IpAddr = format!("2001:db8:1:2::{n:x}").parse().unwrap();
            assert_eq!(limits.take(RateClass::Secret, ip, START), Ok(()));
        }
        let neighbour = "2001:db8:1:2:ffff::1".parse().unwrap();
        assert!(limits.take(RateClass::Secret, neighbour, START).is_err());
        for n in 0..u32::try_from(MOST).unwrap() + 10 {
            let _ = limits.take(RateClass::Read, ip(n), START);
        }
        assert!(limits.buckets.lock().unwrap().len() <= MOST);
    }
}

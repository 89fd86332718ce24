//! How long cases that are closed are kept. Without a rule: for ever.

use crate::{Span, Ts};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Longest rule for closed cases, in months: 30 years.
pub const MONTHS_MAX: u32 = 360;
/// Longest rule for spam, in days.
pub const DAYS_MAX: u32 = 3_650;
/// How long people have to object before a new or changed rule erases anything.
pub const NOTICE: Span = Span::from_days(14);

/// The rule of a programme, or of the house for programmes without one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A closed case goes when nothing happened to it for so many months; none for never.
    pub closed_months: Option<u32>,
    /// One that was closed as spam goes after so many days, if that is sooner; none for never.
    pub spam_days: Option<u32>,
    /// Before this instant nothing is erased by the rule.
    #[serde(default)]
    pub from: Option<Ts>,
}

/// Which half of a rule decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Closed for so many months.
    Closed(u32),
    /// Spam for so many days.
    Spam(u32),
}

impl Rule {
    /// Whether nothing is ever erased by it.
    pub const fn keeps_for_ever(&self) -> bool {
        self.closed_months.is_none() && self.spam_days.is_none()
    }

    /// Whether months and days are within their limits.
    pub fn is_possible(&self) -> bool {
        self.closed_months.is_none_or(|n| (1..=MONTHS_MAX).contains(&n))
            && self.spam_days.is_none_or(|n| (1..=DAYS_MAX).contains(&n))
    }

    /// The rule when it is set in place of `before`: one that says something else waits for [`NOTICE`].
    #[must_use]
    pub fn set_after(self, before: &Self, now: Ts) -> Self {
        let same = (self.closed_months, self.spam_days) == (before.closed_months, before.spam_days);
        let from = if same { before.from } else { Some(now.plus(NOTICE)) };
        Self { from: from.filter(|_| !self.keeps_for_ever()), ..self }
    }

    /// Whether the notice is over.
    pub fn is_in_force(&self, now: Ts) -> bool {
        !self.keeps_for_ever() && self.from.is_some_and(|from| from <= now)
    }

    /// Closed cases that last changed then or before are too old.
    pub fn closed_before(&self, now: Ts) -> Option<Ts> {
        self.closed_months.and_then(|months| months_before(now, months))
    }

    /// Spam that last changed then or before is too old.
    pub fn spam_before(&self, now: Ts) -> Option<Ts> {
        self.spam_days.map(|days| now.minus(Span::from_days(days.into())))
    }

    /// Why a closed case that last changed at `changed` is too old; none when it is kept.
    pub fn decides(&self, (changed, spam): (Ts, bool), now: Ts) -> Option<Because> {
        let closed = self.closed_months.filter(|_| self.closed_before(now).is_some_and(|limit| changed <= limit));
        let junk = self.spam_days.filter(|_| spam && self.spam_before(now).is_some_and(|limit| changed <= limit));
        junk.map(Because::Spam).or(closed.map(Because::Closed))
    }
}

/// The same day and time so many months before, in UTC; the last day of a month that is too short for it.
fn months_before(now: Ts, months: u32) -> Option<Ts> {
    let at = Timestamp::from_microsecond(now.micros()).ok()?.to_zoned(TimeZone::UTC);
    let then = at.checked_sub(i64::from(months).months()).ok()?;
    Some(Ts::from_micros(then.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Ts {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let rule = Rule { closed_months: Some(1), ..Rule::default() };
        assert_eq!(rule.closed_before(at("2026-03-31T08:00:00Z")), Some(at("2026-02-28T08:00:00Z")));
        let rule = Rule { closed_months: Some(12), ..Rule::default() };
        assert_eq!(rule.closed_before(at("2028-02-29T08:00:00Z")), Some(at("2027-02-28T08:00:00Z")));
    }

    #[test]
    fn a_rule_waits_for_its_notice_and_only_a_change_begins_it_anew() {
        let now = at("2026-03-01T00:00:00Z");
        let first = Rule { closed_months: Some(12), ..Rule::default() }.set_after(&Rule::default(), now);
        assert_eq!(first.from, Some(now.plus(NOTICE)));
        assert!(
            !first.is_in_force(now.plus(NOTICE).minus(Span::from_micros(1))) && first.is_in_force(now.plus(NOTICE))
        );
        let later = now.plus(Span::from_days(20));
        assert_eq!(first.set_after(&first, later), first);
        let stricter = Rule { closed_months: Some(6), ..first }.set_after(&first, later);
        assert!(!stricter.is_in_force(later));
        let none = Rule::default().set_after(&first, later);
        assert_eq!((none, none.is_in_force(later.plus(Span::from_days(1_000)))), (Rule::default(), false));
    }

    proptest! {
        #[test]
        fn nothing_younger_than_the_rule_goes(
            months in prop::option::of(1..=MONTHS_MAX),
            days in prop::option::of(1..=DAYS_MAX),
            now in 1_600_000_000_i64..4_000_000_000,
            age in 0_i64..400_000_000,
            spam: bool,
        ) {
            let rule = Rule { closed_months: months, spam_days: days, from: None };
            let now = Ts::from_micros(now * 1_000_000);
            let changed = now.minus(Span::from_seconds(age));
            let old_days = age / 86_400;
            match rule.decides((changed, spam), now) {
                Some(Because::Spam(n)) => prop_assert!(spam && Some(n) == days && old_days >= i64::from(n)),
                // No month has fewer than 28 days.
                Some(Because::Closed(n)) => prop_assert!(Some(n) == months && old_days >= i64::from(n) * 28),
                None => {
                    prop_assert!(!spam || days.is_none_or(|n| age < i64::from(n) * 86_400));
                    prop_assert!(months.is_none_or(|n| old_days < i64::from(n) * 31));
                }
            }
        }
    }
}

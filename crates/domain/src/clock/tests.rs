//! Clocks by example, and against a clock that is asked every minute.

use super::{AlarmKind, Allowance, Change, Clock, ClockName, Measure, Pause, Target, Terms, alarm};
use crate::calendar::tests::{calendars, minutes, obvious_between, office};
use crate::{Severity, Span, Ts};
use proptest::prelude::*;
use serde_json::json;

fn at(day: i64) -> Ts {
    Ts::from_micros(0).plus(Span::from_days(day))
}

fn clock(paused: Vec<Pause>) -> Clock {
    Clock {
        name: ClockName::Triage,
        round: 1,
        started: at(0),
        target: Target::elapsed(Span::from_days(2)),
        promised: None,
        changes: Vec::<Change>::new(),
        paused,
        ended: None,
        met: false,
    }
}

#[test]
fn pauses_push_the_due_time() {
    assert_eq!(clock(vec![]).due(), Some(at(2)));
    let once = clock(vec![Pause { from: at(1), until: Some(at(5)) }]);
    assert_eq!(once.due(), Some(at(6)));
    assert_eq!(once.used(at(6)), Span::from_days(2));
    assert_eq!(once.stood(at(6)), Span::from_days(4));
    assert!(!once.is_late(at(6)) && once.is_late(at(7)));
    assert_eq!((once.left(at(4)), once.left(at(7))), (Span::from_days(2), Span::from_days(-1)));
}

#[test]
fn a_pause_that_begins_when_the_time_is_up_still_counts() {
    let just = clock(vec![Pause { from: at(2), until: Some(at(3)) }]);
    assert_eq!(just.due(), Some(at(3)));
    assert!(!just.is_late(at(3)) && just.is_late(at(4)));
    assert_eq!(clock(vec![Pause { from: at(2), until: None }]).due(), None);
}

#[test]
fn a_pause_that_lasts_leaves_no_due_time_unless_it_was_late_before() {
    let waiting = clock(vec![Pause { from: at(1), until: None }]);
    assert_eq!(waiting.due(), None);
    assert!(waiting.is_paused() && !waiting.is_late(at(99)));
    assert_eq!(waiting.left(at(99)), Span::from_days(1));
    let late = clock(vec![Pause { from: at(3), until: None }]);
    assert_eq!(late.due(), Some(at(2)));
    assert!(late.is_late(at(4)));
}

#[test]
fn an_ended_clock_stands() {
    let mut done = clock(vec![]);
    done.ended = Some(at(1));
    assert_eq!(done.used(at(50)), Span::from_days(1));
    assert!(!done.is_late(at(50)));
    assert_eq!(alarm::of_clock(&done).count(), 0);
}

#[test]
fn a_promise_bounds_a_longer_target() {
    let mut promised = clock(vec![Pause { from: at(0), until: Some(at(3)) }]);
    promised.promised = Some(Span::from_days(1));
    assert_eq!(promised.due(), Some(at(4)), "what was told to the reporter, pauses not counted");
    promised.promised = Some(Span::from_days(9));
    assert_eq!(promised.due(), Some(at(5)));
}

#[test]
fn four_fifths_and_the_end_are_alarming() {
    let hours = |n: i64| at(0).plus(Span::from_hours(n));
    let mut ten = clock(vec![]);
    ten.target = Target::elapsed(Span::from_hours(10));
    let alarms: Vec<_> = alarm::of_clock(&ten).map(|a| (a.kind, a.at)).collect();
    assert_eq!(alarms, [(AlarmKind::Soon, hours(8)), (AlarmKind::Late, hours(10))]);
    ten.paused = vec![Pause { from: hours(9), until: None }];
    assert_eq!(alarm::of_clock(&ten).map(|a| a.kind).collect::<Vec<_>>(), [AlarmKind::Soon]);
}

#[test]
fn terms_in_four_units() {
    let terms: Terms = serde_json::from_value(json!({
        "calendar": serde_json::to_value(office("Europe/Berlin")).unwrap(),
        "any": {"triage": {"amount": 2, "unit": "working-days"}, "resolution": {"amount": 30, "unit": "days"}},
        "by_severity": {"triage": {"critical": {"amount": 4, "unit": "hours"}, "high": {"amount": 8, "unit": "working-hours"}}},
    }))
    .unwrap();
    let span = |clock, severity| terms.target(clock, severity).map(|t| (t.span, t.measure == Measure::Elapsed));
    // 4 days of 7 hours and one of 6.
    assert_eq!(span(ClockName::Triage, None), Some((Span::from_minutes(2 * 34 * 60 / 5), false)));
    assert_eq!(span(ClockName::Triage, Some(Severity::Low)), span(ClockName::Triage, None));
    assert_eq!(span(ClockName::Triage, Some(Severity::High)), Some((Span::from_hours(8), false)));
    assert_eq!(span(ClockName::Triage, Some(Severity::Critical)), Some((Span::from_hours(4), true)));
    assert_eq!(span(ClockName::Resolution, Some(Severity::High)), Some((Span::from_days(30), true)));
    assert_eq!(span(ClockName::Bounty, None), None);
    assert!(terms.trust_claims && Terms::default().trust_claims);
}

#[test]
fn allowances_are_read_as_people_write_them() {
    for (typed, shown) in [
        ("8 working hours", "8 working hours"),
        ("1 Business Day", "1 working day"),
        ("24h", "24 hours"),
        (" 1 d ", "1 day"),
    ] {
        assert_eq!(typed.parse::<Allowance>().unwrap().to_string(), shown);
    }
    for odd in ["", "8", "hours", "0 days", "10001 days", "-1 day", "99999999999 days", "2 weeks", "1.5 days"] {
        assert!(odd.parse::<Allowance>().is_err(), "{odd}");
    }
}

/// Pauses, in minutes of length after minutes of running; the last may last.
fn pauses(started: Ts, parts: &[(i64, i64)], lasts: bool) -> Vec<Pause> {
    let mut at = started;
    let mut pauses = Vec::new();
    for (place, (runs, stands)) in parts.iter().enumerate() {
        let from = at.plus(Span::from_minutes(*runs));
        at = from.plus(Span::from_minutes(*stands));
        let until = (!lasts || place + 1 < parts.len()).then_some(at);
        pauses.push(Pause { from, until });
    }
    pauses
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// The due time is the last instant at which asking every minute finds no more than the target.
    #[test]
    fn due_and_used_are_what_counting_minutes_gives(
        calendar in calendars(), started in minutes(), target in 1_i64..700,
        parts in proptest::collection::vec((1_i64..900, 1_i64..900), 0..4), lasts in any::<bool>(), later in 0_i64..4_000,
    ) {
        let paused = pauses(started, &parts, lasts);
        let now = started.plus(Span::from_minutes(later));
        let measure = Measure::Working(calendar.clone());
        let target = Target { span: Span::from_minutes(target), measure };
        let clock = Clock { started, target, paused: paused.clone(), ..clock(vec![]) };
        let runs = |at: Ts| !paused.iter().any(|p| p.from <= at && p.until.is_none_or(|until| at < until));
        let mut used = 0;
        let mut minute = started;
        while minute < now {
            let next = minute.plus(Span::from_minutes(1));
            if runs(minute) {
                used += obvious_between(&calendar, minute, next);
            }
            minute = next;
        }
        prop_assert_eq!(clock.used(now).micros(), used);
        let late = clock.used(now) > clock.target.span;
        prop_assert!(!late || clock.is_late(now));
        if let Some(due) = clock.due() {
            prop_assert_eq!(clock.used(due), clock.target.span);
            prop_assert!(clock.used(due.minus(Span::from_micros(1))) < clock.target.span || !runs(due.minus(Span::from_micros(1))));
            prop_assert_eq!(clock.is_late(now), due < now);
        } else {
            prop_assert!(clock.used(now) <= clock.target.span);
        }
    }
}

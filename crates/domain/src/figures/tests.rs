//! Figures against the obvious: every minute asked whether it counts, every case asked what became of it.

use super::{Fate, Period, RoundFacts, Row, Step, Tally, median, nearest_rank, of_case};
use crate::calendar::tests::{calendars, minutes, obvious_between};
use crate::calendar::{Calendar, Date};
use crate::case::vulnerability::{OutcomeWord, Vulnerability};
use crate::case::{Allowance, ClockName, ErasedCaseType, NewEvent, Party, Terms, Unit};
use crate::{PersonId, Severity, Span, Ts, Uuid};
use proptest::prelude::*;
use serde_json::{Value, json};

fn team() -> Party {
    Party::Team(PersonId::from_uuid(Uuid::from_u128(7)))
}

#[derive(Debug)]
struct Case {
    state: Value,
    events: Vec<NewEvent>,
}

impl Case {
    fn new(at: Ts) -> Self {
        let report = json!({"title": "Read any invoice", "summary": "By their number.", "source": "form"});
        let opened = Vulnerability.open(report, at).unwrap();
        Self { state: opened.state, events: opened.events }
    }

    fn act(&mut self, (action, input): (&str, Value), by: &Party, at: Ts) -> bool {
        let Ok(acted) = Vulnerability.act(&self.state, action, input, by, at) else { return false };
        self.state = acted.state;
        self.events.extend(acted.events);
        true
    }

    fn team(mut self, action: &str, input: Value, at: Ts) -> Self {
        assert!(self.act((action, input), &team(), at), "{action}");
        self
    }

    fn rounds(&self, terms: &Terms) -> Vec<RoundFacts> {
        of_case(&Vulnerability, &self.state, terms)
    }
}

const ACTIONS: &[(&str, &str)] = &[
    ("triage", "{}"),
    ("accept", "{}"),
    ("claim-fixed", "{}"),
    ("ask", r#"{"text": "Which version?"}"#),
    ("answer", r#"{"text": "The last."}"#),
    ("stop-waiting", "{}"),
    ("set-severity", r#"{"severity": "high", "reason": "Because."}"#),
    ("set-severity", r#"{"severity": "critical", "reason": "Because."}"#),
    ("settle-reward", r#"{"reward": "paid"}"#),
    ("first-response", "{}"),
    ("close", r#"{"outcome": "resolved", "reason": "Because."}"#),
    ("close", r#"{"outcome": "not_applicable", "reason": "Because."}"#),
    ("withdraw", "{}"),
    ("reopen", r#"{"reason": "It is back."}"#),
    ("reopen", r#"{"reason": "It is back again."}"#),
];

prop_compose! {
    /// A case that goes its way near a change of the clocks: each try an action and the minutes before it.
    fn cases()(start in minutes(), tries in proptest::collection::vec((0..ACTIONS.len(), 0_i64..700), 1..18)) -> Case {
        let (mut case, mut at) = (Case::new(start), start);
        for (action, later) in tries {
            at = at.plus(Span::from_minutes(later));
            let (action, input) = ACTIONS[action];
            for by in [team(), Party::Reporter, Party::System] {
                if case.act((action, serde_json::from_str(input).unwrap()), &by, at) {
                    break;
                }
            }
        }
        case
    }
}

/// What the events say of one clock of one round: its start, its end, and whether it ended by what it waited for.
type Ran = (Ts, Option<Ts>, bool);

/// The clocks of each round, read from the events one after the other.
fn obvious_rounds(events: &[NewEvent]) -> Vec<[Option<Ran>; 4]> {
    let mut rounds: Vec<[Option<Ran>; 4]> = Vec::new();
    let mut answered: Option<Ts> = None;
    for event in events {
        let (kind, at) = (event.kind, event.at);
        let by_team = event.data["side"] == json!("team");
        if kind == "reported" || kind == "reopened" {
            if let Some([first, _, reward, _]) = rounds.last_mut() {
                end(first, at, kind == "reopened");
                end(reward, at, false);
            }
            let first = rounds.is_empty().then_some((at, None, false));
            rounds.push([first, Some((at, None, false)), None, Some((at, None, false))]);
        }
        let Some([first, triage, reward, resolution]) = rounds.last_mut() else { continue };
        let judged = matches!(kind, "triaged" | "accepted");
        if judged || matches!(kind, "asked" | "responded" | "severity_decided") || (kind == "closed" && by_team) {
            end(first, at, true);
            answered.get_or_insert(at);
        }
        if judged {
            end(triage, at, true);
            reward.get_or_insert((at, None, false));
        }
        if kind == "reward_settled" {
            end(reward, at, true);
        }
        if kind == "closed" {
            end(first, at, false);
            end(triage, at, by_team);
            end(resolution, at, true);
            if event.data["outcome"] != json!("resolved") {
                end(reward, at, false);
            }
        }
    }
    rounds
}

fn end(clock: &mut Option<Ran>, at: Ts, met: bool) {
    if let Some((_, ended @ None, was_met)) = clock {
        (*ended, *was_met) = (Some(at), met);
    }
}

/// Minutes from start to end in which we did not wait for the reporter; all of them, and those of working time.
fn obvious_time(events: &[NewEvent], calendar: &Calendar, (from, until): (Ts, Ts)) -> (Span, Span) {
    let minute = Span::from_minutes(1);
    let (mut took, mut worked, mut at) = (Span::ZERO, Span::ZERO, from);
    while at < until {
        let before = events.iter().filter(|e| e.at <= at);
        let mut flips = before.filter(|e| matches!(e.kind, "asked" | "answered" | "waiting_stopped" | "closed"));
        if flips.next_back().is_none_or(|e| e.kind != "asked") {
            took = took.plus(minute);
            worked = worked.plus(Span::from_micros(obvious_between(calendar, at, at.plus(minute))));
        }
        at = at.plus(minute);
    }
    (took, worked)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_clock_is_the_sum_of_its_minutes(case in cases(), calendar in calendars()) {
        let terms = Terms { calendar: Some(calendar.clone()), ..Terms::default() };
        let (rounds, obvious) = (case.rounds(&terms), obvious_rounds(&case.events));
        prop_assert_eq!(rounds.len(), obvious.len());
        for (facts, ran) in rounds.iter().zip(&obvious) {
            for (clock, ran) in ClockName::ALL.iter().zip(ran) {
                let reading = facts.reading(*clock);
                let Some((from, until, met)) = *ran else {
                    prop_assert_eq!(*reading, super::Reading::default(), "{} of round {}", clock, facts.round);
                    continue;
                };
                prop_assert_eq!(reading.ended, until, "{} of round {}", clock, facts.round);
                let took = until.filter(|_| met).map(|until| obvious_time(&case.events, &calendar, (from, until)));
                prop_assert_eq!(reading.took.zip(reading.worked), took, "{} of round {}", clock, facts.round);
            }
        }
    }

    #[test]
    fn a_reopening_keeps_every_round_before_it(case in cases(), later in 1_i64..5_000) {
        let before = case.rounds(&Terms::default());
        let at = case.events.last().unwrap().at.plus(Span::from_minutes(later));
        let mut case = case;
        if case.act(("reopen", json!({"reason": "Again."})), &team(), at) {
            let after = case.rounds(&Terms::default());
            prop_assert_eq!(after.len(), before.len() + 1);
            for (old, now) in before.iter().zip(&after) {
                prop_assert_eq!((old.opened, old.closed, old.valid), (now.opened, now.closed, now.valid));
                for (old, now) in old.readings.iter().zip(&now.readings) {
                    // What was over stays; what still ran is ended by the reopening and counts as no success.
                    prop_assert!(old == now || old.ended.is_none());
                }
            }
            let new = after.last().unwrap();
            prop_assert_eq!((new.opened, new.closed), (at, None));
        }
    }

    #[test]
    fn a_percentile_is_the_least_that_so_many_do_not_exceed(mut values in proptest::collection::vec(0_i64..50, 1..60)) {
        values.sort_unstable();
        for percent in [1_usize, 50, 75, 90, 99, 100] {
            let enough = |v: &i64| values.iter().filter(|w| *w <= v).count() * 100 >= percent * values.len();
            prop_assert_eq!(nearest_rank(&values, percent), values.iter().copied().find(enough));
        }
    }

    #[test]
    fn weeks_and_months_cover_a_period_without_gaps(first in 0_i64..4_000, days in 0_i64..800) {
        let start: Date = "2020-01-01".parse().unwrap();
        let period = Period::of_days(start.plus_days(first), start.plus_days(first + days));
        for step in [Step::Week, Step::Month] {
            let buckets = period.buckets(step);
            prop_assert_eq!(buckets[0].from, period.from);
            let begins = |text: &str| step == Step::Week || text.ends_with("-01");
            prop_assert!(buckets[1..].iter().all(|b| begins(&b.first.to_string())));
            let long = buckets.windows(2).map(|two| two[1].first.days_since(two[0].first)).max().unwrap_or(1);
            let most = if step == Step::Week { 7 } else { 31 };
            prop_assert!(long <= most);
            prop_assert!(period.until.since(buckets.last().unwrap().from) <= Span::from_days(31));
        }
    }
}

#[test]
fn medians_lie_half_way() {
    assert_eq!((median(&[]), median(&[4]), median(&[4, 7]), median(&[1, 4, 9])), (None, Some(4), Some(5), Some(4)));
    assert_eq!(nearest_rank::<i64>(&[], 50), None);
}

fn at(text: &str) -> Ts {
    text.parse().unwrap()
}

fn rows(case: &Case, terms: &Terms) -> Vec<Row> {
    let summary = Vulnerability.summary(&case.state, terms);
    let fate = summary.close.map_or(Fate::Open, |word| Fate::Closed(word.parse::<OutcomeWord>().unwrap()));
    let rounds = case.rounds(terms);
    let count = rounds.len();
    let row = |(place, facts): (usize, RoundFacts)| Row {
        received: rounds[0].opened,
        fate,
        severity: summary.severity_decided,
        last: place + 1 == count,
        facts,
    };
    rounds.iter().copied().enumerate().map(row).collect()
}

/// Four reports of the autumn of 2026 under a target of ten days for each clock.
fn autumn() -> (Terms, Vec<Case>) {
    let mut terms = Terms::default();
    for clock in ClockName::ALL {
        terms.set(*clock, None, Allowance { amount: 10, unit: Unit::Days });
    }
    let close = |outcome: &str| match outcome {
        "duplicate" => json!({"outcome": outcome, "known_since": "2026-08-01", "reason": "Known."}),
        _ => json!({"outcome": outcome, "reason": "Because."}),
    };
    let resolved = Case::new(at("2026-09-01T12:00:00Z"))
        .team("accept", json!({}), at("2026-09-03T12:00:00Z"))
        .team("settle-reward", json!({"reward": "paid"}), at("2026-09-09T12:00:00Z"))
        .team("close", close("resolved"), at("2026-09-21T12:00:00Z"));
    let duplicate = Case::new(at("2026-09-10T00:00:00Z")).team("close", close("duplicate"), at("2026-09-14T00:00:00Z"));
    let again = Case::new(at("2026-06-01T00:00:00Z"))
        .team("close", close("not_applicable"), at("2026-06-05T00:00:00Z"))
        .team("reopen", json!({"reason": "We were wrong."}), at("2026-09-20T00:00:00Z"))
        .team("set-severity", json!({"severity": "high"}), at("2026-09-20T00:00:00Z"))
        .team("triage", json!({}), at("2026-09-21T00:00:00Z"));
    (terms, vec![resolved, duplicate, again, Case::new(at("2026-09-28T00:00:00Z"))])
}

#[test]
fn a_month_of_four_cases() {
    let (terms, cases) = autumn();
    let period = Period::of_days("2026-09-01".parse().unwrap(), "2026-09-30".parse().unwrap());
    let mut tally = Tally::new(period, Step::Week, at("2026-12-01T00:00:00Z"));
    cases.iter().flat_map(|case| rows(case, &terms)).for_each(|row| tally.add(&row));
    let report = tally.report();
    let came: Vec<(String, usize)> =
        report.inflow.iter().map(|i| (i.bucket.first.to_string(), i.total())).filter(|(_, n)| *n > 0).collect();
    let weeks = [("2026-09-01", 1), ("2026-09-07", 1), ("2026-09-28", 1)];
    assert_eq!(came, weeks.map(|(week, n)| (week.to_owned(), n)));
    assert_eq!((report.received(), report.closed, report.duplicates, report.reopened), (3, 2, 1, 1));
    assert_eq!(report.percent_duplicates(), Some(50));
    // The old case counts from its first day; the new one is three days old at the end of the month.
    assert_eq!(report.backlog, [1, 0, 0, 1, 0]);
    let days = |n: i64| Some(Span::from_days(n));
    let first = report.clock(ClockName::FirstResponse);
    assert_eq!((first.in_time, first.late, first.elapsed.map(|p| p.p90)), (2, 0, days(4)));
    // Twenty days for a target of ten; the reopened one was due on the 30th and still runs.
    let resolution = report.clock(ClockName::Resolution);
    assert_eq!(
        (resolution.in_time, resolution.late, resolution.elapsed.map(|p| (p.count, p.p90))),
        (1, 2, Some((2, Span::from_days(20))))
    );
    assert_eq!(resolution.percent_in_time(), Some(33));
    let reward = report.clock(ClockName::Bounty);
    assert_eq!((reward.in_time, reward.elapsed.map(|p| p.p50)), (1, days(6)));
    let bod = &report.bod;
    assert_eq!((bod.reports, bod.valid, bod.open_valid, bod.open_valid_old), (3, 2, 1, 1));
    assert_eq!((bod.open_valid_age, bod.old_age), (days(122), days(122)));
    assert_eq!(bod.old, [(Some(Severity::High), 1)].into());
    // Two, four and one day to the judgement; nothing was taken out for weekends.
    assert_eq!((bod.validate, bod.respond, bod.remediate), (days(2), days(3), days(20)));
}

fn figures(cases: &[Case], (first, last): (&str, &str)) -> super::Report {
    let period = Period::of_days(first.parse().unwrap(), last.parse().unwrap());
    let mut tally = Tally::new(period, Step::Month, at("2026-12-01T00:00:00Z"));
    cases.iter().flat_map(|case| rows(case, &Terms::default())).for_each(|row| tally.add(&row));
    tally.report()
}

#[test]
fn a_reopening_takes_back_no_validity_and_a_later_judgement_does() {
    let close = |outcome: &str| json!({"outcome": outcome, "reason": "Because."});
    let mut case = Case::new(at("2026-01-05T00:00:00Z"))
        .team("accept", json!({}), at("2026-01-05T12:00:00Z"))
        .team("close", close("resolved"), at("2026-01-20T00:00:00Z"))
        .team("reopen", json!({"reason": "The fix does not hold."}), at("2026-04-02T00:00:00Z"));
    let first = ("2026-01-01", "2026-03-31");
    let (winter, april) = (figures(std::slice::from_ref(&case), first), ("2026-04-01", "2026-04-03"));
    assert_eq!((winter.bod.valid, winter.bod.open_valid), (1, 0));
    let open = figures(std::slice::from_ref(&case), april);
    assert_eq!((open.bod.valid, open.bod.open_valid, open.bod.old.len()), (0, 1, 0));
    case = case.team("accept", json!({}), at("2026-04-10T00:00:00Z"));
    let spring = figures(std::slice::from_ref(&case), ("2026-04-01", "2026-06-30"));
    assert_eq!((spring.bod.valid, spring.bod.open_valid), (0, 1), "it was counted when it was found");
    case = case.team("close", close("not_applicable"), at("2026-07-01T00:00:00Z")).team(
        "reopen",
        json!({"reason": "Perhaps it is."}),
        at("2026-08-01T00:00:00Z"),
    );
    assert_eq!(figures(std::slice::from_ref(&case), first).bod.valid, 0);
    assert_eq!(figures(&[case], ("2026-08-01", "2026-08-31")).bod.open_valid, 0);
}

#[test]
fn what_was_erased_while_open_was_never_closed_and_most_is_not_all() {
    let (terms, cases) = autumn();
    let period = Period::of_days("2026-09-01".parse().unwrap(), "2026-10-31".parse().unwrap());
    let mut tally = Tally::new(period, Step::Month, at("2026-12-01T00:00:00Z"));
    let mut row = rows(&cases[3], &terms)[0];
    row.fate = Fate::Erased;
    row.facts.closed = Some(at("2026-10-02T00:00:00Z"));
    tally.add(&row);
    let report = tally.report();
    assert_eq!((report.received(), report.closed, report.open()), (1, 0, 0));
    let most = super::ClockFigures { in_time: 199, late: 1, ..super::ClockFigures::default() };
    assert_eq!(most.percent_in_time(), Some(99));
    assert_eq!(super::ClockFigures { late: 0, ..most }.percent_in_time(), Some(100));
}

#[test]
fn what_was_due_in_one_month_is_late_in_that_month_only() {
    let (terms, cases) = autumn();
    let late = |first: &str, last: &str| {
        let period = Period::of_days(first.parse().unwrap(), last.parse().unwrap());
        let mut tally = Tally::new(period, Step::Month, at("2026-12-01T00:00:00Z"));
        cases.iter().flat_map(|case| rows(case, &terms)).for_each(|row| tally.add(&row));
        ClockName::ALL.iter().map(|clock| tally.clone().report().clock(*clock).late).collect::<Vec<_>>()
    };
    // The one of 28 September that nobody touched: answer, decision and end were due on 8 October, of the
    // reopened one the reward on 1 October.
    assert_eq!(late("2026-10-01", "2026-10-31"), [1, 1, 1, 1]);
    assert_eq!(late("2026-11-01", "2026-11-30"), [0, 0, 0, 0]);
}

//! Calendars against the obvious: every minute asked what the wall shows.

use super::{Absence, Calendar, Date, Duty, Plan, Quiet, Stretch, TimeOfDay, Week, Weekday, Zone};
use crate::{PersonId, Span, Ts, Uuid};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;

const MINUTE: i64 = 60_000_000;
/// Clocks that change by an hour, by half an hour, at midnight, at odd offsets, and one that lost a whole day.
const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Santiago",
    "Pacific/Chatham",
    "Pacific/Apia",
];

/// Begins near changes of the clocks of those zones.
const STARTS: &[&str] = &[
    "2026-03-27T12:00:00Z",
    "2026-10-23T12:00:00Z",
    "2026-03-06T00:00:00Z",
    "2026-10-30T00:00:00Z",
    "2026-04-03T00:00:00Z",
    "2026-09-04T00:00:00Z",
    "2027-02-05T00:00:00Z",
    "2011-12-28T00:00:00Z",
    "2026-12-23T00:00:00Z",
];

pub(crate) fn office(zone: &str) -> Calendar {
    let hours = "09:00-12:30, 13:30-17:00";
    let week =
        json!({"monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours, "friday": "09:00-15:00"});
    serde_json::from_value(json!({"zone": zone, "week": week, "holidays": {"2026-12-25": "Christmas"}})).unwrap()
}

fn ts(text: &str) -> Ts {
    text.parse().unwrap()
}

/// Whether the minute that begins at `at` counts, by asking what the wall shows.
fn obvious_open(plan: &Plan, at: i64) -> bool {
    let zone = TimeZone::get(plan.zone.name()).unwrap();
    let wall = Timestamp::from_microsecond(at).unwrap().to_zoned(zone);
    let day: Date = wall.date().to_string().parse().unwrap();
    let minute = u16::try_from(i32::from(wall.hour()) * 60 + i32::from(wall.minute())).unwrap();
    let weekday = Weekday::ALL[usize::try_from(wall.weekday().to_monday_zero_offset()).unwrap()];
    let within = |s: &Stretch| (s.from.minutes()..s.until.minutes()).contains(&minute);
    !plan.holidays.contains_key(&day) && plan.week.on(weekday).iter().any(within)
}

pub(crate) fn obvious_between(calendar: &Calendar, from: Ts, until: Ts) -> i64 {
    let minutes = (from.micros()..until.micros()).step_by(usize::try_from(MINUTE).unwrap());
    i64::try_from(minutes.filter(|at| obvious_open(calendar.plan(), *at)).count()).unwrap() * MINUTE
}

fn stretches() -> impl Strategy<Value = String> {
    proptest::collection::btree_set(0_u16..=1_440, 0..7).prop_map(|ends| {
        let ends: Vec<u16> = ends.into_iter().collect();
        let time = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
        ends.chunks_exact(2).map(|pair| format!("{}-{}", time(pair[0]), time(pair[1]))).collect::<Vec<_>>().join(", ")
    })
}

prop_compose! {
    /// Any calendar, with holidays around the starts.
    pub(crate) fn calendars()(
        zone in proptest::sample::select(ZONES),
        days in proptest::collection::vec(stretches(), 7),
        holidays in proptest::collection::btree_set((0..STARTS.len(), 0_i64..9), 0..6),
    ) -> Calendar {
        let mut week = Week::default();
        for (day, typed) in Weekday::ALL.iter().zip(&days) {
            week.set(*day, typed).unwrap();
        }
        if week.open_days() == 0 {
            week.set(Weekday::Tuesday, "01:30-03:15").unwrap();
        }
        let holidays = holidays.into_iter().map(|(start, later)| {
            let first: Date = STARTS[start][..10].parse().unwrap();
            (first.plus_days(later), String::new())
        });
        Calendar::try_from(Plan { zone: zone.parse().unwrap(), week, holidays: holidays.collect() }).unwrap()
    }
}

prop_compose! {
    /// A minute of the days after one of the starts.
    pub(crate) fn minutes()(start in proptest::sample::select(STARTS), later in 0_i64..6 * 1_440) -> Ts {
        ts(start).plus(Span::from_minutes(later))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn working_time_is_the_sum_of_its_minutes(calendar in calendars(), from in minutes(), minutes in 0_i64..6_000) {
        let until = from.plus(Span::from_minutes(minutes));
        prop_assert_eq!(calendar.between(from, until).micros(), obvious_between(&calendar, from, until));
        prop_assert_eq!(calendar.is_open(from), obvious_open(calendar.plan(), from.micros()));
    }

    #[test]
    fn after_is_the_first_instant_with_so_much_work(calendar in calendars(), from in minutes(), work in 1_i64..2_400) {
        let work = Span::from_minutes(work);
        let at = calendar.after(from, work).unwrap();
        prop_assert_eq!(calendar.between(from, at), work);
        prop_assert!(calendar.between(from, at.minus(Span::from_micros(1))) < work);
        // All ends lie on whole minutes here.
        prop_assert_eq!((at.micros() - from.micros()) % MINUTE, 0);
        prop_assert!(obvious_open(calendar.plan(), at.micros() - MINUTE));
    }

    #[test]
    fn working_time_adds_up(calendar in calendars(), from in minutes(), a in 0_i64..900_000_000_000, b in 0_i64..90_000_000_000_000) {
        let (middle, end) = (from.plus(Span::from_micros(a)), from.plus(Span::from_micros(a + b)));
        let parts = calendar.between(from, middle).plus(calendar.between(middle, end));
        prop_assert_eq!(calendar.between(from, end), parts);
        prop_assert_eq!(calendar.between(end, from), Span::ZERO);
    }

    #[test]
    fn a_calendar_comes_back_from_json(calendar in calendars()) {
        let text = serde_json::to_string(&calendar).unwrap();
        prop_assert_eq!(serde_json::from_str::<Calendar>(&text).unwrap(), calendar);
    }

    #[test]
    fn the_wall_and_back(zone in proptest::sample::select(ZONES), at in minutes()) {
        let zone: Zone = zone.parse().unwrap();
        let (day, minute) = zone.wall(at);
        let time: TimeOfDay = format!("{:02}:{:02}", minute / 60, minute % 60).parse().unwrap();
        let back = zone.instant(day, time);
        // What the wall shows twice is taken the first time.
        prop_assert!(back <= at && at.since(back) <= Span::from_hours(1));
        prop_assert_eq!(zone.wall(back), (day, minute));
    }
}

#[test]
fn a_day_around_each_change_of_the_clocks() {
    let night = |zone: &str| -> Calendar {
        serde_json::from_value(json!({"zone": zone, "week": {"sunday": "00:00-06:00"}})).unwrap()
    };
    let hours = |zone: &str, from: &str, until: &str| night(zone).between(ts(from), ts(until)).seconds() / 60;
    // Berlin skips 02:00 to 03:00 on 29 March 2026 and shows it twice on 25 October.
    assert_eq!(hours("Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"), 5 * 60);
    assert_eq!(hours("Europe/Berlin", "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z"), 7 * 60);
    // Lord Howe changes by half an hour.
    assert_eq!(hours("Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-06T00:00:00Z"), 6 * 60 + 30);
}

#[test]
fn the_end_of_a_day_is_the_evening_and_not_the_next_morning() {
    let office = office("Europe/Berlin");
    // Thursday 24 December; Friday is a holiday, then comes the weekend.
    let morning = ts("2026-12-24T08:00:00Z");
    assert_eq!(office.after(morning, Span::from_hours(7)), Some(ts("2026-12-24T16:00:00Z")));
    assert_eq!(office.after(morning, Span::from_minutes(7 * 60 + 1)), Some(ts("2026-12-28T08:01:00Z")));
    assert_eq!(office.after(morning, Span::ZERO), Some(morning));
    assert_eq!(office.working_day(), Span::from_minutes((4 * 7 + 6) * 60 / 5));
}

#[test]
fn the_ends_of_time_are_bounded() {
    let office = office("America/New_York");
    let (first, last) = (Ts::from_micros(i64::MIN), Ts::from_micros(i64::MAX));
    assert!(office.between(first, last) > Span::from_days(10_000));
    assert_eq!(office.after(first, Span::from_micros(i64::MAX)), None);
    assert_eq!(office.after(last, Span::from_hours(1)), None);
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let mut week = Week::default();
    let refused = |typed: &str, week: &mut Week| week.set(Weekday::Monday, typed).unwrap_err().to_string();
    assert!(refused("22:00-06:00", &mut week).contains("22:00-24:00 here and 00:00-06:00 on the day after"));
    assert!(refused("18:00-00:00", &mut week).contains("18:00-24:00"));
    assert!(refused("09:00-12:00, 11:00-13:00", &mut week).contains("overlap"));
    for odd in ["9", "9-17", "09:60-10:00", "09:00-25:00", "-", "9:5-10:00", "09:00-24:01", "+9:00-10:00"] {
        assert!(week.set(Weekday::Monday, odd).is_err(), "{odd}");
    }
    assert_eq!(week.open_days(), 0);
    week.set(Weekday::Monday, " 13:30\u{2013}24:00 ,9:00-12:30").unwrap();
    assert_eq!(week.typed(Weekday::Monday), "09:00-12:30, 13:30-24:00");
    let empty = json!({"zone": "Europe/Berlin", "week": {}});
    assert!(serde_json::from_value::<Calendar>(empty).unwrap_err().to_string().contains("at least one day"));
    assert!("Berlin".parse::<Zone>().unwrap_err().to_string().contains("Did you mean Europe/Berlin?"));
    for odd in ["", "CET+1", "/etc/localtime", "../zone", "Etc/Nowhere"] {
        assert!(odd.parse::<Zone>().is_err(), "{odd}");
    }
    for odd in ["2026-02-30", "1899-12-31", "2200-01-01", "2026-1-1", "20260101", "2026-W01-1"] {
        assert!(odd.parse::<Date>().is_err(), "{odd}");
    }
}

#[test]
fn quiet_hours_end_in_the_morning_and_after_the_weekend() {
    let quiet = |weekend| Quiet {
        zone: "Europe/Berlin".parse().unwrap(),
        from: "22:00".parse().unwrap(),
        until: "07:00".parse().unwrap(),
        weekend,
    };
    let night = ts("2026-11-24T23:30:00Z");
    assert_eq!(quiet(false).over(night), ts("2026-11-25T06:00:00Z"));
    assert_eq!(quiet(false).over(ts("2026-11-24T12:00:00Z")), ts("2026-11-24T12:00:00Z"));
    // Friday night: the weekend follows, and its last night.
    assert_eq!(quiet(true).over(ts("2026-11-27T22:00:00Z")), ts("2026-11-30T06:00:00Z"));
    let noon = Quiet { from: "12:00".parse().unwrap(), until: "13:00".parse().unwrap(), ..quiet(false) };
    assert_eq!(noon.over(ts("2026-11-24T11:30:00Z")), ts("2026-11-24T12:00:00Z"));
    // The hour from 2 to 3 comes twice: 00:15 is in the first of them, 01:15 in the second.
    let early = Quiet { from: "22:00".parse().unwrap(), until: "02:30".parse().unwrap(), ..quiet(false) };
    assert_eq!(early.over(ts("2026-10-25T00:15:00Z")), ts("2026-10-25T00:30:00Z"));
    assert_eq!(early.over(ts("2026-10-25T01:15:00Z")), ts("2026-10-25T01:30:00Z"));
    let late = Quiet { from: "02:10".parse().unwrap(), until: "02:50".parse().unwrap(), ..quiet(false) };
    assert_eq!(late.over(ts("2026-10-25T01:45:00Z")), ts("2026-10-25T01:50:00Z"));
    assert!(Quiet { until: "22:00".parse().unwrap(), ..quiet(false) }.check().is_err());
}

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

#[test]
fn shifts_go_before_turns_and_the_absent_are_passed_over() {
    let [a, b, c, d] = [1, 2, 3, 4].map(|n| person(n).to_string());
    let duty: Duty = serde_json::from_value(json!({
        "zone": "Europe/Berlin",
        "shifts": [{"person": d, "days": ["friday"], "from": "20:00", "until": "08:00"}],
        "rotation": {"start": "2026-11-02", "at": "09:00", "people": [a, b, c]},
        "absences": [{"person": b, "from": "2026-11-11", "until": "2026-11-12"}],
    }))
    .unwrap();
    duty.check().unwrap();
    let on = |text: &str| duty.on_call(ts(text), |_| true);
    assert_eq!(on("2026-11-01T12:00:00Z"), [], "before the first turn");
    assert_eq!(on("2026-11-02T08:00:00Z"), [person(1)]);
    assert_eq!(on("2026-11-09T07:59:00Z"), [person(1)], "the turn ends at nine in Berlin");
    assert_eq!(on("2026-11-09T08:00:00Z"), [person(2)]);
    assert_eq!(on("2026-11-11T12:00:00Z"), [person(3)], "the next in turn steps in");
    assert_eq!(on("2026-11-13T22:00:00Z"), [person(4)], "Friday night is a shift");
    assert_eq!(on("2026-11-14T06:30:00Z"), [person(4)], "and goes on past midnight");
    assert_eq!(on("2026-11-14T07:00:00Z"), [person(2)]);
    assert_eq!(on("2026-11-23T08:00:00Z"), [person(1)], "from the first again");
    let mut left = duty.clone();
    assert!(left.part_with(person(1)) && !left.part_with(person(1)));
    assert_eq!(left.on_call(ts("2026-11-02T08:00:00Z"), |_| true), [person(2)]);
    let without = |gone: u128, text: &str| duty.on_call(ts(text), |who| who != person(gone));
    assert_eq!(without(1, "2026-11-02T08:00:00Z"), [person(2)], "who cannot sign in is passed over");
    assert_eq!(without(4, "2026-11-13T22:00:00Z"), [person(2)], "and keeps no turn from being asked");
    left.forget_past(ts("2026-11-12T22:30:00Z"));
    assert_eq!(left.absences.len(), 1, "today still counts, in Berlin");
    left.forget_past(ts("2026-11-12T23:30:00Z"));
    assert_eq!(left.absences, []);
}

#[test]
fn whoever_is_away_is_stood_in_for_and_nobody_goes_round_in_circles() {
    let [a, b, c] = [1, 2, 3].map(person);
    let away = |who: PersonId, cover: Option<PersonId>| {
        let mut absence = json!({"person": who, "from": "2026-11-22", "until": "2026-11-23"});
        if let Some(cover) = cover {
            absence["cover"] = json!(cover);
        }
        absence
    };
    let duty = |absences: &[serde_json::Value]| -> Duty {
        serde_json::from_value(json!({"zone": "UTC", "absences": absences})).unwrap()
    };
    let now = ts("2026-11-22T12:00:00Z");
    assert_eq!(duty(&[]).acting(a, now), Some(a));
    let chain = duty(&[away(a, Some(b)), away(b, Some(c))]);
    assert_eq!((chain.acting(a, now), chain.acting(c, now)), (Some(c), Some(c)));
    assert_eq!(chain.acting(a, ts("2026-11-24T12:00:00Z")), Some(a), "they are back");
    let circle = duty(&[away(a, Some(b)), away(b, Some(a))]);
    assert_eq!((circle.acting(a, now), circle.acting(b, now)), (None, None));
    assert_eq!(duty(&[away(a, None), away(a, Some(b))]).acting(a, now), Some(b));
    assert!(duty(&[away(a, Some(a))]).check().is_err());
    let mut parted = chain;
    assert!(parted.part_with(c));
    assert_eq!(parted.acting(a, now), None, "their cover is gone");
}

#[test]
fn one_person_fills_no_list_for_everybody() {
    let mut duty = Duty::nobody();
    let absence = |who: u128| -> Absence {
        let who = person(who).to_string();
        serde_json::from_value(json!({"person": who, "from": "2026-11-11", "until": "2026-11-12"})).unwrap()
    };
    duty.absences = (0..20).map(|_| absence(1)).collect();
    duty.absences.push(absence(2));
    duty.check().unwrap();
    duty.absences.push(absence(1));
    assert!(duty.check().unwrap_err().to_string().contains("20"));
}

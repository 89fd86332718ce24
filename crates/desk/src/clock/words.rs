//! A clock in words: `due Tuesday 16:00 Berlin time, in 3 working hours`.

use domain::calendar::Zone;
use domain::case::{Clock, ClockName, Measure};
use domain::{Span, Ts};
use web::layout::{day, span_words};

/// A clock as a page shows it.
pub(crate) struct ClockLine {
    /// What it is about.
    pub(crate) name: String,
    /// How it stands.
    pub(crate) words: String,
    /// What it has, what was used of it, and how long it stood still.
    pub(crate) detail: String,
    /// When its target changed, to what.
    pub(crate) history: Vec<String>,
    /// Due or ended after its time.
    pub(crate) late: bool,
    /// RFC 3339 of when it is due, or empty.
    pub(crate) due: String,
}

/// A clock at `now`.
pub(crate) fn line(clock: &Clock, now: Ts) -> ClockLine {
    let late = clock.is_late(now);
    let due = clock.due();
    let words = match (clock.ended, clock.is_paused(), due) {
        (Some(_), ..) if !clock.met => "no longer needed".to_owned(),
        (Some(ended), _, Some(due)) if late => {
            let measure = clock.binding();
            format!("missed: done late by {}", length(measure, measure.between(due, ended)))
        }
        (Some(_), ..) => format!("met in {}", length(&clock.target.measure, clock.used(now))),
        (None, _, Some(due)) if late => {
            format!("was due {}, late by {}", instant(clock, due, now), span_words(now.since(due)))
        }
        (None, true, _) => format!("stands still, {} left", length(&clock.target.measure, clock.left(now))),
        (None, false, Some(due)) => {
            format!("due {}, in {}", instant(clock, due, now), length(clock.binding(), clock.left(now)))
        }
        (None, false, None) => "due some day".to_owned(),
    };
    let history = clock.changes.iter().map(|change| {
        let severity = change.severity;
        format!("{}: {severity}, so {}", day(change.at), length(&change.target.measure, change.target.span))
    });
    ClockLine {
        name: crate::words::clock(clock.name).to_owned(),
        words,
        detail: detail(clock, now),
        history: history.collect(),
        late,
        due: due.filter(|_| clock.ended.is_none()).map(|due| due.to_string()).unwrap_or_default(),
    }
}

fn detail(clock: &Clock, now: Ts) -> String {
    let measure = &clock.target.measure;
    let mut parts =
        vec![format!("{} used of {}", length(measure, clock.used(now)), length(measure, clock.target.span))];
    if let Some(promised) = clock.promised
        && clock.name == ClockName::FirstResponse
        && promised != clock.target.span
    {
        parts.push(format!("promised within {}", span_words(promised)));
    }
    let stood = clock.stood(now);
    if stood > Span::ZERO {
        parts.push(format!("stood still for {}", span_words(stood)));
    }
    parts.join(", ")
}

/// A length of time of this kind.
pub(crate) fn length(measure: &Measure, span: Span) -> String {
    match measure {
        Measure::Elapsed => span_words(span),
        Measure::Working(_) => {
            let minutes = span.micros().max(0) / 60_000_000;
            match minutes {
                0 => "less than 1 working minute".to_owned(),
                1 => "1 working minute".to_owned(),
                2..=119 => format!("{minutes} working minutes"),
                _ => format!("{} working hours", minutes / 60),
            }
        }
    }
}

/// `Tuesday 16:00 Berlin time` within a week, `25 Dec 2026, 16:00 UTC` further off.
fn instant(clock: &Clock, at: Ts, now: Ts) -> String {
    let utc = Zone::utc();
    let zone = match &clock.target.measure {
        Measure::Working(calendar) => calendar.zone(),
        Measure::Elapsed => &utc,
    };
    said(zone, at, now)
}

/// An instant as people of a time zone say it.
pub(crate) fn said(zone: &Zone, at: Ts, now: Ts) -> String {
    let (date, minutes) = zone.wall(at);
    let (today, _) = zone.wall(now);
    let time = format!("{:02}:{:02} {}", minutes / 60, minutes % 60, place(zone));
    match date.days_since(today) {
        0 => format!("today {time}"),
        1 => format!("tomorrow {time}"),
        -1 => format!("yesterday {time}"),
        -6..=6 => format!("{} {time}", date.weekday().label()),
        _ => format!(
            "{}, {time}",
            day(zone.instant(date, domain::calendar::TimeOfDay::MIDNIGHT).plus(offset(zone, date)))
        ),
    }
}

/// From UTC midnight of a day to the day's own midnight, so that its date is printed and not its neighbour's.
fn offset(zone: &Zone, date: domain::calendar::Date) -> Span {
    let midnight = domain::calendar::TimeOfDay::MIDNIGHT;
    Zone::utc().instant(date, midnight).since(zone.instant(date, midnight))
}

/// `Berlin time`, `UTC`.
fn place(zone: &Zone) -> String {
    let name = zone.name();
    match name.rsplit_once('/') {
        Some(("Etc", _)) | None => name.to_owned(),
        Some((_, city)) => format!("{} time", city.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{line, said};
    use domain::calendar::Calendar;
    use domain::case::{Clock, ClockName, Measure, Pause, Target};
    use domain::{Span, Ts};
    use serde_json::json;

    fn ts(text: &str) -> Ts {
        text.parse().unwrap()
    }

    fn office() -> Calendar {
        let hours = "09:00-17:00";
        let week = json!({"monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours, "friday": hours});
        serde_json::from_value(json!({"zone": "Europe/Berlin", "week": week})).unwrap()
    }

    fn triage() -> Clock {
        Clock {
            name: ClockName::Triage,
            round: 1,
            started: ts("2026-11-23T13:00:00Z"),
            target: Target { span: Span::from_hours(9), measure: Measure::Working(office()) },
            promised: None,
            changes: Vec::new(),
            paused: Vec::new(),
            ended: None,
            met: false,
        }
    }

    #[test]
    fn a_running_clock_says_when_and_how_long() {
        // Monday 14:00 in Berlin; three hours that day, six the next.
        let shown = line(&triage(), ts("2026-11-23T14:00:00Z"));
        assert_eq!(shown.words, "due tomorrow 15:00 Berlin time, in 8 working hours");
        assert_eq!(shown.detail, "60 working minutes used of 9 working hours");
        let late = line(&triage(), ts("2026-11-26T14:00:00Z"));
        assert_eq!(late.words, "was due Tuesday 15:00 Berlin time, late by 2 days");
        assert!(late.late && !shown.late);
        // Promised within a day of elapsed time: due before the working time of the target is over.
        let promised = Clock {
            name: ClockName::FirstResponse,
            started: ts("2026-11-27T13:00:00Z"),
            promised: Some(Span::from_days(1)),
            ..triage()
        };
        let shown = line(&promised, ts("2026-11-27T18:00:00Z"));
        assert_eq!(shown.words, "due tomorrow 14:00 Berlin time, in 19 h");
        let missed = Clock { ended: Some(ts("2026-11-28T16:00:00Z")), met: true, ..promised };
        assert_eq!(line(&missed, ts("2026-11-29T13:00:00Z")).words, "missed: done late by 3 h");
    }

    #[test]
    fn a_pause_is_told_and_an_end() {
        let from = ts("2026-11-23T15:00:00Z");
        let waiting = Clock { paused: vec![Pause { from, until: None }], ..triage() };
        let shown = line(&waiting, ts("2026-11-25T15:00:00Z"));
        assert_eq!(shown.words, "stands still, 7 working hours left");
        assert_eq!(shown.detail, "2 working hours used of 9 working hours, stood still for 2 days");
        let met = Clock { ended: Some(from), met: true, ..triage() };
        assert_eq!(line(&met, from).words, "met in 2 working hours");
        let missed = Clock { ended: Some(ts("2026-11-24T16:00:00Z")), met: true, ..triage() };
        assert_eq!(line(&missed, from).words, "missed: done late by 2 working hours");
        assert_eq!(line(&Clock { ended: Some(from), ..triage() }, from).words, "no longer needed");
    }

    #[test]
    fn days_further_off_have_their_date() {
        let zone = "Pacific/Auckland".parse().unwrap();
        let now = ts("2026-11-23T15:00:00Z");
        assert_eq!(said(&zone, ts("2026-12-24T20:00:00Z"), now), "25 Dec 2026, 09:00 Auckland time");
        assert_eq!(said(&zone, now, now), "today 04:00 Auckland time");
        assert_eq!(said(&domain::calendar::Zone::utc(), ts("2026-11-28T09:05:00Z"), now), "Saturday 09:05 UTC");
    }
}

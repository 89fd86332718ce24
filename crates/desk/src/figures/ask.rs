//! What of the figures is wanted: a programme, a severity, a period, weeks or months.

use crate::Viewer;
use crate::engine::EngineError;
use crate::programmes::Programmes;
use db::{Db, Tx, fetch_all, stmt};
use domain::calendar::{Date, Zone};
use domain::figures::{Period, Step};
use domain::{Permission, ProgrammeId, Scope, Severity, Ts};
use form_urlencoded::Serializer;
use serde::Deserialize;
use uuid::Uuid;

/// Longest period, in days.
const DAYS_MAX: i64 = 3 * 366;
/// Days of a period that is shown by weeks when nobody asks for months.
const DAYS_BY_WEEK: i64 = 200;

/// Periods that are offered: word, label, days.
const PERIODS: [(&str, &str, i64); 4] = [
    ("4w", "Last 4 weeks", 28),
    ("13w", "Last 13 weeks", 91),
    ("12m", "Last 12 months", 365),
    ("24m", "Last 24 months", 730),
];
/// The one that is shown first.
const USUAL: usize = 1;

/// What stands in the address after `?`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) programme: String,
    pub(super) severity: String,
    /// One of [`PERIODS`], or `own`.
    pub(super) period: String,
    /// First day of an own period.
    pub(super) from: String,
    /// Its last day.
    pub(super) until: String,
    pub(super) by: String,
    /// Which table, for a spreadsheet.
    pub(super) table: String,
}

/// What that comes to.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) programme: Option<ProgrammeId>,
    /// The one in force now: ours, else the reporter's.
    pub(super) severity: Option<Severity>,
    pub(super) period: Period,
    pub(super) first: Date,
    pub(super) last: Date,
    pub(super) step: Step,
}

/// A programme that can be picked.
pub(super) struct Choice {
    pub(super) id: ProgrammeId,
    pub(super) slug: String,
    pub(super) name: String,
}

/// An entry of a list.
pub(super) struct Entry {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// Programmes of which the viewer may read cases: by grants, so that no other programme is named.
pub(super) async fn choices(tx: &mut Tx, db: &Db, viewer: &Viewer) -> Result<Vec<Choice>, EngineError> {
    let rows = fetch_all!(
        tx,
        (Uuid, String, String),
        stmt!("SELECT id, slug, desk FROM programmes ORDER BY slug LIMIT 1000")
    )?;
    let mut names = Programmes::default();
    let mut choices = Vec::new();
    for (id, slug, desk) in rows {
        let id = ProgrammeId::from_uuid(id);
        let reads = viewer.actor.grants.iter().any(|grant| {
            let there = match grant.scope {
                Scope::House => true,
                Scope::Desk(of) => of.as_str() == desk,
                Scope::Programme(of) => of == id,
                Scope::Case(_) => false,
            };
            there && Permission::ReadCases.roles().contains(&grant.role)
        });
        if reads {
            let name = names.name(tx, db, id).await?;
            choices.push(Choice { id, slug, name });
        }
    }
    Ok(choices)
}

impl Asked {
    /// The filter, or what is wrong with it in words.
    pub(super) fn filter(&self, choices: &[Choice], now: Ts) -> Result<Filter, &'static str> {
        let programme = match self.programme.as_str() {
            "" => None,
            slug => Some(choices.iter().find(|c| c.slug == slug).ok_or("There is no such programme for you.")?.id),
        };
        let severity = match self.severity.as_str() {
            "" => None,
            word => Some(word.parse::<Severity>().map_err(|_| "Pick none, low, medium, high or critical.")?),
        };
        let (first, last) = self.days(now)?;
        let days = last.days_since(first) + 1;
        if days < 1 {
            return Err("The last day is before the first.");
        }
        if days > DAYS_MAX {
            return Err("Choose at most three years.");
        }
        let usual = if days <= DAYS_BY_WEEK { Step::Week } else { Step::Month };
        let step = self.by.parse().unwrap_or(usual);
        Ok(Filter { programme, severity, period: Period::of_days(first, last), first, last, step })
    }

    /// First and last day; days that were typed hold also where another period is picked in the same breath.
    fn days(&self, now: Ts) -> Result<(Date, Date), &'static str> {
        let (today, _) = Zone::utc().wall(now);
        if self.is_own() {
            let day = |typed: &str| typed.trim().parse::<Date>();
            return match (day(&self.from), day(&self.until)) {
                (Ok(first), Ok(last)) => Ok((first, last)),
                (Ok(first), Err(_)) if self.until.trim().is_empty() => Ok((first, today)),
                _ => Err("Give the first and the last day of your period: 2026-09-01."),
            };
        }
        let offered = PERIODS.iter().find(|(word, ..)| *word == self.period).unwrap_or(&PERIODS[USUAL]);
        Ok((today.plus_days(1 - offered.2), today))
    }

    fn is_own(&self) -> bool {
        let typed = !self.from.trim().is_empty() || !self.until.trim().is_empty();
        self.period == "own" || (self.period.is_empty() && typed)
    }

    /// The periods as a list.
    pub(super) fn periods(&self) -> Vec<Entry> {
        let picked = if self.is_own() { "own" } else { self.period.as_str() };
        let known = picked == "own" || PERIODS.iter().any(|(word, ..)| *word == picked);
        let entry = |(place, (word, label)): (usize, (&str, &str))| Entry {
            value: word.to_owned(),
            label: label.to_owned(),
            chosen: if known { word == picked } else { place == USUAL },
        };
        let offered = PERIODS.iter().map(|(word, label, _)| (*word, *label));
        offered.chain([("own", "From … to …")]).enumerate().map(entry).collect()
    }

    /// The address of a table for a spreadsheet.
    pub(super) fn csv(&self, table: &str) -> String {
        let mut query = Serializer::new(String::new());
        let pairs = [
            ("programme", &self.programme),
            ("severity", &self.severity),
            ("period", &self.period),
            ("from", &self.from),
            ("until", &self.until),
            ("by", &self.by),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/desk/figures/csv?{}", query.append_pair("table", table).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;
    use domain::Severity;
    use domain::figures::Step;
    use domain::testing::START;

    fn asked(period: &str, from: &str, until: &str) -> Asked {
        Asked { period: period.into(), from: from.into(), until: until.into(), ..Asked::default() }
    }

    #[test]
    fn periods_end_today_or_as_typed() {
        let days = |asked: Asked| asked.filter(&[], START).map(|f| (f.first.to_string(), f.last.to_string(), f.step));
        let of = |first: &str, last: &str, step| Ok((first.to_owned(), last.to_owned(), step));
        assert_eq!(days(asked("", "", "")), of("2026-08-24", "2026-11-22", Step::Week));
        assert_eq!(days(asked("nonsense", "", "")), of("2026-08-24", "2026-11-22", Step::Week));
        assert_eq!(days(asked("12m", "2020-01-01", "")), of("2025-11-23", "2026-11-22", Step::Month));
        assert_eq!(days(asked("own", "2026-01-01", "")), of("2026-01-01", "2026-11-22", Step::Month));
        assert_eq!(days(asked("", "2026-11-01", "2026-11-01")), of("2026-11-01", "2026-11-01", Step::Week));
        assert!(days(asked("own", "", "2026-01-01")).is_err(), "no first day");
        assert!(days(asked("own", "2026-02-01", "2026-01-01")).is_err(), "turned round");
        assert!(days(asked("own", "1990-01-01", "2026-01-01")).is_err(), "too long");
        assert!(Asked { programme: "secret".into(), ..asked("4w", "", "") }.filter(&[], START).is_err());
        let of = |severity: &str| Asked { severity: severity.into(), ..asked("4w", "", "") };
        assert_eq!(of("high").filter(&[], START).unwrap().severity, Some(Severity::High));
        assert!(of("dreadful").filter(&[], START).is_err());
        assert_eq!(of("high").csv("clocks"), "/desk/figures/csv?severity=high&period=4w&table=clocks");
    }

    #[test]
    fn the_list_says_what_is_shown() {
        let chosen = |asked: Asked| asked.periods().into_iter().find(|e| e.chosen).unwrap().value;
        assert_eq!(chosen(asked("", "", "")), "13w");
        assert_eq!(chosen(asked("24m", "", "")), "24m");
        assert_eq!(chosen(asked("", "2026-01-01", "")), "own");
    }
}

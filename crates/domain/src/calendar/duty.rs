//! Who is on call: fixed hours of the week, a rotation by week, and who is away.

use super::{CalendarError, Date, TimeOfDay, Weekday, Zone};
use crate::{PersonId, Ts};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most shifts, people of a rotation, or absences.
const LIST_MAX: usize = 200;
/// Most absences of one person.
const OWN_MAX: usize = 20;

/// The rule by which somebody is on call. Shifts go before the rotation; whoever is away is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Where times of day and days are meant.
    pub zone: Zone,
    /// Hours that somebody always has.
    #[serde(default)]
    pub shifts: Vec<Shift>,
    /// Who has the rest, week by week.
    #[serde(default)]
    pub rotation: Option<Rotation>,
    /// Who is away when.
    #[serde(default)]
    pub absences: Vec<Absence>,
}

/// Hours of some weekdays that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Who.
    pub person: PersonId,
    /// On which days it begins.
    pub days: BTreeSet<Weekday>,
    /// When it begins.
    pub from: TimeOfDay,
    /// When it ends; on the next day when that is not after the start.
    pub until: TimeOfDay,
}

/// People who take turns by the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// The day on which the first of them began, and on whose weekday each turn begins.
    pub start: Date,
    /// At what time.
    pub at: TimeOfDay,
    /// Whose turn it is, in order, then from the first again.
    pub people: Vec<PersonId>,
}

/// Days on which somebody is away, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// Who.
    pub person: PersonId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Who stands in for them: is told what they would be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<PersonId>,
}

impl Duty {
    /// Nobody is on call.
    pub fn nobody() -> Self {
        Self { zone: Zone::utc(), shifts: Vec::new(), rotation: None, absences: Vec::new() }
    }

    /// Refuses what cannot be.
    pub fn check(&self) -> Result<(), CalendarError> {
        let long = |n: usize| n > LIST_MAX;
        if long(self.shifts.len()) || long(self.absences.len()) {
            return Err(CalendarError::new(format!("Use at most {LIST_MAX} lines.")));
        }
        if self.shifts.iter().any(|shift| shift.days.is_empty()) {
            return Err(CalendarError::new("Name at least one day of the week for each shift."));
        }
        if self.rotation.as_ref().is_some_and(|rotation| rotation.people.is_empty() || long(rotation.people.len())) {
            return Err(CalendarError::new("Name at least one person who takes a turn."));
        }
        let own = |person| self.absences.iter().filter(|absence| absence.person == person).count();
        if self.absences.iter().any(|absence| own(absence.person) > OWN_MAX) {
            return Err(CalendarError::new(format!("Use at most {OWN_MAX} lines of absence for one person.")));
        }
        if let Some(absence) = self.absences.iter().find(|absence| absence.until < absence.from) {
            return Err(CalendarError::new(format!("The absence from {} ends before it begins.", absence.from)));
        }
        if self.absences.iter().any(|absence| absence.cover == Some(absence.person)) {
            return Err(CalendarError::new("Nobody stands in for themselves. Pick a colleague, or nobody."));
        }
        Ok(())
    }

    /// Whether somebody is away on the day of this instant.
    pub fn is_away(&self, person: PersonId, at: Ts) -> bool {
        self.absence(person, at).is_some()
    }

    /// The absence of somebody on the day of this instant. Of several the one with a cover counts.
    pub fn absence(&self, person: PersonId, at: Ts) -> Option<&Absence> {
        let (day, _) = self.zone.wall(at);
        let present = || self.absences.iter().filter(|a| a.person == person && a.from <= day && day <= a.until);
        present().find(|a| a.cover.is_some()).or_else(|| present().next())
    }

    /// Who acts for somebody: they themselves while they are here, else who stands in for them, or in turn
    /// for that one. Nobody where everybody on that way is away.
    pub fn acting(&self, person: PersonId, at: Ts) -> Option<PersonId> {
        let (mut who, mut asked) = (person, BTreeSet::new());
        while let Some(absence) = self.absence(who, at) {
            if !asked.insert(who) {
                return None;
            }
            who = absence.cover?;
        }
        Some(who)
    }

    /// Forgets absences whose last day is over.
    pub fn forget_past(&mut self, now: Ts) {
        let (today, _) = self.zone.wall(now);
        self.absences.retain(|absence| absence.until >= today);
    }

    /// Everybody who is ever on call.
    pub fn people(&self) -> BTreeSet<PersonId> {
        let turns = self.rotation.iter().flat_map(|rotation| rotation.people.iter().copied());
        self.shifts.iter().map(|shift| shift.person).chain(turns).collect()
    }

    /// Who is on call of those who are able: everybody whose shift it is and who is not away, or else the one whose
    /// week it is, or the next in turn who is not away.
    pub fn on_call(&self, at: Ts, able: impl Fn(PersonId) -> bool) -> Vec<PersonId> {
        let here = |person: PersonId| able(person) && !self.is_away(person, at);
        let mut people = Vec::new();
        for shift in self.shifts.iter().filter(|shift| shift.covers(&self.zone, at)) {
            if here(shift.person) && !people.contains(&shift.person) {
                people.push(shift.person);
            }
        }
        if people.is_empty()
            && let Some(rotation) = &self.rotation
        {
            people.extend(rotation.turns(&self.zone, at).find(|person| here(*person)));
        }
        people
    }

    /// Takes somebody out of everything; says whether they were in it.
    pub fn part_with(&mut self, person: PersonId) -> bool {
        let before = self.clone();
        self.shifts.retain(|shift| shift.person != person);
        self.absences.retain(|absence| absence.person != person);
        for absence in self.absences.iter_mut().filter(|absence| absence.cover == Some(person)) {
            absence.cover = None;
        }
        if let Some(rotation) = &mut self.rotation {
            rotation.people.retain(|other| *other != person);
        }
        self.rotation = self.rotation.take().filter(|rotation| !rotation.people.is_empty());
        *self != before
    }
}

impl Shift {
    fn covers(&self, zone: &Zone, at: Ts) -> bool {
        let (day, minutes) = zone.wall(at);
        let (from, until) = (self.from.minutes(), self.until.minutes());
        if from < until {
            return self.days.contains(&day.weekday()) && (from..until).contains(&minutes);
        }
        let today = self.days.contains(&day.weekday()) && minutes >= from;
        let since_yesterday = self.days.contains(&day.plus_days(-1).weekday()) && minutes < until;
        today || since_yesterday
    }
}

impl Rotation {
    /// Whose turn it is, then who would be next; nobody before the first turn.
    fn turns(&self, zone: &Zone, at: Ts) -> impl Iterator<Item = PersonId> {
        let (day, minutes) = zone.wall(at);
        let today = if minutes < self.at.minutes() { day.plus_days(-1) } else { day };
        let weeks = today.days_since(self.start).div_euclid(7);
        let place = usize::try_from(weeks).ok().and_then(|weeks| weeks.checked_rem(self.people.len()));
        let (later, sooner) = place.map_or((&[][..], &[][..]), |place| {
            let (sooner, later) = self.people.split_at(place);
            (later, sooner)
        });
        later.iter().chain(sooner).copied()
    }
}

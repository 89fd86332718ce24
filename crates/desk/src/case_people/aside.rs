//! What the page of a case shows of its people.

use super::gather::away;
use crate::Viewer;
use crate::engine::{self, EngineError, Loaded};
use crate::people::{Colleague, Names};
use crate::researchers::Line;
use db::{Db, Tx};
use domain::{Permission, PersonId};

/// A few lines beside the case, and the way to its people.
pub(crate) struct Aside {
    href: String,
    /// Whether the viewer watches it.
    watching: bool,
    /// Whether the viewer may open the page of its people.
    may_open: bool,
    /// `Tomas is away until 2026-11-28; Ana stands in`, or nothing.
    away: String,
    /// `Ines, Tomas and 2 more`, or nothing.
    watchers: String,
    guests: String,
    /// Who follows it from an account.
    reporters: Vec<Line>,
}

impl Aside {
    /// For this viewer.
    pub(crate) async fn gather(
        tx: &mut Tx,
        db: &Db,
        (viewer, case, colleagues): (&Viewer, &Loaded, &[Colleague]),
        names: &mut Names,
    ) -> Result<Self, EngineError> {
        let watchers = engine::watchers(tx, case.id).await?;
        let team = viewer.may(Permission::ReadTeamText, &case.facts);
        let mut aside = Self {
            href: format!("/desk/cases/{}", case.name()),
            watching: watchers.contains(&viewer.person),
            may_open: team,
            away: String::new(),
            watchers: String::new(),
            guests: String::new(),
            reporters: Vec::new(),
        };
        if !team {
            return Ok(aside);
        }
        aside.reporters = Line::of_case(tx, db, (viewer, case.id)).await?;
        let sees = |id: &PersonId| colleagues.iter().any(|c| c.id == *id && c.may(Permission::ReadCases, &case.facts));
        aside.watchers = listed(tx, db, names, watchers.into_iter().filter(sees).collect()).await?;
        let guests = engine::guests(tx, case.id).await?;
        aside.guests = listed(tx, db, names, guests).await?;
        let (away, _) = away(tx, db, case, names).await?;
        if let Some(owner) = case.assignee.filter(|_| !away.is_empty()) {
            aside.away = format!("{} is {away}.", names.get(tx, db, owner).await?);
        }
        Ok(aside)
    }

    pub(crate) fn href(&self) -> &str {
        &self.href
    }

    pub(crate) const fn watching(&self) -> bool {
        self.watching
    }

    pub(crate) const fn may_open(&self) -> bool {
        self.may_open
    }

    pub(crate) fn away(&self) -> &str {
        &self.away
    }

    pub(crate) fn watchers(&self) -> &str {
        &self.watchers
    }

    pub(crate) fn reporters(&self) -> &[Line] {
        &self.reporters
    }

    pub(crate) fn guests(&self) -> &str {
        &self.guests
    }
}

/// The first three by name, then how many more.
async fn listed(tx: &mut Tx, db: &Db, names: &mut Names, people: Vec<PersonId>) -> Result<String, EngineError> {
    const SHOWN: usize = 3;
    let mut words = Vec::new();
    for id in people.iter().take(SHOWN) {
        words.push(names.get(tx, db, *id).await?);
    }
    let more = people.len().saturating_sub(SHOWN);
    let end = if more == 0 { String::new() } else { format!(" and {more} more") };
    Ok(format!("{}{end}", words.join(", ")))
}

//! What somebody of the team wants to hear of by mail, and how often. Without a row: everything, at once.

use db::{DbError, Tx, execute, fetch_all, fetch_optional, stmt};
use domain::PersonId;
use mail::Kind;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Pace {
    /// A letter for each thing.
    #[default]
    Now,
    /// One letter an hour, when there is something.
    Hourly,
    /// One letter a day, when there is something.
    Daily,
    /// No letters.
    Never,
}

impl Pace {
    pub(super) const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Now, "now", "At once, one letter for each thing"),
        (Self::Hourly, "hourly", "Once an hour, gathered"),
        (Self::Daily, "daily", "Once a day, gathered"),
        (Self::Never, "never", "Never"),
    ];

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(pace, ..)| *pace)
    }

    pub(super) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(pace, ..)| *pace == self).map_or("now", |(_, word, _)| word)
    }
}

/// Kinds one can choose, with their bit and their words. Bits are stored: never renumber.
pub(super) const KINDS: [(Kind, i64, &str); 6] = [
    (Kind::NewReport, 1, "A report comes in that I can act on"),
    (Kind::Assigned, 2, "A case is given to me"),
    (Kind::Answered, 4, "A reporter writes on a case of mine, on one that I watch, or on one that is nobody's"),
    (Kind::Mention, 8, "A note names me: @ and my name"),
    (Kind::Moved, 16, "A colleague does something to a case of mine, or to one that I watch"),
    (Kind::Appealed, 32, "A reporter appeals against a close that I may decide about"),
];

/// The choice of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) pace: Pace,
    pub(super) kinds: i64,
}

impl Default for Choice {
    fn default() -> Self {
        Self { pace: Pace::Now, kinds: KINDS.iter().map(|(_, bit, _)| bit).sum() }
    }
}

impl Choice {
    /// Whether they want to hear of this.
    pub(super) fn wants(self, kind: Kind) -> bool {
        self.pace != Pace::Never && KINDS.iter().any(|(known, bit, _)| *known == kind && self.kinds & bit != 0)
    }

    /// The same without one kind.
    #[cfg(test)]
    pub(super) fn without(self, kind: Kind) -> Self {
        let bits: i64 = KINDS.iter().filter(|(known, ..)| *known == kind).map(|(_, bit, _)| bit).sum();
        Self { kinds: self.kinds & !bits, ..self }
    }
}

/// The choices of everybody who made one.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices(BTreeMap<PersonId, Choice>);

impl Choices {
    pub(super) fn of(&self, person: PersonId) -> Choice {
        self.0.get(&person).copied().unwrap_or_default()
    }
}

impl<const N: usize> From<[(PersonId, Choice); N]> for Choices {
    fn from(pairs: [(PersonId, Choice); N]) -> Self {
        Self(pairs.into())
    }
}

fn read((pace, kinds): (String, i64)) -> Choice {
    Choice { pace: Pace::of(&pace).unwrap_or_default(), kinds }
}

/// Everybody's.
pub(super) async fn all(tx: &mut Tx) -> Result<Choices, DbError> {
    let statement = stmt!("SELECT person, pace, kinds FROM notice_choices LIMIT 10000");
    let rows = fetch_all!(tx, (Uuid, String, i64), statement)?;
    let pairs = rows.into_iter().map(|(person, pace, kinds)| (PersonId::from_uuid(person), read((pace, kinds))));
    Ok(Choices(pairs.collect()))
}

/// One person's.
pub(super) async fn one(tx: &mut Tx, person: PersonId) -> Result<Choice, DbError> {
    let statement = stmt!("SELECT pace, kinds FROM notice_choices WHERE person = $1");
    let row = fetch_optional!(tx, (String, i64), statement, person.uuid())?;
    Ok(row.map(read).unwrap_or_default())
}

/// Keeps it.
pub(super) async fn keep(tx: &mut Tx, person: PersonId, choice: Choice) -> Result<(), DbError> {
    execute!(
        tx,
        stmt!(
            "INSERT INTO notice_choices (person, pace, kinds) VALUES ($1, $2, $3)
             ON CONFLICT (person) DO UPDATE SET pace = excluded.pace, kinds = excluded.kinds"
        ),
        person.uuid(),
        choice.pace.as_str(),
        choice.kinds
    )
    .map(|_| ())
}

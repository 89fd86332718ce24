//! The case engine: what every type of case has in common.
//!
//! A case type is a pure state machine in a folder of its own: it opens from an input, takes named
//! actions, and answers with events; folding the events gives the state again. The rest of the
//! house holds cases as JSON and talks to [`ErasedCaseType`], found by name in [`registry`], so
//! that storage, pages and API are written once. A new type is one folder and one line below.

mod action_doc;
pub mod appeal;
mod between;
mod erased;
mod input;
mod refused;
mod shares;
mod summary;
pub mod vulnerability;

use crate::clock::of_clock as clock_alarms;
pub use crate::clock::{
    AMOUNT_MAX, Alarm, AlarmKind, Allowance, Change, Clock, ClockName, Measure, Pause, Target, Terms, Unit,
};
pub use action_doc::{ActionDoc, Choice, Field, FieldKind};
pub use between::{Ending, Follow, LinkKind};
pub use erased::{Acted, ErasedCaseType, NewEvent, Opened};
pub use input::Inputs;
pub use refused::Refused;
pub use shares::{CO_REPORTER_NAME_MAX, CO_REPORTERS_MAX, CoReporter, ShareError, Shares};
pub use summary::{Due, Summary};

use crate::words::words;
use crate::{CaseId, Desk, PersonId, Ts};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

words! {
    "audience"
    /// Who may read an event. Each includes those before it.
    pub enum Audience {
        /// People who may read the team's side of the case.
        Team = "team",
        /// The team and the reporter.
        Reporter = "reporter",
        /// Everyone, once the case is published.
        Public = "public",
    }
}

/// Which side of a case acts. Whether this person may act at all is [`may`](crate::may)'s to say,
/// before the machine is asked. JSON: `{"team": "<uuid>"}`, `{"alone": "<uuid>"}`, `"reporter"` or `"system"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Somebody who works here.
    Team(PersonId),
    /// Somebody who works here and decides about their own deed, because nobody else is there who could. They
    /// have proved again just now who they are; the caller sees to both.
    Alone(PersonId),
    /// Whoever sent the report.
    Reporter,
    /// The house itself: clocks and jobs.
    System,
}

words! {
    "side"
    /// A side of a case, without saying who.
    pub enum Side {
        /// Somebody who works here.
        Team = "team",
        /// Whoever sent the report.
        Reporter = "reporter",
        /// The house itself.
        System = "system",
    }
}

impl Party {
    /// The side, without the person.
    pub const fn side(&self) -> Side {
        match self {
            Self::Team(_) | Self::Alone(_) => Side::Team,
            Self::Reporter => Side::Reporter,
            Self::System => Side::System,
        }
    }

    /// Who of the team it is.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Team(person) | Self::Alone(person) => Some(*person),
            Self::Reporter | Self::System => None,
        }
    }
}

/// A type of case as a state machine with real types. Implemented on a unit struct.
///
/// `act` never changes anything: it answers with the events that happened, and `apply` is the only
/// way a state comes about. Every event carries its own time, the later of `now` and the last one.
pub trait CaseType: Send + Sync + 'static {
    /// Name in the database and in URLs, also the name of its folder here: `vulnerability`.
    const NAME: &'static str;
    /// Letters before the number of a case: `REP`.
    const PREFIX: &'static str;
    /// The desk it belongs to.
    const DESK: Desk;
    /// Whether figures count it: what comes from outside to be judged, not what is about another case.
    const COUNTED: bool = true;
    /// The folded state.
    type State: Serialize + DeserializeOwned;
    /// A named action with its checked input.
    type Action;
    /// Something that happened.
    type Event: Serialize + DeserializeOwned;

    /// Checks a new input and answers with the first events.
    fn open(input: Inputs, now: Ts) -> Result<Vec<Self::Event>, Refused>;
    /// Whether this party may take this action in this state, whatever the input.
    fn permit(state: &Self::State, action: &str, by: &Party) -> Result<(), Refused>;
    /// Checks the input of an action.
    fn parse(action: &str, input: Inputs) -> Result<Self::Action, Refused>;
    /// What happens when the action is taken; asks `permit` itself.
    fn act(state: &Self::State, action: Self::Action, by: &Party, now: Ts) -> Result<Vec<Self::Event>, Refused>;
    /// The state after an event; `None` before the first.
    fn apply(state: Option<Self::State>, event: &Self::Event) -> Result<Self::State, Refused>;
    /// The envelope of an event: kind, audience, time.
    fn envelope(event: &Self::Event) -> (&'static str, Audience, Ts);
    /// The actions this party may take now, with the fields each needs.
    fn legal(state: &Self::State, by: &Party) -> Vec<ActionDoc>;
    /// What is due when under the terms of the programme, oldest first.
    fn clocks(state: &Self::State, terms: &Terms) -> Vec<Clock>;
    /// The plain columns of a list, under the terms of the programme.
    fn view(state: &Self::State, terms: &Terms) -> Summary;

    /// The close that stands, where somebody may appeal against it.
    fn ending(_state: &Self::State) -> Option<Ending> {
        None
    }
    /// The case that this one is about, where it is about one.
    fn about(_state: &Self::State) -> Option<CaseId> {
        None
    }
    /// Who must leave the decision to somebody else.
    fn barred(_state: &Self::State) -> Option<PersonId> {
        None
    }
    /// What an event brings about on another case, in the same write.
    fn follows(_event: &Self::Event, _state: &Self::State) -> Option<Follow> {
        None
    }
}

/// Every type of case. One line each.
pub fn registry() -> &'static [&'static dyn ErasedCaseType] {
    &[&vulnerability::Vulnerability, &appeal::Appeal]
}

/// The type with this name.
pub fn find(name: &str) -> Option<&'static dyn ErasedCaseType> {
    registry().iter().copied().find(|t| t.name() == name)
}

/// What a case is called: `REP-12`. A type that this version does not know is a `CASE`.
pub fn name_of(kind: &str, number: i64) -> String {
    format!("{}-{number}", find(kind).map_or("CASE", |machine| machine.prefix()))
}

#[cfg(test)]
mod tests {
    use super::{find, registry};
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_folder_has_a_line_in_the_registry() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/case");
        let folders: BTreeSet<String> = std::fs::read_dir(here)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().join("mod.rs").exists())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        let listed: BTreeSet<String> = registry().iter().map(|t| t.name().to_owned()).collect();
        assert_eq!(folders, listed);
    }

    #[test]
    fn names_and_prefixes_are_unique() {
        let prefixes: BTreeSet<&str> = registry().iter().map(|t| t.prefix()).collect();
        assert_eq!(prefixes.len(), registry().len());
        assert_eq!(find("vulnerability").unwrap().prefix(), "REP");
        assert!(find("unicorn").is_none());
    }
}

//! The same machines without their types: JSON at the edge.
//!
//! Everything that is a [`CaseType`] gets this for nothing. States and events cross as
//! `serde_json::Value`; whoever stores them seals them, for they hold what people wrote.

use super::{ActionDoc, Audience, CaseType, Ending, Follow, Inputs, Party, Refused, Summary, Terms};
use crate::{CaseId, Desk, PersonId, Ts};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A case that has just been opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// State after all of `events`.
    pub state: Value,
    /// What happened, in order; never empty.
    pub events: Vec<NewEvent>,
}

/// An action that has been taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Acted {
    /// State after all of `events`.
    pub state: Value,
    /// What happened, in order; never empty.
    pub events: Vec<NewEvent>,
}

/// An event to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Past tense, snake_case: `fix_claimed`. A plain column.
    pub kind: &'static str,
    /// Who may read all of `data`.
    pub audience: Audience,
    /// When it happened: never before the event that precedes it.
    pub at: Ts,
    /// The whole event, `kind` and `at` included: what [`ErasedCaseType::apply`] takes.
    pub data: Value,
}

/// A case type in the registry. See [`CaseType`] for what the methods mean.
pub trait ErasedCaseType: Send + Sync {
    /// Name in the database and in URLs.
    fn name(&self) -> &'static str;
    /// Letters before the number of a case.
    fn prefix(&self) -> &'static str;
    /// The desk it belongs to.
    fn desk(&self) -> Desk;
    /// Opens a case from an input object.
    fn open(&self, input: Value, now: Ts) -> Result<Opened, Refused>;
    /// Takes an action. Checked in this order: the name is known, the side may, the state allows
    /// it, the input is right. `null` stands for an empty input.
    fn act(&self, state: &Value, action: &str, input: Value, by: &Party, now: Ts) -> Result<Acted, Refused>;
    /// The state after an event. `null` is the state before the first.
    fn apply(&self, state: Value, event: &Value) -> Result<Value, Refused>;
    /// The actions this side may take; none when the state cannot be read.
    fn legal(&self, state: &Value, by: &Party) -> Vec<ActionDoc>;
    /// The plain columns, under the terms of the programme.
    fn summary(&self, state: &Value, terms: &Terms) -> Summary;
    /// Whether figures count it.
    fn is_counted(&self) -> bool;
    /// The close that stands, where somebody may appeal against it.
    fn ending(&self, state: &Value) -> Option<Ending>;
    /// The case that this one is about.
    fn about(&self, state: &Value) -> Option<CaseId>;
    /// Who must leave the decision to somebody else.
    fn barred(&self, state: &Value) -> Option<PersonId>;
    /// What these events bring about on other cases, in the same write. `state` is the one after them.
    fn follows(&self, events: &[NewEvent], state: &Value) -> Result<Vec<Follow>, Refused>;
}

impl<T: CaseType> ErasedCaseType for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn prefix(&self) -> &'static str {
        T::PREFIX
    }

    fn desk(&self) -> Desk {
        T::DESK
    }

    fn open(&self, input: Value, now: Ts) -> Result<Opened, Refused> {
        let events = T::open(Inputs::new(input)?, now)?;
        let (state, events) = fold::<T>(None, &events)?;
        Ok(Opened { state, events })
    }

    fn act(&self, state: &Value, action: &str, input: Value, by: &Party, now: Ts) -> Result<Acted, Refused> {
        let state: T::State = read(state)?;
        T::permit(&state, action, by)?;
        let action = T::parse(action, Inputs::new(input)?)?;
        let events = T::act(&state, action, by, now)?;
        let (state, events) = fold::<T>(Some(state), &events)?;
        Ok(Acted { state, events })
    }

    fn apply(&self, state: Value, event: &Value) -> Result<Value, Refused> {
        let state: Option<T::State> = if state.is_null() { None } else { Some(read(&state)?) };
        write(&T::apply(state, &read(event)?)?)
    }

    fn legal(&self, state: &Value, by: &Party) -> Vec<ActionDoc> {
        read::<T::State>(state).map_or_else(|_| Vec::new(), |state| T::legal(&state, by))
    }

    fn summary(&self, state: &Value, terms: &Terms) -> Summary {
        read::<T::State>(state).map_or_else(|_| Summary::corrupt(), |state| T::view(&state, terms))
    }

    fn is_counted(&self) -> bool {
        T::COUNTED
    }

    fn ending(&self, state: &Value) -> Option<Ending> {
        T::ending(&read(state).ok()?)
    }

    fn about(&self, state: &Value) -> Option<CaseId> {
        T::about(&read(state).ok()?)
    }

    fn barred(&self, state: &Value) -> Option<PersonId> {
        T::barred(&read(state).ok()?)
    }

    fn follows(&self, events: &[NewEvent], state: &Value) -> Result<Vec<Follow>, Refused> {
        let state: T::State = read(state)?;
        let follows = events.iter().map(|event| Ok(T::follows(&read(&event.data)?, &state)));
        follows.filter_map(Result::transpose).collect()
    }
}

fn fold<T: CaseType>(mut state: Option<T::State>, events: &[T::Event]) -> Result<(Value, Vec<NewEvent>), Refused> {
    let mut out = Vec::with_capacity(events.len());
    for event in events {
        state = Some(T::apply(state, event)?);
        let (kind, audience, at) = T::envelope(event);
        out.push(NewEvent { kind, audience, at, data: write(event)? });
    }
    Ok((write(&state)?, out))
}

fn read<V: DeserializeOwned>(value: &Value) -> Result<V, Refused> {
    V::deserialize(value).map_err(|error| Refused::Corrupt(error.to_string()))
}

fn write<V: Serialize>(value: &V) -> Result<Value, Refused> {
    serde_json::to_value(value).map_err(|error| Refused::Corrupt(error.to_string()))
}

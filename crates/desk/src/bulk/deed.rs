//! What is to be done to many cases, read from a form.

use domain::{PersonId, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use web::Form;

/// One thing, the same for each case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Deed {
    /// Given to somebody, or to nobody.
    Assign(Option<PersonId>),
    /// Watched by whoever does it, or no longer.
    Watch(bool),
    /// An action of the machine.
    Act {
        /// Its name.
        action: Action,
        /// Its input.
        input: Value,
    },
}

/// The actions that make sense for many cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Action {
    SetSeverity,
    Close,
    StopWaiting,
}

impl Action {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SetSeverity => "set-severity",
            Self::Close => "close",
            Self::StopWaiting => "stop-waiting",
        }
    }
}

/// What was picked in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Take,
    Assign,
    Severity,
    Close,
    StopWaiting,
    Watch,
    Unwatch,
}

impl Kind {
    pub(crate) const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Take, "take", "Give to me"),
        (Self::Assign, "assign", "Give to somebody"),
        (Self::Severity, "severity", "Set severity"),
        (Self::StopWaiting, "stop-waiting", "Stop waiting"),
        (Self::Close, "close", "Close"),
        (Self::Watch, "watch", "Watch"),
        (Self::Unwatch, "unwatch", "Stop watching"),
    ];

    /// From the word of the form.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, there, _)| *there == word).map(|(kind, ..)| *kind)
    }

    pub(super) fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, word, _)| word)
    }

    /// `Give to somebody`.
    pub(super) fn label(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., label)| label)
    }

    /// Whether there is something to fill in first.
    pub(super) const fn asks(self) -> bool {
        matches!(self, Self::Assign | Self::Severity | Self::Close)
    }

    pub(super) const fn is_close(self) -> bool {
        matches!(self, Self::Close)
    }

    pub(super) const fn is_severity(self) -> bool {
        matches!(self, Self::Severity)
    }

    pub(super) const fn is_assign(self) -> bool {
        matches!(self, Self::Assign)
    }

    /// The deed, with what was filled in; errors go to their fields. What the machine itself checks is left to it.
    pub(super) fn deed(self, form: &mut Form, me: PersonId) -> Option<Deed> {
        let act = |action, input| Some(Deed::Act { action, input });
        match self {
            Self::Take => Some(Deed::Assign(Some(me))),
            Self::Assign => match form.required("owner", "Choose who").as_str() {
                "" => None,
                "nobody" => Some(Deed::Assign(None)),
                _ => form.parsed::<PersonId>("owner", "Choose who").map(|person| Deed::Assign(Some(person))),
            },
            Self::Severity => {
                let severity = form.parsed::<Severity>("severity", "Choose a severity")?;
                act(Action::SetSeverity, json!({ "severity": severity, "reason": form.value("reason").trim() }))
            }
            Self::Close => {
                let outcome = form.required("outcome", "Choose how they end");
                let reason = form.required("reason", "Say why: each reporter will read it");
                form.ok().then_some(())?;
                act(Action::Close, json!({ "outcome": outcome, "reason": reason }))
            }
            Self::StopWaiting => act(Action::StopWaiting, json!({})),
            Self::Watch => Some(Deed::Watch(true)),
            Self::Unwatch => Some(Deed::Watch(false)),
        }
    }
}

impl Deed {
    /// Without the words for the reporters: they stand in the cases, under keys of their own.
    pub(super) fn forget_words(&mut self) {
        if let Self::Act { input, .. } = self {
            *input = Value::Null;
        }
    }

    /// What was done, after a number of cases: `3 cases closed`.
    pub(super) fn past(&self) -> &'static str {
        match self {
            Self::Assign(Some(_)) => "given away",
            Self::Assign(None) => "given to nobody",
            Self::Watch(true) => "watched",
            Self::Watch(false) => "no longer watched",
            Self::Act { action: Action::SetSeverity, .. } => "set to another severity",
            Self::Act { action: Action::Close, .. } => "closed",
            Self::Act { action: Action::StopWaiting, .. } => "no longer waiting",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Deed, Kind};
    use domain::PersonId;
    use web::{Fields, Form};

    fn form(pairs: &[(&str, &str)]) -> Form {
        let fields: Fields = pairs.iter().copied().collect();
        Form::of(fields)
    }

    #[test]
    fn what_is_missing_is_said_beside_its_field() {
        let me = PersonId::from_uuid(domain::Uuid::nil());
        assert_eq!(Kind::Take.deed(&mut form(&[]), me), Some(Deed::Assign(Some(me))));
        let mut owner = form(&[("owner", "")]);
        assert!(Kind::Assign.deed(&mut owner, me).is_none() && owner.error("owner").is_some());
        let mut close = form(&[("outcome", "spam")]);
        assert!(Kind::Close.deed(&mut close, me).is_none() && close.error("reason").is_some());
        let mut severity = form(&[("severity", "worst")]);
        assert!(Kind::Severity.deed(&mut severity, me).is_none() && severity.error("severity").is_some());
        assert!(Kind::Assign.deed(&mut form(&[("owner", "nobody")]), me) == Some(Deed::Assign(None)));
    }
}

//! Why an action did not happen.

use crate::Ts;

/// An action or input that was not taken. Nothing has changed when one gets this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The state does not allow it (409).
    #[error("{action} is not possible while the case is {state}")]
    Illegal {
        /// The word of the state.
        state: &'static str,
        /// The action that was tried.
        action: String,
        /// What the same party may do instead.
        legal: Vec<&'static str>,
    },
    /// The state allows it, but only from a later time on (409).
    #[error("{action} is possible from {from}")]
    TooEarly {
        /// The action that was tried.
        action: &'static str,
        /// When it becomes possible.
        from: Ts,
    },
    /// The time for it is over (409).
    #[error("{action} was possible until {until}")]
    TooLate {
        /// The action that was tried.
        action: &'static str,
        /// Until when it was possible.
        until: Ts,
    },
    /// Whoever tried it must leave it to somebody else, because it is about a deed of theirs (409).
    #[error("{action} is for somebody else")]
    OtherHands {
        /// The action that was tried.
        action: String,
    },
    /// An input is missing, too long or not understood (422).
    #[error("{field}: {message}")]
    Invalid {
        /// Key of the input; empty when the input as a whole is wrong.
        field: String,
        /// A sentence for the person who typed it.
        message: String,
    },
    /// The action belongs to another side of the case (403, or 404 where existence is secret).
    #[error("{action} is not for this side of the case")]
    Forbidden {
        /// The action that was tried.
        action: String,
    },
    /// No action has this name (404).
    #[error("there is no such action")]
    UnknownAction,
    /// The stored state or event cannot be read (500): a fault of ours.
    #[error("the stored case cannot be read: {0}")]
    Corrupt(String),
}

impl Refused {
    /// An input that was not taken, with a sentence for the person who typed it.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }
}

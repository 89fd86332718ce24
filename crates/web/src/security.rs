//! Lines for whoever watches the desk: each sign-in, each refusal, each flood, as a log line with the target `security`.
//!
//! A line says what happened, who (an id), from which network and at which route. It never holds a mail address, a
//! password, a code, a token or a path as it was typed; and nothing says where reporters come from: the network is
//! told only of people of the house, of who knocks at their door, and of programs with a token.

use crate::caller::Caller;
use crate::proxy::network;
use domain::PersonId;
use std::fmt;
use std::net::IpAddr;

/// Whom a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Nobody we know.
    Nobody,
    /// Somebody of the house.
    Person(PersonId),
    /// A program of this person.
    Token(PersonId),
    /// Whoever holds the code of some case. Which one is not told: the log is not sealed.
    Reporter,
    /// A researcher with an account. Which one is not told either.
    Researcher,
}

impl Subject {
    /// Who stands behind a request.
    pub fn of(caller: &Caller) -> Self {
        match caller {
            Caller::Nameless => Self::Nobody,
            Caller::Reporter { .. } => Self::Reporter,
            Caller::Researcher { .. } => Self::Researcher,
            Caller::Staff { .. } => caller.person().map_or(Self::Nobody, Self::Person),
            Caller::Token { .. } => caller.person().map_or(Self::Nobody, Self::Token),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody"),
            Self::Person(id) => write!(f, "person {id}"),
            Self::Token(id) => write!(f, "token of {id}"),
            Self::Reporter => f.write_str("reporter"),
            Self::Researcher => f.write_str("researcher"),
        }
    }
}

/// Something went as it should: somebody signed in, proved themselves, left.
pub fn done(what: &'static str, who: Subject, from: Option<IpAddr>) {
    tracing::info!(target: "security", what, %who, from = %Place(from));
}

/// Somebody was refused.
pub fn refused(what: &'static str, who: Subject, from: Option<IpAddr>) {
    tracing::warn!(target: "security", what, %who, from = %Place(from));
}

/// Somebody was refused at a route; `at` is its row of the table, not the address as it was typed.
pub(crate) fn refused_at(what: &'static str, who: Subject, from: Option<IpAddr>, at: &'static str) {
    tracing::warn!(target: "security", what, %who, from = %Place(from), at);
}

/// The network a line names, or `-`.
struct Place(Option<IpAddr>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.map(network) {
            None => f.write_str("-"),
            Some(IpAddr::V6(first_half)) => write!(f, "{first_half}/64"),
            Some(v4) => v4.fmt(f),
        }
    }
}

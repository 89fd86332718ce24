//! The caller, typed by the right that the row of the route table gave.
//!
//! Each extractor compares what it stands for with the row. A handler that asks for more than its
//! row gives answers 500 to everybody, so it cannot survive its first test.

use crate::access::{Access, Right};
use crate::caller::Caller;
use crate::guard::Granted;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{Actor, CaseId, Permission, PersonId, SessionId, Ts, Who};
use std::marker::PhantomData;

/// Whoever calls, also nobody in particular.
#[derive(Debug, Clone)]
pub struct Anyone(pub Caller);

/// The holder of a case session; only on rows with [`Access::Reporter`].
#[derive(Debug, Clone, Copy)]
pub struct Reporter {
    /// The one case they may see.
    pub case: CaseId,
    /// Their session.
    pub session: SessionId,
}

/// A researcher signed in to an account of their own; only on rows with [`Access::Researcher`].
#[derive(Debug, Clone, Copy)]
pub struct Researcher {
    /// Whose account.
    pub person: PersonId,
    /// Their session.
    pub session: SessionId,
}

/// A signed-in member of staff; on rows with [`Access::SignedIn`] or [`Access::Staff`].
#[derive(Debug, Clone)]
pub struct Staff {
    /// Person and grants.
    pub actor: Actor,
    /// The person.
    pub person: PersonId,
    /// Their session.
    pub session: SessionId,
    /// When they last proved the second factor.
    pub step_up_at: Option<Ts>,
}

/// A program with a token; on rows with [`Access::Token`].
#[derive(Debug, Clone)]
pub struct Token {
    /// The token's person and grants.
    pub actor: Actor,
    /// The person.
    pub person: PersonId,
    /// What the token was narrowed to.
    pub scopes: Vec<Permission>,
}

/// Staff or token with the permission `R`, on rows that ask for exactly that permission.
///
/// It says that some grant holds it. Whether it reaches the case at hand is for `domain::may`.
#[derive(Debug, Clone)]
pub struct Allowed<R: Right> {
    /// Person and grants.
    pub actor: Actor,
    /// The person.
    pub person: PersonId,
    /// The browser session, absent for tokens.
    pub session: Option<SessionId>,
    right: PhantomData<R>,
}

fn found(parts: &Parts, asked: &str, fits: impl Fn(Access) -> bool) -> Result<Caller, Problem> {
    let granted = parts.extensions.get::<Granted>();
    let caller = parts.extensions.get::<Caller>();
    match (granted, caller) {
        (Some(Granted(access)), Some(caller)) if fits(*access) => Ok(caller.clone()),
        (granted, _) => Err(Problem::internal(format!("the handler asks for {asked}, its row gives {granted:?}"))),
    }
}

fn person(actor: &Actor) -> Result<PersonId, Problem> {
    match actor.who {
        Who::Person(id) => Ok(id),
        _ => Err(Problem::internal("an authenticated caller without a person")),
    }
}

fn contradiction() -> Problem {
    Problem::internal("the caller does not fit the row it was let in by")
}

impl<S: Send + Sync> FromRequestParts<S> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        found(parts, "anyone", |_| true).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Reporter {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match found(parts, "a reporter", |access| access == Access::Reporter)? {
            Caller::Reporter { case, session } => Ok(Self { case, session }),
            _ => Err(contradiction()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Researcher {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match found(parts, "a researcher", |access| access == Access::Researcher)? {
            Caller::Researcher { person, session } => Ok(Self { person, session }),
            _ => Err(contradiction()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let fits = |access| matches!(access, Access::SignedIn | Access::Staff(_));
        match found(parts, "staff", fits)? {
            Caller::Staff { actor, session, step_up_at, .. } => {
                Ok(Self { person: person(&actor)?, actor, session, step_up_at })
            }
            _ => Err(contradiction()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match found(parts, "a token", |access| matches!(access, Access::Token(_)))? {
            Caller::Token { actor, scopes } => Ok(Self { person: person(&actor)?, actor, scopes }),
            _ => Err(contradiction()),
        }
    }
}

impl<R: Right, S: Send + Sync> FromRequestParts<S> for Allowed<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let wanted = R::PERMISSION;
        let fits = |access| access == Access::Staff(wanted) || access == Access::Token(wanted);
        match found(parts, wanted.as_str(), fits)? {
            Caller::Staff { actor, session, .. } => {
                Ok(Self { person: person(&actor)?, actor, session: Some(session), right: PhantomData })
            }
            Caller::Token { actor, .. } => {
                Ok(Self { person: person(&actor)?, actor, session: None, right: PhantomData })
            }
            _ => Err(contradiction()),
        }
    }
}

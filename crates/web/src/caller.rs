//! Who calls, as the authenticator of `accounts` found out.

use crate::problem::Problem;
use axum::http::request::Parts;
use domain::{Actor, CaseId, Permission, PersonId, SessionId, Ts, Who};
use std::future::Future;
use std::pin::Pin;

/// A future in a box, for traits that are used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who stands behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nobody has shown anything.
    Nameless,
    /// Somebody who gave a return code and holds its session.
    Reporter {
        /// The one case they may see.
        case: CaseId,
        /// Their session.
        session: SessionId,
    },
    /// Somebody who reports under an account of their own, signed in by a link that was mailed to them.
    Researcher {
        /// Whose account.
        person: PersonId,
        /// Their session.
        session: SessionId,
    },
    /// Somebody of the house, signed in with a browser.
    Staff {
        /// Person and grants.
        actor: Actor,
        /// Their session.
        session: SessionId,
        /// When they last proved who they are, by password or code, if they did in this session.
        step_up_at: Option<Ts>,
        /// How many alerts they have not seen, at most 100.
        unseen: i64,
        /// Whether they switched the single keys of the desk off.
        keys_off: bool,
    },
    /// A program with a bearer token.
    Token {
        /// The token's person and grants.
        actor: Actor,
        /// What the token was narrowed to; a call needs both the grant and the scope.
        scopes: Vec<Permission>,
    },
}

impl Caller {
    /// The caller as the permission function wants it.
    pub fn actor(&self) -> Actor {
        match self {
            // What a researcher may follow is asked case by case, never by a right of the desk.
            Self::Nameless | Self::Researcher { .. } => Actor::nameless(),
            Self::Reporter { case, .. } => Actor { who: Who::Reporter(*case), grants: Vec::new() },
            Self::Staff { actor, .. } | Self::Token { actor, .. } => actor.clone(),
        }
    }

    /// The person of the house, when one or a token of theirs calls.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Staff { actor, .. } | Self::Token { actor, .. } => match actor.who {
                Who::Person(id) => Some(id),
                _ => None,
            },
            Self::Nameless | Self::Reporter { .. } | Self::Researcher { .. } => None,
        }
    }

    /// Whether some grant of the caller holds the permission in whatever scope, and the token, if it
    /// is one, was given it. What the grant reaches is decided by `domain::may` when a case is at hand.
    pub fn holds(&self, permission: Permission) -> bool {
        match self {
            Self::Nameless | Self::Reporter { .. } | Self::Researcher { .. } => false,
            Self::Staff { actor, .. } => holds(actor, permission),
            Self::Token { actor, scopes } => scopes.contains(&permission) && holds(actor, permission),
        }
    }
}

fn holds(actor: &Actor, permission: Permission) -> bool {
    matches!(actor.who, Who::Person(_)) && actor.grants.iter().any(|grant| grant.holds(permission))
}

/// Finds out who calls, from cookies or the `Authorization` header. `accounts` implements it.
pub trait Authenticator: Send + Sync {
    /// An expired or unknown session cookie is [`Caller::Nameless`]; a bearer token that is wrong,
    /// revoked or expired is [`Problem::unauthorised`]; trouble with the store is its problem.
    /// `parts.extensions` holds the caller's address as [`crate::ClientAddress`].
    fn caller<'a>(&'a self, parts: &'a Parts) -> BoxFuture<'a, Result<Caller, Problem>>;
}

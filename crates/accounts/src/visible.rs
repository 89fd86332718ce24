//! Permissions in the SQL of lists: the same answer as `domain::may`, case by case.
//!
//! The predicate is [`db::rights::held`], about alias `c` of table `cases`. A property test holds it equal to
//! [`domain::may`] on random worlds.

use db::{List, rights};
use domain::{Actor, Permission, Who};
use web::Caller;

/// Adds to a list over `cases c` that only what `actor` may do `permission` to is in it.
#[must_use]
pub fn visible(list: List, actor: &Actor, permission: Permission) -> List {
    match actor.who {
        Who::System => list,
        Who::Nameless | Who::Reporter(_) => list.and("1 = 0", []),
        Who::Person(id) => rights::held(list, id, permission),
    }
}

/// As [`visible`], and empty for a token that was not given `permission`.
#[must_use]
pub fn visible_to(list: List, caller: &Caller, permission: Permission) -> List {
    match caller {
        Caller::Token { scopes, .. } if !scopes.contains(&permission) => list.and("1 = 0", []),
        _ => visible(list, &caller.actor(), permission),
    }
}

//! Permissions in the SQL of lists: the same answer as `domain::may`, case by case.
//!
//! The predicate is about alias `c` of table `cases`. It asks the table of grants, not the grants the
//! caller came with, so a right that was taken away a moment ago is gone in the same query. A property
//! test holds it equal to [`domain::may`] on random worlds.

use db::{List, Value};
use domain::{Actor, Permission, Who};
use web::Caller;

/// Adds to a list over `cases c` that only what `actor` may do `permission` to is in it.
#[must_use]
pub fn visible(list: List, actor: &Actor, permission: Permission) -> List {
    let person = match actor.who {
        Who::System => return list,
        Who::Nameless | Who::Reporter(_) => return list.and("1 = 0", []),
        Who::Person(id) => id.uuid(),
    };
    let (person, mask): (Value, Value) = (person.into(), permission.roles_mask().into());
    // The part about the whole house depends on no case: the engines ask it once per query.
    list.and(
        "(EXISTS (SELECT 1 FROM grants g WHERE g.person = ? AND g.scope = 'house' AND (g.role & ?) <> 0)
          OR EXISTS (SELECT 1 FROM grants g WHERE g.person = ? AND (g.role & ?) <> 0
                     AND (g.scope = 'desk:' || c.desk
                          OR (g.scope = 'programme' AND g.scope_id = c.programme)
                          OR (g.scope = 'case' AND g.scope_id = c.id))))",
        [person.clone(), mask.clone(), person.clone(), mask],
    )
    .and(
        "(NOT c.restricted OR EXISTS (SELECT 1 FROM case_members m WHERE m.case_id = c.id AND m.person = ?))",
        [person],
    )
}

/// As [`visible`], and empty for a token that was not given `permission`.
#[must_use]
pub fn visible_to(list: List, caller: &Caller, permission: Permission) -> List {
    match caller {
        Caller::Token { scopes, .. } if !scopes.contains(&permission) => list.and("1 = 0", []),
        _ => visible(list, &caller.actor(), permission),
    }
}

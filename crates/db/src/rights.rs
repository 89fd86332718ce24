//! The rights of people in SQL: the same answer as `domain::may`, case by case.
//!
//! The predicate is about alias `c` of table `cases`. It asks the table of grants as it is now, so a right that was taken
//! away a moment ago is gone in the same query.

use crate::{List, Value};
use domain::{Permission, PersonId};

/// Adds to a list over `cases c` that only what this person may do `permission` to is in it.
#[must_use]
pub fn held(list: List, person: PersonId, permission: Permission) -> List {
    let (person, mask): (Value, Value) = (person.uuid().into(), permission.roles_mask().into());
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

//! The decision itself.

use super::{Desk, Permission, Role};
use crate::ids::{CaseId, PersonId, ProgrammeId};
use std::collections::BTreeSet;

/// How far a grant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everything.
    House,
    /// Every case of one desk.
    Desk(Desk),
    /// Every case of one programme.
    Programme(ProgrammeId),
    /// One case.
    Case(CaseId),
}

/// A role in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// What kind of work.
    pub role: Role,
    /// Where.
    pub scope: Scope,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Somebody who has shown nothing.
    Nameless,
    /// The holder of the return code of this case.
    Reporter(CaseId),
    /// A person who has signed in, or a token of theirs.
    Person(PersonId),
    /// The house itself: jobs and clocks.
    System,
}

/// Who asks, and with which rights. Grants count only for a [`Who::Person`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who asks.
    pub who: Who,
    /// The grants in force; a token carries fewer than its person.
    pub grants: Vec<Grant>,
}

/// What one must know of a case to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFacts {
    /// The case.
    pub id: CaseId,
    /// Its desk.
    pub desk: Desk,
    /// Its programme.
    pub programme: ProgrammeId,
    /// Whether only `members` may know of it.
    pub restricted: bool,
    /// The named people of the case.
    pub members: BTreeSet<PersonId>,
}

impl Scope {
    /// Whether the case lies inside.
    pub fn covers(&self, case: &CaseFacts) -> bool {
        match self {
            Self::House => true,
            Self::Desk(desk) => *desk == case.desk,
            Self::Programme(programme) => *programme == case.programme,
            Self::Case(id) => *id == case.id,
        }
    }
}

impl Grant {
    /// Whether the role of this grant holds the permission, wherever that is.
    pub fn holds(&self, permission: Permission) -> bool {
        permission.roles_mask() & self.role.bit() != 0
    }
}

impl Actor {
    /// Somebody without any rights.
    pub const fn nameless() -> Self {
        Self { who: Who::Nameless, grants: Vec::new() }
    }

    /// The house itself.
    pub const fn system() -> Self {
        Self { who: Who::System, grants: Vec::new() }
    }

    /// A person with these grants.
    pub const fn person(id: PersonId, grants: Vec<Grant>) -> Self {
        Self { who: Who::Person(id), grants }
    }
}

/// Whether `actor` may do this to `case`: the one function that decides.
///
/// A person needs a grant whose role holds the permission and whose scope covers the case; on a
/// restricted case they must also be one of its members, owners too. Being a member gives nothing
/// by itself. The house itself may do everything. A reporter and the nameless have no permission
/// here: permissions are rights of the desk's side, and the reporter's door is [`may_follow`].
pub fn may(actor: &Actor, permission: Permission, case: &CaseFacts) -> bool {
    match actor.who {
        Who::System => true,
        Who::Nameless | Who::Reporter(_) => false,
        Who::Person(id) => {
            (!case.restricted || case.members.contains(&id))
                && actor.grants.iter().any(|g| g.holds(permission) && g.scope.covers(case))
        }
    }
}

/// Whether `actor` may do this to the house, or to all of it. Only grants for the whole house count.
pub fn may_house(actor: &Actor, permission: Permission) -> bool {
    match actor.who {
        Who::System => true,
        Who::Nameless | Who::Reporter(_) => false,
        Who::Person(_) => actor.grants.iter().any(|g| g.scope == Scope::House && g.holds(permission)),
    }
}

/// Whether `actor` came by the return code of this very case, and so may read its reporter side,
/// answer and withdraw. A restriction does not shut out the one who reported.
pub fn may_follow(actor: &Actor, case: CaseId) -> bool {
    actor.who == Who::Reporter(case)
}

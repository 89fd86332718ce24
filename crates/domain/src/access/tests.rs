//! The table as a snapshot; scope and restriction as properties.

use super::{Actor, CaseFacts, Desk, Grant, Permission, Role, Scope, Who};
use super::{may, may_follow, may_house};
use crate::{CaseId, PersonId, ProgrammeId};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

#[test]
fn table_of_roles_and_permissions() {
    use std::fmt::Write as _;
    let mut table = format!("{:22}", "");
    for role in Role::ALL {
        write!(table, "{:>9}", role.as_str()).unwrap();
    }
    for permission in Permission::ALL {
        write!(table, "\n{:22}", permission.as_str()).unwrap();
        for role in Role::ALL {
            let held = permission.roles_mask() & role.bit() != 0;
            write!(table, "{:>9}", if held { "yes" } else { "." }).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn every_role_has_its_own_bit_and_word() {
    let all = Role::ALL.iter().fold(0, |mask, r| {
        assert_eq!(mask & r.bit(), 0);
        assert_eq!(r.as_str().parse(), Ok(*r));
        mask | r.bit()
    });
    assert_eq!(all.count_ones() as usize, Role::ALL.len());
    for p in Permission::ALL {
        assert!(p.roles().contains(&Role::Owner), "the owner lacks {p}");
    }
}

fn person() -> impl Strategy<Value = PersonId> {
    (0_u128..3).prop_map(|n| PersonId::from_uuid(Uuid::from_u128(n)))
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::House),
        proptest::sample::select(Desk::ALL).prop_map(Scope::Desk),
        (0_u128..3).prop_map(|n| Scope::Programme(ProgrammeId::from_uuid(Uuid::from_u128(n)))),
        (0_u128..3).prop_map(|n| Scope::Case(CaseId::from_uuid(Uuid::from_u128(n)))),
    ]
}

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let grant = (proptest::sample::select(Role::ALL), scope());
    proptest::collection::vec(grant.prop_map(|(role, scope)| Grant { role, scope }), 0..4)
}

prop_compose! {
    fn facts()(
        id in 0_u128..3, desk in proptest::sample::select(Desk::ALL), programme in 0_u128..3,
        restricted: bool, members in proptest::collection::btree_set(person(), 0..3),
    ) -> CaseFacts {
        CaseFacts {
            id: CaseId::from_uuid(Uuid::from_u128(id)), desk,
            programme: ProgrammeId::from_uuid(Uuid::from_u128(programme)), restricted, members,
        }
    }
}

proptest! {
    #[test]
    fn a_person_needs_a_covering_grant(
        id in person(), grants in grants(), case in facts(),
        permission in proptest::sample::select(Permission::ALL),
    ) {
        let open = CaseFacts { restricted: false, ..case.clone() };
        let wanted = grants.iter().any(|g| {
            let covers = match g.scope {
                Scope::House => true,
                Scope::Desk(d) => d == open.desk,
                Scope::Programme(p) => p == open.programme,
                Scope::Case(c) => c == open.id,
            };
            covers && permission.roles().contains(&g.role)
        });
        let actor = Actor::person(id, grants);
        prop_assert_eq!(may(&actor, permission, &open), wanted);
        if may_house(&actor, permission) {
            prop_assert!(may(&actor, permission, &open));
        }
    }

    #[test]
    fn restricted_needs_membership_of_everyone(
        id in person(), mut grants in grants(), case in facts(),
        permission in proptest::sample::select(Permission::ALL),
    ) {
        grants.push(Grant { role: Role::Owner, scope: Scope::House });
        let actor = Actor::person(id, grants.clone());
        let shut = CaseFacts { restricted: true, ..case.clone() };
        prop_assert_eq!(may(&actor, permission, &shut), shut.members.contains(&id));
        let bare = Actor::person(id, Vec::new());
        prop_assert!(!may(&bare, permission, &case), "membership gives nothing by itself");
    }

    #[test]
    fn grants_count_only_for_people(
        grants in grants(), case in facts(), own in 0_u128..3,
        permission in proptest::sample::select(Permission::ALL),
    ) {
        let own = CaseId::from_uuid(Uuid::from_u128(own));
        for who in [Who::Nameless, Who::Reporter(own)] {
            let actor = Actor { who, grants: grants.clone() };
            prop_assert!(!may(&actor, permission, &case) && !may_house(&actor, permission));
            prop_assert_eq!(may_follow(&actor, case.id), who == Who::Reporter(case.id));
        }
        prop_assert!(may(&Actor::system(), permission, &case));
    }
}

#[test]
fn an_empty_case_still_decides() {
    let case = CaseFacts {
        id: CaseId::from_uuid(Uuid::nil()),
        desk: Desk::Bounty,
        programme: ProgrammeId::from_uuid(Uuid::nil()),
        restricted: true,
        members: BTreeSet::new(),
    };
    assert!(!may(&Actor::nameless(), Permission::ReadCases, &case));
}

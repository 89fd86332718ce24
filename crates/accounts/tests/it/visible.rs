//! The predicate of lists against `domain::may`, on random worlds.

use accounts::{person, visible, visible_to};
use db::testing::TestDb;
use db::{Db, DbError, List, execute, stmt};
use domain::{Actor, CaseFacts, CaseId, Desk, Grant, Permission, PersonId, ProgrammeId, Role, Scope, Who, may};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(Debug, Clone)]
struct World {
    grants: Vec<(PersonId, Grant)>,
    cases: Vec<CaseFacts>,
}

const PEOPLE: u128 = 3;

fn person_id() -> impl Strategy<Value = PersonId> {
    (0..PEOPLE).prop_map(|n| PersonId::from_uuid(Uuid::from_u128(n + 1)))
}

fn programme_id() -> impl Strategy<Value = ProgrammeId> {
    (0_u128..2).prop_map(|n| ProgrammeId::from_uuid(Uuid::from_u128(n + 100)))
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        1 => Just(Scope::House),
        2 => proptest::sample::select(Desk::ALL).prop_map(Scope::Desk),
        2 => programme_id().prop_map(Scope::Programme),
        2 => (0_u128..8).prop_map(|n| Scope::Case(CaseId::from_uuid(Uuid::from_u128(n + 1000)))),
    ]
}

fn world() -> impl Strategy<Value = World> {
    let grant = (person_id(), proptest::sample::select(Role::ALL), scope());
    let grants = proptest::collection::vec(grant.prop_map(|(p, role, scope)| (p, Grant { role, scope })), 0..9);
    let case = (
        proptest::sample::select(Desk::ALL),
        programme_id(),
        any::<bool>(),
        proptest::collection::btree_set(person_id(), 0..3),
    );
    let cases = proptest::collection::vec(case, 1..8);
    (grants, cases).prop_map(|(grants, cases)| {
        let number =
            |(n, (desk, programme, restricted, members)): (usize, (Desk, ProgrammeId, bool, BTreeSet<PersonId>))| {
                CaseFacts {
                    id: CaseId::from_uuid(Uuid::from_u128(n as u128 + 1000)),
                    desk,
                    programme,
                    restricted,
                    members,
                }
            };
        World { grants, cases: cases.into_iter().enumerate().map(number).collect() }
    })
}

async fn build(db: &Db, world: World) -> Result<(), DbError> {
    let house = db.clone();
    db.write(move |tx| {
        Box::pin(async move {
            for table in [
                stmt!("DELETE FROM case_members"),
                stmt!("DELETE FROM grants"),
                stmt!("DELETE FROM cases"),
                stmt!("DELETE FROM programmes"),
                stmt!("DELETE FROM people"),
            ] {
                execute!(tx, table)?;
            }
            for n in 0..PEOPLE {
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO people (id, state, name, email, totp_step, version, created_at)
                     VALUES ($1, 'active', $2, $2, 0, 1, 0)"
                    ),
                    Uuid::from_u128(n + 1),
                    vec![0_u8]
                )?;
            }
            add_programmes(tx).await?;
            add_cases(tx, &world.cases).await?;
            for (who, grant) in world.grants {
                person::grant(tx, &house, who, grant, None).await.map_err(|e| DbError::Inconsistent(e.to_string()))?;
            }
            Ok(())
        })
    })
    .await
}

pub async fn add_programmes(tx: &mut db::Tx) -> Result<(), DbError> {
    for n in 0..2_u128 {
        execute!(
            tx,
            stmt!(
                "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at)
             VALUES ($1, $2, 'bounty', 'open', $3, 1, 0)"
            ),
            Uuid::from_u128(n + 100),
            format!("p{n}"),
            vec![0_u8]
        )?;
    }
    Ok(())
}

pub async fn add_cases(tx: &mut db::Tx, cases: &[CaseFacts]) -> Result<(), DbError> {
    for (number, case) in (1_i64..).zip(cases) {
        execute!(
            tx,
            stmt!(
                "INSERT INTO cases (id, type, number, desk, programme, state, is_open, restricted, version,
                                received_at, updated_at, title, body)
             VALUES ($1, 'v', $2, $3, $4, 'new', $5, $6, 1, 0, 0, $7, $7)"
            ),
            case.id.uuid(),
            number,
            case.desk.as_str(),
            case.programme.uuid(),
            true,
            case.restricted,
            vec![0_u8]
        )?;
        for member in &case.members {
            execute!(
                tx,
                stmt!("INSERT INTO case_members (case_id, person, added_at) VALUES ($1, $2, 0)"),
                case.id.uuid(),
                member.uuid()
            )?;
        }
    }
    Ok(())
}

fn cases() -> List {
    List::new("SELECT c.id FROM cases c WHERE 1 = 1")
}

async fn ids(tx: &mut db::Tx, list: List) -> BTreeSet<CaseId> {
    let rows: Vec<(Uuid,)> = list.fetch(tx).await.unwrap();
    rows.into_iter().map(|(id,)| CaseId::from_uuid(id)).collect()
}

fn allowed(world: &World, actor: &Actor, permission: Permission) -> BTreeSet<CaseId> {
    world.cases.iter().filter(|c| may(actor, permission, c)).map(|c| c.id).collect()
}

/// Restricted cases of this person that nobody in the world may look after.
fn unkept(world: &World, person: PersonId, without: bool) -> BTreeSet<CaseId> {
    let held = |who: PersonId| world.grants.iter().filter(|(id, _)| *id == who).map(|(_, grant)| *grant).collect();
    let keeps = |who: PersonId, case: &CaseFacts| may(&Actor::person(who, held(who)), Permission::RestrictCases, case);
    let lost = |case: &&CaseFacts| {
        let mut stay = case.members.iter().filter(|who| !without || **who != person);
        case.restricted && case.members.contains(&person) && !stay.any(|who| keeps(*who, case))
    };
    world.cases.iter().filter(lost).map(|case| case.id).collect()
}

#[tokio::test]
async fn the_sql_answers_as_the_function_does() {
    let t = TestDb::new().await.unwrap();
    let mut runner = TestRunner::deterministic();
    let (mut seen, mut lost) = (0, 0);
    for _ in 0..60 {
        let world = world().new_tree(&mut runner).unwrap().current();
        build(&t.db, world.clone()).await.unwrap();
        let mut tx = t.db.read().await.unwrap();
        for n in 0..PEOPLE {
            let id = PersonId::from_uuid(Uuid::from_u128(n + 1));
            for without in [false, true] {
                let left = person::unkept(&mut tx, id, without).await.unwrap();
                assert_eq!(left, unkept(&world, id, without), "{id} {without} {world:?}");
                lost += left.len();
            }
            let actor = Actor::person(id, person::grants_of(&mut tx, id).await.unwrap());
            for permission in Permission::ALL {
                let listed = ids(&mut tx, visible(cases(), &actor, *permission)).await;
                assert_eq!(listed, allowed(&world, &actor, *permission), "{permission} {actor:?} {world:?}");
                seen += listed.len();
            }
        }
        for actor in
            [Actor::nameless(), Actor::system(), Actor { who: Who::Reporter(world.cases[0].id), grants: Vec::new() }]
        {
            let listed = ids(&mut tx, visible(cases(), &actor, Permission::ReadCases)).await;
            assert_eq!(listed, allowed(&world, &actor, Permission::ReadCases));
        }
    }
    assert!(seen > 500 && lost > 50, "the worlds were not empty: {seen}, {lost}");
}

#[tokio::test]
async fn a_token_without_the_permission_lists_nothing() {
    let t = TestDb::new().await.unwrap();
    let mut runner = TestRunner::deterministic();
    let mut world = world().new_tree(&mut runner).unwrap().current();
    let id = PersonId::from_uuid(Uuid::from_u128(1));
    world.grants = vec![(id, Grant { role: Role::Owner, scope: Scope::House })];
    world.cases.iter_mut().for_each(|c| c.restricted = false);
    build(&t.db, world.clone()).await.unwrap();
    let mut tx = t.db.read().await.unwrap();
    let actor = Actor::person(id, person::grants_of(&mut tx, id).await.unwrap());
    let caller = web::Caller::Token { actor, scopes: vec![Permission::ReadCases] };
    let listed = ids(&mut tx, visible_to(cases(), &caller, Permission::ReadCases)).await;
    assert_eq!(listed.len(), world.cases.len());
    assert!(ids(&mut tx, visible_to(cases(), &caller, Permission::ExportCases)).await.is_empty());
}

//! Erasing a person: cases become nobody's, doors close, the name is gone, and nobody is left without an owner.

use crate::support::{House, code, steady};
use accounts::AccountError;
use db::erase::Order;
use db::{execute, stmt};
use desk::engine::{self, EngineError};
use desk::erasing::{ErasingError, PersonOrder};
use domain::{CaseId, PersonId, Role, Span};
use std::collections::BTreeSet;

async fn assign(house: &House, case: CaseId, to: PersonId) {
    let db = house.db().clone();
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::assign(tx, &db, case, (to, Some(to))).await })).await;
    done.unwrap();
}

async fn restrict(house: &House, case: CaseId, by: PersonId, members: BTreeSet<PersonId>) {
    let db = house.db().clone();
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (by, members)).await })).await;
    done.unwrap();
}

fn order(person: PersonId, by: Option<PersonId>, heir: Option<PersonId>) -> PersonOrder {
    PersonOrder { person, heir, order: Order { by, reason: "Left the house".into() } }
}

#[tokio::test]
async fn a_person_goes_and_their_cases_are_nobodys() {
    let house = House::new().await;
    let (ana, ines) = (house.person("Ana", Role::Owner).await, house.person("Ines", Role::Triager).await);
    let (case, shut) = (house.report("Token", Some(code(1))).await, house.report("Shut", None).await);
    assign(&house, case.id, ines).await;
    restrict(&house, shut.id, ana, [ana, ines].into()).await;
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let hers = house.browser(&site, ines).await;
    let token = house.program(&site, ines, Role::Triager).await;
    let on = format!("/desk/cases/{}", case.name);
    let note = hers.form_to(&format!("{on}?write=team"), &format!("{on}/notes")).await;
    note.fill("note", "I saw it too").submit().await.is(303);
    token.get("/api/v1/cases").await.is(200);
    let at = format!("/desk/people/{ines}/erase");

    let page = owner.get(&at).await.is(200).says("1 case is given").says("1 restricted case names");
    insta::assert_snapshot!("erase_person", steady(&page.text));
    owner.form(&at).await.submit().await.is(422).says("Type the address").says("Write why");
    let wrong = owner.form(&at).await.fill("confirm", "ana@acme.example").fill("reason", "Left");
    wrong.submit().await.is(422).says("This is not the address of this person");
    let done = owner.form(&at).await.fill("confirm", " Ines@acme.example ").fill("reason", "Left the house");
    done.submit().await.leads_to("/desk/erasures");
    owner.get("/desk/erasures").await.says("erased person").says("Left the house").says("Under way.");

    hers.get("/desk").await.leads_to("/desk/sign-in");
    token.get("/api/v1/cases").await.is(401);
    let page = owner.get(&format!("/desk/cases/{}", case.name)).await.is(200).is_silent_about("Ines");
    page.says("<dt>Owner</dt><dd>nobody").says("Given to nobody, by Ana").says("erased person").says("I saw it too");
    owner.get(&format!("/desk/cases/{}", shut.name)).await.says("Only Ana can see");
    for page in ["/desk", "/desk/audit", "/desk/erasures"] {
        owner.get(page).await.is(200).is_silent_about("Ines").is_silent_about("ines@");
    }
    owner.get(&at).await.is(410);
    house.sweep().await;
    owner.get("/desk/erasures").await.says("Done <time");
    house.run_jobs().await;
    house.verify().await;
}

#[tokio::test]
async fn nobody_erases_themselves_or_the_last_owner() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    owner.get(&format!("/desk/people/{ana}/erase")).await.is(409).says("This is you.");
    let (db, list) = (house.db(), house.list());
    let last = desk::erasing::person(db, &list, order(ana, None, None)).await;
    assert!(matches!(last, Err(ErasingError::Account(AccountError::LastOwner))), "the command line is refused too");
    let other = house.person("Omar", Role::Owner).await;
    let open = owner.form(&format!("/desk/people/{other}/erase")).await;
    let himself = desk::erasing::person(db, &list, order(other, Some(other), None)).await;
    assert!(matches!(himself, Err(ErasingError::Account(AccountError::Yourself))));
    open.fill("confirm", "omar@acme.example").fill("reason", "Left").submit().await.leads_to("/desk/erasures");
    let gone = desk::erasing::person(db, &list, order(other, Some(ana), None)).await;
    assert!(matches!(gone, Err(ErasingError::Erase(db::erase::EraseError::Already))));
    owner.get("/desk/people/00000000-0000-0000-0000-000000000001/erase").await.is(404);
    house.verify().await;
}

#[tokio::test]
async fn a_restricted_case_is_not_left_to_nobody() {
    let house = House::new().await;
    let (ana, ines) = (house.person("Ana", Role::Owner).await, house.person("Ines", Role::Triager).await);
    let noor = house.person("Noor", Role::Triager).await;
    let case = house.report("About an owner", None).await;
    restrict(&house, case.id, ines, [ines, noor].into()).await;
    let out = noor.uuid();
    let shut: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move { execute!(tx, stmt!("UPDATE people SET state = 'disabled' WHERE id = $1"), out) })
        })
        .await;
    shut.unwrap();
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let refused = owner.get(&format!("/desk/people/{ines}/erase")).await.is(409);
    refused
        .says("Nobody else may look after 1 restricted case")
        .is_silent_about(&case.name)
        .is_silent_about("About an owner");
    let (db, list) = (house.db(), house.list());
    let bare = desk::erasing::person(db, &list, order(ines, None, None)).await;
    assert!(matches!(bare, Err(ErasingError::OnlyOne(1))));
    for nobody in [noor, ines] {
        let refused = desk::erasing::person(db, &list, order(ines, None, Some(nobody))).await;
        assert!(matches!(refused, Err(ErasingError::Account(AccountError::Invalid { .. }))));
    }
    desk::erasing::person(db, &list, order(ines, None, Some(ana))).await.unwrap();
    owner.get(&format!("/desk/cases/{}", case.name)).await.is(200).says("About an owner");
    house.verify().await;
}

#[tokio::test]
async fn the_page_wants_a_fresh_proof() {
    let house = House::new().await;
    let (ana, ines) = (house.person("Ana", Role::Owner).await, house.person("Ines", Role::Triager).await);
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    house.t.clock.advance(Span::from_minutes(11));
    owner.get(&format!("/desk/people/{ines}/erase")).await.leads_to("/desk/step-up");
}

//! Roles: who may give them, who may not be left without.

use crate::support::{House, browser};
use crate::visible::{add_cases, add_programmes};
use accounts::AccountError;
use accounts::person::{self, check_manage};
use domain::{Actor, CaseFacts, Desk, Grant, PersonId, ProgrammeId, Role, Scope, Uuid};

const OWNER: Grant = Grant { role: Role::Owner, scope: Scope::House };

async fn remove(house: &House, id: PersonId, grant: Grant) -> Result<(), AccountError> {
    let db = house.t.db.clone();
    house.t.db.write(move |tx| Box::pin(async move { person::remove_grant(tx, &db, id, grant, None).await })).await
}

async fn disable(house: &House, id: PersonId) -> Result<(), AccountError> {
    let db = house.t.db.clone();
    house.t.db.write(move |tx| Box::pin(async move { person::disable(tx, &db, id, None).await })).await
}

#[tokio::test]
async fn the_last_owner_stays() {
    let house = House::new().await;
    let ana = house.owner().await;
    assert!(matches!(remove(&house, ana.id, OWNER).await, Err(AccountError::LastOwner)));
    assert!(matches!(disable(&house, ana.id).await, Err(AccountError::LastOwner)));
    // An invited owner cannot sign in and so does not count.
    let link = accounts::invite(&house.t.db, "ben@acme.example", Role::Owner, Scope::House).await.unwrap();
    assert!(matches!(remove(&house, ana.id, OWNER).await, Err(AccountError::LastOwner)));
    let ben = house.follow(link.token(), "ben@acme.example").await;
    remove(&house, ana.id, OWNER).await.unwrap();
    assert!(matches!(disable(&house, ben.id).await, Err(AccountError::LastOwner)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_owners_cannot_remove_each_other_at_once() {
    let house = House::new().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Owner, Scope::House).await;
    let (one, two) = tokio::join!(remove(&house, ana.id, OWNER), remove(&house, ben.id, OWNER));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
}

#[tokio::test]
async fn a_role_taken_away_bites_on_the_next_request() {
    let house = House::new().await;
    let site = house.site().await;
    house.owner().await;
    let admin = house.staff("ben@acme.example", Role::Admin, Scope::House).await;
    let session = house.sign_in(&admin).await.unwrap();
    let ben = browser(&site, &session);
    ben.get("/desk/people").await.is(200).says("ana@acme.example");
    remove(&house, admin.id, Grant { role: Role::Admin, scope: Scope::House }).await.unwrap();
    ben.get("/desk/people").await.is(404);
    ben.get("/desk/account").await.is(200);
}

#[tokio::test]
async fn the_last_who_looks_after_a_restricted_case_goes_only_when_it_is_said_twice() {
    let house = House::new().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Triager, Scope::House).await;
    let gus = house.staff("gus@acme.example", Role::Auditor, Scope::House).await;
    let (desk, programme) = (Desk::Bounty, ProgrammeId::from_uuid(Uuid::from_u128(100)));
    let members = [ben.id, gus.id].into();
    let case = CaseFacts { id: house.t.db.ambient().id(), desk, programme, restricted: true, members };
    let added: Result<(), db::DbError> = house
        .t
        .db
        .write(move |tx| {
            Box::pin(async move {
                add_programmes(tx).await?;
                add_cases(tx, &[case]).await
            })
        })
        .await;
    added.unwrap();
    let site = house.site().await;
    let client = browser(&site, &ana.session);
    let page = format!("/desk/people/{}", ben.id);
    let why = "1 restricted case that this person is named on would be left to nobody";
    let take = client.form_to(&page, &format!("{page}/roles/remove")).await;
    let asked = take.submit().await.is(409).says(why).says("Take the role away all the same");
    let again = client.forms_in(&page, &asked).into_iter().find(|form| form.action().ends_with("/roles/remove"));
    assert_eq!(again.unwrap().value("role"), "triager");
    let asked = client.form_to(&page, &format!("{page}/disable")).await.submit().await.is(409).says(why);
    client.get(&page).await.is(200).says("Active");
    // Who may only read it looks after nothing, so that nothing changes with them.
    let other = format!("/desk/people/{}", gus.id);
    client.form_to(&other, &format!("{other}/disable")).await.submit().await.leads_to(&other);
    let mut forms = client.forms_in(&page, &asked).into_iter().filter(|form| form.action().ends_with("/disable"));
    forms.next().unwrap().forge("confirm", "yes").submit().await.leads_to(&page);
    client.get(&page).await.is(200).says("Disabled");
}

#[tokio::test]
async fn only_owners_touch_owners_and_desks_manage_nobody() {
    let house = House::new().await;
    let ana = house.owner().await;
    let admin = house.staff("ben@acme.example", Role::Admin, Scope::House).await;
    let of_desk = Grant { role: Role::Admin, scope: Scope::Desk(Desk::Bounty) };
    let mut tx = house.t.db.read().await.unwrap();
    let boss = Actor::person(admin.id, vec![Grant { role: Role::Admin, scope: Scope::House }]);
    check_manage(&mut tx, &boss, Some(admin.id), Some(of_desk)).await.unwrap();
    let owner_too = check_manage(&mut tx, &boss, Some(ana.id), None).await;
    assert!(matches!(owner_too, Err(AccountError::OwnersOnly)));
    let promote = check_manage(&mut tx, &boss, Some(admin.id), Some(OWNER)).await;
    assert!(matches!(promote, Err(AccountError::OwnersOnly)));
    let small = Actor::person(admin.id, vec![of_desk]);
    assert!(matches!(check_manage(&mut tx, &small, Some(admin.id), None).await, Err(AccountError::NotFound)));
}

#[tokio::test]
async fn what_is_stored_tells_no_name() {
    let house = House::new().await;
    let ana = house.owner().await;
    let mut tx = house.t.db.read().await.unwrap();
    let stored =
        db::fetch_all!(&mut tx, (Vec<u8>, Vec<u8>, Vec<u8>), db::stmt!("SELECT name, email, email_index FROM people"))
            .unwrap();
    for (name, email, index) in stored {
        for column in [name, email, index] {
            let text = String::from_utf8_lossy(&column).to_lowercase();
            assert!(!text.contains("ana") && !text.contains("acme"));
        }
    }
    let events = db::event::of_house(&mut tx, house.t.db.keys(), 1000).await.unwrap();
    assert!(events.iter().any(|e| e.kind == "role_granted"));
    for event in events {
        assert!(!event.data.to_string().contains("acme"), "{}: names would outlive an erasure", event.kind);
    }
    let loaded = person::load(&mut tx, house.t.db.keys(), ana.id).await.unwrap().unwrap();
    assert_eq!((loaded.name.as_str(), loaded.email.as_str()), ("Ana", "ana@acme.example"));
    assert!(loaded.is_owner());
}

#[tokio::test]
async fn the_page_of_a_person_counts_their_cases_that_one_may_see() {
    let house = House::new().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Triager, Scope::House).await;
    let (desk, programme) = (Desk::Bounty, ProgrammeId::from_uuid(Uuid::from_u128(100)));
    let case = |restricted: bool| {
        let id = house.t.db.ambient().id();
        CaseFacts { id, desk, programme, restricted, members: [ben.id].into() }
    };
    let cases = [case(false), case(false), case(true)];
    let his = ben.id;
    let added: Result<(), db::DbError> = house
        .t
        .db
        .write(move |tx| {
            Box::pin(async move {
                add_programmes(tx).await?;
                add_cases(tx, &cases).await?;
                db::execute!(tx, db::stmt!("UPDATE cases SET assignee = $1"), his.uuid())?;
                Ok(())
            })
        })
        .await;
    added.unwrap();
    let site = house.site().await;
    let client = browser(&site, &ana.session);
    let page = client.get(&format!("/desk/people/{his}")).await.is(200).says("2 open cases are theirs");
    page.says(&format!("href=\"/desk?owner={his}&amp;tick=all\""));
    client.get(&format!("/desk/people/{}", ana.id)).await.is(200).says("No open case is theirs.");
}

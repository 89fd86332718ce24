//! What a guest of one case learns of the house, and how they come to be one.

use crate::case_people::{activate, form};
use crate::support::{House, act};
use accounts::AccountError;
use accounts::token::{self, TokenWish};
use axum::http::Method;
use desk::engine::{self, EngineError, Inviting};
use domain::{CaseId, Permission, PersonId, Role, Span};
use serde_json::json;
use web::testing::{Client, Site};

/// A program with a token of this person that may do these things.
async fn program(house: &House, site: &Site, (person, permissions): (PersonId, &[Permission])) -> Client {
    let wish = TokenWish { label: "test".into(), permissions: permissions.to_vec(), life: Span::from_days(1) };
    let db = house.db().clone();
    let made: Result<_, AccountError> =
        house.db().write(move |tx| Box::pin(async move { token::create(tx, &db, person, wish).await })).await;
    site.client().token(&made.unwrap().text)
}

async fn guest(house: &House, (case, by): (CaseId, PersonId)) -> engine::Invited {
    let db = house.db().clone();
    let wanted = Inviting { case, seen: None, by };
    let invited: Result<_, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::invite_guest(tx, &db, wanted, "gus@there.example").await }))
        .await;
    invited.unwrap()
}

#[tokio::test]
async fn a_guest_learns_nothing_of_who_else_is_here() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let case = house.report("Token", None).await;
    let gus = guest(&house, (case.id, theo)).await.person;
    activate(&house, gus).await;
    let site = house.site().await;
    let view = json!({ "name": "Board questions", "shared": true, "filter": {} });
    let made = house.program(&site, olga, Role::Owner).await;
    let made = made.json(Method::POST, "/api/v1/views", &view).header("idempotency-key", "k1").send().await;
    assert!(made.status.is_success(), "{}", made.text);
    house.browser(&site, theo).await.get("/desk").await.is(200).says("Board questions");
    let browser = house.browser(&site, gus).await;
    browser.get("/desk/away").await.is(404);
    browser.get("/desk/alerts").await.is(200).is_silent_about("/desk/away");
    for page in ["/desk", "/desk/views"] {
        browser.get(page).await.is(200).is_silent_about("Board questions");
    }
    let own = program(&house, &site, (gus, &[Permission::ReadCases])).await;
    own.get("/api/v1/views").await.is(200).is_silent_about("Board questions");
    // Nobody of the team stands in by way of a guest either.
    house.browser(&site, theo).await.get("/desk/away").await.is(200).says("Olga").is_silent_about(&gus.to_string());
}

#[tokio::test]
async fn to_invite_wants_a_fresh_proof_and_a_token_that_may_do_as_much() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, theo).await;
    house.t.clock.advance(Span::from_minutes(11));
    let at = format!("/desk/cases/{}/people", case.name);
    let asked = form(&browser, &at, ("/guests", "")).await.fill("email", "gus@there.example").submit().await;
    asked.leads_to("/desk/step-up");
    let narrow = [Permission::ReadCases, Permission::ReadTeamText, Permission::RestrictCases];
    let narrow = program(&house, &site, (theo, &narrow)).await;
    let all = house.program(&site, theo, Role::Triager).await;
    let version = narrow.get(&format!("/api/v1/cases/{}/people", case.name)).await.is(200);
    let invite = |client: &Client, key: &str| {
        client
            .json(
                Method::POST,
                &format!("/api/v1/cases/{}/guests", case.name),
                &json!({ "email": "gus@there.example" }),
            )
            .header("if-match", version.header("etag"))
            .header("idempotency-key", key)
    };
    invite(&narrow, "k1").send().await.is(404);
    invite(&all, "k2").send().await.is(201);
}

#[tokio::test]
async fn who_is_sent_away_before_they_came_does_not_come() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let case = house.report("Token", None).await;
    let invited = guest(&house, (case.id, theo)).await;
    let link = invited.link.unwrap();
    house.accounts.look_at_link(link.token()).await.unwrap();
    let (db, wanted) = (house.db().clone(), Inviting { case: case.id, seen: None, by: theo });
    let away: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::send_away(tx, &db, wanted, invited.person).await }))
        .await;
    away.unwrap();
    let gone = house.accounts.look_at_link(link.token()).await;
    assert!(matches!(gone, Err(AccountError::LinkGone)), "{gone:?}");
}

#[tokio::test]
async fn a_program_reads_no_id_of_a_case_that_it_may_not_know_of() {
    let house = House::new().await;
    let (ines, theo) = (house.person("Ines", Role::Triager).await, house.person("Theo", Role::Triager).await);
    let (root, copy) = (house.report("Token", None).await, house.report("Token again", None).await);
    let site = house.site().await;
    house.act(act(copy.id, ines, ("triage", json!({})))).await.unwrap();
    let duplicate = json!({ "outcome": "duplicate", "of": root.id.to_string(), "reason": "The same token." });
    house.act(act(copy.id, ines, ("close", duplicate))).await.unwrap();
    let other = house.program(&site, theo, Role::Triager).await;
    let path = format!("/api/v1/cases/{}", copy.name);
    other.get(&path).await.is(200).says(&root.id.to_string());
    let db = house.db().clone();
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, root.id, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    other.get(&path).await.is(200).is_silent_about(&root.id.to_string());
    house.program(&site, ines, Role::Triager).await.get(&path).await.is(200).says(&root.id.to_string());
}

#[tokio::test]
async fn colleagues_are_found_however_many_came_and_went() {
    let house = House::new().await;
    let filled: Result<(), db::DbError> = house
        .db()
        .write(|tx| {
            Box::pin(async move {
                for n in 1..=1_001_u128 {
                    db::execute!(
                        tx,
                        db::stmt!(
                            "INSERT INTO people (id, state, name, email, totp_step, version, created_at)
                             VALUES ($1, 'erased', $2, $2, 0, 1, 0)"
                        ),
                        domain::Uuid::from_u128(n),
                        vec![0_u8]
                    )?;
                }
                Ok(())
            })
        })
        .await;
    filled.unwrap();
    let (theo, zoe) = (house.person("Theo", Role::Triager).await, house.person("Zoe", Role::Triager).await);
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let at = format!("/desk/cases/{}", case.name);
    let browser = house.browser(&site, theo).await;
    let give = form(&browser, &at, ("/assignment", "")).await.fill("assignee", &zoe.to_string());
    give.submit().await.leads_to(&at);
    assert_eq!(house.owner(&case.name).await, Some(zoe));
}

//! API tokens: fewer rights than the person, an end, and no way round a shut door.

use crate::support::{House, PASSWORD, SHOWING, Someone};
use accounts::person;
use accounts::token::{self, NewToken, TokenWish, looks_like_token};
use accounts::{AccountError, HouseAuthenticator};
use axum::http::Method;
use domain::{Permission, Role, Scope, Span};
use web::{Authenticator, Caller, Cookies};

async fn make(house: &House, who: &Someone, permissions: &[Permission], days: i64) -> Result<NewToken, AccountError> {
    let wish =
        TokenWish { label: "nightly export".into(), permissions: permissions.to_vec(), life: Span::from_days(days) };
    let (db, id) = (house.t.db.clone(), who.id);
    house.t.db.write(move |tx| Box::pin(async move { token::create(tx, &db, id, wish).await })).await
}

async fn call(house: &House, authorization: &str) -> Option<Caller> {
    let request = axum::http::Request::get("/api/v1/cases").header("authorization", authorization).body(()).unwrap();
    let authenticator = HouseAuthenticator::new(house.accounts.clone(), Cookies::new(web::Scheme::Https));
    authenticator.caller(&request.into_parts().0).await.ok()
}

#[tokio::test]
async fn a_token_carries_its_person_and_its_scopes() {
    let house = House::new().await;
    let ana = house.owner().await;
    let made = make(&house, &ana, &[Permission::ReadCases], 30).await.unwrap();
    assert!(made.text.starts_with("lwd_") && looks_like_token(&made.text));
    let Some(Caller::Token { actor, scopes }) = call(&house, &format!("bearer {}", made.text)).await else { panic!() };
    assert_eq!((actor.who, scopes), (domain::Who::Person(ana.id), vec![Permission::ReadCases]));
    let caller = call(&house, &format!("Bearer {}", made.text)).await.unwrap();
    assert!(caller.holds(Permission::ReadCases) && !caller.holds(Permission::ManageKeys));
    for wrong in
        ["", "Bearer", "Bearer lwd_", "Basic YTpi", &format!("Bearer {}a", made.text), &format!("Basic {}", made.text)]
    {
        assert_eq!(call(&house, wrong).await, None, "{wrong}");
    }
    let mut tx = house.t.db.read().await.unwrap();
    let listed = token::list(&mut tx, &house.t.db, ana.id).await.unwrap();
    assert_eq!((listed[0].label.as_str(), listed.len()), ("nightly export", 1));
    assert_eq!(listed[0].used_at, Some(house.t.db.ambient().now()));
}

#[tokio::test]
async fn tokens_end_by_time_by_hand_and_with_their_person() {
    let house = House::new().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Owner, Scope::House).await;
    let bearer = |t: &NewToken| format!("Bearer {}", t.text);
    let short = make(&house, &ben, &[Permission::ReadCases], 1).await.unwrap();
    let long = make(&house, &ben, &[Permission::ReadCases], 366).await.unwrap();
    house.wait(Span::from_days(1));
    assert_eq!(call(&house, &bearer(&short)).await, None);
    assert!(call(&house, &bearer(&long)).await.is_some());
    let (db, thief, id) = (house.t.db.clone(), ana.id, long.id);
    let stolen =
        house.t.db.write(move |tx| Box::pin(async move { token::revoke(tx, &db, thief, id, thief).await })).await;
    assert!(matches!(stolen, Err(AccountError::NotFound)), "not hers to revoke");
    let (db, owner) = (house.t.db.clone(), ben.id);
    house.t.db.write(move |tx| Box::pin(async move { token::revoke(tx, &db, owner, id, owner).await })).await.unwrap();
    assert_eq!(call(&house, &bearer(&long)).await, None);
    let last = make(&house, &ben, &[Permission::ReadCases], 9).await.unwrap();
    let db = house.t.db.clone();
    house.t.db.write(move |tx| Box::pin(async move { person::disable(tx, &db, owner, None).await })).await.unwrap();
    assert_eq!(call(&house, &bearer(&last)).await, None);
    let db = house.t.db.clone();
    house.t.db.write(move |tx| Box::pin(async move { person::enable(tx, &db, owner, None).await })).await.unwrap();
    assert_eq!(call(&house, &bearer(&last)).await, None, "what was shut stays shut");
}

#[tokio::test]
async fn nobody_gives_a_token_more_than_they_have() {
    let house = House::new().await;
    house.owner().await;
    let guest = house.staff("cy@acme.example", Role::Guest, Scope::House).await;
    for (permissions, days) in [
        (&[Permission::ManageKeys][..], 30),
        (&[Permission::ReadCases, Permission::ExportCases], 30),
        (&[], 30),
        (&[Permission::ReadCases], 0),
        (&[Permission::ReadCases], 367),
    ] {
        let refused = make(&house, &guest, permissions, days).await;
        assert!(matches!(refused, Err(AccountError::Invalid { .. })));
    }
    make(&house, &guest, &[Permission::ReadCases], 30).await.unwrap();
}

#[tokio::test]
async fn a_loss_revokes_every_token() {
    use accounts::SetUpForm;
    use accounts::link::Purpose;
    let house = House::new().await;
    let ana = house.owner().await;
    for lost in [Purpose::RecoverPassword, Purpose::RecoverSecondFactor] {
        let token = make(&house, &ana, &[Permission::ReadCases], 30).await.unwrap();
        let bearer = format!("Bearer {}", token.text);
        assert!(call(&house, &bearer).await.is_some());
        let made = house.link(&ana, lost).await;
        let offered = house.offer(made.token()).code_at(house.t.db.ambient().now());
        let code = if lost == Purpose::RecoverPassword { house.code(&ana) } else { offered };
        let form = SetUpForm { password: PASSWORD.into(), code, showing: SHOWING.into(), ..SetUpForm::default() };
        house.accounts.set_up(made.token(), form).await.unwrap();
        assert_eq!(call(&house, &bearer).await, None, "whoever has the lost thing may have made it");
        house.wait(Span::from_seconds(31));
    }
}

#[tokio::test]
async fn programs_list_the_tokens_of_everybody_and_end_them() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Admin, Scope::House).await;
    let cy = house.staff("cy@acme.example", Role::Triager, Scope::House).await;
    let of_ana = make(&house, &ana, &[Permission::ReadCases], 30).await.unwrap();
    let of_cy = make(&house, &cy, &[Permission::ReadCases, Permission::SearchCases], 30).await.unwrap();
    let of_ben = make(&house, &ben, &[Permission::ManageTokens], 30).await.unwrap();
    let program = site.client().token(&of_ben.text);
    let list = program.get("/api/v1/tokens").await.is(200).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!((items.len(), list["next"].is_null()), (3, true));
    let hers = items.iter().find(|item| item["id"] == of_cy.id.to_string().as_str()).unwrap();
    assert_eq!(hers["person"]["id"], cy.id.to_string().as_str());
    assert_eq!(hers["label"], "nightly export");
    assert_eq!(hers["scopes"].as_array().unwrap().len(), 2);
    assert!(!list.to_string().contains("lwd_"));
    let path = |token: &NewToken| format!("/api/v1/tokens/{}", token.id);
    let end = async |token: &NewToken| program.call(Method::DELETE, &path(token)).send().await.status.as_u16();
    assert_eq!(end(&of_cy).await, 204);
    assert_eq!(call(&house, &format!("Bearer {}", of_cy.text)).await, None);
    assert_eq!(end(&of_cy).await, 404, "it is over");
    assert_eq!(end(&of_ana).await, 409, "an administrator ends nothing of an owner's");
    assert_eq!(house.events("token_revoked").await, 1);
    program.get("/api/v1/tokens?cursor=odd").await.is(422);
    site.client().token(&of_ana.text).get("/api/v1/tokens").await.is(404);
}

//! How sessions end: quiet time, full time, by hand, everywhere; and the return door.

use crate::support::{House, IP, browser, is_in};
use accounts::{AccountError, code_index, session};
use db::{execute, stmt};
use domain::{CaseId, ReturnCode, Role, Scope, Span};
use uuid::Uuid;

#[tokio::test]
async fn cookie_values_are_256_random_bits() {
    let house = House::new().await;
    let ana = house.owner().await;
    let mut seen = std::collections::BTreeSet::from([ana.session.token.clone()]);
    for _ in 0..3 {
        let token = house.sign_in(&ana).await.unwrap().token;
        assert_eq!(data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).unwrap().len(), 32);
        assert!(seen.insert(token), "never the same again");
    }
    let mut tx = house.t.db.read().await.unwrap();
    let places = db::fetch_all!(&mut tx, (Vec<u8>,), stmt!("SELECT id FROM sessions")).unwrap();
    let stored: Vec<String> = places.iter().map(|(id,)| data_encoding::BASE64URL_NOPAD.encode(id)).collect();
    assert!(seen.iter().all(|token| !stored.contains(token)), "the store holds keyed hashes");
}

#[tokio::test]
async fn a_password_has_no_end() {
    let house = House::new().await;
    let ana = house.owner().await;
    house.wait(Span::from_days(1_000));
    house.sign_in(&ana).await.unwrap();
}

#[tokio::test]
async fn a_quiet_half_hour_ends_a_session() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let session = house.sign_in(&ana).await.unwrap();
    for _ in 0..4 {
        house.wait(Span::from_minutes(29));
        assert!(is_in(&site, &session).await, "in use it goes on");
    }
    house.wait(Span::from_minutes(30));
    assert!(!is_in(&site, &session).await);
}

#[tokio::test]
async fn twelve_hours_end_every_session() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let session = house.sign_in(&ana).await.unwrap();
    for _ in 0..35 {
        house.wait(Span::from_minutes(20));
        assert!(is_in(&site, &session).await);
    }
    house.wait(Span::from_minutes(20));
    assert!(!is_in(&site, &session).await);
}

#[tokio::test]
async fn a_set_back_clock_or_an_odd_cookie_opens_nothing() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let client = site.client();
    for value in ["", "x", &"A".repeat(43), &"a".repeat(600), "lwd_abc"] {
        client.set_cookie("__Host-leeward-desk", value);
        client.get("/desk/account").await.leads_to("/desk/sign-in");
    }
    client.set_cookie("leeward-desk", &ana.session.token);
    client.set_cookie("__Host-leeward-case", &ana.session.token);
    client.get("/desk/account").await.leads_to("/desk/sign-in");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_only() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Triager, Scope::House).await;
    let session = house.sign_in(&ana).await.unwrap();
    let mut tx = house.t.db.read().await.unwrap();
    assert_eq!(session::list(&mut tx, ana.id, house.t.db.ambient().now()).await.unwrap().len(), 2);
    drop(tx);
    let (thief, wanted) = (ben.id, session.id);
    let stolen = house.t.db.write(move |tx| Box::pin(async move { session::end(tx, thief, wanted).await })).await;
    assert!(matches!(stolen, Err(AccountError::NotFound)));
    assert!(is_in(&site, &session).await);
    let owner = ana.id;
    house.t.db.write(move |tx| Box::pin(async move { session::end(tx, owner, wanted).await })).await.unwrap();
    assert!(!is_in(&site, &session).await && is_in(&site, &ana.session).await);
}

#[tokio::test]
async fn ended_sessions_are_swept() {
    let house = House::new().await;
    house.owner().await;
    house.wait(Span::from_hours(13));
    let now = house.t.db.ambient().now();
    let swept = house.t.db.write(move |tx| Box::pin(async move { session::sweep(tx, now).await })).await.unwrap();
    assert_eq!(swept, 1);
}

/// A case with this return code, as intake makes one.
pub async fn case_with(house: &House, code: ReturnCode) -> CaseId {
    let (id, index) = (Uuid::from_u128(5), code_index(house.t.db.keys(), &code));
    let put: Result<(), db::DbError> = house
        .t
        .db
        .write(move |tx| {
            Box::pin(async move {
                let programme = Uuid::from_u128(1);
                execute!(
                    tx,
                    stmt!(
                        "INSERT INTO programmes (id, slug, desk, intake, body, version, created_at)
             VALUES ($1, 'p', 'bounty', 'open', $2, 1, 0)"
                    ),
                    programme,
                    vec![0_u8]
                )?;
                execute!(
                    tx,
                    stmt!(
            "INSERT INTO cases (id, type, number, desk, programme, state, is_open, restricted, code_index, version,
                                received_at, updated_at, title, body)
             VALUES ($1, 'v', 1, 'bounty', $2, 'new', $3, $3, $4, 1, 0, 0, $5, $5)"
        ),
                    id,
                    programme,
                    false,
                    index,
                    vec![0_u8]
                )?;
                Ok(())
            })
        })
        .await;
    put.unwrap();
    CaseId::from_uuid(id)
}

#[tokio::test]
async fn a_return_code_opens_its_case_for_two_quiet_hours() {
    let house = House::new().await;
    let site = house.site().await;
    let code = ReturnCode::from_bytes([9; 15]);
    let case = case_with(&house, code).await;
    let (session, opened) = house.accounts.enter_by_code(IP, &code.to_string().to_lowercase()).await.unwrap();
    assert_eq!(opened, case);
    let client = site.client();
    client.set_cookie("__Host-leeward-case", &session.token);
    client.get("/desk/account").await.leads_to("/desk/sign-in");
    let parts = |path: &str| {
        let cookie = format!("__Host-leeward-case={}", session.token);
        axum::http::Request::get(path).header("cookie", cookie).body(()).unwrap().into_parts().0
    };
    let cookies = web::Cookies::new(web::Scheme::Https);
    let authenticator = accounts::HouseAuthenticator::new(house.accounts.clone(), cookies);
    let who = |at: axum::http::request::Parts| {
        let authenticator = &authenticator;
        async move { web::Authenticator::caller(authenticator, &at).await.unwrap() }
    };
    assert_eq!(who(parts("/case/mine")).await, web::Caller::Reporter { case, session: session.id });
    house.wait(Span::from_minutes(119));
    assert_ne!(who(parts("/case/mine")).await, web::Caller::Nameless);
    house.wait(Span::from_hours(2));
    assert_eq!(who(parts("/case/mine")).await, web::Caller::Nameless);
}

#[tokio::test]
async fn wrong_return_codes_cost_time_and_say_nothing() {
    let house = House::new().await;
    let code = ReturnCode::from_bytes([9; 15]);
    case_with(&house, code).await;
    let mut texts = std::collections::BTreeSet::new();
    for typed in ["", "not a code", "7C1E-4KQ9-R2VM-X80D-A90F-3TNH"] {
        texts.insert(house.accounts.enter_by_code(IP, typed).await.unwrap_err().to_string());
    }
    assert_eq!(texts.len(), 1);
    house.accounts.enter_by_code(IP, "again").await.unwrap_err();
    house.accounts.enter_by_code(IP, "again").await.unwrap_err();
    let waiting = house.accounts.enter_by_code(IP, &code.to_string()).await;
    assert!(matches!(waiting, Err(AccountError::Wait(_))), "{waiting:?}");
    house.wait(Span::from_minutes(1));
    house.accounts.enter_by_code(IP, &code.to_string()).await.unwrap();
}

#[tokio::test]
async fn a_page_after_sign_out_is_the_door() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let client = browser(&site, &ana.session);
    client.form_to("/desk/account", "/desk/sign-out").await.submit().await.leads_to("/desk/sign-in");
    assert!(client.cookies().is_empty());
    assert!(!is_in(&site, &ana.session).await, "the session is gone, not only the cookie");
}

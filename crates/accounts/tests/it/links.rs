//! One-time links: one use, three days, GET spends nothing, a link alone is never enough.

use crate::support::{House, IP, PASSWORD, SHOWING, browser};
use accounts::link::{self, OneTimeLink, Purpose};
use accounts::{AccountError, SetUpForm, person};
use domain::{CaseId, Grant, PersonId, Role, Scope, Span};

/// A form with this code of the authenticator that was shown.
fn offered(code: &str) -> SetUpForm {
    SetUpForm { code: code.into(), showing: SHOWING.into(), ..SetUpForm::default() }
}

#[tokio::test]
async fn a_link_is_spent_once_and_looking_spends_nothing() {
    let house = House::new().await;
    let link = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    for _ in 0..3 {
        assert_eq!(house.accounts.look_at_link(link.token()).await.unwrap().purpose, Purpose::SetUp);
    }
    house.follow(link.token(), "ana@acme.example").await;
    let again =
        SetUpForm { name: "Eve".into(), email: "eve@acme.example".into(), password: PASSWORD.into(), ..offered("1") };
    assert!(matches!(house.accounts.set_up(link.token(), again).await, Err(AccountError::LinkGone)));
    assert!(accounts::first_owner_link(&house.t.db).await.unwrap().is_none(), "there is an owner now");
    assert!(!format!("{link:?}").contains(link.token()), "links are not printed by accident");
}

#[tokio::test]
async fn two_browsers_with_one_link_make_one_owner() {
    let house = House::new().await;
    let link = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    let code = house.offer(link.token()).code_at(house.t.db.ambient().now());
    let form =
        |email: &str| SetUpForm { name: "A".into(), email: email.into(), password: PASSWORD.into(), ..offered(&code) };
    let (one, two) = tokio::join!(
        house.accounts.set_up(link.token(), form("a@acme.example")),
        house.accounts.set_up(link.token(), form("b@acme.example")),
    );
    assert!(one.is_ok() != two.is_ok());
}

#[tokio::test]
async fn links_end_after_three_days_and_are_replaced_by_newer_ones() {
    let house = House::new().await;
    let first = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    let second = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    assert!(house.accounts.look_at_link(first.token()).await.is_err());
    house.wait(Span::from_hours(71));
    assert!(house.accounts.look_at_link(second.token()).await.is_ok());
    house.wait(Span::from_hours(1));
    assert!(house.accounts.look_at_link(second.token()).await.is_err());
    for wrong in ["", "x", &"a".repeat(32), "\u{1f512}"] {
        assert!(matches!(house.accounts.look_at_link(wrong).await, Err(AccountError::LinkGone)));
    }
}

#[tokio::test]
async fn a_refused_form_leaves_the_link_good() {
    let house = House::new().await;
    let link = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    let code = house.offer(link.token()).code_at(house.t.db.ambient().now());
    let good =
        SetUpForm { name: "A".into(), email: "a@acme.example".into(), password: PASSWORD.into(), ..offered(&code) };
    let bad = [
        ("name", SetUpForm { name: " ".into(), ..good.clone() }),
        ("email", SetUpForm { email: "a".into(), ..good.clone() }),
        ("password", SetUpForm { password: "short".into(), ..good.clone() }),
        ("code", SetUpForm { code: "000000".into(), ..good.clone() }),
    ];
    for (wanted, form) in bad {
        match house.accounts.set_up(link.token(), form).await {
            Err(AccountError::Invalid { field, .. }) => assert_eq!(field, wanted),
            other => panic!("{wanted}: {other:?}"),
        }
    }
    house.accounts.set_up(link.token(), good).await.unwrap();
}

#[tokio::test]
async fn a_recovery_link_alone_opens_nothing() {
    let house = House::new().await;
    let ana = house.owner().await;
    let link = house.link(&ana, Purpose::RecoverSecondFactor).await;
    let secret = house.offer(link.token());
    let form = |password: &str| SetUpForm {
        password: password.into(),
        ..offered(&secret.code_at(house.t.db.ambient().now()))
    };
    assert!(house.accounts.set_up(link.token(), form("not the password")).await.is_err());
    assert!(house.sign_in(&ana).await.is_ok(), "the old authenticator still works");
    house.accounts.set_up(link.token(), form(PASSWORD)).await.unwrap();
    house.wait(Span::from_seconds(31));
    assert!(house.accounts.sign_in(IP, &ana.email, PASSWORD, &house.code(&ana)).await.is_err(), "and now does not");
    assert!(house.accounts.sign_in(IP, &ana.email, PASSWORD, &ana.codes[3]).await.is_err(), "nor do its codes");
    house.accounts.sign_in(IP, &ana.email, PASSWORD, &secret.code_at(house.t.db.ambient().now())).await.unwrap();
}

#[tokio::test]
async fn a_link_for_a_lost_password_asks_for_the_second_factor() {
    let house = House::new().await;
    let ana = house.owner().await;
    let link = house.link(&ana, Purpose::RecoverPassword).await;
    let form =
        |code: &str| SetUpForm { password: "a whole new password".into(), code: code.into(), ..SetUpForm::default() };
    let offered = house.offer(link.token()).code_at(house.t.db.ambient().now());
    for wrong in ["", "000000", &offered] {
        let refused = house.accounts.set_up(link.token(), form(wrong)).await;
        assert!(matches!(refused, Err(AccountError::Invalid { field: "code", .. })), "{wrong}: {refused:?}");
    }
    let done = house.accounts.set_up(link.token(), form(&house.code(&ana))).await.unwrap();
    assert!(done.recovery_codes.is_empty());
    house.wait(Span::from_seconds(31));
    assert!(house.sign_in(&ana).await.is_err(), "the old password is gone");
    house.accounts.sign_in(IP, &ana.email, "a whole new password", &house.code(&ana)).await.unwrap();
}

#[tokio::test]
async fn guessing_behind_a_stolen_link_costs_time() {
    let house = House::new().await;
    let ana = house.owner().await;
    let link = house.link(&ana, Purpose::RecoverSecondFactor).await;
    let code = house.offer(link.token()).code_at(house.t.db.ambient().now());
    for _ in 0..5 {
        let form = SetUpForm { password: "a guess of a password".into(), ..offered(&code) };
        if let Err(AccountError::Wait(_)) = house.accounts.set_up(link.token(), form).await {
            return;
        }
    }
    panic!("five guesses cost no time");
}

#[tokio::test]
async fn guessing_codes_behind_a_stolen_password_link_costs_time() {
    let house = House::new().await;
    let ana = house.owner().await;
    let link = house.link(&ana, Purpose::RecoverPassword).await;
    for guess in ["111111", "222222", "333333", "444444", "555555"] {
        let form = SetUpForm { password: "a whole new password".into(), code: guess.into(), ..SetUpForm::default() };
        if let Err(AccountError::Wait(_)) = house.accounts.set_up(link.token(), form).await {
            return;
        }
    }
    panic!("five guesses cost no time");
}

#[tokio::test]
async fn an_administrator_gets_no_link_of_an_invited_owner() {
    let house = House::new().await;
    house.owner().await;
    let admin = house.staff("ben@acme.example", Role::Admin, Scope::House).await;
    let theirs = accounts::invite(&house.t.db, "eva@acme.example", Role::Owner, Scope::House).await.unwrap();
    let (db, by) = (house.t.db.clone(), admin.id);
    let grant = Grant { role: Role::Triager, scope: Scope::House };
    let taken = house
        .t
        .db
        .write(move |tx| Box::pin(async move { link::invite_by(tx, &db, "eva@acme.example", grant, Some(by)).await }));
    assert!(matches!(taken.await, Err(AccountError::OwnersOnly)), "the link would make them an owner");
    house.accounts.look_at_link(theirs.token()).await.unwrap();
}

#[tokio::test]
async fn an_invitation_can_be_made_again_but_not_for_who_is_here() {
    let house = House::new().await;
    let first = accounts::invite(&house.t.db, "ben@acme.example", Role::Triager, Scope::House).await.unwrap();
    let second = accounts::invite(&house.t.db, " Ben@ACME.example ", Role::Auditor, Scope::House).await.unwrap();
    assert!(house.accounts.look_at_link(first.token()).await.is_err());
    let ben = house.follow(second.token(), "ben@acme.example").await;
    let mut tx = house.t.db.read().await.unwrap();
    let grants = accounts::person::grants_of(&mut tx, ben.id).await.unwrap();
    assert_eq!(grants.len(), 2);
    let again = accounts::invite(&house.t.db, "ben@acme.example", Role::Triager, Scope::House).await;
    assert!(matches!(again, Err(AccountError::EmailTaken)));
}

#[tokio::test]
async fn whoever_had_a_link_before_does_not_know_what_its_owner_enrols() {
    let house = House::new().await;
    let site = house.site().await;
    let link = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    let showing = async || site.client().form(&link.path()).await.value("showing").to_owned();
    let (first, second) = (showing().await, showing().await);
    let [known, taken] =
        [&first, &second].map(|showing| house.accounts.offered_with(link.token(), showing).unwrap().text());
    assert_ne!(known, taken, "whoever looked first knows nothing of what was shown next");
    site.client().get(&link.path()).await.is(200).is_silent_about(&known).is_silent_about(&taken);
    let code = house.accounts.offered_with(link.token(), &first).unwrap().code_at(house.t.db.ambient().now());
    let form = site.client().form(&link.path()).await.fill("name", "Ana").fill("email", "ana@acme.example");
    let again = form.fill("password", PASSWORD).fill("code", &code).submit().await;
    again.is(422).says("not the code your app shows");
}

async fn grant(house: &House, to: PersonId, grant: Grant) -> Result<(), AccountError> {
    let db = house.t.db.clone();
    house.t.db.write(move |tx| Box::pin(async move { person::grant(tx, &db, to, grant, None).await })).await
}

async fn guest_of(house: &House, by: PersonId, case: CaseId) -> Result<(PersonId, Option<OneTimeLink>), AccountError> {
    let db = house.t.db.clone();
    let invited = house
        .t
        .db
        .write(move |tx| Box::pin(async move { link::invite_guest(tx, &db, ("gus@acme.example", case), by).await }));
    invited.await
}

#[tokio::test]
async fn a_link_in_somebodys_hand_gains_no_right() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let held = accounts::invite(&house.t.db, "eva@acme.example", Role::Triager, Scope::House).await.unwrap();
    let eva = house.accounts.look_at_link(held.token()).await.unwrap().person.unwrap();
    let triager = Grant { role: Role::Triager, scope: Scope::House };
    grant(&house, eva, triager).await.unwrap();
    house.accounts.look_at_link(held.token()).await.expect("nothing was given");
    let client = browser(&site, &ana.session);
    let page = format!("/desk/people/{eva}");
    client.get(&page).await.is(200).is_silent_about("No link of theirs");
    let form = client.form_to(&page, &format!("{page}/roles")).await.fill("role", "owner").fill("scope", "house");
    form.submit().await.leads_to(&page);
    let gone = house.accounts.look_at_link(held.token()).await;
    assert!(matches!(gone, Err(AccountError::LinkGone)), "whoever made it would be an owner: {gone:?}");
    client.get(&page).await.is(200).says("No link of theirs can be used");
}

#[tokio::test]
async fn a_guest_who_has_not_come_yet_is_invited_to_nothing_else() {
    let house = House::new().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Triager, Scope::House).await;
    let (one, other): (CaseId, CaseId) = (house.t.db.ambient().id(), house.t.db.ambient().id());
    let (gus, held) = guest_of(&house, ben.id, one).await.unwrap();
    let refused = guest_of(&house, ana.id, other).await;
    assert!(matches!(refused, Err(AccountError::Invalid { field: "email", .. })), "ben holds a link: {refused:?}");
    let (again, newer) = guest_of(&house, ana.id, one).await.unwrap();
    assert_eq!(again, gus);
    assert!(house.accounts.look_at_link(held.unwrap().token()).await.is_err());
    house.follow(newer.unwrap().token(), "gus@acme.example").await;
    let (_, none) = guest_of(&house, ana.id, other).await.unwrap();
    assert!(none.is_none(), "who can sign in needs no link");
}

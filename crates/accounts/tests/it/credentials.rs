//! Password and second factor: what is refused, what works once, what signs out everywhere.

use crate::support::{House, IP, PASSWORD, SHOWING, Someone, browser, is_in};
use accounts::credential::{PasswordHash, change_password, new_recovery_codes};
use accounts::link::Purpose;
use accounts::{AccountError, SetUpForm};
use domain::{Role, Scope, Span};

#[tokio::test]
async fn every_wrong_thing_gets_the_same_words() {
    let house = House::new().await;
    let ana = house.owner().await;
    let code = house.code(&ana);
    let tries = [
        ("nobody@acme.example", PASSWORD, code.as_str()),
        ("no address at all", PASSWORD, code.as_str()),
        ("", "", ""),
        ("ana@acme.example", "another long password", code.as_str()),
        ("ana@acme.example", PASSWORD, "000000"),
        ("ana@acme.example", PASSWORD, "0000-0000-0000-0000"),
        ("ana@acme.example", PASSWORD, ""),
    ];
    let mut texts = std::collections::BTreeSet::new();
    for (n, (email, password, code)) in (1_u8..).zip(tries) {
        let ip = [192, 0, 2, n].into();
        let error = house.accounts.sign_in(ip, email, password, code).await.unwrap_err();
        assert!(matches!(error, AccountError::Refused), "{email} {code}: {error}");
        texts.insert(error.to_string());
    }
    assert_eq!(texts.len(), 1);
    house.sign_in(&ana).await.unwrap();
}

#[tokio::test]
async fn a_code_works_once_also_at_the_same_moment() {
    let house = House::new().await;
    let ana = house.owner().await;
    let code = house.code(&ana);
    let one = house.accounts.sign_in(IP, &ana.email, PASSWORD, &code);
    let two = house.accounts.sign_in(IP, &ana.email, PASSWORD, &code);
    let (one, two) = tokio::join!(one, two);
    assert!(one.is_ok() != two.is_ok(), "exactly one of them passes");
    assert!(house.accounts.sign_in(IP, &ana.email, PASSWORD, &code).await.is_err());
    house.wait(Span::from_seconds(31));
    house.sign_in(&ana).await.unwrap();
}

#[tokio::test]
async fn the_code_that_enrolled_is_spent() {
    let house = House::new().await;
    let link = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    let code = house.offer(link.token()).code_at(house.t.db.ambient().now());
    let ana = house.owner_with(link.token()).await;
    house.wait(Span::from_seconds(-31));
    assert!(house.accounts.sign_in(IP, &ana, PASSWORD, &code).await.is_err());
}

impl House {
    async fn owner_with(&self, token: &str) -> String {
        self.follow(token, "ana@acme.example").await.email
    }
}

#[tokio::test]
async fn recovery_codes_work_once_each() {
    let house = House::new().await;
    let ana = house.owner().await;
    assert_eq!(ana.codes.len(), 10);
    let forgiving = ana.codes[0].to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
    house.accounts.sign_in(IP, &ana.email, PASSWORD, &forgiving).await.unwrap();
    assert!(house.accounts.sign_in(IP, &ana.email, PASSWORD, &ana.codes[0]).await.is_err());
    house.accounts.sign_in(IP, &ana.email, PASSWORD, &ana.codes[9]).await.unwrap();
    assert_eq!(house.events("recovery_code_used").await, 2);
    let (db, id) = (house.t.db.clone(), ana.id);
    let (_, fresh) =
        house.t.db.write(move |tx| Box::pin(async move { new_recovery_codes(tx, &db, id).await })).await.unwrap();
    assert!(house.accounts.sign_in(IP, &ana.email, PASSWORD, &ana.codes[1]).await.is_err(), "old codes are gone");
    house.accounts.sign_in(IP, &ana.email, PASSWORD, &fresh[1]).await.unwrap();
}

#[tokio::test]
async fn failures_make_one_wait_and_never_lock_the_owner_out() {
    let house = House::new().await;
    let ana = house.owner().await;
    house.sign_in(&ana).await.unwrap();
    let stranger = [198, 51, 100, 7].into();
    for _ in 0..5 {
        let error = house.accounts.sign_in(stranger, &ana.email, "wrong password", "000000").await.unwrap_err();
        if let AccountError::Wait(seconds) = error {
            assert!(seconds >= 1);
            house.sign_in(&ana).await.unwrap();
            return;
        }
    }
    panic!("five failures cost no time");
}

#[tokio::test]
async fn a_crowd_cannot_guess_side_by_side() {
    let house = House::new().await;
    let ana = house.owner().await;
    let tries = (0..24_u8).map(|n| house.accounts.sign_in([198, 51, 100, n].into(), &ana.email, PASSWORD, "000000"));
    let refused = futures::future::join_all(tries).await;
    let looked_at = refused.iter().filter(|one| matches!(one, Err(AccountError::Refused))).count();
    assert!(looked_at <= 2, "{looked_at} of 24 codes were looked at in one moment");
}

#[tokio::test]
async fn every_change_of_credentials_ends_every_session() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let (mut old, id) = (house.sign_in(&ana).await.unwrap(), ana.id);
    assert!(is_in(&site, &old).await && is_in(&site, &ana.session).await);

    let hash = house.accounts.passwords().hash("another long password").await.unwrap();
    let db = house.t.db.clone();
    let new = house.t.db.write(move |tx| Box::pin(async move { change_password(tx, &db, id, &hash).await }));
    let new = new.await.unwrap();
    assert!(!is_in(&site, &old).await && !is_in(&site, &ana.session).await && is_in(&site, &new).await);
    assert!(house.accounts.sign_in(IP, &ana.email, PASSWORD, &house.code(&ana)).await.is_err());

    old = new;
    let db = house.t.db.clone();
    let new = house.t.db.write(move |tx| Box::pin(async move { new_recovery_codes(tx, &db, id).await }));
    let (new, _) = new.await.unwrap();
    assert!(!is_in(&site, &old).await && is_in(&site, &new).await);

    let by = house.staff("ben@acme.example", Role::Owner, Scope::House).await;
    let db = house.t.db.clone();
    let shut =
        house.t.db.write(move |tx| Box::pin(async move { accounts::person::disable(tx, &db, id, Some(by.id)).await }));
    shut.await.unwrap();
    assert!(!is_in(&site, &new).await);
}

#[tokio::test]
async fn stepping_up_takes_password_or_code() {
    let house = House::new().await;
    let ana = house.owner().await;
    let session = house.sign_in(&ana).await.unwrap();
    for (proof, good) in [("nothing", false), (PASSWORD, true), (house.code(&ana).as_str(), true)] {
        let outcome = house.accounts.step_up(IP, ana.id, session.id, proof).await;
        assert_eq!(outcome.is_ok(), good, "{proof}");
        if let Ok(renewed) = outcome {
            assert!(renewed.id == session.id && renewed.token != session.token, "the same session, another cookie");
        }
    }
    let spent = house.code(&ana);
    assert!(house.accounts.step_up(IP, ana.id, session.id, &spent).await.is_err(), "codes are spent here too");
}

impl House {
    /// Gives Ana, who has just signed in, another password.
    async fn another_password(&self, ana: &Someone, hash: PasswordHash) {
        let (db, id) = (self.t.db.clone(), ana.id);
        self.t.db.write(move |tx| Box::pin(async move { change_password(tx, &db, id, &hash).await })).await.unwrap();
    }
}

#[tokio::test]
async fn a_password_that_changes_while_it_is_checked_opens_nothing() {
    let house = House::new().await;
    let ana = house.owner().await;
    let hash = house.accounts.passwords().hash("another long password").await.unwrap();
    let held = house.accounts.passwords().hold().await;
    let (accounts, email, code) = (house.accounts.clone(), ana.email.clone(), house.code(&ana));
    let coming = tokio::spawn(async move { accounts.sign_in(IP, &email, PASSWORD, &code).await });
    house.checking(1).await;
    house.another_password(&ana, hash).await;
    drop(held);
    assert!(matches!(coming.await.unwrap(), Err(AccountError::Refused)), "opened with the password before");
}

/// Whether there is an account must not show in how long an answer takes: one hash is computed whoever is named.
#[tokio::test]
async fn an_address_without_an_account_costs_the_work_of_one() {
    let house = House::new().await;
    let ana = house.owner().await;
    let invited = accounts::invite(&house.t.db, "ines@acme.example", Role::Triager, Scope::House).await.unwrap();
    let left = house.staff("left@acme.example", Role::Triager, Scope::House).await;
    let (db, id) = (house.t.db.clone(), left.id);
    let shut = house.t.db.write(move |tx| Box::pin(async move { accounts::person::disable(tx, &db, id, None).await }));
    shut.await.unwrap();
    assert!(house.accounts.look_at_link(invited.token()).await.is_ok());
    let long = "a".repeat(2_000);
    for (n, (email, password)) in (1_u8..).zip([
        (ana.email.as_str(), "not the password"),
        ("nobody@acme.example", PASSWORD),
        ("ines@acme.example", PASSWORD),
        ("left@acme.example", PASSWORD),
        ("no address at all", PASSWORD),
        ("", ""),
        ("nobody@acme.example", &long),
    ]) {
        let held = house.accounts.passwords().hold().await;
        let meanwhile = async {
            house.checking(1).await;
            drop(held);
        };
        let coming = house.accounts.sign_in([192, 0, 2, n].into(), email, password, "000000");
        let (answer, ()) = tokio::join!(coming, meanwhile);
        assert!(matches!(answer, Err(AccountError::Refused)), "{email}");
    }
}

#[tokio::test]
async fn a_proof_by_a_password_that_changes_meanwhile_proves_nothing() {
    let house = House::new().await;
    let ana = house.owner().await;
    let link = house.link(&ana, Purpose::RecoverSecondFactor).await;
    let session = house.sign_in(&ana).await.unwrap();
    let hash = house.accounts.passwords().hash("another long password").await.unwrap();
    let enrolled = house.events("second_factor_enrolled").await;
    let held = house.accounts.passwords().hold().await;
    let form = SetUpForm {
        password: PASSWORD.to_owned(),
        code: house.offer(link.token()).code_at(house.t.db.ambient().now()),
        showing: SHOWING.to_owned(),
        ..SetUpForm::default()
    };
    let three = async {
        tokio::join!(
            house.accounts.prove_both(IP, ana.id, PASSWORD, &ana.codes[0]),
            house.accounts.step_up(IP, ana.id, session.id, PASSWORD),
            house.accounts.set_up(link.token(), form),
        )
    };
    let meanwhile = async {
        house.checking(3).await;
        house.another_password(&ana, hash).await;
        drop(held);
    };
    let ((both, again, recovered), ()) = tokio::join!(three, meanwhile);
    assert!(matches!(both, Err(AccountError::Refused)));
    assert!(matches!(again, Err(AccountError::NotFound)), "its session has ended");
    assert!(matches!(recovered, Err(AccountError::Invalid { field: "password", .. })));
    assert_eq!(house.events("second_factor_enrolled").await, enrolled);
    house.accounts.look_at_link(link.token()).await.expect("the link was not spent on it");
    let code = house.code(&ana);
    house.accounts.sign_in(IP, &ana.email, "another long password", &code).await.expect("her authenticator is hers");
}

#[tokio::test]
async fn a_session_that_ends_after_the_proof_changes_nothing() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let client = browser(&site, &house.sign_in(&ana).await.unwrap());
    let form = client.form("/desk/account/password").await.fill("password", "a whole new password");
    let form = form.fill("current-password", PASSWORD).fill("current-code", &ana.codes[0]);
    let passwords = house.accounts.passwords();
    let first = passwords.hold().await;
    let meanwhile = async {
        house.checking(1).await;
        drop(first);
        // Turns are given in order: when we have them again the proof is over, and the new password waits.
        let held = passwords.hold().await;
        house.checking(1).await;
        let id = ana.id;
        let ended = house.t.db.write(move |tx| Box::pin(async move { accounts::session::end_all(tx, id).await }));
        assert!(ended.await.unwrap() > 0);
        drop(held);
    };
    let (answer, ()) = tokio::join!(form.submit(), meanwhile);
    answer.is(404);
    assert_eq!(house.events("password_changed").await, 0);
    house.sign_in(&ana).await.unwrap();
}

#[tokio::test]
async fn whoever_is_shut_out_proves_nothing_with_a_session_that_was_left() {
    let house = House::new().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Triager, Scope::House).await;
    let (db, id, session) = (house.t.db.clone(), ben.id, ben.session.id);
    let of = |who: (domain::PersonId, domain::SessionId)| {
        let db = house.t.db.clone();
        async move { db.write(move |tx| Box::pin(async move { accounts::session::check_runs(tx, who).await })).await }
    };
    of((id, session)).await.unwrap();
    assert!(matches!(of((ana.id, session)).await, Err(AccountError::NotFound)), "not hers");
    let shut = db.clone();
    db.write(move |tx| Box::pin(async move { accounts::person::disable(tx, &shut, id, None).await })).await.unwrap();
    assert!(matches!(of((id, session)).await, Err(AccountError::NotFound)));
}

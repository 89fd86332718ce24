//! Letters about one's own account, and invitations by letter, through a real SMTP server.

use crate::smtp::{Sink, courier};
use crate::support::{House, IP, PASSWORD, SHOWING, browser};
use accounts::link::Purpose;
use accounts::{AccountError, SetUpForm};
use domain::Span;
use mail::Courier;

/// Subjects of what went to whom since the last call.
async fn told(courier: &Courier, sink: &mut Sink) -> Vec<(String, String)> {
    courier.round().await.unwrap();
    sink.taken().iter().map(|m| (m.to.join(" "), m.header("Subject").unwrap_or_default())).collect()
}

#[tokio::test]
async fn people_are_told_of_what_happens_to_their_account() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, _) = courier(&house.t.db, &sink.address());
    let ana = house.owner().await;
    assert_eq!(told(&courier, &mut sink).await, [], "setting up is no news");
    let to_ana = |subject: &str| ("ana@acme.example".to_owned(), subject.to_owned());
    // Whoever has the password and not the authenticator: told once a day, however often they try.
    for _ in 0..2 {
        let refused = house.accounts.sign_in(IP, &ana.email, PASSWORD, "000000").await;
        assert!(matches!(refused, Err(AccountError::Refused)), "{refused:?}");
        house.wait(Span::from_minutes(5));
    }
    assert_eq!(told(&courier, &mut sink).await, [to_ana("Somebody knows your password")]);
    let wrong = house.accounts.sign_in(IP, &ana.email, "not the password", "000000").await;
    assert!(wrong.is_err());
    house.wait(Span::from_minutes(30));
    house.accounts.sign_in(IP, &ana.email, PASSWORD, &ana.codes[0]).await.unwrap();
    assert_eq!(told(&courier, &mut sink).await, [to_ana("A recovery code was used")]);
    let link = house.link(&ana, Purpose::RecoverPassword).await;
    let (name, email) = (String::new(), String::new());
    let password = "another quite long enough one".to_owned();
    let (code, showing) = (house.code(&ana), String::new());
    let form = SetUpForm { name: name.clone(), email: email.clone(), password: password.clone(), code, showing };
    house.accounts.set_up(link.token(), form).await.unwrap();
    assert_eq!(told(&courier, &mut sink).await, [to_ana("Your password was changed")]);
    house.wait(Span::from_seconds(31));
    let link = house.link(&ana, Purpose::RecoverSecondFactor).await;
    let (code, showing) = (house.offer(link.token()).code_at(house.t.db.ambient().now()), SHOWING.to_owned());
    house.accounts.set_up(link.token(), SetUpForm { name, email, password, code, showing }).await.unwrap();
    assert_eq!(told(&courier, &mut sink).await, [to_ana("Your authenticator was changed")]);
}

#[tokio::test]
async fn an_invitation_may_go_by_letter_and_its_link_is_shown_too() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let ana = house.owner().await;
    let session = house.sign_in(&ana).await.unwrap();
    // Without a mail server there is nothing to tick.
    let silent = house.site().await;
    browser(&silent, &session).get("/desk/people/invite").await.is(200).is_silent_about("by mail too");
    let site = house.site_with(&post).await;
    let client = browser(&site, &session);
    let invite = async |email: &str, letter: &str| {
        let form = client.form("/desk/people/invite").await.fill("email", email).fill("role", "triager");
        form.fill("letter", letter).submit().await
    };
    invite("nobody", "yes").await.is(422).says("checked");
    let page = invite("ben@acme.example", "yes").await.is(200).says("A letter with it goes to");
    let address = page.text.split("https://desk.acme.example/desk/set-up/").nth(1).unwrap()[..32].to_owned();
    courier.round().await.unwrap();
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (taken[0].to.join(" ").as_str(), taken[0].header("Subject").unwrap().as_str()),
        ("ben@acme.example", "Acme security: set up your account")
    );
    assert!(taken[0].data.contains(&format!("/desk/set-up/{address}")), "the same link");
    let ben = house.follow(&address, "ben@acme.example").await;
    assert_eq!(ben.email, "ben@acme.example");
    // Who does not tick it sends nothing.
    invite("cleo@acme.example", "").await.is(200).is_silent_about("A letter with it");
    assert_eq!(told(&courier, &mut sink).await, []);
}

#[tokio::test]
async fn an_invitation_goes_with_the_person_it_is_for() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let ana = house.owner().await;
    let site = house.site_with(&post).await;
    let client = browser(&site, &ana.session);
    for email in ["ben@acme.example", "cleo@acme.example"] {
        let form = client.form("/desk/people/invite").await.fill("email", email).fill("role", "triager");
        form.fill("letter", "yes").submit().await.is(200).says("A letter with it goes to");
    }
    let (db, ben) = (house.t.db.clone(), house.person_at("ben@acme.example").await);
    let order = db::erase::Order { by: None, reason: "asked for it".into() };
    let erased: Result<_, db::erase::EraseError> = house
        .t
        .db
        .write(move |tx| {
            Box::pin(async move { db::erase::erase_person(tx, db.keys(), db.ambient(), ben, &order).await })
        })
        .await;
    erased.unwrap();
    let mut tx = house.t.db.read().await.unwrap();
    let left = db::fetch_all!(&mut tx, (Option<uuid::Uuid>,), db::stmt!("SELECT person FROM letters")).unwrap();
    let cleo = house.person_at("cleo@acme.example").await;
    assert_eq!(left, [(Some(cleo.uuid()),)], "address and link would outlive the erasure");
    drop(tx);
    let db = house.t.db.clone();
    let shut =
        house.t.db.write(move |tx| Box::pin(async move { accounts::person::disable(tx, &db, cleo, None).await }));
    shut.await.unwrap();
    assert_eq!(told(&courier, &mut sink).await, [], "who was shut out gets no letter");
}

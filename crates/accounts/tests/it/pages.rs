//! The pages as a browser walks them.

use crate::support::{House, PASSWORD, Someone, browser, is_in};
use accounts::recovery_words::{RecoveryState, seal_again, sealed_master, state};
use domain::{Role, Scope, Span};
use web::testing::{Answer, Client};

async fn sign_in(house: &House, client: &Client, who: &Someone, next: &str) -> Answer {
    let form = client.form(&format!("/desk/sign-in?next={next}")).await;
    let answer =
        form.fill("email", &who.email).fill("password", PASSWORD).fill("code", &house.code(who)).submit().await;
    house.wait(Span::from_seconds(31));
    answer
}

#[tokio::test]
async fn the_first_owner_walks_from_the_link_to_the_confirmed_words() {
    let house = House::new().await;
    let site = house.site().await;
    let client = site.client();
    let link = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    let code = |showing: &str| {
        let secret = house.accounts.offered_with(link.token(), showing).unwrap();
        secret.code_at(house.t.db.ambient().now())
    };
    client.get(&link.path()).await.is(200).says("<svg").says("Make my account");
    let again = client.form(&link.path()).await.fill("name", "Ana").fill("email", "ana").fill("password", "short");
    let showing = again.value("showing").to_owned();
    let again = again
        .fill("code", &code(&showing))
        .submit()
        .await
        .is(422)
        .says("There is a problem")
        .is_silent_about("value=\"short\"");
    let form = client.form_in(&link.path(), &again);
    assert_eq!((form.value("name"), form.value("showing")), ("Ana", showing.as_str()));
    let form = form.fill("email", "ana@acme.example").fill("password", PASSWORD);
    let done = form.fill("code", &code(&showing)).submit().await;
    done.is(200).says("Your recovery codes").says("/desk/recovery");
    client.get(&link.path()).await.is(410);

    let words = client.form("/desk/recovery").await.submit().await.is(200).says("24 words");
    let mut tx = house.t.db.read().await.unwrap();
    assert_eq!(state(&mut tx).await.unwrap(), RecoveryState::Unconfirmed);
    drop(tx);
    let list: Vec<&str> = words.text.split("<li>").skip(1).filter_map(|rest| rest.split("</li>").next()).collect();
    assert_eq!(list.len(), 24);
    let form = client.form_in("/desk/recovery", &words);
    let word = |name: &str| list[form.value(name).parse::<usize>().unwrap() - 1].to_owned();
    let (first, second) = (word("place-1"), word("place-2"));
    let wrong = form.fill("first", "zebra").fill("second", &second).submit().await.is(422);
    let form = client.form_in("/desk/recovery/confirm", &wrong.is_silent_about(&format!("<li>{first}</li>")));
    form.fill("first", &first.to_uppercase()).fill("second", &second).submit().await.leads_to("/desk");
    let mut tx = house.t.db.read().await.unwrap();
    assert_eq!(state(&mut tx).await.unwrap(), RecoveryState::Confirmed);
    assert_opens_the_master(&mut tx, &list.join(" ")).await;
    drop(tx);
    let kept = sealed_master(&house.t.address).await.unwrap();
    seal_again(&house.t.db).await.unwrap();
    assert_ne!(sealed_master(&house.t.address).await.unwrap(), kept, "sealed afresh");
    let mut tx = house.t.db.read().await.unwrap();
    assert_opens_the_master(&mut tx, &list.join(" ")).await;
}

async fn assert_opens_the_master(tx: &mut db::Tx, words: &str) {
    use accounts::recovery_words::RECOVERY_SEALED;
    let sealed =
        db::fetch_one!(tx, (Vec<u8>,), db::stmt!("SELECT value FROM meta WHERE name = $1"), RECOVERY_SEALED).unwrap();
    let words = seal::recovery::RecoveryWords::parse(words).unwrap();
    let master = seal::recovery::open_master(&words, &sealed.0).unwrap();
    assert_eq!(master.id(), seal::MasterKey::parse(db::testing::MASTER).unwrap().id());
}

#[tokio::test]
async fn signing_in_goes_on_to_where_one_wanted_to_go() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Admin, Scope::House).await;
    sign_in(&house, &site.client(), &ana, "%2Fdesk%2Fpeople").await.leads_to("/desk/recovery");
    sign_in(&house, &site.client(), &ben, "%2Fdesk%2Fpeople").await.leads_to("/desk/people");
    sign_in(&house, &site.client(), &ben, "https%3A%2F%2Fevil.example").await.leads_to("/desk");
    let client = site.client();
    let answer = sign_in(&house, &client, &ben, "").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-leeward-desk=") && cookie.contains("HttpOnly") && cookie.contains("Secure"));
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_address_and_tells_nothing() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let mut pages = Vec::new();
    for (n, email) in [ana.email.as_str(), "nobody@acme.example"].into_iter().enumerate() {
        let client = site.client().at(&format!("192.0.2.{}", n + 10));
        let form = client.form("/desk/sign-in").await.fill("email", email).fill("password", "not the password");
        let page = form.fill("code", "123456").submit().await.is(422).says(&format!("value=\"{email}\""));
        let page = page.text.replace(email, "EMAIL");
        pages.push(page.lines().filter(|l| !l.contains("name=\"csrf\"")).collect::<Vec<_>>().join("\n"));
    }
    assert_eq!(pages[0], pages[1]);
    assert!(!pages[0].contains("123456"), "a code works once: it is not offered again");
}

#[tokio::test]
async fn grave_pages_ask_again_after_ten_minutes() {
    let house = House::new().await;
    let site = house.site().await;
    house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Admin, Scope::House).await;
    let session = house.sign_in(&ben).await.unwrap();
    let client = browser(&site, &session);
    client.get("/desk/people/invite").await.is(200);
    house.wait(Span::from_minutes(10));
    let form = client.form_to("/desk/account", "/desk/account/sessions/end-all").await;
    form.submit().await.leads_to("/desk/step-up");
    let door = client.get("/desk/people/invite").await.leads_to("/desk/step-up");
    let form = client.form(door.header("location")).await;
    form.fill("current-password", "no").submit().await.is(422).says("neither your password");
    let form = client.form(door.header("location")).await.fill("current-password", PASSWORD);
    form.submit().await.leads_to("/desk/people/invite");
    client.get("/desk/people/invite").await.is(200);
    assert!(!is_in(&site, &session).await, "the cookie from before the proof opens nothing");
}

#[tokio::test]
async fn credentials_change_on_the_account_pages() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let other = browser(&site, &house.sign_in(&ana).await.unwrap());
    let client = browser(&site, &house.sign_in(&ana).await.unwrap());
    let form = client.form("/desk/account/password").await.fill("password", "tiny");
    form.fill("current-password", PASSWORD).submit().await.is(422).says("At least 12 characters");
    let new = "a whole new password";
    for (password, code) in [("", ""), (PASSWORD, ""), ("not the password", &ana.codes[0]), (PASSWORD, "000000")] {
        let form = client.form("/desk/account/password").await.fill("password", new);
        form.fill("current-password", password).fill("current-code", code).submit().await.is(422);
    }
    other.get("/desk/account").await.is(200);
    house.wait(Span::from_minutes(1));
    let form = client.form("/desk/account/password").await.fill("password", new);
    let page = form.fill("current-password", PASSWORD).fill("current-code", &ana.codes[0]).submit().await;
    page.leads_to("/desk/account");
    other.get("/desk/account").await.leads_to("/desk/sign-in");
    client.get("/desk/account").await.is(200).says("ana@acme.example");

    let form = client.form("/desk/account/second-factor").await.fill("current-password", new);
    let showing = form.value("showing").to_owned();
    let page = form.fill("current-code", &ana.codes[1]).fill("code", "000000").submit().await.is(422);
    let page = page.says("not the code").is_silent_about(&ana.codes[1]);
    let again = client.form("/desk/account/second-factor").await.forge("showing", &showing).fill("code", "000000");
    let again = again.submit().await.is(422);
    assert_eq!(letters_of(&again.text), letters_of(&page.text), "the app has them by now");
    let other = client.get("/desk/account/second-factor").await.is(200);
    assert_ne!(letters_of(&other.text), letters_of(&page.text), "who looks again learns nothing of the first offer");
    client.form("/desk/account/recovery-codes").await.submit().await.is(422).says("Write your present password");
    let form = client.form("/desk/account/recovery-codes").await.fill("current-password", new);
    // The code was not spent on the slip above.
    form.fill("current-code", &ana.codes[1]).submit().await.is(200).says("Your recovery codes");
    assert_eq!(house.events("recovery_codes_replaced").await, 1);
}

#[tokio::test]
async fn a_new_password_is_more_than_the_words_around_the_desk() {
    let house = House::new().await;
    let site = house.site().await;
    let link = accounts::first_owner_link(&house.t.db).await.unwrap().unwrap();
    let code = |showing: &str| {
        let secret = house.accounts.offered_with(link.token(), showing).unwrap();
        secret.code_at(house.t.db.ambient().now())
    };
    for (password, says) in [
        ("1qaz2wsx3edc", "stolen elsewhere"),
        ("okafor-acme-2026", "names of people and things"),
        ("Lighthouse-24", "names of people and things"),
        ("aaaaaaaaaaaaaaaa", "five different characters"),
    ] {
        let form = site.client().form(&link.path()).await.fill("name", "Ines Okafor").fill("password", password);
        let code = code(form.value("showing"));
        form.fill("email", "ines@acme.example").fill("code", &code).submit().await.is(422).says(says);
    }
    let ana = house.owner().await;
    let client = browser(&site, &ana.session);
    let page = client.get("/desk/account/password").await.is(200);
    let page = page.says("type=\"password\"").says("autocomplete=\"new-password\"");
    page.says("autocomplete=\"current-password\"").is_silent_about("onpaste").is_silent_about("maxlength");
    let form = client.form("/desk/account/password").await.fill("password", "ana@acme.example");
    form.submit().await.is(422).says("names of people and things");
}

#[tokio::test]
async fn a_sign_in_ends_the_session_the_browser_had() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let first = house.sign_in(&ana).await.unwrap();
    let client = browser(&site, &first);
    sign_in(&house, &client, &ana, "").await.leads_to("/desk/recovery");
    assert!(!is_in(&site, &first).await, "left behind, it would be of use to a thief only");
    assert!(is_in(&site, &ana.session).await, "that of another browser goes on");
    let left = client.form_to("/desk/account", "/desk/sign-out").await.submit().await;
    assert_eq!(left.header("clear-site-data"), "\"cache\"");
}

#[tokio::test]
async fn a_token_is_shown_once_and_revoked() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let client = browser(&site, &house.sign_in(&ana).await.unwrap());
    let form = client.form("/desk/account/tokens").await.fill("label", "nightly export").fill("days", "30");
    form.submit().await.is(422).says("Choose at least one thing").says("nightly export");
    for wrong in ["", "not the password"] {
        let form = client.form("/desk/account/tokens").await.fill("label", "nightly export").fill("days", "30");
        let form = form.fill("permissions", "read-cases").fill("current-password", wrong);
        form.submit().await.is(422).says("nightly export").is_silent_about("lwd_");
    }
    let form = client.form("/desk/account/tokens").await.fill("label", "nightly export").fill("days", "30");
    form.fill("permissions", "read-cases")
        .fill("current-password", PASSWORD)
        .submit()
        .await
        .is(200)
        .says("lwd_")
        .says("Read cases and what reporters were told");
    let page = client.get("/desk/account/tokens").await.is(200).says("nightly export");
    page.is_silent_about("lwd_").is_silent_about("ends soon");
    let form = client.form_to("/desk/account/tokens", "/desk/account/tokens/revoke").await;
    form.submit().await.leads_to("/desk/account/tokens");
    client.get("/desk/account/tokens").await.is_silent_about("nightly export");
}

#[tokio::test]
async fn a_token_that_ends_within_a_week_is_marked() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let client = browser(&site, &house.sign_in(&ana).await.unwrap());
    let form = client.form("/desk/account/tokens").await.fill("label", "nightly export").fill("days", "7");
    form.fill("permissions", "read-cases").fill("current-password", PASSWORD).submit().await.is(200);
    client.get("/desk/account/tokens").await.is(200).says("One token ends").says("ends soon");
}

#[tokio::test]
async fn tokens_end_with_the_password_unless_they_are_to_stay() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let client = browser(&site, &house.sign_in(&ana).await.unwrap());
    client.get("/desk/account/password").await.is(200).is_silent_about("Revoke my API tokens");
    let form = client.form("/desk/account/tokens").await.fill("label", "nightly export").fill("days", "30");
    form.fill("permissions", "read-cases").fill("current-password", PASSWORD).submit().await.is(200);
    let change = async |new: &str, old: &str, code: &str, stay: bool| {
        house.wait(Span::from_minutes(1));
        let form = client.form("/desk/account/password").await.fill("password", new).fill("current-password", old);
        let form = if stay { form.untick("tokens") } else { form };
        form.fill("current-code", code).submit().await.leads_to("/desk/account");
    };
    change("a whole new password", PASSWORD, &ana.codes[0], true).await;
    client.get("/desk/account/tokens").await.says("nightly export");
    change("another whole password", "a whole new password", &ana.codes[1], false).await;
    client.get("/desk/account/tokens").await.is_silent_about("nightly export");
}

/// The letters of the authenticator that a page offers.
fn letters_of(page: &str) -> String {
    page.split("by hand: <span class=\"mono\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_owner_invites_changes_and_shuts_out() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let client = browser(&site, &house.sign_in(&ana).await.unwrap());
    let form = client.form("/desk/people/invite").await.fill("email", "ben@acme.example").fill("role", "admin");
    let page = form.submit().await.is(200).says("https://desk.acme.example/desk/set-up/");
    let token = page.text.split("/desk/set-up/").nth(1).unwrap()[..32].to_owned();
    let ben = house.follow(&token, "ben@acme.example").await;
    let admin = browser(&site, &ben.session);
    let list = admin.get("/desk/people").await.is(200).says("admin, whole house");
    assert!(list.text.contains("ana@acme.example"));
    // An administrator cannot shut an owner out.
    let to_ana = format!("/desk/people/{}", ana.id);
    let form = admin.form_to(&to_ana, &format!("{to_ana}/disable")).await;
    form.submit().await.is(409);
    let form = admin.form_to(&to_ana, &format!("{to_ana}/roles")).await;
    form.fill("role", "guest").submit().await.is(409);

    let to_ben = format!("/desk/people/{}", ben.id);
    let form =
        client.form_to(&to_ben, &format!("{to_ben}/roles")).await.fill("role", "triager").fill("scope", "desk:bounty");
    form.submit().await.leads_to(&to_ben);
    client.get(&to_ben).await.says("triager, bounty desk");
    client.form_to(&to_ben, &format!("{to_ben}/link")).await.submit().await.is(200).says("/desk/set-up/");
    client.form_to(&to_ben, &format!("{to_ben}/sign-out")).await.submit().await.leads_to(&to_ben);
    admin.get("/desk/account").await.leads_to("/desk/sign-in");
    client.form_to(&to_ben, &format!("{to_ben}/disable")).await.submit().await.leads_to(&to_ben);
    assert!(house.sign_in(&ben).await.is_err());
    client.form_to(&to_ben, &format!("{to_ben}/enable")).await.submit().await.leads_to(&to_ben);
    house.wait(Span::from_seconds(60));
    house.sign_in(&ben).await.unwrap();
}

#[tokio::test]
async fn sessions_and_tokens_of_a_colleague_are_seen_and_tokens_end() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.owner().await;
    let ben = house.staff("ben@acme.example", Role::Admin, Scope::House).await;
    let cy = house.staff("cy@acme.example", Role::Triager, Scope::House).await;
    let (owner, own) = (browser(&site, &ana.session), browser(&site, &cy.session));
    for client in [&owner, &own] {
        let form = client.form("/desk/account/tokens").await.fill("label", "nightly export").fill("days", "30");
        form.fill("permissions", "read-cases").fill("current-password", PASSWORD).submit().await.is(200);
    }
    let admin = browser(&site, &house.sign_in(&ben).await.unwrap());
    let (to_ana, to_cy) = (format!("/desk/people/{}", ana.id), format!("/desk/people/{}", cy.id));
    let page = admin.get(&to_cy).await.is(200).says("nightly export").says("Read cases and what reporters were told");
    page.is_silent_about("Nowhere.").is_silent_about("lwd_");
    let revoke = format!("{to_cy}/tokens/revoke");
    let stale = admin.form_to(&to_cy, &revoke).await;
    admin.form_to(&to_cy, &revoke).await.submit().await.leads_to(&to_cy);
    admin.get(&to_cy).await.is(200).is_silent_about("nightly export");
    own.get("/desk/account/tokens").await.is(200).is_silent_about("nightly export");
    stale.submit().await.leads_to(&to_cy);
    assert_eq!(house.events("token_revoked").await, 1, "what is over does not end twice");
    // An administrator ends nothing of an owner's.
    admin.form_to(&to_ana, &format!("{to_ana}/tokens/revoke")).await.submit().await.is(409);
    owner.get("/desk/account/tokens").await.is(200).says("nightly export");
    admin.form_to(&to_cy, &format!("{to_cy}/sign-out")).await.submit().await.leads_to(&to_cy);
    admin.get(&to_cy).await.is(200).says("Nowhere.");
}

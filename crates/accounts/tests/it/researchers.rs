//! Researchers: links by mail, sessions of their own, profile, address, erasure, bars.

use crate::sessions::case_with;
use crate::smtp::{Sink, courier};
use crate::support::House;
use accounts::researcher::{self, Letterhead, Pace, Profile, Spent, Wish};
use accounts::{AccountError, NewSession};
use axum::http::Method;
use db::erase::ErasureList;
use db::{fetch_one, jobs, stmt};
use domain::{PersonId, ReporterText, ReturnCode, Span};
use mail::Courier;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use web::testing::{Answer, Client, Site};

const ADDRESS: &str = "finder@there.example";
const ME: &str = "__Host-leeward-me";

fn letterhead() -> Letterhead {
    let url = web::PublicUrl::parse("https://desk.acme.example").unwrap();
    Letterhead { organisation: "Acme security".into(), url }
}

async fn work(house: &House) {
    let handlers = BTreeMap::from([(researcher::LINK_JOB, researcher::link_jobs(letterhead()))]);
    jobs::run_due(&house.t.db, &handlers).await.unwrap();
}

async fn count(house: &House, what: &str) -> i64 {
    let mut tx = house.t.db.read().await.unwrap();
    let (n,) = match what {
        "jobs" => fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM jobs WHERE kind = 'researcher.link'")),
        "links" => fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM researcher_links")),
        "bars" => fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM bars")),
        "letters" => fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM letters WHERE kind = 'sign-in'")),
        _ => fetch_one!(&mut tx, (i64,), stmt!("SELECT COUNT(*) FROM sessions WHERE kind = 'researcher'")),
    }
    .unwrap();
    n
}

/// A link by hand, without a letter.
async fn token(house: &House, address: &'static str) -> String {
    let db = house.t.db.clone();
    let made: Result<_, AccountError> = house
        .t
        .db
        .write(move |tx| Box::pin(async move { researcher::hand_link(tx, &db, address.parse().unwrap()).await }))
        .await;
    made.unwrap()
}

async fn enter(house: &House, address: &'static str) -> (PersonId, NewSession) {
    let (db, token) = (house.t.db.clone(), token(house, address).await);
    let spent: Result<_, AccountError> = house
        .t
        .db
        .write(move |tx| Box::pin(async move { researcher::spend(tx, &db, &letterhead(), (&token, "")).await }))
        .await;
    let Spent::Session(person, session) = spent.unwrap() else { panic!("a link to sign in") };
    (person, session)
}

async fn bar(house: &House, researcher: PersonId, days: i64) {
    let by = house.owner().await.id;
    let db = house.t.db.clone();
    let reason = ReporterText::new("Threats in three reports.".into()).unwrap();
    let wish = Wish { researcher, days, reason };
    let done: Result<_, AccountError> =
        house.t.db.write(move |tx| Box::pin(async move { researcher::set_bar(tx, &db, wish, by).await })).await;
    done.unwrap();
}

async fn ask(client: &Client, address: &str) -> Answer {
    client.form("/me/sign-in").await.fill("email", address).submit().await
}

/// What came since the last call: to whom, subject, and the path of its link.
async fn letters(house: &House, courier: &Courier, sink: &mut Sink) -> Vec<(String, String, String)> {
    work(house).await;
    courier.round().await.unwrap();
    let read = |m: &crate::smtp::Taken| {
        let text = m.data.replace("=\r\n", "");
        let link = text.split("https://desk.acme.example").find_map(|rest| rest.strip_prefix("/me/link/"));
        let token: String = link.unwrap_or("").chars().take_while(char::is_ascii_alphanumeric).collect();
        let path = if token.is_empty() { String::new() } else { format!("/me/link/{token}") };
        (m.to.join(" "), m.header("Subject").unwrap_or_default(), path)
    };
    sink.taken().iter().map(read).collect()
}

fn browser(site: &Site, session: &NewSession) -> Client {
    let client = site.client();
    client.set_cookie(ME, &session.token);
    client
}

#[tokio::test]
async fn the_answer_is_the_same_for_everybody_and_costs_one_job() {
    let (house, sink) = (House::new().await, Sink::start(&[]));
    let (_, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let (known, _) = enter(&house, "known@there.example").await;
    let (barred, _) = enter(&house, "barred@there.example").await;
    bar(&house, barred, 30).await;
    assert_ne!(known, barred);
    let mut answers = BTreeSet::new();
    for address in ["known@there.example", "nobody@there.example", "barred@there.example", "ana@acme.example"] {
        let before = count(&house, "jobs").await;
        let answer = ask(&site.client(), address).await.is(303).leads_to("/me/asked");
        assert_eq!(count(&house, "jobs").await, before + 1, "{address}");
        let mark = |text: &str| text.split(';').next().and_then(|pair| pair.split_once('=')).map(|(_, v)| v.to_owned());
        // The cookie marks the browser with 32 random digits, whatever the address.
        let mark = mark(answer.header("set-cookie")).unwrap();
        let mut headers: Vec<String> = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "date")
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap().replace(&mark, "MARK")))
            .collect();
        headers.sort();
        answers.insert(format!("{headers:?} {}", answer.text));
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    let faults = ask(&site.client(), "no address").await.is(422);
    faults.says("Write one e-mail address");
}

#[tokio::test]
async fn a_letter_brings_somebody_in_and_a_scanner_spends_nothing() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let mine = site.client();
    ask(&mine, " Finder@There.example ").await.is(303);
    let sent = letters(&house, &courier, &mut sink).await;
    let [(to, subject, path)] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!((to.as_str(), subject.as_str()), (ADDRESS, "Acme security: your link to sign in"));
    // A program that follows every link of a mailbox, and somebody the letter was passed on to.
    let scanner = site.client();
    for _ in 0..3 {
        scanner.get(path).await.is(200).says("Is this you?").says("f…@there.example");
    }
    assert_eq!(count(&house, "sessions").await, 0);
    // The button without the question is asked once more.
    let page = scanner.get(path).await;
    let bare = scanner.form_in(path, &page).forge("sure", "");
    bare.submit().await.is(200).says("Is this you?");
    assert_eq!(count(&house, "sessions").await, 0);
    mine.get(path).await.is(200).says("Sign in to your reports");
    mine.form(path).await.submit().await.leads_to("/me");
    assert_eq!(count(&house, "sessions").await, 1);
    mine.get("/me/account").await.is(200).says(ADDRESS);
    // Spent is spent, in every browser.
    for client in [&mine, &scanner] {
        client.get(path).await.is(410);
    }
    // The same in another browser, after the question.
    ask(&mine, ADDRESS).await.is(303);
    let (_, _, path) = letters(&house, &courier, &mut sink).await.remove(0);
    scanner.form(&path).await.submit().await.leads_to("/me");
    scanner.get("/me/account").await.is(200).says("End session");
    // And too late.
    ask(&mine, ADDRESS).await.is(303);
    let (_, _, path) = letters(&house, &courier, &mut sink).await.remove(0);
    house.wait(Span::from_minutes(31));
    mine.get(&path).await.is(410).says("older than 30 minutes");
}

#[tokio::test]
async fn strangers_fill_no_mailbox_and_keep_nobody_out() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let home = site.client().at("192.0.2.7");
    ask(&home, ADDRESS).await.is(303);
    let (_, _, path) = letters(&house, &courier, &mut sink).await.remove(0);
    home.form(&path).await.submit().await.leads_to("/me");
    for n in 0..40 {
        let stranger = site.client().at(&format!("198.51.100.{n}"));
        house.wait(Span::from_seconds(31));
        ask(&stranger, ADDRESS).await.is(303);
        work(&house).await;
    }
    assert_eq!(letters(&house, &courier, &mut sink).await.len(), 12, "of forty strangers");
    let answer = ask(&home, ADDRESS).await;
    assert_eq!(answer.status, 303, "the owner's own network waits for nobody");
    let sent = letters(&house, &courier, &mut sink).await;
    assert_eq!(sent.len(), 1, "and has a share of its own");
    // One network does not get more than six, and says nothing else of it.
    for _ in 0..10 {
        house.wait(Span::from_minutes(16));
        ask(&home, ADDRESS).await.is(303).leads_to("/me/asked");
        work(&house).await;
    }
    assert_eq!(letters(&house, &courier, &mut sink).await.len(), 5);
    // A network that types on is put off, the same for every address.
    let fast = site.client().at("203.0.113.9");
    let statuses = |answers: Vec<u16>| answers.into_iter().filter(|s| *s == 429).count();
    let mut one = Vec::new();
    enter(&house, "known@there.example").await;
    for address in ["a@there.example", "known@there.example"] {
        let mut seen = Vec::new();
        for _ in 0..6 {
            seen.push(ask(&fast, address).await.status.as_u16());
        }
        one.push(statuses(seen));
    }
    assert_eq!(one[0], one[1]);
    assert!(one[0] > 0);
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Look(bool),
    Press { own: bool, sure: bool },
    SignOut,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<bool>().prop_map(Step::Look),
        (any::<bool>(), any::<bool>()).prop_map(|(own, sure)| Step::Press { own, sure }),
        Just(Step::SignOut),
        (1_i64..20).prop_map(Step::Wait),
    ]
}

#[tokio::test]
async fn no_sequence_of_requests_makes_two_sessions_of_one_link() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let mut runner = TestRunner::new(Config { cases: 12, ..Config::default() });
    let walks = proptest::collection::vec(step(), 1..10);
    for _ in 0..runner.config().cases {
        let walk = walks.new_tree(&mut runner).unwrap().current();
        house.wait(Span::from_hours(30));
        let (mine, other) = (site.client(), site.client());
        ask(&mine, ADDRESS).await.is(303);
        let (_, _, path) = letters(&house, &courier, &mut sink).await.remove(0);
        let (mut opened, mut minutes) = (0, 0);
        for step in &walk {
            match *step {
                Step::Look(own) => drop(if own { &mine } else { &other }.get(&path).await),
                Step::Press { own, sure } => {
                    let client = if own { &mine } else { &other };
                    // A form of another page: the link's own is gone once it is spent.
                    let csrf = client.form("/appearance").await.value("csrf").to_owned();
                    let body = format!("csrf={csrf}&sure={}", if sure { "yes" } else { "no" });
                    let call =
                        client.call(Method::POST, &path).header("content-type", "application/x-www-form-urlencoded");
                    let answer = call.body(body).send().await;
                    let came_in = answer.status == 303;
                    assert_eq!(came_in, opened == 0 && minutes < 30 && (own || sure), "{walk:?}");
                    opened += i32::from(came_in);
                }
                Step::SignOut => {
                    let csrf = mine.form("/appearance").await.value("csrf").to_owned();
                    let call = mine.call(Method::POST, "/me/sign-out");
                    call.header("content-type", "application/x-www-form-urlencoded")
                        .body(format!("csrf={csrf}"))
                        .send()
                        .await;
                }
                Step::Wait(more) => {
                    house.wait(Span::from_minutes(more));
                    minutes += more;
                }
            }
            assert!(opened <= 1, "{walk:?}");
        }
    }
    // Side by side too.
    let token = token(&house, "race@there.example").await;
    let spends = (0..8).map(|_| {
        let (db, token) = (house.t.db.clone(), token.clone());
        let write = house.t.db.clone();
        async move {
            let spent: Result<Spent, AccountError> = write
                .write(move |tx| Box::pin(async move { researcher::spend(tx, &db, &letterhead(), (&token, "")).await }))
                .await;
            spent.is_ok()
        }
    });
    let won = futures::future::join_all(spends).await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn two_links_of_a_new_address_make_one_account() {
    let house = House::new().await;
    let tokens = [token(&house, ADDRESS).await, token(&house, ADDRESS).await];
    let spends = tokens.into_iter().map(|token| {
        let (db, write) = (house.t.db.clone(), house.t.db.clone());
        async move {
            let spent: Result<Spent, AccountError> = write
                .write(move |tx| Box::pin(async move { researcher::spend(tx, &db, &letterhead(), (&token, "")).await }))
                .await;
            match spent.unwrap() {
                Spent::Session(person, _) => person,
                Spent::Address(_) | Spent::WrongCode => panic!("a link to sign in"),
            }
        }
    });
    let people: BTreeSet<PersonId> = futures::future::join_all(spends).await.into_iter().collect();
    assert_eq!(people.len(), 1);
}

#[tokio::test]
async fn sessions_are_listed_end_and_run_out() {
    let house = House::new().await;
    let site = house.site().await;
    let (_, here) = enter(&house, ADDRESS).await;
    let (_, there) = enter(&house, ADDRESS).await;
    let (mine, other) = (browser(&site, &here), browser(&site, &there));
    other.get("/me/account").await.is(200);
    let typed = other.form_to("/me/account", "/me/account/profile").await.fill("credit", "an hour of typing");
    mine.form_to("/me/account", "/me/account/sessions/end-others").await.submit().await.leads_to("/me/account");
    other.get("/me/account").await.leads_to("/me/sign-in");
    // What was being written is said not to have been sent, and is kept.
    typed.submit().await.is(403).says("Your session ended meanwhile").says("an hour of typing");
    house.wait(Span::from_minutes(119));
    mine.get("/me/account").await.is(200);
    house.wait(Span::from_minutes(121));
    mine.get("/me/account").await.leads_to("/me/sign-in");
    // However busy, it ends after twelve hours.
    let (_, busy) = enter(&house, ADDRESS).await;
    let busy = browser(&site, &busy);
    for _ in 0..12 {
        busy.get("/me/account").await.is(200);
        house.wait(Span::from_hours(1));
    }
    busy.get("/me/account").await.leads_to("/me/sign-in");
    // A session of a researcher opens nothing of the desk.
    let (_, session) = enter(&house, ADDRESS).await;
    let client = site.client();
    client.set_cookie("__Host-leeward-desk", &session.token);
    assert_eq!(client.get("/desk/account").await.status, 303);
    // Left is left.
    let mine = browser(&site, &session);
    mine.form_to("/me/account", "/me/account/sessions/end").await.submit().await.leads_to("/");
    mine.get("/me/account").await.leads_to("/me/sign-in");
}

#[tokio::test]
async fn a_profile_is_kept_and_two_windows_do_not_overwrite_each_other() {
    let house = House::new().await;
    let site = house.site().await;
    let (id, session) = enter(&house, ADDRESS).await;
    let mine = browser(&site, &session);
    let form = async || mine.form_to("/me/account", "/me/account/profile").await;
    let (first, second) = (form().await, form().await);
    let wrong = form().await.fill("credit", "quietharbour").fill("links", "ftp://a.example");
    let page = wrong.submit().await.is(422).says("Write each page as https://");
    page.says("quietharbour").says("ftp://a.example");
    let good = first
        .fill("credit", "quietharbour")
        .fill("links", "https://q.example")
        .fill("pace", "daily")
        .fill("named", "yes");
    good.submit().await.leads_to("/me/account");
    // A form that was found fault with still carries the version it saw.
    let faulty = second.clone().fill("credit", "somebody else").fill("links", "ftp://a.example");
    let page = faulty.submit().await.is(422);
    let forms = mine.forms_in("/me/account", &page);
    let shown = forms.into_iter().find(|form| form.action() == "/me/account/profile").unwrap();
    shown.fill("links", "").submit().await.is(412);
    second.fill("credit", "somebody else").submit().await.is(412);
    let mut tx = house.t.db.read().await.unwrap();
    let kept = researcher::load(&mut tx, house.t.db.keys(), id).await.unwrap().unwrap();
    let wanted = Profile {
        credit: "quietharbour".into(),
        links: vec!["https://q.example".into()],
        languages: String::new(),
        named: true,
    };
    assert_eq!((kept.profile, kept.pace), (wanted, Pace::Daily));
}

#[tokio::test]
async fn another_address_is_confirmed_and_both_are_told() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (courier, post) = courier(&house.t.db, &sink.address());
    let site = house.site_with(&post).await;
    let (id, session) = enter(&house, ADDRESS).await;
    let (other, _) = enter(&house, "taken@there.example").await;
    let mut mine = browser(&site, &session);
    let (_, elsewhere) = enter(&house, ADDRESS).await;
    let elsewhere = browser(&site, &elsewhere);
    let change = async |mine: &Client, to: &str| {
        let form = mine.form_to("/me/account", "/me/account/address").await.fill("email", to);
        form.submit().await.is(200).says("Look into both mailboxes");
    };
    change(&mine, "new@there.example").await;
    let sent = letters(&house, &courier, &mut sink).await;
    let told: BTreeSet<&str> = sent.iter().map(|(to, ..)| to.as_str()).collect();
    assert_eq!(told, BTreeSet::from([ADDRESS, "new@there.example"]));
    let path = &sent.iter().find(|(to, ..)| to == "new@there.example").unwrap().2;
    mine.get("/me/account").await.says(ADDRESS);
    // Whoever got the letter by a slip of the pen does not get the account.
    let stranger = site.client();
    stranger.get(path).await.is(200).says("Sign in first").is_silent_about("there.example");
    let csrf = stranger.form("/appearance").await.value("csrf").to_owned();
    let call = stranger.call(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
    call.body(format!("csrf={csrf}&sure=yes")).send().await.is(200).says("Sign in first");
    mine.get("/me/account").await.says(ADDRESS);
    mine.form(path).await.submit().await.leads_to("/me/account");
    mine.get("/me/account").await.says("new@there.example");
    let sent = letters(&house, &courier, &mut sink).await;
    assert_eq!(sent[0].0, ADDRESS, "the one before hears that it is done");
    elsewhere.get("/me/account").await.leads_to("/me/sign-in");
    // What was proved an hour ago does for reading only.
    house.wait(Span::from_hours(1));
    let page = mine.get("/me/account").await.is(200).says("Sign in once more").is_silent_about("New e-mail address");
    page.is_silent_about("/me/account/address");
    let form = async |to: &str| mine.form_to("/me/account", "/me/account/profile").await.to(to);
    let changed = form("/me/account/address").await.forge("email", "else@there.example").submit().await;
    changed.leads_to("/me/sign-in");
    mine.get("/me/account/erase").await.leads_to("/me/sign-in");
    let erased = form("/me/account/erase").await.forge("confirm", "new@there.example").submit().await;
    erased.leads_to("/me/sign-in");
    assert_eq!(letters(&house, &courier, &mut sink).await.len(), 0);
    let (_, session) = enter(&house, "new@there.example").await;
    mine = browser(&site, &session);
    // One that has an account is told to its mailbox alone, and takes nothing over.
    change(&mine, "taken@there.example").await;
    let sent = letters(&house, &courier, &mut sink).await;
    let path = &sent.iter().find(|(to, ..)| to == "taken@there.example").unwrap().2;
    mine.form(path).await.submit().await.is(409);
    let mut tx = house.t.db.read().await.unwrap();
    let found = researcher::by_address(&mut tx, house.t.db.keys(), &"taken@there.example".parse().unwrap()).await;
    assert_eq!(found.unwrap(), Some(other));
    let found = researcher::by_address(&mut tx, house.t.db.keys(), &"new@there.example".parse().unwrap()).await;
    assert_eq!(found.unwrap(), Some(id));
}

#[tokio::test]
async fn whoever_follows_reports_of_others_is_told_that_they_go_on() {
    let house = House::new().await;
    let site = house.site_carrying(ErasureList::beside(house.t.folder())).await;
    let (id, session) = enter(&house, ADDRESS).await;
    let mine = browser(&site, &session);
    mine.get("/me/account/erase").await.is(200).says("You have no report here.");
    let (case, now) = (case_with(&house, ReturnCode::from_bytes([9; 15])).await, house.t.db.ambient().now());
    let joined: Result<bool, AccountError> =
        house.t.db.write(move |tx| Box::pin(async move { researcher::join(tx, (case, id), now).await })).await;
    assert!(joined.unwrap());
    let page = mine.get("/me/account/erase").await.is(200).is_silent_about("You have no report here.");
    page.says("You follow <b>1</b> report that somebody else sent.");
}

#[tokio::test]
async fn an_account_is_erased_and_a_bar_outlives_it() {
    let house = House::new().await;
    let list = ErasureList::beside(house.t.folder());
    let site = house.site_carrying(list).await;
    let (id, session) = enter(&house, "finder+a@there.example").await;
    bar(&house, id, 30).await;
    let mine = browser(&site, &session);
    let page = mine.get("/me/account/erase").await.is(200).says("What happens to your reports");
    let wrong = mine.form_in("/me/account/erase", &page).fill("confirm", "else@there.example");
    wrong.submit().await.is(422).says("not the address of this account");
    let right = mine.form("/me/account/erase").await.fill("confirm", "Finder+a@there.example");
    // Links that wait hold the address under the key of the house.
    token(&house, "finder+a@there.example").await;
    assert_eq!(count(&house, "links").await, 2);
    right.submit().await.is(200).says("Your account is erased");
    assert_eq!(count(&house, "links").await, 0, "they go too");
    mine.get("/me/account").await.leads_to("/me/sign-in");
    let mut tx = house.t.db.read().await.unwrap();
    assert!(researcher::load(&mut tx, house.t.db.keys(), id).await.unwrap().is_none());
    drop(tx);
    // A new account with another spelling of the mailbox is barred as the one before.
    let (again, _) = enter(&house, "finder+b@there.example").await;
    assert_ne!(again, id);
    let mut tx = house.t.db.read().await.unwrap();
    assert!(researcher::bar_of(&mut tx, &house.t.db, again).await.unwrap().is_some());
    drop(tx);
    house.wait(Span::from_days(30));
    let mut tx = house.t.db.read().await.unwrap();
    assert!(researcher::bar_of(&mut tx, &house.t.db, again).await.unwrap().is_none(), "until its day");
    drop(tx);
    let now = house.t.db.ambient().now();
    let swept: Result<u64, AccountError> =
        house.t.db.write(move |tx| Box::pin(async move { accounts::session::sweep(tx, now).await })).await;
    assert!(swept.unwrap() > 0);
    assert_eq!(count(&house, "bars").await, 0, "then the hash goes too");
}

//! Reports in a researcher's account: their list, one report, codes brought in, co-reporters, letters, their data.

use crate::parts::split;
use crate::support::{House, act, code};
use accounts::researcher::{self, Pace, Profile};
use db::erase::{EraseError, Order, erase_researcher};
use desk::engine::{self, EngineError, ReporterChange, ReporterTie};
use domain::{CaseId, PersonId, ReporterText, Role, Span};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::collections::BTreeSet;
use web::testing::{Client, Site};

pub async fn browser(house: &House, site: &Site, address: &'static str) -> (PersonId, Client) {
    let (person, session) = house.researcher(address).await;
    let client = site.client();
    client.set_cookie("__Host-leeward-me", &session.token);
    (person, client)
}

/// A report that stands in this account.
pub async fn owned(house: &House, title: &str, person: PersonId) -> CaseId {
    let case = house.report(title, None).await.id;
    house.own(case, person).await;
    case
}

async fn ask(house: &House, case: CaseId, by: PersonId) {
    house.act(act(case, by, ("ask", json!({ "text": "Which version is it?" })))).await.unwrap();
}

pub async fn follow(house: &House, case: CaseId, (by, researcher, follows): (PersonId, PersonId, bool)) {
    let db = house.db().clone();
    let tie = if follows { ReporterTie::Follows } else { ReporterTie::Ends };
    let change = ReporterChange { case, seen: None, by, researcher, tie };
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::change_reporters(tx, &db, change).await })).await;
    done.unwrap();
}

#[tokio::test]
async fn reports_are_listed_with_what_happens_next_and_open_like_at_the_return_door() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    site.client().get("/me").await.leads_to("/me/sign-in");
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    mine.get("/me").await.is(200).says("No reports yet");
    let case = owned(&house, "Token accepted after password change", me).await;
    mine.get("/me").await.is(200).says("Token accepted").says("REP-1").says("A person answers you.");
    ask(&house, case, theo).await;
    let page = mine.get("/me").await.says("One report waits").says("Waiting for you");
    page.says(&format!("/me/reports/{case}"));
    let base = format!("/me/reports/{case}");
    mine.get(&base).await.is(200).says("Which version is it?").says("Your answer").is_silent_about("/case/mine");
    let form = mine.form_to(&base, &format!("{base}/messages")).await.fill("message", "Version 4.2");
    form.submit().await.leads_to(&format!("{base}#conversation"));
    mine.get(&base).await.says("Version 4.2");
    let form = mine.form_to(&base, &format!("{base}/attachments")).await.file("file", "a.txt", b"hello");
    form.submit().await.leads_to(&format!("{base}#conversation"));
    let page = mine.get(&base).await.says("a.txt");
    let file = page.text.split(&format!("{base}/attachments/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(mine.get(&format!("{base}/attachments/{file}")).await.is(200).text, "hello");
    mine.get(&format!("{base}/receipt.json")).await.is(200);
    let form = mine.form_to(&base, &format!("{base}/withdrawal")).await;
    form.submit().await.leads_to(&format!("{base}#conversation"));
    mine.get("/me").await.says("You took this report back.");
    house.verify().await;
}

#[tokio::test]
async fn the_list_is_paged_and_says_what_was_erased() {
    let house = House::new().await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    for n in 0..30 {
        owned(&house, &format!("Finding number {n:02}"), me).await;
        house.t.clock.advance(Span::from_seconds(1));
    }
    let first = mine.get("/me").await.is(200).says("Finding number 29").is_silent_about("Finding number 04");
    let older = first.text.split("/me?after=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    mine.get(&format!("/me?after={older}"))
        .await
        .is(200)
        .says("Finding number 04")
        .is_silent_about("Finding number 05");
    mine.get("/me?after=nonsense").await.is(200).says("Finding number 29");
    let case = house.find("REP-30").await;
    house.erase(case).await;
    mine.get("/me").await.is(200).says("Erased").is_silent_about("Finding number 29");
    mine.get(&format!("/me/reports/{case}")).await.is(410);
}

#[tokio::test]
async fn a_code_brings_a_report_into_one_account_once() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await.id;
    let gone = house.report("Gone", Some(code(2))).await.id;
    house.erase(gone).await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    let (_, theirs) = browser(&house, &site, "other@there.example").await;
    let bring = async |client: &Client, typed: &str| {
        client.form_to("/me", "/me/reports").await.fill("code", typed).submit().await
    };
    for wrong in ["no code", &code(9).to_string()] {
        bring(&mine, wrong).await.is(422).says("No report has this code");
    }
    bring(&mine, &code(2).to_string()).await.is(410).says("was erased");
    let there = format!("/me/reports/{case}");
    bring(&mine, &code(1).to_string()).await.leads_to(&there);
    bring(&mine, &code(1).to_string()).await.leads_to(&there);
    bring(&theirs, &code(1).to_string()).await.is(422).says("in the account of somebody else");
    mine.get(&there).await.is(200).says("This report was taken into an account.");
    theirs.get(&there).await.is(404);
    // Only the house takes it out again; the code still opens it.
    follow(&house, case, (theo, me, false)).await;
    mine.get(&there).await.is(404);
    let by_code = house.reporter(&site, &code(1)).await;
    by_code.get("/case/mine").await.is(200).says("We took this report out of the account it was in.");
    house.verify().await;
}

#[tokio::test]
async fn a_co_reporter_reads_and_writes_and_takes_nothing_back() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    let (other, theirs) = browser(&house, &site, "other@there.example").await;
    let case = owned(&house, "Token", me).await;
    let desk = house.browser(&site, olga).await;
    let people = "/desk/cases/REP-1/people";
    let form = desk.form_to(people, "/desk/cases/REP-1/reporters").await.fill("reporter-address", "who@there.example");
    form.submit()
        .await
        .is(422)
        .says("No researcher has an account with exactly this address")
        .says("who@there.example");
    let form =
        desk.form_to(people, "/desk/cases/REP-1/reporters").await.fill("reporter-address", "Other@There.example");
    form.submit().await.leads_to(people);
    desk.get(people).await.says("co-reporter").is_silent_about("there.example\"");
    let base = format!("/me/reports/{case}");
    theirs.get("/me").await.says("found together with somebody");
    theirs.get(&base).await.is(200).is_silent_about("Take the report back");
    let form = theirs.form_to(&base, &format!("{base}/messages")).await;
    form.to(&format!("{base}/withdrawal")).submit().await.is(404);
    let form = theirs.form_to(&base, &format!("{base}/messages")).await.fill("message", "I saw it too");
    form.submit().await.leads_to(&format!("{base}#conversation"));
    mine.get(&base).await.says("I saw it too").says("Take the report back");
    follow(&house, case, (olga, other, false)).await;
    theirs.get(&base).await.is(404);
    house.verify().await;
}

/// Gives the profile of a researcher this name to be thanked under; `named`: in front of others.
async fn call_them(house: &House, person: PersonId, (name, named): (&str, bool)) {
    let (db, profile) = (house.db().clone(), Profile::read(name, "", "", named).unwrap());
    let done: Result<(), accounts::AccountError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let seen = researcher::load(tx, db.keys(), person).await?.unwrap().version;
                researcher::change(tx, &db, (person, seen), (&profile, Pace::Each)).await
            })
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn only_the_writer_reads_you_beside_their_words() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (first, of_first) = browser(&house, &site, "first@there.example").await;
    let (second, of_second) = browser(&house, &site, "second@there.example").await;
    let (third, of_third) = browser(&house, &site, "third@there.example").await;
    call_them(&house, second, ("quietharbour", true)).await;
    call_them(&house, third, ("loudcliff", false)).await;
    let report = json!({ "title": "Token", "summary": "It works.", "source": "form", "credit": "oldlight" });
    let case = house.open(report, Some(code(1))).await.id;
    house.own(case, first).await;
    for beside in [second, third] {
        follow(&house, case, (theo, beside, true)).await;
    }
    ask(&house, case, theo).await;
    let base = format!("/me/reports/{case}");
    let says = [(&of_second, "The second writes."), (&of_third, "The third writes."), (&of_first, "The first writes.")];
    for (client, words) in says {
        let form = client.form_to(&base, &format!("{base}/messages")).await.fill("message", words);
        form.submit().await.leads_to(&format!("{base}#conversation"));
    }
    let form = of_second.form_to(&base, &format!("{base}/attachments")).await.file("file", "a.txt", b"hello");
    form.submit().await.leads_to(&format!("{base}#conversation"));
    let of_code = house.reporter(&site, &code(1)).await;
    for (client, at, names) in [
        (&of_first, base.as_str(), ["You", "quietharbour", "Another reporter"]),
        (&of_code, "/case/mine", ["You", "quietharbour", "Another reporter"]),
        (&of_second, base.as_str(), ["oldlight", "You", "Another reporter"]),
        (&of_third, base.as_str(), ["oldlight", "quietharbour", "You"]),
    ] {
        let page = client.get(at).await.is(200).is_silent_about("loudcliff").is_silent_about("there.example");
        let page =
            page.says(&format!("{} sent this report.", names[0])).says(&format!("{} added the file a.txt.", names[1]));
        for (name, words) in names.iter().zip(["The first writes.", "The second writes.", "The third writes."]) {
            let before = page.text.split(words).next().unwrap();
            let entry = before.rsplit("<li>").next().unwrap();
            assert!(entry.contains(name), "{name:?} is not beside {words:?}: {entry}");
            assert_eq!(entry.contains("You"), *name == "You", "{entry}");
        }
    }
    let desk = house.browser(&site, theo).await;
    let page = desk.get(&format!("/desk/cases/{case}")).await.is(200);
    page.says("The co-reporter quietharbour").says("The co-reporter loudcliff").says("oldlight");
    house.verify().await;
}

/// Addresses that letters about reports wait for.
async fn waiting(house: &House) -> Vec<Option<PersonId>> {
    let mut tx = house.db().read().await.unwrap();
    let mut letters = mail::unsent(&mut tx, house.db(), mail::Place::Waiting).await.unwrap();
    letters.retain(|letter| letter.kind != mail::Kind::NewReport);
    letters.sort_by_key(|letter| letter.id);
    letters.into_iter().map(|letter| letter.person).collect()
}

#[tokio::test]
async fn an_address_left_with_a_report_is_used_unless_the_account_covers_it() {
    for (owner, wanted) in [(None, 1), (Some("else@there.example"), 2), (Some("Finder+x@there.example"), 1)] {
        let house = House::new().await;
        let theo = house.person("Theo", Role::Triager).await;
        let opened = house.report("Token", None).await;
        let (db, key, case) = (house.db().clone(), opened.key.clone(), opened.id);
        let kept: Result<(), db::DbError> = house
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let address = "finder@there.example".parse().unwrap();
                    mail::contact::keep(tx, &db, &key, (case, &address)).await?;
                    mail::contact::decide(tx, &db, (case, true)).await.map(drop)
                })
            })
            .await;
        kept.unwrap();
        let (co, _) = house.researcher("co@there.example").await;
        let mut account = None;
        if let Some(address) = owner {
            let (person, _) = house.researcher(address).await;
            house.own(case, person).await;
            account = Some(person);
        }
        follow(&house, case, (theo, co, true)).await;
        house.tell().await;
        // Ids of one instant have no order.
        house.t.clock.advance(Span::from_seconds(1));
        let before = waiting(&house).await.len();
        ask(&house, case, theo).await;
        house.tell().await;
        let told = waiting(&house).await.split_off(before);
        assert_eq!(told.len(), wanted + 1, "{owner:?}: the co-reporter, and {wanted}: {told:?}");
        assert_eq!(told.contains(&None), account.is_none() || wanted == 2, "the address left with it: {owner:?}");
        // An account that was erased ends every letter to its owner.
        let Some(person) = account else { continue };
        let (db, order) = (house.db().clone(), Order { by: None, reason: "asked for".into() });
        let erased: Result<_, EraseError> = house
            .db()
            .write(move |tx| {
                Box::pin(async move { erase_researcher(tx, db.keys(), db.ambient(), person, &order).await })
            })
            .await;
        erased.unwrap();
        house.run_jobs().await;
        house.t.clock.advance(Span::from_seconds(1));
        let before = waiting(&house).await.len();
        house.act(act(case, theo, ("triage", json!({})))).await.unwrap();
        house.tell().await;
        assert_eq!(waiting(&house).await.split_off(before), [Some(co)], "{owner:?}");
    }
}

/// Ties of three people to four cases: none, owner, co-reporter.
fn world() -> impl Strategy<Value = Vec<[u8; 3]>> {
    proptest::collection::vec(proptest::array::uniform3(0_u8..3), 4)
}

#[tokio::test]
async fn nobody_reads_a_report_that_is_neither_theirs_nor_shared() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let mut people = Vec::new();
    for address in ["a@there.example", "b@there.example", "c@there.example"] {
        people.push(browser(&house, &site, address).await);
    }
    let mut runner = TestRunner::deterministic();
    for _ in 0..6 {
        let world = world().new_tree(&mut runner).unwrap().current();
        let mut cases = Vec::new();
        for ties in &world {
            let case = house.report("Private words", None).await.id;
            let mut reads = BTreeSet::new();
            for (n, tie) in ties.iter().enumerate() {
                let owner = *tie == 1 && !ties[..n].contains(&1);
                if owner {
                    house.own(case, people[n].0).await;
                } else if *tie > 0 {
                    follow(&house, case, (olga, people[n].0, true)).await;
                }
                if *tie > 0 {
                    reads.insert(n);
                }
            }
            cases.push((case, reads));
        }
        for (case, reads) in &cases {
            for (n, (_, client)) in people.iter().enumerate() {
                let base = format!("/me/reports/{case}");
                let wanted = if reads.contains(&n) { 200 } else { 404 };
                client.get(&base).await.is(wanted);
                client.get(&format!("{base}/receipt.json")).await.is(wanted);
                let listed = client.get("/me").await.text.contains(&base);
                assert_eq!(listed, reads.contains(&n), "{world:?}");
                let form =
                    client.form_to("/me", "/me/reports").await.to(&format!("{base}/messages")).forge("message", "x");
                let written = form.submit().await.status;
                assert_eq!(written == 303, reads.contains(&n), "{world:?} {written}");
            }
        }
    }
}

#[tokio::test]
async fn letters_come_at_the_pace_somebody_chose_and_say_nothing() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let case = house.report("Secret weakness", None).await.id;
    let mut people = Vec::new();
    for (n, (address, pace)) in
        [("each@there.example", Pace::Each), ("daily@there.example", Pace::Daily), ("never@there.example", Pace::Never)]
            .into_iter()
            .enumerate()
    {
        let (person, _) = house.researcher(address).await;
        let db = house.db().clone();
        let kept: Result<(), accounts::AccountError> = house
            .db()
            .write(move |tx| {
                Box::pin(async move { researcher::change(tx, &db, (person, 1), (&Profile::default(), pace)).await })
            })
            .await;
        kept.unwrap();
        if n == 0 {
            house.own(case, person).await;
        } else {
            follow(&house, case, (theo, person, true)).await;
        }
        people.push(person);
    }
    for text in ["First", "Second"] {
        let (db, text) = (house.db().clone(), ReporterText::new(text.to_owned()).unwrap());
        let sent: Result<i64, EngineError> = house
            .db()
            .write(move |tx| Box::pin(async move { engine::to_reporter(tx, &db, case, (theo, text)).await }))
            .await;
        sent.unwrap();
        house.tell().await;
    }
    let mut tx = house.db().read().await.unwrap();
    let letters = mail::unsent(&mut tx, house.db(), mail::Place::Waiting).await.unwrap();
    let of = |person| letters.iter().filter(|letter| letter.person == Some(person)).count();
    assert_eq!(people.iter().map(|person| of(*person)).collect::<Vec<_>>(), [2, 1, 0]);
}

#[tokio::test]
async fn everything_kept_of_a_person_is_one_file() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    let case = owned(&house, "Token", me).await;
    ask(&house, case, theo).await;
    let (db, note) = (house.db().clone(), domain::TeamText::new("Looks like the old one".into()).unwrap());
    let noted: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::note(tx, &db, case, (theo, note)).await })).await;
    noted.unwrap();
    let data = mine.get("/me/data.json").await.is(200).is_silent_about("Looks like the old one").json();
    assert_eq!(data["account"]["address"], "finder@there.example");
    assert_eq!(data["reports"][0]["name"], "REP-1");
    assert_eq!(data["reports"][0]["said"][0]["report"]["title"], "Token");
    assert!(data["reports"][0]["said"].as_array().unwrap().iter().any(|said| said["text"] == "Which version is it?"));
    assert!(data["more_reports"].is_null());
    // What is too much for one document leads to the next.
    house.t.clock.advance(Span::from_seconds(1));
    let long = "word ".repeat(18_000);
    for _ in 0..6 {
        let case = owned(&house, "Long", me).await;
        for _ in 0..20 {
            let (db, text) = (house.db().clone(), ReporterText::new(long.clone()).unwrap());
            let wrote: Result<i64, EngineError> = house
                .db()
                .write(move |tx| Box::pin(async move { engine::from_reporter(tx, &db, case, text).await }))
                .await;
            wrote.unwrap();
        }
        house.t.clock.advance(Span::from_seconds(1));
    }
    let (mut names, mut next) = (Vec::new(), "/me/data.json".to_owned());
    while !next.is_empty() {
        let answer = mine.get(&next).await.is(200);
        assert!(answer.text.len() < 7_000_000, "bounded");
        let data = answer.json();
        names.extend(data["reports"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()));
        let more = data["more_reports"].as_str().unwrap_or_default();
        next = more.trim_start_matches("https://desk.acme.example").to_owned();
    }
    assert_eq!(names, ["REP-7", "REP-6", "REP-5", "REP-4", "REP-3", "REP-2", "REP-1"]);
}

#[tokio::test]
async fn the_parts_of_a_report_are_in_the_account_too() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Owner).await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    let (other, theirs) = browser(&house, &site, "other@there.example").await;
    let (_, strange) = browser(&house, &site, "stranger@there.example").await;
    let case = owned(&house, "Two holes", me).await;
    follow(&house, case, (theo, other, true)).await;
    let part = split(&house, theo, case, &["Open redirect"]).await.unwrap().remove(0);
    let elsewhere = owned(&house, "Something else", me).await;
    ask(&house, part.id, theo).await;
    mine.get("/me").await.is(200).says("One report waits").says("A part of it waits");
    let base = format!("/me/reports/{case}/parts/{}", part.name);
    let page = mine.get(&format!("/me/reports/{case}")).await.is(200).says(&base);
    page.is_silent_about("/case/").is_silent_about("behind the same code");
    mine.get(&base).await.is(200).says("Open redirect").says("Which version is it?").is_silent_about("/case/");
    let form = mine.form_to(&base, &format!("{base}/messages")).await.fill("message", "Version 7");
    form.submit().await.leads_to(&format!("{base}#conversation"));
    theirs.get(&base).await.is(200).says("Version 7");
    // By the door of another report it is not there, and for a stranger nothing is.
    mine.get(&format!("/me/reports/{elsewhere}/parts/{}", part.name)).await.is(404);
    mine.get(&format!("/me/reports/{}", part.id)).await.is(404);
    strange.get(&base).await.is(404);
    house
        .act(act(part.id, theo, ("close", json!({"outcome": "not_reproducible", "reason": "It does not."}))))
        .await
        .unwrap();
    // Whoever found it too takes no decision about it.
    theirs.get(&base).await.is(200).is_silent_about("Appeal");
    let form = theirs.form_to(&base, &format!("{base}/messages")).await.to(&format!("{base}/appeal"));
    form.forge("appeal", "It does").submit().await.is(404);
    let form = mine.form_to(&base, &format!("{base}/appeal")).await.fill("appeal", "It does");
    form.submit().await.leads_to(&format!("{base}#conversation"));
    // The desk sees who is behind the part, and says on the report who follows.
    let desk = house.browser(&site, theo).await;
    let people = desk.get(&format!("/desk/cases/{}/people", part.name)).await.is(200);
    people
        .says("Whoever follows the report that this belongs to")
        .says("a researcher")
        .is_silent_about("reporter-address");
    let form = desk.form_to("/desk/cases/REP-1/people", "/desk/cases/REP-1/reporters").await;
    let there = format!("/desk/cases/{}/reporters", part.name);
    let form = form.to(&there).fill("version", "").fill("reporter-address", "stranger@there.example");
    form.submit().await.is(422).says("change it there");
    let data = mine.get("/me/data.json").await.is(200).json();
    let report = data["reports"].as_array().unwrap().iter().find(|one| one["name"] == "REP-1").unwrap().clone();
    let beside: BTreeSet<&str> =
        report["beside"].as_array().unwrap().iter().filter_map(|c| c["name"].as_str()).collect();
    assert!(beside.contains(&*part.name) && beside.len() == 2, "the part and its appeal: {beside:?}");
    house.verify().await;
}

//! Who follows a report beside its owner: let in, sent away, a report taken out of an account and put back, and what
//! each is told of it.

use crate::case_people::form;
use crate::mine::{browser, follow, owned};
use crate::support::{House, act, code};
use db::erase::{EraseError, Order, erase_researcher};
use desk::engine::{self, EngineError};
use domain::{PersonId, ReporterText, Role, Span};
use mail::{Kind, Place};
use serde_json::json;

/// Kinds of the letters that wait for somebody.
async fn letters_to(house: &House, person: PersonId) -> Vec<Kind> {
    house.tell().await;
    let mut tx = house.db().read().await.unwrap();
    let letters = mail::unsent(&mut tx, house.db(), Place::Waiting).await.unwrap();
    letters.into_iter().filter(|letter| letter.person == Some(person)).map(|letter| letter.kind).collect()
}

#[tokio::test]
async fn letting_somebody_in_and_out_asks_for_a_proof_and_tells_them() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (me, _) = browser(&house, &site, "finder@there.example").await;
    let (other, theirs) = browser(&house, &site, "other@there.example").await;
    let case = owned(&house, "Token", me).await;
    let (people, base) = ("/desk/cases/REP-1/people", format!("/me/reports/{case}"));
    let desk = house.browser(&site, theo).await;
    let add = async || form(&desk, people, ("/reporters", "")).await.fill("reporter-address", "other@there.example");
    add().await.submit().await.leads_to(people);
    theirs.get(&base).await.is(200);
    assert_eq!(letters_to(&house, other).await, [Kind::Progress]);
    assert_eq!(letters_to(&house, me).await, []);
    let remove = async || form(&desk, people, ("/reporters/remove", &other.to_string())).await;
    house.t.clock.advance(Span::from_minutes(11));
    remove().await.submit().await.leads_to("/desk/step-up");
    add().await.submit().await.leads_to("/desk/step-up");
    theirs.get(&base).await.is(200);
    let desk = house.browser(&site, theo).await;
    form(&desk, people, ("/reporters/remove", &other.to_string())).await.submit().await.leads_to(people);
    // At once: the page, what leads from it, their file, and the way in by writing.
    for gone in [base.clone(), format!("{base}/receipt.json"), format!("{base}/receipt.tlog-proof")] {
        theirs.get(&gone).await.is(404);
    }
    let data = theirs.get("/me/data.json").await.is(200).json();
    assert_eq!(data["reports"].as_array().unwrap().len(), 0);
    let written = theirs.form_to("/me", "/me/reports").await.to(&format!("{base}/messages")).forge("message", "x");
    written.submit().await.is(404);
    assert_eq!(letters_to(&house, other).await, [Kind::Progress, Kind::Account]);
    house.verify().await;
}

#[tokio::test]
async fn a_report_that_was_taken_out_of_an_account_goes_back() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    let (other, theirs) = browser(&house, &site, "other@there.example").await;
    let case = owned(&house, "Token", me).await;
    let (people, base) = ("/desk/cases/REP-1/people", format!("/me/reports/{case}"));
    let desk = house.browser(&site, theo).await;
    desk.get(people)
        .await
        .is(200)
        .says("It has no code: nobody outside can open it then.")
        .is_silent_about("Put it back");
    let mine_of = me.to_string();
    form(&desk, people, ("/reporters/remove", &mine_of)).await.submit().await.leads_to(people);
    mine.get(&base).await.is(404);
    assert_eq!(letters_to(&house, me).await, [Kind::Account]);
    desk.get(people).await.is(200).says("We took it out of the account of a researcher.");
    // To nobody else.
    let back = form(&desk, people, ("/reporters/return", &mine_of)).await;
    back.forge("person", &other.to_string()).submit().await.is(422).says("only to the account that we took it from");
    form(&desk, people, ("/reporters/return", &mine_of)).await.submit().await.leads_to(people);
    mine.get(&base)
        .await
        .is(200)
        .says("We put this report back into the account it was in.")
        .says("Take the report back");
    theirs.get(&base).await.is(404);
    let told = letters_to(&house, me).await;
    assert_eq!((told.len(), told.contains(&Kind::Progress)), (2, true), "{told:?}");
    house.verify().await;
}

#[tokio::test]
async fn a_report_goes_back_into_no_account_while_it_is_in_another() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (me, _) = browser(&house, &site, "finder@there.example").await;
    let (_, theirs) = browser(&house, &site, "other@there.example").await;
    let case = house.report("Token", Some(code(1))).await.id;
    house.own(case, me).await;
    let (people, mine_of) = ("/desk/cases/REP-1/people", me.to_string());
    let desk = house.browser(&site, theo).await;
    desk.get(people).await.is(200).says("Whoever has its code can still open it.");
    follow(&house, case, (theo, me, false)).await;
    let stale = form(&desk, people, ("/reporters/return", &mine_of)).await.forge("version", "");
    let bring = theirs.form_to("/me", "/me/reports").await.fill("code", &code(1).to_string());
    bring.submit().await.leads_to(&format!("/me/reports/{case}"));
    stale.submit().await.is(422).says("while it is in no other");
    desk.get(people).await.is(200).is_silent_about("Put it back");
    house.verify().await;
}

#[tokio::test]
async fn what_the_owner_did_is_not_said_to_be_the_deed_of_who_found_it_too() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    let (other, theirs) = browser(&house, &site, "other@there.example").await;
    let (first, second) = (owned(&house, "Token", me).await, owned(&house, "Cookie", me).await);
    for case in [first, second] {
        follow(&house, case, (theo, other, true)).await;
    }
    let (withdrawn, closed) = (format!("/me/reports/{first}"), format!("/me/reports/{second}"));
    mine.form_to(&withdrawn, &format!("{withdrawn}/withdrawal")).await.submit().await.is(303);
    mine.get(&withdrawn).await.is(200).says("You took this report back.");
    for page in [withdrawn.as_str(), "/me"] {
        theirs.get(page).await.is(200).says("Whoever sent this report took it back.").is_silent_about("You took");
    }
    let input = json!({"outcome": "not_applicable", "reason": "As designed."});
    house.act(act(second, theo, ("close", input))).await.unwrap();
    let appeal = mine.form_to(&closed, &format!("{closed}/appeal")).await.fill("appeal", "It is none.");
    appeal.submit().await.is(303);
    mine.get(&closed).await.is(200).says("You appealed against the close.");
    let page = theirs.get(&closed).await.is(200).says("Whoever sent this report appealed against the close.");
    page.is_silent_about("You appealed").is_silent_about("Your appeal is");
    // In the file of each it stands who wrote, and of neither where they are reached.
    let form = theirs.form_to(&closed, &format!("{closed}/messages")).await.fill("message", "I saw it too");
    form.submit().await.is(303);
    for (client, stranger) in [(&mine, "other@there.example"), (&theirs, "finder@there.example")] {
        let data = client.get("/me/data.json").await.is(200).is_silent_about(stranger).json();
        let said = data["reports"].as_array().unwrap().iter().flat_map(|one| one["said"].as_array().unwrap());
        let wrote: Vec<_> = said.filter(|said| said["text"] == "I saw it too").collect();
        assert_eq!((wrote.len(), wrote[0]["by"].as_str()), (1, Some("co-reporter")));
    }
    house.verify().await;
}

#[tokio::test]
async fn how_one_is_reached_is_told_to_the_team_and_to_nobody_who_found_it_too() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (me, mine) = browser(&house, &site, "finder@there.example").await;
    let (other, theirs) = browser(&house, &site, "other@there.example").await;
    let case = owned(&house, "Token", me).await;
    // As the form keeps it: words of theirs a moment after the report.
    house.t.clock.advance(Span::from_micros(40));
    let (db, contact) = (house.db().clone(), ReporterText::new("elsewhere@there.example".into()).unwrap());
    let kept: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::from_reporter(tx, &db, case, contact).await })).await;
    kept.unwrap();
    let base = format!("/me/reports/{case}");
    mine.get(&base).await.is(200).says("Only the people who work on your report read it.");
    follow(&house, case, (theo, other, true)).await;
    house.t.clock.advance(Span::from_minutes(1));
    let page = mine.get(&base).await.is(200).is_silent_about("Only the people who work on your report");
    page.says("and whoever found this with you.");
    let form = mine.form_to(&base, &format!("{base}/messages")).await.fill("message", "One more thing");
    form.submit().await.is(303);
    for at in [base.as_str(), "/me/data.json"] {
        mine.get(at).await.is(200).says("elsewhere@there.example");
        theirs.get(at).await.is(200).says("One more thing").is_silent_about("elsewhere@there.example");
    }
    house.browser(&site, theo).await.get("/desk/cases/REP-1").await.is(200).says("elsewhere@there.example");
    // Nor is it news of its own: it came with the report.
    assert_eq!(letters_to(&house, theo).await.iter().filter(|kind| **kind == Kind::Answered).count(), 1);
}

#[tokio::test]
async fn an_address_that_was_typed_into_a_report_is_no_key_to_the_account_it_is_in() {
    let house = House::new().await;
    let site = house.site().await;
    let theo = house.person("Theo", Role::Triager).await;
    let (me, _) = browser(&house, &site, "finder@there.example").await;
    for (owner, taken_out, says) in [(None, false, true), (Some(me), false, false), (Some(me), true, false)] {
        let opened = house.report("Token", None).await;
        let (db, case, key) = (house.db().clone(), opened.id, opened.key.clone());
        if let Some(owner) = owner {
            house.own(case, owner).await;
        }
        if taken_out {
            follow(&house, case, (theo, me, false)).await;
        }
        let kept: Result<_, db::DbError> = house
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let address = "slip@there.example".parse().unwrap();
                    mail::contact::keep(tx, &db, &key, (case, &address)).await?;
                    mail::contact::of_case(tx, &db, case).await
                })
            })
            .await;
        let path = format!("/mail/{}", kept.unwrap().unwrap().token);
        let page = site.client().form(&path).await.forge("answer", "yes").submit().await.is(200).says("Thank you");
        assert_eq!(page.text.contains("Your way back"), says, "{owner:?}, taken out: {taken_out}");
    }
}

#[tokio::test]
async fn a_report_stays_with_an_account_that_was_erased() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let (me, _) = browser(&house, &site, "finder@there.example").await;
    owned(&house, "Token", me).await;
    let (db, order) = (house.db().clone(), Order { by: None, reason: "asked for".into() });
    let erased: Result<_, EraseError> = house
        .db()
        .write(move |tx| Box::pin(async move { erase_researcher(tx, db.keys(), db.ambient(), me, &order).await }))
        .await;
    erased.unwrap();
    let (desk, people) = (house.browser(&site, theo).await, "/desk/cases/REP-1/people");
    desk.get(people).await.is(200).is_silent_about("Take it out");
    let form = form(&desk, people, ("/reporters", "")).await.to("/desk/cases/REP-1/reporters/remove");
    form.forge("person", &me.to_string()).submit().await.is(422).says("This account was erased");
}

//! Who is told what by mail, from the event to the outbox, and the pages around it.

use crate::support::House;
use axum::http::Method;
use desk::engine::{self, Act, EngineError};
use domain::case::Party;
use domain::{CaseId, PersonId, ReporterText, Role, Span, TeamText};
use mail::contact::{self, Standing};
use mail::{Kind, Place};
use serde_json::{Value, json};

/// Kinds and recipients of letters that wait, in order.
async fn waiting(house: &House) -> Vec<(Kind, Option<PersonId>)> {
    let mut tx = house.db().read().await.unwrap();
    let mut letters = mail::unsent(&mut tx, house.db(), Place::Waiting).await.unwrap();
    letters.sort_by_key(|letter| letter.id);
    letters.into_iter().map(|letter| (letter.kind, letter.person)).collect()
}

/// Takes every letter out of the queue.
async fn empty(house: &House) {
    let done: Result<u64, db::DbError> =
        house.db().write(|tx| Box::pin(async move { db::execute!(tx, db::stmt!("DELETE FROM letters")) })).await;
    done.unwrap();
}

async fn contact(house: &House, case: CaseId) -> contact::Contact {
    let mut tx = house.db().read().await.unwrap();
    contact::of_case(&mut tx, house.db(), case).await.unwrap().unwrap()
}

/// A report whose reporter left an address.
async fn report(house: &House) -> CaseId {
    let opened = house.report("Old token still works", None).await;
    let (db, id, key) = (house.db().clone(), opened.id, opened.key.clone());
    let address = "finder@there.example".parse().unwrap();
    let kept: Result<(), db::DbError> =
        house.db().write(move |tx| Box::pin(async move { contact::keep(tx, &db, &key, (id, &address)).await })).await;
    kept.unwrap();
    id
}

fn act(case: CaseId, action: &str, input: Value, by: PersonId) -> Act {
    Act { case, seen: None, action: action.to_owned(), input, by: Party::Team(by) }
}

#[tokio::test]
async fn a_reporter_is_asked_first_and_then_told() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let case = report(&house).await;
    house.tell().await;
    let mut first = waiting(&house).await;
    first.sort();
    assert_eq!(first, [(Kind::Confirm, None), (Kind::NewReport, Some(ines))]);
    assert_eq!(contact(&house, case).await.standing, Standing::Asked);
    // Doing it again tells nobody again.
    house.tell().await;
    assert_eq!(waiting(&house).await.len(), 2);
    empty(&house).await;
    house.act(act(case, "triage", json!({}), ines)).await.unwrap();
    house.tell().await;
    assert_eq!(waiting(&house).await, [], "nobody said yes yet");
    let site = house.site().await;
    let client = site.client();
    let path = format!("/mail/{}", contact(&house, case).await.token);
    client.get(&path).await.is(200).says("may we write to you");
    assert_eq!(contact(&house, case).await.standing, Standing::Asked, "looking says nothing");
    client.form(&path).await.forge("answer", "yes").submit().await.is(200).says("Thank you");
    assert_eq!(contact(&house, case).await.standing, Standing::Confirmed);
    house.act(act(case, "ask", json!({"text": "Which browser?"}), ines)).await.unwrap();
    house.tell().await;
    assert_eq!(waiting(&house).await, [(Kind::Question, None)]);
    empty(&house).await;
    client.form(&path).await.forge("answer", "no").submit().await.is(200).says("stopped");
    house.act(act(case, "accept", json!({}), ines)).await.unwrap();
    house.tell().await;
    assert_eq!(waiting(&house).await, []);
    client.get(&format!("/mail/{}", "00".repeat(16))).await.is(404);
    house.t.db.close().await;
}

#[tokio::test]
async fn the_letter_of_a_message_goes_once_after_the_hold_and_none_of_one_that_was_taken_back() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let case = report(&house).await;
    house.tell().await;
    let site = house.site().await;
    let path = format!("/mail/{}", contact(&house, case).await.token);
    site.client().form(&path).await.forge("answer", "yes").submit().await.is(200);
    empty(&house).await;
    let browser = house.browser(&site, ines).await;
    let at = "/desk/cases/REP-1";
    let write = async |words: &str| {
        let form = browser.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
        form.fill("message", words).submit().await.leads_to(&format!("{at}#on-its-way"));
    };
    // The message goes in one round of jobs, and the letter that tells of it in the next.
    let after = async |seconds: i64| {
        house.t.clock.advance(Span::from_seconds(seconds));
        house.tell().await;
        house.tell().await;
        waiting(&house).await
    };
    write("We look at it.").await;
    assert_eq!(after(0).await, []);
    assert_eq!(after(9).await, [], "it can still be taken back");
    assert_eq!(after(1).await, [(Kind::Message, None)]);
    assert_eq!(after(60).await, [(Kind::Message, None)], "once");
    empty(&house).await;
    write("For somebody else.").await;
    let page = browser.get(at).await.is(200);
    let undo = browser.forms_in(at, &page).into_iter().find(|form| form.action().ends_with("/undo")).unwrap();
    undo.submit().await.leads_to(at);
    assert_eq!(after(10).await, []);
    assert_eq!(after(600).await, []);
    house.t.db.close().await;
}

#[tokio::test]
async fn a_report_by_mail_gets_its_way_back_with_the_yes() {
    let house = House::new().await;
    let case = report(&house).await;
    let site = house.site().await;
    let client = site.client();
    let path = format!("/mail/{}", contact(&house, case).await.token);
    let answer = client.form(&path).await.forge("answer", "yes").submit().await;
    let text = answer.is(200).text.clone();
    let code = text.split("<p class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    client.form("/case").await.fill("code", &code).submit().await.leads_to("/case/mine");
    client.get("/case/mine").await.is(200).says("Old token still works");
    house.t.db.close().await;
}

#[tokio::test]
async fn colleagues_are_told_by_their_choice_and_in_digests() {
    let house = House::new().await;
    let (ines, tomas) = (house.person("Ines", Role::Owner).await, house.person("Tomas", Role::Triager).await);
    let site = house.site().await;
    let browser = house.browser(&site, tomas).await;
    let form = browser.form("/desk/account/mail").await;
    form.fill("pace", "hourly").submit().await.leads_to("/desk/account");
    browser.get("/desk/account/mail").await.is(200).says("Once an hour");
    let case = report(&house).await;
    let db = house.db().clone();
    let note: Result<i64, EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                engine::note(tx, &db, case, (ines, TeamText::new("@Tomas, have you seen this?".into())?)).await?;
                engine::from_reporter(tx, &db, case, ReporterText::new("One more thing.".into())?).await
            })
        })
        .await;
    note.unwrap();
    house.tell().await;
    let at_once: Vec<_> = waiting(&house).await.into_iter().filter(|(_, who)| who.is_some()).collect();
    assert_eq!(at_once, [(Kind::NewReport, Some(ines))], "the message came with the report");
    house.t.clock.advance(Span::from_minutes(61));
    house.tell().await;
    let later: Vec<_> = waiting(&house).await.into_iter().filter(|(_, who)| *who == Some(tomas)).collect();
    assert_eq!(later, [(Kind::Digest, Some(tomas))]);
    house.t.clock.advance(Span::from_hours(1));
    house.tell().await;
    assert_eq!(waiting(&house).await.iter().filter(|(_, who)| *who == Some(tomas)).count(), 1);
    house.t.db.close().await;
}

async fn change(house: &House, statement: db::Stmt, case: CaseId) -> u64 {
    let done: Result<u64, db::DbError> =
        house.db().write(move |tx| Box::pin(async move { db::execute!(tx, statement, case.uuid()) })).await;
    done.unwrap()
}

#[tokio::test]
async fn a_case_that_cannot_be_opened_stops_nobodys_digest() {
    let house = House::new().await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let site = house.site().await;
    let browser = house.browser(&site, tomas).await;
    browser.form("/desk/account/mail").await.fill("pace", "hourly").submit().await.leads_to("/desk/account");
    let (bad, good) = (report(&house).await, report(&house).await);
    house.tell().await;
    empty(&house).await;
    assert_eq!(change(&house, db::stmt!("UPDATE cases SET body = title WHERE id = $1"), bad).await, 1);
    house.t.clock.advance(Span::from_minutes(61));
    house.tell().await;
    assert_eq!(waiting(&house).await, [(Kind::Digest, Some(tomas))]);
    // Something of the same hour that came late is told in the next one.
    let late = db::stmt!(
        "INSERT INTO notices (person, case_id, kind, seq, at, due_at)
         SELECT p.id, $1, 'answered', 9, 0, 1 FROM people p WHERE p.state = 'active'"
    );
    assert_eq!(change(&house, late, good).await, 1);
    report(&house).await;
    house.tell().await;
    empty(&house).await;
    house.t.clock.advance(Span::from_minutes(61));
    house.tell().await;
    assert_eq!(waiting(&house).await, [(Kind::Digest, Some(tomas))]);
    let left = db::stmt!("DELETE FROM notices WHERE case_id = $1");
    assert_eq!((change(&house, left, good).await, change(&house, left, bad).await), (0, 0));
    house.t.db.close().await;
}

#[tokio::test]
async fn a_mailbox_that_others_filled_today_is_asked_when_there_is_news() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    for _ in 0..contact::UNANSWERED_MOST {
        report(&house).await;
    }
    house.tell().await;
    let case = report(&house).await;
    house.tell().await;
    assert_eq!(contact(&house, case).await.standing, Standing::New, "not today");
    empty(&house).await;
    house.t.clock.advance(Span::from_hours(25));
    house.act(act(case, "triage", json!({}), ines)).await.unwrap();
    house.tell().await;
    assert_eq!(contact(&house, case).await.standing, Standing::Asked);
    assert_eq!(waiting(&house).await, [(Kind::Confirm, None)]);
    house.t.db.close().await;
}

#[tokio::test]
async fn what_did_not_arrive_is_shown_and_sent_again() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let triager = house.person("Tomas", Role::Triager).await;
    let case = report(&house).await;
    house.tell().await;
    let failed: Result<u64, db::DbError> = house
        .db()
        .write(|tx| {
            Box::pin(async move {
                db::execute!(tx, db::stmt!("UPDATE letters SET state = 'failed', code = 550 WHERE person IS NULL"))
            })
        })
        .await;
    assert_eq!(failed.unwrap(), 1);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    browser.get(&format!("/desk/cases/{case}")).await.is(200).says("A letter did not arrive.");
    browser.get("/desk/mail").await.is(200).says("May we write to you?").says("REP-1");
    house.browser(&site, triager).await.get("/desk/mail").await.is(404);
    let program = house.program(&site, ines, Role::Owner).await;
    let listed = program.get("/api/v1/mail").await;
    let listed = listed.is(200).json();
    assert_eq!((&listed["sends"], &listed["items"][0]["state"]), (&json!(true), &json!("failed")));
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        let call = program.json(Method::POST, &format!("/api/v1/mail/{id}/retry"), &json!({}));
        let again = call.header("idempotency-key", "again").send().await;
        assert_eq!(again.is(200).json()["state"], "waiting");
    }
    // What is not there is not there the second time either, under the same key.
    for _ in 0..2 {
        let call = program.json(Method::POST, &format!("/api/v1/mail/{case}/retry"), &json!({}));
        call.header("idempotency-key", "nothing").send().await.is(404);
    }
    browser.form_to("/desk/mail", "/desk/mail/trial").await.submit().await.leads_to("/desk/mail");
    assert!(waiting(&house).await.contains(&(Kind::Trial, Some(ines))));
    house.t.db.close().await;
}

#[tokio::test]
async fn mail_that_stands_still_is_said_on_the_inbox() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    report(&house).await;
    house.tell().await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    assert!(!browser.get("/desk").await.is(200).text.contains("Mail is late."));
    house.t.clock.advance(Span::from_minutes(20));
    let browser = house.browser(&site, ines).await;
    browser.get("/desk").await.is(200).says("Mail is late.").says("letters wait");
    house.t.db.close().await;
}

#[tokio::test]
async fn without_mail_no_job_is_written_that_would_tell_nobody() {
    let house = House::new().await;
    let jobs = async || {
        let mut tx = house.db().read().await.unwrap();
        let statement = db::stmt!("SELECT COUNT(*) FROM jobs WHERE kind = 'letters.notice'");
        db::fetch_one!(&mut tx, (i64,), statement).unwrap().0
    };
    house.report("Old token still works", None).await;
    assert_eq!(jobs().await, 1);
    house.db().leave_out(desk::letters::NOTICE_JOB);
    house.report("Old token works again", None).await;
    assert_eq!(jobs().await, 1);
}

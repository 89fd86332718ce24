//! Mail as a case: by page, by program, and straight, with the same result.
#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking")]

use crate::support::{House, LEAST, brief, send, walk};
use bounty::by_mail::{Arrival, Taken, take};
use bounty::programme;
use domain::{Actor, Grant, PersonId, Role, Scope, SessionId};
use mail::contact;
use serde_json::Value;
use web::Caller;

const MAIL: &[u8] = b"From: \"Quiet Harbour\" <finder@there.example>\r\nTo: security@acme.example\r\n\
Subject: Old token still works\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <x1@there.example>\r\n\
Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n\r\nthe old token works.\r\n\
--b\r\nContent-Type: image/png; name=\"../shot.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n";

async fn straight(house: &House, bytes: &[u8], ask_sender: bool) -> Taken {
    let db = &house.test.db;
    let programme = programme::by_slug(&mut db.read().await.unwrap(), db, &brief().slug).await.unwrap().unwrap();
    let arrival = Arrival { programme, bytes: bytes.to_vec(), by: None, ask_sender };
    take(db, &house.blobs, arrival).await.unwrap()
}

#[tokio::test]
async fn a_mail_becomes_one_case_with_its_files_and_the_whole_mail() {
    let house = House::new().await;
    let Taken::Opened { case, name, notes } = straight(&house, MAIL, true).await else { panic!("not opened") };
    assert_eq!((name.as_str(), notes.as_slice()), ("REP-1", [].as_slice()));
    let report = house.report(case).await;
    assert_eq!((&report["title"], &report["source"]), (&"Old token still works".into(), &"email".into()));
    assert_eq!((&report["credit"], &report["body"]), (&"Quiet Harbour".into(), &Value::Null));
    assert_eq!(report["summary"], "Hello,\n\nthe old token works.");
    let files = house.files(case).await;
    let named: Vec<_> = files.iter().map(|f| (f.name.as_str(), f.audience.as_str())).collect();
    assert_eq!(named, [("mail.eml", "team"), ("shot.png", "reporter")]);
    assert_eq!(house.bytes(case, &files[0]).await, MAIL);
    assert_eq!(house.bytes(case, &files[1]).await, b"hello");
    let events = house.events(case).await;
    let came = events.iter().find(|e| e.kind == "came_by_mail").unwrap();
    assert_eq!((came.audience.as_str(), &came.data["date"]), ("team", &"2026-11-21T10:00:00+01:00".into()));
    assert_eq!(came.data["from"]["address"], "finder@there.example");
    assert!(events[0].at < came.at.plus(domain::Span::from_seconds(1)), "received when it came to us");
    let db = &house.test.db;
    let kept = contact::of_case(&mut db.read().await.unwrap(), db, case).await.unwrap().unwrap();
    assert_eq!((kept.address.as_str(), kept.standing), ("finder@there.example", contact::Standing::New));
    let (cases, blobs) = (house.count("cases").await, house.blob_count().await);
    assert_eq!(straight(&house, MAIL, false).await, Taken::Before { case });
    assert_eq!((house.count("cases").await, house.blob_count().await), (cases, blobs));
    assert_eq!(house.count("drafts").await, 0);
    house.test.db.close().await;
}

#[tokio::test]
async fn the_same_mail_sent_at_once_from_two_sides_is_one_case() {
    let house = House::new().await;
    let both = Box::pin(futures::future::join(straight(&house, MAIL, false), straight(&house, MAIL, false))).await;
    let opened = [&both.0, &both.1].into_iter().filter(|t| matches!(t, Taken::Opened { .. })).count();
    assert_eq!((opened, house.count("cases").await, house.count("attachments").await), (1, 1, 2));
    house.test.db.close().await;
}

#[tokio::test]
async fn the_page_takes_a_file_or_a_source_and_tells_what_is_wrong() {
    let house = House::new().await;
    let client = house.site.client();
    client.set_cookie("__Host-leeward-desk", "staff");
    let page = "/desk/new/mail";
    let answer = client.form(page).await.submit().await;
    answer.is(422).says("Choose a file with a mail in it, or paste the source of one");
    let answer = client.form(page).await.fill("source", "hello there").submit().await;
    answer.is(422).says("this is no mail");
    let answer = client.form(page).await.file("file", "report.eml", MAIL).submit().await;
    answer.leads_to("/desk/cases/REP-1");
    let answer = client.form(page).await.file("file", "again.eml", MAIL).submit().await;
    answer.is(200).says("This very mail became a case before").says("Open REP-1");
    let source = "Subject: pasted\n\nwords";
    client.form(page).await.fill("source", source).submit().await.leads_to("/desk/cases/REP-2");
    house.test.db.close().await;
}

#[tokio::test]
async fn mails_of_twenty_megabytes_and_of_a_hundred_levels_come_in_by_the_page() {
    let house = House::new().await;
    let client = house.site.client();
    client.set_cookie("__Host-leeward-desk", "staff");
    let row = "<div><p>Some words &amp; a <a href=\"https://a.example/\">link</a></p><!-- x --></div>";
    let rows = row.repeat(20_000_000 / row.len());
    let big = format!("Subject: big\nContent-Type: text/html\n\n<html>{rows}</html>");
    let levels = (0..100).rev().map(|n| format!("Subject: level {n}\nContent-Type: message/rfc822\n\n"));
    let deep = levels.collect::<String>() + "Subject: innermost\n\nhello";
    for (n, mail, title, note) in
        [(1, &big, "big", "too long for a page"), (2, &deep, "level 99", "messages within messages")]
    {
        let answer = client.form("/desk/new/mail").await.file("file", "report.eml", mail.as_bytes()).submit().await;
        answer.is(200).says(note).says(&format!("Open REP-{n}"));
        let case = house.last_case().await;
        let report = house.report(case).await;
        assert_eq!(report["title"], title);
        assert!(report.to_string().len() < 200_000, "{title}: what stands on the page is bounded");
        let files = house.files(case).await;
        assert!(files.len() <= 5, "{title}: {} files", files.len());
        let whole = files.iter().find(|file| file.name == "mail.eml").unwrap();
        assert!(house.bytes(case, whole).await == mail.as_bytes(), "{title}: nothing of it is lost");
    }
    house.test.db.close().await;
}

/// A report of a mail server that this letter did not arrive (RFC 3464).
fn bounce(letter: mail::LetterId) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.example\r\nTo: desk@acme.example\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; finder@there.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: desk@acme.example\r\nMessage-ID: <{letter}@acme.example>\r\n\
         Subject: REP-1\r\n\r\nx\r\n--b--\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_letter_that_comes_back_is_told_on_its_case_once_and_opens_none() {
    let house = House::new().await;
    let Taken::Opened { case, .. } = straight(&house, MAIL, true).await else { panic!("not opened") };
    let db = &house.test.db;
    let words = mail::Words {
        subject: "REP-1: may we write to you?".into(),
        paragraphs: Vec::new(),
        action: None,
        foot: Vec::new(),
        stop: None,
    };
    let (kind, to) = (mail::Kind::Confirm, mail::To::Reporter(case));
    let letter = mail::Letter { kind, to, case: Some(case), key: "confirm".into(), after: None, words };
    let store = db.clone();
    let queued: Result<_, db::DbError> =
        db.write(move |tx| Box::pin(async move { mail::queue(tx, &store, &letter).await })).await;
    let mail::Queued::Waits(letter) = queued.unwrap() else { panic!("not queued") };
    let (cases, drafts, blobs) = (house.count("cases").await, house.count("drafts").await, house.blob_count().await);
    let late = String::from_utf8(bounce(letter)).unwrap().replace("Action: failed", "Action: delayed");
    assert_eq!(straight(&house, late.as_bytes(), true).await, Taken::Noted { case: Some(case) });
    assert_eq!(straight(&house, &bounce(letter), true).await, Taken::Returned { case: Some(case) });
    assert_eq!(straight(&house, &bounce(letter), true).await, Taken::Returned { case: Some(case) });
    assert_eq!(
        (house.count("cases").await, house.count("drafts").await, house.blob_count().await),
        (cases, drafts, blobs)
    );
    let failed = mail::one(&mut db.read().await.unwrap(), db, letter).await.unwrap().unwrap();
    assert_eq!((failed.state, failed.answer.unwrap().code), (mail::State::Failed, Some(550)));
    let events = house.events(case).await;
    let told: Vec<_> = events.iter().filter(|e| e.kind == "letter_returned").collect();
    assert_eq!(told.len(), 1, "the same bounce twice is told once");
    assert_eq!((told[0].audience.as_str(), &told[0].data["status"]), ("team", &"5.1.1".into()));
    assert_eq!(told[0].data["letter"], letter.to_string());
    // One of no letter of ours is a mail like any other.
    let stranger: mail::LetterId = "0190a000-0000-7000-8000-00000000dead".parse().unwrap();
    let Taken::Opened { case, .. } = straight(&house, &bounce(stranger), true).await else { panic!("not opened") };
    let kept = contact::of_case(&mut db.read().await.unwrap(), db, case).await.unwrap();
    assert!(kept.is_none(), "no program is asked whether we may write");
    house.test.db.close().await;
}

#[tokio::test]
async fn a_mail_whose_case_was_erased_opens_none_again() {
    let house = House::new().await;
    let Taken::Opened { case, .. } = straight(&house, MAIL, false).await else { panic!("not opened") };
    let db = house.test.db.clone();
    let erased: Result<_, db::erase::EraseError> = house
        .test
        .db
        .write(move |tx| {
            Box::pin(async move {
                let order = db::erase::Order { by: None, reason: "asked for".into() };
                db::erase::erase_case(tx, db.keys(), db.ambient(), case, &order).await
            })
        })
        .await;
    erased.unwrap();
    assert_eq!(straight(&house, MAIL, false).await, Taken::Before { case });
    assert_eq!(house.count("attachments").await, 0);
    house.test.db.close().await;
}

/// A letter to the reporter of this case.
async fn letter_to(house: &House, case: domain::CaseId) -> mail::LetterId {
    let words = mail::Words {
        subject: "REP-1: news".into(),
        paragraphs: Vec::new(),
        action: None,
        foot: Vec::new(),
        stop: None,
    };
    let (kind, to) = (mail::Kind::Confirm, mail::To::Reporter(case));
    let letter = mail::Letter { kind, to, case: Some(case), key: "news".into(), after: None, words };
    let store = house.test.db.clone();
    let queued: Result<_, db::DbError> =
        house.test.db.write(move |tx| Box::pin(async move { mail::queue(tx, &store, &letter).await })).await;
    let mail::Queued::Waits(letter) = queued.unwrap() else { panic!("not queued") };
    letter
}

#[tokio::test]
async fn an_answer_to_a_letter_of_ours_goes_to_its_case() {
    let house = House::new().await;
    let Taken::Opened { case, .. } = straight(&house, MAIL, true).await else { panic!("not opened") };
    let db = &house.test.db;
    let letter = letter_to(&house, case).await;
    let token = contact::of_case(&mut db.read().await.unwrap(), db, case).await.unwrap().unwrap().token.to_string();
    let reply = |from: &str, more: &str| {
        let text = format!(
            "From: {from}\r\nTo: desk@acme.example\r\nSubject: Re: REP-1: news\r\nMessage-ID: <x2@there.example>\r\n\
             References: <x1@there.example> <{letter}@acme.example>\r\nIn-Reply-To: <{letter}@acme.example>\r\n{more}\
             \r\nIt is version 4.1.\r\n> Stop these letters: https://trust.acme.example/mail/{token}\r\n"
        );
        text.into_bytes()
    };
    let (cases, drafts) = (house.count("cases").await, house.count("drafts").await);
    let answer = reply("Quiet Harbour <Finder@there.example>", "");
    assert_eq!(straight(&house, &answer, true).await, Taken::Answered { case, notes: Vec::new() });
    assert_eq!(straight(&house, &answer, true).await, Taken::Before { case });
    assert_eq!((house.count("cases").await, house.count("drafts").await), (cases, drafts));
    let events = house.events(case).await;
    let said: Vec<_> = events.iter().filter(|e| e.kind == "message_received").collect();
    assert_eq!((said.len(), said[0].audience.as_str()), (1, "reporter"));
    let text = said[0].data["text"].as_str().unwrap();
    assert!(text.contains("It is version 4.1.") && text.contains("/mail/…"), "{text}");
    assert!(!text.contains(&token), "who else follows the report gets no key to it");
    let files = house.files(case).await;
    let whole: Vec<_> = files.iter().filter(|f| f.name == "mail.eml" && f.audience.as_str() == "team").collect();
    assert_eq!(whole.len(), 2, "each whole mail is beside the case, for the team");
    for file in whole {
        let bytes = house.bytes(case, file).await;
        assert!(!String::from_utf8_lossy(&bytes).contains(&token), "the whole mail gives no key either");
    }
    // Who only heard of the letter is no voice of the reporter.
    let other = reply("somebody@else.example", "");
    let Taken::Opened { case: opened, .. } = straight(&house, &other, true).await else { panic!("not opened") };
    assert!(!house.report(opened).await.to_string().contains(&token), "nor does a case that such a mail opens");
    for file in house.files(opened).await {
        assert!(!String::from_utf8_lossy(&house.bytes(opened, &file).await).contains(&token), "{}", file.name);
    }
    // Nor is a program that answers by itself: whoever is away would open a case with each letter of ours.
    let (cases, events) = (house.count("cases").await, house.events(case).await.len());
    for header in ["Auto-Submitted: auto-replied\r\n", "X-Autoreply: yes\r\n", "Precedence: bulk\r\n"] {
        for from in ["finder@there.example", "somebody@else.example"] {
            let away = reply(from, header);
            assert_eq!(straight(&house, &away, true).await, Taken::Noted { case: Some(case) }, "{header} {from}");
        }
    }
    assert_eq!((house.count("cases").await, house.events(case).await.len()), (cases, events));
    // A list passes on what a person wrote.
    let listed = reply("somebody@else.example", "Precedence: list\r\n");
    assert!(matches!(straight(&house, &listed, true).await, Taken::Opened { .. }));
    house.test.db.close().await;
}

#[tokio::test]
async fn whoever_types_an_address_does_not_read_the_mail_of_its_owner() {
    let house = House::new().await;
    let client = house.site.client();
    let check = walk(&client, &[LEAST[0], LEAST[1], ("contact", "stranger@there.example")], &[]).await;
    send(&client, &check).await.is(200);
    let case = house.last_case().await;
    let letter = letter_to(&house, case).await;
    let reply = |n: u8| {
        let text = format!(
            "From: stranger@there.example\r\nSubject: Re: REP-1: news\r\nMessage-ID: <y{n}@there.example>\r\n\
             In-Reply-To: <{letter}@acme.example>\r\n\r\nWho are you? Call me at home.\r\n"
        );
        text.into_bytes()
    };
    let db = &house.test.db;
    assert!(matches!(straight(&house, &reply(1), false).await, Taken::Opened { .. }));
    let decide = async |yes: bool| {
        let store = db.clone();
        let done: Result<_, db::DbError> =
            db.write(move |tx| Box::pin(async move { contact::decide(tx, &store, (case, yes)).await })).await;
        done.unwrap();
    };
    decide(false).await;
    assert!(matches!(straight(&house, &reply(2), false).await, Taken::Opened { .. }));
    let silent = house.events(case).await.iter().all(|event| !event.data.to_string().contains("at home"));
    assert!(silent, "whoever typed the address does not read what its owner writes");
    decide(true).await;
    assert_eq!(straight(&house, &reply(3), false).await, Taken::Answered { case, notes: Vec::new() });
    house.test.db.close().await;
}

#[tokio::test]
async fn an_answer_whose_files_find_no_room_still_says_its_words() {
    let house = House::new().await;
    let Taken::Opened { case, .. } = straight(&house, MAIL, true).await else { panic!("not opened") };
    let letter = letter_to(&house, case).await;
    let full: Result<u64, db::DbError> = house
        .test
        .db
        .write(move |tx| {
            Box::pin(async move {
                let statement =
                    db::stmt!("UPDATE attachments SET size = $1 WHERE owner = $2 AND audience = 'reporter'");
                db::execute!(tx, statement, i64::try_from(desk::attachment::CASE_SIZE).unwrap(), case.uuid())
            })
        })
        .await;
    assert_eq!(full.unwrap(), 1);
    let blobs = house.blob_count().await;
    let answer = format!(
        "From: finder@there.example\r\nSubject: Re: REP-1: news\r\nMessage-ID: <z1@there.example>\r\n\
         In-Reply-To: <{letter}@acme.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt is version 4.1.\r\n\
         --b\r\nContent-Type: image/png; name=\"more.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n"
    );
    let taken = straight(&house, answer.as_bytes(), false).await;
    let Taken::Answered { case: same, notes } = taken else { panic!("not taken") };
    assert_eq!((same, notes.len()), (case, 1), "{notes:?}");
    let events = house.events(case).await;
    let said = events.iter().find(|event| event.kind == "message_received").unwrap();
    assert!(said.data["text"].as_str().unwrap().contains("It is version 4.1."));
    let files = house.files(case).await;
    assert!(files.iter().all(|file| file.name != "more.png"));
    assert_eq!(house.blob_count().await, blobs + 1, "the whole mail, and nothing without a row");
    house.test.db.close().await;
}

#[tokio::test]
async fn nobody_adds_a_mail_to_a_case_that_they_may_not_read() {
    let house = House::new().await;
    let Taken::Opened { case, .. } = straight(&house, MAIL, true).await else { panic!("not opened") };
    let letter = letter_to(&house, case).await;
    let other = programme::install(&house.test.db, programme::Brief { slug: "other".into(), ..brief() }).await.unwrap();
    let grants = vec![Grant { role: Role::Triager, scope: Scope::Programme(other) }];
    let narrow = Caller::Staff {
        actor: Actor::person(PersonId::from_uuid(uuid::Uuid::from_u128(3)), grants),
        session: SessionId::from_uuid(uuid::Uuid::from_u128(4)),
        step_up_at: None,
        unseen: 0,
        keys_off: false,
    };
    let site = house.site_of(vec![("narrow".to_owned(), narrow)]).await;
    let client = site.client();
    client.set_cookie("__Host-leeward-desk", "narrow");
    let answer = format!(
        "From: finder@there.example\r\nSubject: Re: REP-1: news\r\nMessage-ID: <n1@there.example>\r\n\
         In-Reply-To: <{letter}@acme.example>\r\n\r\nIt is version 4.1.\r\n"
    );
    let bounced = bounce(letter);
    let (events, blobs) = (house.events(case).await.len(), house.blob_count().await);
    for mail in [answer.as_bytes(), bounced.as_slice()] {
        let page = client.form("/desk/new/mail").await.file("file", "forged.eml", mail).submit().await;
        page.is(404);
    }
    assert_eq!((house.events(case).await.len(), house.blob_count().await), (events, blobs));
    let db = &house.test.db;
    let kept = mail::one(&mut db.read().await.unwrap(), db, letter).await.unwrap().unwrap();
    assert_ne!(kept.state, mail::State::Failed, "nobody stops the letters of a case that they may not read");
    // Nothing of it was kept, so whoever may work on the case brings the same mail afterwards.
    let client = house.site.client();
    client.set_cookie("__Host-leeward-desk", "staff");
    let page = client.form("/desk/new/mail").await.file("file", "answer.eml", answer.as_bytes()).submit().await;
    page.is(200).says("This mail answers a letter of ours");
    house.test.db.close().await;
}

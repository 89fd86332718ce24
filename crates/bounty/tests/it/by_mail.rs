//! Mail as a case: by page, by program, and straight, with the same result.
#![expect(clippy::unwrap_used, reason = "helpers of a test fail by panicking")]

use crate::support::{House, brief};
use bounty::by_mail::{Arrival, Taken, take};
use bounty::programme;
use mail::contact;
use serde_json::Value;

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
    let both = futures::future::join(straight(&house, MAIL, false), straight(&house, MAIL, false)).await;
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

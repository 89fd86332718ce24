//! A case with 10,000 events, one with 1,000 messages, one with 200 files: every page and answer stays bounded, and all of it
//! can be reached. Events are stored beside the engine, in one write; nothing acts on these cases afterwards.

use super::export::members;
use super::support::{House, code};
use db::event::{self, NewRecord};
use domain::{CaseId, PersonId, Role};
use serde_json::json;
use std::collections::BTreeSet;
use web::testing::{Answer, Client};

/// The largest page of part of a case, in bytes.
const PAGE_BYTES: usize = 120_000;

/// The audience of the n-th event, whose act it is, and what it says.
type Kind = fn(i64) -> (&'static str, &'static str, &'static str, String);

/// Notes of the team.
fn notes(n: i64) -> (&'static str, &'static str, &'static str, String) {
    ("note_added", "team", "team", format!("note {n} of ours"))
}

/// A message there, a message back.
fn messages(n: i64) -> (&'static str, &'static str, &'static str, String) {
    if n % 2 == 0 {
        ("message_sent", "reporter", "team", format!("message {n} goes over"))
    } else {
        ("message_received", "reporter", "reporter", format!("message {n} goes over"))
    }
}

/// Stores so many events behind those that are there; gives the place of the first.
async fn fill(house: &House, case: CaseId, (by, count, kind): (PersonId, i64, Kind)) -> i64 {
    let db = house.db().clone();
    let done: Result<i64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let key = db.keys().case(tx, case).await?.unwrap();
                let last = db::stmt!("SELECT MAX(seq) FROM events WHERE case_id = $1");
                let (last,) = db::fetch_one!(tx, (i64,), last, case.uuid())?;
                for n in 0..count {
                    let (kind, audience, party, text) = kind(n);
                    let new = NewRecord {
                        case: Some(case),
                        seq: last + 1 + n,
                        kind: kind.to_owned(),
                        audience,
                        party,
                        actor: (party == "team").then(|| by.uuid()),
                        at: db.ambient().now(),
                        data: json!({ "text": text }),
                    };
                    event::append(tx, &key, db.ambient(), new).await?;
                }
                Ok(last + 1)
            })
        })
        .await;
    done.unwrap()
}

/// Where the link of this page to older ones leads.
fn older(page: &Answer) -> Option<String> {
    let named = |rest: &&str| rest.split_once("</a>").is_some_and(|(link, _)| link.ends_with(">Older"));
    let link = page.text.split("href=\"").skip(1).find(named)?;
    link.split(['"', '#']).next().map(str::to_owned)
}

/// Places of the events on a page.
fn places(page: &Answer) -> BTreeSet<i64> {
    page.text.split("id=\"e-").skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
}

/// From this page on towards older ones, so many at most: the events on the way, and the texts.
async fn walk(browser: &Client, (from, most): (&str, usize)) -> (BTreeSet<i64>, String) {
    let (mut seen, mut texts, mut next) = (BTreeSet::new(), String::new(), Some(from.to_owned()));
    for _ in 0..most {
        let Some(at) = next else { break };
        let page = browser.get(&at).await.is(200);
        assert!(page.text.len() < PAGE_BYTES, "{at}: {} bytes", page.text.len());
        seen.extend(places(&page));
        next = older(&page);
        texts.push_str(&page.text);
    }
    (seen, texts)
}

#[tokio::test]
async fn ten_thousand_events_come_in_parts_and_each_can_be_reached() {
    const COUNT: i64 = 10_000;
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let first = fill(&house, case.id, (ines, COUNT, notes)).await;
    let last = first + COUNT - 1;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let (mut seen, mut below) = (BTreeSet::new(), String::new());
    loop {
        let answer = program.get(&format!("/api/v1/cases/{}/events{below}", case.name)).await.is(200);
        assert!(answer.text.len() < 2 * PAGE_BYTES, "{} bytes", answer.text.len());
        let part = answer.json();
        seen.extend(part["items"].as_array().unwrap().iter().map(|item| item["seq"].as_i64().unwrap()));
        let Some(before) = part["older_events"].as_i64() else { break };
        below = format!("?before={before}");
    }
    assert_eq!(seen, (1..=last).collect::<BTreeSet<i64>>(), "each of them");
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    // The newest, some from the middle, and the last of the way down: neighbours without a gap.
    for (from, to, parts) in
        [(at.clone(), last, 3), (format!("{at}?before=5000"), 4_999, 3), (format!("{at}?before=150"), 149, 9)]
    {
        let (seen, _) = walk(&browser, (&from, parts)).await;
        let ours: BTreeSet<i64> = seen.into_iter().filter(|place| *place >= first).collect();
        let least = *ours.first().unwrap();
        assert_eq!(ours, (least..=to).collect::<BTreeSet<i64>>(), "{from}");
        assert!(to - least >= 99 && (parts == 3 || least == first), "{from}: down to {least}");
    }
    browser.get(&format!("{at}?at=7777")).await.is(200).says("id=\"e-7777\"").says(">Newest</a>");
    house.t.db.close().await;
}

#[tokio::test]
async fn a_thousand_messages_are_read_by_both_sides_part_by_part() {
    const COUNT: i64 = 1_000;
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    fill(&house, case.id, (ines, COUNT, messages)).await;
    let site = house.site().await;
    let (browser, me) = (house.browser(&site, ines).await, house.reporter(&site, &code(1)).await);
    let at = format!("/desk/cases/{}", case.name);
    for (who, from) in [(&browser, at.as_str()), (&me, "/case/mine")] {
        let (_, texts) = walk(who, (from, 60)).await;
        for n in 0..COUNT {
            assert!(texts.contains(&format!("message {n} goes over")), "{from}: {n}");
        }
    }
    house.t.db.close().await;
}

#[tokio::test]
async fn two_hundred_files_of_one_case_are_listed_and_go_out_in_one_zip() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let me = house.reporter(&site, &code(1)).await;
    // Twenty at once are the most that the form takes.
    for first in (0..200).step_by(20) {
        let mut form = me.form_to("/case/mine", "/case/mine/attachments").await;
        for n in first..first + 20 {
            form = form.file("file", &format!("proof {n}.txt"), format!("words of {n}").as_bytes());
        }
        form.submit().await.is(303);
    }
    assert!(me.get("/case/mine").await.is(200).text.len() < 2 * PAGE_BYTES);
    let owner = house.browser(&site, ana).await;
    let at = format!("/desk/cases/{}", case.name);
    let page = owner.get(&at).await.is(200).says("All 200 files");
    assert!(page.text.len() < PAGE_BYTES, "{} bytes", page.text.len());
    let (_, texts) = walk(&owner, (&format!("{at}/files"), 9)).await;
    assert!((0..200).all(|n| texts.contains(&format!("proof {n}.txt"))));
    let form = owner.form(&format!("{at}/export")).await.fill("contents", "everything").fill("as", "zip");
    let out = form.submit().await.is(200);
    let members = members(&out.bytes);
    let files: BTreeSet<&str> = members
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.starts_with("files/"))
        .filter_map(|(_, text)| text.as_str())
        .collect();
    let sent: BTreeSet<String> = (0..200).map(|n| format!("words of {n}")).collect();
    assert_eq!(files, sent.iter().map(String::as_str).collect::<BTreeSet<&str>>());
    house.t.db.close().await;
}

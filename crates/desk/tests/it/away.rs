//! Others that do not answer: a webhook receiver that hangs, a mail server that is away for a day. Both are shown on the
//! pages, nothing is lost, and what goes out afterwards is one and the same.

use super::receiver::Receiver;
use super::smtp::{Sink, courier};
use super::support::House;
use axum::http::Method;
use domain::{Role, Span};
use outbound::{Client, Round, Rules, Sender};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_receiver_that_hangs_is_shown_and_gets_the_same_message_later() {
    let (house, mut receiver) = (House::new().await, Receiver::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let mut paths = Vec::new();
    for (label, path) in [("hangs", "/held/200"), ("works", "/ok")] {
        let wish = json!({ "label": label, "url": receiver.url(path), "events": ["case.opened"] });
        let added = program.json(Method::POST, "/api/v1/webhooks", &wish).header("idempotency-key", label).send().await;
        paths.push(format!("webhooks/{}", added.is(201).json()["id"].as_str().unwrap()));
    }
    let allow = vec!["127.0.0.0/8".parse().unwrap()];
    let hasty = Rules { allow, total: Duration::from_millis(1_500), ..Rules::default() };
    let sender = Sender::new(house.db().clone(), Client::new(hasty).unwrap());
    house.report("Old token still works", None).await;
    house.tell().await;
    assert_eq!(sender.round().await.unwrap(), Round { sent: 1, later: 1, ..Round::default() });
    let browser = house.browser(&site, owner).await;
    let page = browser.get(&format!("/desk/{}", paths[0])).await.is(200);
    page.says("Last try failed").says("No answer within").says("REP-1");
    browser.get("/desk/webhooks").await.is(200).says("Last try failed").says("Works");
    let waiting = program.get(&format!("/api/v1/{}/deliveries?state=waiting", paths[0])).await.is(200).json();
    assert_eq!((waiting["items"].as_array().unwrap().len(), &waiting["items"][0]["attempts"]), (1, &json!(1)));
    house.t.clock.advance(Span::from_seconds(4));
    assert_eq!(sender.round().await.unwrap(), Round::default(), "it is not pressed");
    receiver.order("release");
    house.t.clock.advance(Span::from_seconds(4));
    assert_eq!(sender.round().await.unwrap(), Round { sent: 1, ..Round::default() });
    assert_eq!(sender.round().await.unwrap(), Round::default(), "once");
    let got = receiver.got();
    let held: Vec<_> = got.iter().filter(|each| each.path == "/held/200").collect();
    assert_eq!((got.len(), held.len()), (3, 2));
    assert_eq!((held[0].header("webhook-id"), &held[0].text), (held[1].header("webhook-id"), &held[1].text));
    browser.get("/desk/webhooks").await.is(200).is_silent_about("Last try failed");
    house.t.db.close().await;
}

#[tokio::test]
async fn a_mail_server_that_is_away_for_a_day_is_shown_and_gets_one_copy_when_it_is_back() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let sink = Sink::start(&[]);
    let (address, port) = (sink.address(), sink.port.to_string());
    sink.stop();
    let (courier, post) = courier(house.db(), &address);
    let site = house.site_with(|app| app.carry(post)).await;
    house.report("Old token still works", None).await;
    house.tell().await;
    for hour in 0..=24 {
        let round = courier.round().await.unwrap();
        assert_eq!((round.sent, round.failed, round.dropped), (0, 0, 0), "hour {hour}");
        if hour < 24 {
            house.t.clock.advance(Span::from_hours(1));
        }
    }
    let browser = house.browser(&site, owner).await;
    browser.get("/desk/system").await.is(200).says("1 waiting, the oldest for 24 h");
    let page = browser.get("/desk/mail").await.is(200).says("Mail does not go out.");
    page.says("For 24 h the mail server has taken no letters").says("REP-1");
    let program = house.program(&site, owner, Role::Owner).await;
    let system = program.get("/api/v1/system").await.is(200).json();
    let letters = system["queues"].as_array().unwrap().iter().find(|queue| queue["queue"] == "mail").unwrap();
    assert_eq!((&letters["waiting"], &letters["failed"]), (&json!(1), &json!(0)));
    let mut sink = Sink::start(&["--port", &port]);
    house.t.clock.advance(Span::from_minutes(11));
    while courier.round().await.unwrap() != mail::Round::default() {}
    let to: Vec<String> = sink.taken().iter().map(|taken| taken.to.join(" ")).collect();
    assert_eq!(to, ["olga@acme.example"], "one copy");
    let page = browser.get("/desk/mail").await.is(200).says("Nothing waits.");
    page.is_silent_about("Mail does not go out.");
    house.t.db.close().await;
}

#[tokio::test]
async fn letters_that_the_page_has_no_room_for_are_counted() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let letter = move |n: usize| mail::Letter {
        kind: mail::Kind::Trial,
        to: mail::To::Person(owner),
        case: None,
        key: format!("letter {n}"),
        after: None,
        words: mail::Words {
            subject: format!("Letter {n}"),
            paragraphs: Vec::new(),
            action: None,
            foot: Vec::new(),
            stop: None,
        },
    };
    let db = house.db().clone();
    let queued: Result<(), db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                for n in 0..210 {
                    mail::queue(tx, &db, &letter(n)).await?;
                }
                Ok(())
            })
        })
        .await;
    queued.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, owner).await;
    browser.get("/desk/mail").await.is(200).says("The next 200 of 210 stand here.").is_silent_about("The newest");
    house.t.db.close().await;
}

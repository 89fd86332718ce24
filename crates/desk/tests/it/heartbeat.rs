//! Those who look after the house hear when something behind the pages stands still, through a real SMTP server.

use super::smtp::{Sink, courier};
use super::support::House;
use desk::heartbeat::BackupsDue;
use desk::letters::Letterhead;
use domain::{Clock, Grant, Role, Scope, Span, Ts};
use std::sync::Arc;
use web::PublicUrl;

/// Looks once, with a week for backups.
pub(crate) async fn look(house: &House) {
    let url = PublicUrl::parse("https://desk.acme.example").unwrap();
    let head = Arc::new(Letterhead::new("Acme security", url, House::post().settings()));
    desk::heartbeat::look(house.db(), &head, Some(BackupsDue(Span::from_days(7)))).await.unwrap();
}

async fn told(house: &House, sink: &mut Sink) -> Vec<(String, String)> {
    look(house).await;
    let (courier, _) = courier(house.db(), &sink.address());
    courier.round().await.unwrap();
    sink.taken().iter().map(|m| (m.to.join(" "), m.header("Subject").unwrap_or_default())).collect()
}

#[tokio::test]
async fn what_stands_still_is_told_to_those_in_charge_and_not_every_minute() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    house.person("Tess", Role::Triager).await;
    // A webhook whose messages nobody sends, and jobs that nobody does.
    let wish = outbound::Wish {
        label: "Chat".into(),
        url: "https://hooks.invalid/".into(),
        programme: None,
        kinds: outbound::Kind::every(),
        titles: false,
    };
    let db = house.db().clone();
    let added: Result<_, db::DbError> =
        house.db().write(move |tx| Box::pin(async move { outbound::add(tx, &db, (owner, wish)).await })).await;
    let (webhook, _) = added.unwrap().unwrap();
    house.report("Old token still works", None).await;
    assert_eq!(told(&house, &mut sink).await, [], "all is well");
    house.t.clock.advance(Span::from_minutes(11));
    let to_olga = |subject: &str| ("olga@acme.example".to_owned(), format!("Acme security: {subject}"));
    assert_eq!(told(&house, &mut sink).await, [to_olga("background work stands still")]);
    house.t.clock.advance(Span::from_minutes(1));
    assert_eq!(told(&house, &mut sink).await, [], "told");
    // The jobs are done; the messages they made lie there.
    house.tell().await;
    sink.taken();
    house.t.clock.advance(Span::from_minutes(16));
    let all = told(&house, &mut sink).await;
    let about: Vec<_> = all.iter().filter(|(to, what)| to.starts_with("olga") && what.contains("webhooks")).collect();
    assert_eq!(about.len(), 1, "{all:?}");
    // We stop one by ourselves: told once.
    let stopped: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let statement = db::stmt!("UPDATE webhooks SET state = 'disabled', reason = 'gone' WHERE id = $1");
                db::execute!(tx, statement, webhook)
            })
        })
        .await;
    assert_eq!(stopped.unwrap(), 1);
    assert_eq!(told(&house, &mut sink).await, [to_olga("a webhook was stopped")]);
    assert_eq!(told(&house, &mut sink).await, []);
    let site = house.site().await;
    let browser = house.browser(&site, owner).await;
    browser.get("/desk").await.is(200).says("A receiver is away.").says("We stopped 1 webhook");
    // Whoever cannot mend it is not told; that work stands still, the whole team is, and no guest.
    let theo = house.person("Theo", Role::Triager).await;
    house.browser(&site, theo).await.get("/desk").await.is(200).is_silent_about("A receiver is away.");
    let case = house.report("Newer", None).await;
    house.t.clock.advance(Span::from_minutes(11));
    house.browser(&site, theo).await.get("/desk").await.is(200).says("Background work stands still.");
    let grant = Grant { role: Role::Guest, scope: Scope::Case(case.id) };
    let gus = house.person_of("Gus", grant).await;
    let page = house.browser(&site, gus).await.get("/desk").await.is(200);
    page.is_silent_about("Background work stands still.").is_silent_about("A receiver is away.");
    browser.get("/desk/webhooks").await.is(200).says("Stopped");
}

#[tokio::test]
async fn what_was_told_is_not_told_again_because_noon_has_passed() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    house.person("Olga", Role::Owner).await;
    house.report("Old token still works", None).await;
    // A minute before noon, when windows of twelve hours would begin anew.
    let day = Span::from_days(1).micros();
    let noon = house.t.clock.now().micros().div_euclid(day) * day + 3 * day / 2;
    house.t.clock.set(Ts::from_micros(noon).minus(Span::from_minutes(1)));
    assert_eq!(told(&house, &mut sink).await.len(), 1);
    house.t.clock.advance(Span::from_minutes(2));
    assert_eq!(told(&house, &mut sink).await, []);
    house.t.clock.advance(Span::from_hours(12));
    assert_eq!(told(&house, &mut sink).await.len(), 1, "it still stands");
}

#[tokio::test]
async fn a_house_without_a_backup_is_told_after_a_week() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    house.person("Olga", Role::Owner).await;
    house.t.clock.advance(Span::from_days(7));
    assert_eq!(told(&house, &mut sink).await, [], "a week is not over yet");
    house.t.clock.advance(Span::from_hours(1));
    let letter = [("olga@acme.example".to_owned(), "Acme security: the last backup is old".to_owned())];
    assert_eq!(told(&house, &mut sink).await, letter);
    let file = house.t.folder().join("backup");
    db::backup::backup(house.db(), &house.blobs(), &file).await.unwrap();
    house.t.clock.advance(Span::from_days(1));
    assert_eq!(told(&house, &mut sink).await, [], "one was made");
    house.t.clock.advance(Span::from_days(7));
    assert_eq!(told(&house, &mut sink).await, letter, "it grew old");
}

#[tokio::test]
async fn a_master_key_that_is_older_than_its_rule_is_told_once_a_month() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let owner = house.person("Olga", Role::Owner).await;
    let about = |all: Vec<(String, String)>| all.iter().filter(|(_, what)| what.contains("master key")).count();
    house.t.clock.advance(Span::from_days(366));
    assert_eq!(about(told(&house, &mut sink).await), 0, "a year is not over yet");
    house.t.clock.advance(Span::from_hours(1));
    assert_eq!(about(told(&house, &mut sink).await), 1);
    house.t.clock.advance(Span::from_hours(1));
    assert_eq!(about(told(&house, &mut sink).await), 0, "told");
    house.t.clock.advance(Span::from_days(15));
    assert_eq!(about(told(&house, &mut sink).await), 0);
    house.t.clock.advance(Span::from_days(15));
    assert_eq!(about(told(&house, &mut sink).await), 1, "a month later");
    let site = house.site().await;
    let browser = house.browser(&site, owner).await;
    browser.get("/desk/system").await.is(200).says("older than a year, run leeward key rotate");
}

#[tokio::test]
async fn whoever_made_a_token_hears_once_that_it_ends() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    for (who, days) in [(olga, 90), (theo, 90), (olga, 5)] {
        let db = house.db().clone();
        let wish = accounts::token::TokenWish {
            label: "nightly export".into(),
            permissions: vec![domain::Permission::ReadCases],
            life: Span::from_days(days),
        };
        let made =
            house.db().write(move |tx| Box::pin(async move { accounts::token::create(tx, &db, who, wish).await }));
        made.await.unwrap();
    }
    let url = PublicUrl::parse("https://desk.acme.example").unwrap();
    let head = Letterhead::new("Acme security", url, House::post().settings());
    let tell = || desk::letters::tell_of_tokens(house.db(), &head);
    assert_eq!(tell().await.unwrap(), 0, "one made for five days is known to end");
    house.t.clock.advance(Span::from_days(83).minus(Span::from_minutes(1)));
    assert_eq!(tell().await.unwrap(), 0);
    house.t.clock.advance(Span::from_minutes(1));
    assert_eq!(tell().await.unwrap(), 2);
    assert_eq!(tell().await.unwrap(), 0, "once");
    let (courier, _) = courier(house.db(), &sink.address());
    courier.round().await.unwrap();
    let mut letters: Vec<(String, String)> =
        sink.taken().iter().map(|m| (m.to.join(" "), m.header("Subject").unwrap_or_default())).collect();
    letters.sort();
    let subject = "Acme security: an API token of yours ends soon".to_owned();
    let wanted = ["olga@acme.example", "theo@acme.example"].map(|to| (to.to_owned(), subject.clone()));
    assert_eq!(letters, wanted);
    // Until it has ended, also when the letter lies far back.
    house.t.clock.advance(Span::from_days(6));
    assert_eq!(tell().await.unwrap(), 0);
    house.t.clock.advance(Span::from_days(1));
    assert_eq!(tell().await.unwrap(), 0);
}

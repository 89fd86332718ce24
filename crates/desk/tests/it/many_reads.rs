//! Who reads far more cases than a day's work needs is told of: in the record, and by a real SMTP server.

use super::smtp::{Sink, courier};
use super::support::House;
use accounts::ReadKind;
use desk::audit::watch_reads;
use desk::letters::Letterhead;
use domain::{CaseId, PersonId, Role, Span};
use std::sync::Arc;
use uuid::Uuid;
use web::PublicUrl;

const MOST: u32 = 20;

/// `count` cases, each read twice.
async fn read(house: &House, person: PersonId, count: u32) {
    let reads = house.accounts.reads();
    for n in 0..count {
        let case = CaseId::from_uuid(Uuid::from_u128(n.into()));
        reads.record(Some(person), ReadKind::Case, Some(case)).await.unwrap();
        reads.record(Some(person), ReadKind::Attachment, Some(case)).await.unwrap();
    }
    reads.flush().await;
}

async fn watch(house: &House) -> usize {
    let url = PublicUrl::parse("https://desk.acme.example").unwrap();
    let head = Arc::new(Letterhead::new("Acme security", url, House::post().settings()));
    watch_reads(house.db(), Some(&head), MOST).await.unwrap()
}

async fn letters(house: &House, sink: &mut Sink) -> Vec<String> {
    let (courier, _) = courier(house.db(), &sink.address());
    courier.round().await.unwrap();
    let mut all: Vec<String> = sink.taken().iter().map(|m| m.to.join(" ")).collect();
    all.sort();
    all
}

#[tokio::test]
async fn whoever_reads_very_many_cases_is_told_of_once() {
    let (house, mut sink) = (House::new().await, Sink::start(&[]));
    house.person("Olga", Role::Owner).await;
    let ada = house.person("Ada", Role::Auditor).await;
    let tess = house.person("Tess", Role::Triager).await;
    house.person("Theo", Role::Triager).await;
    read(&house, tess, MOST - 1).await;
    assert_eq!(watch(&house).await, 0, "one case read twice is one case");
    read(&house, tess, MOST).await;
    assert_eq!(watch(&house).await, 1);
    let hear = ["ada@acme.example", "olga@acme.example", "tess@acme.example"];
    assert_eq!(letters(&house, &mut sink).await, hear, "whoever may read the record, and whose name it is");
    house.t.clock.advance(Span::from_minutes(1));
    assert_eq!(watch(&house).await, 0, "told");
    let site = house.site().await;
    let page = house.browser(&site, ada).await.get("/desk/audit?show=house").await.is(200);
    page.says("20 cases read within ten minutes: Tess");
    // Half a day later it goes on.
    house.t.clock.advance(Span::from_hours(12));
    assert_eq!(watch(&house).await, 0, "nothing was read in the last ten minutes");
    read(&house, tess, MOST).await;
    assert_eq!(watch(&house).await, 1);
}

#[tokio::test]
async fn a_house_without_mail_has_it_in_the_record() {
    let house = House::new().await;
    let ada = house.person("Ada", Role::Auditor).await;
    read(&house, ada, MOST).await;
    assert_eq!(watch_reads(house.db(), None, MOST).await.unwrap(), 1);
    let site = house.site().await;
    let page = house.browser(&site, ada).await.get("/desk/audit?show=house").await.is(200);
    page.says("20 cases read within ten minutes");
}

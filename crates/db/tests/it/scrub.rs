//! The scrub finds every flipped bit, and nothing where there is none.

use crate::stage::{Report, Stage, tamper};
use db::log::Fault;
use db::scrub::{Damage, Pace, report, scrub, start_scrubber};
use db::{Address, event, fetch_one, stmt};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flips_in_events_and_blobs_are_all_found() {
    let stage = Stage::new().await;
    let mut reports = Vec::new();
    for n in 0..12 {
        reports.push(stage.report(&format!("a report with some text in it, number {n}"), 1 + n * 20_000).await);
    }
    let clean = scrub(stage.db(), &stage.blobs, Pace::Full).await.unwrap();
    assert!(clean.is_clean(), "{:?} {:?}", clean.damage, clean.log.faults);
    assert_eq!(clean.blobs, 12);
    let dice = stage.db().ambient().clone();
    for round in 0..60 {
        let report = reports[round % reports.len()];
        let at = usize::from(u16::from_le_bytes(dice.bytes()));
        let bit = 1_u8 << (dice.bytes::<1>()[0] % 8);
        if round % 2 == 0 {
            event_flip(&stage, report, (at, bit)).await;
        } else {
            blob_flip(&stage, report, (at, bit)).await;
        }
    }
    assert!(scrub(stage.db(), &stage.blobs, Pace::Full).await.unwrap().is_clean(), "every flip was taken back");
}

#[tokio::test]
async fn the_scrubber_tells_what_it_finds_and_records_it() {
    let stage = Stage::new().await;
    let kept = stage.report("one", 20_000).await;
    stage.blobs.delete(kept.blob.unwrap()).await.unwrap();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let hear = Arc::new(move |seen: &db::scrub::Scrubbed| drop(tell.send(seen.faults())));
    let pauses = (Duration::ZERO, Duration::from_hours(24));
    let running = start_scrubber(stage.db().clone(), stage.blobs.clone(), pauses, hear);
    let faults = told.recv().await.unwrap();
    assert!(faults.len() == 1 && faults[0].ends_with("is missing"), "{faults:?}");
    running.abort();

    report(stage.db(), &scrub(stage.db(), &stage.blobs, Pace::Gentle).await.unwrap()).await.unwrap();
    let mut tx = stage.db().read().await.unwrap();
    let asked = ("scrub_found_faults", uuid::Uuid::nil());
    let recorded = event::of_house_kind(&mut tx, stage.db().keys(), asked, 9).await.unwrap();
    assert_eq!(recorded[0].data["first"][0], faults[0].as_str());
}

#[tokio::test]
async fn broken_references_are_found() {
    let stage = Stage::new().await;
    stage.report("one", 0).await;
    let Address::Sqlite(_) = stage.t.address else { return };
    tamper(&stage.t.address, "DELETE FROM programmes").await;
    let found = scrub(stage.db(), &stage.blobs, Pace::Full).await.unwrap();
    assert_eq!(found.engine.len(), 1, "{:?}", found.engine);
    assert!(!found.is_clean());
}

async fn event_flip(stage: &Stage, report: Report, (at, bit): (usize, u8)) {
    let mut tx = stage.db().read().await.unwrap();
    let id = report.event.uuid();
    let (body,) = fetch_one!(&mut tx, (Vec<u8>,), stmt!("SELECT body FROM events WHERE id = $1"), id).unwrap();
    drop(tx);
    let mut flipped = body.clone();
    let at = at % body.len();
    flipped[at] ^= bit;
    set_body(stage, id, &flipped).await;
    let found = scrub(stage.db(), &stage.blobs, Pace::Full).await.unwrap();
    assert_eq!(found.log.faults, [Fault::Gone(id)], "byte {at} of {}", body.len());
    assert_eq!(found.damage, [], "no false alarm elsewhere");
    set_body(stage, id, &body).await;
}

async fn set_body(stage: &Stage, id: uuid::Uuid, body: &[u8]) {
    let hex = data_encoding::HEXLOWER.encode(body);
    let sql = match stage.t.address {
        Address::Sqlite(_) => format!("UPDATE events SET body = x'{hex}' WHERE id = x'{}'", id.simple()),
        Address::Postgres(_) => format!("UPDATE events SET body = '\\x{hex}' WHERE id = '{id}'"),
    };
    tamper(&stage.t.address, &sql).await;
}

async fn blob_flip(stage: &Stage, report: Report, (at, bit): (usize, u8)) {
    let name = report.blob.unwrap();
    let path = find(&stage.t.folder().join("blobs"), &name.to_string()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let mut flipped = bytes.clone();
    let at = at % bytes.len();
    flipped[at] ^= bit;
    std::fs::write(&path, &flipped).unwrap();
    let found = scrub(stage.db(), &stage.blobs, Pace::Full).await.unwrap();
    assert!(matches!(found.damage.as_slice(), [Damage::Altered(_, blob)] if *blob == name.to_string()), "byte {at}");
    assert_eq!(found.log.faults, []);
    std::fs::remove_file(&path).unwrap();
    let found = scrub(stage.db(), &stage.blobs, Pace::Full).await.unwrap();
    assert!(matches!(found.damage.as_slice(), [Damage::Missing(..)]));
    std::fs::write(&path, &bytes).unwrap();
}

fn find(folder: &std::path::Path, name: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find_map(|path| if path.is_dir() { find(&path, name) } else { path.ends_with(name).then_some(path) })
}

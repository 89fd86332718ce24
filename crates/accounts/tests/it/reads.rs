//! The record of reads: gathered, written, and held by the log.

use crate::support::House;
use accounts::{ReadKind, batch_digest, check_batches};
use domain::{CaseId, Role, Scope};
use uuid::Uuid;

#[tokio::test]
async fn reads_are_written_in_batches_that_the_log_holds() {
    let house = House::new().await;
    let ana = house.owner().await;
    let reads = house.accounts.reads();
    for n in 0..600_u128 {
        reads.record(Some(ana.id), ReadKind::Case, Some(CaseId::from_uuid(Uuid::from_u128(n)))).await.unwrap();
    }
    reads.record(None, ReadKind::Search, None).await.unwrap();
    reads.flush().await;
    let mut tx = house.t.db.read().await.unwrap();
    let (count,) = db::fetch_one!(&mut tx, (i64,), db::stmt!("SELECT COUNT(*) FROM reads")).unwrap();
    assert_eq!(count, 601);
    let events = db::event::of_house(&mut tx, house.t.db.keys(), 100).await.unwrap();
    let batches: Vec<_> = events.iter().filter(|e| e.kind == "reads_recorded").collect();
    assert!(batches.len() >= 3, "at most 256 in one");
    let mut total = 0;
    for batch in batches {
        let id: Uuid = batch.data["batch"].as_str().unwrap().parse().unwrap();
        let (count, digest) = batch_digest(&mut tx, id).await.unwrap();
        assert_eq!(batch.data["count"], count);
        assert_eq!(batch.data["digest"], digest);
        total += count;
    }
    assert_eq!(total, 601);
}

#[tokio::test]
async fn a_changed_row_no_longer_fits_its_batch() {
    let house = House::new().await;
    house.accounts.reads().record(None, ReadKind::Export, None).await.unwrap();
    house.accounts.reads().flush().await;
    let first = digest(&house).await;
    let changed: Result<u64, db::DbError> = house
        .t
        .db
        .write(|tx| Box::pin(async move { db::execute!(tx, db::stmt!("UPDATE reads SET what = 'case'")) }))
        .await;
    assert_eq!(changed.unwrap(), 1);
    assert_ne!(digest(&house).await, first);
}

async fn digest(house: &House) -> String {
    let mut tx = house.t.db.read().await.unwrap();
    let events = db::event::of_house(&mut tx, house.t.db.keys(), 100).await.unwrap();
    let batch = events.iter().find(|e| e.kind == "reads_recorded").unwrap();
    batch_digest(&mut tx, batch.data["batch"].as_str().unwrap().parse().unwrap()).await.unwrap().1
}

#[tokio::test]
async fn reads_that_were_altered_taken_away_or_slipped_in_are_found() {
    let house = House::new().await;
    let reads = house.accounts.reads();
    for n in 0..300_u128 {
        reads.record(None, ReadKind::Case, Some(CaseId::from_uuid(Uuid::from_u128(n)))).await.unwrap();
    }
    reads.flush().await;
    assert_eq!(check_batches(&house.t.db).await.unwrap(), Vec::<String>::new());

    tamper(&house, db::stmt!("UPDATE reads SET at = at + 1 WHERE id = (SELECT id FROM reads ORDER BY id LIMIT 1)"))
        .await;
    let altered = check_batches(&house.t.db).await.unwrap();
    assert!(altered.len() == 1 && altered[0].contains("were altered"), "{altered:?}");
    tamper(&house, db::stmt!("UPDATE reads SET at = at - 1 WHERE id = (SELECT id FROM reads ORDER BY id LIMIT 1)"))
        .await;
    assert!(check_batches(&house.t.db).await.unwrap().is_empty());

    let slipped = Uuid::from_u128(7);
    let added: Result<u64, db::DbError> = house
        .t
        .db
        .write(move |tx| {
            let row = db::stmt!("INSERT INTO reads (id, what, at) VALUES ($1, 'case', 0)");
            Box::pin(async move { db::execute!(tx, row, slipped) })
        })
        .await;
    assert_eq!(added.unwrap(), 1);
    assert_eq!(check_batches(&house.t.db).await.unwrap(), ["1 reads belong to no event of the log"]);

    tamper(&house, db::stmt!("DELETE FROM reads")).await;
    assert!(!check_batches(&house.t.db).await.unwrap().is_empty());
}

async fn tamper(house: &House, change: db::Stmt) {
    let done: Result<u64, db::DbError> =
        house.t.db.write(move |tx| Box::pin(async move { db::execute!(tx, change) })).await;
    assert!(done.unwrap() > 0);
}

#[tokio::test]
async fn without_flush_a_read_is_on_disk_within_seconds() {
    let house = House::new().await;
    let ben = house.staff("ben@acme.example", Role::Guest, Scope::House).await;
    house.accounts.reads().record(Some(ben.id), ReadKind::Attachment, None).await.unwrap();
    for _ in 0..50 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if house.events("reads_recorded").await == 1 {
            return;
        }
    }
    panic!("nothing was written in five seconds");
}

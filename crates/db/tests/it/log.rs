//! The log in the store: whatever was handed out stays true, and whoever edits the store is found out.

use crate::stage::{Report, Stage, key_file, receipt, tamper};
use db::log::{self, Fault, Published};
use db::testing::{MASTER, TestDb};
use db::{Address, Db, Masters, Opening, fetch_all, stmt};
use proptest::prelude::*;
use seal::MasterKey;
use tlog::{Receipt, Tiles, Verdict};

/// One thing that happens to a store.
#[derive(Debug, Clone, Copy)]
enum Step {
    Report,
    /// Reports at once, so that a batch has several entries.
    Burst(u8),
    Publish,
    Receipt,
    Epoch,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Report),
        2 => (2_u8..40).prop_map(Step::Burst),
        3 => Just(Step::Publish),
        3 => Just(Step::Receipt),
        1 => Just(Step::Epoch),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn receipts_stay_valid_and_checkpoints_consistent(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(walk(steps));
    }
}

async fn walk(steps: Vec<Step>) {
    let mut stage = Stage::new().await;
    let (mut reports, mut receipts, mut published) = (Vec::<Report>::new(), Vec::<Receipt>::new(), Vec::new());
    for step in steps {
        match step {
            Step::Report => reports.push(stage.report("a report", 0).await),
            Step::Burst(n) => {
                let at_once = (0..n).map(|_| stage.report("one of many", 0));
                reports.extend(futures::future::join_all(at_once).await);
            }
            Step::Publish => {
                log::settled(stage.db()).await;
                published.push(log::publish(stage.db()).await.unwrap());
            }
            Step::Receipt => {
                for report in &reports {
                    receipts.push(receipt(stage.db(), *report).await.unwrap());
                }
            }
            Step::Epoch => {
                log::settled(stage.db()).await;
                next_epoch(stage.db()).await;
            }
            Step::Reopen => stage.t = stage.t.reopened().await.unwrap(),
        }
    }
    let keys = key_file(stage.db()).await;
    for receipt in &receipts {
        assert!(matches!(receipt.verify(Some(&keys)), Verdict::Valid(_)), "{}", receipt.verify(Some(&keys)));
    }
    for (n, older) in published.iter().enumerate() {
        older.note.verify(&keys).unwrap();
        for newer in published[n..].iter().filter(|newer| newer.epoch == older.epoch) {
            consistent(stage.db(), older, newer).await;
        }
    }
    log::settled(stage.db()).await;
    let report = stage.verify().await;
    assert_eq!(report.faults, []);
    assert_eq!(report.pending, 0);
}

async fn next_epoch(db: &Db) {
    let store = db.clone();
    db.write(move |tx| {
        Box::pin(async move { log::open_next_epoch(tx, store.keys(), store.ambient()).await.map(|_| ()) })
    })
    .await
    .unwrap();
}

/// Proves with nothing but the tiles that outsiders are served that one head grew out of the other.
async fn consistent(db: &Db, older: &Published, newer: &Published) {
    let mut tx = db.read().await.unwrap();
    let mut tiles = Tiles::new();
    for id in tlog::tiles_for_consistency(older.head.size, newer.head.size) {
        tiles.insert(log::tile(&mut tx, newer.epoch, &id).await.unwrap().unwrap()).unwrap();
    }
    let proof = tlog::consistency_proof(older.head.size, newer.head.size, &tiles).unwrap();
    tlog::verify_consistency(&older.head, &newer.head, &proof).unwrap();
}

/// A store with a few hundred entries, so that there are full tiles, and a published head.
async fn filled() -> (Stage, Vec<Report>) {
    let stage = Stage::new().await;
    let mut reports = Vec::new();
    for n in 0..300 {
        reports.push(stage.report(&format!("report {n}"), 0).await);
    }
    log::settled(stage.db()).await;
    log::publish(stage.db()).await.unwrap();
    assert_eq!(stage.verify().await.faults, []);
    (stage, reports)
}

fn id(stage: &Stage, id: uuid::Uuid) -> String {
    match stage.t.address {
        Address::Sqlite(_) => format!("x'{}'", id.simple()),
        Address::Postgres(_) => format!("'{id}'"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_by_whoever_holds_the_database_are_found() {
    let (stage, reports) = filled().await;
    let event = |n: usize| id(&stage, reports[n].event.uuid());
    let case = |n: usize| id(&stage, reports[n].case.uuid());
    let edits = [
        // Texts of one case in the place of another's.
        format!("UPDATE events SET body = (SELECT body FROM events WHERE id = {}) WHERE id = {}", event(1), event(0)),
        format!("UPDATE events SET audience = 'public' WHERE id = {}", event(2)),
        format!("UPDATE events SET at = at - 1000000 WHERE id = {}", event(3)),
        format!("UPDATE events SET case_id = {}, seq = 2 WHERE id = {}", case(5), event(4)),
        format!("DELETE FROM events WHERE id = {}", event(6)),
        format!("UPDATE events SET body = NULL, salt = NULL WHERE id = {}", event(7)),
    ];
    for sql in &edits {
        tamper(&stage.t.address, sql).await;
    }
    let faults = stage.verify().await.faults;
    let event = |n: usize| reports[n].event.uuid();
    assert!(faults.contains(&Fault::Gone(event(0))), "a moved text: {faults:?}");
    assert!(faults.contains(&Fault::Columns(event(2))), "an audience: {faults:?}");
    assert!(faults.contains(&Fault::Columns(event(3))), "an instant: {faults:?}");
    assert!(faults.contains(&Fault::Gone(event(4))), "a moved event: {faults:?}");
    assert!(faults.contains(&Fault::NoEvent(event(6))), "a deleted event: {faults:?}");
    assert!(faults.contains(&Fault::Gone(event(7))), "a text that nobody erased: {faults:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_the_newest_rows_is_found() {
    let (stage, reports) = filled().await;
    for report in &reports[250..] {
        let event = id(&stage, report.event.uuid());
        tamper(
            &stage.t.address,
            &format!("DELETE FROM log_entries WHERE event = {event}; DELETE FROM events WHERE id = {event}"),
        )
        .await;
    }
    let faults = stage.verify().await.faults;
    assert!(faults.iter().any(|f| matches!(f, Fault::Count { .. })), "{faults:?}");
    // Kept elsewhere, one checkpoint is enough even where nothing in the store tells of more.
    let kept = {
        let mut tx = stage.db().read().await.unwrap();
        log::latest(&mut tx, stage.db().keys()).await.unwrap().unwrap()
    };
    assert_eq!(log::verify_against(stage.db(), kept.note.as_str()).await.unwrap(), []);
    // Whoever takes the head back as well still stands against the published one.
    tamper(&stage.t.address, "UPDATE log_epochs SET size = (SELECT MAX(idx) + 1 FROM log_entries)").await;
    let faults = stage.verify().await.faults;
    assert!(faults.iter().any(|f| matches!(f, Fault::Root { .. })), "{faults:?}");
    let faults = log::verify_against(stage.db(), kept.note.as_str()).await.unwrap();
    assert!(matches!(faults.as_slice(), [Fault::Behind { .. }]), "{faults:?}");
    assert!(log::verify_against(stage.db(), "not a checkpoint").await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn swapped_and_altered_tiles_are_found() {
    let (stage, _) = filled().await;
    for (level, n) in [(-1, 0), (0, 0), (0, 1), (1, 0)] {
        let stage_faults = altered_tile(&stage, level, n).await;
        let found = stage_faults.iter().any(
            |f| matches!(f, Fault::Tile { level: l, index, .. } if *l == level && *index == u64::try_from(n).unwrap()),
        );
        assert!(found, "tile {level}/{n}: {stage_faults:?}");
    }
    assert_eq!(stage.verify().await.faults, []);
    tamper(&stage.t.address, "UPDATE log_tiles SET bytes = (SELECT bytes FROM log_tiles WHERE level = 1 AND n = 0) WHERE level = 0 AND n = 1").await;
    assert_ne!(stage.verify().await.faults, []);
}

/// Flips a bit of the first byte of a tile, verifies, and flips it back.
async fn altered_tile(stage: &Stage, level: i64, n: i64) -> Vec<Fault> {
    let mut tx = stage.db().read().await.unwrap();
    let rows =
        fetch_all!(&mut tx, (Vec<u8>,), stmt!("SELECT bytes FROM log_tiles WHERE level = $1 AND n = $2"), level, n)
            .unwrap();
    drop(tx);
    let old = rows.into_iter().next().unwrap().0;
    let mut new = old.clone();
    new[3] ^= 0x20;
    set_tile(stage, (level, n), &new).await;
    let faults = stage.verify().await.faults;
    set_tile(stage, (level, n), &old).await;
    faults
}

async fn set_tile(stage: &Stage, (level, n): (i64, i64), bytes: &[u8]) {
    let hex = data_encoding::HEXLOWER.encode(bytes);
    let bytes = match stage.t.address {
        Address::Sqlite(_) => format!("x'{hex}'"),
        Address::Postgres(_) => format!("'\\x{hex}'"),
    };
    tamper(&stage.t.address, &format!("UPDATE log_tiles SET bytes = {bytes} WHERE level = {level} AND n = {n}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_epoch_must_say_where_the_last_one_ended() {
    let stage = Stage::new().await;
    stage.report("one", 0).await;
    log::settled(stage.db()).await;
    next_epoch(stage.db()).await;
    stage.report("two", 0).await;
    assert_eq!(stage.verify().await.faults, []);
    tamper(&stage.t.address, "UPDATE log_epochs SET statement = NULL WHERE epoch = 2").await;
    assert_eq!(stage.verify().await.faults, [Fault::Statement { epoch: 2 }]);
}

/// Two processes on one PostgreSQL server; on SQLite there is one writer by construction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sequencers_place_each_entry_once() {
    let stage = Stage::new().await;
    let Address::Postgres(_) = stage.t.address else {
        eprintln!("LEFT OUT on SQLite: a store has one process there");
        return;
    };
    let second = second_process(&stage.t).await;
    let mut tasks = Vec::new();
    for n in 0..8 {
        let (db, blobs) = (if n % 2 == 0 { stage.db().clone() } else { second.clone() }, stage.blobs.clone());
        tasks.push(tokio::spawn(async move {
            let mut made = Vec::new();
            for _ in 0..25 {
                made.push(crate::stage::report(&db, &blobs, "at once", 0).await);
            }
            made
        }));
    }
    let mut reports = Vec::new();
    for task in tasks {
        reports.extend(task.await.unwrap());
    }
    log::settled(&second).await;
    let report = stage.verify().await;
    assert_eq!((report.faults.as_slice(), report.pending), ([].as_slice(), 0));
    let mut tx = stage.db().read().await.unwrap();
    let places = fetch_all!(&mut tx, (i64,), stmt!("SELECT idx FROM log_entries ORDER BY idx")).unwrap();
    assert!(places.iter().map(|(idx,)| *idx).eq(0..i64::try_from(places.len()).unwrap()), "no gap, none twice");
    drop(tx);
    let keys = key_file(stage.db()).await;
    for report in reports {
        let receipt = receipt(&second, report).await.unwrap();
        assert!(matches!(receipt.verify(Some(&keys)), Verdict::Valid(_)));
    }
    second.close().await;
}

async fn second_process(t: &TestDb) -> Db {
    let opening = Opening {
        address: t.address.clone(),
        masters: Masters::one(MasterKey::parse(MASTER).unwrap()),
        ambient: t.db.ambient().clone(),
        origin: "leeward.test".into(),
        backups: t.folder().join("backups"),
    };
    Db::open(opening).await.unwrap()
}

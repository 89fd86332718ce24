//! Master keys: the wrong one is told what is wanted, and a rotation can stop anywhere.

use crate::stage::{Stage, receipt};
use db::testing::MASTER;
use db::{Address, Db, DbError, Masters, Opening, event, fetch_one, rotate, stmt};
use seal::MasterKey;

fn old() -> MasterKey {
    MasterKey::parse(MASTER).unwrap()
}

fn new() -> MasterKey {
    MasterKey::parse(&"ab".repeat(32)).unwrap()
}

async fn open(stage: &Stage, masters: Masters) -> Result<Db, DbError> {
    let opening = Opening {
        address: stage.t.address.clone(),
        masters,
        ambient: stage.db().ambient().clone(),
        origin: "leeward.test".into(),
        backups: stage.t.folder().join("backups"),
    };
    Db::open(opening).await
}

async fn rows(stage: &Stage) -> Vec<i64> {
    let db = open(stage, Masters { current: new(), older: vec![old()] }).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let mut counts = Vec::new();
    for statement in [
        stmt!("SELECT COUNT(*) FROM keys"),
        stmt!("SELECT COUNT(*) FROM events"),
        stmt!("SELECT COUNT(*) FROM log_epochs"),
        stmt!("SELECT COUNT(*) FROM meta"),
    ] {
        counts.push(fetch_one!(&mut tx, (i64,), statement).unwrap().0);
    }
    drop(tx);
    db.close().await;
    counts
}

#[tokio::test]
async fn the_wrong_master_key_is_refused_and_nothing_is_written() {
    let stage = Stage::new().await;
    stage.report("one", 0).await;
    stage.db().close().await;
    let before = rows(&stage).await;
    let file = |stage: &Stage| match &stage.t.address {
        Address::Sqlite(path) => std::fs::read(path).unwrap(),
        Address::Postgres(_) => Vec::new(),
    };
    let bytes = file(&stage);
    let refused = open(&stage, Masters::one(new())).await.err().unwrap();
    let DbError::WrongMaster { wanted, got } = &refused else { panic!("{refused}") };
    assert_eq!((wanted, got), (&old().id().to_string(), &new().id().to_string()));
    assert!(refused.to_string().contains(&old().id().to_string()), "the message names the key that is wanted");
    assert!(file(&stage) == bytes, "the file was touched");
    assert_eq!(rows(&stage).await, before);
}

#[tokio::test]
async fn a_rotation_goes_on_after_a_stop_and_leaves_the_old_key_nothing() {
    let stage = Stage::new().await;
    let mut reports = Vec::new();
    for n in 0..20 {
        reports.push(stage.report(&format!("report {n}"), 0).await);
    }
    stage.db().close().await;
    let both = || Masters { current: new(), older: vec![old()] };
    let db = open(&stage, both()).await.unwrap();
    let (done, left) = rotate::step(&db, 7).await.unwrap();
    assert_eq!(done, 7);
    assert!(left > 0);
    // Half-way every key still opens, and a new one is under the new master key.
    let between = crate::stage::report(&db, &stage.blobs, "between", 0).await;
    for report in &reports {
        assert!(receipt(&db, *report).await.is_some());
    }
    assert_eq!(rotate::left(&db).await.unwrap(), left);
    db.close().await;

    for masters in [Masters::one(new()), Masters::one(old())] {
        assert!(matches!(open(&stage, masters).await, Err(DbError::WrongMaster { .. })), "half-way both are needed");
    }
    let db = open(&stage, both()).await.unwrap();
    let mut heard = 0;
    let rotated = rotate::rotate(&db, |done, _| heard += done).await.unwrap();
    assert_eq!((rotated.keys, heard, rotated.master), (left, left, new().id()));
    assert_eq!(rotate::rotate(&db, |_, _| {}).await.unwrap().keys, 0);
    let mut tx = db.read().await.unwrap();
    assert_eq!(rotate::since(&mut tx).await.unwrap(), Some(db.ambient().now()), "the new one is in use from now on");
    drop(tx);
    db.close().await;

    let refused = open(&stage, Masters::one(old())).await.err().unwrap();
    assert!(matches!(refused, DbError::WrongMaster { wanted, .. } if wanted == new().id().to_string()));
    let db = open(&stage, Masters::one(new())).await.unwrap();
    for report in reports.iter().chain([&between]) {
        assert!(receipt(&db, *report).await.is_some());
    }
    let mut tx = db.read().await.unwrap();
    let told = event::of_house(&mut tx, db.keys(), 10).await.unwrap();
    assert!(told.iter().any(|event| event.kind == "master_key_rotated"));
    drop(tx);
    assert_eq!(db::log::verify(&db).await.unwrap().faults, []);
    db.close().await;
}

//! The restore drill: what is lost with a store, what comes back, and what old receipts still prove.

use crate::stage::{Stage, erase_case, key_file, order, receipt, report};
use db::backup::{self, BackupError, Restoring};
use db::blob::{BlobUrl, Blobs};
use db::erase::{self, ErasureList, Kind};
use db::testing::MASTER;
use db::{Address, Db, DbError, Masters, Opening, fetch_one, log, scrub, stmt};
use seal::MasterKey;
use std::path::{Path, PathBuf};
use tlog::Verdict;

fn masters() -> Masters {
    Masters::one(MasterKey::parse(MASTER).unwrap())
}

async fn target(stage: &Stage, name: &str) -> Address {
    match &stage.t.address {
        Address::Sqlite(_) => Address::Sqlite(stage.t.folder().join(name).join("leeward.sqlite")),
        Address::Postgres(_) => db::testing::empty_database(stage.db().ambient()).await.unwrap(),
    }
}

async fn restoring(stage: &Stage, file: &Path, name: &str) -> Restoring {
    let folder = stage.t.folder().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    Restoring {
        file: file.to_owned(),
        keys: backup::keys_beside(file),
        target: target(stage, name).await,
        masters: masters(),
        blobs: Blobs::open(&BlobUrl::Folder(folder.join("blobs"))).unwrap(),
        ambient: stage.db().ambient().clone(),
        erased: stage.list.path().exists().then(|| stage.list.clone()),
        list: ErasureList::beside(&folder),
        backups: folder.join("backups"),
    }
}

async fn open(address: &Address, stage: &Stage) -> Db {
    let opening = Opening {
        address: address.clone(),
        masters: masters(),
        ambient: stage.db().ambient().clone(),
        origin: "unused.test".into(),
        backups: PathBuf::from("unused"),
    };
    Db::open(opening).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_keeps_receipts_repeats_erasures_and_begins_an_epoch() {
    let stage = Stage::new().await;
    let old = stage.report("before the backup", 100_000).await;
    let erased = stage.report("erased after the backup", 200_000).await;
    let old_receipt = receipt(stage.db(), old).await.unwrap();
    let old_keys = key_file(stage.db()).await;
    let file = stage.t.folder().join("monday.backup");
    let made = backup::backup(stage.db(), &stage.blobs, &file).await.unwrap();
    assert_eq!((made.manifest.counts.cases, made.manifest.counts.blobs), (2, 2));
    assert_eq!(made.manifest.damaged_blobs, Vec::<String>::new());
    // Life goes on, and the machine is lost.
    let newer = stage.report("after the backup", 0).await;
    let newer_receipt = receipt(stage.db(), newer).await.unwrap();
    let done = erase_case(stage.db(), &stage.list, erased.case, order()).await.unwrap();
    stage.t.clock.advance(domain::Span::from_days(90));

    let from = restoring(&stage, &file, "new").await;
    let (address, blobs) = (from.target.clone(), from.blobs.clone());
    let list = from.list.clone();
    let restored = backup::restore(from).await.unwrap();
    assert_eq!((restored.listed, restored.repeated, restored.blobs), (Some(1), 1, 2));
    assert_eq!(restored.report.faults, []);
    assert_eq!(restored.report.pending, 0);
    assert!(restored.epoch.ends_with("/epoch/2"), "{}", restored.epoch);

    let db = open(&address, &stage).await;
    assert!(receipt(&db, erased).await.is_none(), "an erased case came back");
    assert!(blobs.verify(erased.blob.unwrap()).await.is_err(), "an erased blob came back");
    blobs.verify(old.blob.unwrap()).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let status = erase::status(&mut tx, Kind::Case, erased.case.uuid()).await.unwrap().unwrap();
    assert!(status.swept_at.is_some(), "swept before anybody is served");
    let when = fetch_one!(&mut tx, (i64,), stmt!("SELECT erased_at FROM cases WHERE id = $1"), erased.case.uuid());
    assert_eq!(when.unwrap().0, done.at.micros(), "erased when it was, not when that was repeated");
    drop(tx);
    assert!(list.read().unwrap().len() >= 3, "the new list has the erasure and both epochs");

    let keys = key_file(&db).await;
    assert_eq!(keys.keys().len(), 2);
    assert!(matches!(old_receipt.verify(Some(&keys)), Verdict::Valid(_)));
    assert!(matches!(old_receipt.verify(Some(&old_keys)), Verdict::Valid(_)));
    let again = receipt(&db, old).await.unwrap();
    assert!(matches!(again.verify(Some(&keys)), Verdict::Valid(found) if found.origin.epoch == 1));
    // Newer receipts are of the old epoch, from beyond its known end.
    let Verdict::Valid(found) = newer_receipt.verify(Some(&keys)) else { panic!("the old key still verifies it") };
    let mut tx = db.read().await.unwrap();
    let first = log::epochs(&mut tx).await.unwrap().into_iter().next().unwrap();
    drop(tx);
    assert_eq!(found.origin, first.origin);
    assert!(found.index >= first.head.size);
    let fresh = report(&db, &blobs, "in the new epoch", 10).await;
    let fresh = receipt(&db, fresh).await.unwrap();
    assert!(matches!(fresh.verify(Some(&keys)), Verdict::Valid(found) if found.origin.epoch == 2));
    assert!(scrub::scrub(&db, &blobs, scrub::Pace::Full).await.unwrap().is_clean());
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_restore_of_the_same_backup_takes_another_epoch() {
    let stage = Stage::new().await;
    stage.report("one", 0).await;
    let file = stage.t.folder().join("a.backup");
    backup::backup(stage.db(), &stage.blobs, &file).await.unwrap();
    let first = restoring(&stage, &file, "first").await;
    let list = first.list.clone();
    let first = backup::restore(first).await.unwrap();
    let second = Restoring { erased: Some(list), ..restoring(&stage, &file, "second").await };
    let second = backup::restore(second).await.unwrap();
    assert_ne!(first.epoch, second.epoch);
    assert_eq!(second.report.faults, []);
}

#[tokio::test]
async fn without_a_list_the_report_says_so() {
    let stage = Stage::new().await;
    let case = stage.report("one", 0).await;
    let file = stage.t.folder().join("a.backup");
    backup::backup(stage.db(), &stage.blobs, &file).await.unwrap();
    erase_case(stage.db(), &stage.list, case.case, order()).await.unwrap();
    let from = Restoring { erased: None, ..restoring(&stage, &file, "new").await };
    let restored = backup::restore(from).await.unwrap();
    assert_eq!((restored.listed, restored.repeated), (None, 0));
}

#[tokio::test]
async fn newer_keys_make_erased_cases_of_an_old_backup_unreadable() {
    let stage = Stage::new().await;
    let (kept, gone) = (stage.report("kept", 0).await, stage.report("gone", 0).await);
    let (monday, tuesday) = (stage.t.folder().join("monday"), stage.t.folder().join("tuesday"));
    backup::backup(stage.db(), &stage.blobs, &monday).await.unwrap();
    erase_case(stage.db(), &stage.list, gone.case, order()).await.unwrap();
    stage.report("later", 0).await;
    backup::backup(stage.db(), &stage.blobs, &tuesday).await.unwrap();
    let from = Restoring { keys: backup::keys_beside(&tuesday), ..restoring(&stage, &monday, "new").await };
    let address = from.target.clone();
    let restored = backup::restore(from).await.unwrap();
    assert_eq!(restored.report.faults, []);
    let db = open(&address, &stage).await;
    assert!(receipt(&db, kept).await.is_some());
    assert!(receipt(&db, gone).await.is_none());
    db.close().await;
}

#[tokio::test]
async fn nothing_is_written_over_and_nothing_damaged_is_taken() {
    let stage = Stage::new().await;
    stage.report("one", 5_000).await;
    let file = stage.t.folder().join("a.backup");
    backup::backup(stage.db(), &stage.blobs, &file).await.unwrap();
    let again = backup::backup(stage.db(), &stage.blobs, &file).await;
    assert!(matches!(again, Err(BackupError::Exists(_))));
    let occupied = Restoring { target: stage.t.address.clone(), ..restoring(&stage, &file, "x").await };
    assert!(matches!(backup::restore(occupied).await, Err(BackupError::NotEmpty(_))));
    let mistyped = Some(ErasureList::at(Path::new("/nowhere/erasures.log")));
    let mistyped = Restoring { erased: mistyped, ..restoring(&stage, &file, "z").await };
    assert!(matches!(backup::restore(mistyped).await, Err(BackupError::Db(DbError::File { .. }))));
    let other = MasterKey::parse(&"02".repeat(32)).unwrap();
    let wanted = MasterKey::parse(MASTER).unwrap().id().to_string();
    let wrong = Restoring { masters: Masters::one(other), ..restoring(&stage, &file, "y").await };
    let refused = backup::restore(wrong).await.unwrap_err();
    assert!(matches!(&refused, BackupError::Db(DbError::WrongMaster { wanted: w, .. }) if *w == wanted), "{refused}");
    assert!(std::fs::read_dir(stage.t.folder().join("y")).unwrap().all(|e| e.unwrap().path().ends_with("blobs")));
    let whole = std::fs::read(&file).unwrap();
    for at in [600, whole.len() / 2, whole.len() - 3000] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        damaged(&stage, &bytes, at).await;
    }
    damaged(&stage, &whole[..whole.len() / 2], 1).await;
    damaged(&stage, b"not a tar", 2).await;
}

async fn damaged(stage: &Stage, bytes: &[u8], at: usize) {
    let (name, file) = (format!("damaged-{at}"), stage.t.folder().join("a.backup"));
    let copy = stage.t.folder().join(format!("{name}.backup"));
    std::fs::write(&copy, bytes).unwrap();
    let from = Restoring { keys: backup::keys_beside(&file), ..restoring(stage, &copy, &name).await };
    let target = from.target.clone();
    match backup::restore(from).await {
        Err(BackupError::Changed(_) | BackupError::Format(_)) => {
            if let Address::Sqlite(path) = target {
                assert!(!path.exists());
            }
        }
        // A flip inside a blob costs that blob.
        Ok(restored) => assert_eq!(restored.damaged.len(), 1, "byte {at}"),
        Err(e) => panic!("byte {at}: {e}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_one_instant() {
    let stage = Stage::new().await;
    let (db, blobs) = (stage.db().clone(), stage.blobs.clone());
    let writing = tokio::spawn(async move {
        for n in 0..60 {
            report(&db, &blobs, &format!("report {n}"), 1000).await;
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let file = stage.t.folder().join("a.backup");
    let made = backup::backup(stage.db(), &stage.blobs, &file).await.unwrap();
    writing.await.unwrap();
    let from = restoring(&stage, &file, "new").await;
    let (address, blobs) = (from.target.clone(), from.blobs.clone());
    let restored = backup::restore(from).await.unwrap();
    assert_eq!(restored.report.faults, []);
    let db = open(&address, &stage).await;
    assert!(scrub::scrub(&db, &blobs, scrub::Pace::Full).await.unwrap().is_clean());
    assert_eq!(restored.blobs, u64::try_from(made.manifest.counts.blobs).unwrap());
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_tried_in_a_place_of_its_own() {
    let stage = Stage::new().await;
    let kept = stage.report("kept", 100_000).await;
    let erased = stage.report("erased before", 0).await;
    erase_case(stage.db(), &stage.list, erased.case, order()).await.unwrap();
    let file = stage.t.folder().join("a.backup");
    let made = backup::backup(stage.db(), &stage.blobs, &file).await.unwrap();
    let rehearsing = |name: &str, file: &Path, database: Option<String>| {
        let folder = stage.t.folder().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let keys = backup::keys_beside(file);
        let (file, ambient) = (file.to_owned(), stage.db().ambient().clone());
        backup::Rehearsing { file, keys, masters: masters(), ambient, folder, database }
    };
    let database = || async {
        match target(&stage, "unused").await {
            Address::Sqlite(_) => None,
            Address::Postgres(url) => Some(url),
        }
    };
    let seen = backup::rehearse(rehearsing("good", &file, database().await), async |_| Ok(Vec::new())).await.unwrap();
    assert_eq!(seen.faults, Vec::<String>::new());
    assert_eq!((seen.cases, seen.blobs), (1, 1));
    assert_eq!(seen.manifest.log_root, made.manifest.log_root);
    // The store itself knows nothing of it, and goes on in its epoch.
    let mut tx = stage.db().read().await.unwrap();
    assert_eq!(log::epochs(&mut tx).await.unwrap().len(), 1);
    assert_eq!(backup::tried(&mut tx).await.unwrap(), None);
    drop(tx);
    assert!(receipt(stage.db(), kept).await.is_some());
    // A byte of an attachment that turned is named; a cut file is refused.
    let mut bytes = std::fs::read(&file).unwrap();
    let blob = bytes.windows(6).position(|window| window == b"blobs/").unwrap();
    bytes[blob + 512 + 1_000] ^= 1;
    let turned = stage.t.folder().join("turned.backup");
    std::fs::write(&turned, &bytes).unwrap();
    std::fs::copy(backup::keys_beside(&file), backup::keys_beside(&turned)).unwrap();
    let seen =
        backup::rehearse(rehearsing("turned", &turned, database().await), async |_| Ok(vec!["reads".to_owned()]));
    let seen = seen.await.unwrap();
    assert!(seen.faults.contains(&"reads".to_owned()));
    assert!(seen.faults.iter().any(|fault| fault.contains("damaged")), "{:?}", seen.faults);
    std::fs::write(&turned, &bytes[..bytes.len() / 2]).unwrap();
    assert!(backup::rehearse(rehearsing("cut", &turned, database().await), async |_| Ok(Vec::new())).await.is_err());
}

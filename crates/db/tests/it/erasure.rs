//! Erasure: what was said is gone from the store, the log says so, and done means swept.

use crate::stage::{Stage, append, erase_case, erase_person, order, receipt, tamper};
use db::erase::{self, EraseError, ErasureList, Kind, Line};
use db::log::Fault;
use db::{Address, DbError, execute, fetch_one, stmt, sweep};
use domain::{CaseId, PersonId};
use tlog::KeyFile;

async fn count(stage: &Stage, statement: db::Stmt, id: uuid::Uuid) -> i64 {
    let mut tx = stage.db().read().await.unwrap();
    fetch_one!(&mut tx, (i64,), statement, id).unwrap().0
}

#[tokio::test]
async fn an_erased_case_is_gone_and_the_log_still_verifies() {
    let stage = Stage::new().await;
    let (kept, gone) = (stage.report("kept", 100).await, stage.report("xylophone", 70_000).await);
    let before = receipt(stage.db(), gone).await.unwrap();
    let done = erase_case(stage.db(), &stage.list, gone.case, order()).await.unwrap();
    assert_eq!(stage.list.read().unwrap(), [Line::Erased(done)]);
    for statement in [
        stmt!("SELECT COUNT(*) FROM keys WHERE owner = $1"),
        stmt!("SELECT COUNT(*) FROM attachments WHERE owner = $1"),
        stmt!("SELECT COUNT(*) FROM events WHERE case_id = $1 AND (body IS NOT NULL OR salt IS NOT NULL)"),
        stmt!("SELECT COUNT(*) FROM cases WHERE id = $1 AND (LENGTH(title) > 0 OR LENGTH(body) > 0)"),
    ] {
        assert_eq!(count(&stage, statement, gone.case.uuid()).await, 0, "{}", statement.sqlite);
    }
    assert!(receipt(stage.db(), gone).await.is_none(), "an erased report has no opening left");
    assert!(receipt(stage.db(), kept).await.is_some());
    let report = stage.verify().await;
    assert_eq!(report.faults, []);
    assert_eq!(report.erased, 1);
    // The reporter's copy still proves what it proved.
    let keys: KeyFile = crate::stage::key_file(stage.db()).await;
    assert!(matches!(before.verify(Some(&keys)), tlog::Verdict::Valid(_)));
    let twice = erase_case(stage.db(), &stage.list, gone.case, order()).await;
    assert!(matches!(twice, Err(EraseError::Already)));
    let unknown = erase_case(stage.db(), &stage.list, CaseId::from_uuid(uuid::Uuid::nil()), order()).await;
    assert!(matches!(unknown, Err(EraseError::NotFound)));
}

#[tokio::test]
async fn done_means_that_blobs_and_files_were_swept() {
    let stage = Stage::new().await;
    let (kept, gone) = (stage.report("kept", 100).await, stage.report("gone", 70_000).await);
    let key = wrapped_key(&stage, gone.case).await;
    if let Address::Sqlite(path) = &stage.t.address {
        assert!(holds(path.parent().unwrap(), &key), "the search finds the key before");
    }
    erase_case(stage.db(), &stage.list, gone.case, order()).await.unwrap();
    let status = status(&stage, gone.case).await;
    assert_eq!(status.swept_at, None);
    stage.blobs.verify(gone.blob.unwrap()).await.unwrap();
    let swept = sweep::sweep(stage.db(), &stage.blobs, &stage.list).await.unwrap();
    assert_eq!((swept.erasures, swept.blobs), (1, 1));
    assert!(self::status(&stage, gone.case).await.swept_at.is_some());
    assert!(stage.blobs.verify(gone.blob.unwrap()).await.is_err());
    stage.blobs.verify(kept.blob.unwrap()).await.unwrap();
    if let Address::Sqlite(path) = &stage.t.address {
        assert!(!holds(path.parent().unwrap(), &key), "the wrapped key is still in a file");
    }
    assert_eq!(sweep::sweep(stage.db(), &stage.blobs, &stage.list).await.unwrap(), sweep::Swept::default());
    let worked = work(&stage).await;
    assert_eq!(worked, (1, 0), "the job finds its work done");
}

#[tokio::test]
async fn a_legal_hold_forbids_it_until_it_is_lifted() {
    let stage = Stage::new().await;
    let held = stage.report("held", 0).await;
    let hold = |held_now: bool| {
        let (db, case) = (stage.db().clone(), held.case);
        stage.db().write(move |tx| {
            Box::pin(async move {
                let (keys, ambient) = (db.keys(), db.ambient());
                if held_now {
                    erase::hold_case(tx, keys, ambient, case, &order()).await
                } else {
                    erase::release_case(tx, keys, ambient, case, &order()).await
                }
            })
        })
    };
    hold(true).await.unwrap();
    let refused = erase_case(stage.db(), &stage.list, held.case, order()).await;
    assert!(matches!(refused, Err(EraseError::Held { .. })));
    assert!(receipt(stage.db(), held).await.is_some(), "nothing was touched");
    assert_eq!(stage.list.read().unwrap(), []);
    hold(false).await.unwrap();
    erase_case(stage.db(), &stage.list, held.case, order()).await.unwrap();
}

#[tokio::test]
async fn an_erased_person_leaves_no_name_and_no_way_in() {
    let stage = Stage::new().await;
    let person = stage.person("Ada").await;
    grant(&stage, person).await;
    erase_person(stage.db(), &stage.list, person, order()).await.unwrap();
    for statement in [
        stmt!("SELECT COUNT(*) FROM keys WHERE owner = $1"),
        stmt!("SELECT COUNT(*) FROM grants WHERE person = $1"),
        stmt!("SELECT COUNT(*) FROM sessions WHERE person = $1"),
        stmt!(
            "SELECT COUNT(*) FROM people WHERE id = $1 AND (email_index IS NOT NULL OR password IS NOT NULL OR LENGTH(name) > 0 OR state <> 'erased')"
        ),
    ] {
        assert_eq!(count(&stage, statement, person.uuid()).await, 0, "{}", statement.sqlite);
    }
    assert_eq!(stage.verify().await.faults, []);
    let twice = erase_person(stage.db(), &stage.list, person, order()).await;
    assert!(matches!(twice, Err(EraseError::Already)));
}

#[tokio::test]
async fn a_line_that_a_crash_kept_out_of_the_list_is_added_by_the_sweep() {
    let stage = Stage::new().await;
    let gone = stage.report("gone", 0).await;
    let elsewhere = ErasureList::at(&stage.t.folder().join("other.log"));
    let done = erase_case(stage.db(), &elsewhere, gone.case, order()).await.unwrap();
    assert_eq!(stage.list.read().unwrap(), []);
    sweep::sweep(stage.db(), &stage.blobs, &stage.list).await.unwrap();
    assert!(stage.list.read().unwrap().contains(&Line::Erased(done)));
}

#[tokio::test]
async fn an_erasure_that_nobody_logged_is_found() {
    let stage = Stage::new().await;
    let (real, forged) = (stage.report("real", 0).await, stage.report("forged", 0).await);
    erase_case(stage.db(), &stage.list, real.case, order()).await.unwrap();
    // Somebody with the file destroys an opening and copies the row of the real erasure over to it.
    let (tables, forged_id) = ("erasures", literal(&stage, forged.case.uuid()));
    let new_id = literal(&stage, uuid::Uuid::from_u128(77));
    let sql = format!(
        "UPDATE events SET body = NULL, salt = NULL WHERE case_id = {forged_id};
         INSERT INTO {tables} (id, kind, subject, requested_at, event)
           SELECT {new_id}, kind, {forged_id}, requested_at, event FROM {tables} LIMIT 1"
    );
    tamper(&stage.t.address, &sql).await;
    let faults = stage.verify().await.faults;
    assert!(faults.contains(&Fault::Gone(forged.event.uuid())), "{faults:?}");
    assert!(!faults.contains(&Fault::Gone(real.event.uuid())), "{faults:?}");
}

#[tokio::test]
async fn a_case_without_events_left_to_add_takes_none_after_its_erasure() {
    let stage = Stage::new().await;
    let gone = stage.report("gone", 0).await;
    erase_case(stage.db(), &stage.list, gone.case, order()).await.unwrap();
    let db = stage.db().clone();
    let late = stage
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let key = db.keys().case(tx, gone.case).await?.ok_or(DbError::Erased)?;
                append(tx, &db, &key, gone.case, 2, "late").await
            })
        })
        .await;
    assert!(matches!(late, Err(DbError::Erased)));
}

fn literal(stage: &Stage, id: uuid::Uuid) -> String {
    match stage.t.address {
        Address::Sqlite(_) => format!("x'{}'", id.simple()),
        Address::Postgres(_) => format!("'{id}'"),
    }
}

async fn status(stage: &Stage, case: CaseId) -> erase::Status {
    let mut tx = stage.db().read().await.unwrap();
    erase::status(&mut tx, Kind::Case, case.uuid()).await.unwrap().unwrap()
}

async fn work(stage: &Stage) -> (usize, usize) {
    let handler = sweep::handler(stage.blobs.clone(), stage.list.clone());
    db::jobs::run_due(stage.db(), &[(erase::SWEEP, handler)].into()).await.unwrap()
}

async fn wrapped_key(stage: &Stage, case: CaseId) -> Vec<u8> {
    let mut tx = stage.db().read().await.unwrap();
    fetch_one!(&mut tx, (Vec<u8>,), stmt!("SELECT wrapped FROM keys WHERE owner = $1"), case.uuid()).unwrap().0
}

async fn grant(stage: &Stage, person: PersonId) {
    stage
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let (person, public) = (person.uuid(), uuid::Uuid::from_u128(9));
                execute!(tx, stmt!("INSERT INTO grants (person, role, scope, scope_id, granted_at) VALUES ($1, 1, 'house', $1, 0)"), person)?;
                execute!(
                    tx,
                    stmt!("INSERT INTO sessions (id, public_id, kind, person, created_at, seen_at, expires_at) VALUES ($1, $2, 'staff', $3, 0, 0, 0)"),
                    vec![1_u8],
                    public,
                    person
                )
                .map(|_| ())
            })
        })
        .await
        .unwrap();
}

/// True when any file below the folder holds these bytes.
fn holds(folder: &std::path::Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { holds(&path, bytes) } else { found(&std::fs::read(&path).unwrap(), bytes) }
    })
}

fn found(text: &[u8], bytes: &[u8]) -> bool {
    text.windows(bytes.len()).any(|window| window == bytes)
}

#[tokio::test]
async fn events_are_found_however_many_come_before_them() {
    let stage = Stage::new().await;
    let case = stage.report("the first", 0).await.case;
    let db = stage.db().clone();
    let many: Result<(), DbError> = stage
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let key = db.keys().case(tx, case).await?.ok_or(DbError::Erased)?;
                for seq in 2..=5_010 {
                    append(tx, &db, &key, case, seq, "one more").await?;
                }
                Ok(())
            })
        })
        .await;
    many.unwrap();
    let mut tx = stage.db().read().await.unwrap();
    let key = stage.db().keys().case(&mut tx, case).await.unwrap().unwrap();
    let found = db::event::between(&mut tx, &key, case, (5_008, 5_009)).await.unwrap();
    assert_eq!(found.iter().map(|record| record.seq).collect::<Vec<_>>(), [5_008, 5_009]);
}

//! The newest head, kept beside the store, against a store that lost entries.

use super::stage::Stage;
use db::log::{self, KeptHead};
use db::{DbError, execute, stmt};

/// A store with a few entries, whose head was kept.
async fn kept() -> (Stage, KeptHead) {
    let stage = Stage::new().await;
    for n in 0..5 {
        stage.report(&format!("report {n}"), 0).await;
    }
    log::settled(stage.db()).await;
    let kept = KeptHead::beside(stage.t.folder());
    kept.check(stage.db()).await.unwrap();
    assert_eq!(kept.read().unwrap(), None);
    kept.keep(stage.db()).await.unwrap();
    kept.check(stage.db()).await.unwrap();
    (stage, kept)
}

/// What does not fit, as it is told.
async fn behind(stage: &Stage, kept: &KeptHead) -> String {
    let error = kept.check(stage.db()).await.unwrap_err();
    assert!(matches!(error, DbError::Behind { .. }), "{error}");
    assert!(kept.keep(stage.db()).await.is_err(), "what is kept stays as it is");
    error.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_grew_has_what_was_kept() {
    let (stage, kept) = kept().await;
    for n in 0..300 {
        stage.report(&format!("more {n}"), 0).await;
    }
    log::settled(stage.db()).await;
    kept.check(stage.db()).await.unwrap();
    let before = kept.read().unwrap();
    kept.keep(stage.db()).await.unwrap();
    assert_ne!(kept.read().unwrap(), before);
    kept.check(stage.db()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_lost_entries_is_behind_until_somebody_goes_on() {
    let (stage, kept) = kept().await;
    let done: Result<u64, DbError> = stage
        .db()
        .write(|tx| Box::pin(async move { execute!(tx, stmt!("UPDATE log_epochs SET size = size - 2")) }))
        .await;
    assert_eq!(done.unwrap(), 1);
    let told = behind(&stage, &kept).await;
    assert!(told.contains("entries, the store") && told.contains("leeward log go-on"), "{told}");
    let epoch = kept.go_on(stage.db()).await.unwrap();
    assert_eq!(epoch.number, 2);
    kept.check(stage.db()).await.unwrap();
    kept.keep(stage.db()).await.unwrap();
    assert!(kept.read().unwrap().unwrap().contains("/epoch/2"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_with_other_entries_is_behind() {
    let (stage, kept) = kept().await;
    let done: Result<u64, DbError> = stage
        .db()
        .write(|tx| {
            Box::pin(async move {
                execute!(
                    tx,
                    stmt!("UPDATE log_epochs SET root = (SELECT commitment FROM log_entries ORDER BY ordinal LIMIT 1)")
                )
            })
        })
        .await;
    assert_eq!(done.unwrap(), 1);
    let told = behind(&stage, &kept).await;
    assert!(told.contains("are others"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_head_of_another_store_is_told_as_that_and_noise_is_passed_over() {
    let (stage, kept) = kept().await;
    let (other, others) = self::kept().await;
    std::fs::copy(stage.t.folder().join("log.checkpoint"), other.t.folder().join("log.checkpoint")).unwrap();
    let told = behind(&other, &others).await;
    assert!(told.contains("another store's, move it away"), "{told}");
    for noise in ["", "noise", "\u{fffd}\n\n"] {
        std::fs::write(stage.t.folder().join("log.checkpoint"), noise).unwrap();
        kept.check(stage.db()).await.unwrap();
    }
    kept.keep(stage.db()).await.unwrap();
    assert!(kept.read().unwrap().is_some_and(|note| note.contains("/epoch/1")));
}

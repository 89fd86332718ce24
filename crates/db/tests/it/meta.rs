//! What the house remembers: written over, and replaced only where it is as it was seen.

use db::testing::TestDb;
use db::{Db, DbError, meta};

async fn replace(db: &Db, old: Option<&[u8]>, new: &[u8]) -> bool {
    let (old, new) = (old.map(<[u8]>::to_vec), new.to_vec());
    let done: Result<bool, DbError> =
        db.write(move |tx| Box::pin(async move { meta::replace(tx, "mark", old, new).await })).await;
    done.unwrap()
}

async fn kept(db: &Db) -> Option<Vec<u8>> {
    meta::get(&mut db.read().await.unwrap(), "mark").await.unwrap()
}

#[tokio::test]
async fn of_two_who_go_on_from_one_place_one_does() {
    let t = TestDb::new().await.unwrap();
    assert_eq!(kept(&t.db).await, None);
    assert!(!replace(&t.db, Some(b"1"), b"2").await, "there is nothing to replace");
    assert!(replace(&t.db, None, b"1").await);
    assert!(!replace(&t.db, None, b"x").await, "somebody was first");
    assert!(replace(&t.db, Some(b"1"), b"2").await);
    assert!(!replace(&t.db, Some(b"1"), b"x").await, "somebody went on");
    assert_eq!(kept(&t.db).await.as_deref(), Some(&b"2"[..]));
    let put: Result<(), DbError> =
        t.db.write(|tx| Box::pin(async move { meta::put(tx, "mark", b"3".to_vec()).await })).await;
    put.unwrap();
    assert_eq!(kept(&t.db).await.as_deref(), Some(&b"3"[..]));
    t.db.close().await;
}

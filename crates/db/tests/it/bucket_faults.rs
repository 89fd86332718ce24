//! A bucket whose server fails half-way: what was said to be kept is there whole, and what failed is not seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::blob::{MIB, RECORD, Request, Rig, Trouble, bytes_below, key, pieces, plain};
use db::blob::{BlobError, BlobName};
use domain::Ts;
use hyper::Method;

/// Which requests are meant.
type Of = fn(&Request) -> bool;

/// In trouble with the first `count` requests of a kind, as `trouble` says.
fn first(
    count: usize,
    kind: Of,
    trouble: fn() -> Trouble,
) -> impl Fn(&Request) -> Trouble + Clone + Send + Sync + 'static {
    let seen = Arc::new(AtomicUsize::new(0));
    move |request| {
        if kind(request) && seen.fetch_add(1, Ordering::SeqCst) < count { trouble() } else { Trouble::None }
    }
}

fn is_part(request: &Request) -> bool {
    request.uri().query().is_some_and(|query| query.contains("partNumber="))
}

fn is_copy(request: &Request) -> bool {
    request.headers().contains_key("x-amz-copy-source")
}

fn is_put(request: &Request) -> bool {
    request.method() == Method::PUT
}

fn is_get(request: &Request) -> bool {
    request.method() == Method::GET
}

fn any(_: &Request) -> bool {
    true
}

async fn refused(rig: &Rig, size: usize) -> BlobError {
    let plain = plain(size);
    rig.blobs.put(&key(), RECORD, pieces(&plain), u64::MAX, &rig.random).await.unwrap_err()
}

#[tokio::test]
async fn what_fails_for_a_moment_is_asked_again() {
    let failing: [fn() -> Trouble; 3] = [|| Trouble::Status(500), || Trouble::Status(503), || Trouble::Unanswered];
    for trouble in failing {
        let kinds: [(Of, usize); 4] = [(is_put, 1_000), (is_get, 1_000), (is_part, 11 * MIB), (is_copy, 11 * MIB)];
        for (kind, size) in kinds {
            let rig = Rig::bucket_that(first(2, kind, trouble)).await;
            let whole = plain(size);
            let stored = rig.put(&whole).await;
            assert_eq!(rig.read(&key(), RECORD, stored.blob).await.unwrap(), whole);
            assert_eq!(rig.names().await, [stored.blob], "nothing is doubled");
        }
    }
}

#[tokio::test]
async fn what_fails_for_good_is_an_error_and_leaves_nothing_to_be_seen() {
    for (kind, size) in [(is_put as Of, 1_000), (is_part, 11 * MIB), (is_copy, 11 * MIB)] {
        let rig = Rig::bucket_that(first(usize::MAX, kind, || Trouble::Status(500))).await;
        let error = refused(&rig, size).await;
        assert!(matches!(error, BlobError::Bucket { .. }), "{error:?}");
        assert!(rig.names().await.is_empty());
        // What was uploaded before it got its name is swept when it is old.
        rig.blobs.sweep(Ts::from_micros(i64::MAX)).await.unwrap();
        let left = rig.folder.path().join("desk/house");
        assert_eq!(bytes_below(&left), 0, "{}", rig.url);
    }
}

#[tokio::test]
async fn a_server_that_says_yes_and_keeps_nothing_is_not_believed() {
    let rig = Rig::bucket_that(first(usize::MAX, is_put, || Trouble::Status(200))).await;
    let error = refused(&rig, 1_000).await;
    assert!(matches!(error, BlobError::Bucket { .. } | BlobError::Lost(_)), "{error:?}");
    assert!(rig.names().await.is_empty());
    // The copy under the name of the content is pretended, the parts are there.
    let rig = Rig::bucket_that(first(usize::MAX, is_copy, || Trouble::Status(200))).await;
    refused(&rig, 11 * MIB).await;
    assert!(rig.names().await.is_empty());
}

#[tokio::test]
async fn a_slow_server_is_waited_for() {
    let rig = Rig::bucket_that(first(usize::MAX, any, || Trouble::Late(Duration::from_millis(300)))).await;
    let whole = plain(6 * MIB);
    let stored = rig.put(&whole).await;
    assert_eq!(rig.read(&key(), RECORD, stored.blob).await.unwrap(), whole);
}

#[tokio::test]
async fn a_server_that_does_not_answer_reading_is_an_error_and_no_missing_blob() {
    let rig = Rig::bucket_that(first(usize::MAX, is_get, || Trouble::Status(500))).await;
    let stored = rig.put(b"here").await;
    let error = rig.read(&key(), RECORD, stored.blob).await.unwrap_err();
    assert!(matches!(error, BlobError::Bucket { .. }), "{error:?}");
    let none = BlobName::from_bytes([3; 32]);
    let rig = Rig::bucket_that(first(0, any, || Trouble::None)).await;
    assert!(matches!(rig.read(&key(), RECORD, none).await, Err(BlobError::NotFound(_))));
}

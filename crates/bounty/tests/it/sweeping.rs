//! What was never sent goes away.

use crate::support::{House, LEAST, send, walk};
use bounty::intake::sweep;
use domain::Span;

#[tokio::test]
async fn drafts_last_a_day() {
    let house = House::new().await;
    let client = house.site.client();
    walk(&client, &LEAST, &[("a.txt", b"1"), ("b.txt", b"2")]).await.is(200);
    let done = walk(&client, &LEAST, &[("c.txt", b"3")]).await.is(200);
    send(&client, &done).await.is(200);
    let db = &house.test.db;
    assert_eq!(sweep(db, &house.blobs, false).await.unwrap(), bounty::intake::Swept::default());
    assert_eq!((house.count("drafts").await, house.blob_count().await), (1, 3));
    house.test.clock.advance(Span::from_hours(24));
    let swept = sweep(db, &house.blobs, false).await.unwrap();
    assert_eq!((swept.drafts, swept.blobs), (1, 2));
    assert_eq!((house.count("drafts").await, house.count("attachments").await), (0, 1));
    let case = house.last_case().await;
    let files = house.files(case).await;
    assert_eq!(house.bytes(case, &files[0]).await, b"3", "what was sent stays");
}

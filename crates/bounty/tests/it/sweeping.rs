//! What was never sent goes away.

use crate::support::{FORM, House};
use bounty::intake::sweep;
use domain::Span;

#[tokio::test]
async fn drafts_last_a_day() {
    let house = House::new().await;
    let client = house.site.client();
    client.form(FORM).await.file("files", "a.txt", b"1").file("files", "b.txt", b"2").submit().await.is(422);
    let done =
        client.form(FORM).await.fill("title", "t").fill("summary", "s").file("files", "c.txt", b"3").submit().await;
    client.form_in(FORM, &done).fill("step", "send").submit().await.is(200);
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

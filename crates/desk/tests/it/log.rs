//! The public side of the log shows what is published and nothing newer.

use crate::support::House;
use db::log;

#[tokio::test]
async fn only_published_tiles_are_served() {
    let house = House::new().await;
    let site = house.site().await;
    let anyone = site.client();
    anyone.get("/api/v1/log/checkpoint").await.is(404);
    for n in 0..3 {
        house.report(&format!("Report {n}"), None).await;
    }
    log::settled(house.db()).await;
    anyone.get("/api/v1/log/tile/0/000.p/1").await.is(404);
    let published = log::publish(house.db()).await.unwrap();
    let size = published.head.size;
    let note = anyone.get("/api/v1/log/checkpoint").await.is(200);
    assert!(note.text.contains(&format!("\n{size}\n")), "{}", note.text);
    let tile = anyone.get(&format!("/api/v1/log/tile/0/000.p/{size}")).await.is(200);
    assert_eq!(tile.bytes.len() as u64, 32 * size);
    assert!(tile.header("cache-control").contains("immutable"));
    let entries = anyone.get(&format!("/api/v1/log/tile/entries/000.p/{size}")).await.is(200);
    assert_eq!(entries.bytes.len() as u64, 34 * size);
    house.report("Unpublished", None).await;
    log::settled(house.db()).await;
    for path in [
        format!("0/000.p/{}", size + 1),
        format!("entries/000.p/{}", size + 1),
        "0/000".into(),
        "0/x001/234".into(),
        "9/nonsense".into(),
        "0/../key".into(),
    ] {
        anyone.get(&format!("/api/v1/log/tile/{path}")).await.is(404);
    }
    anyone.get("/api/v1/log/key").await.is(200);
}

//! The front: pages, security.txt, programmes as JSON.

use crate::support::{House, words};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn the_pages_say_what_they_should() {
    let house = House::new().await;
    let client = house.site.client();
    insta::assert_snapshot!("home", words(&client.get("/").await.is(200)));
    insta::assert_snapshot!("programmes", words(&client.get("/programs").await.is(200)));
    insta::assert_snapshot!("brief", words(&client.get("/programs/main").await.is(200)));
    insta::assert_snapshot!("how_we_prove", words(&client.get("/how-we-prove").await.is(200)));
    client.get("/programs/other").await.is(404);
    client.get("/programs/other/report").await.is(404);
}

#[tokio::test]
async fn a_programme_without_good_faith_says_nothing_about_it() {
    let house = House::new().await;
    let client = house.site.client();
    client.get("/programs/main").await.is(200).says("If you act in good faith").says("we see your work as welcome");
    let brief = bounty::programme::Brief { good_faith: " ".into(), ..crate::support::brief() };
    bounty::programme::install(&house.test.db, brief).await.unwrap();
    client.get("/programs/main").await.is(200).is_silent_about("good faith");
}

#[tokio::test]
async fn security_txt_is_plain_text() {
    let house = House::new().await;
    let answer = house.site.client().get("/.well-known/security.txt").await.is(200);
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    insta::assert_snapshot!("security_txt", answer.text);
}

#[tokio::test]
async fn programmes_are_json_too() {
    let house = House::new().await;
    let client = house.site.client();
    let list = client.call(Method::GET, "/api/v1/programs").send().await.is(200).json();
    insta::assert_json_snapshot!("programmes_json", list);
    let one = client.call(Method::GET, "/api/v1/programs/main").send().await.is(200).json();
    assert_eq!(json!([one]), list["items"]);
    client.call(Method::GET, "/api/v1/programs/none").send().await.is(404);
}

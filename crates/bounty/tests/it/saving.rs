//! Save and come back: the code, the door, and what ends it.

use crate::support::{FORM, House, LEAST, SAVED, code, control, form, send, upload, walk, words};
use domain::Span;
use web::testing::{Answer, Client};

async fn save(client: &Client, page: &Answer) -> Answer {
    form(client, page).to(FORM).fill("step", "save").submit().await.is(200)
}

async fn open(client: &Client, code: &str) -> Answer {
    client.form(SAVED).await.fill("code", code).submit().await
}

/// Page 3 with something on each page before it.
async fn third(client: &Client) -> Answer {
    let page = form(client, &client.get(FORM).await).fill("title", LEAST[0].1).submit().await.is(200);
    form(client, &page).fill("summary", LEAST[1].1).submit().await.is(200)
}

#[tokio::test]
async fn a_saved_report_goes_on_where_it_was() {
    let house = House::new().await;
    let client = house.site.client();
    let page = third(&client).await;
    let half = form(&client, &page).fill("impact", "Half a sen").file(&upload(&page), "poc.txt", b"p");
    let saved = half.fill("step", "save").submit().await.is(200);
    assert_eq!(saved.header("cache-control"), "no-store");
    let shown = code(&saved).to_string();
    let text = words(&saved).replace(&shown[..14], "AAAA-BBBB-CCCC").replace(&shown[15..], "DDDD-EEEE-FFFF");
    insta::assert_snapshot!("saved", text);
    insta::assert_snapshot!("saved_door", words(&client.get(SAVED).await.is(200)));
    assert_eq!(house.count("cases").await, 0);

    // Another device, six days later; small letters and spaces do not matter.
    house.test.clock.advance(Span::from_days(6));
    let other = house.site.client();
    let page = open(&other, &shown.to_lowercase().replace('-', " ")).await.is(200);
    let page = page.says("Page 3 of 4").says("Welcome back").says("poc.txt");
    assert_eq!(control(&page, "impact"), "Half a sen");
    assert!(!page.text.contains(&shown), "the code is not shown again");
    let page = form(&other, &page).fill("impact", "Half a sentence, ended.").submit().await.is(200);
    // It lives its days again from the last change on.
    house.test.clock.advance(Span::from_days(6));
    let check = form(&other, &page).submit().await.is(200).says("Check your report");
    let sent = send(&other, &check).await.is(200).says("has done its work");
    assert_ne!(code(&sent).to_string(), shown);
    let case = house.last_case().await;
    assert_eq!(house.report(case).await["impact"], "Half a sentence, ended.");
    assert_eq!(house.files(case).await.len(), 1);
    open(&client, &shown).await.is(422).says("No saved report has this code");
    let code = code(&sent).to_string();
    open(&client, &code).await.is(422).says("This is the code of a report that was sent");
}

#[tokio::test]
async fn pressing_twice_shows_the_same_code_and_writing_goes_on() {
    let house = House::new().await;
    let client = house.site.client();
    let page = third(&client).await;
    let saved = save(&client, &page).await;
    assert_eq!(code(&saved), code(&save(&client, &page).await));
    let page = form(&client, &saved).submit().await.is(200).says("Page 3 of 4");
    let page = form(&client, &page).submit().await.is(200).says("Page 4 of 4");
    let check = form(&client, &page).submit().await.is(200).says("Check your report");
    let saved = save(&client, &check).await;
    form(&client, &saved).submit().await.is(200).says("Check your report");
    assert_eq!(house.count("drafts").await, 1);
}

#[tokio::test]
async fn its_days_end() {
    let house = House::new().await;
    let client = house.site.client();
    let page = third(&client).await;
    let page = form(&client, &page).file(&upload(&page), "poc.txt", b"p").submit().await.is(200);
    let shown = code(&save(&client, &page).await).to_string();
    let sweep = || bounty::intake::sweep(&house.test.db, &house.blobs, false);
    house.test.clock.advance(Span::from_days(7).minus(Span::from_seconds(1)));
    sweep().await.unwrap();
    open(&client, &shown).await.is(200);
    house.test.clock.advance(Span::from_seconds(1));
    open(&client, &shown).await.is(422).says("No saved report has this code");
    let swept = sweep().await.unwrap();
    assert_eq!((swept.drafts, swept.blobs), (1, 1));
    assert_eq!((house.count("drafts").await, house.count("attachments").await), (0, 0));
}

#[tokio::test]
async fn wrong_codes_are_told_and_slow_down() {
    let house = House::new().await;
    let client = house.site.client();
    open(&client, "").await.is(422).says("Type or paste the code");
    open(&client, "not a code").await.is(422).says("No saved report has this code");
    let mut last = open(&client, "7C1E-4KQ9-R2VM-X80D-A90F-3TNH").await.is(422);
    for _ in 0..4 {
        last = open(&client, "7C1E-4KQ9-R2VM-X80D-A90F-3TNH").await;
    }
    last.is(429);
    // The right code waits as well: whoever guesses learns nothing in between.
    let page = third(&client).await;
    let right = code(&save(&client, &page).await).to_string();
    open(&client, &right).await.is(429);
    house.test.clock.advance(Span::from_minutes(20));
    open(&client, &right).await.is(200);
}

#[tokio::test]
async fn a_report_can_be_saved_from_the_check_page_with_faults_told_later() {
    let house = House::new().await;
    let client = house.site.client();
    let check = walk(&client, &LEAST, &[]).await.is(200);
    let shown = code(&save(&client, &check).await).to_string();
    let page = open(&client, &shown).await.is(200).says("Page 4 of 4");
    form(&client, &page).submit().await.is(200).says("Check your report");

    // Nothing is asked of somebody who only wants to keep it.
    let first = form(&client, &client.get(FORM).await).fill("title", "T").submit().await.is(200);
    let shown = code(&save(&client, &first).await).to_string();
    let page = open(&client, &shown).await.is(200).says("Page 2 of 4");
    form(&client, &page).submit().await.is(422).says("Say in one to five sentences");
}

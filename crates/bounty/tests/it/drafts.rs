//! Drafts that end while their page is open.

use crate::support::{FORM, House, LEAST, change, code, control, form, send, upload, walk};
use domain::Span;

const LATER: Span = Span::from_hours(25);

#[tokio::test]
async fn a_page_whose_draft_is_gone_keeps_its_own_words() {
    let house = House::new().await;
    let client = house.site.client();
    let second = form(&client, &client.get(FORM).await).fill("title", "T").submit().await.is(200);
    house.test.clock.advance(LATER);
    let same = form(&client, &second).fill("summary", "Still here").submit().await.is(409);
    let same =
        same.says("Page 2 of 4").says("We kept this for a while and then removed it").says("for 7 days with a code");
    assert_eq!(control(&same, "summary"), "Still here");
    let third = form(&client, &same).submit().await.is(200).says("Page 3 of 4");
    let fourth = form(&client, &third).submit().await.is(200);
    let first = form(&client, &fourth).submit().await.is(422).says("Page 1 of 4").says("Give the report a title");
    let check = form(&client, &first).fill("title", "T again").submit().await.is(200);
    let check = check.says("T again").says("Still here");
    send(&client, &check).await.is(200);
}

#[tokio::test]
async fn files_of_the_same_press_are_kept() {
    let house = House::new().await;
    let client = house.site.client();
    let page = form(&client, &client.get(FORM).await).fill("title", "T").submit().await.is(200);
    let page = form(&client, &page).fill("summary", "S").submit().await.is(200).says("Page 3 of 4");
    house.test.clock.advance(LATER);
    let same = form(&client, &page).fill("impact", "I").file(&upload(&page), "late.txt", b"l").submit().await;
    let same = same.is(409).says("late.txt").says("We kept this for a while");
    assert_eq!(control(&same, "impact"), "I");
    form(&client, &same).submit().await.is(200).says("Page 4 of 4");
    assert_eq!(house.blob_count().await, 1);
}

#[tokio::test]
async fn a_check_page_left_open_still_holds_the_words() {
    let house = House::new().await;
    let client = house.site.client();
    let check = walk(&client, &LEAST, &[("a.txt", b"1")]).await.is(200);
    house.test.clock.advance(LATER);
    let again = send(&client, &check).await.is(409).says("We kept this for a while").says(LEAST[0].1);
    assert_eq!(house.count("cases").await, 0);
    let again = again.is_silent_about("a.txt");
    code(&send(&client, &again).await.is(200));
    assert_eq!(house.report(house.last_case().await).await["summary"], LEAST[1].1);

    let check = walk(&client, &LEAST, &[]).await.is(200);
    house.test.clock.advance(LATER);
    change(&client, &check, "summary").await.is(409).says("Check your report").says(LEAST[1].1);
}

#[tokio::test]
async fn a_page_that_was_sent_meanwhile_says_so() {
    let house = House::new().await;
    let client = house.site.client();
    let first = client.get(FORM).await;
    let second = form(&client, &first).fill("title", "T").submit().await.is(200);
    let third = form(&client, &second).fill("summary", "S").submit().await.is(200);
    let fourth = form(&client, &third).submit().await.is(200);
    let check = form(&client, &fourth).submit().await.is(200);
    send(&client, &check).await.is(200);
    for page in [&first, &second, &third] {
        let told = form(&client, page).submit().await.is(409).says("You sent this report, and we have it");
        assert_ne!(control(&told, "draft"), control(page, "draft"));
    }
    assert_eq!(house.count("cases").await, 1);
}

#[tokio::test]
async fn writing_keeps_a_draft_alive() {
    let house = House::new().await;
    let client = house.site.client();
    let mut page = form(&client, &client.get(FORM).await).fill("title", "T").submit().await.is(200);
    for _ in 0..4 {
        house.test.clock.advance(Span::from_hours(20));
        let back = form(&client, &page).fill("summary", "S").fill("step", "back").submit().await.is(200);
        page = form(&client, &back).submit().await.is(200).says("Page 2 of 4");
    }
    assert_eq!(control(&page, "summary"), "S");
}

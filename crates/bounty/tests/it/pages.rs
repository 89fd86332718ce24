//! Page by page: what is asked where, what is refused there, and that nothing typed is lost.

use crate::support::{FORM, House, LEAST, PAGES, SEND, control, form, send, upload, walk, words};
use axum::http::Method;

#[tokio::test]
async fn the_pages_say_what_they_should() {
    let house = House::new().await;
    let client = house.site.client();
    let mut page = client.get(FORM).await.is(200);
    for (number, fill) in [(1, "title"), (2, "summary"), (3, "impact"), (4, "credit")] {
        insta::assert_snapshot!(format!("page_{number}"), words(&page));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.text.contains("value=\"save\""), number > 1, "saving is offered from page 2");
        assert_eq!(page.text.contains("value=\"back\""), number > 1);
        page = form(&client, &page).fill(fill, "x").submit().await.is(200);
    }
    page.says("Check your report");
    client.get(SEND).await.leads_to(FORM);
}

#[tokio::test]
async fn each_page_tells_its_own_faults_and_keeps_the_words() {
    let house = House::new().await;
    let client = house.site.client();
    let first = client.get(FORM).await;
    let wrong = form(&client, &first).fill("target", "gateway\u{1}").submit().await.is(422);
    let wrong = wrong.says("There is a problem").says("Give the report a title").says("Error: Where it is");
    let wrong = wrong.is_silent_about("Say in one to five sentences");
    assert_eq!(control(&wrong, "target"), "gateway\u{1}");
    let second = form(&client, &wrong).fill("title", "T").fill("target", "gateway").submit().await.is(200);

    let wrong = form(&client, &second).fill("steps", "1. Look").submit().await.is(422);
    let wrong =
        wrong.says("Page 2 of 4").says("Say in one to five sentences").is_silent_about("Give the report a title");
    assert_eq!(control(&wrong, "steps"), "1. Look");
    let third = form(&client, &wrong).fill("summary", "S").submit().await.is(200).says("Page 3 of 4");

    let wrong = form(&client, &third).fill("impact", "a\u{7}").forge("severity", "dire");
    let wrong = wrong.file(&upload(&third), "poc.txt", b"p").submit().await.is(422).says("Page 3 of 4");
    let wrong = wrong.says("Pick none, low, medium, high or critical").says("poc.txt");
    let fourth = form(&client, &wrong).fill("impact", "a").fill("severity", "low").submit().await.is(200);

    let wrong = form(&client, &fourth.says("Page 4 of 4")).fill("contact", &"x".repeat(501)).submit().await.is(422);
    let wrong = wrong.says("Use at most 500 characters");
    assert_eq!(control(&wrong, "contact").len(), 501);
    let check = form(&client, &wrong).fill("contact", "").submit().await.is(200).says("Check your report");
    check.says("gateway").says("1. Look").says("poc.txt");
}

#[tokio::test]
async fn going_back_keeps_what_stands_on_both_pages() {
    let house = House::new().await;
    let client = house.site.client();
    let second = form(&client, &client.get(FORM).await).fill("title", "T").submit().await.is(200);
    // Half a page, and nothing that would pass.
    let half = form(&client, &second).fill("weakness", "half a word").fill("step", "back").submit().await.is(200);
    let first = half.says("Page 1 of 4");
    assert_eq!(control(&first, "title"), "T");
    let second = form(&client, &first).submit().await.is(200).says("Page 2 of 4");
    assert_eq!(control(&second, "weakness"), "half a word");
}

#[tokio::test]
async fn two_windows_are_two_drafts() {
    let house = House::new().await;
    let client = house.site.client();
    let (one, two) = (client.get(FORM).await, client.get(FORM).await);
    let one = form(&client, &one).fill("title", "One").submit().await.is(200);
    let two = form(&client, &two).fill("title", "Two").submit().await.is(200);
    assert_eq!(house.count("drafts").await, 2);
    for (page, title) in [(one, "One"), (two, "Two")] {
        let back = form(&client, &page).fill("step", "back").submit().await.is(200);
        assert_eq!(control(&back, "title"), title);
    }
}

#[tokio::test]
async fn what_is_sent_is_what_was_read_through() {
    let house = House::new().await;
    let client = house.site.client();
    let check = walk(&client, &LEAST, &[]).await.is(200);
    // The same report in another window.
    let other = crate::support::change(&client, &check, "title").await.is(200);
    form(&client, &other).fill("title", "Changed").submit().await.is(200).says("Changed");
    let again = send(&client, &check).await.is(409).says("It was changed in another window").says("Changed");
    assert_eq!(house.count("cases").await, 0);
    send(&client, &again).await.is(200);
    assert_eq!(house.report(house.last_case().await).await["title"], "Changed");
    // Only looking at it in another window changes nothing.
    let check = walk(&client, &LEAST, &[]).await.is(200);
    crate::support::change(&client, &check, "title").await.is(200);
    send(&client, &check).await.is(200);
}

#[tokio::test]
async fn sending_too_early_leads_to_what_is_missing() {
    let house = House::new().await;
    let client = house.site.client();
    let first = client.get(FORM).await;
    let body = format!("csrf={}&draft={}&title=T", control(&first, "csrf"), control(&first, "draft"));
    let post = |to: &'static str, more: &str| {
        let call = client.call(Method::POST, to).header("content-type", "application/x-www-form-urlencoded");
        call.header("accept", "text/html").body(format!("{body}{more}")).send()
    };
    let page = post(SEND, "&page=check").await.is(422).says("Page 2 of 4").says("Say in one to five sentences");
    let check = form(&client, &page).fill("summary", "S").submit().await.is(200).says("Check your report");
    check.says("<div class=\"words\" dir=\"auto\">T</div>");
    for forged in
        ["&page=9", "&page=-1", "&page=check", "&page=4&step=next", "&page=4&step=send", "&step=fly", "&change=evil"]
    {
        let answer = post(FORM, forged).await;
        assert!(matches!(answer.status.as_u16(), 200 | 422), "{forged}: {}", answer.status);
        assert_eq!(house.count("cases").await, 0, "{forged}");
    }
    assert_eq!(PAGES.concat().len(), 13);
}

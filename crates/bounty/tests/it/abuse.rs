//! Drafts of others, forged fields, floods, and callers who are somebody.

use crate::support::{FORM, House, LEAST, PAGES, SAVED, SEND, control, form, send, walk};
use axum::http::Method;
use bounty::intake::DRAFTS_EACH;
use domain::Span;

#[tokio::test]
async fn the_draft_of_somebody_else_stays_theirs() {
    let house = House::new().await;
    let client = house.site.client();
    let theirs = walk(&client, &LEAST, &[("secret.txt", b"s")]).await.is(200);
    let token = control(&theirs, "draft");
    let guess = format!("{}{}", &token[..31], if token.ends_with('0') { '1' } else { '0' });
    let stranger = house.site.client();
    for forged in [guess.as_str(), "", "x", &token[..30], &token.to_uppercase()] {
        if forged == token {
            continue;
        }
        let page = stranger.get(FORM).await;
        for seen in ["", "1", "-1", "99999999999999999999"] {
            let walk = form(&stranger, &page).forge("draft", forged).forge("seen", seen).forge("page", "3");
            walk.submit().await.is_silent_about(LEAST[0].1).is_silent_about("secret.txt");
            let walk = form(&stranger, &page).to(SEND).forge("draft", forged).forge("seen", seen);
            walk.submit().await.is_silent_about(LEAST[0].1).is_silent_about("secret.txt");
        }
    }
    assert_eq!(house.count("cases").await, 0);
    send(&client, &theirs).await.is(200);
}

#[tokio::test]
async fn what_no_field_asks_for_goes_nowhere() {
    let house = House::new().await;
    let client = house.site.client();
    let page = form(&client, &client.get(FORM).await).fill("title", "T").forge("source", "internal");
    let page =
        page.forge("first_answer_days", "90").forge("body", "x").forge("reproduction", "x").submit().await.is(200);
    let page = form(&client, &page).fill("summary", "S").submit().await.is(200);
    let page = form(&client, &page).submit().await.is(200);
    let check = form(&client, &page).submit().await.is(200);
    let sent = form(&client, &check).forge("first_answer_days", "90").forge("source", "internal").submit().await;
    sent.is(200);
    let case = house.last_case().await;
    let opening = house.events(case).await.remove(0).data;
    assert_eq!((&opening["report"]["source"], &opening["first_answer_days"]), (&"form".into(), &3.into()));
    assert!(opening["report"].get("body").is_none());
    // A forged version is as a page that is out of date.
    let check = walk(&client, &LEAST, &[]).await.is(200);
    form(&client, &check).forge("seen", "1").submit().await.is(409).says("Not sent yet");
}

#[tokio::test]
async fn all_pages_together_have_a_limit() {
    let house = House::new().await;
    let client = house.site.client();
    let long = "x".repeat(210 << 10);
    let page = form(&client, &client.get(FORM).await).fill("title", "T").fill("target", &long).fill("version", &long);
    let page = page.submit().await.is(422).says("longer than 100,000 bytes");
    // Each field is too long for a report, but kept while it is written; together they end.
    let page = form(&client, &page).forge("page", "2").forge("weakness", &long).forge("steps", &long).submit().await;
    let page = form(&client, &page.is(422)).forge("proof", &long).forge("page", "3").submit().await;
    let page = page.is(422).says("All pages together may hold 1 MB");
    assert_eq!(control(&page, "proof").len(), long.len(), "shown again all the same");
    assert_eq!((house.count("drafts").await, house.count("cases").await), (1, 0));
}

#[tokio::test]
async fn one_network_begins_only_so_many() {
    let house = House::new().await;
    let client = house.site.client().at("192.0.2.7");
    for _ in 0..DRAFTS_EACH {
        form(&client, &client.get(FORM).await).fill("title", "T").submit().await.is(200);
    }
    let page = form(&client, &client.get(FORM).await).fill("title", "One more").submit().await.is(429);
    assert_eq!(control(&page, "title"), "One more");
    page.says("Your text is still below").says("security@acme.example");
    let other = house.site.client().at("192.0.2.8");
    form(&other, &other.get(FORM).await).fill("title", "T").submit().await.is(200);
    house.test.clock.advance(Span::from_days(1));
    form(&client, &client.get(FORM).await).fill("title", "T").submit().await.is(200);
}

#[tokio::test]
async fn oversize_bodies_are_refused() {
    let house = House::new().await;
    let client = house.site.client();
    let first = client.get(FORM).await;
    let csrf = control(&first, "csrf");
    for (to, size) in [(SAVED, 2 << 20), (SEND, 3 << 20), (FORM, 2 << 20)] {
        let body = format!("csrf={csrf}&code={}", "x".repeat(size));
        let call = client.call(Method::POST, to).header("content-type", "application/x-www-form-urlencoded");
        call.header("accept", "text/html").body(body).send().await.is(413);
    }
    assert_eq!(house.count("drafts").await, 0);
}

#[tokio::test]
async fn no_form_without_its_token() {
    let house = House::new().await;
    let client = house.site.client();
    for to in [FORM, SEND, SAVED, "/programs/main/receipt"] {
        let call = client.call(Method::POST, to).header("content-type", "application/x-www-form-urlencoded");
        call.header("accept", "text/html").body("title=T&code=x").send().await.is(403);
        let call = client.call(Method::POST, to.replace("main", "other").as_str());
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        call.header("accept", "text/html").body("title=T").send().await.is(403);
    }
    for path in ["/programs/other/report", "/programs/other/report/send", "/programs/other/saved"] {
        client.get(path).await.is(404);
    }
    assert_eq!((house.count("drafts").await, PAGES.len()), (0, 4));
}

#[tokio::test]
async fn staff_and_tokens_are_nobody_special_here() {
    let house = House::new().await;
    let staff = house.site.client();
    staff.set_cookie("__Host-leeward-desk", "staff");
    let check = walk(&staff, &LEAST, &[]).await.is(200);
    send(&staff, &check).await.is(200).says("Keep this code");
    let events = house.events(house.last_case().await).await;
    let actor = events[0].actor;
    assert!(actor.is_none(), "a report by the form names nobody, whoever is signed in");

    // Pages know no tokens: they are those of somebody nameless, and a POST needs its form.
    let token = house.site.client().token("staff");
    token.get(FORM).await.is(200).says("Page 1 of 4");
    token.get(SAVED).await.is(200);
    for to in [FORM, SEND, SAVED] {
        let call = token.call(Method::POST, to).header("content-type", "application/x-www-form-urlencoded");
        call.header("accept", "text/html").body("title=T").send().await.is(403);
    }
    let form = token.form(FORM).await.fill("title", "T").submit().await.is(200);
    form.says("Page 2 of 4");
}

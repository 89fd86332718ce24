//! The form of the nameless, from the empty page to the receipt.

use crate::support::{FORM, House, code, control, upload, words};
use axum::http::Method;
use db::idempotency::Request;
use web::testing::{Answer, Client, FormWalk};

/// A form with what must be there.
async fn filled(client: &Client) -> FormWalk {
    client.form(FORM).await.fill("title", "Token survives a new password").fill("summary", "Old tokens still work.")
}

/// From the filled form to the confirmation.
async fn sent(client: &Client, form: FormWalk) -> Answer {
    let check = form.submit().await.is(200).says("Check your report");
    client.form_in(FORM, &check).fill("step", "send").submit().await.is(200)
}

#[tokio::test]
async fn the_whole_way() {
    let house = House::new().await;
    let client = house.site.client();
    let wrong = client.form(FORM).await;
    let wrong = wrong.fill("steps", "1. Sign in\n2. <b>Look</b>").fill("severity", "high").fill("ai_assistance", "no");
    let wrong = wrong.file("files", "poc.txt", b"the proof").submit().await.is(422);
    let wrong = wrong.says("There is a problem").says("Give the report a title").says("Error: Tell us");
    assert_eq!(control(&wrong, "steps"), "1. Sign in\n2. <b>Look</b>");
    assert_eq!(house.count("drafts").await, 1, "the file is kept");
    assert!(upload(&wrong).len() > "files.".len(), "the next file goes to the same draft");

    let form = client.form_in(FORM, &wrong.says("poc.txt"));
    let form = form.fill("title", "Token survives a new password").fill("summary", "Old tokens still work.");
    let form = form.fill("contact", "quiet@harbour.example");
    let check = form.submit().await.is(200);
    insta::assert_snapshot!("check", words(&check));
    assert_eq!(check.header("cache-control"), "no-store");
    assert_eq!(house.count("cases").await, 0, "nothing is sent before it was checked");

    let page = client.form_in(FORM, &check).fill("step", "send").submit().await.is(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let code = code(&page);
    let shown = code.to_string();
    let text = words(&page).replace(&shown[..14], "AAAA-BBBB-CCCC").replace(&shown[15..], "DDDD-EEEE-FFFF");
    insta::assert_snapshot!("sent", text);

    let case = house.last_case().await;
    let report = house.report(case).await;
    assert_eq!(report["steps"], "1. Sign in\n2. <b>Look</b>");
    assert_eq!((&report["severity"], &report["source"]), (&"high".into(), &"form".into()));
    let files = house.files(case).await;
    assert_eq!(files.len(), 1);
    assert_eq!(house.bytes(case, &files[0]).await, b"the proof");
    let events = house.events(case).await;
    let told = events.iter().any(|e| e.data.to_string().contains("quiet@harbour.example"));
    assert!(told, "the contact is with the case");
    assert_eq!(house.count("drafts").await, 0, "the draft became the case");
}

#[tokio::test]
async fn the_receipt_comes_with_the_code() {
    let house = House::new().await;
    let client = house.site.client();
    let page = sent(&client, filled(&client).await).await;
    let receipt = client.form_in("/x", &page).submit().await.is(200);
    assert_eq!(receipt.header("content-disposition"), "attachment; filename=\"receipt-1.json\"");
    let receipt = receipt.json();
    assert_eq!(receipt["version"], "leeward-receipt/v1");
    let event = receipt["opening"]["event"].as_str().unwrap_or_default();
    assert!(event.contains("Token survives a new password"), "{event}");
    assert!(receipt["checkpoint"].is_string(), "proven at once");
    let other = client.form_in("/x", &page).forge("code", "7C1E-4KQ9-R2VM-X80D-A90F-3TNH").submit().await;
    other.is(422).says("This code opens nothing");
}

#[tokio::test]
async fn codes_cannot_be_guessed_at_the_receipt() {
    let house = House::new().await;
    let client = house.site.client();
    let page = sent(&client, filled(&client).await).await;
    for _ in 0..5 {
        let wrong = client.form_in("/x", &page).forge("code", "7C1E-4KQ9-R2VM-X80D-A90F-3TNH").submit().await;
        assert!(matches!(wrong.status.as_u16(), 422 | 429), "{}", wrong.status);
    }
    // Even the right code waits now: this door and the return page share one budget.
    client.form_in("/x", &page).submit().await.is(429);
}

#[tokio::test]
async fn a_double_press_is_one_report() {
    let house = House::new().await;
    let client = house.site.client();
    let check = filled(&client).await.file("files", "a.txt", b"1").submit().await.is(200);
    let send = || client.form_in(FORM, &check).fill("step", "send").submit();
    let (one, two, three) = tokio::join!(send(), send(), send());
    let codes = [code(&one.is(200)), code(&two.is(200)), code(&three.is(200))];
    assert!(codes.iter().all(|c| *c == codes[0]));
    assert_eq!(house.count("cases").await, 1);

    // The back button and other words: not lost, and not silently a second report.
    let changed = client.form_in(FORM, &check).fill("title", "Something else").fill("step", "send").submit().await;
    let changed = changed.is(409).says("You sent this form before").says("Something else");
    assert_ne!(control(&changed, "once"), control(&check, "once"));
    assert_eq!(house.count("cases").await, 1);
}

#[tokio::test]
async fn the_code_is_stored_nowhere() {
    let house = House::new().await;
    let client = house.site.client();
    let code = code(&sent(&client, filled(&client).await).await);
    let other = Request::new(house.test.db.keys(), "k", "nameless", "r", b"");
    assert_ne!(&other.digest()[..15], code.as_bytes());
    let file = std::fs::read(house.test.folder().join("leeward.sqlite")).unwrap_or_default();
    let letters = code.to_string();
    assert!(!file.windows(15).any(|w| w == code.as_bytes()));
    assert!(!file.windows(letters.len()).any(|w| w == letters.as_bytes()));
}

#[tokio::test]
async fn everything_can_be_changed_before_it_is_sent() {
    let house = House::new().await;
    let client = house.site.client();
    let first = filled(&client).await.fill("proof", " spaces \n and lines\n").file("files", "a.txt", b"1");
    let check = first.file("files", "b.txt", b"22").submit().await.is(200).says("a.txt").says("b.txt");
    let form = client.form_in(FORM, &check).fill("step", "change").submit().await.is(200);
    assert_eq!(control(&form, "proof"), " spaces \n and lines\n");
    let file = control(&form, "remove");
    let form = client.form_in(FORM, &form).fill("remove", &file).submit().await.is(200);
    let stays = if form.text.contains("a.txt") { "a.txt" } else { "b.txt" };
    assert_eq!(form.text.matches("name=\"remove\"").count(), 1, "one of the two is left");
    assert_eq!(house.blob_count().await, 1, "a removed file is gone at once");
    let name = upload(&form);
    let form = client.form_in(FORM, &form).file(&name, "c.txt", b"333");
    let page = sent(&client, form).await;
    code(&page);
    let names: Vec<String> = house.files(house.last_case().await).await.into_iter().map(|f| f.name).collect();
    assert_eq!(names, [stays, "c.txt"]);
}

#[tokio::test]
async fn a_full_disk_keeps_the_words() {
    let house = House::with_floor(u64::MAX).await;
    let client = house.site.client();
    let form = filled(&client).await.file("files", "a.txt", b"1");
    let (csrf, once) = (form.value("csrf").to_owned(), form.value("once").to_owned());
    let body = format!("csrf={csrf}&once={once}&title=Kept+words&summary=s&step=send");
    let call = client.call(Method::POST, FORM).header("content-type", "application/x-www-form-urlencoded");
    let answer = call.header("accept", "text/html").body(body).allow_5xx().send().await.is(503);
    assert_eq!(answer.header("retry-after"), "10");
    assert_eq!(control(&answer, "title"), "Kept words");
    answer.says("security@acme.example").says("Your text is still below");
    assert_eq!(house.count("cases").await, 0);
}

#[tokio::test]
async fn a_draft_that_is_gone_is_told() {
    let house = House::new().await;
    let client = house.site.client();
    let check = filled(&client).await.file("files", "a.txt", b"1").submit().await.is(200);
    house.test.clock.advance(domain::Span::from_hours(25));
    let answer = client.form_in(FORM, &check).fill("step", "send").submit().await.is(422);
    answer.says("are gone. Add them again").says("Token survives a new password");
    assert_eq!(house.count("cases").await, 0);
}

//! The form of the nameless, from the first page to the receipt.

use crate::support::{FORM, House, LEAST, PAGES, SEND, change, code, control, form, send, upload, walk, words};
use axum::http::Method;

#[tokio::test]
async fn the_whole_way() {
    let house = House::new().await;
    let client = house.site.client();
    let more = [
        ("steps", "1. Sign in\n2. <b>Look</b>"),
        ("severity", "high"),
        ("ai_assistance", "no"),
        ("contact", "quiet@harbour.example"),
    ];
    let all: Vec<(&str, &str)> = LEAST.into_iter().chain(more).collect();
    let check = walk(&client, &all, &[("poc.txt", b"the proof")]).await.is(200).says("poc.txt");
    insta::assert_snapshot!("check", words(&check));
    assert_eq!(check.header("cache-control"), "no-store");
    assert_eq!(
        (house.count("cases").await, house.count("drafts").await),
        (0, 1),
        "nothing is sent before it was checked"
    );

    let page = send(&client, &check).await.is(200);
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
    assert_eq!(events[0].data["first_answer_days"], 3, "the promise that stood when it came");
    let told = events.iter().any(|e| e.data.to_string().contains("quiet@harbour.example"));
    assert!(told, "the contact is with the case");
    assert_eq!(house.count("drafts").await, 0, "the draft became the case");
}

#[tokio::test]
async fn without_files_and_with_the_least() {
    let house = House::new().await;
    let client = house.site.client();
    let check = walk(&client, &LEAST, &[]).await.is(200).says("Left empty");
    code(&send(&client, &check).await.is(200));
    let case = house.last_case().await;
    let report = house.report(case).await;
    assert_eq!(report["title"], LEAST[0].1);
    assert_eq!(report.as_object().unwrap().len(), 3, "title, summary and source: {report}");
    assert_eq!(house.files(case).await.len(), 0);
}

#[tokio::test]
async fn the_receipt_comes_with_the_code() {
    let house = House::new().await;
    let client = house.site.client();
    let page = send(&client, &walk(&client, &LEAST, &[]).await).await.is(200);
    let receipt = client.form_in("/x", &page).submit().await.is(200);
    assert_eq!(receipt.header("content-disposition"), "attachment; filename=\"receipt-1.json\"");
    let receipt = receipt.json();
    assert_eq!(receipt["version"], "leeward-receipt/v1");
    let event = receipt["opening"]["event"].as_str().unwrap_or_default();
    assert!(event.contains("Token survives a new password"), "{event}");
    assert!(event.contains("\"first_answer_days\":3"), "the promise is proven too: {event}");
    assert!(receipt["checkpoint"].is_string(), "proven at once");
    let other = client.form_in("/x", &page).forge("code", "7C1E-4KQ9-R2VM-X80D-A90F-3TNH").submit().await;
    other.is(422).says("This code opens nothing");
}

#[tokio::test]
async fn codes_cannot_be_guessed_at_the_receipt() {
    let house = House::new().await;
    let client = house.site.client();
    let page = send(&client, &walk(&client, &LEAST, &[]).await).await.is(200);
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
    let first = client.get(FORM).await.is(200);
    let twice = || form(&client, &first).fill("title", "Twice").submit();
    let (one, two) = tokio::join!(twice(), twice());
    one.is(200).says("Page 2 of 4");
    two.is(200).says("Page 2 of 4");
    assert_eq!(house.count("drafts").await, 1, "the first page twice is one draft");

    let check = walk(&client, &LEAST, &[("a.txt", b"1")]).await.is(200);
    let (one, two, three) = tokio::join!(send(&client, &check), send(&client, &check), send(&client, &check));
    let codes = [code(&one.is(200)), code(&two.is(200)), code(&three.is(200))];
    assert!(codes.iter().all(|c| *c == codes[0]));
    assert_eq!(house.count("cases").await, 1);

    // The back button and other words: not lost, and not silently a second report.
    let changed = change(&client, &check, "title").await.is(409).says("You sent this report, and we have it");
    let changed = changed.says("Check your report");
    assert_ne!(control(&changed, "draft"), control(&check, "draft"));
    assert_eq!(house.count("cases").await, 1);
    let other = send(&client, &changed).await.is(200);
    assert_ne!(code(&other), codes[0], "whoever goes on sends another report");
    assert_eq!(house.count("cases").await, 2);
}

#[tokio::test]
async fn the_code_is_stored_nowhere() {
    let house = House::new().await;
    let client = house.site.client();
    let check = walk(&client, &LEAST, &[]).await;
    let token = control(&check, "draft");
    let saved = form(&client, &check).to(FORM).fill("step", "save").submit().await.is(200);
    let codes = [code(&saved), code(&send(&client, &check).await.is(200))];
    assert_ne!(codes[0], codes[1]);
    let mut file = Vec::new();
    for name in ["leeward.sqlite", "leeward.sqlite-wal"] {
        file.extend(std::fs::read(house.test.folder().join(name)).unwrap_or_default());
    }
    let holds = |bytes: &[u8]| file.windows(bytes.len()).any(|w| w == bytes);
    for code in codes {
        assert!(!holds(code.as_bytes()) && !holds(code.to_string().as_bytes()));
    }
    assert!(!holds(token.as_bytes()) && !holds(&data_encoding::HEXLOWER.decode(token.as_bytes()).unwrap()));
    assert!(!holds(b"Token survives"), "no word lies open");
}

#[tokio::test]
async fn everything_can_be_changed_before_it_is_sent() {
    let house = House::new().await;
    let client = house.site.client();
    let all: Vec<_> = LEAST.into_iter().chain([("proof", " spaces \n and lines\n")]).collect();
    let check = walk(&client, &all, &[("a.txt", b"1"), ("b.txt", b"22")]).await.is(200).says("a.txt").says("b.txt");
    let page = change(&client, &check, "files").await.is(200).says("Page 3 of 4");
    let page = page.says("We keep them just as they are: a photograph may say where");
    assert_eq!(control(&page, "proof"), " spaces \n and lines\n");
    let file = control(&page, "remove");
    let page = form(&client, &page).fill("remove", &file).submit().await.is(200).says("Page 3 of 4");
    let stays = if page.text.contains("a.txt") { "a.txt" } else { "b.txt" };
    assert_eq!(page.text.matches("name=\"remove\"").count(), 1, "one of the two is left");
    assert_eq!(house.blob_count().await, 1, "a removed file is gone at once");
    let check = form(&client, &page).file(&upload(&page), "c.txt", b"333").submit().await.is(200);
    let check = check.says("Check your report").says("c.txt");
    code(&send(&client, &check).await.is(200));
    let names: Vec<String> = house.files(house.last_case().await).await.into_iter().map(|f| f.name).collect();
    assert_eq!(names, [stays, "c.txt"]);
}

/// What a field is changed to.
fn other(name: &str) -> &'static str {
    match name {
        "severity" => "low",
        "disclosure_wish" => "ask me first",
        "ai_assistance" => "yes, for both",
        _ => "changed",
    }
}

#[tokio::test]
async fn every_change_link_leads_to_its_page_and_back() {
    let house = House::new().await;
    let client = house.site.client();
    let mut check = walk(&client, &LEAST, &[]).await.is(200);
    for (number, names) in (1..).zip(PAGES) {
        for name in names {
            let page = change(&client, &check, name).await.is(200).says(&format!("Page {number} of 4"));
            let value = other(name);
            let walk = form(&client, &page).fill(name, value);
            check = walk.submit().await.is(200).says("Check your report");
            // A look without a change comes back too.
            let page = change(&client, &check, name).await.is(200);
            check = form(&client, &page).fill("step", "back").submit().await.is(200).says("Check your report");
        }
    }
    code(&send(&client, &check).await.is(200));
    let report = house.report(house.last_case().await).await;
    for name in PAGES.concat() {
        assert!(name == "contact" || report[name] == other(name), "{name}: {report}");
    }
}

#[tokio::test]
async fn a_full_disk_keeps_the_words() {
    let house = House::with_floor(u64::MAX).await;
    let client = house.site.client();
    let first = client.get(FORM).await.is(200);
    let body = format!(
        "csrf={}&draft={}&page=1&title=Kept+words&step=next",
        control(&first, "csrf"),
        control(&first, "draft")
    );
    let call = client.call(Method::POST, FORM).header("content-type", "application/x-www-form-urlencoded");
    let answer = call.header("accept", "text/html").body(body).allow_5xx().send().await.is(503);
    assert_eq!(answer.header("retry-after"), "10");
    assert_eq!(control(&answer, "title"), "Kept words");
    answer.says("security@acme.example").says("Your text is still below");

    let body = format!("csrf={}&page=check&title=Kept+words&summary=Kept+too", control(&first, "csrf"));
    let call = client.call(Method::POST, SEND).header("content-type", "application/x-www-form-urlencoded");
    let answer = call.header("accept", "text/html").body(body).allow_5xx().send().await.is(503);
    assert_eq!((control(&answer, "title"), control(&answer, "summary")), ("Kept words".into(), "Kept too".into()));
    answer.says("Check your report").says("security@acme.example");
    assert_eq!((house.count("cases").await, house.count("drafts").await), (0, 0));
}

//! Strings, bytes, names and sizes that break things elsewhere.

use crate::support::{self, FORM, House, LEAST, PAGES, change, code, control, form, upload, walk};
use axum::http::Method;
use std::fs;
use web::testing::Client;

/// Text fields of the form.
const FIELDS: [&str; 10] =
    ["title", "target", "version", "weakness", "summary", "steps", "impact", "proof", "contact", "credit"];

/// The big list of naughty strings, when the machine has the shared folder.
#[expect(clippy::unwrap_used, reason = "data that cannot be read fails the test")]
fn naughty() -> Option<Vec<String>> {
    let text = outside::text("web-abuse/blns.json")?;
    Some(serde_json::from_str(&text).unwrap())
}

fn control_character(text: &str) -> bool {
    text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'))
}

/// Everywhere at once; those that the title cannot hold stand in the others.
async fn send(client: &Client, string: &str) -> Option<()> {
    let mut all: Vec<(&str, &str)> = FIELDS.iter().map(|name| (*name, string)).collect();
    let mut instead = |name: &str, value| all.iter_mut().filter(|(n, _)| *n == name).for_each(|pair| pair.1 = value);
    if string.trim().is_empty() || string.contains('\n') {
        instead("title", "x");
        instead("summary", "x");
    }
    if string.chars().count() > 250 {
        instead("title", "x");
        instead("contact", "");
    }
    if control_character(string) {
        refused_everywhere(client, string).await;
        return None;
    }
    let check = walk(client, &all, &[]).await.is(200).says("Check your report");
    code(&support::send(client, &check).await.is(200));
    Some(())
}

/// A control character is told on each page, kept as typed, and does not keep anybody from going back.
async fn refused_everywhere(client: &Client, string: &str) {
    let mut page = client.get(FORM).await;
    for names in PAGES {
        let names: Vec<&str> = names.iter().copied().filter(|name| FIELDS.contains(name)).collect();
        let typed = names.iter().fold(form(client, &page), |form, name| form.fill(name, string));
        let wrong = typed.submit().await.is(422);
        for name in &names {
            assert_eq!(control(&wrong, name), string, "kept as typed");
        }
        page = names.iter().fold(form(client, &wrong), |form, name| form.fill(name, "x")).submit().await.is(200);
    }
}

#[tokio::test]
async fn naughty_strings_are_only_strings() {
    let Some(strings) = naughty() else { return };
    assert!(strings.len() > 400);
    let house = House::new().await;
    let client = house.site.client();
    for string in strings {
        // The rules for HTML see an address in every attribute, also in the value of a field.
        let address = string.trim_start().to_ascii_lowercase().starts_with("javascript:");
        let string = if address { format!("x{string}") } else { string };
        if send(&client, &string).await.is_none() {
            continue;
        }
        let report = house.report(house.last_case().await).await;
        let wanted = string.replace("\r\n", "\n");
        for name in ["target", "version", "weakness", "steps", "impact", "proof", "credit"] {
            let stored = report[name].as_str().unwrap_or_default();
            let wanted = if wanted.trim().is_empty() { "" } else { &wanted };
            assert_eq!(stored, wanted, "{name}");
        }
    }
}

#[tokio::test]
async fn markup_comes_back_as_words() {
    let house = House::new().await;
    let client = house.site.client();
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'</textarea>";
    let all: Vec<(&str, &str)> = FIELDS.iter().map(|name| (*name, evil)).collect();
    let check = walk(&client, &all, &[("<img src=x>.txt", b"x")]).await.is(200);
    let clean = |text: &str| !text.contains("<script>alert") && !text.contains("<img src=x");
    assert!(clean(&check.text), "{}", check.text);
    assert_eq!(control(&check, "title"), evil);
    for name in FIELDS {
        let page = change(&client, &check, name).await.is(200);
        assert!(clean(&page.text));
        assert_eq!(control(&page, name), evil);
    }
    let saved = form(&client, &check).to(FORM).fill("step", "save").submit().await.is(200);
    assert!(clean(&saved.text));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_told_and_kept() {
    let house = House::new().await;
    let client = house.site.client();
    let first = client.get(FORM).await;
    let body = format!(
        "csrf={}&draft={}&page=1&title=caf%E9&target=It+stays",
        control(&first, "csrf"),
        control(&first, "draft")
    );
    let call = client.call(Method::POST, FORM).header("content-type", "application/x-www-form-urlencoded");
    let answer = call.header("accept", "text/html").body(body).send().await.is(422).says("not UTF-8");
    assert_eq!((control(&answer, "title"), control(&answer, "target")), ("caf\u{FFFD}".into(), "It stays".into()));
    assert_eq!(house.count("cases").await, 0);
    let call = client.json(Method::POST, crate::support::REPORTS, &serde_json::json!({}));
    call.header("idempotency-key", "k").body(&b"{\"title\":\"caf\xE9\",\"summary\":\"x\"}"[..]).send().await.is(400);
}

#[tokio::test]
async fn file_names_play_no_tricks() {
    let house = House::new().await;
    let client = house.site.client();
    let long = "x".repeat(500);
    let given = ["../../x", "..\\..\\win.ini", "CON", "nul.txt", "evil\u{202E}gpj.exe", &long, ".htaccess"];
    let bytes: Vec<[u8; 1]> = (0..7).map(|n| [n]).collect();
    let files: Vec<(&str, &[u8])> = given.iter().zip(&bytes).map(|(name, bytes)| (*name, &bytes[..])).collect();
    let check = walk(&client, &LEAST, &files).await.is(200);
    code(&support::send(&client, &check).await.is(200));
    let names: Vec<String> = house.files(house.last_case().await).await.into_iter().map(|f| f.name).collect();
    let wanted = ["_CON", "_nul.txt", "evilgpj.exe", "htaccess", "win.ini", "x", &"x".repeat(200)];
    assert_eq!(names, wanted);
    let blobs = house.test.folder().join("blobs");
    let mut folders = vec![blobs];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)), "{name}");
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}

#[tokio::test]
async fn polyglots_are_kept_as_bytes() {
    let house = House::new().await;
    let client = house.site.client();
    let files: [&[u8]; 3] = [
        b"GIF89a/*<script>alert(1)</script>*/=1;//",
        b"%PDF-1.4\n<svg onload=alert(1)>PK\x03\x04",
        b"--leeward\r\nContent-Disposition: form-data; name=\"step\"\r\n\r\nsend\r\n",
    ];
    let named: Vec<(&str, &[u8])> = ["0.gif", "1.gif", "2.gif"].into_iter().zip(files).collect();
    let check = walk(&client, &LEAST, &named).await.is(200).says("Check your report");
    support::send(&client, &check).await.is(200);
    let case = house.last_case().await;
    for (file, bytes) in house.files(case).await.iter().zip(files) {
        assert_eq!(house.bytes(case, file).await, bytes);
    }
}

#[tokio::test]
async fn limits_are_told_and_the_rest_is_kept() {
    let house = House::new().await;
    let client = house.site.client();
    let large = vec![0_u8; (50 << 20) + 1];
    let words = [("title", "Kept"), LEAST[1], ("impact", "Kept too")];
    let files: [(&str, &[u8]); 2] = [("small.txt", b"s"), ("large.bin", &large)];
    let answer = walk(&client, &words, &files)
        .await
        .is(422)
        .says("large.bin” is larger than 50 MB")
        .says("small.txt")
        .says("Page 3 of 4");
    assert_eq!(control(&answer, "impact"), "Kept too");
    assert_eq!(house.blob_count().await, 1);

    let name = upload(&answer);
    let mut many = form(&client, &answer);
    for n in 0..20 {
        many = many.file(&name, &format!("{n}.txt"), &[n]);
    }
    let answer = many.submit().await.is(422).says("19.txt” does not fit any more").says("18.txt");
    assert_eq!((control(&answer, "impact"), house.blob_count().await), ("Kept too".to_owned(), 20));

    let long = form(&client, &client.get(FORM).await).fill("title", &"x".repeat(251)).submit().await.is(422);
    let second = form(&client, &long.says("Use at most 250 characters: this is 1 too long")).fill("title", "x");
    let second = form(&client, &second.submit().await.is(200)).fill("summary", &"y".repeat(2001));
    let long = second.fill("steps", &"z".repeat(100_001)).submit().await.is(422);
    assert_eq!((control(&long, "summary").len(), control(&long, "steps").len()), (2001, 100_001));
    long.says("longer than 100,000 bytes");
}

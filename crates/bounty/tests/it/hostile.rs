//! Strings, bytes, names and sizes that break things elsewhere.

use crate::support::{FORM, House, code, control};
use axum::http::Method;
use std::fs;
use std::path::PathBuf;
use web::testing::Client;

/// Text fields of the form.
const FIELDS: [&str; 10] =
    ["title", "target", "version", "weakness", "summary", "steps", "impact", "proof", "contact", "credit"];

/// The big list of naughty strings, when the machine has the shared folder.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn naughty() -> Option<Vec<String>> {
    let shared = std::env::var_os("LEEWARD_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let file = shared.unwrap_or(beside).join("data/web-abuse/blns.json");
    let text = fs::read_to_string(&file).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not there; set LEEWARD_SHARED to run the naughty strings", file.display());
    }
    serde_json::from_str(&text?).ok()
}

fn control_character(text: &str) -> bool {
    text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'))
}

/// Everywhere at once; those that the title cannot hold stand in the others.
async fn send(client: &Client, string: &str) -> Option<()> {
    let mut form = client.form(FORM).await;
    for name in FIELDS {
        form = form.fill(name, string);
    }
    if string.trim().is_empty() || string.contains('\n') {
        form = form.fill("title", "x").fill("summary", "x");
    }
    if string.chars().count() > 250 {
        form = form.fill("title", "x").fill("contact", "");
    }
    let answer = form.submit().await;
    if control_character(string) {
        let answer = answer.is(422);
        assert_eq!(control(&answer, "steps"), string, "kept as typed");
        return None;
    }
    let check = answer.is(200);
    code(&client.form_in(FORM, &check).fill("step", "send").submit().await.is(200));
    Some(())
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
    let form = FIELDS.iter().fold(client.form(FORM).await, |form, name| form.fill(name, evil));
    let check = form.file("files", "<img src=x>.txt", b"x").submit().await.is(200);
    assert!(!check.text.contains("<script>alert") && !check.text.contains("<img src=x"), "{}", check.text);
    assert_eq!(control(&check, "title"), evil);
    let again = client.form_in(FORM, &check).fill("step", "change").submit().await.is(200);
    assert!(!again.text.contains("<script>alert") && !again.text.contains("<img src=x"));
    assert_eq!(control(&again, "steps"), evil);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_told_and_kept() {
    let house = House::new().await;
    let client = house.site.client();
    let form = client.form(FORM).await;
    let (csrf, once) = (form.value("csrf").to_owned(), form.value("once").to_owned());
    let body = format!("csrf={csrf}&once={once}&title=caf%E9&summary=It+stays&step=send");
    let call = client.call(Method::POST, FORM).header("content-type", "application/x-www-form-urlencoded");
    let answer = call.header("accept", "text/html").body(body).send().await.is(422);
    assert_eq!((control(&answer, "title"), control(&answer, "summary")), ("caf\u{FFFD}".into(), "It stays".into()));
    answer.says("not UTF-8");
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
    let mut form = client.form(FORM).await.fill("title", "t").fill("summary", "s");
    for (n, name) in given.iter().enumerate() {
        form = form.file("files", name, &[u8::try_from(n).unwrap()]);
    }
    let check = form.submit().await.is(200);
    code(&client.form_in(FORM, &check).fill("step", "send").submit().await.is(200));
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
    let mut form = client.form(FORM).await.fill("title", "t").fill("summary", "s");
    for (n, bytes) in files.iter().enumerate() {
        form = form.file("files", &format!("{n}.gif"), bytes);
    }
    let check = form.submit().await.is(200).says("Check your report");
    client.form_in(FORM, &check).fill("step", "send").submit().await.is(200);
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
    let form = client.form(FORM).await.fill("title", "Kept").fill("summary", "s");
    let answer = form.file("files", "small.txt", b"s").file("files", "large.bin", &large).submit().await.is(422);
    let answer = answer.says("large.bin” is larger than 50 MB").says("small.txt");
    assert_eq!(control(&answer, "title"), "Kept");
    assert_eq!(house.blob_count().await, 1);

    let name = crate::support::upload(&answer);
    let mut form = client.form_in(FORM, &answer);
    for n in 0..20 {
        form = form.file(&name, &format!("{n}.txt"), &[n]);
    }
    let answer = form.submit().await.is(422).says("19.txt” does not fit any more").says("18.txt");
    assert_eq!((control(&answer, "title"), house.blob_count().await), ("Kept".to_owned(), 20));

    let long = client.form(FORM).await.fill("title", &"x".repeat(251)).fill("summary", &"y".repeat(2001));
    let long = long.fill("steps", &"z".repeat(100_001)).submit().await.is(422);
    assert_eq!(control(&long, "steps").len(), 100_001);
    long.says("Use at most 250 characters: this is 1 too long").says("longer than 100,000 bytes");
}

//! Cases with more events and files than one page holds.

use crate::support::{House, code};
use axum::http::Method;
use desk::attachment::{NewFile, Place};
use desk::engine::{self, EngineError};
use domain::case::Audience;
use domain::{CaseId, PersonId, ReporterText, Role, TeamText};
use serde_json::json;

/// Writes this many notes and messages in turn.
async fn fill(house: &House, case: CaseId, (by, count): (PersonId, usize)) {
    let db = house.db().clone();
    let done: Result<(), EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                for n in 0..count {
                    if n % 2 == 0 {
                        let text = TeamText::new(format!("note {n} of ours"))?;
                        engine::note(tx, &db, case, (by, text)).await?;
                    } else {
                        let text = ReporterText::new(format!("message {n} to them"))?;
                        engine::to_reporter(tx, &db, case, (by, text)).await?;
                    }
                }
                Ok(())
            })
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn the_newest_part_comes_first_and_older_ones_by_cursor() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    fill(&house, case.id, (ines, 120)).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let mut page = browser.get(&at).await.is(200).says("note 118 of ours").is_silent_about("note 20 of ours");
    page = page.says("<h2>Summary</h2>").is_silent_about(">Newer</a>");
    let (mut seen, mut parts) = (String::new(), 1);
    while let Some(older) = page.text.split("?before=").nth(1) {
        seen.push_str(&page.text);
        let before = older.split('#').next().unwrap().to_owned();
        page = browser.get(&format!("{at}?before={before}")).await.is(200).says("Newer</a>");
        parts += 1;
        if !page.text.contains(">Older</a>") {
            break;
        }
    }
    seen.push_str(&page.text);
    assert!(parts >= 3, "{parts}");
    for n in 0..120 {
        let words = if n % 2 == 0 { format!("note {n} of ours") } else { format!("message {n} to them") };
        assert!(seen.contains(&words), "{words}");
    }
    // A permalink opens the part it is in, wherever that is.
    let page = browser.get(&format!("{at}?at=30")).await.is(200).says("id=\"e-30\"").says(">Newest</a>");
    page.says(&format!("href=\"{at}?at=30#e-30\""));
    for odd in ["?at=0", "?at=-5", "?at=99999999", "?before=-1", "?before=0"] {
        browser.get(&format!("{at}{odd}")).await.is(200).says("note 118 of ours");
    }
    let me = house.reporter(&site, &code(1)).await;
    let page = me.get("/case/mine").await.is(200).says("message 119 to them").says(">Older</a>");
    page.is_silent_about("of ours").is_silent_about("message 1 to them");
    me.get("/case/mine?before=20").await.is(200).says("message 1 to them").is_silent_about("of ours");
    let program = house.program(&site, ines, Role::Triager).await;
    let events = program.get(&format!("/api/v1/cases/{}/events?before=10", case.name)).await.is(200).json();
    assert_eq!((events["items"].as_array().unwrap().len(), &events["older_events"]), (9, &json!(null)));
}

#[tokio::test]
async fn one_long_message_has_a_part_to_itself_and_pages_stay_small() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    fill(&house, case.id, (ines, 60)).await;
    let (db, id) = (house.db().clone(), case.id);
    let long = TeamText::new("> ".repeat(50_000)).unwrap();
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::note(tx, &db, id, (ines, long)).await })).await;
    let place = done.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let page = browser.get(&at).await.is(200);
    assert_eq!(page.text.matches("class=\"entry").count(), 1);
    let page = browser.get(&format!("{at}?before={place}")).await.is(200).says("note 58 of ours");
    assert!(page.text.len() < 60_000, "{} bytes", page.text.len());
    browser.get(&format!("{at}?at={}", place - 2)).await.is(200).says(&format!("id=\"e-{}\"", place - 2));
}

#[tokio::test]
async fn many_files_are_listed_part_by_part() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let (db, id) = (house.db().clone(), case.id);
    let done: Result<(), EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let key = db.keys().case(tx, id).await?.unwrap();
                for n in 0..120 {
                    let file = NewFile {
                        id: db.ambient().id(),
                        name: format!("file {n}.txt"),
                        media_type: None,
                        size: 1,
                        sha256: "0".repeat(64),
                        blob: format!("none-{n}"),
                    };
                    let place = Place { owner: id, event: None, audience: Audience::Team };
                    desk::attachment::insert(tx, &key, db.ambient(), place, &file).await?;
                }
                Ok(())
            })
        })
        .await;
    done.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let page = browser.get(&at).await.says("All 120 files");
    assert_eq!(page.text.matches("<li class=\"file\">").count(), 8);
    let mut path = format!("{at}/files");
    let mut seen = 0;
    for part in [50, 50, 20] {
        let page = browser.get(&path).await.is(200).says("120 in all");
        assert_eq!(page.text.matches("class=\"file\"").count(), part);
        seen += part;
        path = page
            .text
            .split("href=\"")
            .find(|rest| rest.contains("files?after="))
            .map_or(String::new(), |rest| rest.split('"').next().unwrap().to_owned());
    }
    assert_eq!((seen, path.as_str()), (120, ""));
    let program = house.program(&site, ines, Role::Triager).await;
    let first = program.get(&format!("/api/v1/cases/{}/attachments", case.name)).await.is(200).json();
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    assert!(first["next"].is_string());
}

#[tokio::test]
async fn a_case_takes_so_many_files_of_each_audience_from_programs_too() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let finance = house.person("Fay", Role::Finance).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let path = format!("/api/v1/cases/{}/attachments", case.name);
    let send = async |audience: &str, key: &str| {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"audience\"\r\n\r\n{audience}\r\n--x\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{key}.txt\"\r\n\r\n{key}\r\n--x--\r\n"
        );
        let call = program.call(Method::POST, &path).header("idempotency-key", key).body(body);
        call.header("content-type", "multipart/form-data; boundary=x").send().await
    };
    for audience in ["reporter", "team"] {
        send(audience, &format!("first-{audience}")).await.is(201);
        let size = i64::try_from(desk::attachment::CASE_SIZE).unwrap();
        let full: Result<u64, db::DbError> = house
            .db()
            .write(move |tx| {
                let text = db::stmt!("UPDATE attachments SET size = $1 WHERE owner = $2 AND audience = $3");
                Box::pin(async move { db::execute!(tx, text, size, case.id.uuid(), audience) })
            })
            .await;
        assert_eq!(full.unwrap(), 1);
        let refused = send(audience, &format!("second-{audience}")).await.is(422);
        assert!(refused.text.contains("500 files and 2 GB"), "{}", refused.text);
    }
    // Whoever may not open files sees which there are, and no way that leads nowhere.
    let browser = house.browser(&site, finance).await;
    let at = format!("/desk/cases/{}", case.name);
    for page in [at.clone(), format!("{at}/files")] {
        let page = browser.get(&page).await.is(200).says("<span>first-reporter.txt</span>");
        page.is_silent_about("/attachments/");
    }
}

#[tokio::test]
async fn a_file_is_shown_as_a_picture_or_taken_along_in_a_zip() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let me = house.reporter(&site, &code(1)).await;
    let png: &[u8] = &[
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00, 0x00, 0x00,
        0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xe0, 0x8e, 0xad, 0xfa, 0x0f, 0x00, 0x03, 0x3b, 0x01, 0xe2,
        0xf6, 0x12, 0x3a, 0x8e, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ];
    let files = me.form_to("/case/mine", "/case/mine/attachments").await;
    let files = files.file("file", "shot.png", png).file("file", "run.html", b"<script>alert(1)</script>");
    files.file("file", "cut.png", &png[..40]).submit().await.is(303);
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let page = browser.get(&at).await.is(200);
    let of = |name: &str| {
        let row = page.text.split("<li class=\"file\">").skip(1).find(|row| row.contains(name)).unwrap();
        row.split("href=\"").find(|part| part.starts_with("/desk")).unwrap().split('"').next().unwrap().to_owned()
    };
    let shown = browser.get(&of("shot.png")).await.is(200).says("/picture\"").says("Drawn anew");
    let picture = browser.get(&format!("{}/picture", of("shot.png"))).await.is(200);
    assert_eq!((picture.header("content-type"), picture.header("x-content-type-options")), ("image/png", "nosniff"));
    assert!(picture.header("content-security-policy").contains("sandbox"));
    // To pass it on: in its own size, and without anything the file said beside its pixels.
    let alone = browser.get(&format!("{}/picture?save=1", of("shot.png"))).await.is(200);
    assert!(
        alone.header("content-disposition").contains("attachment; filename=\"shot.pixels.png\""),
        "{:?}",
        alone.headers
    );
    assert!(alone.header("content-security-policy").contains("sandbox"));
    browser.get(&of("run.html")).await.says("Only PNG, JPEG, GIF and WebP").is_silent_about("/picture\"");
    browser.get(&of("cut.png")).await.says("This picture cannot be shown: the file is damaged");
    browser.get(&format!("{}/picture", of("cut.png"))).await.is(409);
    let zip = format!("{}/zip", of("shot.png"));
    let form = browser.form_in(&zip, &shown);
    let word = form.value("password").to_owned();
    shown.says(&format!("<strong class=\"mono\">{word}</strong>"));
    let taken = form.clone().submit().await.is(200);
    assert_eq!(taken.header("content-type"), "application/zip");
    assert!(taken.header("content-disposition").starts_with("attachment; filename=\"shot.png.zip\""));
    form.forge("password", "short").submit().await.is(422);
    let program = house.program(&site, ines, Role::Triager).await;
    let id = of("run.html").rsplit('/').next().unwrap().to_owned();
    let raw = program.call(Method::GET, &format!("/api/v1/cases/{}/attachments/{id}", case.name)).send().await.is(200);
    assert_eq!(raw.text, "<script>alert(1)</script>");
}

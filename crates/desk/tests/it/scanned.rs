//! Files and a virus scanner: what it finds something in is kept, shown as such, and not given out by accident.

use crate::support::{House, code};
use axum::http::Method;
use domain::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What every scanner finds something in, and what stands for it here.
const BAD: &[u8] = b"something that a scanner knows";

/// One question in the words of clamd.
async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut all = Vec::new();
    loop {
        let length = stream.read_u32().await?;
        if length == 0 {
            break;
        }
        let mut chunk = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut chunk).await?;
        all.extend_from_slice(&chunk);
    }
    let said: &[u8] = if all == BAD { b"stream: Test-Signature FOUND\0" } else { b"stream: OK\0" };
    stream.write_all(said).await
}

#[tokio::test]
async fn a_file_with_something_in_it_goes_only_to_who_wants_it_nonetheless() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let scanner: desk::attachment::Scanner = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let clamd = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = answer(stream).await;
        }
    });
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site_with(|app| app.carry(scanner)).await;
    let me = house.reporter(&site, &code(1)).await;
    let files = me.form_to("/case/mine", "/case/mine/attachments").await;
    files.file("file", "bad.bin", BAD).file("file", "good.txt", b"a log").submit().await.is(303);
    let browser = house.browser(&site, ines).await;
    let page = browser.get(&format!("/desk/cases/{}", case.name)).await.is(200);
    let of = |name: &str| {
        let row = page.text.split("<li class=\"file\">").skip(1).find(|row| row.contains(name)).unwrap();
        row.split("href=\"").find(|part| part.starts_with("/desk")).unwrap().split('"').next().unwrap().to_owned()
    };
    let good = browser.get(&of("good.txt")).await.is(200).says("knows nothing bad").is_silent_about("nonetheless");
    browser.form_in(&format!("{}/zip", of("good.txt")), &good).submit().await.is(200);
    let bad = browser.get(&of("bad.bin")).await.is(200).says("Test-Signature").says("I want it nonetheless");
    let zip = browser.form_in(&format!("{}/zip", of("bad.bin")), &bad);
    zip.clone().submit().await.is(409).says("It is kept");
    zip.forge("nonetheless", "yes").submit().await.is(200);
    // Programs and the reporter cannot say so.
    let id = of("bad.bin").rsplit('/').next().unwrap().to_owned();
    let program = house.program(&site, ines, Role::Triager).await;
    let raw = |id: &str| format!("/api/v1/cases/{}/attachments/{id}", case.name);
    program.call(Method::GET, &raw(&id)).send().await.is(409);
    me.get(&format!("/case/mine/attachments/{id}")).await.is(409);
    let clean = of("good.txt").rsplit('/').next().unwrap().to_owned();
    assert_eq!(program.call(Method::GET, &raw(&clean)).send().await.is(200).text, "a log");
    // They are held back as well where a case is taken out with its files.
    let ana = house.person("Ana", Role::Owner).await;
    let owner = house.browser(&site, ana).await;
    let at = format!("/desk/cases/{}/export", case.name);
    let out = owner.form(&at).await.fill("contents", "everything");
    out.clone().fill("as", "zip").submit().await.is(409).says("It is kept");
    out.clone().fill("as", "zip").forge("nonetheless", "yes").submit().await.is(200);
    out.fill("as", "json").submit().await.is(200);
    let programs = house.program(&site, ana, Role::Owner).await;
    let at = format!("/api/v1/cases/{}/export", case.name);
    programs.json(Method::POST, &at, &json!({ "contents": "everything", "as": "zip" })).send().await.is(409);
    // While the scanner is away everything is held, and nothing is lost.
    clamd.abort();
    let _ = clamd.await;
    browser.get(&of("good.txt")).await.is(200).says("could not look at this file").says("I want it nonetheless");
    program.call(Method::GET, &raw(&clean)).allow_5xx().send().await.is(503);
    browser.form_in(&format!("{}/zip", of("good.txt")), &good).forge("nonetheless", "yes").submit().await.is(200);
}

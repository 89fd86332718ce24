//! One case taken out: what is in it for whom, that it holds, and that taking it is told.

use crate::support::{House, act, code};
use axum::http::Method;
use desk::engine;
use domain::{Role, TeamText};
use serde_json::{Value, json};
use tlog::KeyFile;
use tlog::dossier::Dossier;

async fn keys(house: &House) -> KeyFile {
    let mut tx = house.db().read().await.unwrap();
    db::log::key_file(&mut tx).await.unwrap()
}

/// A case with words of both sides, and a file.
pub(crate) async fn scene(house: &House, site: &web::testing::Site) -> (String, domain::PersonId) {
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Token accepted after password change", Some(code(1))).await;
    house.act(act(case.id, ana, ("ask", json!({ "text": "Which version is it?" })))).await.unwrap();
    let note = TeamText::new("Looks like the \u{1f511} of last year".to_owned()).unwrap();
    let db = house.db().clone();
    let noted: Result<i64, engine::EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::note(tx, &db, case.id, (ana, note)).await })).await;
    noted.unwrap();
    let me = house.reporter(site, &code(1)).await;
    me.form_to("/case/mine", "/case/mine/attachments").await.file("file", "poc.txt", b"curl -v").submit().await.is(303);
    (case.name, ana)
}

fn checked(bytes: &[u8], keys: &KeyFile) -> Value {
    let dossier = Dossier::from_json(bytes).unwrap();
    let checked = dossier.check(Some(keys));
    assert_eq!(checked.faults, []);
    assert!(checked.is_valid());
    serde_json::to_value(dossier).unwrap()
}

#[tokio::test]
async fn everything_goes_out_with_proofs_and_is_told() {
    let house = House::new().await;
    let site = house.site().await;
    let (name, ana) = scene(&house, &site).await;
    let owner = house.browser(&site, ana).await;
    let at = format!("/desk/cases/{name}/export");
    owner.get(&format!("/desk/cases/{name}")).await.is(200).says(&at);
    owner.form(&at).await.submit().await.is(422).says("Choose what goes in").says("Choose a form");
    let out = owner.form(&at).await.fill("contents", "everything").fill("as", "json").submit().await.is(200);
    assert_eq!(out.header("content-type"), "application/json");
    assert!(out.header("content-disposition").contains(&format!("{name}.json")));
    let whole = checked(&out.bytes, &keys(&house).await);
    let kinds: Vec<&str> =
        whole["events"].as_array().unwrap().iter().map(|e| e["event"]["kind"].as_str().unwrap()).collect();
    assert!(
        kinds.contains(&"reported") && kinds.contains(&"note_added") && kinds.contains(&"attachment_added"),
        "{kinds:?}"
    );
    let cover = &whole["cover"];
    assert_eq!(cover["case"]["title"], "Token accepted after password change");
    assert_eq!(cover["attachments"][0]["name"], "poc.txt");
    assert_eq!(cover["people"][0]["name"], "Ana");
    assert_eq!(cover["about"]["exported_by"], "Ana");
    house.accounts.reads().flush().await;
    owner.get("/desk/audit").await.is(200).says("exported").says(&name);
    owner.get("/desk/audit?show=house").await.is(200).says("Case exported").says(&name);
    house.verify().await;
}

#[tokio::test]
async fn the_reporters_half_is_silent_about_the_team() {
    let house = House::new().await;
    let site = house.site().await;
    let (name, ana) = scene(&house, &site).await;
    let program = house.program(&site, ana, Role::Owner).await;
    let call = |body: Value| program.json(Method::POST, &format!("/api/v1/cases/{name}/export"), &body);
    let out = call(json!({ "contents": "reporter", "as": "json" })).send().await.is(200);
    let half = checked(&out.bytes, &keys(&house).await);
    out.is_silent_about("of last year").is_silent_about("note_added").is_silent_about("Ana");
    assert_eq!((&half["cover"]["people"], &half["cover"]["case"]["assignee"]), (&json!([]), &Value::Null));
    call(json!({ "contents": "half", "as": "json" })).send().await.is(422);
    call(json!({ "contents": "reporter", "as": "doc" })).send().await.is(422);
}

#[tokio::test]
async fn only_those_with_the_right_take_cases_out() {
    let house = House::new().await;
    let site = house.site().await;
    let (name, _) = scene(&house, &site).await;
    let ines = house.person("Ines", Role::Triager).await;
    house.browser(&site, ines).await.get(&format!("/desk/cases/{name}/export")).await.is(404);
    let olaf = house.person("Olaf", Role::Auditor).await;
    let auditor = house.program(&site, olaf, Role::Auditor).await;
    let at = format!("/api/v1/cases/{name}/export");
    auditor.json(Method::POST, &at, &json!({ "contents": "reporter", "as": "json" })).send().await.is(200);
}

#[tokio::test]
async fn the_archive_has_the_document_and_the_files() {
    let house = House::new().await;
    let site = house.site().await;
    let (name, ana) = scene(&house, &site).await;
    let owner = house.browser(&site, ana).await;
    let at = format!("/desk/cases/{name}/export");
    let out = owner.form(&at).await.fill("contents", "everything").fill("as", "zip").submit().await.is(200);
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("case.zip");
    std::fs::write(&archive, &out.bytes).unwrap();
    let python = outside::python(env!("CARGO_TARGET_TMPDIR"), &["zipfile"]);
    let code = "import sys, zipfile, json\n\
                z = zipfile.ZipFile(sys.argv[1])\n\
                assert z.testzip() is None\n\
                print(json.dumps({n: z.read(n).decode(errors='replace') for n in z.namelist()}))";
    let read = std::process::Command::new(python).args(["-c", code]).arg(&archive).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let read = read.stdout;
    let files: Value = serde_json::from_slice(&read).unwrap();
    assert_eq!(files["files/001-poc.txt"], "curl -v");
    assert!(files[format!("{name}.pdf")].as_str().unwrap().starts_with("%PDF-1.7"));
    let whole = checked(files[format!("{name}.json")].as_str().unwrap().as_bytes(), &keys(&house).await);
    assert_eq!(whole["cover"]["attachments"][0]["path"], "files/001-poc.txt");
}

#[tokio::test]
async fn a_long_case_goes_out_whole() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Long", None).await;
    for n in 0..1_200 {
        let note = TeamText::new(format!("Note {n}")).unwrap();
        let db = house.db().clone();
        let noted: Result<i64, engine::EngineError> = house
            .db()
            .write(move |tx| Box::pin(async move { engine::note(tx, &db, case.id, (ana, note)).await }))
            .await;
        noted.unwrap();
    }
    let program = house.program(&site, ana, Role::Owner).await;
    let body = json!({ "contents": "everything", "as": "json" });
    let out = program.json(Method::POST, &format!("/api/v1/cases/{}/export", case.name), &body).send().await.is(200);
    let whole = checked(&out.bytes, &keys(&house).await);
    assert!(whole["events"].as_array().unwrap().len() > 1_200);
}

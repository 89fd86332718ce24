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

/// The bytes of an archive's members, as text.
pub(crate) fn members(archive: &[u8]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.zip");
    std::fs::write(&file, archive).unwrap();
    let python = outside::python(env!("CARGO_TARGET_TMPDIR"), &["zipfile"]);
    let code = "import sys, zipfile, json\n\
                z = zipfile.ZipFile(sys.argv[1])\n\
                assert z.testzip() is None\n\
                print(json.dumps({n: z.read(n).decode(errors='replace') for n in z.namelist()}))";
    let read = std::process::Command::new(python).args(["-c", code]).arg(&file).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

#[tokio::test]
async fn the_reporters_half_names_no_case_of_somebody_else() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.person("Ana", Role::Owner).await;
    let root = house.report("Somebody else was first", Some(code(1))).await;
    let same = house.report("The same again", Some(code(2))).await;
    let repeat = json!({ "outcome": "duplicate", "of": root.id.to_string(), "reason": "We know of this one." });
    house.act(act(same.id, ana, ("close", repeat))).await.unwrap();
    let program = house.program(&site, ana, Role::Owner).await;
    let out = async |name: &str, contents: &str, form: &str| {
        let body = json!({ "contents": contents, "as": form });
        program.json(Method::POST, &format!("/api/v1/cases/{name}/export"), &body).send().await.is(200).bytes
    };
    let half = out(&same.name, "reporter", "json").await;
    let read = checked(&half, &keys(&house).await);
    let text = String::from_utf8_lossy(&half).into_owned();
    assert!(text.contains("We know of this one."), "{text}");
    let closed = read["events"].as_array().unwrap().iter().find(|e| e["event"]["kind"] == "closed").unwrap();
    assert_eq!(closed["event"]["data"]["outcome"], json!({ "duplicate": {} }));
    assert!(closed["commitment"].is_string() && closed["salt"].is_null(), "{closed}");
    assert_eq!(read["cover"]["withheld"].as_array().unwrap().len(), 1);
    for secret in [root.id.to_string(), format!("\"{}\"", root.name)] {
        assert!(!text.contains(&secret), "{secret} is in {text}");
        let archive = members(&out(&same.name, "reporter", "zip").await);
        assert!(!archive[format!("{}.json", same.name)].as_str().unwrap().contains(&secret));
    }
    // Whoever sees both cases takes out everything, whole.
    let whole = out(&same.name, "everything", "json").await;
    assert_eq!(checked(&whole, &keys(&house).await)["cover"]["withheld"], json!([]));
    assert!(String::from_utf8_lossy(&whole).contains(&root.id.to_string()));
}

#[tokio::test]
async fn merged_cases_and_their_numbers_are_not_told_to_other_reporters() {
    let house = House::new().await;
    let site = house.site().await;
    let ana = house.person("Ana", Role::Owner).await;
    let root = house.report("First", Some(code(1))).await;
    let other = house.report("Second", Some(code(2))).await;
    crate::parts::merge(&house, ana, root.id, &[other.id]).await.unwrap();
    let part = crate::parts::split(&house, ana, root.id, &["Open redirect"]).await.unwrap().remove(0);
    let program = house.program(&site, ana, Role::Owner).await;
    let body = json!({ "contents": "reporter", "as": "json" });
    let half = program.json(Method::POST, &format!("/api/v1/cases/{}/export", root.name), &body).send().await.is(200);
    checked(&half.bytes, &keys(&house).await);
    let half = half.is_silent_about(&other.id.to_string()).is_silent_about(&other.name);
    half.says(&part.id.to_string()).says(&part.name);
    let half = program.json(Method::POST, &format!("/api/v1/cases/{}/export", other.name), &body).send().await.is(200);
    checked(&half.bytes, &keys(&house).await);
    // Their page says where it goes on, by name.
    half.is_silent_about(&root.id.to_string()).says(&root.name);
}

#[tokio::test]
async fn everything_is_silent_about_cases_that_its_taker_may_not_see() {
    let house = House::new().await;
    let site = house.site().await;
    let (ana, ben) = (house.person("Ana", Role::Owner).await, house.person("Ben", Role::Owner).await);
    let (hidden, same) = (house.report("Hidden", None).await, house.report("Same", None).await);
    let db = house.db().clone();
    let repeat = json!({ "outcome": "duplicate", "of": hidden.id.to_string(), "reason": "Known." });
    house.act(act(same.id, ana, ("close", repeat))).await.unwrap();
    let named = (ana, std::collections::BTreeSet::from([ana]));
    let id = hidden.id;
    let done: Result<i64, engine::EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::restrict(tx, &db, id, named).await })).await;
    done.unwrap();
    for (person, told) in [(ana, true), (ben, false)] {
        let program = house.program(&site, person, Role::Owner).await;
        let body = json!({ "contents": "everything", "as": "json" });
        let out =
            program.json(Method::POST, &format!("/api/v1/cases/{}/export", same.name), &body).send().await.is(200);
        checked(&out.bytes, &keys(&house).await);
        assert_eq!(String::from_utf8_lossy(&out.bytes).contains(&id.to_string()), told);
    }
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
    let files = members(&out.bytes);
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

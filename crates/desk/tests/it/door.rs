//! The return door as a reporter uses it.

use crate::support::{House, act, code, steady};
use desk::attachment::CASE_SIZE;
use domain::Role;
use serde_json::json;

#[tokio::test]
async fn a_code_leads_to_the_case_and_a_wrong_one_says_nothing() {
    let house = House::new().await;
    house.report("Token accepted after password change", Some(code(1))).await;
    let site = house.site().await;
    let nobody = site.client();
    nobody.get("/case/mine").await.leads_to("/case");
    let unknown = nobody.form("/case").await.fill("code", &code(2).to_string()).submit().await.is(422);
    let garbage = nobody.form("/case").await.fill("code", "no code at all").submit().await.is(422);
    for answer in [unknown, garbage] {
        answer.says("No report has this code");
    }
    nobody.form("/case").await.submit().await.is(422).says("Type or paste the code");
    let reporter = house.reporter(&site, &code(1)).await;
    let page = reporter.get("/case/mine").await.is(200);
    insta::assert_snapshot!(steady(&page.text));
}

#[tokio::test]
async fn a_return_code_does_not_fill_the_disk() {
    let house = House::new().await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let me = house.reporter(&site, &code(1)).await;
    let send = async || {
        let form = me.form_to("/case/mine", "/case/mine/attachments").await;
        form.file("file", "a.txt", b"a").file("file", "b.txt", b"b").submit().await
    };
    send().await.leads_to("/case/mine#conversation");
    let size = i64::try_from(CASE_SIZE).unwrap();
    let grow = async |to: i64| {
        let done = house.db().write(move |tx| {
            Box::pin(async move {
                db::execute!(tx, db::stmt!("UPDATE attachments SET size = $1 WHERE owner = $2"), to, case.id.uuid())
            })
        });
        let changed: Result<u64, db::DbError> = done.await;
        assert_eq!(changed.unwrap(), 2);
    };
    // Nearly full: the form is there, and these two are one byte too much. Then there is no room at all.
    for held in [size / 2, size] {
        grow(held).await;
        send().await.is(422).says("A report can hold 500 files and 2 GB");
    }
    let mut tx = house.db().read().await.unwrap();
    let kept = db::fetch_one!(&mut tx, (i64,), db::stmt!("SELECT COUNT(*) FROM attachments")).unwrap();
    assert_eq!(kept.0, 2);
    assert_eq!(files_under(&house.t.folder().join("blobs")), 2, "what was refused is not kept");
}

fn files_under(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_under(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn who_comes_again_leaves_no_session_behind() {
    let house = House::new().await;
    house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let me = house.reporter(&site, &code(1)).await;
    let before = me.cookies().remove("__Host-leeward-case").unwrap();
    me.form("/case").await.fill("code", &code(1).to_string()).submit().await.leads_to("/case/mine");
    me.get("/case/mine").await.is(200);
    let thief = site.client();
    thief.set_cookie("__Host-leeward-case", &before);
    thief.get("/case/mine").await.leads_to("/case");
}

#[tokio::test]
async fn question_answer_file_withdrawal_and_receipt() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    house.act(act(case.id, ines, ("ask", json!({ "text": "Which version is it?" })))).await.unwrap();
    let site = house.site().await;
    let me = house.reporter(&site, &code(1)).await;
    me.get("/case/mine").await.says("Which version is it?").says("Waiting for you").is_silent_about("Ines");
    let answer = me.form_to("/case/mine", "/case/mine/messages").await;
    answer.fill("message", "It is 4.2").submit().await.leads_to("/case/mine#conversation");
    let files = me.form_to("/case/mine", "/case/mine/attachments").await;
    files.file("file", "../poc.html", b"<script>alert(1)</script>").submit().await.leads_to("/case/mine#conversation");
    let page = me.get("/case/mine").await.says("It is 4.2").says("poc.html");
    let href = page.text.split("/case/mine/attachments/").nth(1).map(|rest| rest[..36].to_owned());
    let href = href.filter(|id| id.len() == 36 && id.contains('-')).unwrap_or_else(|| {
        page.text
            .split("/case/mine/attachments/")
            .find_map(|rest| rest.get(..36).filter(|id| id.matches('-').count() == 4))
            .unwrap()
            .to_owned()
    });
    let file = me.get(&format!("/case/mine/attachments/{href}")).await.is(200);
    assert_eq!(file.text, "<script>alert(1)</script>");
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"poc.html\""));
    assert!(file.header("content-security-policy").contains("sandbox"));
    assert_eq!(file.header("content-type"), "application/octet-stream");

    db::log::settled(house.db()).await;
    let receipt = me.get("/case/mine/receipt.json").await.is(200);
    assert!(receipt.json().is_object());
    let proof = me.get("/case/mine/receipt.tlog-proof").await.is(200);
    assert!(proof.text.starts_with("c2sp.org/tlog-proof@v1"), "{}", proof.text);

    let withdrawal = me.form_to("/case/mine", "/case/mine/withdrawal").await;
    withdrawal.fill("reason", "My mistake").submit().await.leads_to("/case/mine#conversation");
    me.get("/case/mine").await.says("You took this report back").is_silent_about("/case/mine/withdrawal");
    me.form_to("/case/mine", "/case/leave").await.submit().await.leads_to("/case/left");
    me.get("/case/mine").await.leads_to("/case");
}

#[tokio::test]
async fn one_reporter_never_sees_the_case_of_another() {
    let house = House::new().await;
    house.report("First secret", Some(code(1))).await;
    house.report("Second secret", Some(code(2))).await;
    let site = house.site().await;
    let first = house.reporter(&site, &code(1)).await;
    first.get("/case/mine").await.says("First secret").is_silent_about("Second secret");
}

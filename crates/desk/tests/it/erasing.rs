//! Erasing a case through pages and API, and what everybody sees after it.

use crate::support::{House, act, code, steady};
use axum::http::Method;
use desk::engine::{self, EngineError};
use domain::{Role, Span};
use serde_json::json;

#[tokio::test]
async fn a_case_is_erased_and_done_means_swept() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Token accepted after password change", Some(code(1))).await;
    let kept = house.report("Another", Some(code(2))).await;
    house.act(act(case.id, ana, ("ask", json!({ "text": "Which version is it?" })))).await.unwrap();
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let me = house.reporter(&site, &code(1)).await;
    let files = me.form_to("/case/mine", "/case/mine/attachments").await;
    files.file("file", "poc.txt", b"curl -v").submit().await.is(303);
    let at = format!("/desk/cases/{}/erase", case.name);

    let page = owner.get(&at).await.is(200).says("1 file").says("This cannot be undone.");
    insta::assert_snapshot!("erase_page", steady(&page.text));
    owner.form(&at).await.submit().await.is(422).says("Type REP-1 to confirm").says("Write why");
    let wrong = owner.form(&at).await.fill("confirm", &kept.name).fill("reason", "Asked for");
    wrong.submit().await.is(422).says("This is not the name of the case");
    let done = owner.form(&at).await.fill("confirm", "rep-1").fill("reason", "The reporter asked");
    done.submit().await.leads_to("/desk/erasures");

    let list = owner.get("/desk/erasures").await.is(200);
    let list = list.says("REP-1").says("Ana").says("The reporter asked").says("Under way.").says("1 file and traces");
    list.is_silent_about("Token accepted");
    owner.get(&format!("/desk/cases/{}", case.name)).await.is(404);
    owner.get(&at).await.is(404);
    owner.get(&format!("/desk/cases/{}", kept.name)).await.is(200);
    owner.get("/desk").await.is(200).is_silent_about("Token accepted");
    me.get("/case/mine").await.leads_to("/case");
    let told = me.form("/case").await.fill("code", &code(1).to_string()).submit().await.is(410);
    told.says("Your report was erased").says("being removed").is_silent_about("Ana").is_silent_about("reporter asked");

    house.sweep().await;
    owner.get("/desk/erasures").await.is(200).says("Done <time").is_silent_about("Under way.");
    let told = me.form("/case").await.fill("code", &code(1).to_string()).submit().await.is(410);
    insta::assert_snapshot!("reporter_page", steady(&told.says("nothing of it is left on our disk").text));
    house.reporter(&site, &code(2)).await.get("/case/mine").await.is(200);
    assert!(house.verify().await > 0);
}

#[tokio::test]
async fn a_case_that_changed_meanwhile_is_looked_at_again() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let at = format!("/desk/cases/{}/erase", case.name);
    let open = owner.form(&at).await;
    house.act(act(case.id, ana, ("triage", json!({})))).await.unwrap();
    let again = open.fill("confirm", &case.name).fill("reason", "Old").submit().await.is(422);
    again.says("Somebody changed this case since you looked");
    assert_eq!(house.list().read().unwrap(), []);
}

#[tokio::test]
async fn an_owner_who_is_not_named_cannot_erase_a_restricted_case() {
    let house = House::new().await;
    let (ana, ines) = (house.person("Ana", Role::Owner).await, house.person("Ines", Role::Triager).await);
    let case = house.report("Token", None).await;
    let db = house.db().clone();
    let id = case.id;
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, id, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let program = house.program(&site, ana, Role::Owner).await;
    for end in ["erase", "hold", "release"] {
        owner.get(&format!("/desk/cases/{}/{end}", case.name)).await.is(404);
    }
    let body = json!({ "name": case.name, "reason": "Old" });
    let call = program.json(Method::POST, &format!("/api/v1/cases/{}/erasure", case.name), &body);
    call.header("if-match", "\"1\"").header("idempotency-key", "k").send().await.is(404);
}

#[tokio::test]
async fn programs_erase_with_version_name_and_key() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let program = house.program(&site, ana, Role::Owner).await;
    let at = format!("/api/v1/cases/{}", case.name);
    let send = |tag: &str, key: &str, name: &str| {
        let body = json!({ "name": name, "reason": "The reporter asked" });
        let call = program.json(Method::POST, &format!("{at}/erasure"), &body);
        call.header("if-match", tag).header("idempotency-key", key)
    };
    let tag = program.get(&at).await.is(200).header("etag").to_owned();
    send("\"99\"", "k1", &case.name).send().await.is(412);
    let wrong = send(&tag, "k2", "REP-99").send().await.is(422).json();
    assert_eq!(wrong["errors"][0]["field"], "/name");
    let hold = program.json(Method::POST, &format!("{at}/hold"), &json!({ "reason": "Letter" }));
    let held = hold.header("if-match", &tag).header("idempotency-key", "h").send().await.is(200);
    let refused = send(held.header("etag"), "k3", &case.name).send().await.is(409).json();
    assert_eq!(refused["may_release"], "Ana");
    let release = program.json(Method::POST, &format!("{at}/release"), &json!({ "reason": "Settled" }));
    let free = release.header("if-match", held.header("etag")).header("idempotency-key", "r").send().await.is(200);
    let now = free.header("etag").to_owned();
    let done = send(&now, "k4", &case.name).send().await.is(202).json();
    assert_eq!(send(&now, "k4", &case.name).send().await.is(202).json(), done, "one effect, the same answer");
    send(&now, "k4", "rep-1").send().await.is(409);
    send(&now, "k5", &case.name).send().await.is(404);
    program.get(&at).await.is(404);

    let list = program.get("/api/v1/erasures").await.is(200).json();
    let item = &list["items"][0];
    assert_eq!((&item["id"], &item["name"], &item["swept_at"]), (&done["id"], &json!("REP-1"), &json!(null)));
    assert_eq!((&item["pending"]["files"], &item["pending"]["tries"]), (&json!(0), &json!(0)));
    house.sweep().await;
    let list = program.get("/api/v1/erasures").await.is(200).json();
    assert!(list["items"][0]["swept_at"].is_string() && list["items"][0]["pending"].is_null(), "{list}");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    house.verify().await;
}

#[tokio::test]
async fn the_list_goes_on_where_it_ended() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    for _ in 0..102 {
        let case = house.report("Token", None).await;
        house.t.clock.advance(Span::from_seconds(1));
        let order = db::erase::Order { by: Some(ana), reason: "Old".into() };
        let wanted = desk::erasing::CaseOrder { case: case.id, seen: None, quiet: None, order };
        desk::erasing::case(house.db(), &house.list(), wanted).await.unwrap();
    }
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let first = owner.get("/desk/erasures").await.is(200).says("REP-102").is_silent_about("REP-2<");
    let older = first.text.split("href=\"").find(|rest| rest.starts_with("/desk/erasures?before=")).unwrap();
    let older = older.split('"').next().unwrap().to_owned();
    owner.get(&older).await.is(200).says("REP-2<").says("REP-1<").is_silent_about("REP-3<");
    let program = house.program(&site, ana, Role::Owner).await;
    let list = program.get("/api/v1/erasures").await.is(200).json();
    let next = list["next"].as_str().unwrap();
    let rest = program.get(&format!("/api/v1/erasures?cursor={next}")).await.is(200).json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (2, &json!(null)));
}

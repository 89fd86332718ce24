//! Legal holds through pages and API.

use crate::support::{House, act, code, steady};
use axum::http::Method;
use domain::{Role, Span};
use serde_json::json;

#[tokio::test]
async fn a_hold_bars_erasure_until_it_is_lifted() {
    let house = House::new().await;
    let (ana, adil) = (house.person("Ana", Role::Owner).await, house.person("Adil", Role::Admin).await);
    let finance = house.person("Fatima", Role::Finance).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let (owner, admin) = (house.browser(&site, ana).await, house.browser(&site, adil).await);
    let at = format!("/desk/cases/{}", case.name);

    admin.form(&format!("{at}/hold")).await.submit().await.is(422).says("Write why");
    let long = "x".repeat(1001);
    admin.form(&format!("{at}/hold")).await.fill("reason", &long).submit().await.is(422).says("at most 1,000");
    let asked = admin.get(&format!("{at}/hold")).await.is(200).says("lifted by Adil and Ana");
    insta::assert_snapshot!("hold_page", steady(&asked.text));
    admin.form(&format!("{at}/hold")).await.fill("reason", "Letter of 20 November").submit().await.leads_to(&at);

    let page = owner.get(&at).await.is(200);
    page.says("On legal hold.").says("set by Adil").says("Letter of 20 November").says("Lift the legal hold");
    admin.get(&format!("{at}/hold")).await.leads_to(&at);
    let reader = house.browser(&site, finance).await;
    reader.get(&at).await.is(200).says("On legal hold.").is_silent_about("Letter").is_silent_about("/erase");
    house.act(act(case.id, adil, ("triage", json!({})))).await.unwrap();
    house.reporter(&site, &code(1)).await.get("/case/mine").await.is(200).is_silent_about("hold");

    let refused = owner.get(&format!("{at}/erase")).await.is(409);
    let refused = refused.says("cannot be erased now").says("lifted by Adil and Ana").says("Letter of 20 November");
    insta::assert_snapshot!("held_page", steady(&refused.text));
    assert_eq!(house.list().read().unwrap(), []);

    owner.form(&format!("{at}/release")).await.fill("reason", "Settled").submit().await.leads_to(&at);
    owner.get(&at).await.is(200).is_silent_about("On legal hold.").says("Legal hold lifted").says("Settled");
    owner.get(&format!("{at}/erase")).await.is(200);
    owner.get("/desk/audit?show=house").await.is(200).says(&format!("href=\"{at}\""));
    house.verify().await;
}

#[tokio::test]
async fn a_hold_set_meanwhile_stops_the_form_that_was_open() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    let at = format!("/desk/cases/{}", case.name);
    let open = owner.form_to(&format!("{at}/erase"), &format!("{at}/erase")).await;
    owner.form(&format!("{at}/hold")).await.fill("reason", "Letter").submit().await.leads_to(&at);
    open.fill("reason", "Old").fill("confirm", &case.name).submit().await.is(409).says("cannot be erased now");
    owner.get(&at).await.is(200);
}

#[tokio::test]
async fn lifting_a_hold_wants_a_fresh_proof_and_setting_one_does_not() {
    let house = House::new().await;
    let ana = house.person("Ana", Role::Owner).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let owner = house.browser(&site, ana).await;
    house.t.clock.advance(Span::from_minutes(11));
    let at = format!("/desk/cases/{}", case.name);
    owner.form(&format!("{at}/hold")).await.fill("reason", "Letter").submit().await.leads_to(&at);
    for end in ["release", "erase"] {
        owner.get(&format!("{at}/{end}")).await.leads_to("/desk/step-up");
    }
}

#[tokio::test]
async fn programs_hold_and_release_with_version_and_key() {
    let house = House::new().await;
    let adil = house.person("Adil", Role::Admin).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let program = house.program(&site, adil, Role::Admin).await;
    let at = format!("/api/v1/cases/{}", case.name);
    let send = |end: &str, tag: &str, key: &str, reason: &str| {
        let call = program.json(Method::POST, &format!("{at}/{end}"), &json!({ "reason": reason }));
        call.header("if-match", tag).header("idempotency-key", key)
    };
    let tag = program.get(&at).await.is(200).header("etag").to_owned();
    let body = json!({ "reason": "Letter" });
    program.json(Method::POST, &format!("{at}/hold"), &body).send().await.is(428);
    send("hold", "\"99\"", "k0", "Letter").send().await.is(412);
    send("hold", &tag, "k1", " ").send().await.is(422);
    send("release", &tag, "k2", "Letter").send().await.is(409);
    let held = send("hold", &tag, "k3", "Letter").send().await.is(200);
    assert!(held.json()["held_since"].is_string());
    assert_eq!(send("hold", &tag, "k3", "Letter").send().await.is(200).json(), held.json());
    let now = held.header("etag").to_owned();
    let twice = send("hold", &now, "k4", "Letter").send().await.is(409).json();
    assert_eq!(twice["legal"], json!(["release"]));
    let free = send("release", &now, "k5", "Settled").send().await.is(200);
    assert!(free.json()["held_since"].is_null());
    let whole = program.get(&at).await.is(200).json();
    let kinds: Vec<_> = whole["events"].as_array().unwrap().iter().map(|e| e["kind"].clone()).collect();
    assert!(kinds.ends_with(&[json!("hold_set"), json!("hold_lifted")]), "{kinds:?}");
    house.verify().await;
}

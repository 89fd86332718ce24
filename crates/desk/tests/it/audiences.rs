//! Ground is audience: a team note stands on land inside, and nowhere outside.

use crate::support::{House, act, code};
use desk::engine::{self, EngineError};
use domain::{Role, TeamText};
use serde_json::json;

const NOTE: &str = "Ines thinks this is the intern's fault";

#[tokio::test]
async fn a_team_note_is_on_land_inside_and_absent_outside() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let finance = house.person("Fatima", Role::Finance).await;
    let case = house.report("Token", Some(code(1))).await;
    let db = house.db().clone();
    let id = case.id;
    let noted: Result<i64, EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move { engine::note(tx, &db, id, (ines, TeamText::new(NOTE.into()).unwrap())).await })
        })
        .await;
    noted.unwrap();
    house.act(act(case.id, ines, ("triage", json!({})))).await.unwrap();
    house.run_jobs().await;
    let site = house.site().await;
    let at = format!("/desk/cases/{}", case.name);

    let inside = house.browser(&site, ines).await.get(&at).await.is(200);
    let words = inside.text.find("intern").unwrap();
    let ground = inside.text[..words].rfind("class=\"entry ").unwrap();
    assert!(inside.text[ground..].starts_with("class=\"entry land"));

    let narrow = house.browser(&site, finance).await;
    narrow.get(&at).await.is(200).is_silent_about("intern");
    narrow.get("/desk?q=intern").await.is(200).is_silent_about("REP-");
    let program = house.program(&site, finance, Role::Finance).await;
    program.get(&format!("/api/v1/cases/{}", case.name)).await.is(200).is_silent_about("intern");

    let outside = house.reporter(&site, &code(1)).await;
    let bad = outside.form_to("/case/mine", "/case/mine/messages").await.submit().await.is(422);
    let withdrawn =
        outside.form_to("/case/mine", "/case/mine/withdrawal").await.fill("reason", "x\u{1}").submit().await.is(422);
    let views =
        [outside.get("/case/mine").await, outside.get("/case").await, bad, withdrawn, outside.get("/case/left").await];
    for view in views {
        view.is_silent_about("intern").is_silent_about("land").is_silent_about("Ines");
    }
    outside.get("/case/mine/receipt.json").await.is(200).is_silent_about("intern");
}

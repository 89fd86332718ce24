//! Whoever sees what is in a case has read it: every page that shows it says so in the record.

use crate::support::{House, act};
use domain::Role;
use serde_json::json;

#[tokio::test]
async fn every_page_that_holds_the_case_is_a_read() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let reads = async || {
        house.accounts.reads().flush().await;
        let mut tx = house.db().read().await.unwrap();
        let count = db::stmt!("SELECT COUNT(*) FROM reads WHERE what = 'case'");
        db::fetch_one!(&mut tx, (i64,), count).unwrap().0
    };
    let note = browser.form_to(&format!("{at}?write=team"), &format!("{at}/notes")).await;
    let reply = browser.form_to(&format!("{at}?write=outside"), &format!("{at}/replies")).await;
    let close = browser.form_to(&at, &format!("{at}/actions/close")).await;
    let triage = browser.form_to(&at, &format!("{at}/actions/triage")).await;
    let issue = browser.form_to(&at, &format!("{at}/issues")).await;
    assert_eq!(reads().await, 5, "once for each look");
    let forms = [
        (200, note.clone().fill("note", "Seen").to(&format!("{at}/notes/preview"))),
        (422, note.fill("note", " ")),
        (200, reply.clone().fill("message", "Thanks").to(&format!("{at}/replies/preview"))),
        (422, reply.fill("message", " ")),
        (422, close.clone().fill("close.outcome", "spam")),
        (422, issue.fill("url", "x")),
    ];
    for (nth, (status, form)) in (6..).zip(forms) {
        form.submit().await.is(status);
        assert_eq!(reads().await, nth);
    }
    house.act(act(case.id, ines, ("triage", json!({})))).await.unwrap();
    close.fill("close.outcome", "spam").fill("close.reason", "Nothing").submit().await.is(412).says("Found valid");
    assert_eq!(reads().await, 12);
    triage.submit().await.is(409);
    assert_eq!(reads().await, 13);
    browser.get(&format!("{at}/files")).await.is(200);
    assert_eq!(reads().await, 14);
    let program = house.program(&site, ines, Role::Triager).await;
    program.get(&format!("/api/v1/cases/{}/attachments", case.name)).await.is(200);
    assert_eq!(reads().await, 15);
}

//! The page of a case as staff use it.

use crate::support::{House, act, code, steady};
use axum::http::Method;
use domain::{Role, Span};
use serde_json::json;

#[tokio::test]
async fn a_case_is_triaged_by_its_forms() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token accepted after password change", None).await;
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let ines = house.browser(&site, ines).await;
    let to = |end: &str| format!("{at}/{end}");
    ines.form_to(&at, &to("actions/triage")).await.submit().await.leads_to(&at);
    let again = ines.form_to(&at, &to("actions/close")).await.fill("close.outcome", "spam").submit().await.is(422);
    again.says("There is a problem").says("in words the reporter will read");
    ines.form_to(&format!("{at}?write=team"), &to("notes")).await.fill("note", "Same class as before").submit().await;
    ines.form_to(&format!("{at}?write=outside"), &to("replies")).await.fill("message", "Thank you").submit().await;
    house.t.clock.advance(Span::from_seconds(10));
    house.run_jobs().await;
    // What was looked at is written once a second.
    house.accounts.reads().flush().await;
    let page = ines.get(&at).await.is(200);
    let page = page.says("Same class as before").says("entry land").says("Thank you").says("entry water");
    insta::assert_snapshot!(steady(&page.text));
}

#[tokio::test]
async fn who_was_slower_is_told_and_keeps_their_words() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let case = house.report("Token", None).await;
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let close = browser.form_to(&at, &format!("{at}/actions/close")).await;
    let triage = browser.form_to(&at, &format!("{at}/actions/triage")).await;
    house.act(act(case.id, tomas, ("triage", json!({})))).await.unwrap();
    let stale = close.fill("close.outcome", "spam").fill("close.reason", "Nothing here").submit().await.is(412);
    let stale = stale.says("Tomas changed").says("Nothing here").says("Keep mine");
    let stale = stale.says("What happened since").says("Found valid, by Tomas").is_silent_about("Report came");
    triage.submit().await.is(409).says("not possible now");
    browser.form_in(&at, &stale).submit().await.leads_to(&at);
    browser.get(&at).await.says("Closed: spam");
}

#[tokio::test]
async fn a_form_sent_twice_has_one_effect() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let ines = house.browser(&site, ines).await;
    let page = ines.get(&format!("{at}?write=team")).await.is(200);
    let fields = |page: &str, name: &str| {
        let mark = format!("name=\"{name}\" value=\"");
        page.split(&mark).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let body =
        format!("csrf={}&idempotency={}&note=Only+once", fields(&page.text, "csrf"), fields(&page.text, "idempotency"));
    for _ in 0..3 {
        let call = ines.call("POST".parse().unwrap(), &format!("{at}/notes"));
        call.header("content-type", "application/x-www-form-urlencoded")
            .body(body.clone())
            .send()
            .await
            .leads_to(&format!("{at}#write"));
    }
    assert_eq!(ines.get(&at).await.text.matches("Only once").count(), 1);
}

#[tokio::test]
async fn duplicates_name_the_root_and_never_themselves() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let (a, b, c) = (house.report("A", None).await, house.report("B", None).await, house.report("C", None).await);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let close = async |name: &str, of: &str| {
        let at = format!("/desk/cases/{name}");
        let form = browser.form_to(&at, &format!("{at}/actions/close")).await;
        form.fill("close.outcome", "duplicate").fill("close.of", of).fill("close.reason", "Told before").submit().await
    };
    close(&a.name, &a.name).await.is(422).says("this case itself");
    close(&a.name, "REP-999").await.is(422).says("no case REP-999 that you can see");
    close(&b.name, &a.name).await.is(303);
    close(&c.name, &b.name.to_lowercase()).await.is(303);
    close(&a.name, &b.name).await.is(422).says("this case itself");
    let mut tx = house.db().read().await.unwrap();
    let closed = desk::engine::load(&mut tx, house.db(), c.id).await.unwrap();
    assert_eq!(desk::case::duplicate_of(&closed.state), Some(a.id), "flattened to the root");
}

#[tokio::test]
async fn who_was_slower_keeps_the_duplicates_they_ticked() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let root = house.report("Root", None).await;
    let children = [house.report("First", None).await, house.report("Second", None).await];
    let stays = house.report("Third", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    for child in children.iter().chain([&stays]) {
        let at = format!("/desk/cases/{}", child.name);
        let form = browser.form_to(&at, &format!("{at}/actions/close")).await;
        let form = form.fill("close.outcome", "duplicate").fill("close.of", &root.name);
        form.fill("close.reason", "Told before").submit().await.is(303);
    }
    let at = format!("/desk/cases/{}", root.name);
    let mut close = browser.form_to(&at, &format!("{at}/actions/close")).await;
    close = close.fill("close.outcome", "spam").fill("close.reason", "All the same nothing");
    for child in &children {
        close = close.also("close.children", &child.id.to_string());
    }
    let one_more = close.clone().also("close.children", &stays.id.to_string());
    let (db, hidden) = (house.db().clone(), stays.id);
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move { desk::engine::restrict(tx, &db, hidden, (tomas, [tomas].into())).await })
        })
        .await;
    done.unwrap();
    house.act(act(root.id, tomas, ("triage", json!({})))).await.unwrap();
    one_more.submit().await.is(412).says("Duplicates that are not to be seen any more are left out");
    let stale = close.submit().await.is(412).is_silent_about("are left out");
    let stale = stale.says(&format!("{} First", children[0].name)).says(&format!("{} Second", children[1].name));
    browser.form_in(&at, &stale.is_silent_about("Third")).submit().await.leads_to(&at);
    for child in &children {
        browser.get(&format!("/desk/cases/{}", child.name)).await.is(200).says("Closed: spam");
    }
    let theirs = house.browser(&site, tomas).await;
    theirs.get(&format!("/desk/cases/{}", stays.name)).await.is(200).is_silent_about("Closed: spam");
}

#[tokio::test]
async fn a_case_is_given_and_restricted() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let case = house.report("Token", None).await;
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let mine = house.browser(&site, ines).await;
    let body = |page: &str, rest: &str| {
        let token = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        format!("csrf={token}&{rest}")
    };
    let page = mine.get(&at).await;
    let send = async |end: &str, rest: String| {
        let call = mine.call("POST".parse().unwrap(), &format!("{at}/{end}"));
        call.header("content-type", "application/x-www-form-urlencoded").body(body(&page.text, &rest)).send().await
    };
    send("assignment", format!("assignee={tomas}")).await.leads_to(&at);
    mine.get(&at).await.says("Given to Tomas");
    send("assignment", format!("assignee={}", uuid::Uuid::nil())).await.is(422);
    send("restriction", "do=restrict".into()).await.leads_to(&at);
    mine.get(&at).await.is(200).says("Restricted.");
    house.browser(&site, tomas).await.get(&at).await.is(404);
    send("restriction", "do=lift".into()).await.leads_to(&at);
    house.browser(&site, tomas).await.get(&at).await.is(200);
}

#[tokio::test]
async fn the_log_has_a_head_for_each_day_and_folds_long_runs_of_facts() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    house.t.clock.advance(domain::Span::from_days(1));
    for step in [("triage", json!({})), ("accept", json!({})), ("claim-fixed", json!({})), ("start-retest", json!({}))]
    {
        house.act(act(case.id, ines, step)).await.unwrap();
    }
    let site = house.site().await;
    let page = house.browser(&site, ines).await.get(&format!("/desk/cases/{}", case.name)).await.is(200);
    let log = page.text.split("id=\"timeline\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned();
    assert_eq!(log.matches("class=\"dayhead\"").count(), 2, "{log}");
    assert_eq!(log.matches(">22 Nov 2026<").count(), 1, "{log}");
    assert!(
        log.contains("<details class=\"entry fact fold\">") && log.contains("last: Retest started, by Ines"),
        "{log}"
    );
    assert!(
        log.contains("<a class=\"at\" href=\"/desk/cases/REP-1?at=1#e-1\">") && log.contains("id=\"e-1\""),
        "{log}"
    );
}

#[tokio::test]
async fn the_composer_opens_on_the_side_of_the_last_words() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let outside = "<section class=\"composer outside\"";
    let team = "<section class=\"composer land\"";
    browser.get(&at).await.says(outside);
    let form = browser.form_to(&format!("{at}?write=team"), &format!("{at}/notes")).await;
    form.fill("note", "Same class").submit().await.is(303);
    browser.get(&at).await.says(team);
    house.act(act(case.id, ines, ("triage", json!({})))).await.unwrap();
    browser.get(&at).await.says(team);
    let close = json!({ "outcome": "informative", "reason": "This is meant so." });
    house.act(act(case.id, ines, ("close", close))).await.unwrap();
    browser.get(&at).await.says(outside);
}

#[tokio::test]
async fn names_that_people_give_themselves_are_italic_and_ours_for_them_is_not() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let nameless = house.report("Token", None).await;
    let input = json!({ "title": "Named", "summary": "S", "source": "form", "credit": "quietharbour" });
    let named = house.open(input, None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = browser.get(&format!("/desk/cases/{}", nameless.name)).await.is(200);
    page.says("without a name").says("Send to the reporter").is_silent_about("<i>the reporter");
    let page = browser.get(&format!("/desk/cases/{}", named.name)).await.is(200);
    page.says("Reply to <i dir=\"auto\">quietharbour</i>").says("Send to quietharbour");
}

#[tokio::test]
async fn whoever_looks_has_read_the_case() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    browser.get(&at).await.says("<dt>Read by</dt><dd>you, the only one who can</dd>");
    house.person("Tomas", Role::Triager).await;
    browser.get(&at).await.says("<dt>Read by</dt><dd>1 of 2</dd>");
}

#[tokio::test]
async fn a_lock_says_why_to_the_team_alone() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    house.act(act(case.id, ines, ("close", json!({ "outcome": "spam", "reason": "Nothing here." })))).await.unwrap();
    let at = format!("/desk/cases/{}", case.name);
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let reporter = house.reporter(&site, &code(1)).await;
    let deeds =
        [("lock", "The third time the same", "Locked, by Ines"), ("unlock", "New facts came", "Unlocked, by Ines")];
    for (action, why, line) in deeds {
        let form = async || browser.form_to(&at, &format!("{at}/actions/{action}")).await;
        form().await.submit().await.is(422).says("Say why: the team reads it.");
        form().await.fill(&format!("{action}.reason"), why).submit().await.leads_to(&at);
        browser.get(&at).await.is(200).says(line).says(why).says("entry land");
        reporter.get("/case/mine").await.is(200).is_silent_about(why);
    }
    let program = house.program(&site, ines, Role::Triager).await;
    let path = format!("/api/v1/cases/{}", case.name);
    let seen = program.get(&path).await.is(200).header("etag").to_owned();
    let lock = program.json(Method::POST, &format!("{path}/actions/lock"), &json!({})).header("if-match", &seen);
    let refused = lock.header("idempotency-key", "k1").send().await.is(422).json();
    assert_eq!(refused["errors"][0]["field"], "/reason");
    house.verify().await;
}

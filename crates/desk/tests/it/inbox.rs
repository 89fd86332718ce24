//! The list: order, filters, paging, what is hidden, search, and its speed on paper.

use crate::support::{House, act, code, steady};
use db::{execute, stmt};
use domain::{Role, Span};
use serde_json::json;

#[tokio::test]
async fn the_inbox_shows_what_is_due_first() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let first = house.report("Open redirect in login", None).await;
    house.t.clock.advance(Span::from_hours(30));
    house.report("Token accepted after password change", Some(code(1))).await;
    house
        .act(act(first.id, ines, ("set-severity", json!({ "severity": "medium", "reason": "Needs a click." }))))
        .await
        .unwrap();
    let site = house.site().await;
    let page = house.browser(&site, ines).await.get("/desk").await.is(200);
    let (old, new) = (page.text.find("Open redirect").unwrap(), page.text.find("Token accepted").unwrap());
    assert!(old < new);
    insta::assert_snapshot!(steady(&page.text));
}

#[tokio::test]
async fn empty_lists_say_what_will_be_here() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let site = house.site().await;
    let ines = house.browser(&site, ines).await;
    ines.get("/desk").await.is(200).says("No open cases.");
    ines.get("/desk?state=closed").await.is(200).says("Nothing fits this view.");
    ines.get("/desk?severity=nonsense&from=nonsense&state=odd").await.is(200);
}

#[tokio::test]
async fn pages_follow_each_other_both_ways() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    for n in 0..120 {
        house.t.clock.advance(Span::from_minutes(1));
        let case = house.report(&format!("Report number {n:03}"), None).await;
        if n % 3 == 0 {
            house.act(act(case.id, ines, ("ask", json!({ "text": "?" })))).await.unwrap();
        }
    }
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let (mut names, mut at) = (Vec::new(), String::new());
    loop {
        let page = program.get(&format!("/api/v1/cases?cursor={at}")).await.is(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut at),
            None => break,
        }
    }
    assert_eq!(names.len(), 120);
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), 120, "none twice");

    let browser = house.browser(&site, ines).await;
    let first = browser.get("/desk").await.is(200);
    let second = browser.get(&link(&first.text, "next")).await.is(200);
    let back = browser.get(&link(&second.text, "prev")).await.is(200);
    assert_eq!(titles(&first.text), titles(&back.text));
    assert_ne!(titles(&first.text), titles(&second.text));
    let third = browser.get(&link(&second.text, "next")).await.is(200);
    assert_eq!(titles(&third.text).len(), 20);
    assert_eq!(titles(&browser.get(&link(&third.text, "prev")).await.text), titles(&second.text));
    assert_eq!(browser.get("/desk?waiting=yes").await.text.matches("Waiting for them</span>").count(), 40);
}

fn link(html: &str, rel: &str) -> String {
    let at = html.find(&format!("rel=\"{rel}\"")).unwrap_or_else(|| panic!("no {rel} in {html}"));
    let start = html[..at].rfind("href=\"").unwrap() + 6;
    html[start..].split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")
}

fn titles(html: &str) -> Vec<String> {
    html.split("Report number ").skip(1).map(|rest| rest[..3].to_owned()).collect()
}

#[tokio::test]
async fn a_restricted_case_is_in_no_list_of_others() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let owner = house.person("Olga", Role::Owner).await;
    let case = house.report("About somebody here", None).await;
    let db = house.db().clone();
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { desk::engine::restrict(tx, &db, case.id, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    house.run_jobs().await;
    let site = house.site().await;
    let owner = house.browser(&site, owner).await;
    for path in ["/desk", "/desk?state=all", "/desk?q=somebody"] {
        owner.get(path).await.is(200).is_silent_about("About somebody");
    }
    owner.get(&format!("/desk/cases/{}", case.name)).await.is(404);
    owner.get(&format!("/desk/cases/{}", case.id)).await.is(404);
    let ines = house.browser(&site, ines).await;
    ines.get("/desk?q=somebody").await.is(200).says("About somebody");
}

#[tokio::test]
async fn the_list_walks_an_index() {
    let house = House::new().await;
    if !matches!(house.t.address, db::Address::Sqlite(_)) {
        return;
    }
    let done: Result<u64, db::DbError> =
        house.db().write(|tx| Box::pin(async move { execute!(tx, stmt!("ANALYZE")) })).await;
    done.unwrap();
    let mut tx = house.db().read().await.unwrap();
    let plan = db::fetch_all!(
        &mut tx,
        (i64, i64, i64, String),
        stmt!(
            "EXPLAIN QUERY PLAN SELECT c.* FROM cases c WHERE c.erased_at IS NULL AND c.is_open = TRUE
             AND c.due_at IS NOT NULL AND (c.due_at, c.id) > (1, x'00') ORDER BY c.due_at, c.id LIMIT 51"
        )
    )
    .unwrap();
    let plan: Vec<String> = plan.into_iter().map(|(.., line)| line).collect();
    assert!(plan.iter().any(|l| l.contains("cases_by_due")), "{plan:?}");
    assert!(!plan.iter().any(|l| l.contains("TEMP B-TREE")), "{plan:?}");
}

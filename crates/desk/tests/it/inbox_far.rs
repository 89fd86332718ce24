//! Lists that are hard to fill: what stands behind tens of thousands of others, what is closed and owes something,
//! what only some may see. Each is found, and no page looks further than it may.

use crate::support::{House, act};
use axum::http::Method;
use domain::{Grant, Role, Scope, Span};
use serde_json::json;
use web::testing::Client;

/// Names of every page, and how many of the pages were empty.
async fn all(program: &Client, query: &str) -> (Vec<String>, usize) {
    let (mut names, mut at, mut empty) = (Vec::new(), String::new(), 0);
    loop {
        let page = program.get(&format!("/api/v1/cases?{query}&cursor={at}")).await.is(200).json();
        let items = page["items"].as_array().unwrap();
        empty += usize::from(items.is_empty());
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut at),
            None => return (names, empty),
        }
    }
}

#[tokio::test]
async fn what_stands_behind_many_others_is_found_a_bounded_way() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let pia = house.person_of("Pia", Grant { role: Role::Triager, scope: Scope::Programme(house.programme) }).await;
    let bad = json!({ "title": "A bad one", "summary": "S", "source": "form", "severity": "critical" });
    house.open(bad, None).await;
    house.give(house.find("REP-1").await, ines).await;
    let single = Scope::Case(house.find("REP-1").await);
    let sam = house.person_of("Sam", Grant { role: Role::Guest, scope: single }).await;
    house.crowd(21_000).await;
    let site = house.site().await;
    let (whole, part) =
        (house.program(&site, ines, Role::Triager).await, house.program(&site, pia, Role::Triager).await);
    let guest = house.program(&site, sam, Role::Guest).await;
    for (program, query, cut) in [
        // No index of the filter: one page ends before it is there.
        (&whole, "state=all&severity=critical", true),
        (&whole, "state=all&programme=acme", true),
        (&whole, "sort=activity&state=all&programme=acme", true),
        // An index of the filter says that few fit.
        (&whole, "sort=activity&severity=critical", false),
        (&whole, "sort=severity&assignee=me&state=new", false),
        (&whole, "waiting=false&severity=critical", false),
        (&whole, "assignee=me&state=all", false),
        // The only programme of somebody is one, single cases are none.
        (&part, "", false),
        (&part, "sort=newest", false),
        (&part, "state=all", true),
        (&guest, "", true),
    ] {
        assert_eq!(all(program, query).await, (vec!["REP-1".to_owned()], usize::from(cut)), "{query}");
    }
    assert_eq!(all(&part, "programme=other").await.0, Vec::<String>::new());
    // Where the walk stopped is told to nobody.
    let next = guest.get("/api/v1/cases").await.is(200).json()["next"].as_str().unwrap().to_owned();
    assert!(next.bytes().all(|b| b.is_ascii_hexdigit()) && next.len() > 120, "{next}");
    part.get("/api/v1/cases?cursor=a7.0190a000000070008000000000000001").await.is(422);
    // The numbers on top are of what she sees.
    let page = house.browser(&site, pia).await.get("/desk?programme=acme").await.is(200);
    page.says("<span>Open</span> <b class=\"n\">1</b>").says("each has an owner");
    let page = house.browser(&site, ines).await.get("/desk").await.is(200);
    page.says("<b class=\"n\">1000+</b>");
}

#[tokio::test]
async fn a_closed_case_that_owes_a_reward_is_in_every_list_of_closed_ones() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, olga, Role::Owner).await;
    let terms = json!({ "any": { "bounty": { "amount": 2, "unit": "days" } } });
    program.json(Method::PUT, "/api/v1/programs/acme/targets", &terms).header("if-match", "\"0\"").send().await.is(200);
    let owes = house.report("Owes a reward", None).await;
    house.act(act(owes.id, olga, ("accept", json!({})))).await.unwrap();
    house.act(act(owes.id, olga, ("close", json!({ "outcome": "resolved", "reason": "Fixed." })))).await.unwrap();
    let other = house.report("Owes none", None).await;
    house.act(act(other.id, olga, ("close", json!({ "outcome": "informative", "reason": "Known." })))).await.unwrap();
    for query in ["state=closed", "state=closed&sort=due", "state=closed&sort=severity", "state=closed&sort=activity"] {
        let (mut names, _) = all(&program, query).await;
        names.sort_unstable();
        assert_eq!(names, ["REP-1", "REP-2"], "{query}");
    }
    house.t.clock.advance(Span::from_days(3));
    let browser = house.browser(&site, olga).await;
    browser.get("/desk?state=closed&due=late").await.is(200).says("Owes a reward").is_silent_about("Owes none");
}

#[tokio::test]
async fn the_newest_is_what_came_last_not_what_was_begun_last() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    house.report("Begun today", None).await;
    // Its id is that of a draft of the day before.
    house.t.clock.advance(Span::from_days(-1));
    house.report("Begun before and sent after", None).await;
    house.t.clock.advance(Span::from_days(1));
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    for query in ["sort=newest", "state=all"] {
        assert_eq!(all(&program, query).await.0, ["REP-2", "REP-1"], "{query}");
    }
}

#[tokio::test]
async fn names_and_versions_are_found_whatever_the_state() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    house.report("Overflow in openssl 1.1.1", None).await;
    house.report("Overflow in openssl 3.0.14-beta", None).await;
    let closed = house.report("Duplicate of REP-1", None).await;
    house.act(act(closed.id, ines, ("close", json!({ "outcome": "informative", "reason": "Known." })))).await.unwrap();
    house.run_jobs().await;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    for (query, names) in [
        ("1.1.1", vec!["REP-1"]),
        ("3.0.14", vec!["REP-2"]),
        ("openssl+1.1.2", vec![]),
        ("rep-2", vec!["REP-2"]),
        ("REP-3", vec!["REP-3"]),
        ("REP-1&state=all", vec!["REP-1", "REP-3"]),
        ("CVE-3", vec![]),
    ] {
        assert_eq!(all(&program, &format!("q={query}")).await.0, names, "{query}");
    }
}

#[tokio::test]
async fn words_of_views_are_not_for_those_who_may_not_search() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let case = house.report("Old token", None).await;
    let gus = house.person("Gus", Role::Guest).await;
    let single = house.person_of("Sam", Grant { role: Role::Guest, scope: Scope::Case(case.id) }).await;
    let site = house.site().await;
    let owner = house.program(&site, olga, Role::Owner).await;
    let view = json!({ "name": "Embargo", "filter": { "text": "redirect" }, "shared": true });
    let made = owner.json(Method::POST, "/api/v1/views", &view).send().await.is(201).json();
    let path = format!("/desk?view={}", made["id"].as_str().unwrap());
    let gus = house.browser(&site, gus).await;
    gus.get("/desk?q=redirect").await.is(200).says("which is not yours to do").is_silent_about("Old token");
    let sam = house.browser(&site, single).await;
    for path in ["/desk", "/desk/views", &path] {
        sam.get(path).await.is(200).is_silent_about("Embargo").is_silent_about("redirect");
    }
    sam.get("/desk").await.says("Old token");
    let odd = json!({ "name": "Odd", "filter": { "state": { "one": "\u{0}" } } });
    owner.json(Method::POST, "/api/v1/views", &odd).send().await.is(422);
    for odd in ["/api/v1/cases?state=%00", "/api/v1/cases?type=a%00b", "/api/v1/cases?programme=%00"] {
        owner.get(odd).await.is(400);
    }
    let browser = house.browser(&site, olga).await;
    browser.get("/desk?state=%00").await.is(400);
    browser.get("/desk/cases/%00").await.is(404);
}

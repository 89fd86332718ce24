//! Orders of the inbox: each can be paged through both ways, walks an index, and finds what stands far down.

use crate::support::{House, act};
use desk::engine;
use domain::{Role, Span};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use web::testing::Client;

/// Names of every page from the first on, following `next`, and the number of pages.
async fn all(program: &Client, query: &str) -> (Vec<String>, usize) {
    let (mut names, mut at, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = program.get(&format!("/api/v1/cases?{query}&cursor={at}")).await.is(200).json();
        pages += 1;
        names.extend(page["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut at),
            None => return (names, pages),
        }
    }
}

fn link(html: &str, rel: &str) -> Option<String> {
    let at = html.find(&format!("rel=\"{rel}\""))?;
    let start = html[..at].rfind("href=\"").unwrap() + 6;
    Some(html[start..].split('"').next().unwrap().replace("&#38;", "&"))
}

fn rows(html: &str) -> Vec<String> {
    html.split("data-row><span class=\"mono\">").skip(1).map(|r| r.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_order_is_paged_through_both_ways() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let severities = ["critical", "high", "medium", "low", "none"];
    for n in 0..120_usize {
        house.t.clock.advance(Span::from_minutes(1));
        let case = house.report(&format!("Report number {n:03}"), None).await;
        if n % 2 == 0 {
            let input = json!({ "severity": severities[n / 2 % 5], "reason": "So it is." });
            house.act(act(case.id, ines, ("set-severity", input))).await.unwrap();
        }
        if n % 10 == 3 {
            let input = json!({ "outcome": "informative", "reason": "Known." });
            house.act(act(case.id, ines, ("close", input))).await.unwrap();
        }
    }
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let browser = house.browser(&site, ines).await;
    for (query, count) in [
        ("sort=due", 108),
        ("sort=newest", 108),
        ("sort=severity", 108),
        ("sort=activity", 108),
        ("sort=activity&state=closed", 12),
        ("sort=activity&state=all", 120),
        ("sort=severity&state=closed", 12),
        ("sort=newest&severity=critical", 12),
        ("state=all", 120),
    ] {
        let (names, _) = all(&program, query).await;
        let distinct: BTreeSet<&String> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (count, count), "{query}: each once");
        let mut page = browser.get(&format!("/desk?{query}")).await.is(200);
        let (mut seen, mut firsts) = (rows(&page.text), vec![rows(&page.text)]);
        while let Some(next) = link(&page.text, "next") {
            page = browser.get(&next).await.is(200);
            seen.extend(rows(&page.text));
            firsts.push(rows(&page.text));
        }
        assert_eq!(seen, names, "{query}: pages as the API has them");
        for earlier in firsts.iter().rev().skip(1) {
            page = browser.get(&link(&page.text, "prev").unwrap()).await.is(200);
            assert_eq!(&rows(&page.text), earlier, "{query}: and back");
        }
        if firsts.len() > 1 {
            assert!(link(&page.text, "prev").is_none(), "{query}: the first page is the first");
        }
    }
    let (worst, _) = all(&program, "sort=severity").await;
    let list = program.get("/api/v1/cases?sort=severity").await.is(200).json();
    let first: Vec<&Value> =
        list["items"].as_array().unwrap().iter().map(|i| &i["severity_decided"]).take(12).collect();
    assert!(first.iter().all(|s| *s == "critical"), "{first:?}");
    assert_eq!(worst.len(), 108);
    let (newest, _) = all(&program, "sort=newest").await;
    assert_eq!(newest[0], "REP-120");
    browser.get("/desk?sort=nonsense&due=99999&programme=nowhere").await.is(200).says("Nothing fits this view.");
    program.get("/api/v1/cases?sort=nonsense").await.is(422);
    program.get("/api/v1/cases?assignee=nonsense").await.is(422);
    program.get("/api/v1/cases?due_before=nonsense").await.is(422);
}

#[tokio::test]
async fn what_stands_far_down_is_found() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let low = json!({ "title": "Far down", "summary": "S", "source": "form", "severity": "low" });
    house.open(low.clone(), None).await;
    let closed = house.report("Closed long ago", None).await;
    house.act(act(closed.id, ines, ("close", json!({ "outcome": "informative", "reason": "Known." })))).await.unwrap();
    for n in 0..560 {
        house.t.clock.advance(Span::from_minutes(1));
        house.report(&format!("Report number {n:03}"), None).await;
    }
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    for (query, name) in [
        // An index of the filter says that few cases fit: these are sorted.
        ("sort=newest&severity=low", "REP-1"),
        ("sort=activity&severity=low", "REP-1"),
        // No index says so: the walk goes on.
        ("sort=activity&state=closed", "REP-2"),
    ] {
        assert_eq!(all(&program, query).await.0, [name], "{query}");
    }
}

#[tokio::test]
async fn filters_can_be_set_together() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let first = house.report("Due soon", None).await;
    house.t.clock.advance(Span::from_hours(20));
    house.report("Due later", None).await;
    house.give(first.id, ines).await;
    let site = house.site().await;
    let program = house.program(&site, ines, Role::Triager).await;
    let due = program.get("/api/v1/cases").await.is(200).json()["items"][0]["due_at"].as_str().unwrap().to_owned();
    let late = due.parse::<domain::Ts>().unwrap().plus(Span::from_minutes(1));
    for (query, names) in [
        ("assignee=me".to_owned(), vec!["REP-1"]),
        (format!("assignee={ines}"), vec!["REP-1"]),
        ("assignee=nobody".to_owned(), vec!["REP-2"]),
        ("programme=acme".to_owned(), vec!["REP-1", "REP-2"]),
        ("programme=nowhere".to_owned(), vec![]),
        (format!("due_before={late}"), vec!["REP-1"]),
        (format!("due_before={late}&assignee=nobody"), vec![]),
        ("waiting=false&state=new".to_owned(), vec!["REP-1", "REP-2"]),
        ("waiting=true".to_owned(), vec![]),
    ] {
        assert_eq!(all(&program, &query).await.0, names, "{query}");
    }
    let browser = house.browser(&site, ines).await;
    assert_eq!(rows(&browser.get("/desk?due=3").await.is(200).text), ["REP-1", "REP-2"]);
    assert_eq!(rows(&browser.get(&format!("/desk?owner={ines}")).await.is(200).text), ["REP-1"]);
}

/// How an engine would run a query, one text. PostgreSQL goes by what the tables hold, which is nothing: it is
/// asked what it does when it may neither read a whole table nor sort.
async fn plan(house: &House, query: &str) -> String {
    let mut tx = house.db().read().await.unwrap();
    match tx.ready().await.unwrap() {
        db::Conn::Sqlite(t) => {
            let query = format!("EXPLAIN QUERY PLAN {}", query.replace("'ID'", "x'00'"));
            let lines: Vec<(i64, i64, i64, String)> =
                db::sqlx::query_as(db::sqlx::AssertSqlSafe(query)).fetch_all(&mut **t).await.unwrap();
            lines.into_iter().map(|(.., line)| line + "\n").collect()
        }
        db::Conn::Pg(t) => {
            for off in ["enable_seqscan", "enable_sort", "enable_bitmapscan"] {
                let off = db::sqlx::AssertSqlSafe(format!("SET LOCAL {off} = off"));
                db::sqlx::query(off).execute(&mut **t).await.unwrap();
            }
            let query = query.replace("'ID'", "'0190a000-0000-7000-8000-00000000dead'::uuid");
            let lines: Vec<(String,)> = db::sqlx::query_as(db::sqlx::AssertSqlSafe(format!("EXPLAIN {query}")))
                .fetch_all(&mut **t)
                .await
                .unwrap();
            lines.into_iter().map(|(line,)| line + "\n").collect()
        }
    }
}

/// Each order as `inbox::queries`, `inbox::walk` and `audit::queries` ask for it, the index it walks on SQLite and on PostgreSQL.
/// These are copies: what the inbox really asks is looked at in `plans`, on SQLite.
const ORDERS: &[(&str, &str, &str)] = &[
    (
        "SELECT * FROM cases c WHERE c.erased_at IS NULL AND c.is_open = TRUE AND c.due_at IS NOT NULL
         AND (c.due_at, c.id) > (1, 'ID') ORDER BY c.due_at, c.id LIMIT 51",
        "cases_by_due",
        "cases_by_due",
    ),
    (
        "SELECT * FROM cases c WHERE c.erased_at IS NULL AND c.is_open = TRUE AND c.due_at IS NULL
         AND c.id > 'ID' ORDER BY c.due_at, c.id LIMIT 51",
        "cases_by_due",
        "cases_by_due",
    ),
    (
        "SELECT * FROM cases c WHERE c.erased_at IS NULL AND c.is_open = TRUE AND c.programme = 'ID'
         AND c.due_at IS NOT NULL ORDER BY c.due_at, c.id LIMIT 51",
        "cases_by_programme",
        "cases_by_programme",
    ),
    (
        "SELECT * FROM cases c WHERE c.erased_at IS NULL AND c.is_open = TRUE
         AND COALESCE(c.severity_decided, c.severity_claimed) = 4 AND c.due_at IS NOT NULL
         ORDER BY c.due_at, c.id LIMIT 51",
        "cases_by_severity",
        "cases_by_severity",
    ),
    (
        "SELECT * FROM cases c WHERE c.erased_at IS NULL AND c.is_open = TRUE
         AND COALESCE(c.severity_decided, c.severity_claimed) IS NULL AND c.due_at IS NULL
         ORDER BY c.due_at, c.id LIMIT 51",
        "cases_by_severity",
        // PostgreSQL walks the open cases past those that have a severity.
        "cases_by_due",
    ),
    (
        "SELECT c.id, c.updated_at FROM cases c WHERE 1 = 1 AND (c.updated_at, c.id) < (1, 'ID')
         ORDER BY c.updated_at DESC, c.id DESC LIMIT 500",
        "cases_by_update",
        "cases_by_update",
    ),
    (
        "SELECT e.id FROM events e WHERE 1 = 1 AND e.case_id IS NULL AND e.id < 'ID' ORDER BY e.id DESC LIMIT 20000",
        "events_of_house",
        "events_of_house",
    ),
    (
        "SELECT c.id, c.number FROM cases c WHERE 1 = 1 AND c.number < 5 ORDER BY c.number DESC LIMIT 500",
        "sqlite_autoindex_cases_2",
        "cases_number_key",
    ),
];

#[tokio::test]
async fn every_order_walks_an_index() {
    let house = House::new().await;
    for (query, sqlite, pg) in ORDERS {
        let plan = plan(&house, query).await;
        assert!(plan.contains(sqlite) || plan.contains(pg), "{query}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{query}\n{plan}");
    }
}

#[tokio::test]
async fn what_is_exploited_is_one_press_away() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let burning = house.report("On fire", None).await;
    house.report("Smouldering", None).await;
    let evidence = json!({ "evidence": "Seen in the logs of two customers." });
    house.act(act(burning.id, ines, ("mark-exploited", evidence))).await.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    browser.get("/desk?exploited=yes").await.is(200).says("On fire").is_silent_about("Smouldering");
    browser.get("/desk?exploited=no").await.is(200).says("Smouldering").is_silent_about("On fire");
    browser.get("/desk?exploited=yes&kind=appeal").await.is(200).says("Nothing fits this view.");
    browser.get("/desk?exploited=yes&kind=vulnerability").await.is(200).says("On fire");
    let form = browser.form_to("/desk?exploited=yes&kind=vulnerability", "/desk/views").await.fill("name", "Urgent");
    let view = form.submit().await.header("location").to_owned();
    browser.get(&view).await.is(200).says("On fire").is_silent_about("Smouldering");
    browser.get("/desk/views").await.is(200).says("open · reports · exploited");
    let program = house.program(&site, ines, Role::Triager).await;
    for (query, names) in [
        ("exploited=true", vec!["REP-1"]),
        ("exploited=false", vec!["REP-2"]),
        ("exploited=true&state=all&sort=activity", vec!["REP-1"]),
        ("exploited=true&sort=severity", vec!["REP-1"]),
        ("exploited=true&type=appeal", vec![]),
    ] {
        assert_eq!(all(&program, query).await.0, names, "{query}");
    }
    program.get("/api/v1/cases?exploited=perhaps").await.is(422);
}

#[tokio::test]
async fn the_cases_of_a_colleague_are_asked_for_by_name() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let case = house.report("His work", None).await;
    house.report("Nobody has this", None).await;
    house.give(case.id, tomas).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = browser.get("/desk").await.is(200).says(&format!("<option value=\"{tomas}\">Tomas</option>"));
    page.is_silent_about(&format!("<option value=\"{ines}\""));
    let page = browser.get(&format!("/desk?owner={tomas}")).await.is(200).says("His work");
    let page = page.is_silent_about("Nobody has this");
    page.says(&format!("<option value=\"{tomas}\" selected>Tomas</option>")).is_silent_about("One colleague");
    browser.get(&format!("/desk?owner={tomas}&tick=all")).await.is(200).says("checked aria-label=\"Tick REP-1\"");
    let db = house.t.db.clone();
    let left: Result<(), accounts::AccountError> = house
        .t
        .db
        .write(move |tx| Box::pin(async move { accounts::person::disable(tx, &db, tomas, None).await }))
        .await;
    left.unwrap();
    browser.get("/desk").await.is(200).is_silent_about(">Tomas</option>");
    browser.get(&format!("/desk?owner={tomas}")).await.is(200).says("selected>Tomas</option>").says("His work");
    let gone = domain::Uuid::from_u128(7);
    browser.get(&format!("/desk?owner={gone}")).await.is(200).says("selected>One colleague</option>");
    let guest = domain::Grant { role: Role::Guest, scope: domain::Scope::Case(case.id) };
    let guest = house.person_of("Gus", guest).await;
    house.browser(&site, guest).await.get("/desk").await.is(200).says("His work").is_silent_about(">Tomas</option>");
}

#[tokio::test]
async fn endings_and_what_one_watches_are_asked_for() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let followed = house.report("Followed along", None).await;
    for (title, outcome) in [("Junk mail", "spam"), ("Nice to know", "informative")] {
        let case = house.report(title, None).await;
        let input = json!({ "outcome": outcome, "reason": "So it is." });
        house.act(act(case.id, ines, ("close", input))).await.unwrap();
    }
    let (db, case) = (house.t.db.clone(), followed.id);
    let watching: Result<(), desk::engine::EngineError> =
        house.t.db.write(move |tx| Box::pin(async move { engine::watch(tx, &db, (case, ines), true).await })).await;
    watching.unwrap();
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = browser.get("/desk?state=open&outcome=spam").await.is(200).says("Junk mail");
    page.is_silent_about("Nice to know").is_silent_about("Followed along").says("<option value=\"closed\" selected>");
    browser.get("/desk?outcome=nonsense").await.is(200).says("Followed along");
    browser.get("/desk?watched=yes").await.is(200).says("Followed along");
    browser.get("/desk?watched=no").await.is(200).is_silent_about("Followed along");
    house.browser(&site, tomas).await.get("/desk?watched=yes").await.is(200).is_silent_about("Followed along");
    let program = house.program(&site, ines, Role::Triager).await;
    for (query, names) in [
        ("outcome=informative", vec!["REP-3"]),
        ("outcome=informative&state=all", vec!["REP-3"]),
        ("outcome=duplicate", vec![]),
        ("watched=true", vec!["REP-1"]),
        ("watched=false&state=all", vec!["REP-3", "REP-2"]),
    ] {
        assert_eq!(all(&program, query).await.0, names, "{query}");
    }
    program.get("/api/v1/cases?watched=perhaps").await.is(422);
}

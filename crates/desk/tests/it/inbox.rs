//! The list: order, filters, paging, what is hidden, search, and its speed on paper.

use crate::support::{House, act, code, steady};
use axum::http::Method;
use desk::engine;
use domain::{Role, Span};
use serde_json::{Value, json};

#[tokio::test]
async fn the_inbox_shows_what_is_due_first() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let first = house.report("Open redirect in login", None).await;
    house.t.clock.advance(Span::from_hours(54));
    house.report("Token accepted after password change", Some(code(1))).await;
    house
        .act(act(first.id, ines, ("set-severity", json!({ "severity": "medium", "reason": "Needs a click." }))))
        .await
        .unwrap();
    house.run_jobs().await;
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
    ines.get("/desk?state=closed").await.is(200).says("No case is closed yet. Nothing waits for us.");
    ines.get("/desk?state=fixed").await.is(200).says("Nothing fits this view. Nothing waits for us.");
    house.report("Token", None).await;
    ines.get("/desk?late=yes").await.is(200).says("Nothing is late. 1 waits for us.");
    ines.get("/desk?owner=me").await.is(200).says("No open case is yours. 1 waits for us.");
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
    assert_eq!(browser.get("/desk?waiting=yes").await.text.matches("</svg>Waiting for them</span>").count(), 40);
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
async fn rows_say_who_sent_it_and_to_which_programme() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    house.report("Nameless one", None).await;
    let named = json!({ "title": "Named one", "summary": "S", "source": "form", "credit": "quiet <harbour>" });
    house.open(named, None).await;
    let reachable = house.report("Reachable one", None).await;
    let (db, text) = (house.db().clone(), domain::ReporterText::new("me@example.org".to_owned()).unwrap());
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { desk::engine::from_reporter(tx, &db, reachable.id, text).await }))
        .await;
    done.unwrap();
    let site = house.site().await;
    let page = house.browser(&site, ines).await.get("/desk").await.is(200);
    let row = |title: &str| {
        let row = page.text.split("<tr>").find(|row| row.contains(title)).unwrap().to_owned();
        assert!(row.contains("Acme reports · "), "the programme's name, not its address: {row}");
        row
    };
    assert!(row("Nameless one").contains("· nameless ·"));
    assert!(row("Reachable one").contains("· nameless, contact given ·"));
    assert!(row("Named one").contains("from <i dir=\"auto\">quiet &#60;harbour&#62;</i>"));
}

#[tokio::test]
async fn the_numbers_on_top_lead_to_their_cases() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    for n in 0..3 {
        house.report(&format!("Late {n}"), None).await;
    }
    house.t.clock.advance(Span::from_hours(30));
    for n in 0..4 {
        let case = house.report(&format!("New {n}"), None).await;
        if n == 0 {
            house.act(act(case.id, ines, ("ask", json!({ "text": "?" })))).await.unwrap();
        }
    }
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let page = browser.get("/desk").await.is(200);
    let tile = |label: &str| {
        let tile = page.text.split("<a href=").find(|a| a.contains(&format!("<span>{label}</span>"))).unwrap();
        let n: usize = tile.split("class=\"n\">").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
        (tile.split('"').nth(1).unwrap().replace("&#38;", "&"), n)
    };
    for (label, n) in [("Open", 7), ("Late", 3), ("Waiting for us", 6), ("Waiting for them", 1)] {
        let (href, counted) = tile(label);
        assert_eq!(counted, n, "{label}");
        assert_eq!(browser.get(&href).await.is(200).text.matches("data-row").count(), n, "{label} leads to {href}");
    }
    page.says("by up to 6 h").says("7 without an owner");
    let stranger = house.person("Gus", Role::Guest).await;
    let db = house.db().clone();
    let case = house.report("About somebody here", None).await;
    let done: Result<i64, desk::engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { desk::engine::restrict(tx, &db, case.id, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    let page = house.browser(&site, stranger).await.get("/desk").await.is(200);
    page.says("<span>Open</span> <b class=\"n\">7</b>");
}

#[tokio::test]
async fn search_pages_through_its_matches_and_filters_before_it_counts() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    for n in 0..110 {
        house.report(&format!("Report number {n:03}"), None).await;
    }
    for n in 0..3 {
        let long = "many other words that make this match weaker than the others are ".repeat(20);
        let input = json!({ "title": format!("Weak {n}"), "summary": format!("{long} token"), "source": "form", "severity": "low" });
        house.open(input, None).await;
    }
    house.run_jobs().await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let first = browser.get("/desk?q=token").await.is(200);
    let second = browser.get(&link(&first.text, "next")).await.is(200);
    let third = browser.get(&link(&second.text, "next")).await.is(200);
    let all: Vec<String> = [&first, &second, &third].iter().flat_map(|page| titles(&page.text)).collect();
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 110);
    assert_eq!([&first, &second, &third].map(|page| page.text.matches("data-row").count()), [50, 50, 13]);
    let second = second.says("Matches 51 to 100.");
    third.says("Weak 0").is_silent_about("rel=\"next\"");
    assert_eq!(titles(&browser.get(&link(&second.text, "prev")).await.text), titles(&first.text));

    let low = browser.get("/desk?q=token&severity=low").await.is(200);
    assert_eq!(low.text.matches("data-row").count(), 3, "filtered among all matches, not among the best 50");
    browser.get("/desk?q=token&state=closed").await.says("Nothing found for").says("Search open and closed cases");

    let program = house.program(&site, ines, Role::Triager).await;
    let page = program.get("/api/v1/cases?q=token").await.is(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 50);
    let rest =
        program.get(&format!("/api/v1/cases?q=token&cursor={}", page["next"].as_str().unwrap())).await.is(200).json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 50);
    program.get("/api/v1/cases?q=token&cursor=nonsense").await.is(422);
}

#[tokio::test]
async fn a_case_from_before_still_says_whom_it_is_from() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let input = json!({ "title": "Token", "summary": "It works.", "source": "form", "credit": "Quiet Harbour" });
    house.open(input, None).await;
    let site = house.site().await;
    let ines = house.browser(&site, ines).await;
    ines.get("/desk").await.is(200).says("from <i dir=\"auto\">Quiet Harbour</i>");
    let done: Result<u64, db::DbError> = house
        .db()
        .write(|tx| Box::pin(async move { db::execute!(tx, db::stmt!("UPDATE cases SET credit = NULL")) }))
        .await;
    assert_eq!(done.unwrap(), 1);
    ines.get("/desk").await.is(200).says("from <i dir=\"auto\">Quiet Harbour</i>");
}

#[tokio::test]
async fn the_list_is_a_file_for_whoever_may_take_cases_out_of_the_house() {
    let house = House::new().await;
    let (olga, ines) = (house.person("Olga", Role::Owner).await, house.person("Ines", Role::Triager).await);
    let odd = house.report("=1+1, or \"not\"", None).await;
    let hidden = house.report("Hidden from her", None).await;
    let db = house.db().clone();
    let done: Result<i64, engine::EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, hidden.id, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    house.run_jobs().await;
    let site = house.site().await;
    let triager = house.browser(&site, ines).await;
    triager.get("/desk").await.is(200).is_silent_about("/desk/inbox/file");
    triager.get("/desk/inbox/file").await.is(404);
    let owner = house.browser(&site, olga).await;
    owner.get("/desk?severity=none").await.is(200).says("/desk/inbox/file?severity=none");
    let file = owner.get("/desk/inbox/file").await.is(200);
    assert!(file.header("content-disposition").contains("cases.csv"));
    let lines: Vec<&str> = file.text.split("\r\n").collect();
    assert!(lines[0].starts_with("name,type,programme,title,state,open"), "{}", lines[0]);
    assert!(
        lines[1].starts_with(&format!("{},", odd.name)) && lines[1].contains("\"'=1+1, or \"\"not\"\"\""),
        "{}",
        lines[1]
    );
    assert_eq!((lines.len(), lines[2]), (3, ""), "one case, and nothing of the restricted one");
    assert_eq!(owner.get("/desk/inbox/file?state=closed").await.is(200).text.matches("\r\n").count(), 1);
    owner.get("/desk/inbox/file?q=nothing").await.is(200).is_silent_about(&odd.name);
    owner.get("/desk/inbox/file?q=not").await.is(200).says(&odd.name);
    house.accounts.reads().flush().await;
    owner.get("/desk/audit?kind=export").await.is(200).says("exported");
    // The record says what was taken: the filter that was meant, and of words only that there were some.
    let view = json!({ "name": "Late ones", "filter": { "due": "late", "severity": "high" }, "shared": false });
    let program = house.program(&site, olga, Role::Owner).await;
    let view = program.json(Method::POST, "/api/v1/views", &view).send().await.is(201).json();
    let view = view["id"].as_str().unwrap().to_owned();
    owner.get(&format!("/desk/inbox/file?view={view}")).await.is(200);
    owner.get("/desk/inbox/file?state=closed&severity=nonsense&view=").await.is(200);
    owner.get("/desk/audit?show=house&kind=list_exported").await.is(200).says("List of cases exported: 1 row");
    let record = program.get("/api/v1/audit?of=house&kind=list_exported").await.is(200).json();
    let filters: Vec<&Value> = record["items"].as_array().unwrap().iter().map(|row| &row["data"]["filter"]).collect();
    assert!(filters.contains(&&json!({ "severity": "high", "due": "late", "view": view })), "{record}");
    assert!(filters.contains(&&json!({ "state": "closed" })) && filters.contains(&&json!({ "q": true })), "{record}");
    // A view that is not there is no list: of somebody else, or gone.
    for odd in [domain::Uuid::from_u128(7).to_string(), "nonsense".to_owned()] {
        owner.get(&format!("/desk/inbox/file?view={odd}")).await.is(422).says("There is no such view");
    }
    house.t.clock.advance(Span::from_minutes(11));
    owner.get("/desk/inbox/file").await.leads_to("/desk/step-up");
}

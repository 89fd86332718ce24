//! The record: filters, pages, repetitions, and the batches of reads among the events of the house.

use crate::support::House;
use accounts::ReadKind;
use domain::{Role, Span};
use serde_json::{Value, json};
use web::testing::Client;

/// The table alone: names also stand in the filter.
async fn table(client: &Client, path: &str) -> String {
    let page = client.get(path).await.is(200);
    page.text.split("<table").nth(1).unwrap_or_default().split("</table>").next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn reads_are_filtered_by_person_case_kind_and_day() {
    let house = House::new().await;
    let (ines, tomas) = (house.person("Ines", Role::Triager).await, house.person("Tomas", Role::Triager).await);
    let (first, second) = (house.report("Very secret", None).await, house.report("Other", None).await);
    let reads = house.accounts.reads();
    for case in [first.id, second.id, second.id] {
        reads.record(Some(ines), ReadKind::Case, Some(case)).await.unwrap();
    }
    reads.flush().await;
    house.t.clock.advance(Span::from_days(1));
    reads.record(Some(tomas), ReadKind::Case, Some(first.id)).await.unwrap();
    reads.record(Some(tomas), ReadKind::Search, None).await.unwrap();
    reads.flush().await;
    let auditor = house.person("Ada", Role::Auditor).await;
    let site = house.site().await;
    let ada = house.browser(&site, auditor).await;

    let all = table(&ada, "/desk/audit").await;
    assert!(all.contains("22 Nov 2026") && all.contains("23 Nov 2026"), "{all}");
    assert!(all.contains("2 times since 00:00") && all.contains("searched"), "{all}");
    assert!(!all.contains("Very secret"), "numbers only: {all}");
    let of_ines = table(&ada, &format!("/desk/audit?person={ines}")).await;
    assert!(of_ines.contains("<td>Ines</td>") && !of_ines.contains("<td>Tomas</td>"), "{of_ines}");
    let of_second = table(&ada, &format!("/desk/audit?case={}", second.name.to_lowercase())).await;
    assert!(of_second.contains(&second.name) && !of_second.contains(&format!(">{}<", first.name)), "{of_second}");
    let searches = table(&ada, "/desk/audit?kind=search").await;
    assert!(searches.contains("searched") && !searches.contains("opened"), "{searches}");
    let yesterday = table(&ada, "/desk/audit?day=2026-11-22").await;
    assert!(yesterday.contains("<td>Ines</td>") && !yesterday.contains("<td>Tomas</td>"), "{yesterday}");
    let between = table(&ada, "/desk/audit?from=2026-11-22&until=2026-11-22").await;
    assert_eq!(between, yesterday);
    let since = table(&ada, "/desk/audit?from=2026-11-23").await;
    assert!(since.contains("<td>Tomas</td>") && !since.contains("<td>Ines</td>"), "{since}");
    let both = table(&ada, &format!("/desk/audit?day=2026-11-23&person={tomas}&kind=case")).await;
    assert!(both.contains(&first.name) && !both.contains("searched"), "{both}");
    ada.get("/desk/audit?day=2026-11-20").await.says("Nothing was recorded that fits.");
    ada.get("/desk/audit?case=REP-999").await.says("There is no case of this name.");
    for odd in ["case=REP", "day=x", "person=x", "before=x", "kind=%01", "kind=%C3%A9"] {
        ada.get(&format!("/desk/audit?{odd}")).await.is(200);
    }
    ada.get("/desk/audit?kind=%00").await.is(400);
}

#[tokio::test]
async fn older_reads_follow_without_gap() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let cases = [house.report("A", None).await, house.report("B", None).await];
    let reads = house.accounts.reads();
    for n in 0..230 {
        reads.record(Some(ines), ReadKind::Case, Some(cases[n % 2].id)).await.unwrap();
        if n % 100 == 0 {
            house.t.clock.advance(Span::from_minutes(1));
        }
    }
    reads.flush().await;
    let auditor = house.person("Ada", Role::Auditor).await;
    let site = house.site().await;
    let ada = house.browser(&site, auditor).await;
    for start in [format!("/desk/audit?person={ines}"), "/desk/audit?kind=case".to_owned()] {
        let (mut seen, mut at) = (0, start);
        loop {
            let page = ada.get(&at).await.is(200);
            seen += page.text.matches("data-row").count();
            let Some(mark) = page.text.find("rel=\"next\"") else { break };
            let from = page.text[..mark].rfind("href=\"").unwrap() + 6;
            at = page.text[from..].split('"').next().unwrap().replace("&#38;", "&");
        }
        assert_eq!(seen, 230);
    }
}

#[tokio::test]
async fn batches_of_reads_are_hidden_until_somebody_asks() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let reads = house.accounts.reads();
    for _ in 0..3 {
        reads.record(Some(ines), ReadKind::Search, None).await.unwrap();
    }
    reads.flush().await;
    let auditor = house.person("Ada", Role::Auditor).await;
    let site = house.site().await;
    let ada = house.browser(&site, auditor).await;
    let plain = table(&ada, "/desk/audit?show=house").await;
    assert!(plain.contains("Person created: Ines") && !plain.contains("Wrote down"), "{plain}");
    for path in ["/desk/audit?show=house&batches=yes", "/desk/audit?show=house&kind=reads_recorded"] {
        assert!(table(&ada, path).await.contains("Wrote down 3 reads"), "{path}");
    }
    let created = table(&ada, "/desk/audit?show=house&kind=person_created").await;
    assert!(!created.contains("Signed in") && created.contains("Person created: Ada"), "{created}");
}

#[tokio::test]
async fn a_restricted_case_is_named_only_to_those_who_are_named_on_it() {
    let house = House::new().await;
    let (olga, ines) = (house.person("Olga", Role::Owner).await, house.person("Ines", Role::Triager).await);
    let ada = house.person("Ada", Role::Auditor).await;
    let case = house.report("About an owner", None).await;
    let db = house.db().clone();
    let done: Result<(), desk::engine::EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                desk::engine::restrict(tx, &db, case.id, (ines, [ines, ada].into())).await?;
                let inviting = desk::engine::Inviting { case: case.id, seen: None, by: ines };
                desk::engine::invite_guest(tx, &db, inviting, "gus@there.example").await?;
                desk::engine::watch(tx, &db, (case.id, ines), true).await
            })
        })
        .await;
    done.unwrap();
    let reads = house.accounts.reads();
    reads.record(Some(ines), ReadKind::Case, Some(case.id)).await.unwrap();
    reads.flush().await;
    let site = house.site().await;
    let (owner, named) = (house.browser(&site, olga).await, house.browser(&site, ada).await);
    for (show, hidden) in [("reads", "opened a restricted case"), ("house", "watch a case a restricted case")] {
        let at = format!("/desk/audit?show={show}");
        owner.get(&at).await.is(200).says(hidden).is_silent_about(&case.name).is_silent_about(&case.id.to_string());
        named.get(&at).await.is(200).says(&format!("/desk/cases/{}", case.name));
        for (who, sees) in [(&owner, false), (&named, true)] {
            let form = who.form(&format!("/desk/audit/export?show={show}")).await.forge("format", "csv");
            let file = form.submit().await.is(200);
            assert_eq!(file.text.contains(&case.name), sees, "{show}: {}", file.text);
            let of_house = show == "house";
            assert_eq!(file.text.contains(&case.id.to_string()), sees && of_house, "{show}: {}", file.text);
        }
    }
    let by_name = format!("/desk/audit?case={}", case.name);
    owner.get(&by_name).await.is(200).says("There is no case of this name.");
    named.get(&by_name).await.is(200).says("opened");
}

#[tokio::test]
async fn the_filter_of_an_export_is_kept_without_the_case_that_was_typed() {
    let house = House::new().await;
    let ada = house.person("Ada", Role::Auditor).await;
    let case = house.report("Very secret", None).await;
    // As kept before.
    let db = house.db().clone();
    let data = json!({ "rows": 3, "filter": { "case": case.name } });
    let kept: Result<domain::EventId, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let by = Some(ada.uuid());
                db::event::append_house(tx, db.keys(), db.ambient(), "audit_exported", by, data).await
            })
        })
        .await;
    kept.unwrap();
    let site = house.site().await;
    let ada = house.browser(&site, ada).await;
    let ask = format!("/desk/audit/export?case={}&kind=case", case.name);
    ada.form(&ask).await.fill("format", "csv").submit().await.is(200);
    let form = ada.form("/desk/audit/export?show=house&kind=audit_exported").await.fill("format", "jsonl");
    let file = form.submit().await.is(200).is_silent_about(&case.name);
    let filters: Vec<Value> =
        file.text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["data"]["filter"].clone()).collect();
    assert_eq!(filters, [json!({ "case": true, "kind": "case" }), json!({ "case": true })]);
}

#[tokio::test]
async fn a_file_that_is_cut_says_so_and_where_the_rest_begins() {
    let house = House::new().await;
    let ada = house.person("Ada", Role::Auditor).await;
    let done: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                db::execute!(
                    tx,
                    db::stmt!(
                        sqlite: "INSERT INTO reads (id, what, at)
                                 WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < $1)
                                 SELECT randomblob(16), 'people', n FROM s",
                        pg: "INSERT INTO reads (id, what, at)
                             WITH RECURSIVE s (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM s WHERE n < $1)
                             SELECT gen_random_uuid(), 'people', n FROM s",
                    ),
                    20_050_i64
                )
            })
        })
        .await;
    assert_eq!(done.unwrap(), 20_050);
    let site = house.site().await;
    let ada = house.browser(&site, ada).await;
    let ask = "/desk/audit/export?kind=people";
    let file = ada.form(ask).await.fill("format", "jsonl").submit().await.is(200);
    assert!(file.header("content-disposition").contains("audit-reads-part.jsonl"));
    let lines: Vec<Value> = file.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, rows) = lines.split_last().unwrap();
    assert_eq!((rows.len(), last["kind"].as_str()), (20_000, Some("export_cut")));
    assert!(last["what"].as_str().unwrap().starts_with("This is not all."));
    let place = last["data"]["before"].as_str().unwrap();
    ada.get("/desk/audit?show=house").await.is(200).says("Audit exported: 20000 rows, cut there");
    let rest = ada.form(ask).await.fill("format", "jsonl").fill("before", place).submit().await.is(200);
    assert!(rest.header("content-disposition").contains("audit-reads.jsonl"));
    let rest: Vec<Value> = rest.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rest.len(), 50);
    let ids: std::collections::BTreeSet<&str> =
        rows.iter().chain(&rest).map(|row| row["entry"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 20_050);
    let odd = ada.form(ask).await.fill("format", "csv").fill("before", "yesterday").submit().await;
    odd.is(422).says("as it stands in the last line").says("yesterday");
}

#[tokio::test]
async fn a_program_reads_the_record_page_by_page_as_far_as_its_person_may() {
    let house = House::new().await;
    let (ines, olga) = (house.person("Ines", Role::Triager).await, house.person("Olga", Role::Owner).await);
    let case = house.report("Very secret", None).await;
    let reads = house.accounts.reads();
    for _ in 0..130 {
        reads.record(Some(ines), ReadKind::Case, Some(case.id)).await.unwrap();
    }
    reads.flush().await;
    let site = house.site().await;
    house.program(&site, ines, Role::Triager).await.get("/api/v1/audit").await.is(404);
    let program = house.program(&site, olga, Role::Owner).await;
    let first = program.get(&format!("/api/v1/audit?person={ines}&kind=case")).await.is(200);
    let first = first.is_silent_about("Very secret");
    let page = first.json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 100);
    assert_eq!(
        (&items[0]["name"], &items[0]["case"], &items[0]["what"]),
        (&json!("Ines"), &json!(case.name), &json!("opened"))
    );
    assert_eq!((&items[0]["index"], &items[0]["about"], &items[0]["data"]), (&Value::Null, &Value::Null, &Value::Null));
    let next = format!("/api/v1/audit?person={ines}&kind=case&cursor={}", page["next"].as_str().unwrap());
    let rest = program.get(&next).await.is(200).json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (30, &Value::Null));
    let created = program.get("/api/v1/audit?of=house&kind=person_created").await.is(200).json();
    let of_ines = created["items"].as_array().unwrap().iter().find(|item| item["about_name"] == "Ines").unwrap();
    assert_eq!((&of_ines["about"], &of_ines["kind"]), (&json!(ines.to_string()), &json!("person_created")));
    assert!(of_ines["index"].is_null() || of_ines["index"].is_u64(), "{of_ines}");
    for odd in ["of=x", "person=x", "from=x", "cursor=x", "of=house&case=REP-1", "batches=x"] {
        program.get(&format!("/api/v1/audit?{odd}")).await.is(422);
    }
    assert_eq!(program.get("/api/v1/audit?case=REP-999").await.is(200).json()["items"], json!([]));
    // To read the record is a read as well.
    reads.flush().await;
    let own = program.get(&format!("/api/v1/audit?person={olga}&kind=audit")).await.is(200).json();
    assert!(own["items"].as_array().unwrap().len() >= 3, "{own}");
}

//! Calendars and targets: set on pages and by program, followed by the due times of open cases.

use super::support::{House, act};
use axum::http::Method;
use domain::{CaseId, Role, Span, Ts};
use serde_json::{Value, json};
use web::testing::Client;

fn office() -> Value {
    let hours = "09:00-17:00";
    json!({
        "name": "Berlin office",
        "zone": "Europe/Berlin",
        "week": {"monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours, "friday": hours},
        "holidays": {"2026-12-25": "Christmas"},
    })
}

async fn due(house: &House, case: CaseId) -> Option<String> {
    let mut tx = house.db().read().await.unwrap();
    let (due,) =
        db::fetch_one!(&mut tx, (Option<i64>,), db::stmt!("SELECT due_at FROM cases WHERE id = $1"), case.uuid())
            .unwrap();
    due.map(|at| Ts::from_micros(at).to_string())
}

/// The job follows a change of terms by a few seconds.
async fn recomputed(house: &House) {
    house.t.clock.advance(Span::from_seconds(5));
    house.run_jobs().await;
}

async fn make(program: &Client) -> (String, i64) {
    let call = program.json(Method::POST, "/api/v1/calendars", &office()).header("idempotency-key", "one");
    let made = call.send().await.is(201).json();
    (made["id"].as_str().unwrap().to_owned(), made["version"].as_i64().unwrap())
}

#[tokio::test]
async fn an_open_case_follows_new_targets_and_a_changed_calendar() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    // Sunday noon. As usual: a first answer within a day.
    house.t.clock.set("2026-11-22T12:00:00Z".parse().unwrap());
    let case = house.report("Old token", None).await;
    assert_eq!(due(&house, case.id).await.as_deref(), Some("2026-11-23T12:00:00.000000Z"));

    let (calendar, _) = make(&program).await;
    let terms = json!({
        "calendar": calendar,
        "any": {"first-response": {"amount": 2, "unit": "working-hours"}},
        "by_severity": {"triage": {"critical": {"amount": 1, "unit": "hours"}}},
    });
    let path = "/api/v1/programs/acme/targets";
    program.json(Method::PUT, path, &terms).header("if-match", "\"7\"").send().await.is(412);
    let set = program.json(Method::PUT, path, &terms).header("if-match", "\"0\"").send().await.is(200).json();
    assert_eq!((set["version"].as_i64(), set["calendar"].as_str()), (Some(1), Some(calendar.as_str())));
    assert_eq!(due(&house, case.id).await.as_deref(), Some("2026-11-23T12:00:00.000000Z"), "not before the job ran");
    recomputed(&house).await;
    // Two working hours of Monday, in Berlin.
    assert_eq!(due(&house, case.id).await.as_deref(), Some("2026-11-23T10:00:00.000000Z"));
    // A new case has them at once.
    let second = house.report("Open redirect", None).await;
    assert_eq!(due(&house, second.id).await.as_deref(), Some("2026-11-23T10:00:00.000000Z"));

    let mut closed = office();
    closed["holidays"]["2026-11-23"] = json!("Closed");
    let path = format!("/api/v1/calendars/{calendar}");
    let changed = program.json(Method::PUT, &path, &closed).header("if-match", "\"1\"").send().await.is(200).json();
    assert_eq!((changed["version"].as_i64(), &changed["used_by"]), (Some(2), &json!(["acme"])));
    recomputed(&house).await;
    for case in [case.id, second.id] {
        assert_eq!(due(&house, case).await.as_deref(), Some("2026-11-24T10:00:00.000000Z"));
    }
    program.call(Method::DELETE, &path).header("if-match", "\"2\"").send().await.is(422);

    // The severity has a target of its own for the decision, from the start of the clock.
    house.t.clock.advance(Span::from_minutes(30));
    house.act(act(case.id, owner, ("set-severity", json!({"severity": "critical"})))).await.unwrap();
    let read = program.get(&format!("/api/v1/cases/{}", case.id)).await.is(200).json();
    let triage = read["clocks"].as_array().unwrap().iter().find(|c| c["name"] == "triage").unwrap();
    assert_eq!(triage["due_at"], "2026-11-22T13:00:00.000000Z");
    assert_eq!(triage["target"], json!({"seconds": 3600, "working": false}));
    assert_eq!(triage["changes"][0]["severity"], "critical");
    house.verify().await;
}

#[tokio::test]
async fn many_cases_are_computed_again_in_stretches() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let mut cases = Vec::new();
    for n in 0..205 {
        cases.push(house.report(&format!("Report {n}"), None).await.id);
    }
    let terms = json!({"any": {"first-response": {"amount": 3, "unit": "hours"}}});
    let wanted = house.db().ambient().now().plus(Span::from_hours(3)).to_string();
    let path = "/api/v1/programs/acme/targets";
    program.json(Method::PUT, path, &terms).header("if-match", "\"0\"").send().await.is(200);
    recomputed(&house).await;
    for case in cases {
        assert_eq!(due(&house, case).await.as_deref(), Some(wanted.as_str()));
    }
}

#[tokio::test]
async fn an_admin_keeps_calendars_and_targets_on_pages() {
    let house = House::new().await;
    let admin = house.person("Ada", Role::Admin).await;
    let triager = house.person("Theo", Role::Triager).await;
    let site = house.site().await;
    let browser = house.browser(&site, admin).await;
    let case = house.report("Old token", None).await;
    browser.get("/desk/settings").await.is(200).says("Calendars");
    browser.get("/desk/settings/calendars").await.is(200).says("No calendar yet");

    let form = browser.form_to("/desk/settings/calendars/new", "/desk/settings/calendars/new").await;
    let wrong = form.fill("name", "Office").fill("zone", "Berlin").fill("friday", "22:00-06:00").submit().await;
    wrong.is(422).says("Did you mean Europe/Berlin?").says("write 22:00-24:00 here and 00:00-06:00 on the day after");
    let form = browser.form_to("/desk/settings/calendars/new", "/desk/settings/calendars/new").await;
    let form = form.fill("name", "Office").fill("zone", "Europe/Berlin").fill("holidays", "2026-12-25 Christmas");
    form.submit().await.leads_to("/desk/settings/calendars");
    browser.get("/desk/settings/calendars").await.is(200).says("40 h a week").says("nobody");

    browser.get("/desk/settings/targets").await.is(200).says("Acme reports").says("as usual");
    let page = browser.get("/desk/settings/targets/acme").await.is(200).text;
    let calendar = page.split("<option value=\"").filter_map(|part| part.split_once('"')).map(|(id, _)| id);
    let calendar = calendar.filter(|id| id.len() == 36).last().unwrap().to_owned();
    let target = "/desk/settings/targets/acme";
    let form = browser.form_to(target, target).await.fill("triage.critical", "4 working hours");
    form.submit().await.is(422).says("Pick the calendar whose working time counts");
    let form = browser.form_to(target, target).await.fill("triage.critical", "soon");
    form.submit().await.is(422).says("Write a number and its unit");
    let form = browser.form_to(target, target).await.fill("calendar", &calendar);
    let form = form.fill("triage.critical", "4 working hours").fill("first-response.any", "2 working days");
    form.submit().await.leads_to("/desk/settings/targets");
    browser.get(target).await.is(200).says("4 working hours").says("2 working days");
    recomputed(&house).await;

    let page = browser.get(&format!("/desk/cases/{}", case.name)).await.is(200);
    page.says("Berlin time").says("used of 16 working hours");
    let theo = house.browser(&site, triager).await;
    for path in ["/desk/settings", "/desk/settings/calendars", target] {
        theo.get(path).await.is(404);
    }
}

#[tokio::test]
async fn a_misspelt_key_is_refused_and_takes_no_holidays_away() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let (calendar, _) = make(&program).await;
    let path = format!("/api/v1/calendars/{calendar}");
    let mut misspelt = office();
    let holidays = misspelt.as_object_mut().unwrap().remove("holidays").unwrap();
    misspelt["holiday"] = holidays;
    program.json(Method::PUT, &path, &misspelt).header("if-match", "\"1\"").send().await.is(422);
    assert_eq!(program.get(&path).await.is(200).json()["holidays"]["2026-12-25"], "Christmas");
    let mut odd = office();
    odd["holidays"]["2026-12-26"] = json!("Boxing\tday");
    let refused = program.json(Method::PUT, &path, &odd).header("if-match", "\"1\"").send().await.is(422);
    refused.says("/holidays");
}

#[tokio::test]
async fn targets_copy_the_calendar_as_it_is_when_they_are_written() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    let program = house.program(&site, owner, Role::Owner).await;
    let (calendar, _) = make(&program).await;
    house.t.clock.set("2026-11-22T12:00:00Z".parse().unwrap());
    let mut closed = office();
    closed["holidays"]["2026-11-23"] = json!("Closed");
    let path = format!("/api/v1/calendars/{calendar}");
    let terms = json!({"calendar": calendar, "any": {"first-response": {"amount": 2, "unit": "working-hours"}}});
    let change = program.json(Method::PUT, &path, &closed).header("if-match", "\"1\"");
    let set = program.json(Method::PUT, "/api/v1/programs/acme/targets", &terms).header("if-match", "\"0\"");
    let (changed, set) = behind_a_long_write(&house, change.send(), set.send()).await;
    changed.is(200);
    set.is(200);
    // Not Monday, which is a holiday by now.
    let case = house.report("Old token", None).await;
    assert_eq!(due(&house, case.id).await.as_deref(), Some("2026-11-24T10:00:00.000000Z"));

    let second = json!({"name": "Second", "zone": "UTC", "week": {"monday": "09:00-17:00"}});
    let made = program.json(Method::POST, "/api/v1/calendars", &second).header("idempotency-key", "two").send().await;
    let second = made.is(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/calendars/{second}");
    let terms = json!({"calendar": second});
    let remove = program.call(Method::DELETE, &path).header("if-match", "\"1\"");
    let set = program.json(Method::PUT, "/api/v1/programs/acme/targets", &terms).header("if-match", "\"1\"");
    let (removed, set) = behind_a_long_write(&house, remove.send(), set.send()).await;
    // On PostgreSQL either may come first; never is one half done.
    match removed.status.as_u16() {
        204 => drop(set.is(422).says("/calendar")),
        _ => drop((removed.is(422), set.is(200))),
    }
}

/// Sends two requests that have read before a long write ends and write after it, the first before the second.
async fn behind_a_long_write<A, B>(house: &House, first: A, second: B) -> (A::Output, B::Output)
where
    A: Future,
    B: Future,
{
    let pause = std::time::Duration::from_millis(150);
    let long = house.db().write(move |_| {
        Box::pin(async move {
            tokio::time::sleep(4 * pause).await;
            Ok::<(), db::DbError>(())
        })
    });
    let later = async {
        tokio::time::sleep(2 * pause).await;
        second.await
    };
    let sooner = async {
        tokio::time::sleep(pause).await;
        first.await
    };
    let (done, first, second) = tokio::join!(long, sooner, later);
    done.unwrap();
    (first, second)
}

async fn alert_at(house: &House, case: CaseId) -> Option<i64> {
    let mut tx = house.db().read().await.unwrap();
    let stmt = db::stmt!("SELECT alert_at FROM cases WHERE id = $1");
    db::fetch_one!(&mut tx, (Option<i64>,), stmt, case.uuid()).unwrap().0
}

#[tokio::test]
async fn what_cannot_be_read_or_was_told_keeps_nobody_waiting() {
    let house = House::new().await;
    let owner = house.person("Olga", Role::Owner).await;
    let site = house.site().await;
    house.t.clock.set("2026-11-22T12:00:00Z".parse().unwrap());
    let broken = house.report("Broken", None).await.id;
    let told = house.report("Told", None).await.id;
    let resolved = house.report("Resolved", None).await.id;
    house.act(act(resolved, owner, ("accept", json!({})))).await.unwrap();
    house.act(act(resolved, owner, ("close", json!({"outcome": "resolved", "reason": "Fixed."})))).await.unwrap();
    assert_eq!(due(&house, resolved).await, None, "nobody promised a reward");
    // Everybody is told of the warning before the resolution; the next look is at its end.
    for now in ["2026-12-17T12:00:00Z", "2026-12-17T14:00:00Z"] {
        house.t.clock.set(now.parse().unwrap());
        desk::alert::watch(house.db(), (Ts::from_micros(0), None)).await.unwrap();
    }
    let planned = alert_at(&house, told).await;
    assert_eq!(planned, Some("2026-12-22T12:00:00Z".parse::<Ts>().unwrap().micros()));
    house.run_jobs().await;
    let done: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                db::execute!(tx, db::stmt!("UPDATE cases SET body = $1 WHERE id = $2"), vec![0_u8; 40], broken.uuid())
            })
        })
        .await;
    done.unwrap();
    let terms = json!({"any": {"bounty": {"amount": 30, "unit": "days"}}});
    let path = "/api/v1/programs/acme/targets";
    let program = house.program(&site, owner, Role::Owner).await;
    program.json(Method::PUT, path, &terms).header("if-match", "\"0\"").send().await.is(200);
    house.t.clock.advance(Span::from_seconds(5));
    // Other jobs about the broken case fail, and say so.
    let handlers = [(desk::clock::RECOMPUTE_JOB, desk::clock::recompute_jobs())].into();
    db::jobs::run_due(house.db(), &handlers).await.unwrap();
    assert_eq!(due(&house, resolved).await.as_deref(), Some("2026-12-22T12:00:00.000000Z"));
    assert!(alert_at(&house, resolved).await.is_some(), "its end is still to come");
    assert_eq!(alert_at(&house, told).await, planned, "looked at when it was planned, not among all others now");
}

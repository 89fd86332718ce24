//! The people of a case: who watches, who is a guest, who is named, who shares, who stands in.

use super::support::{House, code, steady};
use axum::http::Method;
use desk::engine::{self, EngineError};
use desk::erasing::{self, CaseOrder, PersonOrder};
use domain::{CaseId, PersonId, Role, Span, Ts};
use mail::{Kind, Place};
use serde_json::{Value, json};
use web::testing::{Client, FormWalk};

/// The form of a page with this action and, where it has one, this value in the field `person`.
pub async fn form(browser: &Client, path: &str, (action, person): (&str, &str)) -> FormWalk {
    let page = browser.get(path).await.is(200);
    let fits = |form: &FormWalk| form.action().ends_with(action) && form.value("person") == person;
    browser.forms_in(path, &page).into_iter().find(fits).unwrap_or_else(|| panic!("no form {action} on {path}"))
}

async fn told(house: &House) -> Vec<(Kind, Option<PersonId>)> {
    house.tell().await;
    let mut tx = house.db().read().await.unwrap();
    let mut letters = mail::unsent(&mut tx, house.db(), Place::Waiting).await.unwrap();
    letters.sort_by_key(|letter| letter.id);
    letters.into_iter().map(|letter| (letter.kind, letter.person)).collect()
}

pub async fn assign(house: &House, case: CaseId, (by, to): (PersonId, PersonId)) {
    let db = house.db().clone();
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::assign(tx, &db, case, (by, Some(to))).await })).await;
    done.unwrap();
}

async fn answer(house: &House, case: CaseId, text: &str) {
    let (db, text) = (house.db().clone(), domain::ReporterText::new(text.to_owned()).unwrap());
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::from_reporter(tx, &db, case, text).await })).await;
    done.unwrap();
}

#[tokio::test]
async fn who_watches_is_told_as_the_owner_is_until_they_stop() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let fin = house.person("Fatima", Role::Finance).await;
    let case = house.report("Token", None).await;
    assign(&house, case.id, (olga, theo)).await;
    let site = house.site().await;
    let at = format!("/desk/cases/{}", case.name);
    let reader = house.browser(&site, fin).await;
    form(&reader, &at, ("/watch", "")).await.forge("do", "watch").submit().await.leads_to(&at);
    form(&reader, &at, ("/watch", "")).await.forge("do", "watch").submit().await.leads_to(&at);
    house.browser(&site, olga).await.get(&at).await.is(200).says("<dt>Watching</dt><dd>Fatima</dd>");
    told(&house).await;
    house.t.clock.advance(Span::from_hours(1));
    answer(&house, case.id, "One more thing").await;
    let heard = told(&house).await;
    assert!(heard.contains(&(Kind::Answered, Some(theo))) && heard.contains(&(Kind::Answered, Some(fin))), "{heard:?}");
    // The page of alerts tells them too, and their look does not stop the way to others.
    house.t.clock.advance(Span::from_days(2));
    desk::alert::watch(house.db(), (Ts::from_micros(0), None)).await.unwrap();
    let reader = house.browser(&site, fin).await;
    reader.get("/desk/alerts").await.is(200).says("because you watch the case");
    let page = reader.get("/desk/alerts").await;
    let all = reader.forms_in("/desk/alerts", &page).into_iter().find(|form| !form.value("shown").is_empty()).unwrap();
    all.submit().await.leads_to("/desk/alerts");
    house.t.clock.advance(Span::from_hours(2));
    desk::alert::watch(house.db(), (Ts::from_micros(0), None)).await.unwrap();
    house.browser(&site, olga).await.get("/desk/alerts").await.says("nobody else looked");

    let reader = house.browser(&site, fin).await;
    form(&reader, &at, ("/watch", "")).await.forge("do", "stop").submit().await.leads_to(&at);
    answer(&house, case.id, "And another").await;
    assert_eq!(told(&house).await.len(), heard.len() + 1, "only the owner of the case");
    let audit = house.browser(&site, olga).await.get("/desk/audit?show=house").await.is(200);
    audit.says("Began to watch a case").says("Stopped watching a case");
    house.verify().await;
}

#[tokio::test]
async fn a_guest_sees_one_case_without_notes_and_goes_again() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let (case, other) = (house.report("Token", None).await, house.report("Other", None).await);
    let site = house.site().await;
    let triager = house.browser(&site, theo).await;
    let at = format!("/desk/cases/{}", case.name);
    let people = format!("{at}/people");
    form(&triager, &people, ("/guests", "")).await.fill("email", "nowhere").submit().await.is(422);
    let asked = form(&triager, &people, ("/guests", "")).await.fill("email", "Gus@there.example");
    let link = asked.submit().await.is(200).says("A link to pass on");
    let token = link.text.split("/desk/set-up/").nth(1).unwrap().chars().take(32).collect::<String>();
    triager.get(&people).await.is(200).says("Send gus@there.example away");

    // Invited again before they came: the same person, a new link.
    let again = form(&triager, &people, ("/guests", "")).await.fill("email", "gus@there.example").submit().await;
    let again = again.is(200).text.split("/desk/set-up/").nth(1).unwrap().chars().take(32).collect::<String>();
    assert_ne!(token, again);
    let mut tx = house.db().read().await.unwrap();
    let guests = engine::guests(&mut tx, case.id).await.unwrap();
    drop(tx);
    let [gus] = guests.as_slice() else { panic!("{guests:?}") };
    activate(&house, *gus).await;
    let guest = house.browser(&site, *gus).await;
    guest.get(&at).await.is(200).says("Token").is_silent_about("People of this case");
    for closed in [people.as_str(), &format!("/desk/cases/{}", other.name)] {
        guest.get(closed).await.is(404);
    }
    // Somebody who has an account needs no link.
    let fine = form(&triager, &people, ("/guests", "")).await.fill("email", "theo@acme.example").submit().await;
    fine.is(422).says("can see the case already");
    form(&triager, &people, ("/guests/remove", &gus.to_string())).await.submit().await.leads_to(&people);
    guest.get(&at).await.is(404);
    triager.get(&at).await.says("Invited as a guest").says("No longer a guest");
    house.verify().await;
}

pub async fn activate(house: &House, person: PersonId) {
    let done: Result<u64, db::DbError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                db::execute!(tx, db::stmt!("UPDATE people SET state = 'active' WHERE id = $1"), person.uuid())
            })
        })
        .await;
    done.unwrap();
}

#[tokio::test]
async fn the_list_of_a_restricted_case_is_never_left_to_nobody() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("About Olga", None).await;
    let site = house.site().await;
    let triager = house.browser(&site, theo).await;
    let at = format!("/desk/cases/{}", case.name);
    let people = format!("{at}/people");
    let open = triager.get(&people).await.is(200).says("Everybody who may read the cases");
    insta::assert_snapshot!("people_page", steady(&open.text));
    form(&triager, &at, ("/restriction", "")).await.forge("do", "restrict").submit().await.leads_to(&at);
    let own = || async { form(&triager, &people, ("/named", &theo.to_string())).await.forge("do", "remove") };
    own().await.submit().await.is(422).says("nobody could look after this case");
    house.browser(&site, ines).await.get(&at).await.is(404);
    let add = form(&triager, &people, ("/named", "")).await.forge("do", "add").fill("person", &ines.to_string());
    let stale = form(&triager, &people, ("/named", "")).await.forge("do", "add").fill("person", &olga.to_string());
    add.submit().await.leads_to(&people);
    stale.submit().await.is(412).says("Somebody changed this case");
    assign(&house, case.id, (theo, theo)).await;
    own().await.submit().await.leads_to("/desk");
    triager.get(&at).await.is(404);
    let left = house.browser(&site, ines).await.get(&at).await.is(200);
    left.says("Only Ines can see").says("<dt>Owner</dt><dd>nobody");
    house.verify().await;
}

#[tokio::test]
async fn shares_come_to_a_hundred_and_the_reporter_reads_them() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    let site = house.site().await;
    let triager = house.browser(&site, theo).await;
    let people = format!("/desk/cases/{}/people", case.name);
    let shares = || async { form(&triager, &people, ("/shares", "")).await };
    let wrong = shares().await.fill("reporter", "60").fill("name-1", "Ana").fill("percent-1", "41").submit().await;
    wrong.is(422).says("Together the shares are 101 %").says("value=\"Ana\"");
    shares().await.fill("name-2", "Ana").fill("percent-2", "x").submit().await.is(422).says("whole number");
    shares()
        .await
        .fill("reporter", "60")
        .fill("name-1", "Ana")
        .fill("percent-1", "40")
        .submit()
        .await
        .leads_to(&people);
    triager.get(&people).await.is(200).says("value=\"Ana\"").says("value=\"40\"");
    let mine = house.reporter(&site, &code(1)).await.get("/case/mine").await.is(200);
    mine.says("You share this report: 60 % you, 40 % Ana.").is_silent_about("Theo");
    house.verify().await;
}

#[tokio::test]
async fn who_stands_in_is_told_and_the_owner_stays_the_owner() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let ines = house.person("Ines", Role::Triager).await;
    house.t.clock.set("2026-11-22T00:00:00Z".parse().unwrap());
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let own = house.browser(&site, theo).await;
    let away = || async { own.form("/desk/away").await };
    let wrong = away().await.fill("from", "2026-11-23").fill("until", "2026-11-20").fill("cover", &ines.to_string());
    wrong.submit().await.is(422).says("before the first day").says("value=\"2026-11-20\"");
    let right = away().await.fill("from", "2026-11-22").fill("until", "2026-11-28").fill("cover", &ines.to_string());
    right.submit().await.leads_to("/desk/away");
    house.browser(&site, ines).await.get("/desk/away").await.is(200).says("You stand in for Theo").says("2026-11-28");
    told(&house).await;
    assign(&house, case.id, (olga, theo)).await;
    let heard = told(&house).await;
    let given: Vec<_> = heard.iter().filter(|(kind, _)| *kind == Kind::Assigned).collect();
    assert_eq!(given, [&(Kind::Assigned, Some(ines))]);
    let page = house.browser(&site, olga).await.get(&format!("/desk/cases/{}", case.name)).await.is(200);
    page.says("<dt>Owner</dt><dd>Theo").says("Theo is away until 2026-11-28; Ines stands in.");
    house.t.clock.advance(Span::from_days(3));
    desk::alert::watch(house.db(), (Ts::from_micros(0), None)).await.unwrap();
    house
        .browser(&site, ines)
        .await
        .get("/desk/alerts")
        .await
        .is(200)
        .says("First answer is")
        .is_silent_about("on call");
    house.browser(&site, theo).await.get("/desk/alerts").await.is(200).is_silent_about("First answer is");
    house.t.clock.advance(Span::from_days(5));
    house.browser(&site, olga).await.get(&format!("/desk/cases/{}", case.name)).await.is_silent_about("is away");
    house.verify().await;
}

#[tokio::test]
async fn programs_read_and_change_the_people_of_a_case_and_erasure_takes_them() {
    let house = House::new().await;
    let olga = house.person("Olga", Role::Owner).await;
    let theo = house.person("Theo", Role::Triager).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let program = house.program(&site, olga, Role::Owner).await;
    let at = format!("/api/v1/cases/{}", case.name);
    let tag = || async { program.get(&format!("{at}/people")).await.is(200).header("etag").to_owned() };
    program.call(Method::PUT, &format!("{at}/watch")).send().await.is(204);
    let guest = json!({ "email": "gus@there.example" });
    let invite = |tag: String, key: &'static str| {
        program
            .json(Method::POST, &format!("{at}/guests"), &guest)
            .header("if-match", &tag)
            .header("idempotency-key", key)
    };
    let first = tag().await;
    let made = invite(first.clone(), "k1").send().await.is(201).json();
    assert!(made["link"].as_str().unwrap().contains("/desk/set-up/"));
    assert_eq!(invite(first.clone(), "k1").send().await.is(201).json(), made, "the same link again");
    invite(first.clone(), "k2").send().await.is(412);
    let shares = json!({ "reporter": 50, "others": [{ "name": "Ana", "percent": 50 }] });
    let call = |method, end: &str, tag: &str, body: &Value| {
        program.json(method, &format!("{at}/{end}"), body).header("if-match", tag)
    };
    let wrong = json!({ "reporter": 50, "others": [] });
    call(Method::PUT, "shares", &tag().await, &wrong).send().await.is(422);
    call(Method::PUT, "shares", &first, &shares).send().await.is(412);
    call(Method::PUT, "shares", &tag().await, &shares).send().await.is(200);
    call(Method::PUT, &format!("named/{theo}"), &tag().await, &json!({})).send().await.is(422);
    let read = program.get(&format!("{at}/people")).await.is(200).json();
    assert_eq!((read["shares"].clone(), read["watchers"][0]["name"].clone()), (shares, json!("Olga")));
    let guest = read["guests"][0]["id"].as_str().unwrap();
    let order = db::erase::Order { by: None, reason: "Asked for".into() };
    let wanted = CaseOrder { case: case.id, seen: None, quiet: None, order };
    erasing::case(house.db(), &house.list(), wanted).await.unwrap();
    let mut tx = house.db().read().await.unwrap();
    assert_eq!(engine::watchers(&mut tx, case.id).await.unwrap(), []);
    let grants = accounts::person::grants_of(&mut tx, guest.parse().unwrap()).await.unwrap();
    assert_eq!(grants, [], "guests of nothing");
    drop(tx);
    house.verify().await;
    let other = house.report("Other", None).await;
    let db = house.db().clone();
    let watching: Result<(), EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::watch(tx, &db, (other.id, theo), true).await })).await;
    watching.unwrap();
    let ines = house.person("Ines", Role::Triager).await;
    let order = db::erase::Order { by: Some(olga), reason: "Left".into() };
    erasing::person(house.db(), &house.list(), PersonOrder { person: theo, heir: None, order }).await.unwrap();
    let mut tx = house.db().read().await.unwrap();
    assert_eq!(engine::watchers(&mut tx, other.id).await.unwrap(), []);
    drop(tx);
    let own = program.get("/api/v1/away").await.is(200);
    let away = json!({ "absences": [{ "from": "2026-12-24", "until": "2026-12-31", "cover": ines.to_string() }] });
    let put = program.json(Method::PUT, "/api/v1/away", &away).header("if-match", own.header("etag"));
    assert_eq!(put.send().await.is(200).json(), away);
    program.json(Method::PUT, "/api/v1/away", &away).header("if-match", "\"0\"").send().await.is(412);
}

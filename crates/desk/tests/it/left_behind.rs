//! What is left when somebody goes: restricted cases that somebody may look after, and alarms that somebody hears.

use crate::case_people::{activate, assign, form};
use crate::support::House;
use accounts::AccountError;
use accounts::person;
use axum::http::Method;
use db::erase::Order;
use desk::engine::{self, EngineError, Inviting};
use desk::erasing::{self, ErasingError, PersonOrder};
use domain::{CaseId, Grant, PersonId, Role, Scope, Ts};
use serde_json::json;
use std::collections::BTreeSet;

const AWAKE: Ts = Ts::from_micros(0);

async fn restrict(house: &House, case: CaseId, (by, members): (PersonId, BTreeSet<PersonId>)) {
    let db = house.db().clone();
    let done: Result<i64, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (by, members)).await })).await;
    done.unwrap();
}

async fn invite(house: &House, (case, by): (CaseId, PersonId), email: &'static str) -> PersonId {
    let db = house.db().clone();
    let wanted = Inviting { case, seen: None, by };
    let done: Result<_, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::invite_guest(tx, &db, wanted, email).await })).await;
    done.unwrap().person
}

async fn erase(house: &House, person: PersonId, heir: Option<PersonId>) -> Result<(), ErasingError> {
    let order = Order { by: None, reason: "Left".into() };
    erasing::person(house.db(), &house.list(), PersonOrder { person, heir, order }).await
}

/// Who was told something of a case, and has not looked.
async fn told(house: &House, case: CaseId) -> BTreeSet<PersonId> {
    desk::alert::watch(house.db(), (AWAKE, None)).await.unwrap();
    let mut tx = house.db().read().await.unwrap();
    let rows = db::fetch_all!(
        &mut tx,
        (domain::Uuid,),
        db::stmt!("SELECT person FROM alerts WHERE case_id = $1 AND seen_at IS NULL"),
        case.uuid()
    )
    .unwrap();
    rows.into_iter().map(|(id,)| PersonId::from_uuid(id)).collect()
}

#[tokio::test]
async fn to_send_somebody_away_opens_no_restricted_case() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("About Olga", None).await;
    restrict(&house, case.id, (theo, [theo].into())).await;
    // A colleague may be invited by address too.
    assert_eq!(invite(&house, (case.id, theo), "ines@acme.example").await, ines);
    let site = house.site().await;
    let at = format!("/desk/cases/{}/people", case.name);
    let triager = house.browser(&site, theo).await;
    form(&triager, &at, ("/named", &theo.to_string())).await.forge("do", "remove").submit().await.leads_to("/desk");
    let colleague = house.browser(&site, ines).await;
    let away = form(&colleague, &at, ("/guests/remove", &ines.to_string())).await.submit().await;
    away.is(422).says("nobody could look after this case");
    house.browser(&site, olga).await.get(&at).await.is(404);
    // With somebody else who may, they go, and the work that was theirs is nobody's.
    let (db, by) = (house.db().clone(), ines);
    let named: Result<_, EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let naming = engine::Naming { case: case.id, seen: None, by, person: theo };
                engine::name(tx, &db, naming).await?;
                engine::assign(tx, &db, case.id, (by, Some(by))).await
            })
        })
        .await;
    named.unwrap();
    let triager = house.browser(&site, theo).await;
    form(&triager, &at, ("/guests/remove", &ines.to_string())).await.submit().await.leads_to(&at);
    house.browser(&site, ines).await.get(&at).await.is(404);
    assert_eq!(house.owner(&case.name).await, None);
    house.browser(&site, olga).await.get(&at).await.is(404);
    house.verify().await;
}

#[tokio::test]
async fn a_restricted_case_is_not_left_to_those_who_may_not_look_after_it() {
    let house = House::new().await;
    let (ana, ines) = (house.person("Ana", Role::Owner).await, house.person("Ines", Role::Triager).await);
    let fin = house.person("Fatima", Role::Finance).await;
    let case = house.report("About an owner", None).await;
    restrict(&house, case.id, (ines, [ines, fin].into())).await;
    let gus = invite(&house, (case.id, ines), "gus@there.example").await;
    activate(&house, gus).await;
    assert!(matches!(erase(&house, ines, None).await, Err(ErasingError::OnlyOne(1))), "a guest looks after nothing");
    let heir = erase(&house, ines, Some(fin)).await;
    assert!(matches!(heir, Err(ErasingError::Account(AccountError::Invalid { field: "hand_over", .. }))), "{heir:?}");
    erase(&house, ines, Some(ana)).await.unwrap();
    let site = house.site().await;
    house.browser(&site, ana).await.get(&format!("/desk/cases/{}", case.name)).await.is(200);
    house.verify().await;
}

#[tokio::test]
async fn what_somebody_saw_who_is_gone_is_told_to_the_next() {
    for how in ["shut out", "role taken", "erased"] {
        let house = House::new().await;
        let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
        let leak = json!({"title": "Leak", "summary": "Files of others.", "severity": "critical", "source": "form"});
        let case = house.open(leak, None).await;
        assign(&house, case.id, (olga, theo)).await;
        assert_eq!(told(&house, case.id).await, [theo].into());
        let site = house.site().await;
        let page = house.browser(&site, theo).await;
        let shown = page.get("/desk/alerts").await.is(200);
        let mut forms =
            page.forms_in("/desk/alerts", &shown).into_iter().filter(|form| !form.value("shown").is_empty());
        forms.next().unwrap().submit().await.leads_to("/desk/alerts");
        assert_eq!(told(&house, case.id).await, [].into(), "he has seen it");
        let db = house.db().clone();
        let gone: Result<(), AccountError> = house
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    let role = Grant { role: Role::Triager, scope: Scope::House };
                    match how {
                        "shut out" => person::disable(tx, &db, theo, None).await,
                        "role taken" => person::remove_grant(tx, &db, theo, role, None).await,
                        _ => Ok(()),
                    }
                })
            })
            .await;
        gone.unwrap();
        if how == "erased" {
            erase(&house, theo, None).await.unwrap();
        }
        assert_eq!(told(&house, case.id).await, [olga].into(), "{how}");
    }
}

#[tokio::test]
async fn that_a_guest_has_looked_ends_no_way() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let leak = json!({"title": "Leak", "summary": "Files of others.", "severity": "critical", "source": "form"});
    let case = house.open(leak, None).await;
    let gus = invite(&house, (case.id, theo), "gus@there.example").await;
    activate(&house, gus).await;
    assign(&house, case.id, (olga, gus)).await;
    assert_eq!(told(&house, case.id).await, [olga].into(), "a guest may not act on it");
    house.verify().await;
}

#[tokio::test]
async fn the_form_of_a_restriction_drops_nobody_it_does_not_show() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    let (ines, noor) = (house.person("Ines", Role::Triager).await, house.person("Noor", Role::Triager).await);
    let case = house.report("About Olga", None).await;
    restrict(&house, case.id, (theo, [theo].into())).await;
    let gus = invite(&house, (case.id, theo), "gus@there.example").await;
    assign(&house, case.id, (theo, theo)).await;
    let site = house.site().await;
    let at = format!("/desk/cases/{}", case.name);
    let triager = house.browser(&site, theo).await;
    let restriction = async || form(&triager, &at, ("/restriction", "")).await.forge("do", "restrict");
    let (stale, owner) = (restriction().await, form(&triager, &at, ("/assignment", "")).await);
    let with = |form: web::testing::FormWalk, who: PersonId| form.forge("member", &who.to_string());
    with(restriction().await, ines).submit().await.leads_to(&at);
    with(stale, noor).submit().await.is(412).says("Somebody changed this case");
    owner.fill("assignee", &ines.to_string()).submit().await.is(412).says("Somebody changed this case");
    activate(&house, gus).await;
    house.browser(&site, gus).await.get(&at).await.is(200);
    house.browser(&site, ines).await.get(&at).await.is(200);
    house.browser(&site, noor).await.get(&at).await.is(404);
    // Who works on it and is not named does so no more.
    let other = house.browser(&site, ines).await;
    restrict(&house, case.id, (ines, [ines].into())).await;
    other.get(&at).await.is(200).says("<dt>Owner</dt><dd>nobody");
    house.verify().await;
}

#[tokio::test]
async fn the_turn_of_who_was_shut_out_is_the_next_ones() {
    let house = House::new().await;
    let (olga, theo) = (house.person("Olga", Role::Owner).await, house.person("Theo", Role::Triager).await);
    let ines = house.person("Ines", Role::Triager).await;
    house.t.clock.set("2026-11-25T12:00:00Z".parse().unwrap());
    let site = house.site().await;
    let program = house.program(&site, olga, Role::Owner).await;
    let turns = json!([theo.to_string(), ines.to_string()]);
    let rule = json!({"duty": {"zone": "UTC", "rotation": {"start": "2026-11-23", "at": "09:00", "people": turns}}});
    let put = program.json(Method::PUT, "/api/v1/on-call", &rule).header("if-match", "\"0\"").send().await.is(200);
    assert_eq!(put.json()["on_call_now"], json!([theo.to_string()]));
    let db = house.db().clone();
    let shut: Result<(), AccountError> =
        house.db().write(move |tx| Box::pin(async move { person::disable(tx, &db, theo, None).await })).await;
    shut.unwrap();
    let now = program.get("/api/v1/on-call").await.is(200).json();
    assert_eq!(now["on_call_now"], json!([ines.to_string()]));
    house.browser(&site, olga).await.get("/desk/settings/on-call").await.is(200).says("<b>Ines</b>");
    let leak = json!({"title": "Leak", "summary": "Files of others.", "severity": "critical", "source": "form"});
    let case = house.open(leak, None).await;
    assert_eq!(told(&house, case.id).await, [ines].into());
}

#[tokio::test]
async fn days_that_are_over_take_no_room() {
    let house = House::new().await;
    let theo = house.person("Theo", Role::Triager).await;
    house.t.clock.set("2026-11-22T00:00:00Z".parse().unwrap());
    let site = house.site().await;
    for (from, until, over) in [("2026-11-22", "2026-11-23", 5), ("2026-12-01", "2026-12-02", 0)] {
        let browser = house.browser(&site, theo).await;
        let page = browser.get("/desk/away").await.is(200);
        let adds = |form: &web::testing::FormWalk| form.typed().iter().any(|(name, _)| name == "cover");
        let add = browser.forms_in("/desk/away", &page).into_iter().find(adds).unwrap();
        let add = add.fill("from", from).fill("until", until).forge("do", "add");
        add.submit().await.leads_to("/desk/away");
        house.t.clock.advance(domain::Span::from_days(over));
    }
    let page = house.browser(&site, theo).await.get("/desk/away").await.is(200);
    page.says("2026-12-01 to 2026-12-02").is_silent_about("2026-11-22 to 2026-11-23");
}

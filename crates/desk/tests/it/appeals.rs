//! Appeals: opened at the return door or for the reporter, decided by somebody else, and what follows.

use super::support::{House, act, code};
use axum::http::Method;
use desk::engine::{self, Appealing, EngineError, Opened};
use domain::case::Party;
use domain::{CaseId, PersonId, ReporterText, Role, Span};
use serde_json::{Value, json};
use web::testing::{Answer, Client, Site};

/// A closed report with its reporter's browser.
struct Closed {
    house: House,
    site: Site,
    case: Opened,
    ines: PersonId,
    reporter: Client,
}

const DONE: &str = "/case/mine#conversation";

impl Closed {
    /// Closed by Ines, who is the only one here.
    async fn by_ines() -> Self {
        let house = House::new().await;
        let ines = house.person("Ines", Role::Owner).await;
        let case = house.report("Token", Some(code(1))).await;
        let input = json!({"outcome": "not_applicable", "reason": "As designed."});
        house.act(act(case.id, ines, ("close", input))).await.unwrap();
        let site = house.site().await;
        let reporter = house.reporter(&site, &code(1)).await;
        Self { house, site, case, ines, reporter }
    }

    /// Appeals at the door; gives the name of the appeal.
    async fn appeal(&self) -> String {
        let form = self.reporter.form_to("/case/mine", "/case/mine/appeal").await;
        form.fill("appeal", "It is one: look again.").submit().await.leads_to(DONE);
        format!("APL-{}", self.case.number + 1)
    }

    /// The case behind the name of an appeal.
    async fn id(&self, name: &str) -> CaseId {
        self.house.find(name.trim_start_matches("APL-")).await
    }

    fn page(&self) -> String {
        format!("/desk/cases/{}", self.case.name)
    }
}

/// Presses a button of a case page, with a reason.
async fn press(browser: &Client, name: &str, action: &str) -> Answer {
    let at = format!("/desk/cases/{name}");
    let form = browser.form_to(&at, &format!("{at}/actions/{action}")).await;
    form.fill(&format!("{action}.reason"), "We looked again.").submit().await
}

#[tokio::test]
async fn somebody_else_grants_it_and_the_report_is_open_again() {
    let closed = Closed::by_ines().await;
    let (house, site, reporter) = (&closed.house, &closed.site, &closed.reporter);
    let theo = house.person("Theo", Role::Triager).await;
    reporter.get("/case/mine").await.is(200).says("You think we are wrong?");
    let form = reporter.form_to("/case/mine", "/case/mine/appeal").await;
    form.fill("appeal", " ").submit().await.is(422).says("Write something first");
    let name = closed.appeal().await;
    reporter.get("/case/mine").await.is(200).says("You appealed.").says("look again").says(&name);
    // Both pages lead to each other, and it stands in the inbox.
    let (own, other) = (house.browser(site, closed.ines).await, house.browser(site, theo).await);
    own.get("/desk").await.is(200).says(&name);
    own.get(&closed.page()).await.is(200).says("<dt>Appeal</dt>").says(&name);
    let at = format!("/desk/cases/{name}");
    let page = own.get(&at).await.is(200).says("<dt>Appeals against</dt>").says("somebody else decides: Theo");
    page.says("look again").is_silent_about("Grant the appeal").is_silent_about("Prove that it is you");
    let forged = own.form_to(&at, &format!("{at}/watch")).await.to(&format!("{at}/actions/uphold"));
    forged.forge("uphold.reason", "No").submit().await.is(409).says("somebody else decides: Theo");
    press(&other, &name, "grant").await.leads_to(&at);
    assert_eq!(house.state(&closed.case.name).await, "new");
    let page = reporter.get("/case/mine").await.is(200).says("We looked at it again and grant your appeal.");
    let page = page.says("We opened it again.").says("We looked again.").is_silent_about("Theo");
    page.is_silent_about("Take the appeal back").is_silent_about("You think we are wrong?");
    other.get(&closed.page()).await.says(&format!("{name}: appeal granted"));
    house.verify().await;
}

#[tokio::test]
async fn there_is_one_for_each_close_within_ninety_days() {
    let closed = Closed::by_ines().await;
    let (house, reporter) = (&closed.house, &closed.reporter);
    let theo = house.person("Theo", Role::Triager).await;
    let name = closed.appeal().await;
    let again = reporter.form_to("/case/mine", "/case/mine/messages").await.to("/case/mine/appeal");
    again.forge("appeal", "Once more.").submit().await.is(409).says("You appealed against this close already");
    let withdrawal = reporter.form_to("/case/mine", "/case/mine/appeal/withdrawal").await;
    withdrawal.fill("why", "My mistake.").submit().await.leads_to(DONE);
    reporter.get("/case/mine").await.is(200).says("You took your appeal back.").is_silent_about("You think we are");
    let gone = reporter.form_to("/case/mine", "/case/mine/messages").await.to("/case/mine/appeal/withdrawal");
    gone.submit().await.is(409).says("There is no appeal of yours that waits");
    let _ = name;
    // Opened again and closed again: another close, another appeal, until its time is over.
    house.act(act(closed.case.id, theo, ("reopen", json!({"reason": "New facts."})))).await.unwrap();
    let early = reporter.form_to("/case/mine", "/case/mine/messages").await.to("/case/mine/appeal");
    early.forge("appeal", "Early").submit().await.is(409).says("we have not closed your report");
    let input = json!({"outcome": "spam", "reason": "Enough."});
    house.act(act(closed.case.id, theo, ("close", input))).await.unwrap();
    reporter.get("/case/mine").await.is(200).says("You think we are wrong?");
    house.t.clock.advance(Span::from_days(91));
    let reporter = house.reporter(&closed.site, &code(1)).await;
    reporter.get("/case/mine").await.is(200).is_silent_about("You think we are wrong?");
    let late = reporter.form_to("/case/mine", "/case/mine/messages").await.to("/case/mine/appeal");
    late.forge("appeal", "Late").submit().await.is(409).says("The 90 days for an appeal are over");
}

#[tokio::test]
async fn two_at_once_make_one() {
    let closed = Closed::by_ines().await;
    let open = || {
        let (db, case) = (closed.house.db().clone(), closed.case.id);
        async move {
            let text = ReporterText::new("Look again.".to_owned()).unwrap();
            let store = db.clone();
            let new = Appealing { case, text, by: Party::Reporter };
            let done: Result<Opened, EngineError> =
                db.write(move |tx| Box::pin(async move { engine::appeal(tx, &store, new).await })).await;
            done
        }
    };
    let (one, two, three) = tokio::join!(open(), open(), open());
    let (won, lost): (Vec<_>, Vec<_>) = [one, two, three].into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for lost in lost {
        assert!(matches!(lost, Err(EngineError::Conflict(_))), "the others are told");
    }
    closed.house.verify().await;
}

#[tokio::test]
async fn alone_one_decides_a_day_later_with_a_second_factor_and_both_pages_say_so() {
    let closed = Closed::by_ines().await;
    let (house, site) = (&closed.house, &closed.site);
    let name = closed.appeal().await;
    let at = format!("/desk/cases/{name}");
    let own = house.browser(site, closed.ines).await;
    own.get(&at).await.is(200).says("Nobody else here could decide").is_silent_about("Prove that it is you");
    press(&own, &name, "uphold").await.is(409).says("This is possible from");
    house.t.clock.advance(Span::from_hours(24));
    // The same session is a day old by now: they sign in anew, and the proof lasts ten minutes.
    let own = house.browser(site, closed.ines).await;
    house.t.clock.advance(Span::from_minutes(11));
    own.get(&at).await.is(200).says("Prove that it is you");
    let refused = press(&own, &name, "uphold").await.is(409).says("Prove that it is you first");
    refused.says("copy what you typed before").says("We looked again.");
    let program = house.program(site, closed.ines, Role::Owner).await;
    let seen = program.call(Method::GET, &format!("/api/v1/cases/{name}")).send().await.is(200);
    let tried = program.json(Method::POST, &format!("/api/v1/cases/{name}/actions/uphold"), &json!({"reason": "No."}));
    let tried = tried.header("if-match", seen.header("etag")).header("idempotency-key", "k-1").send().await.is(409);
    assert_eq!(tried.json()["who_can"], json!([]));
    let own = house.browser(site, closed.ines).await;
    press(&own, &name, "uphold").await.leads_to(&at);
    let words = "Decided by the person who closed it, a day later, because nobody else is here";
    own.get(&at).await.is(200).says(words);
    own.get(&closed.page()).await.is(200).says(words);
    let reporter = house.reporter(site, &code(1)).await;
    reporter.get("/case/mine").await.is(200).says("the close stands").says("because nobody else is here");
    house.verify().await;
}

#[tokio::test]
async fn a_colleague_who_came_meanwhile_ends_being_alone() {
    let closed = Closed::by_ines().await;
    let name = closed.appeal().await;
    let case = closed.id(&name).await;
    closed.house.t.clock.advance(Span::from_days(2));
    let alone =
        engine::Act { by: Party::Alone(closed.ines), ..act(case, closed.ines, ("grant", json!({"reason": "x"}))) };
    closed.house.person("Theo", Role::Triager).await;
    let refused = closed.house.act(alone.clone()).await.unwrap_err();
    assert!(matches!(refused, EngineError::OtherHands { who } if who == ["Theo"]));
    let team = engine::Act { by: Party::Team(closed.ines), ..alone };
    assert!(matches!(closed.house.act(team).await, Err(EngineError::OtherHands { .. })));
}

#[tokio::test]
async fn restricting_the_case_to_oneself_makes_nobody_alone() {
    let closed = Closed::by_ines().await;
    let house = &closed.house;
    let theo = house.person("Theo", Role::Triager).await;
    let name = closed.appeal().await;
    let appeal = closed.id(&name).await;
    house.give(appeal, theo).await;
    let restrict = |case: CaseId, by: PersonId| {
        let db = house.db().clone();
        house.db().write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (by, [by].into())).await }))
    };
    // Not by itself: it is for the same people as its case.
    let by_itself: Result<i64, EngineError> = restrict(appeal, closed.ines).await;
    assert!(matches!(by_itself, Err(EngineError::Conflict(text)) if text.contains(&closed.case.name)));
    restrict(closed.case.id, closed.ines).await.unwrap();
    assert_eq!(house.owner(name.trim_start_matches("APL-")).await, None, "who may not look works on it no longer");
    house.t.clock.advance(Span::from_days(2));
    let own = house.browser(&closed.site, closed.ines).await;
    let at = format!("/desk/cases/{name}");
    own.get(&at).await.is(200).says("Theo (name them on the case first)").is_silent_about("Nobody else here");
    let alone =
        engine::Act { by: Party::Alone(closed.ines), ..act(appeal, closed.ines, ("uphold", json!({"reason": "x"}))) };
    assert!(matches!(house.act(alone).await, Err(EngineError::OtherHands { .. })));
}

#[tokio::test]
async fn an_appeal_holds_no_secret_of_ours() {
    let closed = Closed::by_ines().await;
    let (house, site) = (&closed.house, &closed.site);
    let text = format!("My code is {}.", code(1));
    let form = closed.reporter.form_to("/case/mine", "/case/mine/appeal").await.fill("appeal", &text);
    form.submit().await.is(422).says("return code in it").says(&text);
    let program = house.program(site, closed.ines, Role::Owner).await;
    let path = format!("/api/v1/cases/{}/appeals", closed.case.name);
    let sent = program.json(Method::POST, &path, &json!({"body": text})).header("idempotency-key", "k-1").send().await;
    assert_eq!(sent.is(422).json()["errors"][0]["field"], "/body");
}

#[tokio::test]
async fn a_hold_on_either_bars_the_erasure_of_both() {
    let closed = Closed::by_ines().await;
    let (house, site) = (&closed.house, &closed.site);
    let name = closed.appeal().await;
    let appeal = closed.id(&name).await;
    let own = house.browser(site, closed.ines).await;
    let press = async |case: &str, way: &str| {
        let at = format!("/desk/cases/{case}/{way}");
        let form = own.form_to(&at, &at).await.fill("reason", "Counsel asks.");
        if way == "erase" { form.fill("confirm", case).submit().await } else { form.submit().await }
    };
    press(&closed.case.name, "hold").await.is(303);
    press(&name, "erase")
        .await
        .is(422)
        .says(&format!("{} belongs to this case and is on legal hold", closed.case.name));
    press(&closed.case.name, "release").await.is(303);
    press(&name, "hold").await.is(303);
    press(&closed.case.name, "erase").await.is(422).says(&format!("{name} belongs to this case and is on legal hold"));
    let program = house.program(site, closed.ines, Role::Owner).await;
    let path = format!("/api/v1/cases/{}", closed.case.name);
    let seen = program.get(&path).await.is(200);
    let body = json!({"name": closed.case.name, "reason": "Asked for."});
    let tried = program.json(Method::POST, &format!("{path}/erasure"), &body).header("if-match", seen.header("etag"));
    let tried = tried.header("idempotency-key", "k-1").send().await.is(409).json();
    assert_eq!((&tried["held"], &tried["may_release"]), (&json!(name), &json!("Ines")));
    press(&name, "release").await.is(303);
    press(&closed.case.name, "erase").await.is(303);
    own.get(&format!("/desk/cases/{appeal}")).await.is(404);
}

#[tokio::test]
async fn a_locked_report_is_not_opened_and_one_that_was_opened_overtakes() {
    let closed = Closed::by_ines().await;
    let house = &closed.house;
    let theo = house.person("Theo", Role::Triager).await;
    let name = closed.appeal().await;
    let appeal = closed.id(&name).await;
    house.act(act(closed.case.id, closed.ines, ("lock", json!({"reason": "Asked five times."})))).await.unwrap();
    let other = house.browser(&closed.site, theo).await;
    press(&other, &name, "grant")
        .await
        .is(409)
        .says("is locked, so it cannot be opened again")
        .says("We looked again.");
    let why = json!({"reason": "We erred."});
    let refused = house.act(act(appeal, theo, ("grant", why.clone()))).await;
    assert!(matches!(refused, Err(EngineError::Conflict(_))));
    house
        .act(act(closed.case.id, closed.ines, ("unlock", json!({"reason": "It was looked at again."}))))
        .await
        .unwrap();
    house.act(act(closed.case.id, closed.ines, ("reopen", why.clone()))).await.unwrap();
    let late = house.act(act(appeal, theo, ("uphold", why))).await;
    assert!(matches!(late, Err(EngineError::Refused(_))), "{late:?}");
    closed.reporter.get("/case/mine").await.is(200).says("Your appeal is over, since your report is open again.");
    house.verify().await;
}

#[tokio::test]
async fn what_is_restricted_stays_so_and_hides_its_links() {
    let closed = Closed::by_ines().await;
    let (house, site) = (&closed.house, &closed.site);
    let theo = house.person("Theo", Role::Triager).await;
    let (db, case, ines) = (house.db().clone(), closed.case.id, closed.ines);
    let name = closed.appeal().await;
    let other = house.browser(site, theo).await;
    other.get(&format!("/desk/cases/{name}")).await.is(200);
    let done: Result<i64, EngineError> = house
        .db()
        .write(move |tx| Box::pin(async move { engine::restrict(tx, &db, case, (ines, [ines].into())).await }))
        .await;
    done.unwrap();
    other.get(&format!("/desk/cases/{name}")).await.is(404);
    other.get("/desk").await.is(200).is_silent_about(&name);
    // One that only points to it stays in sight, without the pointer.
    let copy = house.report("Copy", None).await;
    let input = json!({"outcome": "duplicate", "of": case.to_string(), "reason": "Known."});
    house.act(act(copy.id, ines, ("close", input))).await.unwrap();
    other.get(&format!("/desk/cases/{}", copy.name)).await.is(200).is_silent_about("Belongs together");
    let program = house.program(site, theo, Role::Triager).await;
    let document = program.call(Method::GET, &format!("/api/v1/cases/{}", copy.name)).send().await.is(200).json();
    assert_eq!(document["links"], json!([]));
    let document = house.program(site, ines, Role::Owner).await;
    let document = document.call(Method::GET, &format!("/api/v1/cases/{}", copy.name)).send().await.is(200).json();
    assert_eq!(document["links"][0]["kind"], "duplicate_of");
    assert_eq!(document["links"][0]["name"], Value::from(closed.case.name.clone()));
}

#[tokio::test]
async fn a_program_appeals_for_a_reporter_once() {
    let closed = Closed::by_ines().await;
    let (house, site) = (&closed.house, &closed.site);
    let program = house.program(site, closed.ines, Role::Owner).await;
    let path = format!("/api/v1/cases/{}/appeals", closed.case.name);
    let send = |key: &'static str| {
        program.json(Method::POST, &path, &json!({"body": "They wrote by post."})).header("idempotency-key", key).send()
    };
    let made = send("k-1").await.is(201).json();
    assert_eq!((made["type"].as_str(), made["state"].as_str()), (Some("appeal"), Some("new")));
    assert!(made["due_at"].is_string());
    assert_eq!(send("k-1").await.is(201).json(), made);
    send("k-2").await.is(409);
    closed.reporter.get("/case/mine").await.is(200).says("We wrote down your appeal.").says("They wrote by post.");
}

#[tokio::test]
async fn no_figure_counts_an_appeal() {
    let closed = Closed::by_ines().await;
    let house = &closed.house;
    let theo = house.person("Theo", Role::Triager).await;
    let program = house.program(&closed.site, closed.ines, Role::Owner).await;
    let figures = async || {
        let mut figures = program.call(Method::GET, "/api/v1/figures").send().await.is(200).json();
        for its_own in ["now", "counted"] {
            figures[its_own].take();
        }
        figures
    };
    let before = figures().await;
    assert_eq!((&before["received"], &before["closed"]), (&json!(1), &json!(1)));
    let name = closed.appeal().await;
    assert_eq!(figures().await, before, "when it came");
    let uphold = ("uphold", json!({"reason": "We looked again."}));
    house.act(act(closed.id(&name).await, theo, uphold)).await.unwrap();
    assert_eq!(figures().await, before, "when it was decided");
    desk::figures::rebuild(house.db()).await.unwrap();
    assert_eq!(figures().await, before, "when all is counted again");
}

#[tokio::test]
async fn an_appeal_is_erased_with_its_report() {
    let closed = Closed::by_ines().await;
    let house = &closed.house;
    let name = closed.appeal().await;
    let order = desk::erasing::CaseOrder {
        case: closed.case.id,
        seen: None,
        quiet: None,
        order: db::erase::Order { by: Some(closed.ines), reason: "Asked for.".to_owned() },
    };
    desk::erasing::case(house.db(), &house.list(), order).await.unwrap();
    let own = house.browser(&closed.site, closed.ines).await;
    own.get(&format!("/desk/cases/{name}")).await.is(404);
    assert!(house.verify().await > 5);
}

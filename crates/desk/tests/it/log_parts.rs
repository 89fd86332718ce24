//! Walking a long case from part to part: nothing is passed over, and nothing is told by what is left out.

use crate::support::{House, act, code};
use desk::engine::{self, Appealing, EngineError};
use domain::case::Party;
use domain::{CaseId, PersonId, ReporterText, Role, Span, TeamText};
use serde_json::json;
use std::collections::BTreeSet;
use web::testing::Client;

impl House {
    async fn notes(&self, case: CaseId, (by, count): (PersonId, usize)) {
        let db = self.db().clone();
        let done: Result<(), EngineError> = self
            .db()
            .write(move |tx| {
                Box::pin(async move {
                    for n in 0..count {
                        let text = TeamText::new(format!("note {n} of ours"))?;
                        engine::note(tx, &db, case, (by, text)).await?;
                    }
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    async fn message(&self, case: CaseId, (by, text): (PersonId, String)) {
        let (db, text) = (self.db().clone(), ReporterText::new(text).unwrap());
        let done: Result<i64, EngineError> = self
            .db()
            .write(move |tx| Box::pin(async move { engine::to_reporter(tx, &db, case, (by, text)).await }))
            .await;
        done.unwrap();
        self.t.clock.advance(Span::from_minutes(1));
    }
}

/// The address behind the link with these words, if the page has it.
fn link(html: &str, words: &str) -> Option<String> {
    let before = html.split(&format!("\">{words}</a>")).next().filter(|before| before.len() < html.len())?;
    let href = before.rsplit("href=\"").next()?;
    Some(href.split('#').next().unwrap_or_default().to_owned())
}

/// From `start` by this link to the last page: the log of each.
async fn walk(client: &Client, start: &str, words: &str) -> Vec<String> {
    let (mut at, mut pages, mut been) = (start.to_owned(), Vec::new(), BTreeSet::new());
    loop {
        assert!(been.insert(at.clone()), "{at} leads back to itself");
        let page = client.get(&at).await.is(200).text;
        let log = page.split("<div class=\"log\"").nth(1).unwrap().split("</form>").next().unwrap().to_owned();
        pages.push(log);
        let Some(next) = link(&page, words) else { return pages };
        at = next;
    }
}

#[tokio::test]
async fn newer_passes_over_nothing_and_comes_to_an_end() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    for n in 0..30 {
        house.message(case.id, (ines, format!("message {n} {}", "x".repeat(3_000)))).await;
    }
    let site = house.site().await;
    let desk = house.browser(&site, ines).await;
    let door = house.reporter(&site, &code(1)).await;
    for (client, at) in [(desk, format!("/desk/cases/{}", case.name)), (door, "/case/mine".to_owned())] {
        let pages = walk(&client, &format!("{at}?before=2"), "Newer").await;
        assert!((5..=9).contains(&pages.len()), "{} pages of {at}", pages.len());
        for n in 0..30 {
            assert!(pages.iter().any(|page| page.contains(&format!("message {n} x"))), "message {n} of {at}");
        }
    }
}

#[tokio::test]
async fn what_the_team_writes_is_not_told_by_the_ways_of_the_reporter() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", Some(code(1))).await;
    for n in 0..8 {
        house.message(case.id, (ines, format!("message {n} x"))).await;
    }
    let site = house.site().await;
    let me = house.reporter(&site, &code(1)).await;
    let ways = async |at: &str| {
        let page = me.get(at).await.is(200).text;
        (link(&page, "Newer"), link(&page, "Newest"), link(&page, "Older"))
    };
    let asked: Vec<String> =
        (9..300).step_by(29).flat_map(|n| [format!("/case/mine?before={n}"), format!("/case/mine?at={n}")]).collect();
    let mut before = Vec::new();
    for at in &asked {
        before.push(ways(at).await);
    }
    house.notes(case.id, (ines, 260)).await;
    for (at, before) in asked.iter().zip(before) {
        assert_eq!(ways(at).await, before, "{at}");
    }
    let pages = walk(&me, "/case/mine?before=2", "Newer").await;
    assert!(pages.last().unwrap().contains("message 7 x"), "{} pages", pages.len());
}

#[tokio::test]
async fn words_of_an_appeal_stand_on_one_page_wherever_the_parts_are_cut() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Owner).await;
    let case = house.report("Token", Some(code(1))).await;
    let close = json!({ "outcome": "not_applicable", "reason": "As designed." });
    house.act(act(case.id, ines, ("close", close))).await.unwrap();
    let (db, text) = (house.db().clone(), ReporterText::new("Look again.".to_owned()).unwrap());
    let new = Appealing { case: case.id, text, by: Party::Reporter };
    let opened: Result<engine::Opened, EngineError> =
        house.db().write(move |tx| Box::pin(async move { engine::appeal(tx, &db, new).await })).await;
    let appeal = opened.unwrap().id;
    for n in 0..12 {
        house.message(case.id, (ines, format!("message {n} {}", "x".repeat(5_500)))).await;
        house.message(appeal, (ines, format!("about appeal {n} of ours"))).await;
    }
    let site = house.site().await;
    let me = house.reporter(&site, &code(1)).await;
    let pages = walk(&me, "/case/mine", "Older").await;
    assert!(pages.len() > 4, "{} pages", pages.len());
    let newer = walk(&me, "/case/mine?before=4", "Newer").await;
    for n in 0..12 {
        let words = format!("about appeal {n} of ours");
        assert_eq!(pages.iter().filter(|page| page.contains(&words)).count(), 1, "{words}");
        assert!(newer.iter().any(|page| page.contains(&words)), "{words}, onwards");
    }
}

#[tokio::test]
async fn what_happened_behind_many_notes_of_ones_own_is_not_silent() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let tomas = house.person("Tomas", Role::Triager).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    browser.get(&at).await.is(200).is_silent_about("since you looked");
    house.accounts.reads().flush().await;
    house.message(case.id, (tomas, "A word of Tomas".to_owned())).await;
    house.notes(case.id, (ines, 60)).await;
    let page = browser.get(&at).await.is(200).says("Things happened since you looked");
    let seen = page.text.split("class=\"fresh\" href=\"").nth(1).unwrap().split('#').next().unwrap().to_owned();
    browser.get(&format!("{at}{seen}")).await.is(200).says("A word of Tomas");
}

#[tokio::test]
async fn issues_stay_on_the_page_behind_two_thousand_facts() {
    let house = House::new().await;
    let ines = house.person("Ines", Role::Triager).await;
    let case = house.report("Token", None).await;
    let site = house.site().await;
    let browser = house.browser(&site, ines).await;
    let at = format!("/desk/cases/{}", case.name);
    let form = browser.form_to(&at, &format!("{at}/issues")).await;
    form.fill("url", "https://git.acme.example/api/issues/7").submit().await.is(303);
    let (db, id) = (house.db().clone(), case.id);
    let done: Result<(), EngineError> = house
        .db()
        .write(move |tx| {
            Box::pin(async move {
                for n in 0..2_001 {
                    let to = (n % 2 == 0).then_some(ines);
                    engine::assign(tx, &db, id, (ines, to)).await?;
                }
                Ok(())
            })
        })
        .await;
    done.unwrap();
    let page = browser.get(&at).await.is(200).says("<b>git.acme.example</b>/api/issues/7");
    page.is_silent_about("as claimed");
}

//! Filling the demo through the same doors that people use.

use super::clock::ShiftedClock;
use super::earlier::EARLIER;
use super::story::{STORIES, Step, Story};
use anyhow::{Context, Result};
use db::Db;
use desk::engine::{self, Act, NewCase};
use domain::case::{Party, find};
use domain::{CaseId, PersonId, ProgrammeId, ReporterText, ReturnCode, Span, TeamText};
use serde_json::Value;

/// Opens every story's case and lets it happen; gives name and return code of the newest. Who works on an open case is
/// its owner, unless nobody has done anything yet.
pub(super) async fn fill(
    db: &Db,
    clock: &ShiftedClock,
    programme: ProgrammeId,
    judges: &[PersonId],
) -> Result<(String, ReturnCode)> {
    let mut newest = (String::new(), ReturnCode::from_bytes([0; 15]));
    let mut cases = Vec::new();
    for story in EARLIER.iter().chain(STORIES) {
        clock.stand_back(Span::from_hours(story.hours_ago));
        let code = ReturnCode::from_bytes(db.ambient().bytes());
        let (case, name) = open(db, programme, story, code).await?;
        cases.push(case);
        let judge = *judges.get(story.judge).context("nobody to judge")?;
        if let Some(first) = story.steps.first() {
            clock.stand_back(Span::from_hours(story.hours_ago - hours(first)));
            let store = db.clone();
            db.write(move |tx| Box::pin(async move { engine::assign(tx, &store, case, (judge, Some(judge))).await }))
                .await?;
        }
        for step in story.steps {
            clock.stand_back(Span::from_hours(story.hours_ago - hours(step)));
            take(db, (case, &cases), judge, step).await?;
        }
        newest = (name, code);
    }
    clock.stand_back(Span::ZERO);
    Ok(newest)
}

fn hours(step: &Step) -> i64 {
    match step {
        Step::Team(hours, ..) | Step::Note(hours, _) | Step::Reply(hours, _) | Step::Word(hours, _) => *hours,
    }
}

async fn open(db: &Db, programme: ProgrammeId, story: &Story, code: ReturnCode) -> Result<(CaseId, String)> {
    let input: Value = serde_json::from_str(story.report)?;
    let title = input["title"].as_str().unwrap_or_default().to_owned();
    let machine = find("vulnerability").ok_or_else(|| anyhow::anyhow!("no such case type"))?;
    let store = db.clone();
    let opened = db
        .write(move |tx| {
            Box::pin(async move {
                let new =
                    NewCase { machine, programme, draft: None, input, title, code: Some(code), by: Party::Reporter };
                engine::open(tx, &store, new).await
            })
        })
        .await?;
    Ok((opened.id, opened.name))
}

async fn take(db: &Db, (case, cases): (CaseId, &[CaseId]), triager: PersonId, step: &Step) -> Result<()> {
    let store = db.clone();
    match step {
        Step::Team(_, action, input) => {
            let root = cases.first().map(ToString::to_string).unwrap_or_default();
            let act = Act {
                case,
                seen: None,
                action: (*action).to_owned(),
                input: serde_json::from_str(&input.replace("@0", &root))?,
                by: Party::Team(triager),
            };
            db.write(move |tx| Box::pin(async move { engine::act(tx, &store, act).await })).await?;
        }
        Step::Note(_, text) => {
            let text = TeamText::new((*text).to_owned())?;
            db.write(move |tx| Box::pin(async move { engine::note(tx, &store, case, (triager, text)).await })).await?;
        }
        Step::Reply(_, text) => {
            let text = ReporterText::new((*text).to_owned())?;
            db.write(move |tx| Box::pin(async move { engine::to_reporter(tx, &store, case, (triager, text)).await }))
                .await?;
        }
        Step::Word(_, text) => {
            let text = ReporterText::new((*text).to_owned())?;
            db.write(move |tx| Box::pin(async move { engine::from_reporter(tx, &store, case, text).await })).await?;
        }
    }
    Ok(())
}

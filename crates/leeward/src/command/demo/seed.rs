//! Filling the demo through the same doors that people use.

use super::clock::ShiftedClock;
use super::story::{STORIES, Step, Story};
use anyhow::Result;
use db::Db;
use desk::engine::{self, Act, NewCase};
use domain::case::{Party, find};
use domain::{CaseId, PersonId, ProgrammeId, ReporterText, ReturnCode, Span, TeamText};
use serde_json::Value;

/// Opens every story's case and lets it happen; gives name and return code of the newest.
pub(super) async fn fill(
    db: &Db,
    clock: &ShiftedClock,
    programme: ProgrammeId,
    triager: PersonId,
) -> Result<(String, ReturnCode)> {
    let mut newest = (String::new(), ReturnCode::from_bytes([0; 15]));
    for story in STORIES {
        clock.stand_back(Span::from_hours(story.hours_ago));
        let code = ReturnCode::from_bytes(db.ambient().bytes());
        let (case, name) = open(db, programme, story, code).await?;
        for step in story.steps {
            clock.stand_back(Span::from_hours(story.hours_ago - hours(step)));
            take(db, case, triager, step).await?;
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

async fn take(db: &Db, case: CaseId, triager: PersonId, step: &Step) -> Result<()> {
    let store = db.clone();
    match step {
        Step::Team(_, action, input) => {
            let act = Act {
                case,
                seen: None,
                action: (*action).to_owned(),
                input: serde_json::from_str(input)?,
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

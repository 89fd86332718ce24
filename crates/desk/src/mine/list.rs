//! The list: newest first, what waits for an answer said on top.

use crate::door::{next, state};
use crate::engine::{EngineError, load};
use crate::words;
use accounts::researcher::{self, Bar, Part};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use db::{Db, List, Tx, fetch_one, stmt};
use domain::{CaseId, PersonId, Ts, Uuid};
use serde::Deserialize;
use web::layout::{Moment, StateChip, day};
use web::{App, Form, Page, Problem, Query, Reply, Researcher, View};

/// Reports on one page.
const PAGE: usize = 25;

/// Where the page begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: String,
}

struct Line {
    href: String,
    name: String,
    title: String,
    chip: StateChip,
    words: String,
    next: String,
    late: bool,
    sent: Moment,
    shared: bool,
    asking: i64,
}

struct Barred {
    until: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "mine/templates/list.html")]
struct ListPage {
    page: Page,
    form: Form,
    called: String,
    lines: Vec<Line>,
    questions: i64,
    barred: Option<Barred>,
    older: String,
    first: bool,
}

/// A tie of an account to a case.
#[derive(sqlx::FromRow)]
pub(super) struct Tie {
    pub(super) case_id: Uuid,
    pub(super) part: String,
    pub(super) since: i64,
    r#type: String,
    number: i64,
    received_at: i64,
    pub(super) erased_at: Option<i64>,
    /// Parts of it that wait for an answer.
    asking: i64,
}

impl Tie {
    /// REP-12.
    pub(super) fn name(&self) -> String {
        words::case_name(&self.r#type, self.number)
    }

    pub(super) fn is_shared(&self) -> bool {
        self.part != Part::Owner.as_str()
    }
}

/// Where the list goes on after this one.
pub(super) fn cursor_of(tie: &Tie) -> String {
    format!("{}.{}", tie.since, tie.case_id)
}

pub(super) async fn show(State(app): State<App>, who: Researcher, view: View, Query(asked): Query<Asked>) -> Reply {
    draw(&app, &view, who, (Form::empty(), &asked.after, StatusCode::OK)).await
}

/// The page, also after a code that was not taken.
pub(super) async fn draw(
    app: &App,
    view: &View,
    who: Researcher,
    (form, after, status): (Form, &str, StatusCode),
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let account = researcher::load(&mut tx, db.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    let bar = researcher::bar_of(&mut tx, db, who.person).await?;
    let mut ties = ties(&mut tx, who.person, (after, PAGE + 1)).await?;
    let older = if ties.len() > PAGE {
        ties.truncate(PAGE);
        ties.last().map(cursor_of).unwrap_or_default()
    } else {
        String::new()
    };
    let mut lines = Vec::with_capacity(ties.len());
    for tie in &ties {
        lines.push(line(&mut tx, db, tie).await?);
    }
    let (questions,) = fetch_one!(
        &mut tx,
        (i64,),
        stmt!(
            "SELECT COUNT(*) FROM case_reporters r JOIN cases c ON c.id = r.case_id
             WHERE r.researcher = $1 AND c.erased_at IS NULL
               AND ((c.waiting_since IS NOT NULL AND c.is_open = TRUE) OR EXISTS (
                 SELECT 1 FROM case_links l JOIN cases p ON p.id = l.from_case
                 WHERE l.to_case = c.id AND l.kind = 'part' AND p.waiting_since IS NOT NULL AND p.is_open = TRUE
                   AND p.erased_at IS NULL))"
        ),
        who.person.uuid()
    )?;
    drop(tx);
    let shown = ListPage {
        page: view.page("Your reports").with_errors(!form.ok()),
        form,
        called: account.profile.credit,
        lines,
        questions,
        barred: bar.map(|Bar { until, reason, .. }| Barred { until: day(until), reason: reason.as_str().to_owned() }),
        older,
        first: after.is_empty(),
    };
    Ok(view.show_as(status, &shown))
}

/// What ties an account to its cases, newest first.
pub(super) async fn ties(tx: &mut Tx, person: PersonId, (after, most): (&str, usize)) -> Result<Vec<Tie>, EngineError> {
    let list = List::new(
        "SELECT r.case_id, r.part, r.since, c.type, c.number, c.received_at, c.erased_at,
                (SELECT COUNT(*) FROM case_links l JOIN cases p ON p.id = l.from_case
                 WHERE l.to_case = c.id AND l.kind = 'part' AND p.waiting_since IS NOT NULL AND p.is_open = TRUE
                   AND p.erased_at IS NULL) AS asking
         FROM case_reporters r JOIN cases c ON c.id = r.case_id WHERE TRUE",
    )
    .and("r.researcher = ?", [person.uuid().into()]);
    let list = match cursor(after) {
        Some((since, id)) => {
            list.and("(r.since < ? OR (r.since = ? AND r.case_id < ?))", [since.into(), since.into(), id.into()])
        }
        None => list,
    };
    let most = i64::try_from(most).map_err(EngineError::corrupt)?;
    Ok(list.tail("ORDER BY r.since DESC, r.case_id DESC LIMIT ?", [most.into()]).fetch::<Tie>(tx).await?)
}

fn cursor(text: &str) -> Option<(i64, Uuid)> {
    let (since, id) = text.split_once('.')?;
    Some((since.parse().ok()?, id.parse().ok()?))
}

async fn line(tx: &mut Tx, db: &Db, tie: &Tie) -> Result<Line, EngineError> {
    let gone = Line {
        href: String::new(),
        name: tie.name(),
        title: String::new(),
        chip: StateChip::CLOSED.said("Erased"),
        words: "We erased this report: what you wrote, your files and our answers.".to_owned(),
        next: String::new(),
        late: false,
        sent: Ts::from_micros(tie.received_at).into(),
        shared: tie.is_shared(),
        asking: 0,
    };
    if tie.erased_at.is_some() {
        return Ok(gone);
    }
    let case = load(tx, db, CaseId::from_uuid(tie.case_id)).await?;
    let summary = case.summary();
    let step = next(&summary, db.ambient().now()).into_iter().next();
    Ok(Line {
        href: format!("/me/reports/{}", case.id),
        chip: words::chip_for_reporter(&summary),
        words: state(&summary, !tie.is_shared()),
        late: step.as_ref().is_some_and(|step| step.late),
        next: step
            .filter(|step| !step.by.is_empty())
            .map_or_else(String::new, |step| format!("By {}: {}", step.by, step.words)),
        title: case.title,
        asking: tie.asking,
        ..gone
    })
}

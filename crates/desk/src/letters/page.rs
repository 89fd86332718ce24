//! The page of the outbox: whether mail goes out, what failed, what waits, and trying again.

use super::house::Letterhead;
use super::of_case::state_words;
use super::words;
use crate::Viewer;
use crate::engine::{EngineError, load};
use crate::people::Names;
use askama::Template;
use axum::extract::State;
use db::{Db, Tx};
use domain::{CaseId, Permission, Ts};
use mail::{Kind, Letter, LetterId, Listed, Place, Post, To, queue, unsent};
use web::layout::{Moment, span_words};
use web::{App, FormData, Page, Problem, Reply, Staff, View, see_other};

/// A letter as a row.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) label: &'static str,
    /// REP-12, where the viewer may know of it.
    pub(super) case: String,
    pub(super) to: String,
    pub(super) words: String,
    pub(super) attempts: i64,
    pub(super) queued: Moment,
    pub(super) next: Moment,
}

#[derive(Template)]
#[template(path = "letters/templates/outbox.html")]
struct OutboxPage {
    page: Page,
    on: bool,
    from: String,
    trouble: String,
    failed: Vec<Row>,
    /// How many there are, where the page does not hold all of them.
    failed_in_all: Option<i64>,
    waiting: Vec<Row>,
    waiting_in_all: Option<i64>,
    may_retry: bool,
}

/// The whole number, where fewer are shown.
fn in_all(count: i64, shown: usize) -> Option<i64> {
    usize::try_from(count).is_ok_and(|count| count > shown).then_some(count)
}

/// What the page and the API both show.
pub(super) struct Outbox {
    pub(super) failed: Vec<Listed>,
    pub(super) waiting: Vec<Listed>,
}

/// Reads it; only for those who may know of the whole house.
pub(super) async fn outbox(tx: &mut Tx, db: &Db, viewer: &Viewer) -> Result<Outbox, Problem> {
    if !viewer.may_house(Permission::ReadSystem) {
        return Err(Problem::not_found());
    }
    Ok(Outbox { failed: unsent(tx, db, Place::Failed).await?, waiting: unsent(tx, db, Place::Waiting).await? })
}

/// The name of the case of a letter or a message, where the viewer may know of it.
pub(crate) async fn case_name(
    tx: &mut Tx,
    db: &Db,
    viewer: &Viewer,
    case: Option<CaseId>,
) -> Result<String, EngineError> {
    let Some(id) = case else { return Ok(String::new()) };
    match load(tx, db, id).await {
        Ok(case) if viewer.may(Permission::ReadCases, &case.facts) => Ok(case.name()),
        Ok(_) | Err(EngineError::NotFound) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

/// Since when the server takes nothing, in words; empty while all is well.
pub(super) fn trouble_words(post: &Post, now: Ts) -> String {
    if post.is_silent(now) {
        return "The sender has stopped. Restart the desk and look at its log.".to_owned();
    }
    post.trouble().map_or(String::new(), |(since, trouble)| {
        let code = trouble.0.code.map(|code| format!(" {code}")).unwrap_or_default();
        let age = span_words(now.since(since));
        format!("For {age} the mail server has taken no letters. It said:{code} {}", trouble.0.words)
    })
}

pub(super) async fn show(State(app): State<App>, staff: Staff, view: View) -> Reply {
    let viewer = Viewer::from(staff);
    let db = &app.store;
    let mut tx = db.read().await?;
    let outbox = outbox(&mut tx, db, &viewer).await?;
    let mut names = Names::default();
    let failed = rows(&mut tx, db, (&viewer, &mut names), outbox.failed).await?;
    let waiting = rows(&mut tx, db, (&viewer, &mut names), outbox.waiting).await?;
    let count = mail::tally(&mut tx, db.ambient().now()).await?;
    let post = app.carried::<Post>().filter(|post| post.is_on());
    Ok(view.show(&OutboxPage {
        page: view.page("Mail"),
        on: post.is_some(),
        from: post.map(|post| post.settings().from.as_str().to_owned()).unwrap_or_default(),
        trouble: post.map(|post| trouble_words(post, db.ambient().now())).unwrap_or_default(),
        failed_in_all: in_all(count.failed, failed.len()),
        failed,
        waiting_in_all: in_all(count.waiting, waiting.len()),
        waiting,
        may_retry: viewer.may_house(Permission::ManageSettings),
    }))
}

async fn rows(
    tx: &mut Tx,
    db: &Db,
    (viewer, names): (&Viewer, &mut Names),
    letters: Vec<Listed>,
) -> Result<Vec<Row>, EngineError> {
    let mut rows = Vec::with_capacity(letters.len());
    for letter in letters {
        let to = match (letter.person, letter.case) {
            (Some(person), _) => names.get(tx, db, person).await?,
            (None, Some(_)) => "the reporter".to_owned(),
            (None, None) => "somebody invited".to_owned(),
        };
        rows.push(Row {
            id: letter.id.to_string(),
            label: letter.kind.label(),
            case: case_name(tx, db, viewer, letter.case).await?,
            to,
            words: state_words(&letter),
            attempts: letter.attempts,
            queued: letter.created_at.into(),
            next: letter.due_at.into(),
        });
    }
    Ok(rows)
}

pub(super) async fn retry(State(app): State<App>, staff: Staff, form: FormData) -> Reply {
    allowed(&Viewer::from(staff))?;
    let fields = form.fields().await?;
    let chosen: Option<LetterId> = fields.get("letter").parse().ok();
    let store = app.store.clone();
    app.store
        .write(move |tx| {
            Box::pin(async move {
                match chosen {
                    Some(id) => mail::retry(tx, &store, id).await.map(|_| ()),
                    None => mail::retry_all(tx, &store).await.map(|_| ()),
                }
            })
        })
        .await?;
    Ok(see_other("/desk/mail"))
}

pub(super) async fn trial(State(app): State<App>, staff: Staff, form: FormData) -> Reply {
    let viewer = Viewer::from(staff);
    allowed(&viewer)?;
    let fields = form.fields().await?;
    let post = app.carried::<Post>().ok_or_else(|| Problem::internal("the app carries no post office"))?;
    let house = Letterhead::new(&app.settings.organisation, app.settings.public_url.clone(), post.settings());
    let letter = Letter {
        kind: Kind::Trial,
        to: To::Person(viewer.person),
        case: None,
        key: format!("trial {} {}", viewer.person, fields.get("idempotency")),
        after: None,
        words: words::trial(&house),
    };
    let store = app.store.clone();
    app.store.write(move |tx| Box::pin(async move { queue(tx, &store, &letter).await })).await?;
    Ok(see_other("/desk/mail"))
}

fn allowed(viewer: &Viewer) -> Result<(), Problem> {
    if viewer.may_house(Permission::ManageSettings) { Ok(()) } else { Err(Problem::not_found()) }
}

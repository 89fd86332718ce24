//! One webhook: how it is doing, what was sent and what came back, and everything that can be done with it.

use super::changes::{self, Again, client, find};
use super::pages::{SecretPage, scope_words};
use super::{LIST, form, words};
use crate::Viewer;
use crate::calendar::pages::in_charge;
use crate::engine::EngineError;
use crate::letters::case_name;
use crate::once::Once;
use askama::Template;
use axum::extract::State;
use db::{Db, Tx};
use domain::{Span, Uuid};
use outbound::{Delivery, Endpoint, Filter, Standing};
use serde::Deserialize;
use web::layout::Moment;
use web::{App, Form, FormData, Page, Path, Problem, Query, Reply, Staff, View, see_other};

/// What stands in the address after `?`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    show: String,
    before: String,
}

struct Line {
    id: String,
    kind: &'static str,
    /// REP-12, where the viewer may know of it.
    case: String,
    words: String,
    bad: bool,
    attempts: i64,
    queued: Moment,
    /// The next try, while it waits.
    next: Option<Moment>,
}

#[derive(Template)]
#[template(path = "webhooks/templates/one.html")]
struct OnePage {
    page: Page,
    form: Form,
    id: Uuid,
    version: i64,
    url: String,
    scope: String,
    standing: &'static str,
    trouble: String,
    stale: &'static str,
    active: bool,
    both_until: Option<Moment>,
    choices: Vec<form::Choice>,
    scopes: Vec<(String, String)>,
    waiting: i64,
    failed: i64,
    lines: Vec<Line>,
    show: String,
    older: String,
}

impl OnePage {
    fn pairs(&self) -> Vec<(&str, &str)> {
        self.scopes.iter().map(|(value, words)| (value.as_str(), words.as_str())).collect()
    }
}

/// Times back from now, for sending again what failed.
const SPANS: [(&str, &str, i64); 4] = [
    ("1", "the last day", 1),
    ("3", "the last 3 days", 3),
    ("7", "the last 7 days", 7),
    ("90", "the last 90 days", 90),
];

const STALE: &str =
    "Somebody changed this webhook since you opened it. Below is how it is now: make your change again.";

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Reply {
    let viewer = in_charge(staff)?;
    let endpoint = find(&app, id).await?;
    let form = form::of(&endpoint);
    draw(&app, &view, (&viewer, &endpoint, &asked), (form, endpoint.wish.kinds, "")).await
}

async fn draw(
    app: &App,
    view: &View,
    (viewer, endpoint, asked): (&Viewer, &Endpoint, &Asked),
    (form, kinds, stale): (Form, i64, &'static str),
) -> Reply {
    let db = &app.store;
    let mut tx = db.read().await?;
    let scopes = form::scopes(&mut tx).await?;
    let (waiting, failed) = outbound::waits(&mut tx, endpoint.id).await?;
    let filter = asked.show.parse().map_or(Filter::All, Filter::Only);
    let (listed, more) = outbound::deliveries(&mut tx, db, endpoint.id, (filter, asked.before.parse().ok())).await?;
    let last = listed.last().filter(|_| more).map(|delivery| delivery.id);
    let mut lines = Vec::with_capacity(listed.len());
    for delivery in listed {
        lines.push(line(&mut tx, db, viewer, delivery).await?);
    }
    drop(tx);
    let show = if filter == Filter::All { String::new() } else { asked.show.clone() };
    let href = format!("{LIST}/{}", endpoint.id);
    let ok = form.ok() && stale.is_empty();
    let page = OnePage {
        page: view.page(&endpoint.wish.label).with_errors(!ok),
        form,
        id: endpoint.id,
        version: endpoint.version,
        url: endpoint.wish.url.clone(),
        scope: scope_words(endpoint, &scopes),
        standing: words::standing(endpoint),
        trouble: words::trouble(endpoint),
        stale,
        active: endpoint.standing == Standing::Active,
        both_until: endpoint.rotating_until.map(Moment::from),
        choices: form::choices(kinds),
        scopes,
        waiting,
        failed,
        lines,
        older: last.map(|id| format!("{href}?show={show}&before={id}")).unwrap_or_default(),
        show,
    };
    Ok(if ok { view.show(&page) } else { view.show_again(&page) })
}

async fn line(tx: &mut Tx, db: &Db, viewer: &Viewer, mut delivery: Delivery) -> Result<Line, EngineError> {
    Ok(Line {
        id: delivery.id.to_string(),
        kind: delivery.kind.as_str(),
        case: named(tx, db, viewer, &mut delivery).await?,
        words: words::state(&delivery),
        bad: delivery.state == outbound::State::Failed,
        attempts: delivery.attempts,
        queued: delivery.created_at.into(),
        next: (delivery.state == outbound::State::Waiting).then(|| delivery.due_at.into()),
    })
}

/// The case of a message, where the viewer may know of it. Else what the receiver said goes too: many say again what
/// they were sent.
pub(super) async fn named(
    tx: &mut Tx,
    db: &Db,
    viewer: &Viewer,
    delivery: &mut Delivery,
) -> Result<String, EngineError> {
    let name = case_name(tx, db, viewer, delivery.case).await?;
    if delivery.case.is_some() && name.is_empty() {
        delivery.words.clear();
    }
    Ok(name)
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let viewer = in_charge(staff)?;
    let mut form = Form::of(form.fields().await?);
    let endpoint = find(&app, id).await?;
    let asked = Asked::default();
    let (mut wish, mut active) = (endpoint.wish.clone(), None);
    match form.value("do") {
        "pause" => active = Some(false),
        "resume" => active = Some(true),
        _ => {
            let mut tx = app.store.read().await?;
            let scopes = form::scopes(&mut tx).await?;
            drop(tx);
            wish = form::read(&mut form, (client(&app)?.rules(), &scopes));
        }
    }
    if !form.ok() {
        return draw(&app, &view, (&viewer, &endpoint, &asked), (form, wish.kinds, "")).await;
    }
    let seen = form.value("version").parse().unwrap_or_default();
    match changes::change(&app, (viewer.person, id, seen), (wish, active)).await {
        Ok(()) => Ok(see_other(&format!("{LIST}/{id}"))),
        Err(EngineError::Stale { .. }) => {
            let endpoint = find(&app, id).await?;
            let kept = form::of(&endpoint);
            draw(&app, &view, (&viewer, &endpoint, &asked), (kept, endpoint.wish.kinds, STALE)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A press of a button that has one effect.
fn once(app: &App, form: &Form, (who, what): (&Viewer, &str)) -> Once {
    Once::new(&app.store, form.value("idempotency"), (&who.person.to_string(), what), what.as_bytes())
}

pub(super) async fn secret(
    State(app): State<App>,
    staff: Staff,
    view: View,
    Path(id): Path<Uuid>,
    form: FormData,
) -> Reply {
    let viewer = in_charge(staff)?;
    let form = Form::of(form.fields().await?);
    find(&app, id).await?;
    let at_once = form.value("known") == "yes";
    let once = once(&app, &form, (&viewer, &format!("webhook secret {id} {at_once}")));
    let secret = changes::secret(&app, (viewer.person, id, at_once), once).await?;
    let href = format!("{LIST}/{id}");
    Ok(view.show(&SecretPage { page: view.page("New secret"), secret, href, both: !at_once }))
}

pub(super) async fn test(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, form: FormData) -> Reply {
    let viewer = in_charge(staff)?;
    let form = Form::of(form.fields().await?);
    let once = once(&app, &form, (&viewer, &format!("webhook test {id}")));
    changes::test(&app, (viewer.person, id), once).await?;
    Ok(see_other(&format!("{LIST}/{id}")))
}

pub(super) async fn redeliver(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, form: FormData) -> Reply {
    let viewer = in_charge(staff)?;
    let form = Form::of(form.fields().await?);
    find(&app, id).await?;
    let (message, days) = (form.value("delivery").to_owned(), form.value("days").to_owned());
    let again = if let Ok(message) = message.parse() {
        Again::One(message)
    } else {
        let days = SPANS.iter().find(|(value, ..)| *value == days).map_or(90, |(.., days)| *days);
        Again::Failed(Span::from_days(days))
    };
    let once = once(&app, &form, (&viewer, &format!("webhook redeliver {id} {message} {days}")));
    changes::redeliver(&app, (viewer.person, id), again, once).await?;
    Ok(see_other(&format!("{LIST}/{id}")))
}

pub(super) async fn remove(State(app): State<App>, staff: Staff, Path(id): Path<Uuid>, form: FormData) -> Reply {
    let viewer = in_charge(staff)?;
    let form = Form::of(form.fields().await?);
    find(&app, id).await?;
    let seen = form.value("version").parse().unwrap_or_default();
    match changes::remove(&app, (viewer.person, id, seen)).await {
        Ok(()) => Ok(see_other(LIST)),
        Err(EngineError::Stale { .. }) => {
            Err(Problem::changed_meanwhile("Somebody changed this webhook since you opened it. Open it again."))
        }
        Err(error) => Err(error.into()),
    }
}

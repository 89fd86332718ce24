//! The forms of the page of people.

use super::change::{self, Change};
use super::pages::{draw, seen};
use crate::Viewer;
use crate::engine::{EngineError, Inviting, Loaded, Naming, Sharing};
use crate::once::Once;
use askama::Template;
use axum::extract::State;
use domain::case::{CO_REPORTERS_MAX, Refused, ShareError, Shares};
use domain::{Permission, PersonId};
use web::{App, Form, FormData, Page, Path, Problem, Reply, Staff, View, see_other};

const STALE: &str =
    "Somebody changed this case since you opened the page. Below is how it is now: make your change again.";

#[derive(Template)]
#[template(path = "case_people/templates/link.html")]
struct LinkPage {
    page: Page,
    href: String,
    name: String,
    address: String,
    until: String,
}

/// A form that was sent, with the case it is about.
pub(super) struct Sent {
    pub(super) viewer: Viewer,
    pub(super) case: Loaded,
    pub(super) form: Form,
    pub(super) version: Option<i64>,
}

impl Sent {
    pub(super) async fn read(
        app: &App,
        staff: Staff,
        (path, permission): (&str, Permission),
        form: FormData,
    ) -> Result<Self, Problem> {
        let viewer = Viewer::from(staff);
        let form = Form::of(form.fields().await?);
        let case = seen(app, &viewer, (path, permission)).await?;
        let version = form.value("version").parse().ok();
        Ok(Self { viewer, case, form, version })
    }

    fn once(&self, app: &App, what: &str) -> Once {
        let said: Vec<String> = self.form.fields().typed().map(|(name, value)| format!("{name}={value}")).collect();
        let route = format!("{what} {}", self.case.id);
        let key = self.form.value("idempotency");
        Once::new(&app.store, key, (&self.viewer.person.to_string(), &route), said.join("\n").as_bytes())
    }

    /// Back to the page, or the page again with what is wrong.
    pub(super) async fn answer<T>(mut self, (app, view): (&App, &View), done: Result<T, EngineError>) -> Reply {
        let trouble = match done {
            Ok(_) => return Ok(see_other(&format!("/desk/cases/{}/people", self.case.name()))),
            Err(EngineError::Refused(Refused::Invalid { field, message })) => {
                self.form.refuse(&field, message);
                ""
            }
            Err(EngineError::Stale { .. }) => STALE,
            Err(other) => return Err(Problem::from(other).keeping(self.form.fields().clone())),
        };
        let reference = self.case.id.to_string();
        let case = seen(app, &self.viewer, (&reference, Permission::ReadTeamText)).await?;
        draw((app, view, &self.viewer), case, (self.form, trouble)).await
    }
}

pub(super) async fn invite(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let mut sent = Sent::read(&app, staff, (&path.0, Permission::RestrictCases), form).await?;
    let email = sent.form.required("email", "Write the mail address of the guest");
    if !sent.form.ok() {
        return draw((&app, &view, &sent.viewer), sent.case, (sent.form, "")).await;
    }
    let wanted = Inviting { case: sent.case.id, seen: sent.version, by: sent.viewer.person };
    let done = change::invite(&app, sent.once(&app, "invite"), (wanted, email)).await;
    let link = done.as_ref().ok().and_then(|reply| {
        let (link, until) = (reply["link"].as_str()?, reply["expires_at"].as_str()?);
        Some((link.to_owned(), until.to_owned()))
    });
    let Some((address, until)) = link else { return sent.answer((&app, &view), done).await };
    let name = sent.case.name();
    let (page, href) = (view.page("A link to pass on"), format!("/desk/cases/{name}/people"));
    Ok(view.show(&LinkPage { page, href, name, address, until }))
}

pub(super) async fn send_away(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let mut sent = Sent::read(&app, staff, (&path.0, Permission::RestrictCases), form).await?;
    let Some(guest) = person(&mut sent.form) else {
        return draw((&app, &view, &sent.viewer), sent.case, (sent.form, "")).await;
    };
    let wanted = Inviting { case: sent.case.id, seen: sent.version, by: sent.viewer.person };
    let once = sent.once(&app, "send away");
    let done = change::change(&app.store, once, Change::SendAway(wanted, guest)).await;
    sent.answer((&app, &view), done).await
}

pub(super) async fn name(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let mut sent = Sent::read(&app, staff, (&path.0, Permission::RestrictCases), form).await?;
    let Some(person) = person(&mut sent.form) else {
        return draw((&app, &view, &sent.viewer), sent.case, (sent.form, "")).await;
    };
    let by = sent.viewer.person;
    let naming = Naming { case: sent.case.id, seen: sent.version, by, person };
    let removes = sent.form.value("do") == "remove";
    let wanted = if removes { Change::Unname(naming) } else { Change::Name(naming) };
    let done = change::change(&app.store, sent.once(&app, "name"), wanted).await;
    // Whoever took themselves off sees nothing of it any more.
    if removes && person == by && done.is_ok() {
        return Ok(see_other("/desk"));
    }
    sent.answer((&app, &view), done).await
}

pub(super) async fn share(
    State(app): State<App>,
    staff: Staff,
    view: View,
    path: Path<String>,
    form: FormData,
) -> Reply {
    let mut sent = Sent::read(&app, staff, (&path.0, Permission::ActOnCases), form).await?;
    let Some(shares) = shares(&mut sent.form) else {
        return draw((&app, &view, &sent.viewer), sent.case, (sent.form, "")).await;
    };
    let sharing = Sharing { case: sent.case.id, seen: sent.version, by: sent.viewer.person, shares };
    let done = change::change(&app.store, sent.once(&app, "share"), Change::Share(sharing)).await;
    sent.answer((&app, &view), done).await
}

fn person(form: &mut Form) -> Option<PersonId> {
    form.parsed("person", "Pick a person")
}

/// Reads the lines of the form; errors stand beside the line that is at fault.
fn shares(form: &mut Form) -> Option<Shares> {
    const PERCENT: &str = "Write a whole number from 0 to 100";
    let reporter = form.parsed::<u8>("reporter", PERCENT);
    let mut places = Vec::new();
    let mut others = Vec::new();
    for place in 1..=CO_REPORTERS_MAX {
        let (name, percent) = (format!("name-{place}"), format!("percent-{place}"));
        let typed = form.value(&name).trim().to_owned();
        if typed.is_empty() && form.value(&percent).trim().is_empty() {
            continue;
        }
        if let Some(percent) = form.parsed::<u8>(&percent, PERCENT) {
            places.push(place);
            others.push((typed, percent));
        }
    }
    if !form.ok() {
        return None;
    }
    match Shares::new(reporter?, others) {
        Ok(shares) => Some(shares),
        Err(error) => {
            let at = |place: usize| places.get(place).copied().unwrap_or(1);
            let field = match error {
                ShareError::Sum(_) | ShareError::TooMany => "reporter".to_owned(),
                ShareError::Percent(place) => format!("percent-{}", at(place)),
                ShareError::Name(place) | ShareError::Twice(place) => format!("name-{}", at(place)),
            };
            form.refuse(&field, sentence(error));
            None
        }
    }
}

/// What is wrong with shares, for the person who typed them.
pub(super) fn sentence(error: ShareError) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! The list of people.

use super::{role_words, whole_house};
use crate::ReadKind;
use crate::pages::accounts;
use crate::person;
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use web::layout::Moment;
use web::{Allowed, App, Page, Query, Reply, View, rights};

#[derive(Template)]
#[template(path = "people/templates/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    /// The last of this page, where there are more.
    after: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    after: String,
}

struct Row {
    id: String,
    name: String,
    email: String,
    state: &'static str,
    roles: Vec<String>,
    since: Moment,
}

pub(crate) async fn show(
    State(app): State<App>,
    who: Allowed<rights::ManagePeople>,
    view: View,
    Query(asked): Query<Asked>,
) -> Reply {
    whole_house(&who.actor)?;
    let accounts = accounts(&app)?;
    accounts.reads().record(Some(who.person), ReadKind::People, None).await?;
    let mut tx = accounts.db().read().await?;
    let mut rows = Vec::new();
    let (people, more) = person::list(&mut tx, accounts.db().keys(), asked.after.parse().ok()).await?;
    let last = people.last().filter(|_| more).map(|person| person.id.to_string()).unwrap_or_default();
    for person in people {
        let roles = role_words(&mut tx, &person.grants).await?.into_iter().map(|r| r.words).collect();
        let name = if person.name.is_empty() { person.email.clone() } else { person.name };
        let state = person.state.label();
        rows.push(Row {
            id: person.id.to_string(),
            name,
            email: person.email,
            state,
            roles,
            since: person.created_at.into(),
        });
    }
    Ok(view.show(&ListPage { page: view.page("People"), rows, after: last }))
}

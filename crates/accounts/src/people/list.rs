//! The list of people.

use super::{role_words, whole_house};
use crate::ReadKind;
use crate::pages::accounts;
use crate::person;
use askama::Template;
use axum::extract::State;
use web::layout::Moment;
use web::{Allowed, App, Page, Reply, View, rights};

#[derive(Template)]
#[template(path = "people/templates/list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    email: String,
    state: &'static str,
    roles: Vec<String>,
    since: Moment,
}

pub(crate) async fn show(State(app): State<App>, who: Allowed<rights::ManagePeople>, view: View) -> Reply {
    whole_house(&who.actor)?;
    let accounts = accounts(&app)?;
    accounts.reads().record(Some(who.person), ReadKind::People, None).await?;
    let mut tx = accounts.db().read().await?;
    let mut rows = Vec::new();
    for person in person::list(&mut tx, accounts.db().keys()).await? {
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
    Ok(view.show(&ListPage { page: view.page("People"), rows }))
}

//! Inviting somebody: an address, a role and where it holds. The link is shown once.

use super::scopes::ROLES;
use super::{ScopeChoices, read_grant, whole_house};
use crate::link;
use crate::pages::{accounts, beside};
use crate::person::check_manage;
use askama::Template;
use axum::extract::State;
use web::layout::Moment;
use web::{Allowed, App, Form, FormData, Page, Reply, View, rights};

#[derive(Template)]
#[template(path = "people/templates/invite.html")]
struct InvitePage<'a> {
    page: Page,
    form: &'a Form,
    scopes: ScopeChoices,
}

#[derive(Template)]
#[template(path = "people/templates/link.html")]
pub(super) struct LinkPage {
    pub(super) page: Page,
    pub(super) address: String,
    pub(super) until: Moment,
}

pub(crate) async fn show(State(app): State<App>, who: Allowed<rights::ManagePeople>, view: View) -> Reply {
    whole_house(&who.actor)?;
    draw(&app, &view, &Form::empty()).await
}

pub(crate) async fn send(
    State(app): State<App>,
    who: Allowed<rights::ManagePeople>,
    view: View,
    form: FormData,
) -> Reply {
    whole_house(&who.actor)?;
    let mut form = Form::of(form.fields().await?);
    let email = form.value("email").to_owned();
    let grant = read_grant(&mut form);
    if let Some(grant) = grant.filter(|_| form.ok()) {
        let (db, actor, by) = (app.store.clone(), who.actor.clone(), who.person);
        let invited = app.store.write(move |tx| {
            Box::pin(async move {
                check_manage(tx, &actor, None, Some(grant)).await?;
                link::invite_by(tx, &db, &email, grant, Some(by)).await
            })
        });
        match invited.await {
            Ok(link) => {
                let address = app.settings.public_url.join(&link.path());
                let until = link.expires_at.into();
                return Ok(view.show(&LinkPage { page: view.page("A link to pass on"), address, until }));
            }
            Err(error) => beside(&mut form, error)?,
        }
    }
    draw(&app, &view, &form).await
}

async fn draw(app: &App, view: &View, form: &Form) -> Reply {
    let mut tx = accounts(app)?.db().read().await?;
    let scopes = ScopeChoices::load(&mut tx).await?;
    let page = view.page("Invite somebody").with_errors(!form.ok());
    let shown = InvitePage { page, form, scopes };
    Ok(if form.ok() { view.show(&shown) } else { view.show_again(&shown) })
}

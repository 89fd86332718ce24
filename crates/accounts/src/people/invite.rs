//! Inviting somebody: an address, a role and where it holds. The link is shown once.

use super::scopes::ROLES;
use super::{ScopeChoices, read_grant, whole_house};
use crate::link;
use crate::notice::invitation;
use crate::pages::{accounts, beside};
use crate::person::check_manage;
use askama::Template;
use axum::extract::State;
use mail::{MailAddress, Post};
use web::layout::Moment;
use web::{Allowed, App, Form, FormData, Page, Reply, View, rights};

#[derive(Template)]
#[template(path = "people/templates/invite.html")]
struct InvitePage<'a> {
    page: Page,
    form: &'a Form,
    scopes: ScopeChoices,
    /// Whether the house sends mail.
    mail: bool,
}

#[derive(Template)]
#[template(path = "people/templates/link.html")]
pub(super) struct LinkPage {
    pub(super) page: Page,
    pub(super) address: String,
    pub(super) until: Moment,
    /// To whom it was sent by letter; nobody when empty.
    pub(super) sent_to: String,
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
        let sent_to = letter_to(&app, &form).map(|to| to.as_str().to_owned()).unwrap_or_default();
        let (by_letter, organisation) = (!sent_to.is_empty(), app.settings.organisation.clone());
        let url = app.settings.public_url.clone();
        let invited = app.store.write(move |tx| {
            Box::pin(async move {
                check_manage(tx, &actor, None, Some(grant)).await?;
                let link = link::invite_by(tx, &db, &email, grant, Some(by)).await?;
                let invited = link::person_of(tx, &db, &email).await?;
                if let Some(person) = invited.filter(|_| by_letter) {
                    let letter = invitation(&organisation, (person, link.token(), &url.join(&link.path())));
                    mail::queue(tx, &db, &letter).await?;
                }
                Ok::<_, crate::AccountError>(link)
            })
        });
        match invited.await {
            Ok(link) => {
                let address = app.settings.public_url.join(&link.path());
                let until = link.expires_at.into();
                return Ok(view.show(&LinkPage { page: view.page("A link to pass on"), address, until, sent_to }));
            }
            Err(error) => beside(&mut form, error)?,
        }
    }
    draw(&app, &view, &form).await
}

/// Where the letter with the link goes, if somebody ticked that it should and the house sends mail.
fn letter_to(app: &App, form: &Form) -> Option<MailAddress> {
    let wanted = form.value("letter") == "yes" && sends_mail(app);
    form.value("email").trim().parse().ok().filter(|_| wanted)
}

fn sends_mail(app: &App) -> bool {
    app.carried::<Post>().is_some_and(Post::is_on)
}

async fn draw(app: &App, view: &View, form: &Form) -> Reply {
    let mut tx = accounts(app)?.db().read().await?;
    let scopes = ScopeChoices::load(&mut tx).await?;
    let page = view.page("Invite somebody").with_errors(!form.ok());
    let shown = InvitePage { page, form, scopes, mail: sends_mail(app) };
    Ok(if form.ok() { view.show(&shown) } else { view.show_again(&shown) })
}

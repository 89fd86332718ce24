//! `/desk/step-up`: prove yourself again before something grave. The proof lasts ten minutes.

use super::sign_in::Next;
use crate::AccountError;
use crate::pages::{StaffForm, accounts, next_on_desk, with_session};
use askama::Template;
use web::{Form, Page, Query, Reply, Staff, View, see_other};

#[derive(Template)]
#[template(path = "door/templates/step_up.html")]
struct StepUpPage<'a> {
    page: Page,
    form: &'a Form,
    next: &'a str,
}

pub(crate) async fn show(_: Staff, view: View, Query(next): Query<Next>) -> Reply {
    Ok(view.show(&StepUpPage { page: view.page("Confirm that it is you"), form: &Form::empty(), next: next.path() }))
}

pub(crate) async fn prove(sent: StaffForm) -> Reply {
    let StaffForm { app, who, ip, view, mut form } = sent;
    let next = next_on_desk(form.value("next")).to_owned();
    let typed = form.value("current-password").to_owned();
    if typed.trim().is_empty() {
        form.refuse("current-password", "Write your password or the code your app shows.");
    } else {
        match accounts(&app)?.step_up(ip, who.person, who.session, &typed).await {
            Ok(session) => return Ok(with_session(&app, &session, see_other(&next))),
            Err(AccountError::Refused) => {
                form.refuse("current-password", "This is neither your password nor an unused code.");
            }
            Err(other) => return Err(other.into()),
        }
    }
    let page = view.page("Confirm that it is you").with_errors(true);
    Ok(view.show_again(&StepUpPage { page, form: &form, next: &next }))
}

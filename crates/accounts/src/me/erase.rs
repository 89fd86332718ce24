//! `/me/account/erase`: the account goes for good. What happens to the reports is said before.

use super::{is_fresh, prove_again, without_session};
use crate::AccountError;
use crate::researcher;
use askama::Template;
use axum::extract::State;
use db::erase::{self, EraseError, ErasureList, Order};
use db::{fetch_one, stmt};
use mail::MailAddress;
use web::{App, Form, FormData, Page, Problem, Reply, Researcher, View};

#[derive(Template)]
#[template(path = "me/templates/erase.html")]
struct ErasePage {
    page: Page,
    form: Form,
    address: String,
    /// Reports that only this account opens.
    without_code: i64,
    /// Reports that open with a code too.
    with_code: i64,
    /// Reports of others that they follow.
    beside: i64,
}

#[derive(Template)]
#[template(path = "me/templates/erased.html")]
struct ErasedPage {
    page: Page,
}

pub(super) async fn show(State(app): State<App>, who: Researcher, view: View) -> Reply {
    if !is_fresh(&app, who).await? {
        return Ok(prove_again());
    }
    draw(&app, &view, who, Form::empty()).await
}

pub(super) async fn erase(State(app): State<App>, who: Researcher, view: View, form: FormData) -> Reply {
    let mut form = Form::of(form.fields().await?);
    if !is_fresh(&app, who).await? {
        return Ok(prove_again());
    }
    let typed = form.required("confirm", "Type your address to confirm.");
    let mut tx = app.store.read().await?;
    let account = researcher::load(&mut tx, app.store.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let same = typed.parse::<MailAddress>().is_ok_and(|address| address.folded() == account.email);
    if form.ok() && !same {
        form.refuse("confirm", "This is not the address of this account.");
    }
    if !form.ok() {
        return draw(&app, &view, who, form).await;
    }
    let list = app.carried::<ErasureList>().ok_or_else(|| Problem::internal("the app carries no erasure list"))?;
    let db = app.store.clone();
    let done: Result<erase::Erasure, EraseError> = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                let order = Order { by: Some(who.person), reason: "asked for by themselves".to_owned() };
                erase::erase_researcher(tx, db.keys(), db.ambient(), who.person, &order).await
            })
        })
        .await;
    let erasure = done.map_err(problem)?;
    erase::acknowledged(&app.store, list, erasure).await.map_err(problem)?;
    Ok(without_session(&app, view.show(&ErasedPage { page: view.page("Your account is erased") })))
}

fn problem(error: EraseError) -> Problem {
    match error {
        EraseError::Db(error) => error.into(),
        EraseError::NotFound | EraseError::Already | EraseError::Held { .. } => AccountError::NotFound.into(),
    }
}

async fn draw(app: &App, view: &View, who: Researcher, form: Form) -> Reply {
    let mut tx = app.store.read().await?;
    let account = researcher::load(&mut tx, app.store.keys(), who.person).await?.ok_or_else(Problem::not_found)?;
    let (without_code, with_code, beside) = fetch_one!(
        &mut tx,
        (i64, i64, i64),
        stmt!(
            "SELECT COUNT(CASE WHEN r.part = 'owner' AND c.code_index IS NULL THEN 1 END),
                    COUNT(CASE WHEN r.part = 'owner' AND c.code_index IS NOT NULL THEN 1 END),
                    COUNT(CASE WHEN r.part <> 'owner' THEN 1 END)
             FROM case_reporters r JOIN cases c ON c.id = r.case_id
             WHERE r.researcher = $1 AND c.erased_at IS NULL"
        ),
        who.person.uuid()
    )?;
    drop(tx);
    let ok = form.ok();
    let page = view.page("Erase your account").with_errors(!ok);
    let shown = ErasePage { page, form, address: account.email, without_code, with_code, beside };
    Ok(if ok { view.show(&shown) } else { view.show_again(&shown) })
}

//! A report brought into the account by its code.

use super::list;
use crate::door::{UNKNOWN, show_erased};
use crate::engine::{EngineError, Taken, take_into_account};
use accounts::Accounts;
use axum::extract::State;
use axum::http::StatusCode;
use db::{fetch_optional, stmt};
use domain::{CaseId, ReturnCode, Uuid};
use web::{App, ClientAddress, Form, FormData, Problem, Reply, Researcher, View, see_other};

const ELSEWHERE: &str =
    "This report is in the account of somebody else. Ask them, or open it by its code and write to us there";

pub(super) async fn take(
    State(app): State<App>,
    who: Researcher,
    ClientAddress(ip): ClientAddress,
    view: View,
    form: FormData,
) -> Reply {
    let mut form = Form::of(form.fields().await?);
    let accounts = app.carried::<Accounts>().ok_or_else(|| Problem::internal("the app carries no accounts"))?;
    let typed = form.required("code", "Type or paste the code you got with your receipt");
    if form.ok() {
        accounts.may_try_code(ip)?;
        let found = match typed.parse::<ReturnCode>() {
            Ok(code) => by_code(&app, &code).await?,
            Err(_) => None,
        };
        accounts.tried_code(ip, found.is_some());
        match found {
            None => form.refuse("code", UNKNOWN),
            Some((case, true)) => return show_erased(&app, &view, case).await,
            Some((case, false)) => {
                let store = app.store.clone();
                let taken: Result<Taken, EngineError> = app
                    .store
                    .write(move |tx| Box::pin(async move { take_into_account(tx, &store, case, who.person).await }))
                    .await;
                match taken? {
                    Taken::Now | Taken::Before => return Ok(see_other(&format!("/me/reports/{case}"))),
                    Taken::Elsewhere => form.refuse("code", ELSEWHERE),
                }
            }
        }
    }
    list::draw(&app, &view, who, (form, "", StatusCode::UNPROCESSABLE_ENTITY)).await
}

/// The case of a code, and whether it was erased.
async fn by_code(app: &App, code: &ReturnCode) -> Result<Option<(CaseId, bool)>, Problem> {
    let mut tx = app.store.read().await?;
    let row = fetch_optional!(
        &mut tx,
        (Uuid, Option<i64>),
        stmt!("SELECT id, erased_at FROM cases WHERE code_index = $1"),
        accounts::code_index(app.store.keys(), code)
    )?;
    Ok(row.map(|(id, erased)| (CaseId::from_uuid(id), erased.is_some())))
}

//! The receipt as a file, for whoever holds the return code. The code is in the body, never in an address.

use super::page::private;
use crate::{intake, programme};
use accounts::Accounts;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::ReturnCode;
use web::{App, ClientAddress, FormData, Path, Problem, Reply};

/// `POST /programs/{slug}/receipt`
pub(crate) async fn download(
    State(app): State<App>,
    ClientAddress(ip): ClientAddress,
    Path(slug): Path<String>,
    form: FormData,
) -> Reply {
    let mut tx = app.store.glance().await?;
    programme::by_slug(&mut tx, &app.store, &slug).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let fields = form.fields().await?;
    let accounts = app.carried::<Accounts>().ok_or_else(|| Problem::internal("the app carries no accounts"))?;
    let unknown = || Problem::invalid_field("code", "This code opens nothing. Look for a letter that was copied wrong");
    // What has not the form of a code is no guess, and draws on nobody's tries.
    let code = fields.get("code").parse::<ReturnCode>().map_err(|_| unknown())?;
    accounts.may_try_code(ip)?;
    let found = intake::by_code(&app.store, &code).await?;
    accounts.tried_code(ip, found.is_some());
    let (number, receipt) = found.ok_or_else(unknown)?;
    let text = serde_json::to_string_pretty(&receipt).map_err(Problem::internal)? + "\n";
    let name = format!("attachment; filename=\"receipt-{number}.json\"");
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok(private((headers, text).into_response()))
}
